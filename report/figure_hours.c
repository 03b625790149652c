#include "config.h"

#include "report/figure_hours.h"

#include "common/hour.h"
#include "report/html.h"
#include "report/svg.h"
#include "report/text.h"

enum {
	HOURS = 24,
	DAY = HOURS * HOUR_SECONDS,
	HOURS_MAX = 25,   /* of a local day */
	DAYS_MAX = 8,     /* strips */
	LABEL_HOURS = 24, /* hours that a label tells */
	ROW_CELL = 4,     /* units, in a row of a table */
	ROW_HEIGHT = 14,  /* mark and bar */
	DAY_CELL = 14,    /* in a card */
	DAY_HEIGHT = 22,  /* number, mark and bar */
	DAY_LEFT = 30,    /* the date's */
	BAR = 10,         /* units: the highest */
	FOOT = 10,        /* the hours' names */
};

gint64
figure_hours_midnight(gint64 hour, guint grid_minutes)
{
	gint64 past = (hour - grid_minutes * 60) % DAY;

	return hour - (past < 0 ? past + DAY : past);
}

static guint
step_of(guint hosts, guint n)
{
	return hosts == 0 ? 0 : hosts >= n ? 3 : hosts * 2 >= n ? 2 : 1;
}

/* A bar that stands on y, and its mark. */
static void
draw_bar(Svg *svg, double x, double y, double width, guint step)
{
	static const char *const classes[] = {NULL, "cell1", "cell2", "cell3"};
	static const double heights[] = {0, 4, 7, BAR};

	if (step > 0)
		svg_box(svg, classes[step], x, y - heights[step], width, heights[step]);
	if (step == 3)
		svg_mark(svg, "mark", SVG_DOWN, x + width / 2, y - BAR - 2);
}

/* "05 h 12" is added to the label. */
static void
add_label(GString *label, const ProfileHour *hour, guint n_told)
{
	char text[HOUR_TEXT_SIZE];

	if (n_told >= LABEL_HOURS)
		return;
	hour_format_s(hour->hour, text)[16] = '\0';
	text_item(label, "%s %u", text + 11, hour->hosts);
}

void
figure_hours_row(GString *page, const Profile *profile, gint64 from, guint n_hours, guint n)
{
	guint n_told = 0, cells = MIN(n_hours, (guint)HOURS_MAX);
	g_autoptr(Svg) svg = svg_new(cells * ROW_CELL, ROW_HEIGHT);
	g_autoptr(GString) label = g_string_new(NULL);
	guint hosts[HOURS_MAX] = {0};

	for (guint i = 0; i < profile->hours->len; i++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, i);
		gint64 cell = (hour->hour - from) / HOUR_SECONDS;
		if (hour->hour < from || cell >= (gint64)cells)
			continue;
		hosts[cell] = hour->hosts;
		add_label(label, hour, n_told++);
	}
	svg_box(svg, "base", 0, ROW_HEIGHT - 1, cells * ROW_CELL, 1);
	for (guint i = 0; i < cells; i++)
		draw_bar(svg, i * ROW_CELL, ROW_HEIGHT, ROW_CELL - 0.5, step_of(hosts[i], n));
	svg_put_small(svg, page, "row", n_told > 0 ? label->str : "no hit");
}

/* The names of hours below all strips. */
static void
draw_foot(Svg *svg, double y, guint grid_minutes)
{
	for (guint hour = 0; hour < HOURS; hour += 3) {
		char text[8];
		if (grid_minutes == 0)
			g_snprintf(text, sizeof text, "%02u", hour);
		else
			g_snprintf(text, sizeof text, "%02u:%02u", hour, grid_minutes % 60);
		svg_text(svg, NULL, SVG_START, DAY_LEFT + hour * DAY_CELL, y, text);
	}
	svg_text(svg, NULL, SVG_START, 0, y, "UTC");
}

/* In three characters at most. text: of HOUR_TEXT_SIZE. */
static const char *
format_short(guint number, char *text)
{
	if (number < 1000)
		g_snprintf(text, HOUR_TEXT_SIZE, "%u", number);
	else if (number < 100000)
		g_snprintf(text, HOUR_TEXT_SIZE, "%uk", number / 1000);
	else if (number < 1000000)
		g_snprintf(text, HOUR_TEXT_SIZE, ".%uM", number / 100000);
	else
		g_snprintf(text, HOUR_TEXT_SIZE, "%uM", number / 1000000);
	return text;
}

static void
draw_day(Svg *svg, gint64 midnight, const guint *hosts, guint row, guint n)
{
	double bottom = (row + 1) * DAY_HEIGHT;
	char text[HOUR_TEXT_SIZE];

	hour_format_s(midnight, text)[10] = '\0';
	svg_text(svg, "strong", SVG_START, 0, bottom - 1, text + 5);
	svg_box(svg, "base", DAY_LEFT, bottom - 1, HOURS * DAY_CELL, 1);
	for (guint hour = 0; hour < HOURS; hour++) {
		double x = DAY_LEFT + hour * DAY_CELL;
		draw_bar(svg, x, bottom, DAY_CELL - 1, step_of(hosts[hour], n));
		if (hosts[hour] == 0)
			continue;
		svg_text(svg, hosts[hour] > 99 ? "tiny" : NULL, SVG_MIDDLE, x + DAY_CELL / 2.0,
			bottom - (step_of(hosts[hour], n) == 3 ? BAR + 5 : BAR - 1),
			format_short(hosts[hour], text));
	}
}

/* The hours of the day in hosts; returns the first hour of another day. */
static guint
take_day(const Profile *profile, guint first, guint grid_minutes, guint *hosts)
{
	gint64 midnight = figure_hours_midnight(
		g_array_index(profile->hours, ProfileHour, first).hour, grid_minutes);

	for (; first < profile->hours->len; first++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, first);
		if (hour->hour >= midnight + DAY)
			break;
		hosts[(hour->hour - midnight) / HOUR_SECONDS] = hour->hosts;
	}
	return first;
}

static guint
count_days(const Profile *profile, guint grid_minutes)
{
	guint days = 0;
	guint hosts[HOURS];

	for (guint i = 0; i < profile->hours->len; days++)
		i = take_day(profile, i, grid_minutes, hosts);
	return days;
}

void
figure_hours_days(GString *page, const Profile *profile, guint grid_minutes, guint n)
{
	const ProfileHour *hours = (const ProfileHour *)(gpointer)profile->hours->data;
	guint days = count_days(profile, grid_minutes), shown = MIN(days, (guint)DAYS_MAX);
	g_autoptr(Svg) svg = svg_new(DAY_LEFT + HOURS * DAY_CELL, shown * DAY_HEIGHT + FOOT);
	g_autoptr(GString) label = g_string_new(NULL);
	guint next = 0;

	if (days == 0)
		return;
	for (guint row = 0; row < shown; row++) {
		guint hosts[HOURS] = {0}, first = next;
		next = take_day(profile, first, grid_minutes, hosts);
		draw_day(svg, figure_hours_midnight(hours[first].hour, grid_minutes), hosts,
			row, n);
	}
	draw_foot(svg, shown * DAY_HEIGHT + FOOT - 1, grid_minutes);
	for (guint i = 0; i < profile->hours->len; i++)
		add_label(label, &hours[i], i);
	text_rest(label, profile->hours->len, MIN(profile->hours->len, (guint)LABEL_HOURS));
	g_string_prepend(label, "Targets hit by hour: ");
	svg_put_small(svg, page, "hours", label->str);
	g_string_append(page, "\n<p class=\"note\">");
	html_format(page, "Targets hit in each hour; a mark: %u or more", n);
	if (days > shown)
		html_format(
			page, "; and %u more day%s", days - shown, text_plural(days - shown));
	g_string_append(page, "</p>\n");
}
