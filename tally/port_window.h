/*
 * Four days of a service port: how many asked for it, and what the port was like before. A day's
 * sources come from the tallies at hand (askers.h), those of earlier days from the store's memory
 * (port_history.h).
 */
#ifndef TALLY_PORT_WINDOW_H
#define TALLY_PORT_WINDOW_H

#include "tally/askers.h"

enum { PORT_WINDOW_DAYS = 4 };

typedef struct {
	guint32 service;       /* askers_service */
	gint32 day;            /* its first */
	const Asking *entries; /* n of the service, by day and source; borrowed */
	guint n;
	/* port_window_measure: distinct sources, those of them that came on several days, days
	 * with a source */
	guint sources, returning, days;
	guint targets; /* port_window_targets, once it was asked */
	/* port_window_history: windows that are known before, their median and their sum */
	guint windows, median;
	guint64 sum;
} PortWindow;

/* What was asked within the window: *n of its entries; borrowed. */
const Asking *port_window_askings(const PortWindow *window, guint *n);

void port_window_measure(PortWindow *window);
/* Distinct targets in it, as far as first targets of a source and day tell. */
guint port_window_targets(const PortWindow *window);

/*
 * The 4 d windows before, back to back: out of the tallies, whose first day is given, then out of
 * the memory (days: n_days that end where the tallies begin; of a window's days the sum, since
 * the same source may have come on several).
 */
void port_window_history(
	PortWindow *window, gint32 first_day, const guint32 *days, guint n_days);

/* Mean of the windows before; one more of them with one source may have been missed. */
double port_window_mean(const PortWindow *window);
/* Chance of so many sources or more, were they as many as before on the average. */
double port_window_chance(const PortWindow *window);

#endif
