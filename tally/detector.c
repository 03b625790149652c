#include "config.h"

#include "tally/detector.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

static const Detector *const table[] = {
	&detect_hourly,
	&detect_slow,
	&detect_portscan,
};

enum { N_DETECTORS = G_N_ELEMENTS(table), PARAMETERS_MAX = 8 };

const Detector *const *
detector_table(gsize *n)
{
	*n = N_DETECTORS;
	return table;
}

/* The last end of a window at that step that is not after `time`. */
static gint64
last_end(gint64 time, gint64 step, guint grid_minutes)
{
	gint64 past = (time - grid_minutes * 60) % step;

	return time - (past < 0 ? past + step : past);
}

struct DetectorSettings {
	guint values[N_DETECTORS][PARAMETERS_MAX];
};

DetectorSettings *
detector_settings_new(void)
{
	DetectorSettings *settings = g_new0(DetectorSettings, 1);

	for (gsize i = 0; i < N_DETECTORS; i++) {
		g_assert(table[i]->n_parameters <= PARAMETERS_MAX);
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
			gint64 before = last_end(span.from, window->step, grid_minutes) -
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

static int
compare_windows(gconstpointer a, gconstpointer b)
{
	const FindingWindow *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return address_compare(&x->target, &y->target);
}

/* Whether a tells more than b. */
static gboolean
tells_more(const FindingWindow *a, const FindingWindow *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return a->length != b->length ? a->length < b->length : a->start < b->start;
}

/* The telling window of a detector among n; NULL when it has none there. */
static const FindingWindow *
find_telling(const FindingWindow *windows, guint n, const Detector *detector)
{
	const FindingWindow *telling = NULL;

	for (guint i = 0; i < n; i++)
		if (windows[i].detector == detector &&
			(!telling || tells_more(&windows[i], telling)))
			telling = &windows[i];
	return telling;
}

static Finding *
judge_window(const DetectorSettings *settings, DetectorCase at, const FindingWindow *told)
{
	Finding *finding =
		finding_new(told, profile_new(at.subject, told->start, told->length));

	at.values = detector_settings_values(settings, told->detector);
	told->detector->judge(&at, told, finding);
	return finding;
}

/* finding takes over what the other detector says: its window and its reason. */
static void
join_findings(Finding *finding, const Finding *other)
{
	const Evidence *reason = &g_array_index(other->evidence, Evidence, 0);

	g_array_append_vals(finding->windows, finding_window(other, 0), 1);
	if (other->evidence->len == 0)
		return;
	if (reason->against)
		finding_against(finding, reason->verdict, "%s", reason->text);
	else
		finding_for(finding, reason->verdict, "%s", reason->text);
}

/* What the detectors that fired in n windows of one subject say, in the order of the table;
 * of Finding. Where the subject hit nobody (its UDP was an answer to what came in the hour
 * before the window) there is nothing to say. */
static GPtrArray *
judge_windows(const DetectorSettings *settings, const DetectorCase *at,
	const FindingWindow *windows, guint n)
{
	GPtrArray *spoken = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);

	for (gsize i = 0; i < N_DETECTORS; i++) {
		const FindingWindow *told = find_telling(windows, n, table[i]);
		if (!told)
			continue;
		g_autoptr(Finding) finding = judge_window(settings, *at, told);
		if (finding->profile->hosts > 0)
			g_ptr_array_add(spoken, g_steal_pointer(&finding));
	}
	return spoken;
}

/* One finding of the n windows of one subject, or NULL. */
static Finding *
report_windows(const DetectorSettings *settings, const DetectorCase *at,
	const FindingWindow *windows, guint n)
{
	g_autoptr(GPtrArray) spoken = judge_windows(settings, at, windows, n);
	guint telling = 0;

	if (spoken->len == 0)
		return NULL;
	while (telling < spoken->len &&
		((Finding *)spoken->pdata[telling])->verdict == VERDICT_UNDETERMINED)
		telling++;

	Finding *finding = g_ptr_array_steal_index(spoken, telling < spoken->len ? telling : 0);
	for (guint i = 0; i < spoken->len; i++)
		join_findings(finding, spoken->pdata[i]);
	return finding;
}

/* Those of the windows that are asked for. */
static GArray *
list_asked(const Subject *subject, const GArray *windows)
{
	GArray *asked = g_array_new(FALSE, FALSE, sizeof(FindingWindow));

	for (guint i = 0; i < windows->len; i++) {
		const FindingWindow *window = &g_array_index(windows, FindingWindow, i);
		if (subject_is_asked(subject, window->start, window->length))
			g_array_append_vals(asked, window, 1);
	}
	return asked;
}

static gint64
step_of(const FindingWindow *window)
{
	const DetectorWindow *own = window->detector->windows;

	while (own->length != window->length)
		own++;
	return own->step;
}

/*
 * Whether the window tells something that the last one which ended before the span did not: that
 * did not fire, or the subject was active since.
 */
static gboolean
is_news(const Subject *subject, const FindingWindow *window, const GArray *all)
{
	gint64 ended = last_end(subject->span.from, step_of(window), subject->grid_minutes);

	for (guint i = 0; i < all->len; i++) {
		const FindingWindow *before = &g_array_index(all, FindingWindow, i);
		if (before->detector == window->detector && before->length == window->length &&
			before->start + before->length == ended &&
			address_compare(&before->target, &window->target) == 0)
			return subject_is_active(
				subject, ended, window->start + window->length);
	}
	return TRUE;
}

static gboolean
any_is_news(const Subject *subject, const FindingWindow *windows, guint n, const GArray *all)
{
	if (subject->span.from == subject_always.from)
		return TRUE;
	for (guint i = 0; i < n; i++)
		if (is_news(subject, &windows[i], all))
			return TRUE;
	return FALSE;
}

void
detector_find(const DetectorSettings *settings, const Subject *subject, gboolean one_sided,
	GPtrArray *findings)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(FindingWindow));
	DetectorCase at = {.subject = subject, .one_sided = one_sided};

	for (gsize i = 0; i < N_DETECTORS; i++) {
		at.values = settings->values[i];
		table[i]->run(table[i], &at, all);
	}
	g_autoptr(GArray) fired = list_asked(subject, all);
	g_array_sort(fired, compare_windows);

	const FindingWindow *windows = (const FindingWindow *)(gpointer)fired->data;
	for (guint first = 0, next; first < fired->len; first = next) {
		gint64 reach = G_MININT64;
		for (next = first;
			next < fired->len && (next == first || windows[next].start < reach);
			next++)
			reach = MAX(reach, windows[next].start + MAX(windows[next].length,
									 24 * HOUR_SECONDS));
		if (!any_is_news(subject, windows + first, next - first, all))
			continue;
		Finding *finding = report_windows(settings, &at, windows + first, next - first);
		if (finding)
			g_ptr_array_add(findings, finding);
	}
}
