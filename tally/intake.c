#include "config.h"

#include "tally/intake.h"

#include "common/failure.h"
#include "tally/foreign.h"
#include "tally/decode.h"

struct IntakeSource {
	Capture *capture; /* owned */
	guint users;      /* chunks, and one until it is closed */
	guint file;
	gboolean refused; /* its link type is not known */
};

struct Intake {
	const char *const *files;
	guint n_files, next;
	IntakeFile *results; /* owned; of each file */
	IntakeSource *source;
	guint n_read;
	GError *refusal;
	Shortfalls *shortfalls;
};

Intake *
intake_new(const char *const *files, guint n_files, Shortfalls *shortfalls)
{
	Intake *intake = g_new0(Intake, 1);

	intake->files = files;
	intake->n_files = n_files;
	intake->shortfalls = shortfalls;
	intake->results = g_new0(IntakeFile, n_files);
	for (guint i = 0; i < n_files; i++)
		intake->results[i].strays = g_array_new(FALSE, FALSE, sizeof(gint64));
	return intake;
}

void
intake_drop(IntakeSource *source)
{
	if (--source->users > 0)
		return;
	capture_close(source->capture);
	g_free(source);
}

void
intake_free(Intake *intake)
{
	if (!intake)
		return;
	if (intake->source)
		intake_drop(intake->source);
	for (guint i = 0; i < intake->n_files; i++)
		g_array_unref(intake->results[i].strays);
	g_free(intake->results);
	g_clear_error(&intake->refusal);
	g_free(intake);
}

static void
refuse(Intake *intake, guint file, GError *error)
{
	shortfalls_add(intake->shortfalls, file, error->message);
	if (intake->refusal)
		g_error_free(error);
	else
		intake->refusal = error;
}

IntakeSource *
intake_source(Intake *intake)
{
	while (!intake->source && intake->next < intake->n_files) {
		GError *error = NULL;
		guint file = intake->next++;
		Capture *capture = capture_open(intake->files[file], &error);

		if (!capture) {
			refuse(intake, file, error);
			continue;
		}
		intake->results[file].read = TRUE;
		intake->source = g_new(IntakeSource, 1);
		*intake->source = (IntakeSource){.capture = capture, .users = 1, .file = file};
	}
	return intake->source;
}

Capture *
intake_capture(const IntakeSource *source)
{
	return source->capture;
}

guint
intake_number(const IntakeSource *source)
{
	return source->file;
}

/* A link type that is not in the table makes a file unreadable, though its packets are
 * counted. */
static void
check_link(Intake *intake, IntakeSource *source, const CaptureChunk *chunk)
{
	if (source->refused || link_find(chunk->link_type))
		return;
	source->refused = TRUE;
	intake->results[source->file].read = FALSE;
	refuse(intake, source->file,
		g_error_new(FAILURE, FAILURE_FAILED,
			"%s: link type %u (%s) is not known: expected Ethernet, raw IP, SLL, "
			"null, loop or PPP; its packets are counted, not read",
			capture_name(source->capture), chunk->link_type,
			foreign_link_name(chunk->link_type)));
}

void
intake_take(Intake *intake, IntakeSource *source, const CaptureChunk *chunk)
{
	check_link(intake, source, chunk);
	source->users++;
}

void
intake_close(Intake *intake, GError *error)
{
	IntakeSource *source = g_steal_pointer(&intake->source);
	guint64 bad_times = capture_bad_times(source->capture);

	intake->n_read += !source->refused;
	if (error) {
		intake->results[source->file].cut = TRUE;
		shortfalls_add(intake->shortfalls, source->file, error->message);
		g_error_free(error);
	}
	if (bad_times > 0) {
		g_autofree char *message = g_strdup_printf(
			"%s: %" G_GUINT64_FORMAT
			" packets with a time before 1970 or after 2106 were left out",
			capture_name(source->capture), bad_times);
		shortfalls_add(intake->shortfalls, source->file, message);
	}
	intake_drop(source);
}

IntakeFile *
intake_file(Intake *intake, guint file)
{
	g_return_val_if_fail(file < intake->n_files, NULL);
	return &intake->results[file];
}

void
intake_stray(IntakeFile *file, gint64 hour)
{
	for (guint i = 0; i < file->strays->len; i++)
		if (g_array_index(file->strays, gint64, i) == hour)
			return;
	if (file->strays->len < INTAKE_STRAYS)
		g_array_append_val(file->strays, hour);
}

guint
intake_n_read(const Intake *intake)
{
	return intake->n_read;
}

const GError *
intake_refusal(const Intake *intake)
{
	return intake->refusal;
}
