#include "config.h"

#include "tally/selftest.h"

#include <unistd.h>

#include "common/hour.h"
#include "common/output.h"
#include "tally/detection.h"
#include "tally/engine.h"

/* Addresses of documentation (RFC 5737). */
#define HOME "192.0.2.0/24"
enum {
	HOME_FIRST = 0xc0000200, /* 192.0.2.0 */
	SCANNER = 0xc6336409,    /* 198.51.100.9 */
	VISITORS = 0xcb007100,   /* 203.0.113.0: who visits our web server, whom we visit */
	WEB_SERVER = HOME_FIRST + 80,
	N_VISITORS = 30,
	PREFIX_V6 = 64,
};

enum { HOURS = 6, FIRST_HOUR = 1505001600 }; /* 2017-09-10T00:00:00Z */

/* How many targets the scan hits in each hour. */
static const guint scan[HOURS] = {2, 1, SELFTEST_AN_HOUR, 0, 1, 2};

enum { SYN = 0x02, RST = 0x04, ACK = 0x10 };

/* One direction of a TCP connection; IPv4 addresses in host byte order. */
typedef struct {
	guint32 from, to;
	guint16 from_port, to_port;
} Way;

static void
append_16(GByteArray *out, guint16 number)
{
	guint16 octets = GUINT16_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&octets, sizeof octets);
}

static void
append_32(GByteArray *out, guint32 number)
{
	guint32 octets = GUINT32_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&octets, sizeof octets);
}

/* pcap's own numbers, in the machine's order. */
static void
append_numbers(GByteArray *out, const guint32 *numbers, guint n)
{
	g_byte_array_append(out, (const guint8 *)numbers, n * sizeof *numbers);
}

/* A TCP packet without payload, at a time in seconds since 1970. */
static void
add_packet(GByteArray *out, gint64 time, Way way, guint8 flags)
{
	enum { ETHERNET = 14, IPV4 = 20, TCP = 20 };
	static const guint8 ethernet[ETHERNET] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
	const guint32 record[] = {(guint32)time, out->len % 1000000, ETHERNET + IPV4 + TCP,
		ETHERNET + IPV4 + TCP};

	append_numbers(out, record, G_N_ELEMENTS(record));
	g_byte_array_append(out, ethernet, sizeof ethernet);
	append_16(out, 0x4500);
	append_16(out, IPV4 + TCP);
	append_16(out, (guint16)out->len); /* identification: anything */
	append_16(out, 0x4000);            /* do not fragment */
	append_16(out, 57 << 8 | 6);       /* time to live; TCP */
	append_16(out, 0);
	append_32(out, way.from);
	append_32(out, way.to);
	append_16(out, way.from_port);
	append_16(out, way.to_port);
	append_32(out, out->len * 2654435761u); /* sequence number: anything */
	append_32(out, flags & ACK ? out->len : 0);
	append_16(out, (guint16)(TCP / 4 << 12 | flags));
	append_16(out, 64240);
	append_32(out, 0);
}

static Way
back(Way way)
{
	return (Way){way.to, way.from, way.to_port, way.from_port};
}

/* The opening of a connection, and its answer. */
static void
add_visit(GByteArray *out, gint64 time, Way way)
{
	add_packet(out, time, way, SYN);
	add_packet(out, time, back(way), SYN | ACK);
	add_packet(out, time + 1, way, ACK);
}

/* Visitors of our web server, and visits of ours elsewhere. */
static void
add_ordinary(GByteArray *out, gint64 hour)
{
	for (guint i = 0; i < N_VISITORS; i++) {
		Way to_us = {VISITORS + 1 + i, WEB_SERVER, (guint16)(40000 + i), 443};
		Way from_us = {HOME_FIRST + 100 + i, VISITORS + 101 + i % 5,
			(guint16)(50000 + i), 443};
		add_visit(out, hour + 60 + i * 100, to_us);
		add_visit(out, hour + 90 + i * 100, from_us);
	}
}

static GByteArray *
make_capture(guint grid_minutes)
{
	const guint32 header[] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1 /* Ethernet */};
	GByteArray *out = g_byte_array_new();
	guint32 target = HOME_FIRST + 10;

	append_numbers(out, header, G_N_ELEMENTS(header));
	for (guint h = 0; h < HOURS; h++) {
		gint64 hour = FIRST_HOUR + (gint64)grid_minutes * 60 + h * HOUR_SECONDS;
		add_ordinary(out, hour);
		for (guint i = 0; i < scan[h]; i++, target++) {
			Way probe = {SCANNER, target, (guint16)(40000 + target % 1000), 22};
			add_packet(out, hour + 600 + i * 900, probe, SYN);
			add_packet(out, hour + 600 + i * 900, back(probe), RST | ACK);
		}
	}
	return out;
}

/* All hours of the capture behind the descriptor; array of Reader *. */
static GPtrArray *
open_hours(Engine *engine, int fd, GError **error)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	const char *const files[] = {path};
	g_autoptr(GPtrArray) readers =
		g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);

	if (!engine_read(engine, files, G_N_ELEMENTS(files), error))
		return NULL;
	for (guint i = 0; i < engine_n_hours(engine); i++) {
		Reader *reader = engine_open(engine, i, READER_CONTACTS | READER_TRAITS, error);
		if (!reader)
			return NULL;
		g_ptr_array_add(readers, reader);
	}
	return g_steal_pointer(&readers);
}

/* What a run's thresholds find of one subject. */
static void
find(SelftestRun *run, const Subject *subject)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	Address scanner = address_from_v4(SCANNER);
	Scene scene = {.grid_minutes = subject->grid_minutes, .span = subject->span};

	detection_subject(run->thresholds, &scene, subject, findings);
	if (address_compare(&subject->source, &scanner) == 0)
		run->found += findings->len;
	else
		run->others += findings->len;
}

static gboolean
find_all(
	GPtrArray *readers, guint grid_minutes, SelftestRun *runs, guint n_runs, GError **error)
{
	g_autoptr(Gather) gather = gather_new(
		(Reader **)readers->pdata, readers->len, READER_CONTACTS | READER_TRAITS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, PREFIX_V6, grid_minutes, subject_always);
	g_autoptr(GError) problem = NULL;
	const Subject *subject;

	while ((subject = subject_stream_next(stream, &problem)))
		for (guint i = 0; i < n_runs; i++)
			find(&runs[i], subject);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean
selftest_run(
	guint grid_minutes, const char *folder, SelftestRun *runs, guint n_runs, GError **error)
{
	g_autoptr(GByteArray) capture = make_capture(grid_minutes);
	g_autoptr(Home) home = home_new(HOME, NULL);
	EngineSettings settings = {
		.home = home,
		.grid_minutes = grid_minutes,
		.sensor = "",
		.budget = 16 << 20,
		.folder = folder,
		.threads = 1,
	};
	g_autoptr(Output) output = output_new_unnamed(folder, error);

	for (guint i = 0; i < n_runs; i++)
		runs[i].found = runs[i].others = 0;
	if (!output || !output_write(output, capture->data, capture->len, error))
		return FALSE;
	int fd = output_steal_fd(output);
	settings.signatures = trait_default_signatures(&settings.n_signatures);
	g_autoptr(Engine) engine = engine_new(&settings);
	g_autoptr(GPtrArray) readers = open_hours(engine, fd, error);
	close(fd);
	return readers && find_all(readers, grid_minutes, runs, n_runs, error);
}
