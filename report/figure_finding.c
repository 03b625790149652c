#include "config.h"

#include "report/figure_finding.h"

#include <string.h>

#include "common/hour.h"
#include "report/contact_class.h"
#include "report/figure.h"
#include "report/text.h"

enum {
	WIDTH = 240,
	MARGIN = 2,
	TOP = 11, /* the first row's name stands above the box */
	HEIGHT = 80,
	FOOT = 9,        /* the last row's, below the hours */
	OWN_SOURCES = 8, /* have a shape of their own, the others one */
	ROWS_MAX = 10,
	NAME_SIZE = ADDRESS_TEXT_SIZE + 8,
};

/* What stands from top to bottom. */
typedef enum { BY_TARGET, BY_PORT, BY_SOURCE } Side;

typedef struct {
	const Finding *finding;
	const Detail *detail;
	Side side;
	GArray *ranks;      /* of Address, distinct, sorted: what the side has; owned */
	gboolean by_source; /* a group's marks differ by source */
	guint32 seen;       /* set of 1 << index into the keys at hand: what was drawn */
	guint every;        /* one mark in so many is drawn */
	guint drawn;        /* marks */
} Sight;

static void
sight_clear(Sight *sight)
{
	g_clear_pointer(&sight->ranks, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sight, sight_clear)

static const SvgKey source_keys[OWN_SOURCES + 1] = {
	{"s0", SVG_TICK, NULL},
	{"s1", SVG_DOT, NULL},
	{"s2", SVG_SQUARE, NULL},
	{"s3", SVG_CROSS, NULL},
	{"s4", SVG_UP, NULL},
	{"s5", SVG_PLUS, NULL},
	{"s6", SVG_DOWN, NULL},
	{"s7", SVG_DASH, NULL},
	{"s8", SVG_SLASH, "other sources"},
};

static Address
key_of(const Sight *sight, const DetailMark *mark)
{
	switch (sight->side) {
	case BY_PORT:
		return address_from_v4(contact_class_has_port((Kind)mark->kind, mark->port)
					       ? mark->port + 1u
					       : 0);
	case BY_SOURCE:
		return address_from_v4(mark->source);
	case BY_TARGET:
		break;
	}
	return mark->target;
}

static int
compare_keys(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

/* The distinct keys of all marks. */
static GArray *
list_ranks(const Sight *sight)
{
	GArray *ranks = g_array_new(FALSE, FALSE, sizeof(Address));
	const GArray *marks = sight->detail->marks;
	guint n = 0;

	for (guint i = 0; i < marks->len; i++) {
		Address key = key_of(sight, &g_array_index(marks, DetailMark, i));
		g_array_append_val(ranks, key);
	}
	g_array_sort(ranks, compare_keys);
	for (guint i = 0; i < ranks->len; i++) {
		Address key = g_array_index(ranks, Address, i);
		if (n == 0 || compare_keys(&g_array_index(ranks, Address, n - 1), &key) != 0)
			g_array_index(ranks, Address, n++) = key;
	}
	g_array_set_size(ranks, n);
	return ranks;
}

/* The first side that has more than one row; of all that have one, targets. */
static void
choose_side(Sight *sight)
{
	sight->ranks = g_array_copy(sight->detail->targets);
	for (Side side = BY_PORT; side <= BY_SOURCE && sight->ranks->len < 2; side++) {
		sight->side = side;
		g_array_unref(sight->ranks);
		sight->ranks = list_ranks(sight);
	}
	if (sight->ranks->len >= 2)
		return;
	sight->side = BY_TARGET;
	g_array_unref(sight->ranks);
	sight->ranks = g_array_copy(sight->detail->targets);
}

static char *
format_source(const Finding *finding, guint32 index, char *text)
{
	const FindingSource *source = &g_array_index(
		finding->sources, FindingSource, MIN(index, finding->sources->len - 1));

	return subject_format(&source->source, source->bits, text);
}

static char *
format_rank(const Sight *sight, guint rank, char *text)
{
	const Address *key = &g_array_index(sight->ranks, Address, rank);

	switch (sight->side) {
	case BY_PORT:
		g_snprintf(text, NAME_SIZE, key->low > 0 ? "port %u" : "port not kept",
			(guint)key->low - 1);
		return text;
	case BY_SOURCE:
		return format_source(sight->finding, (guint32)key->low, text);
	case BY_TARGET:
		break;
	}
	return address_format(key, text);
}

/* Index into source_keys or contact_classes. */
static guint
key_index(const Sight *sight, const DetailMark *mark)
{
	return sight->by_source ? MIN(mark->source, (guint)OWN_SOURCES)
				: (guint)contact_class((Kind)mark->kind);
}

static void
draw_marks(Svg *svg, const FigureTime *box, Sight *sight)
{
	const GArray *marks = sight->detail->marks;
	const SvgKey *keys = sight->by_source ? source_keys : contact_classes;

	sight->drawn = 0;
	sight->seen = 0;
	for (guint i = 0; i < marks->len; i += sight->every) {
		const DetailMark *mark = &g_array_index(marks, DetailMark, i);
		const Address wanted = key_of(sight, mark);
		guint rank, index = key_index(sight, mark);
		if (!g_array_binary_search(sight->ranks, &wanted, compare_keys, &rank))
			continue;
		sight->drawn += (guint)svg_mark(svg, keys[index].class, keys[index].shape,
			figure_time_x(box, mark->first),
			figure_rank_y(box, rank, sight->ranks->len));
		sight->seen |= 1u << index;
	}
}

static Svg *
draw(Sight *sight, guint grid_minutes)
{
	const FigureTime box = {MARGIN, TOP, WIDTH - 2 * MARGIN, HEIGHT, sight->detail->from,
		sight->detail->to, grid_minutes};
	g_autoptr(Svg) svg = svg_new(WIDTH, TOP + HEIGHT + FIGURE_TIME_FOOT + FOOT);
	guint n = sight->ranks->len;
	char name[NAME_SIZE];

	figure_time_axis(svg, &box, 6);
	svg_text(svg, NULL, SVG_START, 0, TOP - 3, format_rank(sight, 0, name));
	if (n > 1)
		svg_text(svg, NULL, SVG_START, 0, TOP + HEIGHT + FIGURE_TIME_FOOT + FOOT - 2,
			format_rank(sight, n - 1, name));
	draw_marks(svg, &box, sight);
	return g_steal_pointer(&svg);
}

/* With as many marks as are allowed. */
static Svg *
draw_few(Sight *sight, guint grid_minutes)
{
	for (sight->every = 1;; sight->every *= 2) {
		g_autoptr(Svg) svg = draw(sight, grid_minutes);
		if (sight->drawn <= FIGURE_FINDING_MARKS)
			return g_steal_pointer(&svg);
	}
}

static char *
caption_of(const Sight *sight)
{
	static const char *const sides[] = {
		[BY_TARGET] = "target", [BY_PORT] = "port", [BY_SOURCE] = "source"};
	const Detail *detail = sight->detail;
	GString *caption = g_string_new(NULL);
	char contacts[TEXT_NUMBER_SIZE], ranks[TEXT_NUMBER_SIZE];
	guint64 used = (detail->marks->len + sight->every - 1) / sight->every;

	g_string_printf(caption, "%s contact%s over %s %s%s in order, time in UTC",
		text_number(detail->n_marks, contacts), text_plural(detail->n_marks),
		text_number(sight->ranks->len, ranks), sides[sight->side],
		text_plural(sight->ranks->len));
	if (used < detail->n_marks)
		g_string_append_printf(caption, "; about one in %s is drawn",
			text_number((detail->n_marks + used - 1) / used, contacts));
	if (sight->finding->n_sources > sight->finding->sources->len ||
		sight->finding->sources->len > DETAIL_SOURCES)
		g_string_append_printf(caption, "; of the first %u sources by address",
			MIN(sight->finding->sources->len, (guint)DETAIL_SOURCES));
	return g_string_free(caption, FALSE);
}

/* Rows of the first contacts; the source only where there are several. */
static void
put_table(GString *page, const Sight *sight)
{
	static const char *const heads[] = {
		"First packet", "Target", "Kind", "Port", "Packets", "Source", NULL};
	const GArray *marks = sight->detail->marks;
	guint n = MIN(marks->len, (guint)ROWS_MAX);
	gboolean sources = sight->finding->sources->len > 1;
	const char *shown[G_N_ELEMENTS(heads)];
	char number[TEXT_NUMBER_SIZE];

	memcpy(shown, heads, sizeof heads);
	if (!sources)
		shown[G_N_ELEMENTS(heads) - 2] = NULL;
	g_autofree char *caption = g_strdup_printf(
		"The first %u of %s contacts", n, text_number(sight->detail->n_marks, number));
	figure_table(page, caption, shown);
	for (guint i = 0; i < n; i++) {
		const DetailMark *mark = &g_array_index(marks, DetailMark, i);
		char first[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE],
			target[ADDRESS_TEXT_SIZE], port[TEXT_NUMBER_SIZE];
		g_snprintf(port, sizeof port,
			contact_class_has_port((Kind)mark->kind, mark->port) ? "%u"
									     : "not kept",
			mark->port);
		format_source(sight->finding, mark->source, source);
		figure_row(page, (const char *[]){hour_format_ns(mark->first, first),
					 address_format(&mark->target, target),
					 kind_table[mark->kind].name, port,
					 text_number(mark->packets, number),
					 sources ? source : NULL, NULL});
	}
}

/* What was drawn, by name. names: room for the sources'. */
static guint
list_keys(const Sight *sight, SvgKey *keys, char names[][NAME_SIZE])
{
	const SvgKey *all = sight->by_source ? source_keys : contact_classes;
	guint n = 0;

	for (guint i = 0; i <= OWN_SOURCES; i++) {
		if (!(sight->seen >> i & 1))
			continue;
		keys[n] = all[i];
		if (!keys[n].text)
			keys[n].text = format_source(sight->finding, i, names[n]);
		n++;
	}
	return n;
}

void
figure_finding(GString *page, const char *id, const Finding *finding, const Detail *detail,
	guint grid_minutes)
{
	g_auto(Sight) sight = {.finding = finding,
		.detail = detail,
		.by_source = finding->scope == SCOPE_SOURCES && finding->sources->len > 1};
	SvgKey keys[OWN_SOURCES + 1];
	char names[OWN_SOURCES + 1][NAME_SIZE];

	if (detail->marks->len < FIGURE_FINDING_LEAST)
		return;
	choose_side(&sight);
	g_autoptr(Svg) svg = draw_few(&sight, grid_minutes);
	g_autofree char *caption = caption_of(&sight);
	const FigureText text = {
		.id = id,
		.class = "small",
		.title = "What came when",
		.description = "A mark for each contact: time from left to right.",
		.caption = caption,
		.keys = keys,
		.n_keys = list_keys(&sight, keys, names),
	};
	figure_begin(page, &text, svg);
	put_table(page, &sight);
	figure_end(page);
}
