#include "config.h"

#include "tally/live.h"

#include "common/hash.h"
#include "common/hour.h"

enum { BUCKETS = 1 << 13, WAYS = 4, AHEAD = 16 };

typedef struct {
	guint64 place;               /* hash of our address and both ports; 0: empty */
	guint64 peer_high, peer_low; /* Address; its family is that of ours */
	guint32 expected;            /* sequence number that our host expects next */
	guint32 seen;                /* seconds since 1970 of the last packet */
} Conversation;

G_STATIC_ASSERT(sizeof(Conversation) == 32);

/* An event with what it is about. */
typedef struct {
	const Observation *observation;
	guint64 place;
	Address external, internal;
} Event;

struct Live {
	guint64 evicted;
	Conversation *table; /* owned; BUCKETS * WAYS */
};

static const HashKey key = {{
	G_GUINT64_CONSTANT(0x9e3779b97f4a7c15),
	G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9),
	G_GUINT64_CONSTANT(0x94d049bb133111eb),
	G_GUINT64_CONSTANT(0xd6e8feb86659fd93),
}};

Live *
live_new(void)
{
	Live *live = g_new0(Live, 1);

	live->table = g_new0(Conversation, BUCKETS * WAYS);
	return live;
}

void
live_free(Live *live)
{
	if (!live)
		return;
	g_free(live->table);
	g_free(live);
}

guint64
live_evicted(const Live *live)
{
	return live->evicted;
}

static Address
address_of(const Observation *o, guint32 number, const ObservationList *list)
{
	return o->observed & OBSERVED_V6 ? address_from_v6(list->v6 + 16 * (gsize)number)
					 : address_from_v4(number);
}

static Event
event_of(const Lanes *lanes, const LaneEvent *at)
{
	const ObservationList *list =
		&g_array_index(lanes->lanes, Lane, at->lane).lists[at->list].list;
	const Observation *o = list->items + at->index;
	Event event = {
		.observation = o,
		.external = address_of(o, o->external, list),
		.internal = address_of(o, o->internal, list),
	};
	guint64 ports = o->observed & OBSERVED_OUT ? (guint64)o->dport << 16 | o->sport
						   : (guint64)o->sport << 16 | o->dport;

	event.place = hash_pair(&key, event.internal.high ^ ports << 32,
			      event.internal.low ^ event.internal.family) |
		      1;
	return event;
}

static Conversation *
bucket_of(const Live *live, guint64 place)
{
	return live->table + (place >> 8) % BUCKETS * WAYS;
}

static gboolean
is_with(const Conversation *c, const Event *event)
{
	return c->place == event->place && c->peer_high == event->external.high &&
	       c->peer_low == event->external.low;
}

static void
follow(Live *live, const Event *event)
{
	Conversation *bucket = bucket_of(live, event->place), *into = bucket;
	guint32 seen = (guint32)(event->observation->time / SECOND_NS);

	for (guint way = 0; way < WAYS; way++) {
		Conversation *c = bucket + way;
		if (is_with(c, event)) {
			c->expected = event->observation->ack;
			c->seen = seen;
			return;
		}
		/* An empty entry has seen 0, so it is the oldest. */
		if (c->seen < into->seen)
			into = c;
	}
	live->evicted += into->place != 0;
	*into = (Conversation){
		.place = event->place,
		.peer_high = event->external.high,
		.peer_low = event->external.low,
		.expected = event->observation->ack,
		.seen = seen,
	};
}

static void
check(const Live *live, const Event *event, void (*found)(gpointer data, const Hijack *hijack),
	gpointer data)
{
	Conversation *bucket = bucket_of(live, event->place);
	const Conversation *hit = NULL;

	for (guint way = 0; way < WAYS; way++) {
		Conversation *c = bucket + way;
		/* The peer itself ends its conversation: nothing to see, and nothing left to
		 * hijack. */
		if (is_with(c, event)) {
			*c = (Conversation){0};
			return;
		}
		if (c->place == event->place && c->expected == event->observation->seq &&
			c->expected != 0)
			hit = c;
	}
	if (hit) {
		const Hijack hijack = {
			.time = event->observation->time,
			.source = event->external,
			.target = event->internal,
			.peer = {hit->peer_high, hit->peer_low, event->external.family},
			.seq = event->observation->seq,
			.sport = event->observation->sport,
			.dport = event->observation->dport,
		};
		found(data, &hijack);
	}
}

void
live_add(Live *live, const Lanes *lanes, void (*found)(gpointer data, const Hijack *hijack),
	gpointer data)
{
	const LaneEvent *events = lanes->events;
	gsize n = lanes->n_events;
	Event ahead[AHEAD];

	for (gsize i = 0; i < n + AHEAD; i++) {
		Event *event = ahead + i % AHEAD;
		if (i >= AHEAD) {
			if (event->observation->observed & OBSERVED_OUT)
				follow(live, event);
			else
				check(live, event, found, data);
		}
		if (i < n) {
			*event = event_of(lanes, events + i);
			const char *bucket = (const char *)bucket_of(live, event->place);
			for (guint line = 0; line < WAYS * sizeof(Conversation); line += 64)
				__builtin_prefetch(bucket + line, 1);
		}
	}
}
