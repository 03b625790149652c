/*
 * What the files of Settings share: settings.c keeps the values, settings_load.c reads them.
 */
#ifndef COMMON_SETTINGS_PRIVATE_H
#define COMMON_SETTINGS_PRIVATE_H

#include "common/setting_value.h"
#include "common/settings.h"

/* The values of one [group] or [group name]. */
typedef struct {
	const SettingGroup *group; /* borrowed */
	char *title;               /* owned: "collect", "tally web" */
	const char *name;          /* borrowed from title; NULL of a group without names */
	guint line;                /* 0: not in the file */
	SettingValue *values;      /* owned: one a setting of the group */
	guint *lines;              /* owned: likewise, 0: the initial value */
} SettingsSection;

struct Settings {
	char *path;                        /* owned */
	const SettingGroup *const *groups; /* borrowed */
	GPtrArray *sections; /* owned: of SettingsSection *, in the file's order */
	GPtrArray *names;    /* owned: of const char **, by group: of its sections */
};

/* Without a section. path: copied. */
Settings *settings_create(const char *path, const SettingGroup *const *groups);
/* The section of that title; NULL: there is none. */
SettingsSection *settings_find(const Settings *settings, const char *title);
/* A new one, every value initial; owned by settings. */
SettingsSection *settings_add(
	Settings *settings, const SettingGroup *group, const char *title, guint line);
/* Once all sections of the file are there: those that are always there, and the names. */
void settings_complete(Settings *settings);
/* Index of key in group, or -1. */
gssize settings_find_key(const SettingGroup *group, const char *key);

#endif
