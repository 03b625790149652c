#include "config.h"

#include "tally/detector.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

/* In the order in which they tell a finding: what explains the packets away, or names one deed,
 * before what merely counts. */
static const Detector *const table[] = {
	&detect_hijack,
	&detect_balancer,
	&detect_hourly,
	&detect_slow,
	&detect_portscan,
	&detect_stealth,
	&detect_reset,
	&detect_odd,
	&detect_traceroute,
	&detect_flood,
	&detect_dark,
	&detect_targetset,
	&detect_coordinated,
	&detect_campaign,
	&detect_signature,
	&detect_gap,
};

enum { N_DETECTORS = G_N_ELEMENTS(table) };

const Detector *const *
detector_table(gsize *n)
{
	*n = N_DETECTORS;
	return table;
}

const char *
detector_topic_title(DetectorTopic topic)
{
	static const char *const titles[TOPICS] = {
		[TOPIC_SLOW] = "Low and slow",
		[TOPIC_COORDINATED] = "Coordinated activity",
		[TOPIC_HOURLY] = "Hourly scans",
		[TOPIC_RESETS] = "Resets and backscatter",
		[TOPIC_ODD] = "Odd flags and stealth",
		[TOPIC_TARGETS] = "Targets and infrastructure",
		[TOPIC_PORTS] = "Ports on the rise",
	};

	return titles[topic];
}

gint64
detector_last_end(gint64 time, gint64 step, guint grid_minutes)
{
	gint64 past = (time - grid_minutes * 60) % step;

	return time - (past < 0 ? past + step : past);
}

struct DetectorSettings {
	guint values[N_DETECTORS][DETECTOR_PARAMETERS_MAX];
};

DetectorSettings *
detector_settings_new(void)
{
	DetectorSettings *settings = g_new0(DetectorSettings, 1);

	for (gsize i = 0; i < N_DETECTORS; i++) {
		g_assert(table[i]->n_parameters <= DETECTOR_PARAMETERS_MAX);
		for (gsize k = 0; k < table[i]->n_parameters; k++)
			settings->values[i][k] = table[i]->parameters[k].initial;
	}
	return settings;
}

void
detector_settings_free(DetectorSettings *settings)
{
	g_free(settings);
}

gint64
detector_first_hour(SubjectSpan span, guint grid_minutes)
{
	gint64 first = span.to;

	for (gsize i = 0; i < N_DETECTORS; i++) {
		for (gsize k = 0; k < table[i]->n_windows; k++) {
			const DetectorWindow *window = &table[i]->windows[k];
			gint64 before =
				detector_last_end(span.from, window->step, grid_minutes) -
				window->length;
			if (before + window->step + window->length <= span.to)
				first = MIN(first, before - HOUR_SECONDS);
		}
	}
	return first;
}

const guint *
detector_settings_values(const DetectorSettings *settings, const Detector *detector)
{
	for (gsize i = 0; i < N_DETECTORS; i++)
		if (table[i] == detector)
			return settings->values[i];
	g_return_val_if_reached(NULL);
}

const guint *
detector_settings_nth(const DetectorSettings *settings, gsize i)
{
	return settings->values[i];
}

static gboolean
is_meant(const Detector *detector, const DetectorParameter *parameter, const char *name,
	const char *text)
{
	return name ? strcmp(detector->name, name) == 0 && strcmp(parameter->name, text) == 0
		    : strcmp(parameter->unit, text) == 0;
}

gboolean
detector_settings_set(DetectorSettings *settings, const char *detector, const char *name,
	guint64 value, GError **error)
{
	DetectorSettings changed = *settings;
	gboolean found = FALSE;

	for (gsize i = 0; i < N_DETECTORS; i++) {
		for (gsize k = 0; k < table[i]->n_parameters; k++) {
			const DetectorParameter *parameter = &table[i]->parameters[k];
			if (!is_meant(table[i], parameter, detector, name))
				continue;
			if (value < parameter->min || value > parameter->max) {
				g_set_error(error, FAILURE, FAILURE_USAGE,
					"%s.%s: expected a number from %u to %u, found "
					"%" G_GUINT64_FORMAT,
					table[i]->name, parameter->name, parameter->min,
					parameter->max, value);
				return FALSE;
			}
			changed.values[i][k] = (guint)value;
			found = TRUE;
		}
	}
	if (!found) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"%s%s%s: no detector has such a parameter", detector ? detector : "",
			detector ? "." : "", name);
		return FALSE;
	}
	*settings = changed;
	return TRUE;
}

gint64
detector_step(const Detector *detector, gint64 length)
{
	const DetectorWindow *own = detector->windows;

	while (own->length != length)
		own++;
	return own->step;
}
