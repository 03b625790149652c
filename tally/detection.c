#include "config.h"

#include "tally/detection.h"

#include "common/hour.h"
#include "tally/group_judge.h"
#include "tally/join.h"
#include "tally/singles.h"
#include "tally/standing.h"

enum {
	/* findings kept for the detectors of groups, some 2 KiB each */
	WAITING_MAX = 100000,
};

void
detection_subject(const DetectorSettings *settings, const Scene *scene, const Subject *subject,
	GPtrArray *findings)
{
	g_autoptr(Singles) singles = singles_new(settings, scene);

	singles_find(singles, subject, findings);
}

struct Detection {
	const DetectorSettings *settings; /* borrowed, like scene and data */
	const Scene *scene;
	DetectionTake take;
	gpointer data;
	guint prefix_v6;    /* of the subjects */
	gpointer *states;   /* owned; of the detectors of groups, by the table; NULL: ended */
	Singles *singles;   /* owned */
	GPtrArray *found;   /* owned; of Finding *, borrowed: of the last subject */
	GPtrArray *waiting; /* owned; of Finding *, owned */
	GPtrArray *limits;  /* owned; of char *, owned */
	guint64 n_early;    /* findings handed over before there were groups */
};

Detection *
detection_new(
	const DetectorSettings *settings, const Scene *scene, DetectionTake take, gpointer data)
{
	Detection *detection = g_new0(Detection, 1);
	gsize n;
	const Detector *const *table = detector_table(&n);

	detection->settings = settings;
	detection->scene = scene;
	detection->take = take;
	detection->data = data;
	detection->prefix_v6 = 128;
	detection->singles = singles_new(settings, scene);
	detection->found = g_ptr_array_new();
	detection->waiting = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	detection->limits = g_ptr_array_new_with_free_func(g_free);
	detection->states = g_new0(gpointer, n);
	for (gsize i = 0; i < n; i++)
		if (table[i]->groups)
			detection->states[i] = table[i]->groups->begin(
				table[i], detector_settings_values(settings, table[i]), scene);
	return detection;
}

void
detection_free(Detection *detection)
{
	gsize n;
	const Detector *const *table = detector_table(&n);

	for (gsize i = 0; i < n; i++)
		if (detection->states[i])
			table[i]->groups->end(detection->states[i], NULL, NULL);
	g_free(detection->states);
	singles_free(detection->singles);
	g_ptr_array_unref(detection->found);
	g_ptr_array_unref(detection->waiting);
	g_ptr_array_unref(detection->limits);
	g_free(detection);
}

static int
compare_ranks(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

/* Hands over all but the first n. */
static void
hand_over(Detection *detection, guint n)
{
	GPtrArray *waiting = detection->waiting;

	g_ptr_array_sort(waiting, compare_ranks);
	for (guint i = n; i < waiting->len; i++)
		detection->take(detection->data, g_steal_pointer(&waiting->pdata[i]));
	g_ptr_array_set_free_func(waiting, NULL);
	g_ptr_array_set_size(waiting, (int)MIN(n, waiting->len));
	g_ptr_array_set_free_func(waiting, (GDestroyNotify)finding_free);
}

const GPtrArray *
detection_see(Detection *detection, const Subject *subject)
{
	gsize n;
	const Detector *const *table = detector_table(&n);
	Likeness likeness;
	const Likeness *alike = likeness_of(subject, &likeness) ? &likeness : NULL;

	if (detection->waiting->len >= WAITING_MAX) {
		detection->n_early += detection->waiting->len - WAITING_MAX / 2;
		hand_over(detection, WAITING_MAX / 2);
	}
	g_ptr_array_set_size(detection->found, 0);
	if (subject->source.family == 6)
		detection->prefix_v6 = subject->bits;
	singles_find(detection->singles, subject, detection->found);
	for (guint i = 0; i < detection->found->len; i++)
		g_ptr_array_add(detection->waiting, detection->found->pdata[i]);
	for (gsize i = 0; i < n; i++)
		if (table[i]->groups)
			table[i]->groups->see(detection->states[i], subject, alike);
	return detection->found;
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* The readers of an hour, at their start again. */
static GPtrArray *
rewind_hour(Reader **readers, guint n_readers, gint64 hour, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	Address first = address_from_v4(0);

	for (guint i = 0; i < n_readers; i++) {
		if (reader_hour(readers[i])->hour != hour)
			continue;
		if (!reader_seek(readers[i], &first, error))
			return NULL;
		g_ptr_array_add(list, readers[i]);
	}
	return g_steal_pointer(&list);
}

static gboolean
look_at_hour(const Detector *detector, gpointer state, const Scene *scene, GPtrArray *readers,
	guint prefix_v6, GError **error)
{
	g_autoptr(Gather) gather = gather_new(
		(Reader **)readers->pdata, readers->len, READER_CONTACTS | READER_TRAITS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, prefix_v6, scene->grid_minutes, scene->span);
	const Subject *subject;
	g_autoptr(GError) problem = NULL;

	while ((subject = subject_stream_next(stream, &problem)))
		detector->groups->again(state, subject);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* Gives each detector that wants one its second look. */
static gboolean
look_again(Detection *detection, Reader **readers, guint n_readers, GError **error)
{
	gsize n;
	const Detector *const *table = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));
		if (!table[i]->groups || !table[i]->groups->wants)
			continue;
		table[i]->groups->wants(detection->states[i], hours);
		g_array_sort(hours, compare_hours);
		for (guint k = 0; k < hours->len; k++) {
			gint64 hour = g_array_index(hours, gint64, k);
			if (k > 0 && g_array_index(hours, gint64, k - 1) == hour)
				continue;
			g_autoptr(GPtrArray) list =
				rewind_hour(readers, n_readers, hour, error);
			if (!list ||
				!look_at_hour(table[i], detection->states[i], detection->scene,
					list, detection->prefix_v6, error))
				return FALSE;
		}
	}
	return TRUE;
}

/* The groups of all detectors: array of Group *, in the order of the table; the states are
 * freed. */
static GPtrArray *
end_groups(Detection *detection)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	gsize n;
	const Detector *const *table = detector_table(&n);

	for (gsize i = 0; i < n; i++)
		if (detection->states[i])
			table[i]->groups->end(g_steal_pointer(&detection->states[i]), groups,
				detection->limits);
	limits_add(detection->limits, "all",
		"findings that were told before it was known whether they belong to a group",
		detection->n_early);
	for (guint i = 0; i < groups->len; i++)
		group_settle(groups->pdata[i]);
	return groups;
}

gboolean
detection_finish(Detection *detection, Reader **readers, guint n_readers, GError **error)
{
	if (!look_again(detection, readers, n_readers, error))
		return FALSE;

	g_autoptr(GPtrArray) groups = end_groups(detection);
	GroupJudge judge = {detection->settings, detection->scene, readers, n_readers};
	g_autoptr(GPtrArray) joint = group_judge_all(&judge, groups, error);

	if (!joint)
		return FALSE;
	join_findings(detection->waiting, joint, groups);
	for (guint i = 0; i < detection->waiting->len; i++)
		standing_acquaint(detection->scene, detection->waiting->pdata[i]);
	hand_over(detection, 0);
	return TRUE;
}

const GPtrArray *
detection_limits(const Detection *detection)
{
	return detection->limits;
}
