#include "config.h"

#include "tally/roster.h"

#include <string.h>

#include "common/hour.h"
#include "tally/limits.h"
#include "tally/sort.h"

enum { SLOTS_FIRST = 1024 };

Roster *
roster_new(guint sources_max)
{
	Roster *roster = g_new0(Roster, 1);

	roster->sources = g_array_new(FALSE, FALSE, sizeof(RosterSource));
	roster->touches = g_array_new(FALSE, FALSE, sizeof(Touch));
	roster->targets = g_array_new(FALSE, FALSE, sizeof(Address));
	roster->v4 = v4_set_new();
	roster->v6 = g_array_new(FALSE, FALSE, sizeof(Address));
	roster->n_slots = SLOTS_FIRST;
	roster->slots = g_new0(RosterSlot, roster->n_slots);
	roster->crowded = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	roster->sources_max = sources_max;
	return roster;
}

void
roster_free(Roster *roster)
{
	g_array_unref(roster->sources);
	g_array_unref(roster->touches);
	g_array_unref(roster->targets);
	g_array_unref(roster->v6);
	v4_set_free(roster->v4);
	g_hash_table_unref(roster->crowded);
	g_free(roster->slots);
	g_free(roster);
}

/* The slot that holds the target's number, or the free one where it belongs. Targets are ours, so
 * nobody chooses those that collide. */
static RosterSlot *
find_slot(const Roster *roster, const Address *target)
{
	guint64 mixed = (target->high * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ target->low) *
			G_GUINT64_CONSTANT(0xd6e8feb86659fd93);
	guint32 at = (guint32)(mixed >> 32);

	for (;; at++) {
		RosterSlot *slot = &roster->slots[at & (roster->n_slots - 1)];
		if (slot->number == 0 ||
			(slot->low == (guint32)target->low &&
				address_compare(
					&g_array_index(roster->v6, Address, slot->number - 1),
					target) == 0))
			return slot;
	}
}

static void
grow_slots(Roster *roster)
{
	g_free(roster->slots);
	roster->n_slots *= 2;
	roster->slots = g_new0(RosterSlot, roster->n_slots);
	for (guint32 i = 0; i < roster->v6->len; i++) {
		const Address *target = &g_array_index(roster->v6, Address, i);
		*find_slot(roster, target) = (RosterSlot){(guint32)target->low, i + 1};
	}
}

/* What names the target in a touch until the roster is sealed. */
static guint32
target_number(Roster *roster, const Address *target)
{
	if (target->family == 4) {
		v4_set_add(roster->v4, (guint32)target->low);
		return (guint32)target->low;
	}
	RosterSlot *slot = find_slot(roster, target);
	if (slot->number != 0)
		return slot->number - 1;
	g_array_append_vals(roster->v6, target, 1);
	*slot = (RosterSlot){(guint32)target->low, roster->v6->len};
	if (2 * roster->v6->len > roster->n_slots)
		grow_slots(roster);
	return roster->v6->len - 1;
}

/* Whether packets of the kind came to this pair unasked. */
static gboolean
is_unasked(const PairHour *pair, guint8 kind)
{
	if ((pair->answered & ANSWER_COMPLETED) || (pair->facts & FACT_OUT_SYN))
		return FALSE;
	switch (kind_table[kind].class) {
	case CLASS_REQUEST:
		return TRUE;
	case CLASS_UDP:
		return pair->udp_in < pair->udp_out;
	default:
		return !(pair->facts & FACT_CONVERSATION);
	}
}

/* FALSE: no packet of the kind in it. */
static gboolean
touch_of(const SourceFacts *member, const PairHour *pair, guint8 kind, Touch *touch)
{
	guint64 first = FACTS_NEVER, packets = 0;

	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		if (contact->kind != kind)
			continue;
		packets += contact->packets;
		if (contact->first < first) {
			first = contact->first;
			touch->port = contact->port;
		}
	}
	if (packets == 0)
		return FALSE;
	touch->time = (guint64)pair->hour * SECOND_NS + first;
	touch->packets = (guint16)MIN(packets, G_MAXUINT16);
	return TRUE;
}

static gboolean
is_before(const Touch *a, const Touch *b)
{
	return a->time != b->time ? a->time < b->time : a->target < b->target;
}

/* Into n touches in order. They are few, and many sources have one or two. */
static void
insert_touch(Touch *touches, guint n, const Touch *touch)
{
	for (; n > 0 && is_before(touch, &touches[n - 1]); n--)
		touches[n] = touches[n - 1];
	touches[n] = *touch;
}

/* The touches of the subject's first `rows` rows, by time; returns how many. 0 as well where hardly
 * any row is one. */
static guint
list_touches(Roster *roster, const Subject *subject, guint8 kind, guint rows, Touch *touches)
{
	guint seen = 0, n = 0;

	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs && seen < rows; k++) {
			const PairHour *pair = &member->pairs[k];
			Touch touch = {0};
			/* A router's errors are no pair of the source's. */
			if (!(pair->facts & (FACT_IN_ANY | FACT_OUT_SPOKE)))
				continue;
			seen++;
			if (!is_unasked(pair, kind) || !touch_of(member, pair, kind, &touch))
				continue;
			touch.target = target_number(roster, &pair->target);
			insert_touch(touches, n++, &touch);
		}
	}
	return 2 * n >= seen ? n : 0;
}

/* By key; the sort keeps the order of equals, and sources come by address. */
static void
sort_sources(Roster *roster)
{
	guint n = roster->sources->len;
	g_autofree SortItem *items = g_new(SortItem, n + 1);
	g_autofree SortItem *scratch = g_new(SortItem, n + 1);
	GArray *sources = g_array_sized_new(FALSE, FALSE, sizeof(RosterSource), n);

	for (guint i = 0; i < n; i++)
		items[i] = (SortItem){roster_source(roster, i)->likeness.key, i};
	const SortItem *sorted = sort_items(items, scratch, n);
	for (guint i = 0; i < n; i++)
		g_array_append_vals(sources, roster_source(roster, sorted[i].number), 1);
	g_array_unref(roster->sources);
	roster->sources = sources;
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

void
roster_keep_each_once(GArray *numbers)
{
	guint32 *items = (guint32 *)(gpointer)numbers->data;
	guint kept = 0;

	g_array_sort(numbers, compare_numbers);
	for (guint i = 0; i < numbers->len; i++)
		if (kept == 0 || items[kept - 1] != items[i])
			items[kept++] = items[i];
	g_array_set_size(numbers, kept);
}

guint
roster_alike(const Roster *roster, guint from)
{
	guint64 key = roster_source(roster, from)->likeness.key;
	guint to = from + 1;

	while (to < roster->sources->len && roster_source(roster, to)->likeness.key == key)
		to++;
	return to;
}

/* Makes room: away with the sources of which too many are alike, for good. */
static void
thin(Roster *roster)
{
	GArray *touches = g_array_new(FALSE, FALSE, sizeof(Touch));
	guint kept = 0;

	sort_sources(roster);
	for (guint from = 0, to; from < roster->sources->len; from = to) {
		to = roster_alike(roster, from);
		if (to - from > ROSTER_ALIKE_MAX) {
			guint64 key = roster_source(roster, from)->likeness.key;
			g_hash_table_add(roster->crowded, g_memdup2(&key, sizeof key));
			roster->left_out += to - from;
			continue;
		}
		for (guint i = from; i < to; i++) {
			RosterSource source = *roster_source(roster, i);
			guint first = touches->len;
			g_array_append_vals(touches, roster_touches(roster, &source), source.n);
			source.touches = first;
			*roster_source(roster, kept++) = source;
		}
	}
	g_array_set_size(roster->sources, kept);
	g_array_unref(roster->touches);
	roster->touches = touches;
	roster->full = kept > roster->sources_max / 8 * 7;
}

gboolean
roster_add(Roster *roster, const Subject *subject, const Likeness *likeness)
{
	if (roster->sources->len >= roster->sources_max && !roster->full)
		thin(roster);
	if (roster->sources->len >= roster->sources_max ||
		g_hash_table_contains(roster->crowded, &likeness->key)) {
		roster->left_out++;
		return FALSE;
	}
	gboolean cut = subject->n_pairs > ROSTER_TOUCHES_MAX;
	Touch touches[ROSTER_TOUCHES_MAX];
	guint n = list_touches(roster, subject, likeness->kind,
		cut ? ROSTER_HEAD : ROSTER_TOUCHES_MAX, touches);
	if (n == 0)
		return FALSE;
	RosterSource source = {
		.source = subject->source,
		.likeness = *likeness,
		.touches = roster->touches->len,
		.n = n,
		.bits = subject->bits,
		.cut = cut,
	};
	g_array_append_vals(roster->touches, touches, n);
	g_array_append_val(roster->sources, source);
	return TRUE;
}

static int
compare_numbered(gconstpointer a, gconstpointer b, gpointer targets)
{
	return address_compare(&g_array_index((GArray *)targets, Address, *(const guint32 *)a),
		&g_array_index((GArray *)targets, Address, *(const guint32 *)b));
}

/* Lists the targets by address, IPv4 first. Returns the places of those of roster->v6. */
static guint32 *
list_targets(Roster *roster)
{
	guint n = roster->v6->len;
	g_autofree guint32 *order = g_new(guint32, n + 1);
	guint32 *places = g_new(guint32, n + 1);
	g_autoptr(GArray) v4 = v4_set_list(roster->v4);

	for (guint i = 0; i < v4->len; i++) {
		Address target = address_from_v4(g_array_index(v4, guint32, i));
		g_array_append_val(roster->targets, target);
	}
	for (guint32 i = 0; i < n; i++)
		order[i] = i;
	g_qsort_with_data(order, (gint)n, sizeof *order, compare_numbered, roster->v6);
	for (guint32 i = 0; i < n; i++) {
		places[order[i]] = roster->targets->len;
		g_array_append_val(
			roster->targets, g_array_index(roster->v6, Address, order[i]));
	}
	return places;
}

/* Gives the targets numbers in the order of their addresses. */
static void
number_targets(Roster *roster)
{
	g_autofree guint32 *places = list_targets(roster);

	v4_set_number(roster->v4);
	for (guint i = 0; i < roster->sources->len; i++) {
		const RosterSource *source = roster_source(roster, i);
		for (guint k = 0; k < source->n; k++) {
			Touch *touch =
				&g_array_index(roster->touches, Touch, source->touches + k);
			if (source->source.family == 6)
				touch->target = places[touch->target];
			else
				v4_set_find(roster->v4, touch->target, &touch->target);
		}
	}
}

void
roster_seal(Roster *roster)
{
	number_targets(roster);
	sort_sources(roster);
}

void
roster_tell_limits(const Roster *roster, const char *detector, GPtrArray *limits)
{
	limits_add(limits, detector, "sources not compared (over 1,024 are alike, or no room)",
		roster->left_out);
}
