#include "config.h"

#include "tally/trial.h"

#include "common/hour.h"
#include "tally/slide.h"

enum {
	TOGETHER_BITS = 6,
	ANSWER_BITS = 10,
};

/* How many sources have that stack; as good as all, where it was not counted. */
static guint
count_alike(const TrialGround *ground, const Likeness *likeness)
{
	guint n = key_counts_of(ground->stacks, likeness->stack_key);

	return n > 0 ? n : ground->n_sources;
}

/* Whether the joint deed is one plan of several sources. */
static gboolean
is_plan(const TrialGround *ground, const Joint *joint)
{
	const Weights *w = &joint->weights;
	const Likeness *likeness;

	if (joint->members->len < ground->sources || w->targets < ground->hosts ||
		100 * (w->hits - w->targets) > ground->overlap * w->targets)
		return FALSE;
	likeness = &roster_source(ground->roster, g_array_index(joint->members, guint, 0))
			    ->likeness;
	if (!likeness_is_asking(likeness) && w->order + w->spacing < ANSWER_BITS)
		return FALSE;
	/* A crowd that begins together is a crowd. */
	if (joint->members->len > JOINT_CHOICE && joint->together - w->starts < TOGETHER_BITS)
		return FALSE;
	return joint->bits >= ground->enough && joint->together >= TOGETHER_BITS;
}

/* The touches of the sources, their targets numbered from 0 on; how many targets. */
static guint
list_events(const Trial *trial, GArray *events)
{
	g_autoptr(GHashTable) own = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < trial->n; i++) {
		const RosterSource *source =
			roster_source(trial->ground->roster, trial->numbers[i]);
		const Touch *touches = roster_touches(trial->ground->roster, source);
		for (guint k = 0; k < source->n; k++) {
			gpointer key = GUINT_TO_POINTER(touches[k].target + 1);
			guint number = GPOINTER_TO_UINT(g_hash_table_lookup(own, key));
			if (number == 0) {
				number = g_hash_table_size(own) + 1;
				g_hash_table_insert(own, key, GUINT_TO_POINTER(number));
			}
			SlideEvent event = {
				hour_start(touches[k].time, trial->ground->scene->grid_minutes),
				number - 1, touches[k].packets};
			g_array_append_val(events, event);
		}
	}
	return g_hash_table_size(own);
}

/* Whether the window is asked for, and tells something of the span itself. */
static gboolean
is_asked(const TrialGround *ground, const Joint *joint, const FindingWindow *window)
{
	const SubjectSpan *span = &ground->scene->span;
	gint64 last = window->start + window->length - HOUR_SECONDS;
	const WeighTouch *touch =
		&g_array_index(joint->touches, WeighTouch, joint->touches->len - 1);

	return last >= span->from && last < span->to &&
	       (span->from < 0 || touch->time >= (guint64)span->from * SECOND_NS);
}

JointPlan
trial_plan(const Trial *trial, const FindingWindow *window)
{
	const TrialGround *ground = trial->ground;
	guint64 from = (guint64)MAX(window->start, 0) * SECOND_NS;
	guint64 to = (guint64)MAX(window->start + window->length, 0) * SECOND_NS;

	return (JointPlan){
		.roster = ground->roster,
		.scene = ground->scene,
		.from = from,
		.to = to,
		.span = MIN(to, ground->last) - MIN(to, MAX(from, ground->first)),
		.hosts = ground->hosts,
		.alike = count_alike(
			ground, &roster_source(ground->roster, trial->all[0])->likeness),
		.by_hops = trial->by_hops,
		.all = trial->all,
		.n_all = trial->n_all,
		.near = trial->n_all <= JOINT_CHOICE ? trial->all : trial->numbers,
		.n_near = trial->n_all <= JOINT_CHOICE ? trial->n_all : trial->n,
	};
}

void
trial_window(const Trial *trial, const FindingWindow *window)
{
	TrialGround *ground = trial->ground;
	JointPlan plan = trial_plan(trial, window);
	g_autoptr(Joint) joint =
		joint_improve(joint_new(&plan, trial->numbers, trial->n), &plan, &ground->work);
	TrialFound item = {*window, NULL};

	ground->hurried += ground->work >= JOINT_WORK;
	if (joint->members->len == 0 || !is_plan(ground, joint) ||
		!is_asked(ground, joint, window))
		return;
	item.window.count = joint->weights.targets;
	item.joint = g_steal_pointer(&joint);
	g_array_append_val(trial->found, item);
}

void
trial_windows(const Trial *trial)
{
	const TrialGround *ground = trial->ground;
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	guint n_targets;

	if (trial->n < ground->sources)
		return;
	n_targets = list_events(trial, events);
	if (n_targets < ground->hosts)
		return;
	for (gsize w = 0; w < ground->detector->n_windows; w++) {
		g_autoptr(GArray) full = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
		SlidePlan plan = {ground->detector->windows[w].length,
			ground->detector->windows[w].step, ground->scene->grid_minutes,
			ground->hosts, 0};
		slide_find(events, n_targets, &plan, full);
		for (guint i = 0; i < full->len; i++) {
			FindingWindow window = {.detector = ground->detector,
				.start = g_array_index(full, SlideWindow, i).start,
				.length = ground->detector->windows[w].length,
				.threshold = ground->hosts};
			trial_window(trial, &window);
		}
	}
}

FindingWindow
trial_shortest(const TrialGround *ground, const guint *numbers, guint n)
{
	FindingWindow window = {.detector = ground->detector, .threshold = ground->hosts};
	guint64 first = FACTS_NEVER, last = 0;

	for (guint i = 0; i < n; i++) {
		const RosterSource *source = roster_source(ground->roster, numbers[i]);
		const Touch *touches = roster_touches(ground->roster, source);
		first = MIN(first, touches[0].time);
		last = MAX(last, touches[source->n - 1].time);
	}
	for (gsize w = 0; w < ground->detector->n_windows && window.length == 0; w++) {
		gint64 end = detector_last_end((gint64)(last / SECOND_NS),
				     ground->detector->windows[w].step,
				     ground->scene->grid_minutes) +
			     ground->detector->windows[w].step;
		window.start = end - ground->detector->windows[w].length;
		if ((gint64)(first / SECOND_NS) >= window.start)
			window.length = ground->detector->windows[w].length;
	}
	return window;
}
