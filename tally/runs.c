#include "config.h"

#include "tally/runs.h"

#include "common/failure.h"
#include "tally/fuse.h"
#include "common/output.h"

#include <errno.h>
#include <unistd.h>

enum {
	OWN_FILE_FROM = 1024 * 1024,
	OWN_FILES = 256, /* a small budget and a long capture make more than may be open */
	COPY_OCTETS = 64 * 1024,
};

struct Runs {
	const char *folder; /* borrowed */
	GMutex lock;        /* guards what follows */
	guint own_files;    /* given to runs so far */
	int common;         /* -1: not there yet */
	guint64 end;
};

Runs *
runs_new(const char *folder)
{
	Runs *runs = g_new0(Runs, 1);

	runs->folder = folder;
	runs->common = -1;
	g_mutex_init(&runs->lock);
	return runs;
}

void
runs_free(Runs *runs)
{
	if (!runs)
		return;
	if (runs->common >= 0)
		close(runs->common);
	g_mutex_clear(&runs->lock);
	g_free(runs);
}

void
runs_drop(SortedRun *run)
{
	if (!run)
		return;
	if (run->fd >= 0)
		close(run->fd);
	g_free(run);
}

static gboolean
copy_octets(const char *folder, int from, guint64 from_offset, int to, guint64 to_offset,
	guint64 length, GError **error)
{
	g_autofree guint8 *buffer = g_malloc(COPY_OCTETS);

	while (length > 0) {
		gssize got = pread(from, buffer, MIN(length, COPY_OCTETS), (off_t)from_offset);
		gssize done = 0;
		while (got > 0 && done < got) {
			gssize put = pwrite(to, buffer + done, (gsize)(got - done),
				(off_t)to_offset + done);
			if (put <= 0)
				break;
			done += put;
		}
		if (got <= 0 || done < got) {
			g_set_error(error, FAILURE, FAILURE_FAILED,
				"%s: cannot keep a temporary run: %s", folder,
				errno ? g_strerror(errno) : "it ends early");
			return FALSE;
		}
		from_offset += (guint64)got;
		to_offset += (guint64)got;
		length -= (guint64)got;
	}
	return TRUE;
}

/* Whether a run keeps the file it was written to. */
static gboolean
keeps_file(Runs *runs, const SortedRun *run)
{
	g_mutex_lock(&runs->lock);
	gboolean keeps = run->length >= OWN_FILE_FROM && runs->own_files < OWN_FILES;
	runs->own_files += keeps;
	g_mutex_unlock(&runs->lock);
	return keeps;
}

/* Moves a run into the common file. */
static gboolean
move_to_common(Runs *runs, SortedRun *run, GError **error)
{
	gboolean done;

	g_mutex_lock(&runs->lock);
	if (runs->common < 0)
		runs->common = output_open_unnamed(runs->folder, G_MAXUINT64, error);
	done = runs->common >= 0 && copy_octets(runs->folder, run->fd, 0, runs->common,
					    runs->end, run->length, error);
	if (done) {
		close(run->fd);
		run->fd = -1;
		run->offset = runs->end;
		runs->end += run->length;
	}
	g_mutex_unlock(&runs->lock);
	return done;
}

SortedRun *
runs_write(Runs *runs, Feed **feeds, guint n, gint64 hour, GError **error)
{
	g_autoptr(HourFacts) facts = hour_facts_new(hour, 0, "", "", 0);
	g_autoptr(Writer) writer = writer_new_run(runs->folder, error);

	if (!writer || !fuse_runs(feeds, n, writer, error) ||
		!writer_finish(writer, facts, error))
		return NULL;
	SortedRun *run = g_new0(SortedRun, 1);
	run->length = writer_size(writer);
	run->fd = writer_steal_fd(writer);
	if (!keeps_file(runs, run) && !move_to_common(runs, run, error)) {
		runs_drop(run);
		return NULL;
	}
	return run;
}

Feed *
runs_open(Runs *runs, SortedRun *run, GError **error)
{
	int fd = run->fd;

	if (fd < 0) {
		fd = output_open_unnamed(runs->folder, run->length, error);
		if (fd >= 0 && !copy_octets(runs->folder, runs->common, run->offset, fd, 0,
				       run->length, error)) {
			close(fd);
			fd = -1;
		}
	}
	run->fd = -1;
	runs_drop(run);
	if (fd < 0)
		return NULL;
	Reader *reader =
		reader_new_fd(fd, "temporary run", READER_CONTACTS | READER_TRAITS, error);
	return reader ? feed_from_run(reader) : NULL;
}
