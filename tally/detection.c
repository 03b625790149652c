#include "config.h"

#include "tally/detection.h"

#include "common/hour.h"
#include "tally/join.h"
#include "tally/known_match.h"
#include "tally/members.h"

enum {
	/* findings kept for the detectors of groups, some 2 KiB each */
	WAITING_MAX = 100000,
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

/* How many of the targets that the subject hit in the window are dark. */
static guint
count_dark(const DetectorCase *at, gint64 start, gint64 length)
{
	g_autoptr(GArray) targets = NULL;
	guint n = 0;

	if (!at->scene->dark)
		return 0;
	targets = subject_targets(at->subject, start, length, 0);
	for (guint i = 0; i < targets->len; i++)
		n += scene_is_dark(at->scene, &g_array_index(targets, Address, i));
	return n;
}

/* Whether what came back to the sources is what they came for. */
static gboolean
is_asking(const Finding *finding)
{
	return finding->verdict != VERDICT_SECOND_ORDER_EFFECT &&
	       finding->verdict != VERDICT_LOAD_BALANCER && finding->verdict != VERDICT_BENIGN;
}

/* By what the finding means, its verdict being known. */
static void
rank_finding(const DetectorCase *at, Finding *finding)
{
	Profile *profile = finding->profile;

	profile->dark = count_dark(at, profile->start, profile->length);
	if (profile->dark > 0)
		finding->ranks |= RANK_DARK;
	if (profile_best_worth(profile) <= WORTH_RESET && is_asking(finding))
		finding->ranks |= RANK_ANSWERED;
	if (profile->worth[WORTH_OPEN] > 0 && is_asking(finding))
		finding->ranks |= RANK_OPEN;
	if (finding->scope == SCOPE_SOURCES && finding->n_sources > 1)
		finding->ranks |= RANK_COORDINATED;
}

/* By what the site says of its sources. */
static void
acquaint(const Scene *scene, Finding *finding)
{
	if (!scene->known)
		return;
	finding->known = known_match_finding(scene->known, finding);
	finding->ranks &= ~(guint)(RANK_WATCHED | RANK_KNOWN);
	if (finding->known && finding->known->list->action == KNOWN_WATCH)
		finding->ranks |= RANK_WATCHED;
	if (finding->known && finding->known->list->action == KNOWN_LABEL)
		finding->ranks |= RANK_KNOWN;
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
	rank_finding(at, finding);
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

/* all: an empty array of FindingWindow. */
static void
find_subject(const DetectorSettings *settings, const Scene *scene, const Subject *subject,
	GArray *all, GPtrArray *findings)
{
	DetectorCase at = {.subject = subject, .scene = scene};
	gsize n_detectors;
	const Detector *const *table = detector_table(&n_detectors);

	for (gsize i = 0; i < n_detectors; i++) {
		at.values = detector_settings_nth(settings, i);
		if (table[i]->run)
			table[i]->run(table[i], &at, all);
	}
	if (all->len == 0)
		return;
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
		if (!finding)
			continue;
		acquaint(scene, finding);
		g_ptr_array_add(findings, finding);
	}
}

void
detection_subject(const DetectorSettings *settings, const Scene *scene, const Subject *subject,
	GPtrArray *findings)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(FindingWindow));

	find_subject(settings, scene, subject, all, findings);
}

struct Detection {
	const DetectorSettings *settings; /* borrowed, like scene and data */
	const Scene *scene;
	DetectionTake take;
	gpointer data;
	guint prefix_v6;    /* of the subjects */
	gpointer *states;   /* owned; of the detectors of groups, by the table; NULL: ended */
	GArray *fired;      /* owned; of FindingWindow: of the last subject */
	GPtrArray *found;   /* owned; of Finding *, borrowed: of the last subject */
	GPtrArray *waiting; /* owned; of Finding *, owned */
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
	detection->fired = g_array_new(FALSE, FALSE, sizeof(FindingWindow));
	detection->found = g_ptr_array_new();
	detection->waiting = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
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
			table[i]->groups->end(detection->states[i], NULL);
	g_free(detection->states);
	g_array_unref(detection->fired);
	g_ptr_array_unref(detection->found);
	g_ptr_array_unref(detection->waiting);
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

	if (detection->waiting->len >= WAITING_MAX)
		hand_over(detection, WAITING_MAX / 2);
	g_ptr_array_set_size(detection->found, 0);
	if (subject->source.family == 6)
		detection->prefix_v6 = subject->bits;
	g_array_set_size(detection->fired, 0);
	find_subject(detection->settings, detection->scene, subject, detection->fired,
		detection->found);
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
			table[i]->groups->end(g_steal_pointer(&detection->states[i]), groups);
	for (guint i = 0; i < groups->len; i++)
		group_settle(groups->pdata[i]);
	return groups;
}

/* When the subject's first packet within the span came, as far as the window goes; what it did
 * before is of the day before. FACTS_NEVER: there is none. */
static guint64
first_in_span(const Detection *detection, const FindingWindow *window, const Subject *subject,
	const Profile *own)
{
	gint64 from = detection->scene->span.from, end = window->start + window->length;

	if (from <= window->start)
		return own->first;
	g_autoptr(Profile) part = profile_new(subject, from, end - from);
	return part->first;
}

/* What each source did by itself in the finding's window; and with whom, and when, it began. */
static void
list_sources(const Detection *detection, const Group *group, const Members *members,
	Finding *finding)
{
	guint64 earliest = FACTS_NEVER;

	g_array_set_size(finding->sources, 0);
	for (guint i = 0; i < MIN(group->sources->len, GROUP_SOURCES_MAX); i++) {
		const GroupSource *source = &g_array_index(group->sources, GroupSource, i);
		FindingSource item = {source->source, source->bits, 0, 0, FACTS_NEVER, 0};
		guint64 first = FACTS_NEVER;
		Subject subject;
		if (members_subject(members, i, &subject)) {
			g_autoptr(Profile) own = profile_new(
				&subject, group->window.start, group->window.length);
			item.hosts = own->hosts;
			item.packets = own->packets;
			item.first = own->first;
			item.last = own->last;
			first = first_in_span(detection, &group->window, &subject, own);
		}
		g_array_append_val(finding->sources, item);
		if (i == 0 || first < earliest)
			finding->about = item;
		earliest = MIN(earliest, first);
	}
	finding->n_sources = group->sources->len;
	if (group->scope == SCOPE_TARGET)
		earliest = finding->profile->first;
	if (group->scope != SCOPE_PORT && earliest != FACTS_NEVER)
		finding->since =
			hour_start(earliest, detection->scene->grid_minutes) + HOUR_SECONDS;
}

/* Whether any of the group did something since the last window of its kind that ended before the
 * span: else the day before has told it. */
static gboolean
is_group_news(const Scene *scene, const Group *group, const Subject *sources)
{
	const FindingWindow *window = &group->window;

	if (scene->span.from == subject_always.from)
		return TRUE;
	gint64 ended = detector_last_end(scene->span.from,
		detector_step(window->detector, window->length), scene->grid_minutes);
	if (group->profile)
		return group->profile->last >= (guint64)ended * SECOND_NS;
	return subject_is_active(sources, ended, window->start + window->length);
}

/* The finding of a group; group->profile is taken out of it. NULL without error: it is no news. */
static Finding *
judge_group(Detection *detection, Group *group, const Recall *recall, Reader **readers,
	guint n_readers, GError **error)
{
	const FindingWindow *window = &group->window;
	g_autoptr(Members) members = members_read(readers, n_readers, recall,
		(const GroupSource *)(gpointer)group->sources->data,
		MIN(group->sources->len, GROUP_SOURCES_MAX), window->start - HOUR_SECONDS,
		window->start + window->length, error);
	Subject subject;

	if (!members)
		return NULL;
	members_all(members, &subject);
	subject.span = detection->scene->span;
	if (!is_group_news(detection->scene, group, &subject))
		return NULL;
	DetectorCase at = {
		.subject = &subject,
		.values = detector_settings_values(detection->settings, window->detector),
		.scene = detection->scene,
	};
	Profile *profile = group->profile
				   ? g_steal_pointer(&group->profile)
				   : profile_new(&subject, window->start, window->length);
	Finding *finding = finding_new(window, profile);

	finding->together = TRUE;
	finding->verdict = group->verdict;
	finding->scope = group->scope;
	for (guint i = 0; i < group->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(group->evidence, Evidence, i);
		(evidence->against ? finding_against : finding_for)(
			finding, evidence->verdict, "%s", evidence->text);
	}
	list_sources(detection, group, members, finding);
	if (window->detector->groups->judge)
		window->detector->groups->judge(&at, group, finding);
	rank_finding(&at, finding);
	return finding;
}

/* The findings of the groups that are news; the others are taken out of groups. */
static GPtrArray *
judge_groups(Detection *detection, GPtrArray *groups, Reader **readers, guint n_readers,
	GError **error)
{
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(Recall) recall = NULL;
	guint recalled = 0, kept = 0;
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < groups->len; i++) {
		if (i == recalled) {
			g_clear_pointer(&recall, recall_free);
			recall = recall_read(readers, n_readers, groups, &recalled, error);
			if (!recall)
				return NULL;
		}
		Group *group = groups->pdata[i];
		Finding *finding =
			judge_group(detection, group, recall, readers, n_readers, &problem);
		if (problem) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		if (!finding)
			continue;
		g_ptr_array_add(joint, finding);
		groups->pdata[i] = groups->pdata[kept];
		groups->pdata[kept++] = group;
	}
	g_ptr_array_set_size(groups, (int)kept);
	return g_steal_pointer(&joint);
}

gboolean
detection_finish(Detection *detection, Reader **readers, guint n_readers, GError **error)
{
	if (!look_again(detection, readers, n_readers, error))
		return FALSE;

	g_autoptr(GPtrArray) groups = end_groups(detection);
	g_autoptr(GPtrArray) joint = judge_groups(detection, groups, readers, n_readers, error);

	if (!joint)
		return FALSE;
	join_findings(detection->waiting, joint, groups);
	for (guint i = 0; i < detection->waiting->len; i++)
		acquaint(detection->scene, detection->waiting->pdata[i]);
	hand_over(detection, 0);
	return TRUE;
}
