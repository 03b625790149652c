#include "config.h"

#include "collect/stem.h"

#include "common/hour.h"

#include <string.h>

char *
stem_format(gint64 hour, gboolean to_second, int second, char buffer[STEM_SIZE])
{
	gint64 of_day = (hour % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS;
	int used = g_snprintf(buffer, STEM_SIZE, "%02u%02u", (guint)(of_day / 3600) % 24,
		(guint)(of_day / 60) % 60);

	if (to_second)
		used += g_snprintf(
			buffer + used, (gulong)(STEM_SIZE - used), "%02u", (guint)of_day % 60);
	if (second >= 0)
		g_snprintf(buffer + used, (gulong)(STEM_SIZE - used), "-%02u%02u",
			(guint)(second / 60) % 60, (guint)second % 60);
	return buffer;
}

/* Two digits below the bound, -1 when they are not. */
static int
pair(const char *text, int bound)
{
	int number = g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1])
			     ? g_ascii_digit_value(text[0]) * 10 + g_ascii_digit_value(text[1])
			     : bound;

	return number < bound ? number : -1;
}

gboolean
stem_parse(gint64 day, const char *name, const char *suffix, gint64 *hour, char stem[STEM_SIZE])
{
	gsize length = strlen(name), end = strlen(suffix);
	int parts[] = {0, 0, 0};

	if (!g_str_has_suffix(name, suffix) || length - end >= STEM_SIZE)
		return FALSE;
	length -= end;
	gsize digits = strspn(name, "0123456789");
	if (digits != 4 && digits != 6)
		return FALSE;
	for (gsize i = 0; i < digits / 2; i++)
		if ((parts[i] = pair(name + 2 * i, i == 0 ? 24 : 60)) < 0)
			return FALSE;
	gboolean is_part = length == digits + 5 && name[digits] == '-' &&
			   pair(name + digits + 1, 60) >= 0 && pair(name + digits + 3, 60) >= 0;
	if (length != digits && !is_part)
		return FALSE;
	*hour = day + parts[0] * 3600 + parts[1] * 60 + parts[2];
	memcpy(stem, name, length);
	stem[length] = '\0';
	return TRUE;
}
