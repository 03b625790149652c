/*
 * What the pages of a day, or of captures, are made of: text and HTML tell the same model. Memory:
 * the findings that are told, however many there are.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include "report/context.h"
#include "report/day.h"
#include "report/html.h"
#include "report/scan.h"

enum {
	MODEL_ROWS = 300, /* findings of a topic that are told, a line each */
	MODEL_CARDS =
		100, /* findings of all topics that are told in full: those of highest rank */
	MODEL_CARDS_MIN = 5, /* but so many of every topic */
	MODEL_GLANCE = 40,   /* lines of the list at the top */
	MODEL_LARGER = 10, /* so many times the targets of the first finding are worth a word */
};

/* Findings of one topic. */
typedef struct {
	GPtrArray *findings; /* of Finding *, owned; by finding_compare; at most MODEL_ROWS */
	guint n_cards;       /* of these the first that are told in full */
	guint64 total;
} ModelList;

typedef struct {
	const ScanHead *head; /* borrowed */
	const Day *day;       /* borrowed; NULL: captures without a site */
	ModelList topics[TOPICS];
	ModelList labelled; /* those that the site has a label for, whatever their topic */
	/* of Finding *, borrowed, by FindingState: those of highest rank of all topics, at most
	 * MODEL_GLANCE each */
	GPtrArray *glance[STATE_STILL + 1];
	/* Source as text -> id of what is told of it: of a finding of its own rather than of a
	 * group, of the first by rank; only findings of topics; owned */
	GHashTable *places;
	/* by FindingState: most targets of a finding, and "198.51.100.81, scan, 180 in 1 h" that has them
	 * (owned; NULL: none) */
	guint most_targets[STATE_STILL + 1];
	char *largest[STATE_STILL + 1];
	guint64 total; /* findings, the labelled ones among them */
	guint64 verdicts[VERDICT_COUNT];
	guint64 states[STATE_STILL + 1]; /* the labelled ones left out */
	guint64 ranked[RANKS];           /* by bit, likewise */
	guint64 judged[VERDICT_COUNT];   /* by verdict, likewise */
	/* const Finding * -> Detail * of the cards (detail.h); owned; NULL: none */
	GHashTable *details;
	/* const Finding * -> CardPackets * of the cards (card_packets.h); owned; NULL: captures
	 * without a spool */
	GHashTable *packets;
	Context *context;    /* borrowed; NULL: the site asks for none */
	GPtrArray *problems; /* of char *: where context tells what it cannot read; borrowed */
	GPtrArray *gone;     /* of const YesterdayFinding *; owned */
	/* The way from the day's page to others (archive.h); borrowed; 0: it stands alone. */
	const HtmlLink *links;
	guint n_links;
	const char *feed; /* href of the site's feed; NULL: none */
} Model;

Model *model_new(const ScanHead *head, const Day *day);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

/* A finding, handed over. */
void model_take(Model *model, Finding *finding);

/* Once all are taken: sorts, chooses what is told in full, and asks what is gone. */
void model_settle(Model *model);

/* How many findings have the rank, the labelled ones left out. */
guint64 model_ranked(const Model *model, FindingRank rank);

/* Whether it is told in full. */
gboolean model_has_card(const Model *model, const Finding *finding);

/* What was not read, not captured or cannot be told: array of char *, a line each; empty when
 * nothing is missing; owned by the caller. */
GPtrArray *model_missing(const Model *model);

/* The first sentence of every page, without an end: what is new, by verdict, what comes first, and
 * what is of another size than that, however little it may mean; free with g_free. "3 new of 8 (2
 * scan, 6 flood). First: 198.51.100.9, scan: 9 targets in 24 h ...; most targets: 198.51.100.200,
 * scan, 180 in 1 h; 1 gone since the day before". */
char *model_headline(const Model *model);

/* What the findings of a state are called: "New since the day before", "Findings at a glance" when
 * it is not known. */
const char *model_state_title(FindingState state);

/* "2 scan, 1 flood"; "none: ..." when there is no finding; free with g_free. */
char *model_verdicts(const Model *model);

/* Adds the verdicts that were given, each with what it means. */
void model_meanings(GArray *fields, const Model *model);

#endif
