/*
 * The lines of a settings file, with their numbers, which GKeyFile does not tell. What a line
 * is, is what it is to GKeyFile.
 */
#ifndef COMMON_SETTINGS_LINES_H
#define COMMON_SETTINGS_LINES_H

#include <glib.h>

typedef enum { SETTINGS_LINE_GROUP, SETTINGS_LINE_KEY, SETTINGS_LINE_BAD } SettingsLineKind;

typedef struct {
	SettingsLineKind kind;
	guint number; /* 1: the first */
	char *text;   /* owned: the group's name, the key, or all of a bad line */
} SettingsLine;

/* All lines but those that are empty or comments: array of SettingsLine, owned by the caller. */
GArray *settings_lines_new(const char *text);

#endif
