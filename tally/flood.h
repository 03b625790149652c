/*
 * SYN floods while they are counted: who sent how many SYNs to a target in an hour, and when.
 *
 * A tally keeps of a contact its first packet, its last, and how many there were: what lies
 * between is taken to be even. So a burst within a long contact is counted too low, never too
 * high; a contact of one packet, as of most spoofed sources, is exact. Time is cut into pieces of
 * 5 seconds, and 10 seconds are two of them: what comes within 5 seconds is always found, what
 * takes 10 may be cut in two.
 */
#ifndef TALLY_FLOOD_H
#define TALLY_FLOOD_H

#include "tally/subject.h"

enum {
	FLOOD_PIECE = 5, /* seconds */
	FLOOD_PIECES = 3600 / FLOOD_PIECE,
	FLOOD_SPAN = 2 * FLOOD_PIECE,
	/* a source that asks for so many ports of a target scans them */
	FLOOD_PORTS = 20,
	FLOOD_LISTED = 12, /* ports kept */
};

/* The SYNs of one source to one target in one hour. */
typedef struct {
	const PairHour *pair;    /* borrowed */
	const Contact *contacts; /* borrowed: the pair's */
	guint64 syns;
	/* of them in contacts whose handshake was completed, or after which the source went on
	 * to send ACKs */
	guint64 completed;
} FloodRow;

/* FALSE: the pair has no SYN that could be of a flood: none at all, or a scan of ports. */
gboolean flood_row(const SourceFacts *member, const PairHour *pair, FloodRow *row);

/* Calls take with each piece of the hour (0 .. FLOOD_PIECES - 1) in which SYNs of the row fell, and how many; those
 * of contacts that were not completed. */
void flood_spread(const FloodRow *row, void (*take)(gpointer data, guint piece, guint64 syns),
	gpointer data);

/* A hash of a target and a time. */
static inline guint64
flood_mix(const Address *target, guint64 time)
{
	guint64 mixed = (target->high * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + target->low) *
				G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9) +
			time;

	mixed *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return mixed ^ mixed >> 32;
}

#endif
