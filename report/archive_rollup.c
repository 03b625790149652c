#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/archive_private.h"
#include "report/text.h"

enum {
	SOURCES_MAX = 50, /* rows */
	PORTS_MAX = 20,
};

/* A source on one of its days. */
typedef struct {
	guint day;
	const SummarySource *told; /* borrowed */
} Sighting;

typedef struct {
	const char *source; /* borrowed */
	GArray *sightings;  /* owned; of Sighting, by day */
} Returner;

static void
returner_free(gpointer data)
{
	Returner *returner = data;

	g_array_unref(returner->sightings);
	g_free(returner);
}

/* Found on most days first, of these the latest, then by text. */
static int
compare_returners(gconstpointer a, gconstpointer b)
{
	const Returner *x = *(Returner *const *)a, *y = *(Returner *const *)b;
	guint n = x->sightings->len, m = y->sightings->len;

	if (n != m)
		return n > m ? -1 : 1;
	guint last = g_array_index(x->sightings, Sighting, n - 1).day,
	      other = g_array_index(y->sightings, Sighting, m - 1).day;
	if (last != other)
		return last > other ? -1 : 1;
	return strcmp(x->source, y->source);
}

/* All sources; *cut: of how many days some are left out. */
static GPtrArray *
gather(const GPtrArray *days, guint *cut)
{
	GPtrArray *returners = g_ptr_array_new_with_free_func(returner_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	*cut = 0;
	for (guint i = 0; i < days->len; i++) {
		const Summary *day = days->pdata[i];
		*cut += day->more_sources;
		for (guint k = 0; day->sources && k < day->sources->len; k++) {
			const SummarySource *told = day->sources->pdata[k];
			const Sighting sighting = {day->day, told};
			Returner *returner = g_hash_table_lookup(known, told->source);
			if (!returner) {
				returner = g_new(Returner, 1);
				returner->source = told->source;
				returner->sightings =
					g_array_new(FALSE, FALSE, sizeof(Sighting));
				g_ptr_array_add(returners, returner);
				g_hash_table_insert(known, told->source, returner);
			}
			/* A summary from elsewhere may name one twice. */
			if (returner->sightings->len == 0 ||
				g_array_index(returner->sightings, Sighting,
					returner->sightings->len - 1)
						.day != day->day)
				g_array_append_val(returner->sightings, sighting);
		}
	}
	g_ptr_array_sort(returners, compare_returners);
	return returners;
}

/* What the store holds of the first n; of what is no address nothing. Owned by the caller. */
static PastSource *
look_up(Past *past, const GPtrArray *returners, guint n, GError **error)
{
	g_autofree Network *keys = g_new0(Network, MAX(n, 1));
	g_autofree PastSource *found = g_new0(PastSource, MAX(n, 1));

	for (guint i = 0; i < n; i++) {
		const Returner *returner = returners->pdata[i];
		if (!network_parse(returner->source, &keys[i], NULL))
			keys[i] = (Network){.first = address_from_v4(0), .bits = 32};
	}
	return past_find_sources(past, keys, n, found, error) ? g_steal_pointer(&found) : NULL;
}

static void
put_verdicts(GString *page, const Returner *returner)
{
	guint64 verdicts[VERDICT_COUNT] = {0};

	for (guint i = 0; i < returner->sightings->len; i++)
		verdicts[g_array_index(returner->sightings, Sighting, i).told->verdict]++;
	g_autofree char *text = summary_verdicts(verdicts);
	html_element(page, "td", NULL, text);
}

/* "09-10 09-11": each leads to the day's card. */
static void
put_sightings(GString *page, const Returner *returner, const char *prefix)
{
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE];

	g_string_append(page, "<td>");
	for (guint i = 0; i < returner->sightings->len; i++) {
		const Sighting *sighting = &g_array_index(returner->sightings, Sighting, i);
		const SummarySource *told = sighting->told;
		g_string_append_printf(page, "%s<a href=\"%s%s/index.html%s%s\">%s</a>",
			i > 0 ? " " : "", prefix, calendar_folder(sighting->day, folder),
			told->has_card ? "#f-" : "", told->has_card ? told->id : "",
			calendar_format(sighting->day, date) + strlen("2017-"));
	}
	g_string_append(page, "</td>");
}

static void
put_returner(
	GString *page, const Returner *returner, const PastSource *past, const char *prefix)
{
	g_autofree char *held = past_source_text(past);

	g_string_append(page, "<tr><th scope=\"row\">");
	html_text(page, returner->source);
	g_string_append_printf(page, "</th><td class=\"n\">%u</td>", returner->sightings->len);
	put_verdicts(page, returner);
	put_sightings(page, returner, prefix);
	html_element(page, "td", NULL, past->days_known > 0 ? held : "nothing is remembered");
	g_string_append(page, "</tr>\n");
}

gboolean
archive_rollup_sources(
	GString *page, const GPtrArray *days, const char *prefix, Past *past, GError **error)
{
	guint cut;
	g_autoptr(GPtrArray) returners = gather(days, &cut);
	guint n = MIN(returners->len, SOURCES_MAX);
	char shown[TEXT_NUMBER_SIZE], all[TEXT_NUMBER_SIZE];

	if (n == 0)
		return TRUE;
	g_autofree PastSource *found = look_up(past, returners, n, error);
	if (!found)
		return FALSE;
	g_autofree char *caption =
		n < returners->len
			? g_strdup_printf("The %s of %s sources that were found on "
					  "most days",
				  text_number(n, shown), text_number(returners->len, all))
			: g_strdup("Sources, by the days on which they were found");
	g_string_append(page, "<h2>Sources</h2>\n<div class=\"wide\" tabindex=\"0\"><table "
			      "class=\"sort\">\n");
	html_element(page, "caption", NULL, caption);
	g_string_append(page,
		"<thead><tr><th scope=\"col\">Source</th><th scope=\"col\" "
		"class=\"n\">Days found</th><th scope=\"col\">Verdicts, days</th>"
		"<th scope=\"col\">Reports</th><th scope=\"col\">The store, on the UTC "
		"days of these that are over</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < n; i++)
		put_returner(page, returners->pdata[i], &found[i], prefix);
	g_string_append(page, "</tbody></table></div>\n");
	if (cut > 0) {
		g_string_append(page, "<p class=\"note\">");
		html_format(page,
			"On %u day%s more was found than a summary lists: only the first %u "
			"sources by rank of each day are counted here.",
			cut, text_plural(cut), SUMMARY_SOURCES);
		g_string_append(page, "</p>\n");
	}
	return TRUE;
}

/* Asked for by most sources, day by day, first. */
static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const PastPortSum *x = a, *y = b;

	if (x->sources != y->sources)
		return x->sources > y->sources ? -1 : 1;
	if (x->port.group != y->port.group)
		return (int)x->port.group - (int)y->port.group;
	return (int)x->port.port - (int)y->port.port;
}

static void
put_port(GString *page, const PastPortSum *port, guint known)
{
	char sources[TEXT_NUMBER_SIZE], packets[TEXT_NUMBER_SIZE];

	g_string_append_printf(page,
		"<tr><th scope=\"row\">%s %u</th><td class=\"n\" data-value=\"%u\">%u of "
		"%u</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
		past_group_names[port->port.group], port->port.port, port->days_seen,
		port->days_seen, known, text_number(port->sources_max, sources),
		text_number(port->packets, packets));
}

gboolean
archive_rollup_ports(GString *page, Past *past, GError **error)
{
	g_autoptr(GArray) ports = past_list_ports(past, error);
	char all[TEXT_NUMBER_SIZE];

	if (!ports)
		return FALSE;
	if (ports->len == 0)
		return TRUE;
	g_array_sort(ports, compare_ports);
	guint n = MIN(ports->len, PORTS_MAX);
	g_autofree char *most =
		n < ports->len ? g_strdup_printf("The %u of %s service ports that most sources",
					 n, text_number(ports->len, all))
			       : g_strdup("Service ports that sources");
	g_autofree char *caption = g_strdup_printf(
		"%s asked for on the UTC days of these that are over, as the store holds "
		"them; ICMP by its type",
		most);
	g_string_append(page,
		"<h2>Ports</h2>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sort\">\n");
	html_element(page, "caption", NULL, caption);
	g_string_append(page, "<thead><tr><th scope=\"col\">Port</th><th scope=\"col\" "
			      "class=\"n\">Days</th><th scope=\"col\" class=\"n\">Sources on "
			      "one day, at most</th><th scope=\"col\" class=\"n\">Packets</th>"
			      "</tr></thead>\n<tbody>\n");
	for (guint i = 0; i < n; i++)
		put_port(page, &g_array_index(ports, PastPortSum, i), past_days_known(past));
	g_string_append(page, "</tbody></table></div>\n");
	return TRUE;
}
