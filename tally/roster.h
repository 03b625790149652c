/*
 * What is kept of sources that may belong together, until all have been seen: who, what its
 * packets look like, whom it touched and when. 120 octets a source, 16 a touch (a target in an
 * hour).
 *
 * Bounded: when it is full, the sources of which more than a thousand are alike go, and whoever
 * else is so is not kept any more (of what thousands have in common no group can be told); when
 * that makes no room, whoever comes later. How many is known. So a million sources of one packet
 * each cost some 40 MiB and no more.
 */
#ifndef TALLY_ROSTER_H
#define TALLY_ROSTER_H

#include "tally/likeness.h"
#include "tally/v4_set.h"

enum {
	ROSTER_TOUCHES_MAX = 64, /* of one source */
	ROSTER_HEAD = 8, /* of one with more: those of the first so many rows, by address */
	ROSTER_ALIKE_MAX = 1024, /* sources of one likeness that are compared */
	ROSTER_SOURCES_MAX = 1 << 18,
};

typedef struct {
	guint64 time;    /* first packet, ns since 1970 */
	guint32 target;  /* sealed: by roster_target, ascending by address */
	guint16 port;    /* service port of that packet */
	guint16 packets; /* of the source's kind in that hour; 65535: that or more */
} Touch;

typedef struct {
	Address source;
	Likeness likeness;
	guint32 touches, n; /* the first in Roster.touches, and how many, by time */
	guint8 bits;
	gboolean cut; /* there are more */
} RosterSource;

/* An IPv6 target's last 32 bits beside its number, so that the targets themselves, which fill the
 * caches, are not fetched but where they agree. */
typedef struct {
	guint32 low;
	guint32 number; /* plus 1; 0: free */
} RosterSlot;

typedef struct {
	GArray *sources; /* owned; of RosterSource; sealed: by likeness.key, then address */
	GArray *touches; /* owned; of Touch */
	GArray *targets; /* owned; of Address; sealed: by address */
	guint64 left_out;
	/* private */
	V4Set *v4;           /* owned; targets, which touches name by address until sealed */
	GArray *v6;          /* owned; of Address: targets, which touches name by number */
	RosterSlot *slots;   /* owned; of v6, by a hash */
	guint n_slots;       /* a power of two */
	GHashTable *crowded; /* owned; of guint64: keys that too many share */
	guint sources_max;
	gboolean full; /* thinning makes no room any more */
} Roster;

Roster *roster_new(guint sources_max);
void roster_free(Roster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roster, roster_free)

/*
 * Keeps the subject with its touches: targets that packets of the likeness's kind came to unasked,
 * pairs that completed a handshake aside. An answer (SYN-ACK, reset, bare ACK ...) of a pair that
 * had a conversation, UDP that our host asked for, and what comes from one to whom our host opened
 * a connection, are none. FALSE: not kept, because less than half of its pairs are such, or the
 * roster is full. Subjects come by address.
 */
gboolean roster_add(Roster *roster, const Subject *subject, const Likeness *likeness);

/* After the last: sorts. */
void roster_seal(Roster *roster);

static inline RosterSource *
roster_source(const Roster *roster, guint i)
{
	return &g_array_index(roster->sources, RosterSource, i);
}

static inline const Touch *
roster_touches(const Roster *roster, const RosterSource *source)
{
	return &g_array_index(roster->touches, Touch, source->touches);
}

static inline const Address *
roster_target(const Roster *roster, guint32 target)
{
	return &g_array_index(roster->targets, Address, target);
}

/* Appends to limits (limits.h) how many were left out; those that the detector found to be too many
 * alike are to be added to left_out before. */
void roster_tell_limits(const Roster *roster, const char *detector, GPtrArray *limits);

/* Sorts an array of guint32, and leaves each number once. */
void roster_keep_each_once(GArray *numbers);

/* The end of the run of sources alike that begins at `from`; sealed. */
guint roster_alike(const Roster *roster, guint from);

#endif
