#include "config.h"

#include "common/size.h"

#include <string.h>

static const char units[] = "KMGT";

gboolean
size_parse(const char *text, guint64 *octets)
{
	gsize length = strspn(text, "0123456789");
	g_autofree char *digits = g_strndup(text, length);
	const char *unit =
		text[length] == '\0' ? NULL : strchr(units, g_ascii_toupper(text[length]));
	guint shift = unit ? 10 * (guint)(unit - units + 1) : 0;
	guint64 number;

	if (text[length] != '\0' && (!unit || text[length + 1] != '\0'))
		return FALSE;
	if (!g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64 >> shift, &number, NULL))
		return FALSE;
	*octets = number << shift;
	return TRUE;
}

char *
size_format(guint64 octets, char *buffer)
{
	guint unit = 0;

	while (octets > 0 && octets % 1024 == 0 && unit < strlen(units)) {
		octets /= 1024;
		unit++;
	}
	g_snprintf(buffer, SIZE_TEXT_SIZE, "%" G_GUINT64_FORMAT "%.*s", octets,
		unit > 0 ? 1 : 0, unit > 0 ? units + unit - 1 : "");
	return buffer;
}
