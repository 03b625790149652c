#include "config.h"

#include "tally/facts.h"

HourFacts *
hour_facts_new(
	gint64 hour, guint grid_minutes, const char *sensor, const char *home, guint64 settings)
{
	HourFacts *facts = g_new0(HourFacts, 1);

	facts->hour = hour;
	facts->grid_minutes = grid_minutes;
	facts->sensor = g_strdup(sensor);
	facts->home = g_strdup(home);
	facts->settings = settings;
	facts->first = FACTS_NEVER;
	facts->shortfall = g_strdup("");
	facts->inputs = g_strdup("");
	facts->dropped_kernel = facts->dropped_interface = facts->discarded = FACTS_NEVER;
	facts->spoke = g_array_new(FALSE, FALSE, sizeof(Address));
	facts->hijacks = g_array_new(FALSE, FALSE, sizeof(Hijack));
	return facts;
}

void
hour_facts_free(HourFacts *facts)
{
	if (!facts)
		return;
	g_free(facts->sensor);
	g_free(facts->home);
	g_free(facts->shortfall);
	g_free(facts->inputs);
	g_array_unref(facts->spoke);
	g_array_unref(facts->hijacks);
	g_free(facts);
}

void
hour_facts_fall_short(HourFacts *facts, const char *line)
{
	char *joined = g_strconcat(facts->shortfall, *facts->shortfall ? "\n" : "", line, NULL);

	g_free(facts->shortfall);
	facts->shortfall = joined;
	facts->cut_short = TRUE;
}

void
facts_add_known(guint64 *sum, guint64 number)
{
	if (number == FACTS_NEVER)
		return;
	*sum = *sum == FACTS_NEVER ? number : *sum + MIN(number, FACTS_NEVER - 1 - *sum);
}
