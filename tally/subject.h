/*
 * Whom a finding is about: one IPv4 source, or all IPv6 sources of one prefix; and what it hit.
 *
 * The members of a prefix keep their own pairs: whether a packet makes a hit depends on the
 * conversation of its very source and target (DESIGN section 2), so the hits are joined, never
 * the facts.
 */
#ifndef TALLY_SUBJECT_H
#define TALLY_SUBJECT_H

#include "tally/window.h"

/* Which windows are asked for: those whose last hour starts in [from, to); seconds since 1970. */
typedef struct {
	gint64 from, to;
} SubjectSpan;

extern const SubjectSpan subject_always; /* every window */

/* Windows of a subject that were asked for before. */
typedef struct SubjectTallies SubjectTallies;

typedef struct {
	Address source; /* of a prefix: its first address */
	guint8 bits;    /* 32, 128 or the prefix's */
	guint grid_minutes;
	SubjectSpan span;
	const SourceFacts *members; /* by address; borrowed, with all they point to */
	guint32 n_members;
	/* A summary of all hours, for whoever decides whether to look closer. */
	/* no window holds more hits: each member's distinct targets, summed */
	guint32 n_targets;
	guint32 n_pairs, n_contacts; /* rows (pair and hour), and contacts of them */
	guint32 kinds;               /* set of 1 << KIND_*: those of the traits */
	guint16 facts;               /* FACT_* of any pair */
	guint8 answered;             /* ANSWER_* of any pair */
	guint8 ttl_min;              /* of the traits: the least */
	guint32 signatures;          /* of the traits: of any */
	/* several detectors, and every profile, ask for the same few; NULL: counted each time */
	SubjectTallies *tallies; /* borrowed from the stream */
} Subject;

/* members: borrowed, for as long as the subject is used; bits: of the sources' prefix. Every
 * window is asked for. */
Subject subject_of(
	const SourceFacts *members, guint32 n_members, guint bits, guint grid_minutes);

/* "198.51.100.9", "2001:db8:1::/64" into buffer of ADDRESS_TEXT_SIZE; returns it. */
char *subject_format(const Address *source, guint bits, char *buffer);

/* The windows of that length (at that step, in seconds, whole hours) in which the subject
 * hit at least `hosts` >= 1 distinct targets, asked for or not: array of WindowHit by start;
 * owned by the caller. */
GArray *subject_tally(const Subject *subject, gint64 length, gint64 step, guint hosts);

/* The same of targets hit by contacts of `kinds` (set of 1 << KIND_*; 0: all). */
GArray *subject_tally_kinds(
	const Subject *subject, gint64 length, gint64 step, guint hosts, guint32 kinds);

/* Whether the window is asked for. */
gboolean subject_is_asked(const Subject *subject, gint64 start, gint64 length);

/* Whether anything passed between the subject and a target in the hours [from, to). */
gboolean subject_is_active(const Subject *subject, gint64 from, gint64 to);

/* The distinct targets hit in the window by contacts of `kinds` (set of 1 << KIND_*; 0:
 * all): sorted array of Address, owned by the caller. */
GArray *subject_targets(const Subject *subject, gint64 start, gint64 length, guint32 kinds);

/* A target that the subject hit. */
typedef struct {
	Address target;
	guint32 kinds; /* set of 1 << KIND_*: each of them alone makes the hit */
} SubjectHit;

/* The targets hit in the window, by address: array of SubjectHit, owned by the caller. */
GArray *subject_hits(const Subject *subject, gint64 start, gint64 length);

/* One pair in one hour, and whose it is. */
typedef struct {
	const SourceFacts *member;
	const PairHour *pair;
} SubjectRow;

/* All rows by target, then hour, then member; owned by the caller. */
GArray *subject_rows(const Subject *subject);

/* A source's facts that outlast the reading of the next one. */
SourceFacts subject_copy_facts(const SourceFacts *facts);
void subject_clear_facts(SourceFacts *facts);

/* Subjects one after the other, from a gather opened with every part that the detectors
 * read. */
typedef struct SubjectStream SubjectStream;

/* gather: borrowed. prefix_v6: 1..128. span: of every subject. */
SubjectStream *subject_stream_new(
	Gather *gather, guint prefix_v6, guint grid_minutes, SubjectSpan span);
void subject_stream_free(SubjectStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SubjectStream, subject_stream_free)

/* Valid until the next call. NULL without error: the end. Memory: the rows of one source, or
 * of one prefix. */
const Subject *subject_stream_next(SubjectStream *stream, GError **error);

#endif
