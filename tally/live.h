/*
 * A table of live conversations, of bounded size, for one question: did a reset come with the
 * sequence number that one of our hosts expects from its peer, but from somebody else? (First
 * seed, section 4.4: "the correct sequence number and wrong IP address".) Four entries share a
 * bucket; when a bucket is full its oldest conversation is forgotten and counted. The hash has
 * a fixed key: what is forgotten must not change from run to run, and a crowded bucket costs no
 * time.
 */
#ifndef TALLY_LIVE_H
#define TALLY_LIVE_H

#include "tally/facts.h"
#include "tally/lanes.h"

typedef struct Live Live;

Live *live_new(void);
void live_free(Live *live);

/* Takes the events of a chunk, in the order of the files. A hijack found goes to found(data,
 * ...), its time as ns since 1970. */
void live_add(Live *live, const Lanes *lanes,
	void (*found)(gpointer data, const Hijack *hijack), gpointer data);

/* Conversations forgotten so far. */
guint64 live_evicted(const Live *live);

#endif
