/*
 * What `gnomon-report scan` and `day` know beside the findings: what was read, what is missing,
 * the settings in force.
 */
#ifndef REPORT_SCAN_H
#define REPORT_SCAN_H

#include "report/counters.h"
#include "report/memory.h"
#include "report/overview.h"
#include "tally/coverage.h"
#include "tally/detector.h"
#include "tally/infrastructure.h"
#include "tally/known.h"
#include "tally/tune.h"

/* How what is found goes to others. */
typedef struct {
	guint64 author;         /* who we are to DShield; 0: nobody in particular */
	gboolean hides_targets; /* to DShield, by a network of their own */
} ScanExport;

typedef struct {
	const Coverage *coverage;
	const GPtrArray *unread; /* of char *: tallies that could not be read, a line each */
	/* spool and store of a site: lines name files as they lie there; borrowed; NULL: none */
	const char *spool, *store;
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
	/* what there was no room for (tally/limits.h); filled with the findings; borrowed */
	GPtrArray *limits;
	Memory *memory; /* borrowed; NULL: of the past nothing is known */
	/* of all sources, once all have been taken; borrowed; NULL: not wanted */
	Counters *counters;
	/* what hit in the hours that are told, whoever sent it, those aside that the site wants
	 * ignored; filled with the findings; borrowed; NULL: not wanted */
	Overview *overview;
	/* what other thresholds would list; tune_day: its only day; borrowed; NULL: not asked */
	Tune *tune;
	const TuneDay *tune_day;
	ScanExport export;
} ScanHead;

#endif
