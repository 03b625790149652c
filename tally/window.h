/*
 * Windows over hourly tallies: one k-way merge that holds one source at a time, or
 * less. The rules of DESIGN section 2, "Hits", stand in hits.h and hits.c and nowhere else.
 */
#ifndef TALLY_WINDOW_H
#define TALLY_WINDOW_H

#include "tally/gather.h"

/* What makes a hit; 0 and NULL: no limit. The evidence of W+ is never filtered. */
typedef struct {
	guint32 kinds; /* set of 1 << KIND_*; 0: all */
	/* 65,536 octets, by service port (ICMP: the type), nonzero: wanted; NULL: all. Port
	 * 0 fits none */
	const guint8 *ports;
	const Home
		*targets; /* only targets that are PLACE_INTERNAL in it; borrowed; NULL: all */
	/* IPv6 sources are tallied by prefixes of so many bits; 128: single addresses */
	guint prefix_v6;
} WindowFilter;

typedef struct {
	gint64 length, step; /* seconds: whole hours, step <= length */
	guint hosts;         /* the trigger n; 1 at least */
	WindowFilter filter;
} WindowPlan;

/* One line of a tally: source hit `hosts` targets in the window that starts at `start`. */
typedef struct {
	gint64 start; /* seconds since 1970 */
	guint32 hosts;
	Address source; /* of a prefix: its first address */
	guint8 bits;    /* 32, 128 or the prefix's */
} WindowHit;

/*
 * All windows of a plan over the given tallies (borrowed; any number of hours and sensors, in
 * any order; opened with READER_CONTACTS when the filter has kinds or ports). Returns lines
 * (array of WindowHit) with hosts >= plan->hosts, sorted by start, hosts descending, address.
 * Windows start at multiples of step since 1970, plus the tallies' grid; tallies of different
 * grids: an error. shortfalls (of char *): a tally that turns out damaged counts as far as it
 * could be read, and its line is added; NULL: it is an error.
 */
GArray *window_tally(Reader **readers, guint n_readers, const WindowPlan *plan,
	GPtrArray *shortfalls, GError **error);

/* The same for one source at hand: appends its lines (all with hosts >= plan->hosts) to
 * lines, by start. No prefix joining. */
void window_source(
	const SourceFacts *source, const WindowPlan *plan, guint grid_minutes, GArray *lines);

/* Which of a source's targets it hit in the window [start, start + length): appends to
 * targets (array of guint32) the index into source->pairs of each hit target's first row;
 * returns how many. */
guint window_targets(const SourceFacts *source, gint64 start, gint64 length,
	const WindowFilter *filter, GArray *targets);

/* A target that a source hit. */
typedef struct {
	guint32 row;   /* index into source->pairs of its first row */
	guint32 kinds; /* set of 1 << KIND_*: each of them alone makes the hit */
} WindowTarget;

/* The same without a filter, and by what: appends WindowTarget to targets. source: with
 * contacts. */
void window_kinds(const SourceFacts *source, gint64 start, gint64 length, GArray *targets);

#endif
