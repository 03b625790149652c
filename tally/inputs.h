/*
 * What a tally was made of, as it tells it (HourFacts.inputs): a line a file of the spool, day
 * and stem with spool_identity, "2017-09-10/0100-2315 12345".
 */
#ifndef TALLY_INPUTS_H
#define TALLY_INPUTS_H

#include "common/spool.h"

/* The line of a file; owned by the caller. */
char *inputs_line(const SpoolFile *file);

/* day: buffer of SPOOL_DAY_SIZE. FALSE: the line is none; nothing is set. */
gboolean inputs_parse(
	const char *line, char *day, char stem[SPOOL_STEM_SIZE], guint64 *identity);

/* Whether each of the n files that has packets is one of those lines. */
gboolean inputs_have(const char *inputs, SpoolFile *const *files, guint n);

/* The lines of the files (of SpoolFile *), sorted; owned by the caller. */
char *inputs_join(const GPtrArray *files);

#endif
