/*
 * What a settings file may hold: tables of groups and keys, each with its unit, bounds and
 * initial value. Reading, the sample file, gnomon.conf(5) and `gnomon check` all come from
 * these tables.
 *
 * To add a key: a line in its group's table. To add a group: a SettingGroup beside the code
 * that uses it, and its place in the list of the programs that read it.
 */
#ifndef COMMON_SETTING_H
#define COMMON_SETTING_H

#include <glib.h>

typedef enum {
	SETTING_TEXT,
	SETTING_LIST,   /* texts separated by ; */
	SETTING_NUMBER, /* whole, within min and max */
	SETTING_SIZE,   /* octets: "64M", "2G", "500K" or a number */
	SETTING_SPAN,   /* seconds: "90s", "5m", "24h", "400d" */
	SETTING_SWITCH, /* yes, no (true, false) */
	SETTING_FOLDER, /* an absolute path */
} SettingKind;

typedef struct {
	const char *key;
	SettingKind kind;
	const char *initial; /* as it would be written; NULL: none, see help */
	guint64 min, max;    /* of NUMBER, SIZE (octets) and SPAN (seconds) */
	const char *unit;    /* of NUMBER, for the sample: "hosts"; else NULL */
	const char *help;    /* a sentence or two, for the sample and the man page */
	gboolean required;
	/* What else must hold of the text (of a LIST, of each), NULL: nothing. The error says
	 * what was expected: "expected a prime", or, naming the key itself, "number \"8\":
	 * expected a prime". */
	gboolean (*check)(const char *text, GError **error);
} Setting;

typedef struct {
	const char *name; /* "collect" */
	/* the group may stand several times, each with a name of its own: [tally web]; another
	 * that is not named may bear the same name */
	gboolean named;
	const char *help;
	const Setting *settings;
	gsize n_settings;
	/* what must hold of the name of a named group's section, NULL: nothing; as above */
	gboolean (*check_name)(const char *text, GError **error);
} SettingGroup;

#endif
