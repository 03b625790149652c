/*
 * The stems of hour files: HHMM, HHMM-MMSS (spool.h), and for tests with hours of less than
 * 3,600 s HHMMSS, HHMMSS-MMSS, which no reader of the spool takes for its own.
 */
#ifndef COLLECT_STEM_H
#define COLLECT_STEM_H

#include <glib.h>

enum { STEM_SIZE = 12, STEM_SECONDS = 3600 };

/* hour: start, seconds since 1970; second: of a part after it, 0..3599, -1: the hour's first
 * file; to_second: HHMMSS. Returns buffer. */
char *stem_format(gint64 hour, gboolean to_second, int second, char buffer[STEM_SIZE]);

/* Takes apart the name of a file in the folder of `day` (its midnight, seconds since 1970) that
 * ends in suffix, ".pcap.part": its stem, the hour's start. FALSE: no such name. */
gboolean stem_parse(
	gint64 day, const char *name, const char *suffix, gint64 *hour, char stem[STEM_SIZE]);

#endif
