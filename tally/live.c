#include "config.h"

#include "tally/live.h"

enum { BUCKETS = 1 << 14, WAYS = 4, AHEAD = 8 };

typedef struct {
	Address peer;
	guint64 place;    /* hash of our address and both ports; 0: empty */
	guint64 seen;     /* time of the last packet */
	guint32 expected; /* sequence number that our host expects next */
} Conversation;

struct Live {
	HashKey key;
	guint64 evicted;
	Conversation *table; /* owned; BUCKETS * WAYS */
};

Live *
live_new(const HashKey *key)
{
	Live *live = g_new0(Live, 1);

	live->key = *key;
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

static guint64
place_of(const Live *live, const LiveEvent *event)
{
	guint64 ports = (guint64)event->external_port << 16 | event->internal_port;

	return hash_pair(&live->key, event->internal.high ^ ports << 32, event->internal.low ^ event->internal.family) | 1;
}

static void
follow(Live *live, Conversation *bucket, guint64 place, const LiveEvent *event)
{
	Conversation *into = bucket;

	for (guint way = 0; way < WAYS; way++) {
		Conversation *c = bucket + way;
		if (c->place == place && address_compare(&c->peer, &event->external) == 0) {
			c->expected = event->number;
			c->seen = event->time;
			return;
		}
		/* An empty entry has seen 0, so it is the oldest. */
		if (c->seen < into->seen)
			into = c;
	}
	live->evicted += into->place != 0;
	*into = (Conversation){ event->external, place, event->time, event->number };
}

static void
check(Conversation *bucket, guint64 place, const LiveEvent *event, void (*found)(gpointer data, const Hijack *hijack),
	gpointer data)
{
	const Conversation *hit = NULL;

	for (guint way = 0; way < WAYS; way++) {
		Conversation *c = bucket + way;
		if (c->place != place)
			continue;
		/* The peer itself ends its conversation: nothing to see, and nothing left to hijack. */
		if (address_compare(&c->peer, &event->external) == 0) {
			*c = (Conversation){ 0 };
			return;
		}
		if (c->expected == event->number && event->number != 0)
			hit = c;
	}
	if (hit) {
		const Hijack hijack = {
			.time = event->time,
			.source = event->external,
			.target = event->internal,
			.peer = hit->peer,
			.seq = event->number,
			.sport = event->external_port,
			.dport = event->internal_port,
		};
		found(data, &hijack);
	}
}

void
live_add(Live *live, const LiveEvent *events, gsize n, void (*found)(gpointer data, const Hijack *hijack), gpointer data)
{
	guint64 places[AHEAD];

	for (gsize i = 0; i < n + AHEAD; i++) {
		if (i >= AHEAD) {
			const LiveEvent *event = events + i - AHEAD;
			guint64 place = places[i % AHEAD];
			Conversation *bucket = live->table + (place >> 8) % BUCKETS * WAYS;
			if (event->reset)
				check(bucket, place, event, found, data);
			else
				follow(live, bucket, place, event);
		}
		if (i < n) {
			places[i % AHEAD] = place_of(live, events + i);
			const char *bucket = (const char *)(live->table + (places[i % AHEAD] >> 8) % BUCKETS * WAYS);
			for (guint line = 0; line < WAYS * sizeof(Conversation); line += 64)
				__builtin_prefetch(bucket + line, 1);
		}
	}
}
