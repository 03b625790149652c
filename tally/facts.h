/*
 * The facts of one source in one hour, as they pass from contact table to tally and from tally
 * to window.
 */
#ifndef TALLY_FACTS_H
#define TALLY_FACTS_H

#include "common/address.h"
#include "tally/decode.h"
#include "tally/kind.h"
#include "tally/trait.h"

#define FACTS_NEVER G_MAXUINT64

/* Of an hour; more would be no evidence but a flood. */
enum { FACTS_HIJACKS_MAX = 1000 };

/* One contact. Times: ns since the hour began. */
typedef struct {
	guint64 first, last;
	guint64 packets, bytes;
	guint32 seq; /* last sequence number; only while tallying and in runs */
	guint16 port;
	guint8 kind;
	guint8 answered; /* ANSWER_*, by this contact's port */
} Contact;

/* One pair of an hour; the source is told beside it. */
typedef struct {
	Address target;
	/* first UDP packet each way, ns since the hour began; FACTS_NEVER: none */
	guint64 udp_in, udp_out;
	guint16 facts; /* FACT_* */
	/* ANSWER_*: all ports together, and answers from ports no contact names */
	guint8 answered;
	guint32 n_contacts;
	const Contact *contacts; /* sorted by kind, then port; borrowed */
} Pair;

/* What an hour holds besides its sources. */
typedef struct {
	gint64 hour; /* start, seconds since 1970 */
	guint grid_minutes;
	char *sensor;     /* owned; "" when captures are tallied directly */
	char *home;       /* owned; home_text */
	guint64 settings; /* digest_settings of what shaped the tally */
	CaptureTotals totals;
	/* earliest and latest packet, ns since 1970; FACTS_NEVER / 0 without */
	guint64 first, last;
	gboolean cut_short; /* a file was damaged or ended within a record */
	/* owned; one line a file that was not read to its end, "" when all were */
	char *shortfall;
	/* owned; the hour files it was made of, a line each, sorted: "2017-09-10/0100 12345",
	 * day and stem with spool_identity; "" of captures without a spool */
	char *inputs;
	/* By the manifests of these files; FACTS_NEVER: not known of any. Partly known: the sum
	 * of what is. */
	guint64 dropped_kernel, dropped_interface, discarded;
	guint64 live_evicted; /* conversations the hijack check had no room for */
	/* of Address, sorted: internal addresses that sent a packet; owned */
	GArray *spoke;
	GArray *hijacks; /* of Hijack, FACTS_HIJACKS_MAX at most; owned */
} HourFacts;

/* A reset with the sequence number that a live conversation of `target` with `peer`
 * expected, from somebody else. */
typedef struct {
	guint64 time; /* ns since the hour began */
	Address source, target, peer;
	guint32 seq;
	guint16 sport, dport;
} Hijack;

HourFacts *hour_facts_new(gint64 hour, guint grid_minutes, const char *sensor, const char *home,
	guint64 settings);
void hour_facts_free(HourFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HourFacts, hour_facts_free)

/* Appends a line to shortfall, and marks the hour as cut short. */
void hour_facts_fall_short(HourFacts *facts, const char *line);

/* Adds to a sum of which FACTS_NEVER says that nothing is known; a number that is FACTS_NEVER
 * adds nothing. Never beyond FACTS_NEVER - 1. */
void facts_add_known(guint64 *sum, guint64 number);

#endif
