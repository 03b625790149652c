#include "config.h"

#include "tally/lanes.h"

#include "common/hour.h"
#include "tally/kind.h"

#include <string.h>

enum { LANES_KEPT = 8, LIST_FIRST = 256 };

/* A lone packet's observations before it is known which shard they go to. */
enum { SCRATCH_ITEMS = 2, SCRATCH_V6 = 4 };

void
lanes_init(
	Lanes *lanes, const Home *home, const HashKey *key, guint grid_minutes, guint n_shards)
{
	*lanes = (Lanes){
		.home = home,
		.key = *key,
		.grid_minutes = grid_minutes,
		.n_shards = n_shards,
		.lanes = g_array_new(FALSE, TRUE, sizeof(Lane)),
	};
}

static void
clear_lists(Lanes *lanes, Lane *lane)
{
	for (guint i = 0; i < lanes->n_shards; i++) {
		g_free(lane->lists[i].list.items);
		g_free(lane->lists[i].list.v6);
	}
	g_free(lane->lists);
}

static void
shrink(Lanes *lanes, guint keep)
{
	for (guint i = keep; i < lanes->lanes->len; i++)
		clear_lists(lanes, &g_array_index(lanes->lanes, Lane, i));
	if (lanes->lanes->len > keep)
		g_array_set_size(lanes->lanes, keep);
}

void
lanes_clear(Lanes *lanes)
{
	shrink(lanes, 0);
	g_array_unref(lanes->lanes);
	g_free(lanes->events);
}

static Lane *
find_lane(Lanes *lanes, guint64 time)
{
	gint64 hour = hour_start(time, lanes->grid_minutes);
	Lane *lane;

	for (guint i = lanes->n_lanes; i-- > 0;)
		if (g_array_index(lanes->lanes, Lane, i).hour == hour)
			return &g_array_index(lanes->lanes, Lane, i);
	if (lanes->n_lanes == lanes->lanes->len) {
		g_array_set_size(lanes->lanes, lanes->n_lanes + 1);
		lane = &g_array_index(lanes->lanes, Lane, lanes->n_lanes);
		lane->lists = g_new0(LaneList, lanes->n_shards);
	}
	lane = &g_array_index(lanes->lanes, Lane, lanes->n_lanes++);
	lane->hour = hour;
	lane->start_ns = (guint64)hour * SECOND_NS;
	lane->first = G_MAXUINT64;
	lane->last = 0;
	memset(&lane->totals, 0, sizeof lane->totals);
	for (guint i = 0; i < lanes->n_shards; i++)
		lane->lists[i].list.n = lane->lists[i].list.n_v6 = 0;
	return lane;
}

static void
grow(LaneList *l)
{
	if (l->list.n + SCRATCH_ITEMS > l->room) {
		l->room = MAX(2 * l->room, LIST_FIRST);
		l->list.items = g_renew(Observation, l->list.items, l->room);
	}
	if (l->list.n_v6 + SCRATCH_V6 > l->room_v6) {
		l->room_v6 = MAX(2 * l->room_v6, LIST_FIRST);
		l->list.v6 = g_realloc(l->list.v6, (gsize)l->room_v6 * 16);
	}
}

/* Room for what one packet can append. */
static inline void
make_room(LaneList *l)
{
	if (G_UNLIKELY(l->list.n + SCRATCH_ITEMS > l->room ||
		       l->list.n_v6 + SCRATCH_V6 > l->room_v6))
		grow(l);
}

static inline gboolean
is_event(const Observation *o)
{
	if (!(o->observed & OBSERVED_TCP))
		return FALSE;
	return o->observed & OBSERVED_OUT ? (o->flags & (FLAG_ACK | FLAG_RST)) == FLAG_ACK
					  : (o->flags & FLAG_RST) != 0;
}

/* The observation that was appended last to a list. */
static void
note_event(Lanes *lanes, const Lane *lane, guint list)
{
	lanes->events[lanes->n_events++] = (LaneEvent){
		.lane = (guint32)(lane - (const Lane *)(void *)lanes->lanes->data),
		.list = list,
		.index = lane->lists[list].list.n - 1,
	};
}

static guint
shard_of(const Lanes *lanes, const Observation *o, const guint8 *v6)
{
	guint64 hash;

	if (o->observed & OBSERVED_SPOKE)
		return 0;
	if (o->observed & OBSERVED_V6) {
		guint64 halves[2];
		memcpy(halves, v6 + 16 * (gsize)o->external, sizeof halves);
		hash = hash_pair(&lanes->key, halves[0], halves[1]);
	} else {
		hash = hash_number(&lanes->key, o->external);
	}
	return (guint)((hash >> 32) * lanes->n_shards >> 32);
}

static void
append(LaneList *to, const Observation *o, const guint8 *v6)
{
	make_room(to);
	ObservationList *list = &to->list;
	Observation *item = list->items + list->n++;

	*item = *o;
	if (o->observed & OBSERVED_V6) {
		memcpy(list->v6 + 16 * (gsize)list->n_v6, v6 + 16 * (gsize)o->external, 16);
		item->external = list->n_v6++;
		memcpy(list->v6 + 16 * (gsize)list->n_v6, v6 + 16 * (gsize)o->internal, 16);
		item->internal = list->n_v6++;
	}
}

/* With several shards a packet is decoded first and then sent on by its source. */
static void
decode_shared(Lanes *lanes, Lane *lane, LinkFunction link, const CaptureRecord *record)
{
	Observation items[SCRATCH_ITEMS];
	guint8 v6[SCRATCH_V6 * 16];
	ObservationList scratch = {.items = items, .v6 = v6};
	decode_frame(link, lanes->home, record->time, record->frame, record->captured,
		record->wire, &scratch, &lane->totals);

	for (guint i = 0; i < scratch.n; i++) {
		guint shard = shard_of(lanes, items + i, v6);
		append(lane->lists + shard, items + i, v6);
		if (is_event(items + i))
			note_event(lanes, lane, shard);
	}
}

static void
decode_alone(Lanes *lanes, Lane *lane, LinkFunction link, const CaptureRecord *record)
{
	LaneList *to = lane->lists;

	make_room(to);
	guint32 before = to->list.n;
	decode_frame(link, lanes->home, record->time, record->frame, record->captured,
		record->wire, &to->list, &lane->totals);
	if (to->list.n > before && is_event(to->list.items + before))
		note_event(lanes, lane, 0);
}

void
lanes_decode(Lanes *lanes, const CaptureChunk *chunk)
{
	const LinkType *type = link_find(chunk->link_type);
	LinkFunction link = type ? type->function : NULL;
	const guint8 *at = chunk->data, *end = chunk->data + chunk->length;
	CaptureRecord record;
	Lane *lane = NULL;

	shrink(lanes, LANES_KEPT);
	lanes->n_lanes = 0;
	lanes->n_events = 0;
	/* A packet makes one at most. */
	if (chunk->n_records > lanes->room_events) {
		lanes->room_events = chunk->n_records;
		lanes->events = g_renew(LaneEvent, lanes->events, lanes->room_events);
	}
	while (at < end) {
		at = capture_record(chunk, at, &record);
		if (!lane || record.time - lane->start_ns >= HOUR_NS)
			lane = find_lane(lanes, record.time);
		lane->first = MIN(lane->first, record.time);
		lane->last = MAX(lane->last, record.time);
		if (lanes->one_hour && lane->hour != lanes->hour)
			continue;
		if (lanes->n_shards == 1)
			decode_alone(lanes, lane, link, &record);
		else
			decode_shared(lanes, lane, link, &record);
	}
	lanes->packets = chunk->n_records;
}
