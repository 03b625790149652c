#include "config.h"

#include "common/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hour.h"

enum { INTERVAL_US = 200000, TEXT_SIZE = 160 };

struct Progress {
	guint64 total;      /* octets of all files; 0: not known */
	guint64 finished;   /* octets of the files before the one at hand */
	guint64 position;   /* in that */
	gint64 start, told; /* monotonic microseconds */
	guint n_steps;
	const char *steps; /* borrowed; their name */
	gboolean shown;    /* the line is there */
};

/* NULL when nobody would see it. */
static Progress *
start(void)
{
	Progress *progress;

	if (!isatty(STDERR_FILENO))
		return NULL;
	progress = g_new0(Progress, 1);
	progress->start = progress->told = g_get_monotonic_time();
	return progress;
}

Progress *
progress_new(const char *const *files, guint n_files)
{
	Progress *progress = start();

	for (guint i = 0; progress && i < n_files; i++) {
		struct stat status;
		/* Of standard input, pipes and devices the end is not known. */
		if (stat(files[i], &status) != 0 || !S_ISREG(status.st_mode)) {
			progress->total = 0;
			break;
		}
		progress->total += (guint64)status.st_size;
	}
	return progress;
}

Progress *
progress_new_steps(guint n, const char *name)
{
	Progress *progress = start();

	if (progress) {
		progress->n_steps = n;
		progress->steps = name;
	}
	return progress;
}

void
progress_free(Progress *progress)
{
	progress_hide(progress);
	g_free(progress);
}

void
progress_hide(Progress *progress)
{
	if (progress && progress->shown)
		fputs("\r\033[K", stderr);
	if (progress)
		progress->shown = FALSE;
}

/* Files follow one another: a position that goes back is another file's. */
static void
note_position(Progress *progress, guint64 position)
{
	if (position < progress->position)
		progress->finished += progress->position;
	progress->position = position;
}

/* Whether it is time to tell again; then how many seconds it has been so far. */
static gboolean
is_due(Progress *progress, double *seconds)
{
	gint64 now = g_get_monotonic_time();

	if (now - progress->told < INTERVAL_US)
		return FALSE;
	progress->told = now;
	*seconds = (double)(now - progress->start) / 1e6;
	return TRUE;
}

/* text, with room for TEXT_SIZE, and what is left when this part of the whole is done. */
static void
show(Progress *progress, char *text, double part, double seconds)
{
	gsize used = strlen(text);

	if (part > 0 && part < 1) {
		guint left = (guint)MIN(seconds * (1 - part) / part, 359999.0);
		g_snprintf(text + used, TEXT_SIZE - used, ", %.0f %%, %u:%02u:%02u left",
			100 * part, left / 3600, left / 60 % 60, left % 60);
	}
	fprintf(stderr, "\r%s\033[K", text);
	fflush(stderr);
	progress->shown = TRUE;
}

void
progress_tell(gpointer data, guint64 packets, guint64 position, guint64 size)
{
	Progress *progress = data;
	char text[TEXT_SIZE];
	double seconds;

	(void)size;
	if (!progress)
		return;
	note_position(progress, position);
	if (!is_due(progress, &seconds))
		return;
	double done = (double)(progress->finished + progress->position);
	g_snprintf(text, sizeof text,
		"%" G_GUINT64_FORMAT " packets, %.1f million a second, %.0f MB a second",
		packets, (double)packets / seconds / 1e6, done / seconds / 1e6);
	show(progress, text, progress->total > 0 ? done / (double)progress->total : 0, seconds);
}

void
progress_step(Progress *progress, guint done, guint64 contacts)
{
	char text[TEXT_SIZE];
	double seconds;

	if (!progress || !is_due(progress, &seconds))
		return;
	g_snprintf(text, sizeof text, "%u of %u %s, %.1f million contacts a second", done,
		progress->n_steps, progress->steps, (double)contacts / seconds / 1e6);
	show(progress, text, (double)done / MAX(progress->n_steps, 1), seconds);
}
