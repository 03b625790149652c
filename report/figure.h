/*
 * A picture with what belongs to it: its caption, and its data as a table.
 *
 *     figure_begin(page, &(FigureText){...}, svg);
 *     figure_table(page, "caption", heads);
 *     figure_row(page, cells);
 *     figure_end(page);
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include "report/svg.h"

typedef struct {
	const char *id;    /* of no other figure of the page */
	const char *class; /* of the picture: "big", "small" */
	const char *title, *description;
	const char *caption;
	const SvgKey *keys; /* what marks mean */
	guint n_keys;
} FigureText;

void figure_begin(GString *page, const FigureText *text, const Svg *svg);

/* heads: of the columns, ending in NULL. */
void figure_table(GString *page, const char *caption, const char *const *heads);

/* A row; the first cell is its heading. cells: ending in NULL. */
void figure_row(GString *page, const char *const *cells);

void figure_end(GString *page);

/* A box of a picture in which time goes from left to right. */
typedef struct {
	double left, top, width, height;
	gint64 from, to; /* seconds since 1970 */
	guint grid_minutes;
} FigureTime;

/* Where a time lies. */
double figure_time_x(const FigureTime *time, guint64 ns);

/* Frame, and below it at most so many hours in UTC, at which hours of the grid begin; midnight is
 * its date. Needs FIGURE_TIME_FOOT units below the box. */
enum { FIGURE_TIME_FOOT = 14 };
void figure_time_axis(Svg *svg, const FigureTime *time, guint ticks);

/* Where the i-th of n lies in the box, the first at the top. */
double figure_rank_y(const FigureTime *time, guint i, guint n);

#endif
