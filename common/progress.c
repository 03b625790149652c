#include "config.h"

#include "common/progress.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hour.h"

enum { INTERVAL_US = 200000, TEXT_SIZE = 160 };

struct Progress {
	guint64 total;      /* octets of all files; 0: not known */
	guint64 finished;   /* octets of the files before the one at hand */
	guint64 position;   /* in that */
	gint64 start, told; /* monotonic microseconds */
};

Progress *
progress_new(const char *const *files, guint n_files)
{
	Progress *progress;

	if (!isatty(STDERR_FILENO))
		return NULL;
	progress = g_new0(Progress, 1);
	progress->start = progress->told = g_get_monotonic_time();
	for (guint i = 0; i < n_files; i++) {
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

void
progress_free(Progress *progress)
{
	if (!progress)
		return;
	fputs("\r\033[K", stderr);
	g_free(progress);
}

/* Files follow one another: a position that goes back is another file's. */
static void
note_position(Progress *progress, guint64 position)
{
	if (position < progress->position)
		progress->finished += progress->position;
	progress->position = position;
}

void
progress_tell(gpointer data, guint64 packets, guint64 position, guint64 size)
{
	Progress *progress = data;
	gint64 now = g_get_monotonic_time();
	char text[TEXT_SIZE];
	gint used;

	(void)size;
	if (!progress)
		return;
	note_position(progress, position);
	if (now - progress->told < INTERVAL_US)
		return;
	progress->told = now;
	double seconds = (double)(now - progress->start) / 1e6;
	double done = (double)(progress->finished + progress->position);
	used = g_snprintf(text, sizeof text,
		"%" G_GUINT64_FORMAT " packets, %.1f million a second, %.0f MB a second",
		packets, (double)packets / seconds / 1e6, done / seconds / 1e6);
	if (progress->total > 0 && done > 0 && done < (double)progress->total) {
		guint left =
			(guint)MIN(seconds * ((double)progress->total - done) / done, 359999.0);
		g_snprintf(text + used, sizeof text - (gsize)used,
			", %.0f %%, %u:%02u:%02u left", 100 * done / (double)progress->total,
			left / 3600, left / 60 % 60, left % 60);
	}
	fprintf(stderr, "\r%s\033[K", text);
	fflush(stderr);
}
