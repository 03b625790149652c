/*
 * Sources made by hand, for tests of detectors: rows, contacts and traits as a gather would hand
 * them over, and what the detectors find in them, in a line.
 */
#ifndef TESTS_MAKER_H
#define TESTS_MAKER_H

#include "tally/detection.h"

enum {
	MAKER_MIDNIGHT = 1505001600, /* 2017-09-10T00:00:00Z */
	MAKER_DAY = 24 * 3600,
	MAKER_ROWS = 256,
	MAKER_TRAITS = 64,
};

/* A source in the making: rows in any order, each with one contact or several; traits by kind,
 * then hour. */
typedef struct {
	PairHour pairs[MAKER_ROWS];
	guint n_pairs;
	GArray *contacts; /* of Contact; owned */
	TraitHour traits[MAKER_TRAITS];
	guint n_traits;
	SourceFacts facts; /* source: 198.51.100.9, unless changed */
} Maker;

Maker *maker_new(void);
void maker_free(Maker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maker, maker_free)

/* One row with target 192.0.2.`target`: `ports` contacts of the kind, from port 1,000 on, with
 * one packet each, `target` seconds into the hour `hour` of 2017-09-10. */
PairHour *maker_add(Maker *maker, guint target, int hour, Kind kind, guint ports);

/* One contact more, in the row that was added last. */
Contact *maker_add_contact(Maker *maker, Kind kind, guint16 port);

/* The contacts of a row; valid until contacts are added. */
Contact *maker_contacts(Maker *maker, const PairHour *pair);

/* Gives a row's contacts ports from `first` on. */
void maker_move_ports(Maker *maker, const PairHour *pair, guint first);

/* The traits of a kind in an hour of 2017-09-10, with nothing in them but the kind. */
Trait *maker_trait(Maker *maker, int hour, Kind kind);

/* Valid while maker is, unless more is added. */
const SourceFacts *maker_facts(Maker *maker);

/* What all detectors of single sources find, at their initial thresholds; of Finding, owned by
 * the caller. The scene is empty, or one-sided. */
GPtrArray *maker_find_subject(const Subject *subject, gboolean one_sided);
/* The same of a scene (its span is the subject's). */
GPtrArray *maker_find_scene(const Subject *subject, const Scene *scene);
/* Of the source alone, every window. */
GPtrArray *maker_find(Maker *maker);

/* "hourly,port-scan scan 8 +17h 1h": detectors, verdict, hosts, start after midnight and length
 * of the window; several findings one behind the other. Free with g_free. */
char *maker_tell(const GPtrArray *findings);

#endif
