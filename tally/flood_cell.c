#include "config.h"

#include "tally/flood_cell.h"

#include "common/hour.h"

enum { PORTS_MAX = 256 }; /* of a target with counts of their own */

guint
flood_cell_hash(gconstpointer data)
{
	const FloodCell *cell = data;

	return (guint)flood_mix(&cell->target, (guint64)cell->hour);
}

gboolean
flood_cell_equal(gconstpointer a, gconstpointer b)
{
	const FloodCell *x = a, *y = b;

	return x->hour == y->hour && address_compare(&x->target, &y->target) == 0;
}

void
flood_cell_free(gpointer data)
{
	FloodCell *cell = data;

	g_array_unref(cell->sources);
	g_array_unref(cell->ports);
	g_free(cell->further);
	g_free(cell);
}

FloodCell *
flood_cell_new(const Address *target, gint64 hour)
{
	FloodCell *cell = g_new0(FloodCell, 1);

	cell->target = *target;
	cell->hour = hour;
	cell->first = FACTS_NEVER;
	cell->sources = g_array_new(FALSE, FALSE, sizeof(GroupSource));
	cell->ports = g_array_new(FALSE, FALSE, sizeof(FloodPort));
	return cell;
}

static void
add_piece(gpointer data, guint piece, guint64 syns)
{
	FloodCell *cell = data;

	cell->pieces[piece] = (guint32)MIN(cell->pieces[piece] + syns, G_MAXUINT32);
}

/* The entry of a port, in order; NULL: there are too many, and it is only marked. */
static FloodPort *
find_port(FloodCell *cell, guint16 port)
{
	guint i = 0;

	while (i < cell->ports->len && g_array_index(cell->ports, FloodPort, i).port < port)
		i++;
	if (i == cell->ports->len || g_array_index(cell->ports, FloodPort, i).port != port) {
		FloodPort fresh = {port, 0, 0};
		if (cell->ports->len == PORTS_MAX) {
			if (!cell->further)
				cell->further = g_new0(guint8, FLOOD_CELL_FURTHER);
			cell->further[port / 8] |= (guint8)(1 << port % 8);
			return NULL;
		}
		g_array_insert_val(cell->ports, i, fresh);
	}
	return &g_array_index(cell->ports, FloodPort, i);
}

static void
add_contact(FloodCell *cell, const Contact *contact)
{
	guint64 hour = (guint64)cell->hour * SECOND_NS;
	FloodPort *port = find_port(cell, contact->port);

	cell->first = MIN(cell->first, hour + contact->first);
	cell->last = MAX(cell->last, hour + contact->last);
	cell->bytes += contact->bytes;
	if (contact->answered & ANSWER_AGAIN)
		cell->again += contact->packets;
	if (port) {
		port->sources++;
		port->syns += contact->packets;
	}
}

static void
add_trait(FloodCell *cell, const SourceFacts *member)
{
	for (guint32 i = 0; i < member->n_traits; i++) {
		const Trait *trait = &member->traits[i].trait;
		if (trait->kind != KIND_SYN || member->traits[i].hour != cell->hour)
			continue;
		if (cell->has_trait)
			trait_merge(&cell->trait, trait);
		else
			cell->trait = *trait;
		cell->has_trait = TRUE;
	}
}

void
flood_cell_add(
	FloodCell *cell, const Subject *subject, const SourceFacts *member, const FloodRow *row)
{
	GroupSource source = {subject->source, subject->bits};

	cell->syns += row->syns;
	cell->completed += row->completed;
	/* The pair's: another sensor may have seen the answers. */
	cell->answered |= row->pair->answered;
	flood_spread(row, add_piece, cell);
	g_array_append_val(cell->sources, source);
	for (guint32 i = 0; i < row->pair->n_contacts; i++)
		if (row->contacts[i].kind == KIND_SYN)
			add_contact(cell, &row->contacts[i]);
	add_trait(cell, member);
}

guint64
flood_cell_fullest(const FloodCell *cell, guint *at)
{
	guint64 most = 0;

	for (guint i = 0; i < FLOOD_PIECES; i++) {
		guint64 sum = (guint64)cell->pieces[i] +
			      (i + 1 < FLOOD_PIECES ? cell->pieces[i + 1] : cell->over);
		if (cell->pieces[i] == 0 || sum <= most)
			continue;
		most = sum;
		*at = i;
	}
	return most;
}
