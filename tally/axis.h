/*
 * The windows of a plan that hold any of the hours at hand, numbered from 0 by start, and one
 * source's count in each. Hours may lie decades apart: windows that hold none of them are not
 * there. Costs 12 octets a window.
 */
#ifndef TALLY_AXIS_H
#define TALLY_AXIS_H

#include "tally/window.h"

/* Windows by number. */
typedef struct {
	guint32 enter; /* first window that holds the hour */
	guint32 leave; /* first after it that does not */
	guint32 gone;  /* first that does not begin with the hour after it either: out of W+ */
} AxisHour;

typedef struct {
	AxisHour *hours; /* owned; as given */
	gint64 *starts;  /* owned; of windows, seconds since 1970 */
	guint32 n_windows;
	guint32 *
		/* owned; n_windows + 1: by how much the count changes at a window, modulo
		 * 2^32 */
		steps;
	guint64 *touched;  /* owned; one bit a member of steps: may be other than 0 */
	guint32 low, high; /* words of touched in use */
} Axis;

/* hours: starts in seconds since 1970, ascending, each once; length, step: seconds; windows
 * start at multiples of step, plus offset. */
Axis *axis_new(const gint64 *hours, guint32 n_hours, gint64 length, gint64 step, gint64 offset);
void axis_free(Axis *axis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Axis, axis_free)

static inline void
axis_touch(Axis *axis, guint32 window)
{
	guint32 word = window / 64;

	axis->touched[word] |= G_GUINT64_CONSTANT(1) << window % 64;
	axis->low = MIN(axis->low, word);
	axis->high = MAX(axis->high, word);
}

/* n targets more in the windows [from, to); from < to. */
static inline void
axis_count(Axis *axis, guint32 from, guint32 to, guint32 n)
{
	axis->steps[from] += n;
	axis->steps[to] -= n;
	axis_touch(axis, from);
	axis_touch(axis, to);
}

/* Appends the windows with `hosts` targets or more (1 at least) to lines (array of
 * WindowHit), and counts anew from 0. */
void axis_list(Axis *axis, guint hosts, const Address *source, guint8 bits, GArray *lines);

#endif
