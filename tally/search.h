/*
 * Searches a tally: what a source did in an hour that fits all conditions at once, a hit for
 * each kind of packet. The method: sorted blocks. Sources are sought by binary search; where
 * traits are asked for, blocks are passed over by their traits alone (reader_skip).
 */
#ifndef TALLY_SEARCH_H
#define TALLY_SEARCH_H

#include "common/home.h"
#include "tally/reader.h"
#include "tally/search_trait.h"

/* What an inbound packet can be: the contacts' kinds, and ICMP errors. */
enum { SEARCH_KINDS = KIND_UNREACH + 1 };

/* The conditions. Those on targets, ports and kinds choose contacts; those on traits, which a
 * tally keeps of all packets of a (source, kind, hour) together, choose among these. */
typedef struct {
	Home *sources, *targets; /* owned; NULL: all */
	guint8 *ports;           /* owned; as options_ports: 0 fits none; NULL: all */
	guint32 kinds;           /* set of 1 << KIND_*; 0: all */
	SearchTraits traits;
} SearchPlan;

void search_plan_clear(SearchPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SearchPlan, search_plan_clear)

/* What of a (source, kind, hour) fits. Times: ns since the hour began. */
typedef struct {
	Address source;
	guint8 kind;
	guint8 match;       /* SearchMatch of its traits: may, has or is */
	gboolean has_trait; /* FALSE: trait holds nothing */
	Trait trait;        /* of all packets of the kind, whatever their target and port */
	guint32 n_targets, n_answered; /* targets; those that answered, by these ports */
	guint32 n_ports;
	guint16 port; /* the least of them */
	guint64 packets, bytes, first, last;
} SearchHit;

/* targets: hit->n_targets, ascending. FALSE: no more are wanted. */
typedef gboolean (*SearchTake)(gpointer data, const SearchHit *hit, const Address *targets);

/* A searcher of tallies, one after the other: room for what a source has. plan: borrowed. */
typedef struct Search Search;

Search *search_new(const SearchPlan *plan);
void search_free(Search *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Search, search_free)

/* Parts that a reader has to bring for it. */
enum { SEARCH_PARTS = READER_CONTACTS | READER_TRAITS | READER_NO_LISTS };

/*
 * Hands each hit of the tally to take, by source, then kind. stop: looked at (atomic) as it goes;
 * not 0: it ends. FALSE and
 * error: the tally is damaged there; what was handed over counts. TRUE: all was searched, or
 * take or stop ended it.
 */
gboolean search_tally(Search *search, Reader *reader, SearchTake take, gpointer data,
	const gint *stop, GError **error);

#endif
