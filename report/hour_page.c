#include "config.h"

#include "report/hour_page.h"

#include <string.h>

#include "common/disk.h"
#include "common/hour.h"
#include "report/draft.h"
#include "report/fields.h"
#include "report/hour_hits.h"
#include "report/hour_links.h"
#include "report/html.h"
#include "report/text.h"
#include "tally/store.h"

static const char begin_mark[] = "<!-- hits ", end_mark[] = "<!-- end of hits -->\n";

typedef struct {
	const Model *model; /* borrowed, like all here */
	const Day *day;
	const char *folder;
	const Pattern *patterns;
	guint n_patterns;
	Captures *captures;
	GPtrArray *shortfalls;
} HourPages;

/* The hour's tally of that sensor; NULL: there is none. */
static const HourFacts *
find_facts(const Day *day, const char *sensor, gint64 hour)
{
	for (guint i = 0; i < day->readers->len; i++) {
		const Reader *reader = day->readers->pdata[i];
		g_autofree char *own = NULL;
		gint64 at;
		if (store_parse_path(reader_name(reader), &own, &at) && at == hour &&
			strcmp(own, sensor) == 0)
			return reader_hour(reader);
	}
	return NULL;
}

static void
add_sensor(GArray *fields, const char *label, const char *sensor, const HourFacts *facts)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];
	guint64 dropped = FACTS_NEVER;

	if (!facts) {
		fields_format(fields, label,
			"%s: no tally of this hour: what came is not known", sensor);
		return;
	}
	g_string_printf(text, "%s: %s packets in", sensor,
		text_number(facts->totals.packets[OUTCOME_IN], number));
	g_string_append_printf(
		text, ", %s out", text_number(facts->totals.packets[OUTCOME_OUT], number));
	facts_add_known(&dropped, facts->dropped_kernel);
	facts_add_known(&dropped, facts->dropped_interface);
	facts_add_known(&dropped, facts->discarded);
	if (dropped != FACTS_NEVER)
		g_string_append_printf(text, ", %s not captured", text_number(dropped, number));
	if (facts->cut_short)
		g_string_append_printf(text, "; cut short%s%s", *facts->shortfall ? ": " : "",
			facts->shortfall);
	fields_add(fields, label, text->str);
}

static void
put_sensors(GString *page, const HourPages *pages, gint64 hour)
{
	g_autoptr(GArray) fields = fields_new();
	const char **sensors = pages->day->sensors;

	for (guint i = 0; sensors[i]; i++)
		add_sensor(fields, i == 0 ? "Sensors" : "", sensors[i],
			find_facts(pages->day, sensors[i], hour));
	fields_html(page, fields);
}

/* What stands between the two comments of a page, the first one's key in *key; NULL: nothing. Both
 * owned by the caller. */
static char *
read_hits(const char *path, char **key)
{
	gsize length;
	g_autofree char *text = disk_load(path, DISK_TEXT_MAX, &length);

	if (!text)
		return NULL;
	const char *begin = strstr(text, begin_mark);
	const char *after = begin ? strstr(begin, " -->\n") : NULL;
	const char *end = after ? strstr(after, end_mark) : NULL;
	if (!end)
		return NULL;
	begin += strlen(begin_mark);
	*key = g_strndup(begin, (gsize)(after - begin));
	after += strlen(" -->\n");
	return g_strndup(after, (gsize)(end - after));
}

static void
tell_problems(GString *hits, const GPtrArray *problems, GPtrArray *shortfalls)
{
	for (guint i = 0; i < problems->len; i++) {
		html_element(hits, "p", "banner", problems->pdata[i]);
		g_string_append_c(hits, '\n');
		g_ptr_array_add(shortfalls, g_strdup(problems->pdata[i]));
	}
}

/* path: of the page as it was. */
static gboolean
put_hits(GString *page, const HourPages *pages, gint64 hour, const char *path, GError **error)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(CapturesFile));
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) hits = g_string_new(NULL);
	g_autofree char *old_key = NULL;
	gboolean printed;

	if (pages->n_patterns == 0)
		return TRUE;
	if (!captures_list(pages->captures, hour, files, error))
		return FALSE;
	g_autofree char *key = hour_hits_key(
		files, pages->day->site->home, pages->patterns, pages->n_patterns);
	g_autofree char *old = read_hits(path, &old_key);
	if (old && (files->len == 0 || strcmp(key, old_key) == 0)) {
		g_string_append_printf(
			page, "%s%s -->\n%s%s", begin_mark, old_key, old, end_mark);
		return TRUE;
	}
	if (files->len == 0) {
		g_string_append(page, "<p class=\"note\">The packets of this hour are not in "
				      "the spool: nothing is known of the patterns.</p>\n");
		return TRUE;
	}
	if (!hour_hits_html(hits, files, pages->day->site->home, pages->patterns,
		    pages->n_patterns, pages->folder, &printed, problems, error))
		return FALSE;
	tell_problems(hits, problems, pages->shortfalls);
	/* A key that no hits have: they are made again. */
	g_string_append_printf(page, "%s%s -->\n%s%s", begin_mark,
		printed ? key : "not printed", hits->str, end_mark);
	return TRUE;
}

static void
put_tally(GString *page, const HourPages *pages, gint64 hour)
{
	const CounterLinks links = {"index.html", pages->model->places};
	g_autoptr(GString) text = g_string_new(NULL);

	counters_hour_text(text, pages->model->head->counters, hour, &links);
	g_string_append(page, "<h2>Hourly Tally Counter</h2>\n");
	if (text->len > 0)
		g_string_append_printf(page, "<pre tabindex=\"0\">%s</pre>\n", text->str);
	else
		g_string_append_printf(page, "<p>No source hit %u hosts or more.</p>\n",
			pages->model->head->counters->triggers[PROFILE_HOUR]);
}

static gboolean
keep_page(const HourPages *pages, gint64 hour, GError **error)
{
	const Day *day = pages->day;
	g_autofree char *name = hour_links_name(day->from, hour);
	g_autofree char *path = g_build_filename(pages->folder, name, NULL);
	char start[HOUR_TEXT_SIZE], local[HOUR_TEXT_SIZE];
	hour_format_s(hour, start);
	zone_format(day->site->zone, hour, local);
	g_autofree char *title =
		g_strdup_printf("%s, hour from %s - Gnomon", day->site->name, start);
	g_autofree char *heading = g_strdup_printf("%s, hour from %s", day->site->name, start);
	g_autofree char *where = g_strdup_printf(
		"Local: %s (%s), day %s", local, zone_name(day->site->zone), day->date);
	g_auto(ArchiveLinks) links = hour_links(day->site, hour, day->span.to);
	const HtmlPage frame = {.title = title, .links = links.links, .n_links = links.n};
	g_autoptr(GString) page = g_string_new(NULL);

	html_begin(page, &frame);
	html_element(page, "h1", NULL, heading);
	html_element(page, "p", "where", where);
	g_string_append_c(page, '\n');
	put_sensors(page, pages, hour);
	if (!put_hits(page, pages, hour, path, error))
		return FALSE;
	put_tally(page, pages, hour);
	html_element(page, "p", "where", heading);
	html_element(page, "p", "where", where);
	html_end(page, &frame);
	return draft_save(path, page->str, page->len, error);
}

gboolean
hour_page_keep(const Model *model, const char *folder, GPtrArray *shortfalls, GError **error)
{
	HourPages pages = {model, model->day, folder, NULL, 0, NULL, shortfalls};
	g_autofree Pattern *patterns =
		pattern_list(model->day->site->settings, &pages.n_patterns);
	g_autoptr(Captures) captures =
		pages.n_patterns > 0 ? captures_new(model->day->site, NULL, error) : NULL;

	if (pages.n_patterns > 0 && !captures)
		return FALSE;
	pages.patterns = patterns;
	pages.captures = captures;
	for (gint64 hour = model->day->from; hour < model->day->span.to; hour += HOUR_SECONDS)
		if (!keep_page(&pages, hour, error))
			return FALSE;
	return TRUE;
}
