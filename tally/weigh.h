/*
 * How little chance explains that the targets of several sources fit together: in bits, so that
 * n bits are one chance in 2^n. What each number rests on stands in weigh.c.
 */
#ifndef TALLY_WEIGH_H
#define TALLY_WEIGH_H

#include <glib.h>

/* The first packet of a source to a target. */
typedef struct {
	guint64 time;   /* ns */
	guint32 target; /* numbers of the caller's, ascending by address */
	guint32 source; /* 0 .. n_sources - 1 */
} WeighTouch;

typedef struct {
	guint sources;   /* those with a touch */
	guint targets;   /* distinct */
	guint hits;      /* pairs of source and target */
	double expected; /* targets that chance would have given twice */
	/* bits; as many as there are: a sign that decides by itself needs to be capped */
	double disjoint; /* fewer targets twice than by chance */
	double order;    /* one ascending or descending sequence, whoever's turn it is */
	double spacing;  /* even steps from target to target, or in every source the same */
	double shares;   /* as many targets for each */
	double starts;   /* all begin within a small part of the time */
	gboolean descending, interleaved;
	guint64 step;     /* mean, from one target to the next; ns */
	guint64 own_step; /* of each source by itself, where all keep to the same; 0: they do not */
	guint64 start_span; /* from the first source's first touch to the last one's; ns */
} Weights;

/*
 * touches: n, each pair of source and target once; sorted by time here. field: how many targets
 * the sources could have chosen from. span: time that they could have begun in, ns.
 */
Weights weigh_touches(
	WeighTouch *touches, guint n, guint n_sources, guint64 field, guint64 span);

/* Bits that the choice of k among n costs: log2 of how many there are. */
double weigh_choice(guint n, guint k);

#endif
