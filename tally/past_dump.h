/*
 * gnomon-tally dump: what a roll-up holds, for people and for programs.
 */
#ifndef TALLY_PAST_DUMP_H
#define TALLY_PAST_DUMP_H

#include "tally/past_file.h"

/* The day itself, and the rows of a block; each appends to out: text, or JSON, one object a line
 * ("record": day, source, port or trait). */
void past_dump_day(GString *out, const PastFile *file, gboolean json);
void past_dump_block(GString *out, const PastBlock *block, gboolean json);

#endif
