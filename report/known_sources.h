/*
 * Known sources in a report: which findings are left out, folded or told first, and how often each
 * entry of the lists applied.
 */
#ifndef REPORT_KNOWN_SOURCES_H
#define REPORT_KNOWN_SOURCES_H

#include "tally/finding.h"
#include "tally/known.h"

/* Counts the sources of a subject from which something came in the windows asked for. known:
 * settled, or NULL: nothing is known. */
void known_sources_see(Known *known, const Subject *subject);

/* Whether it is to be left out. */
gboolean known_sources_ignores(const Finding *finding);

/* Adds what the site says of a finding's sources as the member "known"; nothing where entry is
 * NULL. */
void known_sources_json(GString *object, const KnownEntry *entry);

/* "label partners (198.51.100.0/24): reason", as the lists have it; free with g_free. */
char *known_sources_text(const KnownEntry *entry);

/* Adds what a page tells of the lists (fields.h), nothing where nothing applied and nothing is
 * amiss: labelled (of Finding *) as a line each, of `total`. */
void known_sources_fields(
	GArray *fields, const Known *known, const GPtrArray *labelled, guint64 total);

#endif
