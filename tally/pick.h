/*
 * Picks packets out of captures by rules, all of them in one pass over each file: by address, as
 * the tallies see it, by time, and by BPF expression.
 *
 * Cost: a packet whose IPv4 source lies in no /16 that a rule names is turned away by one look
 * into a table; others by a search among the networks of all rules. Each rule that has an
 * expression, but no address, runs it on every packet.
 */
#ifndef TALLY_PICK_H
#define TALLY_PICK_H

#include "common/home.h"
#include "common/network.h"
#include "tally/capture.h"

typedef struct Pick Pick;

/*
 * All that is given must hold. sources and targets are seen through the link layers that our
 * decoder looks through, in both directions: a packet fits that comes in from one of the
 * (external) sources to one of the (internal) targets, or goes out the other way, and an ICMP
 * error of ours that quotes such a packet. Packets among externals or internals, or to or from an
 * address that is never a source nor a target, fit no address. An expression is what tcpdump makes
 * of it: it sees any packet, but looks through tags only where it says so.
 */
typedef struct {
	const Network *sources, *targets; /* borrowed while the rule is added; none: any */
	guint n_sources, n_targets;
	const char *expression; /* BPF; borrowed likewise; NULL: none */
	guint64 from, to;       /* ns since 1970, from <= time < to; to 0: no end */
	guint limit;            /* packets that are kept: the first ones; 0: all */
	guint32 octets;         /* of each that are kept; 0: all that were captured */
} PickRule;

/* A packet that was kept. */
typedef struct {
	guint64 time;  /* ns since 1970 */
	guint8 *frame; /* owned by pick */
	guint32 captured, wire;
	guint32 link_type; /* the number in files: link_file_type */
} PickPacket;

/* home: borrowed. */
Pick *pick_new(const Home *home);
void pick_free(Pick *pick);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pick, pick_free)

/* Before the first file is read. Rules are numbered from 0 in the order in which they come. FALSE
 * and FAILURE_USAGE: as pick_check_expression. */
gboolean pick_add(Pick *pick, const PickRule *rule, GError **error);

/* For settings: whether libpcap understands it, for some link type. FALSE and FAILURE_USAGE:
 * 'BPF expression "tcp porn 80": ' and libpcap's message. */
gboolean pick_check_expression(const char *expression, GError **error);

/* Who is told while a file is read; any of them may be NULL. */
typedef struct {
	gpointer data;
	/* A packet fits: then it is not kept. In the order of the file. */
	void (*found)(gpointer data, guint rule, const CaptureRecord *record, guint32 link_type,
		gboolean nanoseconds);
	/* Now and then: packets read of the file, octets of it, and how many it has. FALSE: no
	 * more of it is wanted. */
	gboolean (*progress)(gpointer data, guint64 packets, guint64 position, guint64 size);
} PickListener;

/*
 * Reads a capture; what it has is added to what files before had. listener: NULL for none. FALSE
 * and error: it cannot be opened (FAILURE_FAILED), or is cut short or damaged
 * (FAILURE_PARTIAL): what came before counts.
 */
gboolean pick_read(Pick *pick, const char *path, const PickListener *listener, GError **error);

/* How many packets fit, exactly. */
guint64 pick_count(const Pick *pick, guint rule);
/* Those kept, by time; at the same time as they were read. Owned by pick, until it reads on. */
const PickPacket *pick_packets(Pick *pick, guint rule, guint *n);
/* Why the rule's expression was not tried on some file ("FILE: BPF expression ...": one for its
 * link type there is none); NULL: it was on all. Owned by pick. */
const char *pick_problem(const Pick *pick, guint rule);

#endif
