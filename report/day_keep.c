#include "config.h"

#include "report/day_keep.h"

#include <errno.h>

#include "common/failure.h"
#include "report/archive.h"
#include "report/card_packets.h"
#include "report/day_find.h"
#include "report/day_mail.h"
#include "report/draft.h"
#include "report/hour_page.h"
#include "report/page.h"
#include "report/summary_model.h"
#include "tally/site_groups.h"

/* REPORTS/SITE/YYYY/MM/DD */
static char *
day_folder(const Day *day)
{
	g_auto(GStrv) date = g_strsplit(day->date, "-", 3);

	return g_build_filename(
		day->site->reports, day->site->name, date[0], date[1], date[2], NULL);
}

static gboolean
make_folder(const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
		g_strerror(errno));
	return FALSE;
}

/* The day's pages and findings, in its folder. */
typedef struct {
	Day *day;                  /* borrowed */
	const char *folder;        /* borrowed */
	GPtrArray *shortfalls;     /* borrowed */
	const ArchiveLinks *links; /* borrowed */
	FILE *draft, *table;       /* borrowed; the findings' lines, written by then */
	gint64 now;
} KeepPages;

static gboolean
save(const KeepPages *keep, const char *name, const GString *page, GError **error)
{
	g_autofree char *path = g_build_filename(keep->folder, name, NULL);

	return draft_save(path, page->str, page->len, error);
}

static gboolean
keep_lines(const KeepPages *keep, GError **error)
{
	g_autofree char *path = g_build_filename(keep->folder, "findings.ndjson", NULL);
	g_autofree char *table_path = g_build_filename(keep->folder, "findings.csv", NULL);

	return make_folder(keep->folder, error) && draft_keep(keep->table, table_path, error) &&
	       draft_keep(keep->draft, path, error);
}

/* The mail comes last: it tells of pages that are there, and a queue that cannot be written shall
 * cost nothing else. */
static gboolean
write_pages(const KeepPages *keep, const Model *model, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) html = g_string_new(NULL);
	g_autoptr(Summary) summary = summary_model_new(model);

	page_text(text, model);
	page_html(html, model);
	return save(keep, "index.txt", text, error) && save(keep, "index.html", html, error) &&
	       hour_page_keep(model, keep->folder, keep->shortfalls, error) &&
	       summary_save(summary, keep->folder, error) && keep_lines(keep, error) &&
	       day_mail(model, keep->folder, text->str, keep->now, error);
}

/* Windows of days reach beyond the last hour that was captured: of what is over, and told, no
 * page is made day after day. */
static gboolean
is_worth_a_page(const Model *model)
{
	const Day *day = model->day;

	for (guint i = 0; i < day->readers->len; i++)
		if (reader_hour(day->readers->pdata[i])->hour >= day->from)
			return TRUE;
	return day->readers->len > 0 && model->total > 0;
}

static gboolean
keep_pages(gpointer data, Model *model, GError **error)
{
	const KeepPages *keep = data;

	if (!is_worth_a_page(model))
		return keep->day->readers->len == 0 || keep_lines(keep, error);
	g_autofree char *packets = g_build_filename(keep->folder, "packets", NULL);
	g_autoptr(Context) context = context_new(keep->day->site, keep->shortfalls);
	model->links = keep->links->links;
	model->n_links = keep->links->n;
	model->feed = ARCHIVE_DAY_FEED;
	model->context = context;
	model->problems = keep->shortfalls;
	gboolean done = make_folder(keep->folder, error) &&
			card_packets_find(model, packets, keep->shortfalls, error) &&
			write_pages(keep, model, error);
	model->context = NULL;
	return done;
}

static gboolean
keep_day(Day *day, const DetectorSettings *settings, const Archive *archive, gint64 now,
	GPtrArray *shortfalls, GError **error)
{
	const char *reports = day->site->reports;
	g_autofree char *folder = day_folder(day);

	g_autoptr(FILE) draft = draft_new(reports, error);
	if (!draft)
		return FALSE;
	g_autoptr(FILE) table = draft_new(reports, error);
	if (!table)
		return FALSE;
	g_auto(ArchiveLinks) links = archive_day_links(archive, day->date);
	KeepPages pages = {day, folder, shortfalls, &links, draft, table, now};
	const FindLines lines[] = {{&line_json, draft}, {&line_csv, table}, {NULL, NULL}};
	const DayOutput output = {lines, keep_pages, &pages};
	if (!day_find(day, settings, &output, shortfalls, error))
		return FALSE;
	if (day->readers->len == 0)
		g_ptr_array_add(shortfalls,
			g_strdup_printf("%s: no tally of it, nor of the hours before that its "
					"windows hold: nothing written",
				day->date));
	return TRUE;
}

gboolean
day_keep(const Site *site, const char **sensors, char **dates, gint64 now,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(DetectorSettings) settings = site_groups_thresholds(site->settings);
	g_autoptr(Archive) archive = archive_new(site, error);

	for (char **date = dates; archive && *date; date++) {
		g_autoptr(Day) day = day_new(site, sensors, *date, now, error);
		gboolean done = day && keep_day(day, settings, archive, now, shortfalls, error);
		if (day)
			day_find_tell(day->unread, shortfalls);
		if (!done)
			return FALSE;
	}
	return archive && archive_update(archive, (const char *const *)dates,
				  (const char *const *)sensors, shortfalls, error);
}
