/*
 * How many sources asked for a service port, day by day, before the tallies at hand begin: what a
 * store's memory gives to the detector of campaigns.
 */
#ifndef TALLY_PORT_HISTORY_H
#define TALLY_PORT_HISTORY_H

#include <glib.h>

typedef struct {
	guint8 kind; /* KIND_SYN or KIND_UDP */
	guint16 port;
} PortKey;

#define PORT_HISTORY_UNKNOWN G_MAXUINT32

typedef struct {
	gpointer data; /* borrowed */
	/*
	 * Distinct sources of keys[k] on the i-th of the n_days days (24 h each) that end at
	 * `before` (seconds since 1970), the earliest first, at [k * n_days + i];
	 * PORT_HISTORY_UNKNOWN for a day that is not known. FALSE: nothing can be read.
	 */
	gboolean (*find)(gpointer data, const PortKey *keys, guint n, gint64 before,
		guint n_days, guint32 *sources);
} PortHistory;

#endif
