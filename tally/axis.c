#include "config.h"

#include "tally/axis.h"

#include "common/hour.h"

static gint64
floor_multiple(gint64 number, gint64 step)
{
	gint64 remainder = number % step;

	return number - remainder - (remainder < 0 ? step : 0);
}

/* Starts of all windows that hold one of the hours. */
static GArray *
list_starts(const gint64 *hours, guint32 n_hours, gint64 length, gint64 step, gint64 offset)
{
	GArray *starts = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 start = G_MININT64;

	for (guint32 i = 0; i < n_hours; i++) {
		/* The first start after hour - length; the last is the hour's own or before
		 * it. */
		gint64 first = floor_multiple(hours[i] - length - offset, step) + step + offset;
		for (start = MAX(start, first); start <= hours[i]; start += step)
			g_array_append_val(starts, start);
	}
	return starts;
}

/* The first window from `from` on that starts after `time`. */
static guint32
first_after(const Axis *axis, guint32 from, gint64 time)
{
	while (from < axis->n_windows && axis->starts[from] <= time)
		from++;
	return from;
}

Axis *
axis_new(const gint64 *hours, guint32 n_hours, gint64 length, gint64 step, gint64 offset)
{
	Axis *axis = g_new0(Axis, 1);
	GArray *starts = list_starts(hours, n_hours, length, step, offset);
	AxisHour at = {0};

	axis->n_windows = starts->len;
	axis->starts = (gint64 *)(gpointer)g_array_free(starts, FALSE);
	axis->hours = g_new(AxisHour, n_hours + 1);
	for (guint32 i = 0; i < n_hours; i++) {
		at.enter = first_after(axis, at.enter, hours[i] - length);
		at.leave = first_after(axis, at.leave, hours[i]);
		at.gone = first_after(axis, at.gone, hours[i] + HOUR_SECONDS);
		axis->hours[i] = at;
	}
	axis->steps = g_new0(guint32, (gsize)axis->n_windows + 1);
	axis->touched = g_new0(guint64, axis->n_windows / 64 + 1);
	axis->low = G_MAXUINT32;
	return axis;
}

void
axis_free(Axis *axis)
{
	g_free(axis->hours);
	g_free(axis->starts);
	g_free(axis->steps);
	g_free(axis->touched);
	g_free(axis);
}

static void
list_stretch(const Axis *axis, guint32 from, guint32 to, const WindowHit *hit, GArray *lines)
{
	for (guint32 window = from; window < to; window++) {
		WindowHit line = *hit;
		line.start = axis->starts[window];
		g_array_append_val(lines, line);
	}
}

void
axis_list(Axis *axis, guint hosts, const Address *source, guint8 bits, GArray *lines)
{
	WindowHit hit = {.hosts = 0, .source = *source, .bits = bits};
	guint32 since = 0;

	/* Between two places where it changes the count stays the same. */
	for (guint32 word = axis->low; word <= axis->high; word++) {
		guint64 touched = axis->touched[word];
		axis->touched[word] = 0;
		for (; touched != 0; touched &= touched - 1) {
			guint32 window = word * 64 + (guint32)__builtin_ctzll(touched);
			if (hit.hosts >= hosts)
				list_stretch(axis, since, window, &hit, lines);
			hit.hosts += axis->steps[window];
			axis->steps[window] = 0;
			since = window;
		}
	}
	axis->low = G_MAXUINT32;
	axis->high = 0;
}
