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

/* What is the same for all days. */
typedef struct {
	const DetectorSettings *settings;
	const Archive *archive;
	gint64 now;
	GPtrArray *shortfalls;
	GError *unsent; /* owned; why a mail could not be put into the queue; NULL: all were */
} Keeper;

/* A day's pages and findings, in its folder; all are borrowed. */
typedef struct {
	Keeper *keeper;
	Day *day;
	const char *folder;
	const ArchiveLinks *links;
	FILE *draft, *table; /* the findings' lines, written by then */
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

/* A queue that cannot be written costs nothing but the mail: it is told at the end. */
static void
mail(const KeepPages *keep, const Model *model, const char *text)
{
	Keeper *keeper = keep->keeper;

	day_mail(model, keep->folder, text, keeper->now,
		keeper->unsent ? NULL : &keeper->unsent);
}

/* The mail comes last: it tells of pages that are there. */
static gboolean
write_pages(const KeepPages *keep, const Model *model, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) html = g_string_new(NULL);
	g_autoptr(Summary) summary = summary_model_new(model);

	page_text(text, model);
	page_html(html, model);
	if (!save(keep, "index.txt", text, error) || !save(keep, "index.html", html, error) ||
		!hour_page_keep(model, keep->folder, keep->keeper->shortfalls, error) ||
		!summary_save(summary, keep->folder, error) || !keep_lines(keep, error))
		return FALSE;
	mail(keep, model, text->str);
	return TRUE;
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
	GPtrArray *shortfalls = keep->keeper->shortfalls;

	if (!is_worth_a_page(model))
		return keep->day->readers->len == 0 || keep_lines(keep, error);
	g_autofree char *packets = g_build_filename(keep->folder, "packets", NULL);
	g_autoptr(Context) context = context_new(keep->day->site, shortfalls);
	model->links = keep->links->links;
	model->n_links = keep->links->n;
	model->feed = ARCHIVE_DAY_FEED;
	model->context = context;
	model->problems = shortfalls;
	gboolean done = make_folder(keep->folder, error) &&
			card_packets_find(model, packets, shortfalls, error) &&
			write_pages(keep, model, error);
	model->context = NULL;
	return done;
}

static gboolean
keep_day(Keeper *keeper, Day *day, GError **error)
{
	const char *reports = day->site->reports;
	g_autofree char *folder = day_folder(day);

	g_autoptr(FILE) draft = draft_new(reports, error);
	if (!draft)
		return FALSE;
	g_autoptr(FILE) table = draft_new(reports, error);
	if (!table)
		return FALSE;
	g_auto(ArchiveLinks) links = archive_day_links(keeper->archive, day->date);
	KeepPages pages = {keeper, day, folder, &links, draft, table};
	const FindLines lines[] = {{&line_json, draft}, {&line_csv, table}, {NULL, NULL}};
	const DayOutput output = {lines, keep_pages, &pages};
	if (!day_find(day, keeper->settings, &output, keeper->shortfalls, error))
		return FALSE;
	if (day->readers->len == 0)
		g_ptr_array_add(keeper->shortfalls,
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
	Keeper keeper = {settings, archive, now, shortfalls, NULL};
	gboolean done = archive != NULL;

	for (char **date = dates; done && *date; date++) {
		g_autoptr(Day) day = day_new(site, sensors, *date, now, error);
		done = day && keep_day(&keeper, day, error);
		if (day)
			day_find_tell(day->unread, shortfalls);
	}
	done = done && archive_update(archive, (const char *const *)dates,
			       (const char *const *)sensors, shortfalls, error);
	if (!done)
		g_clear_error(&keeper.unsent);
	else if (keeper.unsent)
		g_propagate_error(error, keeper.unsent);
	return done && !keeper.unsent;
}
