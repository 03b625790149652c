#include "config.h"

#include "tally/flood.h"

#include "common/hour.h"

/* Whether the source went on to talk: whatever the sensor saw of the target's side. */
static gboolean
talks(const Contact *contacts, guint32 n)
{
	for (guint32 i = 0; i < n; i++)
		if (contacts[i].kind == KIND_ACK || contacts[i].kind == KIND_FINACK)
			return TRUE;
	return FALSE;
}

gboolean
flood_row(const SourceFacts *member, const PairHour *pair, FloodRow *row)
{
	const Contact *contacts = member->contacts + pair->contacts;
	gboolean talking = talks(contacts, pair->n_contacts);
	guint ports = 0;

	*row = (FloodRow){pair, contacts, 0, 0};
	for (guint32 i = 0; i < pair->n_contacts; i++) {
		if (contacts[i].kind != KIND_SYN)
			continue;
		ports++;
		row->syns += contacts[i].packets;
		if (talking || contacts[i].answered & ANSWER_COMPLETED)
			row->completed += contacts[i].packets;
	}
	return row->syns > 0 && ports < FLOOD_PORTS;
}

static void
spread_contact(const Contact *contact, void (*take)(gpointer data, guint piece, guint64 syns),
	gpointer data)
{
	const guint64 length = (guint64)FLOOD_PIECE * SECOND_NS;
	guint first = (guint)MIN(contact->first / length, FLOOD_PIECES - 1);
	guint last = (guint)MIN(contact->last / length, FLOOD_PIECES - 1);
	guint64 pieces = last - first + 1, taken = 0;

	for (guint64 k = 1; k <= pieces; k++) {
		guint64 until =
			contact->packets / pieces * k + contact->packets % pieces * k / pieces;
		if (until > taken)
			take(data, first + (guint)k - 1, until - taken);
		taken = until;
	}
}

void
flood_spread(const FloodRow *row, void (*take)(gpointer data, guint piece, guint64 syns),
	gpointer data)
{
	if (row->completed == row->syns)
		return;
	for (guint32 i = 0; i < row->pair->n_contacts; i++)
		if (row->contacts[i].kind == KIND_SYN &&
			!(row->contacts[i].answered & ANSWER_COMPLETED))
			spread_contact(&row->contacts[i], take, data);
}
