/*
 * What the site's patterns hit in an hour's files, by source: SHADOW's page, but for its tally.
 */
#ifndef REPORT_HOUR_HITS_H
#define REPORT_HOUR_HITS_H

#include "tally/captures.h"
#include "tally/pattern.h"

/* What the hits are made of: names and octets of the hour's files, and the patterns. Two of the
 * same text have the same hits. Free with g_free. n_files (of CapturesFile): 0 when the packets
 * are gone, or never were there. */
char *hour_hits_key(const GArray *files, const Pattern *patterns, guint n_patterns);

/*
 * Appends the hits as HTML, a section a pattern. files (of CapturesFile), home: borrowed; folder:
 * for an unnamed file. problems (of char *): what could not be read or printed, a line each.
 * FALSE and error: out of reach of a setting that was checked before.
 */
gboolean hour_hits_html(GString *page, const GArray *files, const Home *home,
	const Pattern *patterns, guint n_patterns, const char *folder, GPtrArray *problems,
	GError **error);

#endif
