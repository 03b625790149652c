#include "config.h"

#include "tests/bench/shape.h"

#include <stdlib.h>

enum {
	TARGETS = 1 << PACKET_INSIDE_BITS,
	SPOOFED_SOURCES = 1000000,
	FLAG_SYN = 2,
	FLAG_RST = 4
};

/* The SYN that every shape but the ordinary consists of: a hit. */
static void
add_syn(Sink *sink, guint32 source, guint32 offset, guint16 dport, guint32 seq)
{
	const Packet packet = {
		.source = source,
		.destination = PACKET_INSIDE + offset,
		.protocol = PACKET_TCP,
		.flags = FLAG_SYN,
		.sport = (guint16)(40000 + (seq & 0x3fff)),
		.dport = dport,
		.seq = seq,
		.window = 1024,
		.ttl = 50,
		.id = (guint16)seq,
		.hit = TRUE,
	};

	sink_add(sink, &packet);
}

/* The measure of all others: so many distinct contacts, over all sources and targets. */
static void
scattered(const Traffic *plan, Sink *sink)
{
	for (guint64 i = 0; i < plan->packets; i++) {
		const guint64 contact = i % plan->contacts;
		const guint32 source = (guint32)(contact % plan->sources);
		/* the factor is odd: a source comes to every target before it comes again */
		const guint32 offset =
			(guint32)(contact / plan->sources * 40503 + source * 7919) % TARGETS;

		add_syn(sink, packet_outside(source), offset, 443, (guint32)i * 2654435761u);
	}
}

static void
spoofed(const Traffic *plan, Sink *sink)
{
	Random random;

	random_seed(&random, plan->seed);
	for (guint64 i = 0; i < plan->packets; i++)
		add_syn(sink, packet_outside(random_below(&random, SPOOFED_SOURCES)), 80, 80,
			(guint32)random_next(&random));
}

static void
vertical(const Traffic *plan, Sink *sink)
{
	for (guint64 i = 0; i < plan->packets; i++)
		add_syn(sink, packet_outside(0), (guint32)(i >> 16) % TARGETS, (guint16)i,
			(guint32)i);
}

static void
sweep(const Traffic *plan, Sink *sink)
{
	for (guint64 i = 0; i < plan->packets; i++)
		add_syn(sink,
			packet_outside((guint32)(i >> PACKET_INSIDE_BITS) % plan->sources),
			(guint32)i % TARGETS, 22, (guint32)i);
}

static void
backscatter(const Traffic *plan, Sink *sink)
{
	const guint32 sources = (guint32)MAX(plan->packets / 3, 1);
	Random random;

	random_seed(&random, plan->seed);
	for (guint64 i = 0; i < plan->packets; i++) {
		const Packet packet = {
			.source = packet_outside((guint32)(i % sources)),
			.destination = PACKET_INSIDE + random_below(&random, TARGETS),
			.protocol = PACKET_TCP,
			.flags = FLAG_RST,
			.sport = 80,
			.dport = (guint16)(1024 + random_below(&random, 60000)),
			.seq = (guint32)random_next(&random),
			.ttl = (guint8)(40 + i % sources % 20),
			.hit = TRUE,
		};
		sink_add(sink, &packet);
	}
}

/* Two and two go through the same five targets, in an order and from a source port of their
 * own. */
static void
pairs(const Traffic *plan, Sink *sink)
{
	const guint32 sources = (guint32)MAX(plan->packets / 5, 1);

	for (guint64 i = 0; i < plan->packets; i++) {
		const guint32 source = (guint32)(i % sources), pair = source / 2;
		const guint32 step = (guint32)(i / sources) * 40503u * (1 + pair % 977);
		const Packet packet = {
			.source = packet_outside(source),
			.destination =
				PACKET_INSIDE + (pair * 2654435761u + step) / 128 % TARGETS,
			.protocol = PACKET_TCP,
			.flags = FLAG_SYN,
			.sport = (guint16)(30000 + pair % 20000),
			.dport = (guint16)(22 + pair % 100),
			.seq = (guint32)i * 2654435761u,
			.window = (guint16)(1024 + pair % 5000),
			.ttl = (guint8)(40 + pair % 60),
			.hit = TRUE,
		};
		sink_add(sink, &packet);
	}
}

/*
 * Pairs that collide wherever (source << 32 | target) is hashed without a key: by folding its
 * halves, by its low bits, by multiplying with the golden ratio and taking the high bits. Up to
 * 12 million packets hardly a pair comes twice.
 */
#define GOLDEN G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)

typedef struct {
	guint64 product; /* offset * GOLDEN */
	guint32 offset;
} Multiple;

static int
by_product(const void *a, const void *b)
{
	guint64 x = ((const Multiple *)a)->product, y = ((const Multiple *)b)->product;

	return (x > y) - (x < y);
}

static Multiple *
golden_multiples(void)
{
	Multiple *multiples = g_new(Multiple, TARGETS);

	for (guint32 i = 0; i < TARGETS; i++)
		multiples[i] = (Multiple){i * GOLDEN, i};
	qsort(multiples, TARGETS, sizeof *multiples, by_product);
	return multiples;
}

/* The offset whose pair with source has a product that begins with about 16 bits of zero. */
static guint32
golden_offset(const Multiple *multiples, guint32 source)
{
	const guint64 wanted = -(((guint64)source << 32 | PACKET_INSIDE) * GOLDEN);
	guint32 low = 0, high = TARGETS;

	while (low < high) {
		guint32 middle = (low + high) / 2;

		if (multiples[middle].product < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return multiples[low % TARGETS].offset;
}

static void
colliding(const Traffic *plan, Sink *sink)
{
	g_autofree Multiple *multiples = golden_multiples();

	for (guint64 i = 0; i < plan->packets; i++) {
		const guint32 n = (guint32)(i / 3);
		guint32 source, offset;

		switch (i % 3) {
		case 0: /* source ^ target: the same for 65,536 pairs at a time */
			offset = n % TARGETS;
			source = (PACKET_OUTSIDE + ((n >> PACKET_INSIDE_BITS) << 16)) ^ offset;
			break;
		case 1: /* sources multiples of 2^16, targets of 2^8 */
			offset = (n >> 14) % 256 << 8;
			source = PACKET_OUTSIDE + (n % (1 << 14) << 16);
			break;
		default:
			source = packet_outside(n);
			offset = golden_offset(multiples, source);
			break;
		}
		add_syn(sink, source, offset, 443, n);
	}
}

static const Shape shape_table[] = {
	{"ordinary", "sessions both ways, scanners, backscatter, UDP, ICMP", traffic_ordinary},
	{"scattered", "SYNs, --contacts distinct contacts over all sources and targets",
		scattered},
	{"spoofed", "a million sources to one target", spoofed},
	{"vertical", "one source, all ports of target after target", vertical},
	{"colliding", "pairs chosen against hashes without a key", colliding},
	{"sweep", "all targets by one source, then by the next", sweep},
	{"backscatter", "three resets of every source to random targets", backscatter},
	{"pairs", "sources two by two with the same five targets", pairs},
};

const Shape *
shape_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(shape_table); i++)
		if (g_str_equal(shape_table[i].name, name))
			return &shape_table[i];
	return NULL;
}

char *
shape_list(void)
{
	GString *text = g_string_new("Shapes:\n");

	for (guint i = 0; i < G_N_ELEMENTS(shape_table); i++)
		g_string_append_printf(
			text, "  %-10s %s\n", shape_table[i].name, shape_table[i].help);
	return g_string_free(text, FALSE);
}
