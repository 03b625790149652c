/*
 * Which hours of a sensor are due, and why: from spool and store alone, nothing is changed.
 */
#ifndef TALLY_PLAN_H
#define TALLY_PLAN_H

#include "tally/days.h"
#include "tally/facts.h"
#include "tally/hour_files.h"

typedef enum {
	PLAN_SETTLED, /* its tally is of its files, by these settings */
	PLAN_EMPTY,   /* no packets of it are in the spool */
	PLAN_OPEN,    /* it has not ended yet */
	/* due, but its tally has packets that the spool has no more: it stays */
	PLAN_KEPT,
	/* likewise, and files came that it does not count: told, and never removed */
	PLAN_LATE,
	PLAN_NEW, /* due from here on: there is no tally */
	PLAN_DAMAGED,
	PLAN_FILES,    /* files came, or were replaced */
	PLAN_SETTINGS, /* home, zone or signatures were others */
	PLAN_ASKED,    /* by --from and --to */
} PlanReason;

/* For people: "no tally yet". */
const char *plan_reason_text(PlanReason reason);

static inline gboolean
plan_is_due(PlanReason reason)
{
	return reason >= PLAN_NEW;
}

/* All that decides about an hour. */
typedef struct {
	gboolean closed, asked;
	const GPtrArray *files; /* of SpoolFile *: those with packets of it */
	const HourFacts *tally; /* NULL: there is none, or it is damaged */
	gboolean damaged;
	gboolean inputs_there;   /* all the tally's inputs still have packets in the spool */
	gboolean inputs_changed; /* but one of them was replaced */
	guint64 digest;          /* of the settings in force */
} PlanCase;

PlanReason plan_decide(const PlanCase *at);

typedef struct {
	const char *spool, *store, *sensor; /* borrowed */
	guint grid_minutes;
	guint64 digest;   /* engine_digest */
	gint64 now;       /* seconds since 1970: an hour is closed when its end is not later */
	guint64 clock_ns; /* the machine's clock, as folders' times go by */
	/* Hours that reach into from <= time < to are due, and no others are looked at. */
	gboolean asked;
	gint64 from, to;
} PlanSettings;

typedef struct {
	const char *sensor; /* borrowed from the settings */
	gint64 hour;
	PlanReason reason;
} PlanHour;

typedef struct {
	GArray *due;        /* of PlanHour, ascending */
	GArray *kept;       /* of PlanHour */
	GArray *with_files; /* of gint64: closed hours with files of their own, packets or not */
	GPtrArray *damaged;  /* of char *: paths of tallies to be set aside */
	GPtrArray *problems; /* of char *: what is wrong, a line each, without the sensor */
	/* the newest tally's hour, G_MININT64: none */
	gint64 newest_tally;
	/* the newest hour with a file of its own that has begun, G_MININT64: none */
	gint64 newest_file;
	guint days_looked;  /* into how many days it was looked */
	GPtrArray *folders; /* of char *: the store's folders of these days */
} Plan;

/* One of no hours, for plan_add_hour. */
Plan *plan_new_empty(void);
/* Looks at all days that are not noted in days, and notes there what is in order. */
Plan *plan_new(const PlanSettings *settings, const Strays *strays, Days *days, GError **error);
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* One hour: appends to the plan. */
gboolean plan_add_hour(Plan *plan, const PlanSettings *settings, const Strays *strays,
	HourFiles *files, gint64 hour, PlanReason *reason, GError **error);

/* The start of the newest closed hour. */
gint64 plan_newest_closed(gint64 now, guint grid_minutes);

/*
 * The gaps that are news: stretches of closed hours without a file, after the newest tally (or
 * the first file where there is none) and before the newest file. Calls tell for each.
 */
void plan_foreach_gap(
	const Plan *plan, void (*tell)(gpointer data, gint64 from, gint64 to), gpointer data);

#endif
