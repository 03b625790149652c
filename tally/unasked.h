/*
 * Answers that nobody asked for: what came of TCP responses (syn-ack, reset, fin-ack, bare ack)
 * from a subject to targets that had no conversation with it in W+ (rule 2 of DESIGN section 2)
 * and that it asked nothing in W+ either. Such a pair is called unasked.
 */
#ifndef TALLY_UNASKED_H
#define TALLY_UNASKED_H

#include "tally/scene.h"

typedef struct {
	gint64 start; /* seconds since 1970 */
	guint targets;
	guint packets; /* of a pair and hour no more than were asked for: see unasked_find */
} UnaskedWindow;

/*
 * Appends to windows (of UnaskedWindow), by start, every window of that length, at that step
 * (seconds, whole hours), in which the subject's unasked pairs are at least `targets` targets, or
 * hold at least `packets` packets (1 at least, both). Cheap where the subject sent no response
 * outside a conversation.
 */
void unasked_find(const Subject *subject, gint64 length, gint64 step, guint targets,
	guint packets, GArray *windows);

/* The kinds of responses, by index. */
enum {
	UNASKED_SYNACK,
	UNASKED_RST,
	UNASKED_FINACK,
	UNASKED_ACK,
	UNASKED_KINDS,
};
extern const Kind unasked_kinds[UNASKED_KINDS];

/* A port that syn-acks or resets came from. */
typedef struct {
	guint16 port;
	gboolean synack, rst;
	guint64 packets;
} UnaskedPort;

/* Of the unasked pairs in one window, unless something else is said. */
typedef struct {
	guint targets;
	guint64 packets, by_kind[UNASKED_KINDS];
	guint64 first, last; /* ns since 1970 */
	guint once;          /* targets with one packet */
	guint retried;       /* targets that got a syn-ack again with the same number */
	guint aborted;       /* targets that got syn-ack and reset from one port */
	guint dark;          /* targets that never spoke; 0 when that is not known */
	guint unreachable;   /* targets about which an ICMP error of ours went out */
	guint64 errors;      /* ICMP errors of ours to the subject, whatever they were about */
	guint talked;        /* targets that had a conversation with it before W+ */
	guint asked;         /* targets that it asked something in W: in no other number here */
	guint visitors;      /* further targets that opened a connection to it in W+ */
	/* of UnaskedPort, by packets descending, then port: where syn-acks and resets came from */
	GArray *ports;
	/* Steps from target to target, in the order of first contact. */
	guint ascending, descending;
	double gap, gap_variance; /* of the steps in time: mean, in ns, and variance */
	/* Of all packets of the kind in the window, also in other pairs; and how many those are. */
	Trait traits[UNASKED_KINDS];
	guint64 others[UNASKED_KINDS];
} Unasked;

/* What the window holds; targets 0: nothing. */
Unasked *unasked_new(const Subject *subject, const Scene *scene, gint64 start, gint64 length);
void unasked_free(Unasked *unasked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unasked, unasked_free)

/* The traits of the kind, when nearly all of its packets are those of the unasked; else NULL. */
const Trait *unasked_trait(const Unasked *unasked, guint kind);

/* Destination ports of syn-acks and resets: at least so many, 32 at most; blocks: of 1,024 that
 * they lie in. */
guint unasked_dports(const Unasked *unasked, guint *blocks);

#endif
