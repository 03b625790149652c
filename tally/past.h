/*
 * Memory: what months of a site's store hold of a source, a prefix, a service port or a constant,
 * looked up in the days' roll-ups (past_file.h). A lookup reads every day once, from front to
 * end, and holds one block of it; so ask for many keys at a time.
 *
 * Days are UTC, as the store's folders. A day is known when a sensor has a roll-up of it; only of
 * these it can be said that somebody was not there. Of two sensors of a site packets are added
 * up; distinct sources and targets cannot be: the sensor that saw most tells them, unless
 * said otherwise.
 */
#ifndef TALLY_PAST_H
#define TALLY_PAST_H

#include "common/network.h"
#include "tally/past_block.h"

typedef struct Past Past;

/*
 * The days (starts, seconds since 1970) from <= day < before of the sensors (NULL-terminated).
 * shortfalls (of char *, borrowed for the past's life): a line for each roll-up that is damaged,
 * and left out, now or when it is read. FALSE: a folder cannot be listed.
 */
Past *past_open(const char *store, const char *const *sensors, gint64 from, gint64 before,
	GPtrArray *shortfalls, GError **error);
void past_free(Past *past);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Past, past_free)

/* Adds a line to the shortfalls. */
void past_tell(Past *past, const char *line);

/* Known days, and days from the first of them to `before` that are not; a lookup that meets a
 * damaged roll-up makes fewer of the first. */
guint past_days_known(const Past *past);
guint past_days_missing(const Past *past);
/* Start of the i-th known day, ascending. */
gint64 past_day(const Past *past, guint i);

typedef struct {
	guint days_known;
	guint days_seen;
	gint64 first, last;  /* starts of the first and last hour seen; when days_seen > 0 */
	guint64 packets;     /* inbound */
	guint32 targets_max; /* distinct targets of one of its addresses on one day, at most */
	guint32 sources_max; /* of its addresses on one day, at most */
	guint16 kinds;       /* set of 1 << KIND_* */
	guint8 answers;      /* set of ANSWER_*: how any target answered */
} PastSource;

/* keys: sources (of 32 or 128 bits) and prefixes. results: as many as keys, which may come in any order, and again. FALSE: a roll-up cannot be
 * read, though it is not damaged. */
gboolean past_find_sources(
	Past *past, const Network *keys, guint n, PastSource *results, GError **error);

typedef struct {
	guint8 group; /* PastGroup */
	guint16 port;
} PastPort;

typedef struct {
	/* Distinct sources: at least so many (as the sensor that saw most says), and at most
	 * (of all sensors, added up) */
	guint32 sources_least;
	guint64 sources_most;
	guint64 pairs; /* (source, target), likewise added up */
	guint64 packets;
} PastPortDay;

/* Each port's history: of keys[k] on known day d it is [k * past_days_known + d], d to be asked
 * for afterwards. Owned by the caller (g_free). NULL: as FALSE above. */
PastPortDay *past_find_ports(Past *past, const PastPort *keys, guint n, GError **error);

/* The median of sources_most over n days, 0 days included; rounded up. */
guint64 past_port_median(const PastPortDay *days, guint n);

typedef struct {
	PastPort port;
	guint days_seen;
	guint32 sources_max; /* distinct sources on one day, as the sensor that saw most says */
	guint64 sources;     /* these of each day, added up */
	guint64 packets;
} PastPortSum;

/* Every service port that was asked for (groups TCP, UDP and ICMP), by group and port; array of
 * PastPortSum, owned by the caller. NULL: as FALSE above. */
GArray *past_list_ports(Past *past, GError **error);

typedef struct {
	guint8 field; /* PastField */
	guint64 value;
} PastTrait;

typedef struct {
	guint days_known, days_seen;
	gint64 first, last;  /* starts of the first and last day seen; when days_seen > 0 */
	guint32 sources_max; /* on one day, at most */
	guint64 packets;
} PastTraitFound;

/* As past_find_sources. Remembered is what past_traits.h says: not all that was there. */
gboolean past_find_traits(
	Past *past, const PastTrait *keys, guint n, PastTraitFound *results, GError **error);

/* One line each, without an end; free with g_free. "first seen 2026-09-03, on 14 of 60 days,
 * last 2026-11-20; syn to at most 6 targets a day; answered", "never seen in 60 days". */
char *past_source_text(const PastSource *source);
char *past_trait_text(const PastTraitFound *trait);
/* "on 58 of 60 days, median 4 sources a day, at most 12": n known days. */
char *past_port_text(const PastPortDay *days, guint n);

#endif
