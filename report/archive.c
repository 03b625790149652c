#include "config.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "report/archive_private.h"
#include "report/draft.h"

gboolean
archive_fail(GError **error, const char *path, const char *what)
{
	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(errno));
	return FALSE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the names of so many digits in a folder, sorted; none where there is no such folder. */
static gboolean
list_numbers(GPtrArray *names, const char *folder, gsize digits, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
	const char *name;

	if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
		g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
		return TRUE;
	if (!dir) {
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, problem->message);
		return FALSE;
	}
	while ((name = g_dir_read_name(dir)))
		if (strlen(name) == digits && strspn(name, G_CSET_DIGITS) == digits)
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return TRUE;
}

/* A day that has a page, of which nothing is known yet. */
static void
add_day(Archive *archive, const char *folder, const char *date)
{
	g_autofree char *page = g_build_filename(folder, "index.html", NULL);
	guint day;

	if (!calendar_parse(date, &day) || !g_file_test(page, G_FILE_TEST_IS_REGULAR))
		return;
	Summary *summary = summary_new(day);
	summary_strip(summary);
	summary->problem = g_strdup("not looked at yet");
	g_ptr_array_add(archive->days, summary);
}

/* Folders one within the other: years, months, days. so_far: "", "2017", "2017-09". */
static gboolean
scan(Archive *archive, const char *folder, const char *so_far, guint depth, GError **error)
{
	static const gsize digits[] = {4, 2, 2};
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (depth == G_N_ELEMENTS(digits)) {
		add_day(archive, folder, so_far);
		return TRUE;
	}
	if (!list_numbers(names, folder, digits[depth], error))
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		g_autofree char *inner = g_build_filename(folder, name, NULL);
		g_autofree char *text =
			depth == 0 ? g_strdup(name) : g_strconcat(so_far, "-", name, NULL);
		if (!scan(archive, inner, text, depth + 1, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
archive_scan(Archive *archive, GError **error)
{
	g_ptr_array_set_size(archive->days, 0);
	return scan(archive, archive->folder, "", 0, error);
}

Archive *
archive_new(const Site *site, GError **error)
{
	g_autoptr(Archive) archive = g_new0(Archive, 1);

	archive->site = site;
	archive->folder = g_build_filename(site->reports, site->name, NULL);
	archive->days = g_ptr_array_new_with_free_func((GDestroyNotify)summary_free);
	return archive_scan(archive, error) ? g_steal_pointer(&archive) : NULL;
}

void
archive_free(Archive *archive)
{
	if (!archive)
		return;
	g_ptr_array_unref(archive->days);
	g_free(archive->folder);
	g_free(archive);
}

guint
archive_find(const Archive *archive, guint day)
{
	guint from = 0, to = archive->days->len;

	while (from < to) {
		guint middle = from + (to - from) / 2;
		if (archive_day(archive, middle)->day < day)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

gboolean
archive_has(const Archive *archive, guint day)
{
	guint at = archive_find(archive, day);

	return at < archive->days->len && archive_day(archive, at)->day == day;
}

gboolean
archive_has_period(const Archive *archive, const Period *period)
{
	guint at = archive_find(archive, period->first);

	return at < archive->days->len && archive_day(archive, at)->day <= period->last;
}

gboolean
archive_keep(const Archive *archive, const char *path, const GString *text, GError **error)
{
	g_autofree char *file = g_build_filename(archive->folder, path, NULL);
	g_autofree char *folder = g_path_get_dirname(file);

	if (g_mkdir_with_parents(folder, 0777) != 0)
		return archive_fail(error, folder, "cannot be made");
	return draft_save(file, text->str, text->len, error);
}

Summary *
archive_load(const Archive *archive, guint day)
{
	char name[CALENDAR_TEXT_SIZE];
	g_autofree char *folder =
		g_build_filename(archive->folder, calendar_folder(day, name), NULL);

	return summary_load(folder, day);
}
