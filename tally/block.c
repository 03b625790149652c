#include "config.h"

#include "tally/block.h"

void
block_clear(Block *block)
{
	g_free(block->sources_v4);
	g_free(block->sources_v6);
	g_free(block->source_pairs);
	g_free(block->source_traits);
	g_free(block->targets_v4);
	g_free(block->targets_v6);
	g_free(block->facts);
	g_free(block->answered);
	g_free(block->udp_in);
	g_free(block->udp_out);
	g_free(block->pair_contacts);
	g_free(block->contacts);
	g_free(block->traits);
	*block = (Block){0};
}

/* Half as much again as before at least, so that growing one by one stays linear; the first
 * time no more than asked for, but never nothing: no array that is walked is NULL. */
static gboolean
grow(gsize *room, gsize n)
{
	if (n <= *room && *room > 0)
		return FALSE;
	*room = MAX(MAX(n, 1), *room + *room / 2);
	return TRUE;
}

void
block_reserve_sources(Block *block, gsize n)
{
	gboolean grown = grow(&block->sources_room, n);
	gsize room = block->sources_room;

	if (grown) {
		block->source_pairs = g_renew(guint32, block->source_pairs, room);
		block->source_traits = g_renew(guint32, block->source_traits, room);
	}
	if (block->family == 4 && (grown || !block->sources_v4))
		block->sources_v4 = g_renew(guint32, block->sources_v4, room);
	if (block->family == 6 && (grown || !block->sources_v6))
		block->sources_v6 = g_renew(Address, block->sources_v6, room);
	/* The other family's array is too short now. */
	if (grown && block->family == 4)
		g_clear_pointer(&block->sources_v6, g_free);
	if (grown && block->family == 6)
		g_clear_pointer(&block->sources_v4, g_free);
}

void
block_reserve_pairs(Block *block, gsize n)
{
	gboolean grown = grow(&block->pairs_room, n);
	gsize room = block->pairs_room;

	if (grown) {
		block->facts = g_renew(guint16, block->facts, room);
		block->answered = g_renew(guint8, block->answered, room);
		block->pair_contacts = g_renew(guint32, block->pair_contacts, room);
	}
	if (block->family == 4 && (grown || !block->targets_v4))
		block->targets_v4 = g_renew(guint32, block->targets_v4, room);
	if (block->family == 6 && (grown || !block->targets_v6))
		block->targets_v6 = g_renew(Address, block->targets_v6, room);
	if (grown && block->family == 4)
		g_clear_pointer(&block->targets_v6, g_free);
	if (grown && block->family == 6)
		g_clear_pointer(&block->targets_v4, g_free);
	if (block->has_udp && block->udp_room < room) {
		block->udp_room = room;
		block->udp_in = g_renew(guint64, block->udp_in, room);
		block->udp_out = g_renew(guint64, block->udp_out, room);
	}
}

void
block_reserve_contacts(Block *block, gsize n)
{
	if (grow(&block->contacts_room, n))
		block->contacts = g_renew(Contact, block->contacts, block->contacts_room);
}

void
block_reserve_traits(Block *block, gsize n)
{
	if (grow(&block->traits_room, n))
		block->traits = g_renew(Trait, block->traits, block->traits_room);
}

Address
block_source(const Block *block, guint32 i)
{
	return block->family == 4 ? address_from_v4(block->sources_v4[i])
				  : block->sources_v6[i];
}

Address
block_target(const Block *block, guint32 i)
{
	return block->family == 4 ? address_from_v4(block->targets_v4[i])
				  : block->targets_v6[i];
}

const char *
block_fault(const Block *block)
{
	if (block->family != 4 && block->family != 6)
		return "a block's family is neither 4 nor 6";
	if (block->n_pairs == 0 || block->n_pairs > FORMAT_BLOCK_PAIRS)
		return "a block has no pair, or more than a block holds";
	if (block->n_sources == 0 || block->n_sources > block->n_pairs)
		return "a block has no source, or more sources than pairs";
	if (block->n_contacts >
		(block->n_pairs == 1 ? FORMAT_PAIR_CONTACTS : FORMAT_BLOCK_CONTACTS))
		return "a block has more contacts than a block holds";
	if (block->n_traits > block->n_sources * FORMAT_SOURCE_TRAITS)
		return "a block has more traits than its sources can have";
	return NULL;
}
