/*
 * A site's settings file (a GKeyFile), read and checked against tables (setting.h).
 */
#ifndef COMMON_SETTINGS_H
#define COMMON_SETTINGS_H

#include "common/setting.h"

typedef struct Settings Settings;

/*
 * Reads path; groups (borrowed, as are the tables): what it may hold, ending in NULL. NULL and
 * FAILURE_USAGE when anything is wrong, all that is wrong, a line each: "site.conf:12: [site]
 * hom: unknown key, did you mean home?", "site.conf:20: [keep] packets = 9y: expected ...".
 * A key given twice is wrong, as are a group that stands twice and octets that are no UTF-8.
 * Nothing after the = is nothing given, where neither an initial value nor one is required.
 *
 * others: groups that are not in the tables are passed over (a program that does not know all
 * of them), unless their name is a slip of one that is.
 */
Settings *settings_load(
	const char *path, const SettingGroup *const *groups, gboolean others, GError **error);
/* Nothing set: every value initial. */
Settings *settings_new(const SettingGroup *const *groups);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

const char *settings_path(const Settings *settings); /* "" of settings_new */

/*
 * Values by group ("collect", "tally web") and key, the initial one where the file has none. A
 * group or key that is in no table is the caller's mistake. Texts are owned by settings; NULL:
 * not given, and no initial value.
 */
const char *settings_text(const Settings *settings, const char *group, const char *key);
const char *const *settings_list(const Settings *settings, const char *group, const char *key);
/* NUMBER, SIZE (octets), SPAN (seconds), SWITCH (0, 1). 0 where there is neither value nor
 * initial one. */
guint64 settings_number(const Settings *settings, const char *group, const char *key);
/* What a key is by the tables; NULL: there is no such group, or no such key in it ("tally web"
 * is there only where the file has it). */
const Setting *settings_setting(const Settings *settings, const char *group, const char *key);
/* The line of the file that gives it, 0: it is the initial value. */
guint settings_line(const Settings *settings, const char *group, const char *key);

/* The line of the file on which a group begins, 0: it is not in the file. */
guint settings_group_line(const Settings *settings, const char *group);

/* The names of a named group's sections, in the file's order: "web" of [tally web]. NULL-
 * terminated, owned by settings. */
const char *const *settings_names(const Settings *settings, const char *group);

/* The sample file: every group and key with its help, unit, bounds and initial value, initial
 * values commented out. Reads back without a complaint once the required keys are given. */
void settings_sample(const SettingGroup *const *groups, GString *out);
/* What is in force, a line a key: "[keep] packets = 30d    (initial)", "... (line 12)". */
void settings_tell(const Settings *settings, GString *out);
/* The name of `names` (NULL-terminated) nearest to text, NULL when none is near. */
const char *settings_nearest(const char *text, const char *const *names);

#endif
