/*
 * What `gnomon-report scan` and `day` hand to their formats.
 *
 * To add a format: a file with a ScanFormat, its declaration here, a place in scan.c's table, a
 * line in gnomon-report.1.
 */
#ifndef REPORT_SCAN_H
#define REPORT_SCAN_H

#include <stdio.h>

#include "report/counters.h"
#include "report/memory.h"
#include "tally/coverage.h"
#include "tally/detector.h"
#include "tally/infrastructure.h"
#include "tally/known.h"

typedef struct {
	const Coverage *coverage;
	const GPtrArray *unread; /* of char *: tallies that could not be read, a line each */
	const DetectorSettings *settings;
	SubjectSpan span;         /* the windows asked for */
	gboolean home_is_default; /* nobody named one: the private ranges */
	gboolean one_sided;
	/* the rules that bits of Trait.signatures are to mean; borrowed */
	const Signature *signatures;
	gsize n_signatures;
	const Infrastructure *infrastructure; /* borrowed; NULL: none */
	Known *known;      /* settled; what applies is counted there; NULL: nothing is known */
	guint other_rules; /* tallies of which some bits mean other rules, and are not told */
	Memory *memory;    /* borrowed; NULL: of the past nothing is known */
	const Counters *counters; /* of all sources, once all have been taken */
} ScanHead;

typedef struct {
	const char *name;
	/* Returns the format's own state. head, out: borrowed until end. */
	gpointer (*begin)(const ScanHead *head, FILE *out);
	/* A finding, handed over; in the order of finding_compare but for those that were too
	 * many to wait (tally/detection.h). */
	void (*take)(gpointer state, Finding *finding);
	/* Frees state; writes what is not yet written, unless complete is FALSE: the tallies
	 * could not be read to the end. */
	void (*end)(gpointer state, gboolean complete);
} ScanFormat;

extern const ScanFormat scan_text;
extern const ScanFormat scan_json;

#endif
