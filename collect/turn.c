#include "config.h"

#include "collect/turn.h"

#include "common/hour.h"

typedef struct {
	gint64 hour;   /* start, s since 1970 */
	gpointer file; /* owned by whoever opened it; NULL: the slot is free */
	guint64 use;   /* greater: used later */
	guint64 tick;  /* when it was last used, ns */
} Slot;

struct Turn {
	TurnSettings settings;
	Slot slots[TURN_SLOTS];
	guint64 uses;
	guint64 tick; /* of the last turn_advance, and the clock's hour */
	gint64 hour;
};

Turn *
turn_new(const TurnSettings *settings)
{
	Turn *turn = g_new0(Turn, 1);

	g_return_val_if_fail(
		settings->hour_seconds > 0 && settings->hour_seconds <= HOUR_SECONDS, NULL);
	turn->settings = *settings;
	return turn;
}

void
turn_free(Turn *turn)
{
	g_free(turn);
}

static gint64
hour_of(const Turn *turn, guint64 time_ns)
{
	gint64 length = turn->settings.hour_seconds;
	gint64 offset = (gint64)turn->settings.grid_minutes * 60;
	gint64 since_grid = (gint64)(time_ns / SECOND_NS) - offset;

	return (since_grid / length - (since_grid % length < 0)) * length + offset;
}

/* Seconds, for times since 1970 that may be a little before it: as ns, 0 for these. */
static guint64
to_ns(gint64 seconds)
{
	return (guint64)MAX(seconds, 0) * SECOND_NS;
}

static Slot *
find(Turn *turn, gint64 hour)
{
	for (guint i = 0; i < TURN_SLOTS; i++)
		if (turn->slots[i].file && turn->slots[i].hour == hour)
			return &turn->slots[i];
	return NULL;
}

static void
use(Turn *turn, Slot *slot)
{
	slot->use = ++turn->uses;
	slot->tick = turn->tick;
}

static void
close_slot(Turn *turn, Slot *slot)
{
	gpointer file = slot->file;

	slot->file = NULL;
	turn->settings.close(turn->settings.data, file);
}

static gboolean
is_over(const Turn *turn, const Slot *slot, guint64 time_ns)
{
	return time_ns >= to_ns(slot->hour + turn->settings.hour_seconds + TURN_LINGER);
}

/* A free one, that of the file used longest ago if need be. */
static Slot *
free_slot(Turn *turn)
{
	Slot *oldest = &turn->slots[0];

	for (guint i = 0; i < TURN_SLOTS; i++) {
		if (!turn->slots[i].file)
			return &turn->slots[i];
		if (turn->slots[i].use < oldest->use)
			oldest = &turn->slots[i];
	}
	close_slot(turn, oldest);
	return oldest;
}

static Slot *
open_slot(Turn *turn, gint64 hour, guint64 time_ns)
{
	Slot *slot = free_slot(turn);

	slot->hour = hour;
	slot->file = turn->settings.open(
		turn->settings.data, hour, (int)((gint64)(time_ns / SECOND_NS) - hour));
	return slot->file ? slot : NULL;
}

gpointer
turn_file(Turn *turn, guint64 time_ns, guint64 *begin, guint64 *end)
{
	gint64 hour = hour_of(turn, time_ns);
	Slot *slot = find(turn, hour);

	if (!slot) {
		for (guint i = 0; i < TURN_SLOTS; i++)
			if (turn->slots[i].file && is_over(turn, &turn->slots[i], time_ns))
				close_slot(turn, &turn->slots[i]);
		slot = open_slot(turn, hour, time_ns);
	}
	*begin = to_ns(hour);
	*end = to_ns(hour + turn->settings.hour_seconds);
	if (!slot)
		return NULL;
	use(turn, slot);
	return slot->file;
}

gboolean
turn_advance(Turn *turn, guint64 now_ns, guint64 tick_ns)
{
	gint64 hour = hour_of(turn, now_ns);

	turn->tick = tick_ns;
	turn->hour = hour;
	for (guint i = 0; i < TURN_SLOTS; i++) {
		Slot *slot = &turn->slots[i];
		gboolean idle =
			slot->hour != hour && tick_ns >= slot->tick + TURN_LINGER * SECOND_NS;
		if (slot->file && idle)
			close_slot(turn, slot);
	}
	Slot *current = find(turn, hour);
	if (!current)
		current = open_slot(turn, hour, now_ns);
	/* That of the clock's hour is in use without a packet as well. */
	if (current)
		use(turn, current);
	return current != NULL;
}

gpointer
turn_current(Turn *turn)
{
	Slot *slot = find(turn, turn->hour);

	return slot ? slot->file : NULL;
}

void
turn_close_all(Turn *turn)
{
	for (guint i = 0; i < TURN_SLOTS; i++)
		if (turn->slots[i].file)
			close_slot(turn, &turn->slots[i]);
}

guint
turn_n_open(const Turn *turn)
{
	guint n = 0;

	for (guint i = 0; i < TURN_SLOTS; i++)
		n += turn->slots[i].file != NULL;
	return n;
}
