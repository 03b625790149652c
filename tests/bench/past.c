/*
 * What memory of the past costs:
 *
 *	past FOLDER ROWS DAYS SOURCES KEYS
 *
 * ROWS rows (pair and hour) in each of a day's 24 tallies are written to FOLDER and rolled up;
 * then KEYS addresses, and as many /24, are looked up in DAYS roll-ups of SOURCES sources each, and
 * one service port in all of them. A line each, with tabs: work, seconds of the processor, million
 * rows (of tallies; of sources) a second, octets of a roll-up, peak of memory in KiB.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/hour.h"
#include "common/spool.h"
#include "tally/kind.h"
#include "tally/past.h"
#include "tally/past_file.h"
#include "tally/past_make.h"
#include "tally/past_writer.h"
#include "tally/store.h"
#include "tests/bench/hours.h"
#include "tests/bench/random.h"

enum { DAY = 1505001600, PORTS = 2000 };

static const char *const sensors[] = {"bench", NULL};

typedef struct {
	const char *store;
	guint days, sources, keys;
} Work;

static double
seconds_spent(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
	       (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

/* The path of a day, its folder made. */
static char *
day_path(const char *store, gint64 day)
{
	char name[SPOOL_DAY_SIZE];
	char *path = past_file_path(store, sensors[0], spool_format_day(day, name));
	g_autofree char *folder = g_path_get_dirname(path);

	g_mkdir_with_parents(folder, 0755);
	return path;
}

static void
roll_up(const Work *work)
{
	PastMade made;
	g_autoptr(GError) error = NULL;

	if (!past_make(work->store, sensors[0], "2017-09-10", NULL, &made, &error))
		g_error("%s", error->message);
}

/* Of a day's sources a tenth is there every day. */
static void
put_day(const Work *work, gint64 day)
{
	const PastInput input = {.size = 1};
	g_autofree char *path = day_path(work->store, day);
	g_autoptr(PastWriter) writer = past_writer_new(path, NULL);
	g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(PastInput));
	guint64 step = 0xd0000000u / work->sources;
	Random random;

	g_array_append_val(inputs, input);
	random_seed(&random, (guint64)day);
	for (guint i = 0; i < work->sources; i++) {
		guint64 draw = random_next(&random);
		guint64 low = 0x01000000 + i * step + (i % 10 == 0 ? 0 : draw % step);
		const guint64 numbers[PAST_NUMBERS] = {1 + draw % 9, 1 + (draw >> 8) % 5,
			1u << KIND_SYN, (draw >> 16) % 2, 5, 6 + (draw >> 20) % 18};
		past_writer_add(writer, PAST_SOURCES_V4, 0, low, numbers);
	}
	for (guint i = 0; i < PORTS; i++) {
		const guint64 numbers[] = {9, 3, 4};
		past_writer_add(writer, PAST_PORTS, 0, i, numbers);
	}
	if (!past_writer_finish(writer, day, sensors[0], inputs, 0, NULL))
		g_error("%s: cannot be written", path);
}

static Past *
open_all(const Work *work)
{
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new();
	Past *past = past_open(
		work->store, sensors, DAY + DAY_SECONDS, G_MAXINT64 / 2, shortfalls, NULL);

	g_assert(past && past_days_known(past) == work->days);
	return past;
}

static void
look_up_sources(const Work *work)
{
	g_autoptr(Past) past = open_all(work);
	g_autofree Network *keys = g_new(Network, 2 * work->keys);
	g_autofree PastSource *found = g_new(PastSource, 2 * work->keys);
	guint64 step = 0xd0000000u / work->sources;
	guint every = MAX(10 * (work->sources / 10 / work->keys), 10);

	for (guint i = 0; i < work->keys; i++) {
		keys[i] = (Network){
			address_from_v4((guint32)(0x01000000 + i * every * step)), 32};
		keys[work->keys + i] = (Network){keys[i].first, 24};
	}
	if (!past_find_sources(past, keys, 2 * work->keys, found, NULL) ||
		found[0].days_seen != work->days)
		g_error("not found");
}

static void
look_up_port(const Work *work)
{
	g_autoptr(Past) past = open_all(work);
	const PastPort port = {PAST_TCP, 445};
	g_autofree PastPortDay *days = past_find_ports(past, &port, 1, NULL);

	g_assert(days && past_port_median(days, work->days) == 3);
}

/* In a process of its own. octets: of a roll-up. */
static void
measure(const char *name, void (*run)(const Work *), const Work *work, double rows,
	const char *roll)
{
	struct stat status = {0};
	int result;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct rusage usage;
		double begun = seconds_spent();
		run(work);
		double spent = seconds_spent() - begun;
		getrusage(RUSAGE_SELF, &usage);
		stat(roll, &status);
		printf("%s\t%.3f\t%.1f\t%ld\t%ld\n", name, spent, rows / 1e6 / spent,
			(long)status.st_size, usage.ru_maxrss);
		fflush(stdout);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &result, 0) != child || result != 0)
		g_error("%s failed", name);
}

static void
measure_roll_up(const Work *work, guint64 rows, HoursMix mix, const char *name)
{
	g_autofree char *path = day_path(work->store, DAY);

	for (guint hour = 0; hour < 24; hour++) {
		g_autofree char *tally =
			store_path(work->store, sensors[0], DAY + hour * HOUR_SECONDS);
		if (!hours_write(tally, hour, rows, mix, NULL))
			g_error("%s: cannot be written", tally);
	}
	measure(name, roll_up, work, 24.0 * (double)rows, path);
}

int
main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr, "usage: past FOLDER ROWS DAYS SOURCES KEYS\n");
		return 2;
	}
	const Work work = {
		argv[1], (guint)atoi(argv[3]), (guint)atoi(argv[4]), (guint)atoi(argv[5])};
	guint64 rows = g_ascii_strtoull(argv[2], NULL, 10);
	g_autofree char *last = day_path(work.store, DAY + DAY_SECONDS);

	measure_roll_up(&work, rows, HOURS_DENSE, "roll up, dense");
	measure_roll_up(&work, rows, HOURS_THIN, "roll up, thin");
	for (guint i = 1; i <= work.days; i++)
		put_day(&work, DAY + (gint64)i * DAY_SECONDS);
	double sources = (double)work.days * work.sources;
	measure("look up sources and /24", look_up_sources, &work, sources, last);
	measure("look up a port", look_up_port, &work, sources, last);
	return 0;
}
