/*
 * The stage of a labelled capture: actors come on, send packets at any time of the simulated
 * days, and what they did is written down twice, as a pcap file in order of time and as the
 * truth, a line for each actor.
 *
 * Each actor draws from random numbers of its own, so that another kind's change leaves it as it
 * was. Each outside host has a /24 of its own unless it is asked for as a neighbour: nobody shares
 * a prefix by accident.
 *
 * Times are nanoseconds after the stage's start, a midnight; what lies beyond its end is not sent.
 */
#ifndef BENCH_LABEL_STAGE_H
#define BENCH_LABEL_STAGE_H

#include <stdio.h>

#include "tests/bench/label_home.h"

/* 2017-09-10T00:00:00Z */
#define STAGE_START 1505001600u

#define SECOND G_GUINT64_CONSTANT(1000000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MILLISECOND (SECOND / 1000)

typedef struct Stage Stage;
typedef struct Actor Actor;

/*
 * By which rule an actor is judged (label-judge.awk):
 * scanner  must be found when it hits 7 targets in a window; edge: exactly then, with as many
 * hosts; always: with fewer, too
 * ports    must be found by its ports exactly when one target saw 20 of them
 * group    must be found as one finding of its sources and of no others
 * victim, mapper, other  are found by a verdict that is accepted
 * ordinary is nothing to be found
 * What is forbidden is so for all of them.
 */
typedef struct {
	const char *name;
	const char *judged;
	guint actors;          /* in a capture of full size */
	const char *accepted;  /* verdicts, comma-separated; "" none */
	const char *forbidden; /* the same */
	void (*play)(Stage *stage, Actor *actor);
} Kind;

/* days: 1 to 60. percent: how many of each kind's actors come on, at least one. */
Stage *stage_new(guint64 seed, guint days, guint percent);
void stage_free(Stage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

/* All actors of these kinds play; the table ends with a name of NULL. */
void stage_play(Stage *stage, const Kind *kinds);

/* Writes a pcap file of nanoseconds, and the truth; FALSE when not all could be written. */
gboolean stage_write(Stage *stage, FILE *capture, FILE *truth);

/* What an actor asks for while it plays. */

const Home *stage_home(const Stage *stage);
Random *stage_random(Stage *stage);
guint64 stage_end(const Stage *stage);

/* The actor's number among its kind, from 0 on, and how many there are. */
guint actor_number(const Actor *actor);
guint actor_of(const Actor *actor);

/* Somebody ordinary who has to do with this actor and must not be taken for it. */
Actor *stage_bystander(Stage *stage);

/* A new outside host, a source of this actor; the second from the /24 of the host given. */
guint32 stage_host(Stage *stage, Actor *actor);
guint32 stage_neighbour(Stage *stage, Actor *actor, guint32 host);

/* The actor's sources are IPv6. */
void actor_speaks_v6(Actor *actor);

void stage_send(Stage *stage, Actor *actor, guint64 at, const Packet *packet);

/* By chance: low .. high, both included. */
static inline guint64
between(Random *random, guint64 low, guint64 high)
{
	return low + random_next(random) % (high - low + 1);
}

static inline gboolean
chance(Random *random, guint percent)
{
	return random_below(random, 100) < percent;
}

#endif
