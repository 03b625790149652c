#include "config.h"

#include "collect/import.h"

#include <string.h>

#include "collect/input.h"
#include "common/failure.h"

enum { PACKETS_PER_TELLING = 4096 };

/* An input, and how far its reading came. */
typedef struct {
	const char *path; /* borrowed */
	guint place;      /* among the arguments */
	Input *input;     /* owned; NULL: waiting, or at its end */
	guint64 time;     /* of the record that is next, ns */
} Head;

typedef struct {
	const ImportSettings *settings; /* borrowed */
	ImportReport *report;           /* borrowed */
	Parts *parts;                   /* owned */
	GPtrArray *waiting;             /* of Head *, owned; the next one last */
	GPtrArray *reading;             /* of Head *, owned */
	guint64 position;               /* octets read of inputs that ended */
} Import;

void
import_report_clear(ImportReport *report)
{
	g_clear_pointer(&report->shortfalls, g_ptr_array_unref);
	parts_report_clear(&report->parts);
}

static void
head_free(gpointer data)
{
	Head *head = data;

	input_close(head->input);
	g_free(head);
}

static void
import_clear(Import *import)
{
	parts_free(import->parts);
	g_ptr_array_unref(import->waiting);
	g_ptr_array_unref(import->reading);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static void
note_shortfall(Import *import, const GError *error)
{
	g_ptr_array_add(import->report->shortfalls, g_strdup(error->message));
}

static void
note_bad_times(Import *import, const Head *head)
{
	if (input_bad_times(head->input) > 0)
		g_ptr_array_add(import->report->shortfalls,
			g_strdup_printf("%s: %" G_GUINT64_FORMAT
					" packets left out: time before 1970 or after 2106",
				head->path, input_bad_times(head->input)));
}

/* To the input's next record. FALSE: it has no more. */
static gboolean
advance(Import *import, Head *head)
{
	g_autoptr(GError) error = NULL;

	if (input_next(head->input, &error)) {
		head->time = pcap_record_time(input_record(head->input));
		return TRUE;
	}
	if (error)
		note_shortfall(import, error);
	note_bad_times(import, head);
	return FALSE;
}

/* Opens the input and moves to its first record. FALSE: there is none. */
static gboolean
begin(Import *import, Head *head)
{
	g_autoptr(GError) error = NULL;

	head->input = input_open(head->path, &error);
	if (!head->input) {
		note_shortfall(import, error);
		return FALSE;
	}
	return advance(import, head);
}

/* Looks where an input begins. One that can be opened again waits for its turn. */
static void
look_at(Import *import, const char *path, guint place)
{
	Head *head = g_new0(Head, 1);

	head->path = path;
	head->place = place;
	gboolean begun = begin(import, head);
	if (head->input) {
		import->report->inputs++;
		parts_expect(import->parts, input_link_type(head->input),
			input_snap_length(head->input));
	}
	if (!begun) {
		head_free(head);
	} else if (input_is_plain(path)) {
		g_clear_pointer(&head->input, input_close);
		g_ptr_array_add(import->waiting, head);
	} else {
		g_ptr_array_add(import->reading, head);
	}
}

/* By time, then as they lie in the file: so that it does not matter in which order captures of
 * the same instants are given. */
static int
compare_heads(const Head *one, const Head *other)
{
	const PcapRecord *records[2];

	if (one->time != other->time)
		return one->time < other->time ? -1 : 1;
	records[0] = input_record(one->input);
	records[1] = input_record(other->input);
	int order = memcmp(records[0], records[1], sizeof *records[0]);
	return order ? order
		     : memcmp(input_frame(one->input), input_frame(other->input),
			       records[0]->captured);
}

static int
compare_later_first(gconstpointer a, gconstpointer b)
{
	const Head *one = *(const Head *const *)a, *other = *(const Head *const *)b;

	if (one->time != other->time)
		return one->time < other->time ? 1 : -1;
	return one->place < other->place ? 1 : -1;
}

/* The one whose record is next; NULL: none is being read. */
static Head *
find_first(const Import *import)
{
	Head *first = NULL;

	for (guint i = 0; i < import->reading->len; i++) {
		Head *head = import->reading->pdata[i];
		if (!first || compare_heads(head, first) < 0)
			first = head;
	}
	return first;
}

/* Begins what waits and comes no later than `first` (NULL: whatever it is), while there is room.
 * TRUE: something is new. */
static gboolean
begin_waiting(Import *import, const Head *first)
{
	GPtrArray *waiting = import->waiting;
	Head *head = waiting->len > 0 ? waiting->pdata[waiting->len - 1] : NULL;

	if (!head || import->reading->len >= IMPORT_INPUTS_OPEN ||
		(first && head->time > first->time))
		return FALSE;
	g_ptr_array_steal_index(waiting, waiting->len - 1);
	if (begin(import, head))
		g_ptr_array_add(import->reading, head);
	else
		head_free(head);
	return TRUE;
}

static void
end(Import *import, Head *head)
{
	import->position += input_position(head->input);
	g_ptr_array_remove_fast(import->reading, head);
}

static void
tell(const Import *import)
{
	guint64 position = import->position;

	if (!import->settings->progress || import->report->packets % PACKETS_PER_TELLING != 0)
		return;
	for (guint i = 0; i < import->reading->len; i++) {
		const Head *head = import->reading->pdata[i];
		position += input_position(head->input);
	}
	import->settings->progress(
		import->settings->progress_data, import->report->packets, position, 0);
}

/* Every packet of all inputs, by the time of their heads. */
static gboolean
merge(Import *import, GError **error)
{
	PartsReport *report = &import->report->parts;

	for (;;) {
		Head *head = find_first(import);
		if (begin_waiting(import, head))
			continue;
		if (!head)
			return TRUE;
		if (g_atomic_int_get(import->settings->stop)) {
			g_set_error(error, FAILURE, FAILURE_FAILED, "stopped");
			return FALSE;
		}
		if (!parts_add(import->parts, input_link_type(head->input),
			    input_record(head->input), input_frame(head->input), report, error))
			return FALSE;
		import->report->packets++;
		tell(import);
		if (!advance(import, head))
			end(import, head);
	}
}

gboolean
import_run(const ImportSettings *settings, const char *const *files, guint n_files,
	ImportReport *report, GError **error)
{
	g_auto(Import) import = {
		.settings = settings,
		.report = report,
		.parts = parts_new(settings->spool, settings->sensor, settings->grid_minutes),
		.waiting = g_ptr_array_new_with_free_func(head_free),
		.reading = g_ptr_array_new_with_free_func(head_free),
	};

	report->shortfalls = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < n_files; i++)
		look_at(&import, files[i], i);
	g_ptr_array_sort(import.waiting, compare_later_first);
	if (!merge(&import, error) ||
		!parts_close(import.parts, settings->stop, &report->parts, error))
		return FALSE;
	if (report->parts.beyond > 0)
		g_ptr_array_add(report->shortfalls,
			g_strdup_printf("%" G_GUINT64_FORMAT
					" packets left out: of hours beyond the first %d",
				report->parts.beyond, PARTS_MAX));
	return TRUE;
}
