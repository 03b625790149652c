#include "config.h"

#include "tally/search_summary.h"

#include "common/hour.h"

SearchSummary *
search_summary_new(const Zone *zone)
{
	SearchSummary *summary = g_new0(SearchSummary, 1);

	summary->zone = zone;
	summary->sources = address_set_new();
	summary->targets = address_set_new();
	summary->sensors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return summary;
}

void
search_summary_free(SearchSummary *summary)
{
	if (!summary)
		return;
	address_set_free(summary->sources);
	address_set_free(summary->targets);
	g_hash_table_unref(summary->sensors);
	g_free(summary);
}

static gint64
day_of(const SearchSummary *summary, gint64 hour)
{
	return summary->zone ? zone_day(summary->zone, hour) : hour - hour % DAY_SECONDS;
}

static void
note_hour(SearchSummary *summary, gint64 hour)
{
	if (summary->hits > 0 && hour == summary->hour)
		return;
	gint64 day = day_of(summary, hour);
	summary->days += summary->hours == 0 || day != summary->day;
	summary->hours++;
	summary->hour = hour;
	summary->day = day;
}

void
search_summary_add(SearchSummary *summary, const SearchFile *file, const SearchHit *hit,
	const Address *targets)
{
	guint64 start = (guint64)file->hour * SECOND_NS;

	note_hour(summary, file->hour);
	if (summary->hits == 0)
		summary->first = G_MAXUINT64;
	summary->hits++;
	summary->perhaps += hit->match == SEARCH_MAY;
	summary->first = MIN(summary->first, start + hit->first);
	summary->last = MAX(summary->last, start + hit->last);
	address_set_add(summary->sources, &hit->source);
	for (guint32 i = 0; i < hit->n_targets; i++)
		address_set_add(summary->targets, &targets[i]);
}

void
search_summary_end(SearchSummary *summary, const SearchFile *file, const Reader *reader)
{
	const HourFacts *hour = reader_hour(reader);
	gint64 end = file->hour + HOUR_SECONDS;

	if (summary->tallies == 0)
		summary->from = file->hour;
	summary->searched_hours += summary->tallies == 0 || end != summary->to;
	summary->to = end;
	summary->tallies++;
	summary->contacts += reader_n_contacts(reader);
	summary->cut_short += hour->cut_short;
	facts_add_known(&summary->lost, hour->dropped_kernel);
	facts_add_known(&summary->lost, hour->dropped_interface);
	facts_add_known(&summary->lost, hour->discarded);
	g_hash_table_add(summary->sensors, g_strdup(file->sensor));
}
