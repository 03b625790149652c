/*
 * What the detectors cost beside the bare merge with all traits:
 *
 * 	detect FOLDER ROWS HOURS
 *
 * ROWS rows (pair and hour) in so many tallies, 24 of them or more, are written to FOLDER; then
 * read once bare, and once by all detectors over the last day's windows, each in a process of
 * its own. A line each, with tabs: work, seconds of the processor, million contacts a second,
 * findings, peak of memory in KiB.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/hour.h"
#include "tally/detection.h"
#include "tests/bench/hours.h"

enum { HOURS_MAX = 2000, PREFIX_V6 = 64 };

typedef struct {
	double seconds; /* of the processor */
	guint64 contacts, findings;
	long peak_kb;
} Result;

static void
merge_bare(Reader **readers, guint n, Result *result)
{
	g_autoptr(Gather) gather = gather_new(readers, n, READER_CONTACTS | READER_TRAITS);
	const SourceFacts *source;

	(void)result;
	while ((source = gather_next(gather, 0, NULL)))
		g_assert(source->n_pairs > 0);
}

static void
take(gpointer data, Finding *finding)
{
	((Result *)data)->findings++;
	finding_free(finding);
}

/* Every fourth address of home spoke, so that there is dark space to ask for. */
static Dark *
make_dark(gint64 hour)
{
	g_autoptr(HourFacts) facts = hour_facts_new(hour, 0, "", "", 0);
	Dark *dark = dark_new();

	for (guint i = 0; i < 65536; i += 4) {
		Address address = address_from_v4(0x0a000000 + i);
		g_array_append_val(facts->spoke, address);
	}
	dark_add(dark, facts);
	return dark;
}

static void
detect(Reader **readers, guint n, Result *result)
{
	gint64 end = reader_hour(readers[n - 1])->hour + HOUR_SECONDS;
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	g_autoptr(Home) home = home_new("10.0.0.0/16", NULL);
	g_autoptr(Dark) dark = make_dark(reader_hour(readers[0])->hour);
	Scene scene = {.span = {end - 24 * HOUR_SECONDS, end}, .home = home, .dark = dark};
	scene.signatures = trait_default_signatures(&scene.n_signatures);
	g_autoptr(Gather) gather = gather_new(readers, n, READER_CONTACTS | READER_TRAITS);
	g_autoptr(SubjectStream) stream = subject_stream_new(gather, PREFIX_V6, 0, scene.span);
	g_autoptr(Detection) detection = detection_new(settings, &scene, take, result);
	const Subject *subject;

	while ((subject = subject_stream_next(stream, NULL)))
		detection_see(detection, subject);
	gboolean finished = detection_finish(detection, readers, n, NULL);
	g_assert(finished);
}

static void
work(const char *folder, guint hours, void (*run)(Reader **, guint, Result *), Result *result)
{
	Reader *readers[HOURS_MAX];
	struct rusage usage;

	for (guint i = 0; i < hours; i++) {
		g_autofree char *path = g_strdup_printf("%s/detect-%u.tally", folder, i);
		readers[i] = reader_new(path, READER_CONTACTS | READER_TRAITS, NULL);
		g_assert(readers[i]);
		result->contacts += reader_n_contacts(readers[i]);
	}
	run(readers, hours, result);
	for (guint i = 0; i < hours; i++)
		reader_free(readers[i]);
	getrusage(RUSAGE_SELF, &usage);
	result->seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	result->peak_kb = usage.ru_maxrss;
}

/* In a process of its own, so that its peak of memory is its own. */
static void
measure(const char *folder, guint hours, const char *name,
	void (*run)(Reader **, guint, Result *))
{
	Result result = {0};
	int ends[2];

	g_assert(pipe(ends) == 0);
	fflush(stdout);
	if (fork() == 0) {
		work(folder, hours, run, &result);
		_exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
	}
	g_assert(read(ends[0], &result, sizeof result) == sizeof result);
	wait(NULL);
	close(ends[0]);
	close(ends[1]);
	printf("%s\t%.3f\t%.1f\t%" G_GUINT64_FORMAT "\t%ld\n", name, result.seconds,
		(double)result.contacts / result.seconds / 1e6, result.findings,
		result.peak_kb);
}

int
main(int argc, char **argv)
{
	if (argc != 4) {
		g_printerr("usage: detect FOLDER ROWS HOURS\n");
		return 2;
	}
	guint hours = (guint)CLAMP(atoi(argv[3]), 1, HOURS_MAX);
	guint64 rows = g_ascii_strtoull(argv[2], NULL, 10) / hours;

	for (guint i = 0; i < hours; i++) {
		g_autofree char *path = g_strdup_printf("%s/detect-%u.tally", argv[1], i);
		g_autoptr(GError) error = NULL;
		if (!hours_write(path, i, MAX(rows, 1), HOURS_THIN, &error)) {
			g_printerr("detect: %s\n", error->message);
			return 1;
		}
	}
	measure(argv[1], hours, "merge", merge_bare);
	measure(argv[1], hours, "detect", detect);
	return 0;
}
