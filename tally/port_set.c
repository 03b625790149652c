#include "config.h"

#include "tally/port_set.h"

#include <string.h>

#include "common/failure.h"

typedef struct {
	guint16 low, high;
} PortRange;

struct PortSet {
	guint n;
	PortRange ranges[];
};

gboolean
port_set_read(const char *word, guint16 *low, guint16 *high)
{
	const char *dash = strchr(word, '-');
	g_autofree char *first = dash ? g_strndup(word, (gsize)(dash - word)) : g_strdup(word);
	guint64 from, to;

	if (!g_ascii_string_to_unsigned(first, 10, 1, G_MAXUINT16, &from, NULL) ||
		!g_ascii_string_to_unsigned(
			dash ? dash + 1 : first, 10, from, G_MAXUINT16, &to, NULL))
		return FALSE;
	*low = (guint16)from;
	*high = (guint16)to;
	return TRUE;
}

PortSet *
port_set_new(const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text, ",;", -1);
	g_autoptr(PortSet) set =
		g_malloc0(sizeof(PortSet) + (g_strv_length(words) + 1) * sizeof(PortRange));

	for (char **word = words; *word; word++) {
		PortRange *range = &set->ranges[set->n++];
		if (port_set_read(g_strstrip(*word), &range->low, &range->high))
			continue;
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"\"%s\": expected ports from 1 to 65535, like 22,80-90", *word);
		return NULL;
	}
	if (set->n > 0)
		return g_steal_pointer(&set);
	g_set_error(
		error, FAILURE, FAILURE_USAGE, "expected ports from 1 to 65535, like 22,80-90");
	return NULL;
}

void
port_set_free(PortSet *set)
{
	g_free(set);
}

gboolean
port_set_has(const PortSet *set, guint16 port)
{
	for (guint i = 0; i < set->n; i++)
		if (port >= set->ranges[i].low && port <= set->ranges[i].high)
			return TRUE;
	return FALSE;
}
