/*
 * One value of a settings file: read by its Setting, and described for people.
 */
#ifndef COMMON_SETTING_VALUE_H
#define COMMON_SETTING_VALUE_H

#include "common/setting.h"

typedef struct {
	char *text;     /* owned; NULL: none */
	char **list;    /* owned; of LIST: its texts, without those that are empty */
	guint64 number; /* of NUMBER, SIZE, SPAN, SWITCH */
} SettingValue;

void setting_value_clear(SettingValue *value);

/* FALSE and FAILURE_USAGE, *value untouched: text is none of setting's. The message begins with
 * "expected", or names the key itself. */
gboolean setting_value_parse(
	const Setting *setting, const char *text, SettingValue *value, GError **error);

/* What may be written, after "expected": "a duration from 1h to 400d". */
void setting_value_describe(const Setting *setting, GString *out);

#endif
