#include "config.h"

#include "tally/past_make.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/spool.h"
#include "tally/past_file.h"
#include "tally/past_tables.h"
#include "tally/store.h"

enum {
	PARTS = READER_CONTACTS | READER_TRAITS | READER_NO_LISTS,
	STOP_SOURCES = 4096, /* so many between two looks at stop */
};

static const char *const texts[] = {
	[PAST_SETTLED] = "in order",
	[PAST_EMPTY] = "no tallies",
	[PAST_MISSING] = "no roll-up yet",
	[PAST_DAMAGED] = "its roll-up cannot be read",
	[PAST_STALE] = "its tallies are others",
};

const char *
past_make_state_text(PastState state)
{
	return texts[state];
}

/* Size and last octets, whatever else the file holds. */
static gboolean
identify(const StoreFile *file, gint64 day, PastInput *input, GError **error)
{
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	gboolean done = fd >= 0 && fstat(fd, &status) == 0;

	*input = (PastInput){.minute = (guint16)((file->hour - day) / 60)};
	if (done) {
		input->size = (guint64)status.st_size;
		off_t at = status.st_size - (off_t)sizeof input->check;
		/* Where there are not so many, size alone tells that it is no tally. */
		done = at < 0 || pread(fd, &input->check, sizeof input->check, at) >= 0;
	}
	if (!done)
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s",
			file->path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}

/* Of PastInput, one a file (of StoreFile *). */
static GArray *
identify_all(const GPtrArray *files, gint64 day, GError **error)
{
	g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(PastInput));

	for (guint i = 0; i < files->len; i++) {
		PastInput input;
		if (!identify(files->pdata[i], day, &input, error))
			return NULL;
		g_array_append_val(inputs, input);
	}
	return g_steal_pointer(&inputs);
}

/* Both by hour. */
static gboolean
counts_all(const GArray *counted, const GArray *inputs)
{
	guint k = 0;

	for (guint i = 0; i < inputs->len; i++) {
		const PastInput *input = &g_array_index(inputs, PastInput, i), *same;
		while (k < counted->len &&
			g_array_index(counted, PastInput, k).minute < input->minute)
			k++;
		if (k == counted->len)
			return FALSE;
		same = &g_array_index(counted, PastInput, k);
		if (same->minute != input->minute || same->size != input->size ||
			same->check != input->check)
			return FALSE;
	}
	return TRUE;
}

/* The day's tallies (of StoreFile *, by hour) and its start. */
static GPtrArray *
list(const char *store, const char *sensor, const char *day, gint64 *start, GError **error)
{
	if (!spool_parse_day(day, start)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected a day's folder", day);
		return NULL;
	}
	return store_list(store, sensor, *start, *start + DAY_SECONDS, error);
}

gboolean
past_make_look(const char *store, const char *sensor, const char *day, PastState *state,
	GError **error)
{
	gint64 start;
	g_autofree char *path = past_file_path(store, sensor, day);
	g_autoptr(GPtrArray) files = list(store, sensor, day, &start, error);
	g_autoptr(GArray) inputs = NULL;
	g_autoptr(GError) problem = NULL;

	if (!files)
		return FALSE;
	*state = files->len == 0 ? PAST_EMPTY : PAST_MISSING;
	if (files->len == 0 || !g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	g_autoptr(PastFile) file = past_file_new(path, &problem);
	if (!file) {
		*state = PAST_DAMAGED;
		if (g_error_matches(problem, FAILURE, FAILURE_PARTIAL))
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	inputs = identify_all(files, start, error);
	if (!inputs)
		return FALSE;
	const PastDay *told = past_file_day(file);
	gboolean whole = told->day == start && strcmp(told->sensor, sensor) == 0 &&
			 counts_all(told->inputs, inputs);
	*state = whole ? PAST_SETTLED : PAST_STALE;
	return TRUE;
}

/* Opens the tallies that are not known as unread; a damaged one becomes so. FALSE: one cannot
 * be read just now. */
static gboolean
open_tallies(const GPtrArray *files, GArray *inputs, const char *sensor, GPtrArray *readers,
	GError **error)
{
	g_ptr_array_set_size(readers, 0);
	for (guint i = 0; i < files->len; i++) {
		const StoreFile *file = files->pdata[i];
		PastInput *input = &g_array_index(inputs, PastInput, i);
		g_autoptr(GError) problem = NULL;
		if (input->unread)
			continue;
		g_autoptr(Reader) reader = reader_new(file->path, PARTS, &problem);
		if (reader && store_check(reader_hour(reader), file->path, sensor, file->hour,
				      &problem)) {
			g_ptr_array_add(readers, g_steal_pointer(&reader));
		} else if (g_error_matches(problem, FAILURE, FAILURE_PARTIAL)) {
			input->unread = 1;
		} else {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
	return TRUE;
}

/* After a tally turned out to be damaged inside: which. FALSE: none is. */
static gboolean
find_damaged(const GPtrArray *files, GArray *inputs)
{
	gboolean found = FALSE;

	for (guint i = 0; i < files->len; i++) {
		PastInput *input = &g_array_index(inputs, PastInput, i);
		g_autoptr(GError) problem = NULL;
		if (!input->unread &&
			!reader_verify(((StoreFile *)files->pdata[i])->path, &problem) &&
			g_error_matches(problem, FAILURE, FAILURE_PARTIAL)) {
			input->unread = 1;
			found = TRUE;
		}
	}
	return found;
}

static gboolean
is_stopped(const gint *stop)
{
	return stop && g_atomic_int_get(stop) != 0;
}

/* The whole day from the readers, at their start. FALSE without error: stopped. */
static gboolean
roll_up(PastTables *tables, GPtrArray *readers, PastWriter *writer, const gint *stop,
	GError **error)
{
	g_autoptr(Gather) gather = gather_new((Reader **)readers->pdata, readers->len, PARTS);
	g_autoptr(GError) problem = NULL;
	const SourceFacts *source;
	guint32 n = 0;

	while ((source = gather_next(gather, 0, &problem))) {
		past_tables_see(tables, source, writer);
		if (n++ % STOP_SOURCES == 0 &&
			(is_stopped(stop) || past_writer_has_failed(writer)))
			break;
	}
	if (!problem)
		return !is_stopped(stop);
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* One attempt, with the tallies that are not known as unread. */
static gboolean
make(const char *store, const char *sensor, const char *day, gint64 start, GPtrArray *readers,
	const GArray *inputs, const gint *stop, PastMade *made, GError **error)
{
	g_autofree char *path = past_file_path(store, sensor, day);
	g_autoptr(PastTables) tables = past_tables_new(start);
	g_autoptr(PastWriter) writer = past_writer_new(path, error);

	if (!writer || !roll_up(tables, readers, writer, stop, error))
		return FALSE;
	guint64 forgotten = past_tables_write(tables, writer);
	if (!past_writer_finish(writer, start, sensor, inputs, forgotten, error))
		return FALSE;
	made->made = TRUE;
	made->tallies = readers->len;
	made->unread = inputs->len - readers->len;
	made->sources = past_writer_rows(writer, PAST_SOURCES_V4) +
			past_writer_rows(writer, PAST_SOURCES_V6);
	return TRUE;
}

gboolean
past_make(const char *store, const char *sensor, const char *day, const gint *stop,
	PastMade *made, GError **error)
{
	gint64 start;
	g_autoptr(GPtrArray) files = list(store, sensor, day, &start, error);
	g_autoptr(GArray) inputs = files ? identify_all(files, start, error) : NULL;
	g_autoptr(GPtrArray) readers =
		g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);

	*made = (PastMade){0};
	while (inputs && files->len > 0) {
		g_autoptr(GError) problem = NULL;
		if (!open_tallies(files, inputs, sensor, readers, error))
			return FALSE;
		if (make(store, sensor, day, start, readers, inputs, stop, made, &problem) ||
			!problem)
			return TRUE;
		if (!g_error_matches(problem, FAILURE, FAILURE_PARTIAL) ||
			!find_damaged(files, inputs)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
	return inputs != NULL;
}
