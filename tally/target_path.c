#include "config.h"

#include "tally/target_path.h"

#include <math.h>
#include <stdlib.h>

#include "common/hour.h"
#include "tally/decoys.h"

enum {
	ORDER_MAX = 9,
	SPACING_MAX = 12,
	STACK_BITS = 2,
	ONCE_BITS = 10,
	SWEEP = 16, /* targets in plain order from which on a set is a sweep */
	STEP_SECONDS = 10,
	STEP_SLACK = 50, /* steps differ by one part in so many at most */
};

void
target_path_clear(gpointer data)
{
	g_free(((TargetPath *)data)->touches);
	g_free(((TargetPath *)data)->sorted);
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

TargetPath
target_path_of(const Roster *roster, const RosterSource *source)
{
	const Touch *touches = roster_touches(roster, source);
	TargetPath path = {.source = source,
		.touches = g_new(Touch, source->n),
		.sorted = g_new(guint32, source->n)};

	for (guint i = 0; i < source->n; i++) {
		guint k = 0;
		while (k < path.n && path.touches[k].target != touches[i].target)
			k++;
		if (k == path.n)
			path.touches[path.n++] = touches[i];
	}
	for (guint i = 0; i < path.n; i++)
		path.sorted[i] = path.touches[i].target;
	qsort(path.sorted, path.n, sizeof *path.sorted, compare_numbers);
	return path;
}

int
target_path_compare_sets(gconstpointer a, gconstpointer b)
{
	const TargetPath *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (guint i = 0; i < x->n; i++)
		if (x->sorted[i] != y->sorted[i])
			return x->sorted[i] < y->sorted[i] ? -1 : 1;
	return 0;
}

int
target_path_compare(gconstpointer a, gconstpointer b)
{
	const TargetPath *x = a, *y = b;
	int order = target_path_compare_sets(a, b);

	if (order == 0 && x->touches[0].time != y->touches[0].time)
		order = x->touches[0].time < y->touches[0].time ? -1 : 1;
	return order != 0 ? order : address_compare(&x->source->source, &y->source->source);
}

gboolean
target_path_is_plain(const TargetPath *path)
{
	guint up = 0, down = 0;

	for (guint i = 1; i < path->n; i++) {
		up += path->touches[i].target > path->touches[i - 1].target;
		down += path->touches[i].target < path->touches[i - 1].target;
	}
	return up == 0 || down == 0;
}

gboolean
target_path_is_same_order(const TargetPath *a, const TargetPath *b)
{
	for (guint i = 0; i < a->n; i++)
		if (a->touches[i].target != b->touches[i].target)
			return FALSE;
	return TRUE;
}

static guint64
step_of(const TargetPath *path, guint i)
{
	return path->touches[i].time - path->touches[i - 1].time;
}

guint64
target_path_mean_step(const TargetPath *path)
{
	return (path->touches[path->n - 1].time - path->touches[0].time) / (path->n - 1);
}

static guint
count_like_steps(const TargetPath *a, const TargetPath *b)
{
	guint n = 0;

	for (guint i = 1; i < a->n; i++) {
		guint64 x = step_of(a, i), y = step_of(b, i);
		n += x >= STEP_SECONDS * SECOND_NS &&
		     (x > y ? x - y : y - x) <= x / STEP_SLACK + SECOND_NS;
	}
	return n;
}

TargetPathPorts
target_path_ports(const TargetPath *path)
{
	const Likeness *likeness = &path->source->likeness;

	if (likeness->constant & LIKENESS_SPORT)
		return TARGET_PATH_PORTS_STATIC;
	return likeness_is_two_processes(likeness) ? TARGET_PATH_PORTS_TWO
						   : TARGET_PATH_PORTS_RUNNING;
}

static gboolean
is_same_port(const TargetPath *a, const TargetPath *b)
{
	return target_path_ports(a) == TARGET_PATH_PORTS_STATIC &&
	       target_path_ports(b) == TARGET_PATH_PORTS_STATIC &&
	       a->source->likeness.sport == b->source->likeness.sport;
}

gboolean
target_path_are_at_once(const TargetPath *a, const TargetPath *b)
{
	for (guint i = 0; i < a->n; i++) {
		guint64 x = a->touches[i].time, y = b->touches[i].time;
		if ((x > y ? x - y : y - x) > DECOYS_SECONDS * SECOND_NS)
			return FALSE;
	}
	return TRUE;
}

gboolean
target_path_is_same_spacing(const TargetPath *a, const TargetPath *b)
{
	return target_path_is_same_order(a, b) && count_like_steps(a, b) + 1 == a->n;
}

double
target_path_weigh(const TargetPath *a, const TargetPath *b)
{
	double bits = 0;

	if (target_path_is_same_order(a, b))
		bits += target_path_is_plain(a) ? 1
						: MIN(ORDER_MAX, lgamma(a->n + 1.0) / M_LN2);
	if (target_path_is_same_spacing(a, b))
		bits += MIN(SPACING_MAX, 3 * (a->n - 1));
	if (is_same_port(a, b))
		bits += TARGET_PATH_PORT_BITS;
	if (a->source->likeness.stack_key == b->source->likeness.stack_key)
		bits += STACK_BITS;
	if (target_path_are_at_once(a, b))
		bits += ONCE_BITS;
	return bits;
}

gboolean
target_path_is_one_actor(const TargetPath *a, const TargetPath *b)
{
	if (target_path_ports(a) != target_path_ports(b) ||
		(target_path_ports(a) == TARGET_PATH_PORTS_STATIC && !is_same_port(a, b)))
		return FALSE;
	if (target_path_are_at_once(a, b))
		return a->n > DECOYS_BALANCER;
	return !(target_path_is_plain(a) && a->n >= SWEEP) &&
	       target_path_weigh(a, b) >= TARGET_PATH_SET_BITS;
}
