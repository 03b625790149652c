#include "config.h"

#include "collect/counter.h"

guint64
counter_take(Counter *counter, guint32 shown)
{
	guint32 gained = shown - counter->shown;

	if (gained <= G_MAXINT32)
		counter->total += gained;
	counter->shown = shown;
	return counter->total;
}
