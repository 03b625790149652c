/*
 * Retention: what a site no longer keeps is removed, oldest first. Packets go before tallies,
 * manifests stay as long as the tallies, a day's roll-up as long as any tally of it. Nothing goes that was not tallied: an hour's packets
 * only when the caller says that its tally has them all.
 */
#ifndef TALLY_KEEP_H
#define TALLY_KEEP_H

#include "common/site.h"

typedef struct {
	const char *spool, *store;  /* borrowed, like all below */
	const char *const *sensors; /* NULL-terminated */
	gint64 now;                 /* seconds since 1970 */
	/* Seconds that an hour's packets and its tally are kept after the hour's end; 0: for
	 * ever. A tally and its manifests go when the packets are gone; where tallies are kept
	 * for a shorter time than packets, packets go with them. */
	gint64 packets, tallies;
	/* Percent of the spool's file system that shall be free: while there is less, the
	 * oldest closed hours of all sensors lose their packets, whatever their age; 0: never */
	guint free_percent;
	/* The site asked for the limit: it holds. Else, being a default, it spares an archive: of a
	 * sensor whose newest day ended more than 7 d ago nothing goes by age, and of a site of
	 * such sensors nothing for want of room. */
	gboolean strict_packets, strict_tallies, strict_free;
	/* Whether the sensor's hour has a tally of all its files in the spool, by settings in
	 * force. Asked for hours that would lose their packets, and only once each. */
	gboolean (*is_tallied)(gpointer data, const char *sensor, gint64 hour);
	/* Whether the day is known to have no packets in the sensor's spool, so that it need not
	 * be looked into; NULL: look. */
	gboolean (*is_bare)(gpointer data, const char *sensor, const char *day);
	/* Whether both folders of the sensor's day are known to have been changed before that
	 * time (seconds since 1970) only; NULL: look. */
	gboolean (*is_older)(gpointer data, const char *sensor, const char *day, gint64 time);
	gpointer data; /* of all four */
	/* Octets free (to whoever has no privileges) and in all of the file system of path;
	 * FALSE: not known. NULL: statvfs(3). */
	gboolean (*measure)(gpointer data, const char *path, guint64 *free, guint64 *size);
	gboolean dry_run; /* nothing is removed, everything is told */
} KeepRules;

typedef struct {
	/* of char *, in order: each file removed, or that would be (folders are not told) */
	GPtrArray *removed;
	guint packet_hours;  /* (sensor, hour) that lost their packets */
	guint early_hours;   /* of them, for want of room only */
	guint tallies;       /* tallies removed */
	guint waiting_hours; /* too old, and kept: not tallied, or being written */
	guint64 octets;      /* of all removed */
	/* of char *: what could not be listed or removed, a line each; and that there is still
	 * too little room */
	GPtrArray *problems;
} KeepReport;

/* What the site's settings say: spool, store, limits, and which of them the site's file names.
 * sensors is borrowed; is_tallied is left to the caller. */
KeepRules keep_rules(const Site *site, const char *const *sensors, gint64 now);

/* Never fails: what goes wrong is told in problems, and the rest goes on. */
KeepReport *keep_run(const KeepRules *rules);
void keep_report_free(KeepReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeepReport, keep_report_free)

#endif
