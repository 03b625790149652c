/*
 * Dates of the archive: days of the Gregorian calendar, months, and ISO weeks (ISO 8601: a week
 * begins on Monday, and belongs to the year that holds its Thursday). Local dates: no zone, no
 * clock.
 */
#ifndef REPORT_CALENDAR_H
#define REPORT_CALENDAR_H

#include <glib.h>

enum {
	CALENDAR_TEXT_SIZE = 12,  /* "2017-09-10", "2017/09/10" */
	CALENDAR_YEAR_MIN = 1900, /* the first hour of 1970 lies in 1969 in half the world */
	CALENDAR_YEAR_MAX = 9998, /* the last week of the next has four digits still */
	WEEK_DAYS = 7,
};

/* Days are numbers, one after another (GDate's: day 1 is Monday, 1 January of the year 1). */

/* FALSE: text is no YYYY-MM-DD, or no such day, or outside the years above. */
gboolean calendar_parse(const char *text, guint *day);
/* "2017-09-10" into buffer of CALENDAR_TEXT_SIZE; returns it. */
char *calendar_format(guint day, char *buffer);
/* "2017/09/10" likewise: the day's folder within a site's. */
char *calendar_folder(guint day, char *buffer);
guint calendar_year(guint day);
guint calendar_day_of_month(guint day); /* 1 .. 31 */
guint calendar_weekday(guint day);      /* 1 (Monday) .. 7 */

typedef enum { PERIOD_MONTH, PERIOD_WEEK } PeriodKind;

typedef struct {
	PeriodKind kind;
	guint year;        /* of a week the ISO week's */
	guint number;      /* 1 .. 12, 1 .. 53 */
	guint first, last; /* its days */
} Period;

/* The month, or the week, that holds the day. */
Period period_of(PeriodKind kind, guint day);
/* "September 2017", "Week 36 of 2017"; free with g_free. */
char *period_title(const Period *period);
/* "2017/09/index.html", "2017/week-36.html", within a site's folder; free with g_free. */
char *period_path(const Period *period);

#endif
