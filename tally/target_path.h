/*
 * The way of a source through its targets, and what two ways through the same targets share.
 *
 * Sharing targets is nothing by itself: everybody knows our public servers, and two sweeps over
 * one network share all of it. So only sources of exactly the same targets are compared, one with
 * another, and what they share in manner is weighed in bits of chance; ten are asked for:
 *   order    T targets in the same order of T!, capped at 9; ascending or descending: 1, as
 *            any sweep goes
 *   spacing  3 for each step that is as wide in both, capped at 12; none under ten seconds, where
 *            the network decides
 *   port     8 for the same static source port
 *   stack    2 for the same stack
 *   at once  10 when each target gets packets of both within seconds: decoys, whose one real
 *            address nobody can tell
 */
#ifndef TALLY_TARGET_PATH_H
#define TALLY_TARGET_PATH_H

#include "tally/roster.h"

enum {
	TARGET_PATH_SET_BITS = 10, /* that are asked for */
	TARGET_PATH_PORT_BITS = 8, /* of the same static source port */
};

/* A source's targets in the order of its first packets to them. */
typedef struct {
	const RosterSource *source;
	Touch *touches;  /* owned; first touches, by time */
	guint32 *sorted; /* owned; their targets */
	guint n;
	gboolean told; /* in a set */
} TargetPath;

/* How source ports come about. */
typedef enum {
	TARGET_PATH_PORTS_STATIC,
	TARGET_PATH_PORTS_RUNNING,
	TARGET_PATH_PORTS_TWO /* processes */
} TargetPathPorts;

/* source: of the sealed roster; borrowed. */
TargetPath target_path_of(const Roster *roster, const RosterSource *source);
/* path: TargetPath *; what it owns is freed. */
void target_path_clear(gpointer path);

/* Order by the set of targets; and within, by time. */
int target_path_compare_sets(gconstpointer a, gconstpointer b);
int target_path_compare(gconstpointer a, gconstpointer b);

/* Ascending or descending, as any sweep goes. */
gboolean target_path_is_plain(const TargetPath *path);
guint64 target_path_mean_step(const TargetPath *path); /* ns */
TargetPathPorts target_path_ports(const TargetPath *path);

/* Of two through the same targets: in the same order; and each step as wide in both; each touch of
 * one within seconds of the other's. */
gboolean target_path_is_same_order(const TargetPath *a, const TargetPath *b);
gboolean target_path_is_same_spacing(const TargetPath *a, const TargetPath *b);
gboolean target_path_are_at_once(const TargetPath *a, const TargetPath *b);
/* Bits of chance that they share in manner. */
double target_path_weigh(const TargetPath *a, const TargetPath *b);
/* Whether they share enough of their manner to be of one actor. */
gboolean target_path_is_one_actor(const TargetPath *a, const TargetPath *b);

#endif
