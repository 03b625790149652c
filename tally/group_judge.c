#include "config.h"

#include "tally/group_judge.h"

#include "common/hour.h"
#include "tally/members.h"
#include "tally/standing.h"

/* When the subject's first packet within the span came, as far as the window goes; what it did
 * before is of the day before. FACTS_NEVER: there is none. */
static guint64
first_in_span(const Scene *scene, const FindingWindow *window, const Subject *subject,
	const Profile *own)
{
	gint64 from = scene->span.from, end = window->start + window->length;

	if (from <= window->start)
		return own->first;
	g_autoptr(Profile) part = profile_new(subject, from, end - from);
	return part->first;
}

/* What each source did by itself in the finding's window; and with whom, and when, it began. */
static void
list_sources(const Scene *scene, const Group *group, const Members *members, Finding *finding)
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
			first = first_in_span(scene, &group->window, &subject, own);
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
		finding->since = hour_start(earliest, scene->grid_minutes) + HOUR_SECONDS;
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
	/* Whether one of the others did is not known: better told twice than never. */
	if (!group->profile && group->sources->len > GROUP_SOURCES_MAX)
		return TRUE;
	if (group->profile)
		return group->profile->last >= (guint64)ended * SECOND_NS;
	return subject_is_active(sources, ended, window->start + window->length);
}

/* What was read of the first sources alone is said to be so. */
static void
say_cut(const Group *group, gboolean has_profile, Finding *finding)
{
	gboolean is_undetermined = finding->verdict == VERDICT_UNDETERMINED;

	if (!has_profile && group->sources->len > GROUP_SOURCES_MAX)
		finding_against(finding, is_undetermined ? VERDICT_SCAN : finding->verdict,
			"targets and packets are those of the first %d of %u sources",
			GROUP_SOURCES_MAX, group->sources->len);
}

/* The finding of a group; group->profile is taken out of it. NULL without error: it is no news. */
static Finding *
judge_group(const GroupJudge *judge, Group *group, const Recall *recall, GError **error)
{
	const FindingWindow *window = &group->window;
	g_autoptr(Members) members = members_read(judge->readers, judge->n_readers, recall,
		(const GroupSource *)(gpointer)group->sources->data,
		MIN(group->sources->len, GROUP_SOURCES_MAX), window->start - HOUR_SECONDS,
		window->start + window->length, error);
	Subject subject;

	if (!members)
		return NULL;
	members_all(members, &subject);
	subject.span = judge->scene->span;
	if (!is_group_news(judge->scene, group, &subject))
		return NULL;
	DetectorCase at = {
		.subject = &subject,
		.values = detector_settings_values(judge->settings, window->detector),
		.scene = judge->scene,
	};
	gboolean has_profile = group->profile != NULL;
	Profile *profile = has_profile ? g_steal_pointer(&group->profile)
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
	list_sources(judge->scene, group, members, finding);
	if (window->detector->groups->judge)
		window->detector->groups->judge(&at, group, finding);
	say_cut(group, has_profile, finding);
	standing_rank(&at, finding);
	return finding;
}

GPtrArray *
group_judge_all(const GroupJudge *judge, GPtrArray *groups, GError **error)
{
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(Recall) recall = NULL;
	guint recalled = 0, kept = 0;
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < groups->len; i++) {
		if (i == recalled) {
			g_clear_pointer(&recall, recall_free);
			recall = recall_read(
				judge->readers, judge->n_readers, groups, &recalled, error);
			if (!recall)
				return NULL;
		}
		Group *group = groups->pdata[i];
		Finding *finding = judge_group(judge, group, recall, &problem);
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
