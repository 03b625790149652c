#include "config.h"

#include "report/line_format.h"

#include <string.h>

#include "common/failure.h"

static const LineFormat *const table[] = {
	&line_json,
	&line_csv,
	&line_eve,
	&line_zeek,
	&line_dshield,
};

const LineFormat *const *
line_format_table(gsize *n)
{
	*n = G_N_ELEMENTS(table);
	return table;
}

guint
line_format_sources(const Finding *finding)
{
	return finding->scope == SCOPE_SOURCES ? finding->sources->len : 1;
}

gboolean
line_format_find(const char *name, const LineFormat **format, GError **error)
{
	g_autoptr(GString) names = g_string_new("text");

	*format = NULL;
	if (!name || strcmp(name, "text") == 0)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		if (strcmp(table[i]->name, name) == 0) {
			*format = table[i];
			return TRUE;
		}
		g_string_append_printf(names, ", %s", table[i]->name);
	}
	g_set_error(error, FAILURE, FAILURE_USAGE, "--format %s: expected one of %s", name,
		names->str);
	return FALSE;
}
