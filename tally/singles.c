#include "config.h"

#include "tally/singles.h"

#include "common/hour.h"
#include "tally/standing.h"

/* What is looked at for every subject, close together. */
typedef struct {
	void (*run)(const Detector *detector, const DetectorCase *at, GArray *fired);
	const Detector *detector;
	const guint *values; /* borrowed from settings */
} Runner;

struct Singles {
	const DetectorSettings *settings; /* borrowed, like scene */
	const Scene *scene;
	GArray *runners; /* owned; of Runner, in the order of the table */
	GArray *fired;   /* owned; of FindingWindow: of the last subject */
};

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

/* What the detectors that fired in n windows of one subject say, in the order of the table;
 * of Finding. Where the subject hit nobody (its UDP was an answer to what came in the hour
 * before the window) there is nothing to say. */
static GPtrArray *
judge_windows(const DetectorSettings *settings, const DetectorCase *at,
	const FindingWindow *windows, guint n)
{
	gsize n_detectors;
	const Detector *const *table = detector_table(&n_detectors);
	GPtrArray *spoken = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);

	for (gsize i = 0; i < n_detectors; i++) {
		const FindingWindow *told = find_telling(windows, n, table[i]);
		if (!told)
			continue;
		g_autoptr(Finding) finding = judge_window(settings, *at, told);
		if (finding->profile->hosts > 0 || table[i]->also_without_hits)
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
		finding_absorb(finding, spoken->pdata[i]);
	for (guint i = 0; i < n; i++)
		finding->since = MIN(finding->since, windows[i].start + windows[i].length);
	standing_rank(at, finding);
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

/*
 * Whether the window tells something that the last one which ended before the span did not: that
 * did not fire, or the subject was active since.
 */
static gboolean
is_news(const Subject *subject, const FindingWindow *window, const GArray *all)
{
	gint64 ended = detector_last_end(subject->span.from,
		detector_step(window->detector, window->length), subject->grid_minutes);

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

Singles *
singles_new(const DetectorSettings *settings, const Scene *scene)
{
	Singles *singles = g_new0(Singles, 1);
	gsize n;
	const Detector *const *table = detector_table(&n);

	singles->settings = settings;
	singles->scene = scene;
	singles->runners = g_array_new(FALSE, FALSE, sizeof(Runner));
	singles->fired = g_array_new(FALSE, FALSE, sizeof(FindingWindow));
	for (gsize i = 0; i < n; i++) {
		Runner runner = {table[i]->run, table[i], detector_settings_nth(settings, i)};
		if (runner.run)
			g_array_append_val(singles->runners, runner);
	}
	return singles;
}

void
singles_free(Singles *singles)
{
	g_array_unref(singles->runners);
	g_array_unref(singles->fired);
	g_free(singles);
}

void
singles_find(Singles *singles, const Subject *subject, GPtrArray *findings)
{
	DetectorCase at = {.subject = subject, .scene = singles->scene};

	g_array_set_size(singles->fired, 0);
	for (guint i = 0; i < singles->runners->len; i++) {
		const Runner *runner = &g_array_index(singles->runners, Runner, i);
		at.values = runner->values;
		runner->run(runner->detector, &at, singles->fired);
	}
	if (singles->fired->len == 0)
		return;

	g_autoptr(GArray) asked = list_asked(subject, singles->fired);
	g_array_sort(asked, compare_windows);

	const FindingWindow *windows = (const FindingWindow *)(gpointer)asked->data;
	for (guint first = 0, next; first < asked->len; first = next) {
		gint64 reach = G_MININT64;
		for (next = first;
			next < asked->len && (next == first || windows[next].start < reach);
			next++)
			reach = MAX(reach, windows[next].start + MAX(windows[next].length,
									 24 * HOUR_SECONDS));
		if (!any_is_news(subject, windows + first, next - first, singles->fired))
			continue;
		Finding *finding =
			report_windows(singles->settings, &at, windows + first, next - first);
		if (!finding)
			continue;
		standing_acquaint(singles->scene, finding);
		g_ptr_array_add(findings, finding);
	}
}
