/*
 * The rows of a day's roll-up, made of sources one after the other. Memory: the tables of ports
 * and traits, whose size is bounded.
 */
#ifndef TALLY_PAST_TABLES_H
#define TALLY_PAST_TABLES_H

#include "tally/gather.h"
#include "tally/past_writer.h"

typedef struct PastTables PastTables;

/* day: its start, seconds since 1970; all hours of the sources lie in it. */
PastTables *past_tables_new(gint64 day);
void past_tables_free(PastTables *tables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastTables, past_tables_free)

/* The next source, with contacts and traits: writes its row, if it sent any contact, and takes
 * its ports and traits in. */
void past_tables_see(PastTables *tables, const SourceFacts *source, PastWriter *writer);

/* Behind the last source: writes ports and traits; returns how many traits were forgotten. */
guint64 past_tables_write(PastTables *tables, PastWriter *writer);

#endif
