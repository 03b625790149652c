/*
 * Prints what reading and decoding makes of captures: a line a file with records, outcomes and
 * kinds; with --each a line for each packet. For people who look into a count, and for
 * comparing with other readers.
 */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include "tally/capture.h"
#include "tally/decode.h"
#include "tally/kind.h"

enum { RECORDS = 4096 };

typedef struct {
	ObservationList list;
	CaptureTotals totals;
	guint64 kinds[KIND_COUNT];
	guint64 records;
} Reading;

static void
print_address(const Reading *reading, const Observation *o, guint32 address)
{
	char text[ADDRESS_TEXT_SIZE];
	Address a = o->observed & OBSERVED_V6
			    ? address_from_v6(reading->list.v6 + 16 * (gsize)address)
			    : address_from_v4(address);

	printf(" %s", address_format(&a, text));
}

static void
print_packet(const Reading *reading, const CaptureRecord *record, Outcome outcome)
{
	char text[HOUR_TEXT_SIZE];

	printf("%s %s", hour_format_ns(record->time, text), decode_outcome_name(outcome));
	for (guint32 i = 0; i < reading->list.n; i++) {
		const Observation *o = &reading->list.items[i];

		printf(" %s",
			o->observed & OBSERVED_SPOKE ? "spoke" : kind_table[o->kind].name);
		print_address(reading, o, o->external);
		print_address(reading, o, o->internal);
		printf(" %u>%u bytes %u payload %u ttl %u id %u win %u seq %u ack %u mss %u "
		       "options %x flags %x observed %x",
			o->sport, o->dport, o->bytes, o->payload, o->ttl, o->id, o->window,
			o->seq, o->ack, o->mss, o->options, o->flags, o->observed);
	}
	putchar('\n');
}

static void
read_chunk(Reading *reading, const CaptureChunk *chunk, const Home *home, gboolean each)
{
	const LinkType *type = link_find(chunk->link_type);
	const guint8 *at = chunk->data;

	reading->list.n = reading->list.n_v6 = 0;
	for (guint32 i = 0; i < chunk->n_records; i++) {
		CaptureRecord record;

		at = capture_record(chunk, at, &record);
		Outcome outcome = decode_frame(type ? type->function : NULL, home, record.time,
			record.frame, record.captured, record.wire, &reading->list,
			&reading->totals);
		if (each) {
			print_packet(reading, &record, outcome);
			reading->list.n = reading->list.n_v6 = 0;
		}
	}
	for (guint32 i = 0; i < reading->list.n; i++)
		if (!(reading->list.items[i].observed & OBSERVED_SPOKE))
			reading->kinds[reading->list.items[i].kind]++;
	reading->records += chunk->n_records;
}

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static gboolean
read_file(const char *path, const Home *home, gboolean each, gboolean timed)
{
	g_autoptr(GError) error = NULL;
	double start = seconds_now();
	g_autoptr(Capture) capture = capture_open(path, &error);
	g_autofree Observation *items = g_new(Observation, 2 * RECORDS);
	g_autofree guint8 *v6 = g_malloc(16 * 4 * RECORDS);
	Reading reading = {.list = {.items = items, .v6 = v6}};
	CaptureChunk chunk = {0};

	if (!capture) {
		printf("%s\n", error->message);
		return FALSE;
	}
	while (capture_next(capture, RECORDS, &chunk, &error))
		read_chunk(&reading, &chunk, home, each);
	printf("%s: records %" G_GUINT64_FORMAT " link %u", path, reading.records,
		chunk.link_type);
	for (guint i = 0; i < OUTCOME_COUNT; i++)
		if (reading.totals.packets[i])
			printf(" %s %" G_GUINT64_FORMAT, decode_outcome_name((Outcome)i),
				reading.totals.packets[i]);
	printf(":");
	for (guint i = 0; i < KIND_COUNT; i++)
		if (reading.kinds[i])
			printf(" %s %" G_GUINT64_FORMAT, kind_table[i].name, reading.kinds[i]);
	if (capture_bad_times(capture))
		printf(" bad times %" G_GUINT64_FORMAT, capture_bad_times(capture));
	printf("; %s\n", error ? error->message : "whole");
	if (timed)
		fprintf(stderr, "%.1f ns a packet\n",
			(seconds_now() - start) * 1e9 / (double)MAX(reading.records, 1));
	capture_chunk_clear(&chunk);
	return error == NULL;
}

int
main(int argc, char **argv)
{
	g_autofree char *networks = NULL;
	gboolean each = FALSE, timed = FALSE;
	const GOptionEntry entries[] = {
		{"home", 0, 0, G_OPTION_ARG_STRING, &networks, "the site's networks",
			"CIDR,..."},
		{"each", 0, 0, G_OPTION_ARG_NONE, &each, "a line for each packet", NULL},
		{"time", 0, 0, G_OPTION_ARG_NONE, &timed, "tell how long a packet took", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("FILE...");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return 2;
	}
	g_autoptr(Home) home = networks ? home_new(networks, &error) : home_new_private();
	if (!home) {
		fprintf(stderr, "%s\n", error->message);
		return 2;
	}
	gboolean whole = TRUE;
	for (int i = 1; i < argc; i++)
		whole &= read_file(argv[i], home, each, timed);
	return whole ? 0 : 3;
}
