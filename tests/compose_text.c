#include "config.h"

#include "tests/compose_text.h"

#include <string.h>

#include "common/failure.h"

gboolean
compose_text_fail(const ComposeText *text, GError **error, const char *expected, ...)
{
	const char *at = text->at + strspn(text->at, " \t");
	g_autofree char *wanted = NULL;
	va_list arguments;

	va_start(arguments, expected);
	wanted = g_strdup_vprintf(expected, arguments);
	va_end(arguments);
	if (*at == '\0')
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s:%u: the line ends, expected %s",
			text->file, text->line, wanted);
	else
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s:%u: found \"%s\", expected %s",
			text->file, text->line, at, wanted);
	return FALSE;
}

gboolean
compose_text_at_end(ComposeText *text)
{
	text->at += strspn(text->at, " \t,");
	return *text->at == '\0';
}

gboolean
compose_text_accept(ComposeText *text, const char *literal)
{
	gsize length = strlen(literal);

	compose_text_at_end(text);
	if (!g_str_has_prefix(text->at, literal))
		return FALSE;
	if (g_ascii_isalnum(literal[length - 1]) && g_ascii_isalnum(text->at[length]))
		return FALSE;
	text->at += length;
	return TRUE;
}

gboolean
compose_text_expect(ComposeText *text, const char *literal, GError **error)
{
	return compose_text_accept(text, literal) ||
	       compose_text_fail(text, error, "\"%s\"", literal);
}

gboolean
compose_text_number(ComposeText *text, guint64 max, guint64 *number, GError **error)
{
	char *end;
	guint64 value;
	guint base;

	compose_text_at_end(text);
	base = g_str_has_prefix(text->at, "0x") ? 16 : 10;
	if (g_ascii_isdigit(*text->at)) {
		value = g_ascii_strtoull(text->at, &end, base);
		if (value <= max) {
			*number = value;
			text->at = end;
			return TRUE;
		}
	}
	return compose_text_fail(text, error, "a number up to %" G_GUINT64_FORMAT, max);
}

char *
compose_text_word(ComposeText *text)
{
	const char *start;

	if (compose_text_at_end(text))
		return NULL;
	start = text->at;
	text->at += strcspn(text->at, " \t");
	return g_strndup(start, text->at - start);
}

gboolean
compose_text_duration(ComposeText *text, guint64 *ns, GError **error)
{
	static const struct {
		const char *name;
		guint64 ns;
	} units[] = {
		{"ns", 1},
		{"us", 1000},
		{"ms", 1000000},
		{"s", 1000000000},
		{"m", 60000000000},
		{"h", 3600000000000},
		{"d", 86400000000000},
	};
	guint64 number, total = 0;
	gsize unit;

	do {
		if (!compose_text_number(text, 100000, &number, error))
			return FALSE;
		for (unit = 0; unit < G_N_ELEMENTS(units); unit++) {
			gsize length = strlen(units[unit].name);

			if (g_str_has_prefix(text->at, units[unit].name) &&
				!g_ascii_isalpha(text->at[length])) {
				text->at += length;
				break;
			}
		}
		if (unit == G_N_ELEMENTS(units))
			return compose_text_fail(
				text, error, "a unit: ns, us, ms, s, m, h or d");
		total += number * units[unit].ns;
	} while (g_ascii_isdigit(*text->at));
	*ns = total;
	return TRUE;
}

gboolean
compose_text_clock(ComposeText *text, guint digits, guint64 *ns, GError **error)
{
	guint64 hour = 0, minute, second, fraction = 0, unit = 1000000000;

	if (!compose_text_number(text, 23, &hour, error) ||
		!compose_text_expect(text, ":", error) ||
		!compose_text_number(text, 59, &minute, error) ||
		!compose_text_expect(text, ":", error) ||
		!compose_text_number(text, 59, &second, error))
		return FALSE;
	if (*text->at == '.') {
		for (text->at++; g_ascii_isdigit(*text->at) && digits > 0;
			text->at++, digits--) {
			unit /= 10;
			fraction += unit * (guint)g_ascii_digit_value(*text->at);
		}
		if (g_ascii_isdigit(*text->at))
			return compose_text_fail(
				text, error, "no more decimals at this precision");
	}
	*ns = ((hour * 60 + minute) * 60 + second) * 1000000000 + fraction;
	return TRUE;
}

gboolean
compose_text_is_date(ComposeText *text)
{
	compose_text_at_end(text);
	return strspn(text->at, "0123456789") == 4 && text->at[4] == '-';
}

gboolean
compose_text_date(ComposeText *text, guint64 *seconds, GError **error)
{
	g_autoptr(GDateTime) date = NULL;
	ComposeText start = *text;
	guint64 year = 0, month = 0, day = 0;

	if (!compose_text_number(text, 2105, &year, error) ||
		!compose_text_expect(text, "-", error) ||
		!compose_text_number(text, 12, &month, error) ||
		!compose_text_expect(text, "-", error) ||
		!compose_text_number(text, 31, &day, error))
		return FALSE;
	if (year >= 1970)
		date = g_date_time_new_utc((int)year, (int)month, (int)day, 0, 0, 0);
	if (date == NULL)
		return compose_text_fail(&start, error, "a date from 1970-01-01 to 2105-12-31");
	*seconds = (guint64)g_date_time_to_unix(date);
	return TRUE;
}
