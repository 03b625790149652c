/*
 * Tallies written by hand and read by the detectors, as a report reads them: contact by contact
 * into a temporary folder, then all of a Detection, second looks and groups included.
 */
#ifndef TESTS_WRITTEN_H
#define TESTS_WRITTEN_H

#include "tally/detection.h"

enum { WRITTEN_MIDNIGHT = 1505001600 }; /* 2017-09-10T00:00:00Z */

/* A contact of one source with one target in one hour. */
typedef struct {
	Address source, target;
	int hour; /* of 2017-09-10 */
	Contact contact;
} WrittenContact;

typedef struct {
	char *folder;     /* owned */
	GArray *contacts; /* of WrittenContact; a kind and port of a pair and hour once */
	GPtrArray *paths; /* of char *, owned: of the tallies, by hour */
} Written;

Written *written_new(void);
/* The folder goes, too. */
void written_free(Written *written);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Written, written_free)

void written_add(Written *written, const Address *source, const Address *target, int hour,
	const Contact *contact);

/* Writes a tally for each hour that has contacts; a source has for each kind a trait, with TTL
 * 60 and nothing else. Sorts the contacts. */
void written_close(Written *written);

/* Whether they are of one row. */
gboolean written_same_pair(const WrittenContact *a, const WrittenContact *b);

/* Readers of the tallies; of Reader, owned by the caller. */
GPtrArray *written_open(const Written *written);

/* How far a detection is taken. */
typedef enum { WRITTEN_SEEN, WRITTEN_FINISHED } WrittenEnd;

/* What all detectors find (every window asked for, IPv6 by /64), in the order in which it is
 * handed over: of Finding, owned by the caller. NULL and error: a tally cannot be read. After
 * the last subject, before the second look, `meanwhile` is called unless it is NULL.
 * WRITTEN_SEEN: there is no second look, and nothing is found. */
GPtrArray *written_find(const Written *written, WrittenEnd end,
	void (*meanwhile)(const Written *written), GError **error);

#endif
