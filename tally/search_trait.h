/*
 * What a search asks of traits: fields of which the packets of one (source, kind, hour) have one
 * value, or values from a least to a greatest.
 */
#ifndef TALLY_SEARCH_TRAIT_H
#define TALLY_SEARCH_TRAIT_H

#include "tally/trait.h"

/* To add a field: one value here, one line in search_trait.c's table. */
typedef enum {
	SEARCH_TTL,
	SEARCH_WINDOW,
	SEARCH_ID,
	SEARCH_SPORT,
	SEARCH_PAYLOAD,
	SEARCH_SEQ,
	SEARCH_ACK,
	SEARCH_FIELDS,
} SearchField;

typedef struct {
	const char *name;       /* as in output and options */
	guint8 least, greatest; /* offsets in Trait */
	guint8 size;            /* octets */
	guint16 seen; /* bit of Trait.seen without which it holds nothing; 0: always */
} SearchFieldInfo;

extern const SearchFieldInfo search_fields[SEARCH_FIELDS];

guint32 search_trait_most(SearchField field); /* its greatest number */

/* The field's values; FALSE: these packets have no such field. */
gboolean search_trait_range(
	const Trait *trait, SearchField field, guint32 *least, guint32 *greatest);

/* What a tally can say of packets of which it keeps the least and the greatest value. */
typedef enum {
	SEARCH_NO,  /* no packet has a value that is asked for */
	SEARCH_MAY, /* one may: the asked lie between least and greatest */
	SEARCH_HAS, /* one does: the least or the greatest is asked for */
	SEARCH_IS,  /* all do */
} SearchMatch;

/* "no", "may", "has", "is" */
extern const char *const search_match_names[];

/* Values that are asked for, by field. */
typedef struct {
	guint fields; /* set of 1 << SEARCH_*; 0: nothing is asked */
	guint32 low[SEARCH_FIELDS], high[SEARCH_FIELDS];
} SearchTraits;

/* How one field of trait, that is asked for, matches. */
SearchMatch search_trait_match_field(
	const SearchTraits *asked, SearchField field, const Trait *trait);
/* All of them together, of the same packet; SEARCH_IS when nothing is asked. */
SearchMatch search_trait_match(const SearchTraits *asked, const Trait *trait);

/* All ones in the fields that matching looks at (ReaderWanted). */
Trait search_trait_wanted(const SearchTraits *asked);

#endif
