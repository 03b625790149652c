#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "common/hour.h"
#include "report/archive_private.h"
#include "report/hour_links.h"
#include "report/summary_parse.h"

#define LIST_NAME "days.json"
/* Of a file that is read: some centuries of days. */
enum { LIST_OCTETS_MAX = 64 * 1024 * 1024 };

/* --- what changed */

/* What was written of all days by the last update; NULL: nothing that can be read. */
static GPtrArray *
load_list(const Archive *archive)
{
	g_autofree char *path = g_build_filename(archive->folder, LIST_NAME, NULL);
	g_autofree char *problem = NULL;
	gsize length;
	g_autofree char *text = summary_read_file(path, LIST_OCTETS_MAX, &length, &problem);

	return text ? summary_parse_list(text, length) : NULL;
}

static gboolean
save_list(const Archive *archive, GError **error)
{
	g_autoptr(GString) text = g_string_new("[\n");

	for (guint i = 0; i < archive->days->len; i++) {
		if (i > 0)
			g_string_append(text, ",\n");
		g_autoptr(GString) day = g_string_new(NULL);
		summary_json(day, archive_day(archive, i));
		g_string_append_len(text, day->str, (gssize)day->len);
	}
	g_string_append(text, "\n]\n");
	return archive_keep(archive, LIST_NAME, text, error);
}

/* Takes over what is listed of the days that are there; the others, and those that are no longer
 * there, changed. */
static void
take_list(Archive *archive, GPtrArray *list, GArray *changed)
{
	guint at = 0;

	for (guint i = 0; i < list->len; i++) {
		Summary *listed = list->pdata[i];
		for (; at < archive->days->len && archive_day(archive, at)->day < listed->day;
			at++)
			g_array_append_val(changed, archive_day(archive, at)->day);
		if (at >= archive->days->len || archive_day(archive, at)->day != listed->day) {
			g_array_append_val(changed, listed->day);
			continue;
		}
		summary_free(archive->days->pdata[at]);
		archive->days->pdata[at++] = listed;
		list->pdata[i] = NULL;
	}
	for (; at < archive->days->len; at++)
		g_array_append_val(changed, archive_day(archive, at)->day);
}

static int
compare_days(gconstpointer a, gconstpointer b)
{
	guint x = *(const guint *)a, y = *(const guint *)b;

	return (x > y) - (x < y);
}

/* Days of which pages are to be made anew, ascending; some more than once. */
static GArray *
find_changed(Archive *archive, const char *const *dates)
{
	GArray *changed = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GPtrArray) list = load_list(archive);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	guint day;

	take_list(archive, list ? list : none, changed);
	for (guint i = 0; !dates && i < archive->days->len; i++)
		g_array_append_val(changed, archive_day(archive, i)->day);
	for (; dates && *dates; dates++)
		if (calendar_parse(*dates, &day))
			g_array_append_val(changed, day);
	g_array_sort(changed, compare_days);
	return changed;
}

/* --- months and weeks */

/* The page of a period that has no day left goes. */
static gboolean
remove_page(const Archive *archive, const char *path, GError **error)
{
	g_autofree char *file = g_build_filename(archive->folder, path, NULL);

	return unlink(file) == 0 || errno == ENOENT || errno == ENOTDIR ||
	       archive_fail(error, file, "cannot be removed");
}

static gboolean
keep_period(Archive *archive, const Period *period, const char *const *sensors,
	GPtrArray *shortfalls, GError **error)
{
	guint from = archive_find(archive, period->first),
	      to = archive_find(archive, period->last + 1);
	g_autoptr(GPtrArray) days = g_ptr_array_new();

	if (from == to) {
		g_autofree char *path = period_path(period);
		return remove_page(archive, path, error);
	}
	for (guint i = from; i < to; i++) {
		Summary *whole = archive_load(archive, archive_day(archive, i)->day);
		summary_free(archive->days->pdata[i]);
		archive->days->pdata[i] = whole;
		g_ptr_array_add(days, whole);
	}
	gboolean kept = archive_period_keep(archive, period, days, sensors, shortfalls, error);
	for (guint i = from; i < to; i++)
		summary_strip(archive->days->pdata[i]);
	return kept;
}

/* Calls with every month, then every week, that holds a day of changed. */
typedef gboolean (*PeriodFunc)(
	Archive *archive, const Period *period, gpointer data, GError **error);

static gboolean
foreach_period(
	Archive *archive, const GArray *changed, PeriodFunc call, gpointer data, GError **error)
{
	for (guint kind = PERIOD_MONTH; kind <= PERIOD_WEEK; kind++) {
		guint done = 0;
		for (guint i = 0; i < changed->len; i++) {
			guint day = g_array_index(changed, guint, i);
			if (day <= done)
				continue;
			Period period = period_of((PeriodKind)kind, day);
			if (!call(archive, &period, data, error))
				return FALSE;
			done = period.last;
		}
	}
	return TRUE;
}

/* The page of a year that has no day left goes. */
static gboolean
remove_years(const Archive *archive, const GArray *changed, GError **error)
{
	guint last = 0;

	for (guint i = 0; i < changed->len; i++) {
		guint year = calendar_year(g_array_index(changed, guint, i));
		if (year == last)
			continue;
		last = year;
		g_autofree char *path = g_strdup_printf("%04u/index.html", year);
		guint at = 0;
		while (at < archive->days->len &&
			calendar_year(archive_day(archive, at)->day) != year)
			at++;
		if (at == archive->days->len && !remove_page(archive, path, error))
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	const char *const *sensors;
	GPtrArray *shortfalls;
} Rollup;

static gboolean
make_period(Archive *archive, const Period *period, gpointer data, GError **error)
{
	const Rollup *rollup = data;

	return keep_period(archive, period, rollup->sensors, rollup->shortfalls, error);
}

/* --- links of what lies beside */

static gboolean
renew_hour(const Archive *archive, gint64 hour, GError **error)
{
	g_auto(ArchiveLinks) links = hour_links(archive->site, hour, hour);
	g_autofree char *path = hour_links_path(archive->site, hour);

	return archive_links_renew(archive, path, &links, error);
}

/* The first hour of a day and its last lead over midnight. */
static gboolean
renew_edges(const Archive *archive, guint day, GError **error)
{
	const Zone *zone = archive->site->zone;
	char date[CALENDAR_TEXT_SIZE];
	gint64 from;

	if (!zone_parse_day(zone, calendar_format(day, date), &from, NULL))
		return TRUE; /* a folder of another zone */
	return renew_hour(archive, from, error) &&
	       renew_hour(archive, zone_next_day(zone, from) - HOUR_SECONDS, error);
}

static gboolean
renew_day(const Archive *archive, guint day, GError **error)
{
	g_auto(ArchiveLinks) links = archive_links_of_day(archive, day);
	char folder[CALENDAR_TEXT_SIZE];
	g_autofree char *path =
		g_build_filename(calendar_folder(day, folder), "index.html", NULL);

	return archive_links_renew(archive, path, &links, error) &&
	       renew_edges(archive, day, error);
}

/* The days that changed, and those before and after. */
static gboolean
renew_days(const Archive *archive, const GArray *changed, GError **error)
{
	g_autofree guint8 *marks =
		g_new0(guint8, archive->days->len + 2); /* by place, from 1 */

	for (guint i = 0; i < changed->len; i++) {
		guint day = g_array_index(changed, guint, i), at = archive_find(archive, day);
		marks[at] = 1;
		marks[at + 1] = 1;
		if (archive_has(archive, day) && at + 1 < archive->days->len)
			marks[at + 2] = 1;
	}
	for (guint i = 0; i < archive->days->len; i++)
		if (marks[i + 1] && !renew_day(archive, archive_day(archive, i)->day, error))
			return FALSE;
	return TRUE;
}

static gboolean
renew_period(const Archive *archive, PeriodKind kind, guint day, GError **error)
{
	Period period = period_of(kind, day);
	g_auto(ArchiveLinks) links = archive_links_of_period(archive, &period);
	g_autofree char *path = period_path(&period);

	return archive_links_renew(archive, path, &links, error);
}

static gboolean
renew_beside(Archive *archive, const Period *period, gpointer data, GError **error)
{
	guint from = archive_find(archive, period->first),
	      to = archive_find(archive, period->last + 1);

	(void)data;
	return (from == 0 || renew_period(archive, period->kind,
				     archive_day(archive, from - 1)->day, error)) &&
	       (to >= archive->days->len || renew_period(archive, period->kind,
						    archive_day(archive, to)->day, error));
}

/* --- latest */

/* A link that is there at every instant. */
static gboolean
keep_latest(const Archive *archive, GError **error)
{
	g_autofree char *path = g_build_filename(archive->folder, "latest", NULL);
	g_autofree char *next = g_build_filename(archive->folder, ".latest.part-linked", NULL);
	g_autofree char *old = g_file_read_link(path, NULL);
	char folder[CALENDAR_TEXT_SIZE];

	if (archive->days->len == 0)
		return !old || remove_page(archive, "latest", error);
	calendar_folder(archive_day(archive, archive->days->len - 1)->day, folder);
	if (g_strcmp0(old, folder) == 0)
		return TRUE;
	unlink(next);
	if (symlink(folder, next) != 0 || rename(next, path) != 0) {
		archive_fail(error, path, "cannot be made a link to the newest day");
		unlink(next);
		return FALSE;
	}
	return TRUE;
}

gboolean
archive_update(Archive *archive, const char *const *dates, const char *const *sensors,
	GPtrArray *shortfalls, GError **error)
{
	Rollup rollup = {sensors, shortfalls};

	if (!archive_scan(archive, error))
		return FALSE;
	if (!g_file_test(archive->folder, G_FILE_TEST_EXISTS))
		return TRUE;
	g_autoptr(GArray) changed = find_changed(archive, dates);
	/* The list comes last: what a run that was broken off did not do is still to be done. */
	return foreach_period(archive, changed, make_period, &rollup, error) &&
	       archive_calendar_keep(archive, error) && remove_years(archive, changed, error) &&
	       archive_feed_keep(archive, error) && keep_latest(archive, error) &&
	       renew_days(archive, changed, error) &&
	       foreach_period(archive, changed, renew_beside, NULL, error) &&
	       save_list(archive, error);
}
