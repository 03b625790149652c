#include "config.h"

#include "tally/search_trait.h"

#include <stddef.h>
#include <string.h>

#define FIELD(name, member, seen)                                                              \
	{                                                                                      \
		name, offsetof(Trait, member##_min), offsetof(Trait, member##_max),            \
			sizeof((Trait){0}.member##_min), seen                                  \
	}

const SearchFieldInfo search_fields[SEARCH_FIELDS] = {
	[SEARCH_TTL] = FIELD("ttl", ttl, 0),
	[SEARCH_WINDOW] = FIELD("window", window, TRAIT_TCP),
	[SEARCH_ID] = FIELD("id", id, TRAIT_ID),
	[SEARCH_SPORT] = FIELD("sport", sport, TRAIT_PORTS),
	[SEARCH_PAYLOAD] = FIELD("payload", payload, 0),
	[SEARCH_SEQ] = FIELD("seq", seq, TRAIT_TCP),
	[SEARCH_ACK] = FIELD("ack", ack, TRAIT_TCP),
};

const char *const search_match_names[] = {
	[SEARCH_NO] = "no", [SEARCH_MAY] = "may", [SEARCH_HAS] = "has", [SEARCH_IS] = "is"};

guint32
search_trait_most(SearchField field)
{
	return search_fields[field].size == sizeof(guint16) ? G_MAXUINT16 : G_MAXUINT32;
}

static guint32
value_at(const Trait *trait, guint offset, guint size)
{
	const guint8 *at = (const guint8 *)trait + offset;
	guint16 narrow;
	guint32 wide;

	if (size == sizeof narrow) {
		memcpy(&narrow, at, sizeof narrow);
		return narrow;
	}
	memcpy(&wide, at, sizeof wide);
	return wide;
}

gboolean
search_trait_range(const Trait *trait, SearchField field, guint32 *least, guint32 *greatest)
{
	const SearchFieldInfo *info = &search_fields[field];

	if (info->seen && !(trait->seen & info->seen))
		return FALSE;
	*least = value_at(trait, info->least, info->size);
	*greatest = value_at(trait, info->greatest, info->size);
	return *least <= *greatest;
}

SearchMatch
search_trait_match_field(const SearchTraits *asked, SearchField field, const Trait *trait)
{
	guint32 low = asked->low[field], high = asked->high[field], least, greatest;

	if (!search_trait_range(trait, field, &least, &greatest) || greatest < low ||
		least > high)
		return SEARCH_NO;
	if (least >= low && greatest <= high)
		return SEARCH_IS;
	return least >= low || greatest <= high ? SEARCH_HAS : SEARCH_MAY;
}

SearchMatch
search_trait_match(const SearchTraits *asked, const Trait *trait)
{
	SearchMatch match = SEARCH_IS;

	for (guint fields = asked->fields; fields; fields &= fields - 1) {
		SearchField field = (SearchField)__builtin_ctz(fields);
		SearchMatch other = search_trait_match_field(asked, field, trait);
		if (other == SEARCH_NO)
			return SEARCH_NO;
		/* Two that are there may be two packets'. */
		match = match == SEARCH_IS ? other : other == SEARCH_IS ? match : SEARCH_MAY;
	}
	return match;
}

Trait
search_trait_wanted(const SearchTraits *asked)
{
	Trait wanted = {.seen = G_MAXUINT16};

	for (guint fields = asked->fields; fields; fields &= fields - 1) {
		const SearchFieldInfo *info = &search_fields[__builtin_ctz(fields)];
		memset((guint8 *)&wanted + info->least, 0xff, info->size);
		memset((guint8 *)&wanted + info->greatest, 0xff, info->size);
	}
	return wanted;
}
