#include "config.h"

#include "tally/hour_job.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/manifest.h"
#include "tally/command.h"
#include "tally/hour_files.h"
#include "tally/inputs.h"
#include "tally/store.h"
#include "tally/watched.h"

enum { LOOKS = 2 };

/* One look at the spool, and what was read of it. */
typedef struct {
	const HourJob *job;
	HourResult *result;
	HourFiles *listing;   /* owned */
	GPtrArray *files;     /* of SpoolFile *, borrowed from listing */
	GPtrArray *shortfall; /* of char *, owned: what the tally shall tell besides */
	Watched *watched;     /* owned: by the manifests */
	Engine *engine;       /* owned */
} Look;

static void
look_clear(Look *look)
{
	engine_free(look->engine);
	hour_files_free(look->listing);
	g_clear_pointer(&look->files, g_ptr_array_unref);
	g_clear_pointer(&look->shortfall, g_ptr_array_unref);
	watched_free(look->watched);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

static void add_line(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add_line(GPtrArray *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* A manifest may say anything; a line is one. */
	g_ptr_array_add(lines, g_strdelimit(line, "\n\r", ' '));
}

/* "2017-09-10/0100-2315", owned by the caller. */
static char *
name_of(const SpoolFile *file)
{
	char day[SPOOL_DAY_SIZE];

	return g_strdup_printf("%s/%s", spool_format_day(file->hour, day), file->stem);
}

static gboolean
is_own(const Look *look, const SpoolFile *file)
{
	return file->hour == look->job->hour;
}

static gboolean
list_files(Look *look, GError **error)
{
	const HourJob *job = look->job;

	look->listing = hour_files_new(job->spool, job->sensor);
	look->files = g_ptr_array_new();
	look->shortfall = g_ptr_array_new_with_free_func(g_free);
	look->watched = watched_new(job->hour);
	g_mutex_lock(job->lock);
	gboolean done =
		hour_files_list(look->listing, job->strays, job->hour, look->files, error);
	g_mutex_unlock(job->lock);
	return done;
}

static gboolean
read_files(Look *look, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	EngineSettings settings = look->job->engine;

	for (guint i = 0; i < look->files->len; i++)
		g_ptr_array_add(paths, ((SpoolFile *)look->files->pdata[i])->path);
	settings.sensor = look->job->sensor;
	settings.one_hour = TRUE;
	settings.hour = look->job->hour;
	look->engine = engine_new(&settings);
	return engine_read(look->engine, (const char *const *)paths->pdata, paths->len, error);
}

/* A file that was listed, and is not there any more. */
static const SpoolFile *
find_vanished(const Look *look)
{
	for (guint i = 0; i < look->files->len; i++) {
		const SpoolFile *file = look->files->pdata[i];
		if (!engine_file(look->engine, i)->read && access(file->path, F_OK) != 0)
			return file;
	}
	return NULL;
}

/* Names those that may be no captures. */
static void
note_refused(Look *look)
{
	for (guint i = 0; i < look->files->len; i++)
		if (!engine_file(look->engine, i)->read)
			g_ptr_array_add(look->result->refused,
				g_strdup(((SpoolFile *)look->files->pdata[i])->path));
}

/* Which other hours the hour's own files hold packets of is written down. */
static gboolean
note_strays(Look *look, GError **error)
{
	const HourJob *job = look->job;
	gboolean done;

	g_mutex_lock(job->lock);
	for (guint i = 0; i < look->files->len; i++) {
		const SpoolFile *file = look->files->pdata[i];
		const IntakeFile *read = engine_file(look->engine, i);
		guint n = read->strays->len;
		if (!is_own(look, file) || !read->read)
			continue;
		if (n >= INTAKE_STRAYS) {
			g_autofree char *name = name_of(file);
			add_line(look->shortfall,
				"%s: packets of more than %d other hours are left out: "
				"gnomon-collect --read sorts it",
				name, INTAKE_STRAYS - 1);
			n = 0;
		}
		g_autofree char *line = inputs_line(file);
		const gint64 *hours = (const gint64 *)(gpointer)read->strays->data;
		strays_set(job->strays, line, hours, n);
		g_array_append_vals(look->result->strays, hours, n);
	}
	done = strays_save(job->strays, error);
	g_mutex_unlock(job->lock);
	return done;
}

/* What the manifest of a file of the hour tells. */
static void
add_manifest(Look *look, const SpoolFile *file, const IntakeFile *read, HourFacts *facts)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Manifest) manifest = manifest_load(file->manifest, &problem);
	g_autofree char *name = name_of(file);

	watched_add(look->watched, manifest);
	if (!manifest) {
		add_line(look->shortfall, "%s: not known what was dropped: %s", name,
			problem->message);
		return;
	}
	facts_add_known(&facts->dropped_kernel, manifest->dropped_kernel);
	facts_add_known(&facts->dropped_interface, manifest->dropped_interface);
	facts_add_known(&facts->discarded, manifest->discarded);
	if (manifest->cut_short)
		add_line(look->shortfall, "%s: cut short%s%s", name,
			*manifest->reason ? ": " : "", manifest->reason);
	if (!read->cut && manifest->packets != read->packets)
		add_line(look->shortfall,
			"%s: %" G_GUINT64_FORMAT " packets, but %" G_GUINT64_FORMAT
			" by its manifest",
			name, read->packets, manifest->packets);
}

/* Parts of the hour whose packets are gone before there was a tally. */
static gboolean
add_pruned(Look *look, GError **error)
{
	char day[SPOOL_DAY_SIZE];
	const GPtrArray *listed = hour_files_day(
		look->listing, spool_format_day(look->job->hour, day), NULL, error);

	for (guint i = 0; listed && i < listed->len; i++) {
		const SpoolFile *file = listed->pdata[i];
		g_autofree char *name = name_of(file);
		if (!is_own(look, file) || file->path)
			continue;
		add_line(look->shortfall, "%s: its packets are not in the spool", name);
		watched_add(look->watched, NULL);
	}
	return listed != NULL;
}

static gboolean
fill_facts(Look *look, GError **error)
{
	HourFacts *facts = engine_facts(look->engine, 0);
	g_autoptr(GPtrArray) inputs = g_ptr_array_new();

	for (guint i = 0; i < look->files->len; i++) {
		SpoolFile *file = look->files->pdata[i];
		const IntakeFile *read = engine_file(look->engine, i);
		if (read->read)
			g_ptr_array_add(inputs, file);
		if (read->read && is_own(look, file) && file->manifest)
			add_manifest(look, file, read, facts);
		else if (is_own(look, file))
			watched_add(look->watched, NULL);
	}
	if (!add_pruned(look, error))
		return FALSE;
	g_autofree char *unwatched = watched_tell(look->watched);
	if (unwatched)
		add_line(look->shortfall, "%s", unwatched);
	g_free(facts->inputs);
	facts->inputs = inputs_join(inputs);
	for (guint i = 0; i < look->shortfall->len; i++)
		hour_facts_fall_short(facts, look->shortfall->pdata[i]);
	return TRUE;
}

static gboolean
write_tally(Look *look, GError **error)
{
	const HourJob *job = look->job;
	g_autofree char *path = store_path(job->store, job->sensor, job->hour);
	g_autofree char *folder = g_path_get_dirname(path);

	if (g_mkdir_with_parents(folder, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
			g_strerror(errno));
		return FALSE;
	}
	return engine_write(look->engine, 0, path, error);
}

static void
tell(GPtrArray *problems, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(problems, g_strdup(lines->pdata[i]));
}

/* FALSE: a file vanished, nothing was told or done. */
static gboolean
look_once(Look *look, gboolean last)
{
	HourResult *result = look->result;
	g_autoptr(GError) error = NULL;

	if (!list_files(look, &error)) {
		add_line(result->problems, "%s", error->message);
		return TRUE;
	}
	if (look->files->len == 0) {
		add_line(result->problems, "its files are gone");
		return TRUE;
	}
	gboolean done = read_files(look, &error);
	const GPtrArray *lines = engine_report(look->engine)->shortfalls;
	if (find_vanished(look) && !last)
		return FALSE;
	tell(result->problems, lines);
	if (find_vanished(look)) {
		add_line(result->problems, "not tallied: its files come and go");
		return TRUE;
	}
	if (done || command_is_told(lines, error))
		note_refused(look);
	done = done && note_strays(look, &error) && fill_facts(look, &error) &&
	       write_tally(look, &error);
	tell(result->problems, look->shortfall);
	if (!done && !command_is_told(lines, error))
		add_line(result->problems, "%s", error->message);
	result->written = done;
	return TRUE;
}

void
hour_job_run(const HourJob *job, HourResult *result)
{
	*result = (HourResult){
		.problems = g_ptr_array_new_with_free_func(g_free),
		.refused = g_ptr_array_new_with_free_func(g_free),
		.strays = g_array_new(FALSE, FALSE, sizeof(gint64)),
	};
	for (guint i = 1; i <= LOOKS; i++) {
		g_auto(Look) look = {.job = job, .result = result};
		if (look_once(&look, i == LOOKS))
			return;
	}
}

void
hour_result_clear(HourResult *result)
{
	g_ptr_array_unref(result->problems);
	g_ptr_array_unref(result->refused);
	g_array_unref(result->strays);
}
