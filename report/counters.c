#include "config.h"

#include "report/counters.h"

Counters *
counters_new(const DetectorSettings *settings, SubjectSpan span)
{
	Counters *counters = g_new0(Counters, 1);
	const guint *slow = detector_settings_values(settings, &detect_slow);

	counters->span = span;
	counters->triggers[PROFILE_HOUR] =
		detector_settings_values(settings, &detect_hourly)[0];
	counters->triggers[PROFILE_DAY] = slow[detect_slow.windows[0].parameter];
	counters->triggers[PROFILE_WEEK] = slow[detect_slow.windows[1].parameter];
	for (guint i = 0; i < PROFILE_SPANS; i++)
		counters->lines[i] = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	return counters;
}

void
counters_free(Counters *counters)
{
	for (guint i = 0; i < PROFILE_SPANS; i++)
		g_array_unref(counters->lines[i]);
	g_free(counters);
}

static void
add_hours(Counters *counters, const Profile *profile)
{
	for (guint i = 0; i < profile->hours->len; i++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, i);
		WindowHit line = {hour->hour, hour->hosts, profile->source, profile->bits};
		if (hour->hosts >= counters->triggers[PROFILE_HOUR] &&
			hour->hour >= counters->span.from && hour->hour < counters->span.to)
			g_array_append_val(counters->lines[PROFILE_HOUR], line);
	}
}

void
counters_add(Counters *counters, const Profile *profile)
{
	add_hours(counters, profile);
	for (guint span = PROFILE_DAY; span < PROFILE_SPANS; span++) {
		WindowHit line = profile->best[span];
		if (line.hosts < counters->triggers[span] ||
			(span == PROFILE_WEEK &&
				line.hosts == profile->best[PROFILE_DAY].hosts))
			continue;
		line.source = profile->source;
		line.bits = profile->bits;
		g_array_append_val(counters->lines[span], line);
	}
}
