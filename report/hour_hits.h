/*
 * What the site's patterns hit in an hour's files, by source: SHADOW's page, but for its tally.
 */
#ifndef REPORT_HOUR_HITS_H
#define REPORT_HOUR_HITS_H

#include "tally/captures.h"
#include "tally/pattern.h"

/* What the hits are made of: names and octets of the hour's files (of CapturesFile), home, which
 * says whose a packet is, and the patterns. Two of the same text have the same hits. Free with
 * g_free. */
char *hour_hits_key(
	const GArray *files, const Home *home, const Pattern *patterns, guint n_patterns);

/*
 * Appends the hits as HTML, a section a pattern. files (of CapturesFile), home: borrowed; folder:
 * for an unnamed file. problems (of char *): what could not be read or printed, a line each.
 * *printed: FALSE where it could not be printed; another time it may. FALSE and error: out of reach of a setting that was checked before.
 */
gboolean hour_hits_html(GString *page, const GArray *files, const Home *home,
	const Pattern *patterns, guint n_patterns, const char *folder, gboolean *printed,
	GPtrArray *problems, GError **error);

#endif
