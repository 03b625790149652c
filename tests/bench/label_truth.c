#include "config.h"

#include "tests/bench/label_truth.h"

#include <stdlib.h>

#define HOUR_NS G_GUINT64_CONSTANT(3600000000000)

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };

/* What one packet says of its pair. */
enum {
	SAID_REQUEST = 1,      /* inbound, TCP or ICMP */
	SAID_RESPONSE = 2,     /* inbound TCP */
	SAID_CONVERSATION = 4, /* a SYN in, or TCP without R out */
	SAID_REPLY = 8,        /* inbound echo reply */
	SAID_ECHO = 16,        /* outbound echo request */
	SAID_UDP_IN = 32,
	SAID_UDP_OUT = 64,
};

/* Packets of a pair in an hour, as long as they have one port. */
typedef struct {
	guint32 outside, inside;
	guint64 at;
	gint32 hour;
	guint16 port;    /* destination port of a request; 0: none */
	guint8 said;     /* SAID_* */
	guint8 said_udp; /* what its first packet by UDP said; 0: none */
} Fact;

struct Truth {
	GArray *facts; /* owned: Fact */
	gboolean sorted;
};

/* Where a window lies: its hours, and so much before it is asked as well. */
typedef struct {
	gint32 from, to;
} Range;

Truth *
truth_new(void)
{
	Truth *truth = g_new0(Truth, 1);

	truth->facts = g_array_new(FALSE, FALSE, sizeof(Fact));
	return truth;
}

void
truth_free(Truth *truth)
{
	g_array_free(truth->facts, TRUE);
	g_free(truth);
}

/* The kinds of DESIGN's table, told apart as far as hits need it: the first that matches. */
static guint8
tcp_said(guint8 flags)
{
	const guint opening =
		((flags & SYN) != 0) + ((flags & FIN) != 0) + ((flags & RST) != 0);
	const guint others = flags & (PSH | URG | ACK);

	if (opening > 1 || (opening == 0 && others != 0 && (others & ACK) == 0))
		return SAID_REQUEST;
	if (flags & RST)
		return SAID_RESPONSE;
	if (flags & ACK)
		return SAID_RESPONSE;
	return flags & SYN ? SAID_REQUEST | SAID_CONVERSATION : SAID_REQUEST;
}

static guint8
said(const Packet *packet, gboolean inbound)
{
	switch (packet->protocol) {
	case PACKET_TCP:
		if (inbound)
			return tcp_said(packet->flags);
		return packet->flags & RST ? 0 : SAID_CONVERSATION;
	case PACKET_UDP:
		return inbound ? SAID_UDP_IN : SAID_UDP_OUT;
	default:
		if (packet->type == 3 || packet->type == 11)
			return 0;
		if (packet->type == 8)
			return inbound ? SAID_REQUEST : SAID_ECHO;
		return inbound ? SAID_REPLY : 0;
	}
}

void
truth_add(Truth *truth, guint64 at, const Packet *packet)
{
	const gboolean inbound = packet_is_inside(packet->destination);
	Fact fact = {
		.outside = inbound ? packet->source : packet->destination,
		.inside = inbound ? packet->destination : packet->source,
		.at = at,
		.hour = (gint32)(at / HOUR_NS),
		.said = said(packet, inbound),
	};

	fact.said_udp = fact.said & (SAID_UDP_IN | SAID_UDP_OUT);
	if ((fact.said & (SAID_REQUEST | SAID_UDP_IN)) != 0 && packet->protocol != PACKET_ICMP)
		fact.port = packet->dport;
	g_array_append_val(truth->facts, fact);
	truth->sorted = FALSE;
}

#define ORDER(a, b) ((a) > (b)) - ((a) < (b))

static int
by_pair(const void *left, const void *right)
{
	const Fact *a = left, *b = right;
	int order = ORDER(a->outside, b->outside);

	if (order == 0)
		order = ORDER(a->inside, b->inside);
	if (order == 0)
		order = ORDER(a->at, b->at);
	/* at the same instant the target's packet counts as first */
	return order != 0 ? order : (b->said == SAID_UDP_OUT) - (a->said == SAID_UDP_OUT);
}

static Fact *
fact(const Truth *truth, guint at)
{
	return &g_array_index(truth->facts, Fact, at);
}

/* In order of pair and time; what tells no more than the fact before it is made one with it. */
static void
sort(Truth *truth)
{
	guint kept = 0;

	if (truth->sorted)
		return;
	g_array_sort(truth->facts, by_pair);
	for (guint i = 0; i < truth->facts->len; i++) {
		const Fact *now = fact(truth, i);
		Fact *last = kept > 0 ? fact(truth, kept - 1) : NULL;

		if (last == NULL || last->outside != now->outside ||
			last->inside != now->inside || last->hour != now->hour ||
			(now->port != 0 && now->port != last->port)) {
			*fact(truth, kept++) = *now;
			continue;
		}
		last->said |= now->said;
		last->said_udp = last->said_udp != 0 ? last->said_udp : now->said_udp;
	}
	g_array_set_size(truth->facts, kept);
	truth->sorted = TRUE;
}

static guint
pair_end(const Truth *truth, guint at)
{
	const Fact *first = fact(truth, at);

	while (at < truth->facts->len && fact(truth, at)->outside == first->outside &&
		fact(truth, at)->inside == first->inside)
		at++;
	return at;
}

/* Whether the pair whose facts lie there is a hit in the window. */
static gboolean
is_hit(const Truth *truth, guint at, guint end, Range window)
{
	guint8 within = 0, around = 0, first_udp = 0;

	for (; at < end; at++) {
		const Fact *now = fact(truth, at);

		if (now->hour < window.from - 1 || now->hour >= window.to)
			continue;
		around |= now->said;
		if (now->hour >= window.from)
			within |= now->said;
		if (first_udp == 0)
			first_udp = now->said_udp;
	}
	return (within & SAID_REQUEST) != 0 ||
	       ((within & SAID_RESPONSE) != 0 && (around & SAID_CONVERSATION) == 0) ||
	       ((within & SAID_REPLY) != 0 && (around & SAID_ECHO) == 0) ||
	       ((within & SAID_UDP_IN) != 0 && first_udp == SAID_UDP_IN);
}

/* The most targets that one source hit in the window. */
static guint32
most_targets(const Truth *truth, Range window)
{
	guint32 most = 0, hosts = 0, outside = 0;

	for (guint at = 0, end; at < truth->facts->len; at = end) {
		end = pair_end(truth, at);
		if (fact(truth, at)->outside != outside)
			hosts = 0;
		outside = fact(truth, at)->outside;
		hosts += is_hit(truth, at, end, window);
		most = MAX(most, hosts);
	}
	return most;
}

void
truth_count(Truth *truth, TruthWindow windows[SPAN_COUNT])
{
	static const struct {
		gint32 length, step;
	} spans[SPAN_COUNT] = {{1, 1}, {24, 1}, {168, 24}};
	gint32 first = G_MAXINT32, last = 0;

	sort(truth);
	for (guint i = 0; i < truth->facts->len; i++) {
		first = MIN(first, fact(truth, i)->hour);
		last = MAX(last, fact(truth, i)->hour);
	}
	for (guint i = 0; i < SPAN_COUNT; i++) {
		/* an hour that no packet lies in can be in a window that begins before the capture */
		gint32 start = first - spans[i].length + 1;

		windows[i] = (TruthWindow){0, 0};
		start -= ((start % spans[i].step) + spans[i].step) % spans[i].step;
		for (; truth->facts->len > 0 && start <= last; start += spans[i].step) {
			const Range window = {start, start + spans[i].length};
			const guint32 hosts = most_targets(truth, window);

			if (hosts > windows[i].hosts)
				windows[i] = (TruthWindow){hosts, start};
		}
	}
}

static int
by_number(const void *left, const void *right)
{
	const guint16 *a = left, *b = right;

	return ORDER(*a, *b);
}

guint
truth_ports(Truth *truth)
{
	g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(guint16));
	guint most = 0;

	sort(truth);
	for (guint at = 0, end; at < truth->facts->len; at = end) {
		guint n = 0;

		end = pair_end(truth, at);
		g_array_set_size(ports, 0);
		for (guint i = at; i < end; i++)
			if (fact(truth, i)->port != 0)
				g_array_append_val(ports, fact(truth, i)->port);
		g_array_sort(ports, by_number);
		for (guint i = 0; i < ports->len; i++)
			n += i == 0 || g_array_index(ports, guint16, i) !=
					       g_array_index(ports, guint16, i - 1);
		most = MAX(most, n);
	}
	return most;
}

static int
by_address(const void *left, const void *right)
{
	const guint32 *a = left, *b = right;

	return ORDER(*a, *b);
}

GArray *
truth_targets(Truth *truth)
{
	GArray *targets = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint kept = 0;

	sort(truth);
	for (guint at = 0, end; at < truth->facts->len; at = end) {
		end = pair_end(truth, at);
		for (guint i = at; i < end; i++) {
			const Range window = {fact(truth, i)->hour, fact(truth, i)->hour + 1};

			if (is_hit(truth, at, end, window)) {
				g_array_append_val(targets, fact(truth, at)->inside);
				break;
			}
		}
	}
	g_array_sort(targets, by_address);
	for (guint i = 0; i < targets->len; i++) {
		const guint32 target = g_array_index(targets, guint32, i);

		if (kept == 0 || g_array_index(targets, guint32, kept - 1) != target)
			g_array_index(targets, guint32, kept++) = target;
	}
	g_array_set_size(targets, kept);
	return targets;
}
