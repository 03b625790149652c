#include "config.h"

#include "report/figure_coverage.h"

#include <string.h>

#include "common/hour.h"
#include "report/day_hours.h"
#include "report/figure.h"
#include "report/text.h"

enum {
	WIDTH = 480,
	LEFT = 68,
	RIGHT = 2,
	TOP = 2,
	ROW = 14,
	LABEL_MAX = 16,   /* characters that fit beside a row */
	SENSORS_MAX = 12, /* rows, and columns of the table */
};

/* An hour of a sensor; the worst that is true of it. */
typedef enum { STATE_PRESENT, STATE_DROPS, STATE_CUT, STATE_MISSING, STATE_OPEN, STATES } State;

static const SvgKey state_keys[STATES] = {
	[STATE_PRESENT] = {"have", SVG_SQUARE, "captured"},
	[STATE_DROPS] = {"drops", SVG_DOWN, "packets dropped"},
	[STATE_CUT] = {"cut", SVG_SLASH, "cut short"},
	[STATE_MISSING] = {"mark", SVG_CROSS, "missing"},
	[STATE_OPEN] = {"later", SVG_DASH, "not closed yet"},
};

typedef struct {
	const Day *day;
	guint n_sensors, n_hours;
	DayHours *sensors; /* owned; SENSORS_MAX at most */
	guint shown;       /* of them */
	guint states[STATES];
} Strip;

static void
strip_clear(Strip *strip)
{
	for (guint i = 0; i < strip->shown; i++)
		day_hours_clear(&strip->sensors[i]);
	g_free(strip->sensors);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Strip, strip_clear)

static State
state_of(const Strip *strip, guint sensor, guint hour)
{
	const HourFacts *facts = strip->sensors[sensor].facts[hour];

	if (strip->day->from + hour * (gint64)HOUR_SECONDS >= strip->day->span.to)
		return STATE_OPEN;
	if (!facts)
		return STATE_MISSING;
	if (facts->cut_short)
		return STATE_CUT;
	guint64 dropped = day_hours_dropped(facts);
	return dropped != 0 && dropped != FACTS_NEVER ? STATE_DROPS : STATE_PRESENT;
}

static Strip
look(const Day *day)
{
	Strip strip = {.day = day, .n_hours = (guint)((day->to - day->from) / HOUR_SECONDS)};

	while (day->sensors[strip.n_sensors])
		strip.n_sensors++;
	strip.shown = MIN(strip.n_sensors, (guint)SENSORS_MAX);
	strip.sensors = g_new0(DayHours, strip.shown);
	for (guint i = 0; i < strip.shown; i++) {
		strip.sensors[i] = day_hours_list(day, day->sensors[i], day->from, day->to);
		for (guint hour = 0; hour < strip.n_hours; hour++)
			strip.states[state_of(&strip, i, hour)]++;
	}
	return strip;
}

/* Every state has a mark but the ordinary one, which is a full cell. */
static void
draw_cell(Svg *svg, State state, double x, double y, double width)
{
	const SvgKey *key = &state_keys[state];
	double height = ROW - 4;

	if (state == STATE_MISSING)
		svg_box(svg, "gap", x, y, width, height);
	else if (state == STATE_CUT)
		svg_box(svg, "cell1", x, y, width / 2, height);
	else if (state != STATE_OPEN)
		svg_box(svg, "cell2", x, y, width, height);
	if (state == STATE_DROPS)
		svg_box(svg, "paper", x + width / 2 - 3, y + height / 2 - 3, 6, 6);
	if (state != STATE_PRESENT)
		svg_mark(svg, key->class, key->shape,
			x + width * (state == STATE_CUT ? 0.75 : 0.5), y + height / 2);
}

/* The table has a long one whole. */
static void
draw_name(Svg *svg, const char *name, double y)
{
	g_autofree char *text = strlen(name) > LABEL_MAX
					? g_strdup_printf("%.*s...", LABEL_MAX - 2, name)
					: g_strdup(name);

	svg_text(svg, "y", SVG_START, 0, y, text);
}

static Svg *
draw(const Strip *strip, guint grid_minutes)
{
	const FigureTime box = {LEFT, TOP, WIDTH - LEFT - RIGHT, strip->shown * ROW,
		strip->day->from, strip->day->to, grid_minutes};
	Svg *svg = svg_new(WIDTH, TOP + strip->shown * ROW + FIGURE_TIME_FOOT);
	double cell = box.width / MAX(strip->n_hours, 1);

	figure_time_axis(svg, &box, 8);
	for (guint i = 0; i < strip->shown; i++) {
		draw_name(svg, strip->day->sensors[i], TOP + i * ROW + 10);
		for (guint hour = 0; hour < strip->n_hours; hour++)
			draw_cell(svg, state_of(strip, i, hour), LEFT + hour * cell + 1,
				TOP + i * ROW + 2, cell - 2);
	}
	return svg;
}

static char *
caption_of(const Strip *strip)
{
	GString *caption = g_string_new(NULL);
	guint closed = strip->shown * strip->n_hours - strip->states[STATE_OPEN];

	g_string_printf(caption,
		"Hours captured: %u of %u that are closed, by %u sensor%s; hours in UTC",
		closed - strip->states[STATE_MISSING], closed, strip->shown,
		text_plural(strip->shown));
	for (guint state = STATE_DROPS; state <= STATE_MISSING; state++)
		if (strip->states[state] > 0)
			g_string_append_printf(caption, "; %u %s", strip->states[state],
				state == STATE_DROPS ? "with packets dropped"
						     : state_keys[state].text);
	if (strip->n_sensors > strip->shown)
		g_string_append_printf(caption, "; %u more sensors are not drawn",
			strip->n_sensors - strip->shown);
	return g_string_free(caption, FALSE);
}

/* "12,345 packets", "missing", "12,345 packets, cut short". */
static char *
cell_text(const Strip *strip, guint sensor, guint hour)
{
	const HourFacts *facts = strip->sensors[sensor].facts[hour];
	State state = state_of(strip, sensor, hour);
	char number[TEXT_NUMBER_SIZE], dropped[TEXT_NUMBER_SIZE];
	guint64 packets = 0;

	if (state == STATE_OPEN || state == STATE_MISSING)
		return g_strdup(state_keys[state].text);
	for (guint i = 0; i < OUTCOME_COUNT; i++)
		packets += facts->totals.packets[i];
	text_number(packets, number);
	if (state == STATE_PRESENT)
		return g_strdup_printf("%s packets", number);
	if (state == STATE_CUT)
		return g_strdup_printf("%s packets, cut short", number);
	return g_strdup_printf("%s packets, %s dropped", number,
		text_number(day_hours_dropped(facts), dropped));
}

static void
put_table(GString *page, const Strip *strip)
{
	const char *heads[SENSORS_MAX + 2] = {"Hour"};

	for (guint i = 0; i < strip->shown; i++)
		heads[i + 1] = strip->day->sensors[i];
	figure_table(page, "Hours by sensor", heads);
	for (guint hour = 0; hour < strip->n_hours; hour++) {
		char start[HOUR_TEXT_SIZE];
		char *texts[SENSORS_MAX];
		const char *cells[SENSORS_MAX + 2] = {
			hour_format_s(strip->day->from + hour * (gint64)HOUR_SECONDS, start)};
		for (guint i = 0; i < strip->shown; i++)
			cells[i + 1] = texts[i] = cell_text(strip, i, hour);
		figure_row(page, cells);
		for (guint i = 0; i < strip->shown; i++)
			g_free(texts[i]);
	}
}

void
figure_coverage(GString *page, const Day *day)
{
	g_auto(Strip) strip = look(day);
	SvgKey keys[STATES];
	guint n_keys = 0;

	if (strip.shown == 0)
		return;
	for (guint state = 0; state < STATES; state++)
		if (strip.states[state] > 0)
			keys[n_keys++] = state_keys[state];
	g_autoptr(Svg) svg = draw(&strip, (guint)(day->from / 60 % 60));
	g_autofree char *caption = caption_of(&strip);
	const FigureText text = {
		.id = "coverage",
		.class = "big",
		.title = "Hours captured",
		.description =
			"A row for each sensor, hours from left to right; what is missing "
			"is an empty cell with a cross.",
		.caption = caption,
		.keys = keys,
		.n_keys = n_keys,
	};
	figure_begin(page, &text, svg);
	put_table(page, &strip);
	figure_end(page);
}
