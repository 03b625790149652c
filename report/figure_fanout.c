#include "config.h"

#include "report/figure_fanout.h"

#include <math.h>

#include "report/figure.h"
#include "report/text.h"

enum {
	MOST = FIGURE_FANOUT_MOST,
	LEFT = 34,
	TOP = 10, /* n stands there */
	HEIGHT = 80,
	FOOT = 11,
	BAR = 4, /* units wide */
	WIDTH = LEFT + MOST * BAR + 10,
};

typedef struct {
	const guint64 *counts;
	guint least, n;
	guint64 most, sources, listed;
} Fanout;

static Fanout
sum_up(const guint64 *counts, guint least, guint n)
{
	Fanout fanout = {counts, MAX(least, 1), n, 1, 0, 0};

	for (guint hosts = fanout.least; hosts <= MOST; hosts++) {
		fanout.most = MAX(fanout.most, counts[hosts]);
		fanout.sources += counts[hosts];
		fanout.listed += hosts >= n ? counts[hosts] : 0;
	}
	return fanout;
}

/* One source stands out already, ten stand one step higher. */
static double
count_height(const Fanout *fanout, double count)
{
	double steps = 1 + log10((double)fanout->most);

	return count < 1 ? 0 : HEIGHT * (1 + log10(count)) / steps;
}

static double
hosts_x(guint hosts)
{
	return LEFT + (hosts - 1) * BAR;
}

static void
draw_axes(Svg *svg, const Fanout *fanout)
{
	static const guint hosts[] = {1, 10, 20, 30, 40, MOST};

	for (double count = 1; count <= (double)fanout->most; count *= 10) {
		char text[TEXT_NUMBER_SIZE];
		double y = TOP + HEIGHT - count_height(fanout, count);
		svg_line(svg, "axis", LEFT, y, WIDTH, y);
		svg_text(svg, NULL, SVG_END, LEFT - 3, y + 2.5,
			count < 1e6 ? text_number((guint64)count, text)
				    : (g_snprintf(text, sizeof text, "1e%d",
					       (int)(log10(count) + 0.5)),
					      text));
	}
	svg_line(svg, "axis", LEFT, TOP + HEIGHT, WIDTH, TOP + HEIGHT);
	/* where n does not stand */
	if (fanout->n > MOST / 2)
		svg_text(svg, NULL, SVG_START, LEFT, TOP - 3, "sources, logarithmic");
	else
		svg_text(svg, NULL, SVG_END, WIDTH, TOP - 3, "sources, logarithmic");
	for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
		char text[8];
		g_snprintf(text, sizeof text, hosts[i] == MOST ? "%u+" : "%u", hosts[i]);
		svg_text(svg, NULL, SVG_MIDDLE, hosts_x(hosts[i]) + BAR / 2.0,
			TOP + HEIGHT + FOOT - 2, text);
	}
}

static Svg *
draw(const Fanout *fanout)
{
	Svg *svg = svg_new(WIDTH, TOP + HEIGHT + FOOT);
	char text[16];

	draw_axes(svg, fanout);
	for (guint hosts = fanout->least; hosts <= MOST; hosts++) {
		double height = count_height(fanout, (double)fanout->counts[hosts]);
		svg_box(svg, hosts >= fanout->n ? "cell3" : "cell2", hosts_x(hosts) + 0.3,
			TOP + HEIGHT - height, BAR - 0.6, height);
	}
	if (fanout->n < 1 || fanout->n > MOST)
		return svg;
	svg_line(svg, "mark", hosts_x(fanout->n), TOP, hosts_x(fanout->n), TOP + HEIGHT);
	g_snprintf(text, sizeof text, "n = %u", fanout->n);
	svg_text(svg, "strong", SVG_START, hosts_x(fanout->n) - 2, TOP - 3, text);
	return svg;
}

static void
put_table(GString *page, const Fanout *fanout)
{
	static const char *const heads[] = {"Hosts hit", "Sources", NULL};

	figure_table(
		page, "Sources by hosts hit; numbers without a source are left out", heads);
	for (guint hosts = fanout->least; hosts <= MOST; hosts++) {
		char number[TEXT_NUMBER_SIZE], text[8];
		if (fanout->counts[hosts] == 0)
			continue;
		g_snprintf(text, sizeof text, hosts == MOST ? "%u+" : "%u", hosts);
		figure_row(page, (const char *[]){text,
					 text_number(fanout->counts[hosts], number), NULL});
	}
}

void
figure_fanout(GString *page, const char *id, const char *window,
	const guint64 counts[FIGURE_FANOUT_MOST + 1], guint least, guint n)
{
	const Fanout fanout = sum_up(counts, least, n);
	char sources[TEXT_NUMBER_SIZE], listed[TEXT_NUMBER_SIZE];

	if (fanout.sources == 0)
		return;
	g_autofree char *title = g_strdup_printf("Hosts hit in %s", window);
	g_autofree char *caption = g_strdup_printf("%s source%s that hit %u host%s or more in "
						   "%s, by how many; %s hit n = %u or more. "
						   "Each step up is ten times as many sources.",
		text_number(fanout.sources, sources), text_plural(fanout.sources), fanout.least,
		text_plural(fanout.least), window, text_number(fanout.listed, listed), n);
	g_autoptr(Svg) svg = draw(&fanout);
	const FigureText text = {
		.id = id,
		.class = "small",
		.title = title,
		.description =
			"A bar for each number of hosts, 1 to 50 and more; its height is "
			"the number of sources, on a logarithmic scale.",
		.caption = caption,
	};
	figure_begin(page, &text, svg);
	put_table(page, &fanout);
	figure_end(page);
}
