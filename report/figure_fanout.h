/*
 * How many sources hit how many hosts in windows of one length, and where n lies in that.
 */
#ifndef REPORT_FIGURE_FANOUT_H
#define REPORT_FIGURE_FANOUT_H

#include <glib.h>

enum { FIGURE_FANOUT_MOST = 50 };

/* id: of no other figure of the page. window: "1 h". counts[h]: sources that hit h hosts, least
 * <= h; the last also those that hit more. Of fewer hosts nothing is known. n: hosts from which on
 * a source is listed. */
void figure_fanout(GString *page, const char *id, const char *window,
	const guint64 counts[FIGURE_FANOUT_MOST + 1], guint least, guint n);

#endif
