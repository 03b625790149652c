#include "config.h"

#include "tally/past_history.h"

#include "common/hour.h"
#include "tally/kind.h"

/* The known day that holds most of the 24 h from start on; -1: it is not known. */
static gint
find_day(const Past *past, gint64 start)
{
	gint64 middle = start + DAY_SECONDS / 2;
	guint low = 0, high = past_days_known(past);

	while (low < high) {
		guint half = low + (high - low) / 2;
		if (past_day(past, half) + DAY_SECONDS <= middle)
			low = half + 1;
		else
			high = half;
	}
	return low < past_days_known(past) && past_day(past, low) <= middle ? (gint)low : -1;
}

static gboolean
find(gpointer data, const PortKey *keys, guint n, gint64 before, guint n_days, guint32 *sources)
{
	Past *past = data;
	g_autofree PastPort *ports = g_new(PastPort, n);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < n; i++)
		ports[i] = (PastPort){
			(guint8)past_block_group(keys[i].kind, keys[i].port), keys[i].port};
	g_autofree PastPortDay *days = past_find_ports(past, ports, n, &error);
	if (!days) {
		past_tell(past, error->message);
		return FALSE;
	}
	gsize known = past_days_known(past);
	for (guint d = 0; d < n_days; d++) {
		gint day = find_day(past, before - (gint64)(n_days - d) * DAY_SECONDS);
		for (guint i = 0; i < n; i++) {
			guint64 most = day < 0 ? PORT_HISTORY_UNKNOWN
					       : MIN(days[i * known + (guint)day].sources_most,
							 PORT_HISTORY_UNKNOWN - 1);
			sources[(gsize)i * n_days + d] = (guint32)most;
		}
	}
	return TRUE;
}

PortHistory
past_history(Past *past)
{
	return (PortHistory){past, find};
}
