/*
 * A counter of 32 bits that somebody else keeps: it wraps, and it begins anew when its keeper
 * does (a network driver that is loaded again). Asked often enough that neither is taken for the
 * other: before it gained 2^31.
 */
#ifndef COLLECT_COUNTER_H
#define COLLECT_COUNTER_H

#include <glib.h>

/* Zeroed at the beginning, when the other shows 0, too. */
typedef struct {
	guint32 shown;
	guint64 total;
} Counter;

/* shown: what it shows now. Returns what it counted in all, which never becomes less. */
guint64 counter_take(Counter *counter, guint32 shown);

#endif
