/*
 * What a search comes to: how many sources and targets, when, and how much was searched.
 */
#ifndef TALLY_SEARCH_SUMMARY_H
#define TALLY_SEARCH_SUMMARY_H

#include "common/zone.h"
#include "tally/address_set.h"
#include "tally/search.h"
#include "tally/search_files.h"

/* Files come in the order of time, a file's hits before its end. */
typedef struct {
	const Zone *zone;              /* borrowed; whose days count; NULL: UTC's */
	AddressSet *sources, *targets; /* owned; of the hits */
	guint64 hits;
	guint64 perhaps;      /* those of SEARCH_MAY among them */
	guint hours, days;    /* with a hit */
	guint64 first, last;  /* ns since 1970; of the hits' packets */
	gint64 hour, day;     /* starts of the last ones with a hit */
	guint tallies;        /* searched to their end */
	guint searched_hours; /* different ones of these */
	gint64 from, to;      /* the first one's start, the last one's end */
	guint64 contacts;     /* all of theirs */
	guint cut_short;      /* of these tallies, those made of captures cut short */
	guint64 lost;        /* packets dropped or discarded while capturing, as far as known */
	GHashTable *sensors; /* owned; a set of their names */
} SearchSummary;

/* An empty one. */
SearchSummary *search_summary_new(const Zone *zone);
void search_summary_free(SearchSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchSummary, search_summary_free)

/* targets: hit->n_targets. */
void search_summary_add(SearchSummary *summary, const SearchFile *file, const SearchHit *hit,
	const Address *targets);
/* The file was searched to its end. */
void search_summary_end(SearchSummary *summary, const SearchFile *file, const Reader *reader);

#endif
