/*
 * How fast windows are counted, and whole sources gathered, from tallies at rest, and in how
 * much memory:
 *
 * 	windows FOLDER ROWS HOURS...
 *
 * For each number of hours: ROWS rows (pair and hour) in so many tallies are written to FOLDER,
 * then counted and gathered by one thread, each in a process of its own. A line each, with
 * tabs: tallies, work, seconds of the processor, million contacts and million rows a second,
 * peak of memory in KiB.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/hour.h"
#include "tally/window.h"
#include "tests/bench/hours.h"

enum {
	HOURS_MAX = 2000,
};

typedef struct {
	double seconds; /* of the processor */
	guint64 contacts, rows;
	long peak_kb;
} Result;

static void
count(Reader **readers, guint n, gint64 window, gint64 step)
{
	WindowPlan plan = {window, step, 7, {.prefix_v6 = 128}};
	g_autoptr(GArray) lines = window_tally(readers, n, &plan, NULL, NULL);

	g_assert(lines);
}

static void
count_day(Reader **readers, guint n)
{
	count(readers, n, 24 * HOUR_SECONDS, HOUR_SECONDS);
}

static void
count_all(Reader **readers, guint n)
{
	count(readers, n, n * HOUR_SECONDS, n * HOUR_SECONDS);
}

static void
gather(Reader **readers, guint n)
{
	g_autoptr(Gather) all = gather_new(readers, n, READER_CONTACTS | READER_TRAITS);
	const SourceFacts *source;

	while ((source = gather_next(all, 0, NULL)))
		g_assert(source->n_pairs > 0);
}

static const struct {
	const char *name;
	guint parts;
	void (*run)(Reader **readers, guint n);
} works[] = {
	{"count, one window of all", 0, count_all},
	{"count, 24 h at 1 h steps", 0, count_day},
	{"gather, contacts and traits", READER_CONTACTS | READER_TRAITS, gather},
};

static double
seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void
work(const char *folder, guint hours, guint number, Result *result)
{
	Reader *readers[HOURS_MAX];
	struct rusage usage;

	for (guint i = 0; i < hours; i++) {
		g_autofree char *path =
			g_strdup_printf("%s/bench-%u-%u.tally", folder, hours, i);
		readers[i] = reader_new(path, works[number].parts, NULL);
		g_assert(readers[i]);
		result->contacts += reader_n_contacts(readers[i]);
		result->rows += reader_n_pairs(readers[i]);
	}
	works[number].run(readers, hours);
	for (guint i = 0; i < hours; i++)
		reader_free(readers[i]);
	getrusage(RUSAGE_SELF, &usage);
	result->seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
	result->peak_kb = usage.ru_maxrss;
}

/* In a process of its own, so that its peak of memory is its own. */
static void
measure(const char *folder, guint hours, guint number)
{
	Result result = {0};
	int ends[2];

	g_assert(pipe(ends) == 0);
	fflush(stdout);
	if (fork() == 0) {
		work(folder, hours, number, &result);
		_exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
	}
	g_assert(read(ends[0], &result, sizeof result) == sizeof result);
	wait(NULL);
	close(ends[0]);
	close(ends[1]);
	printf("%u\t%s\t%.2f\t%.1f\t%.1f\t%ld\n", hours, works[number].name, result.seconds,
		(double)result.contacts / result.seconds / 1e6,
		(double)result.rows / result.seconds / 1e6, result.peak_kb);
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		g_printerr("usage: windows FOLDER ROWS HOURS...\n");
		return 2;
	}
	for (int arg = 3; arg < argc; arg++) {
		guint hours = (guint)CLAMP(atoi(argv[arg]), 1, HOURS_MAX);
		guint64 rows = g_ascii_strtoull(argv[2], NULL, 10) / hours;
		for (guint i = 0; i < hours; i++) {
			g_autofree char *path =
				g_strdup_printf("%s/bench-%u-%u.tally", argv[1], hours, i);
			g_autoptr(GError) error = NULL;
			if (!hours_write(path, i, MAX(rows, 1), HOURS_DENSE, &error)) {
				g_printerr("windows: %s\n", error->message);
				return 1;
			}
		}
		for (guint number = 0; number < G_N_ELEMENTS(works); number++)
			measure(argv[1], hours, number);
	}
	return 0;
}
