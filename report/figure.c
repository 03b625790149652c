#include "config.h"

#include "report/figure.h"

#include "common/hour.h"
#include "report/html.h"

void
figure_begin(GString *page, const FigureText *text, const Svg *svg)
{
	g_string_append(page, "<figure>\n");
	html_element(page, "figcaption", NULL, text->caption); /* HTML has it first or last */
	g_string_append_c(page, '\n');
	svg_put(svg, page, text->class, text->id, text->title, text->description);
	g_string_append_c(page, '\n');
	svg_keys(page, text->keys, text->n_keys);
	g_string_append(page, "<details><summary>Data</summary>\n<div class=\"wide\" "
			      "tabindex=\"0\"><table>\n");
}

void
figure_table(GString *page, const char *caption, const char *const *heads)
{
	html_element(page, "caption", NULL, caption);
	g_string_append(page, "\n<thead><tr>");
	for (; *heads; heads++) {
		g_string_append(page, "<th scope=\"col\">");
		html_text(page, *heads);
		g_string_append(page, "</th>");
	}
	g_string_append(page, "</tr></thead>\n<tbody>\n");
}

void
figure_row(GString *page, const char *const *cells)
{
	g_string_append(page, "<tr><th scope=\"row\">");
	html_text(page, *cells);
	g_string_append(page, "</th>");
	while (*++cells)
		html_element(page, "td", NULL, *cells);
	g_string_append(page, "</tr>\n");
}

void
figure_end(GString *page)
{
	g_string_append(page, "</tbody></table></div>\n</details>\n</figure>\n");
}

double
figure_time_x(const FigureTime *time, guint64 ns)
{
	double seconds = (double)ns / SECOND_NS - (double)time->from;
	double part = seconds / (double)MAX(time->to - time->from, 1);

	return time->left + time->width * CLAMP(part, 0, 1);
}

double
figure_rank_y(const FigureTime *time, guint i, guint n)
{
	return time->top + time->height * (i + 0.5) / MAX(n, 1);
}

/* Seconds between ticks. */
static gint64
choose_step(gint64 span, guint ticks)
{
	static const gint64 minutes[] = {
		5, 10, 15, 30, 60, 2 * 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60, 48 * 60};

	for (gsize i = 0; i < G_N_ELEMENTS(minutes); i++)
		if (span <= minutes[i] * 60 * (gint64)ticks)
			return minutes[i] * 60;
	gint64 days = 4;
	while (span > days * DAY_SECONDS * (gint64)ticks)
		days *= 2;
	return days * DAY_SECONDS;
}

void
figure_time_axis(Svg *svg, const FigureTime *time, guint ticks)
{
	gint64 step = choose_step(time->to - time->from, ticks), grid = time->grid_minutes * 60;
	gint64 past = (time->from - grid) % step;
	double bottom = time->top + time->height;
	gboolean whole = grid == 0 && step % HOUR_SECONDS == 0;

	svg_box(svg, "axis", time->left, time->top, time->width, time->height);
	for (gint64 at = time->from + (past > 0 ? step - past : -past); at <= time->to;
		at += step) {
		char text[HOUR_TEXT_SIZE];
		double x = figure_time_x(time, (guint64)MAX(at, 0) * SECOND_NS);
		hour_format_s(at, text); /* 2017-09-10T03:30:00Z */
		gboolean midnight = (at - grid) % DAY_SECONDS == 0;
		text[midnight ? 10 : whole ? 13 : 16] = '\0';
		svg_line(svg, "axis", x, time->top, x, bottom + 3);
		svg_text(svg, midnight ? "strong" : NULL,
			x < time->left + 6                 ? SVG_START
			: x > time->left + time->width - 6 ? SVG_END
							   : SVG_MIDDLE,
			x, bottom + 11, text + (midnight ? 5 : 11));
	}
}
