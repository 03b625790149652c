/*
 * A double of tally/reader.h over rows in memory: what windows are tested on without files.
 */
#ifndef TESTS_FAKE_READER_H
#define TESTS_FAKE_READER_H

#include "tally/reader.h"

enum { FAKE_CONTACTS = 8 };

typedef struct {
	Address source, target;
	guint16 facts;
	guint64 udp_in, udp_out; /* ns since the hour began; FACTS_NEVER: none */
	guint32 n_contacts;
	Contact contacts[FAKE_CONTACTS];
} FakeRow;

/* rows: copied, any order, each pair once. Stretches have stretch_rows at most. fail_after: rows after which the
 * tally is damaged (0: never). */
Reader *fake_reader_new(gint64 hour, guint grid_minutes, const FakeRow *rows, guint n,
	guint stretch_rows, guint fail_after);

#endif
