#include "config.h"

#include "report/figure_overview.h"

#include <math.h>

#include "common/hour.h"
#include "report/figure.h"
#include "report/text.h"
#include "tally/finding.h"

enum {
	WIDTH = 480,
	LEFT = 68,
	RIGHT = 2,
	TOP = 4,
	HEIGHT = 190,
	LANES = 8,
	LANE = 14,     /* units, at least */
	ROWS_MAX = 48, /* of the table */
	TEXT_SIZE = ADDRESS_TEXT_SIZE + 8,
};

/* The cells, and which of the distinct blocks each lies in. */
typedef struct {
	GArray *cells;  /* of OverviewCell, by block; owned */
	GArray *blocks; /* of Address; owned */
	guint64 classes[CONTACT_CLASSES], contacts;
} Sight;

static void
sight_clear(Sight *sight)
{
	g_array_unref(sight->cells);
	g_array_unref(sight->blocks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sight, sight_clear)

/* Rows of one network. */
typedef struct {
	Address network;
	guint bits;
	guint first, n; /* blocks */
	double top, height;
} Lane;

static Sight
look(const Overview *overview)
{
	Sight sight = {.cells = overview_cells(overview),
		.blocks = g_array_new(FALSE, FALSE, sizeof(Address))};

	for (guint i = 0; i < sight.cells->len; i++) {
		const OverviewCell *cell = &g_array_index(sight.cells, OverviewCell, i);
		guint n = sight.blocks->len;
		if (n == 0 || address_compare(&g_array_index(sight.blocks, Address, n - 1),
				      &cell->block) != 0)
			g_array_append_val(sight.blocks, cell->block);
		sight.classes[cell->class] += cell->contacts;
		sight.contacts += cell->contacts;
	}
	return sight;
}

/* "128.3.0.0/24"; a single address without its length. */
static char *
format_block(const Address *block, guint bits, char *text)
{
	char address[ADDRESS_TEXT_SIZE];

	address_format(block, address);
	if (bits == (block->family == 4 ? 32u : 128u))
		g_snprintf(text, TEXT_SIZE, "%s", address);
	else
		g_snprintf(text, TEXT_SIZE, "%s/%u", address, bits);
	return text;
}

/* Networks of which every one has at least a block, at most LANES of them. */
static guint
find_lanes(const GArray *blocks, Lane *lanes)
{
	static const guint bits[][2] = {
		{24, 64}, {20, 56}, {16, 48}, {12, 32}, {8, 16}, {0, 0}};
	guint n = 0;

	for (gsize try = 0; try < G_N_ELEMENTS(bits); try++) {
		n = 0;
		for (guint i = 0; i < blocks->len; i++) {
			const Address *block = &g_array_index(blocks, Address, i);
			guint own = bits[try][block->family == 6];
			Address network = address_mask(block, own);
			if (n > 0 && address_compare(&lanes[n - 1].network, &network) == 0) {
				lanes[n - 1].n++;
				continue;
			}
			if (n == LANES)
				break;
			lanes[n++] = (Lane){network, own, i, 1, 0, 0};
		}
		if (lanes[n - 1].first + lanes[n - 1].n == blocks->len)
			break;
	}
	return n;
}

/* A network of many blocks shall not hide the others: heights go by the root. */
static void
place_lanes(Lane *lanes, guint n)
{
	double roots = 0, top = TOP;

	for (guint i = 0; i < n; i++)
		roots += sqrt(lanes[i].n);
	for (guint i = 0; i < n; i++) {
		lanes[i].top = top;
		lanes[i].height = LANE + (HEIGHT - LANE * n) * sqrt(lanes[i].n) / roots;
		top += lanes[i].height;
	}
}

static double
block_y(const Lane *lane, guint block)
{
	return lane->top + lane->height * (block - lane->first + 0.5) / lane->n;
}

static void
draw_label(Svg *svg, double y, const Address *network, guint bits)
{
	char text[TEXT_SIZE];

	svg_text(svg, "y", SVG_START, 0, y, format_block(network, bits, text));
}

static void
draw_lanes(Svg *svg, const Lane *lanes, guint n)
{
	for (guint i = 0; i < n; i++) {
		const Lane *lane = &lanes[i];
		if (i > 0)
			svg_line(svg, "axis", 0, lane->top, WIDTH - RIGHT, lane->top);
		draw_label(svg, lane->top + LANE * 0.75, &lane->network, lane->bits);
	}
}

static void
draw_marks(Svg *svg, const Overview *overview, const FigureTime *box, const Sight *sight,
	const Lane *lane)
{
	gint64 piece = overview_piece(overview);
	guint rank = 0;

	for (guint i = 0; i < sight->cells->len; i++) {
		const OverviewCell *cell = &g_array_index(sight->cells, OverviewCell, i);
		const SvgKey *key = &contact_classes[cell->class];
		gint64 middle = box->from + cell->piece * piece + piece / 2;
		while (address_compare(
			       &g_array_index(sight->blocks, Address, rank), &cell->block) != 0)
			rank++;
		while (rank >= lane->first + lane->n)
			lane++;
		svg_mark(svg, key->class, key->shape,
			figure_time_x(box, (guint64)middle * SECOND_NS), block_y(lane, rank));
	}
}

static Svg *
draw(const Overview *overview, const Sight *sight, guint grid_minutes)
{
	Svg *svg = svg_new(WIDTH, TOP + HEIGHT + FIGURE_TIME_FOOT);
	const FigureTime box = {LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT,
		overview_from(overview), overview_to(overview), grid_minutes};
	Lane lanes[LANES];
	guint n = find_lanes(sight->blocks, lanes);

	place_lanes(lanes, n);
	figure_time_axis(svg, &box, 8);
	draw_lanes(svg, lanes, n);
	draw_marks(svg, overview, &box, sight, lanes);
	return svg;
}

static char *
format_seconds(gint64 seconds, char *text)
{
	if (seconds >= HOUR_SECONDS)
		return finding_format_length(seconds, text);
	g_snprintf(text, HOUR_TEXT_SIZE, "%u min", (guint)(seconds / 60));
	return text;
}

static char *
caption_of(const Overview *overview, const Sight *sight)
{
	GString *caption = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE], rows[TEXT_NUMBER_SIZE], piece[HOUR_TEXT_SIZE],
		from[HOUR_TEXT_SIZE], marks[TEXT_NUMBER_SIZE];
	gboolean coarse = overview_bits(overview, 4) < 32;
	const Address *blocks = (const Address *)(gpointer)sight->blocks->data;
	guint8 family = blocks[0].family;
	gboolean mixed = family != blocks[sight->blocks->len - 1].family;

	g_string_printf(caption,
		"%s contact%s that count as hits, as each sensor saw them, on %s internal %s%s "
		"in order of addresses; hours in UTC from %s. A mark is what hit a row within "
		"%s; networks of many rows are drawn denser. A sweep stands as a wall; slow "
		"scans are thin marks or a diagonal; a field of round marks, answers to "
		"nobody, is backscatter.",
		text_number(sight->contacts, number), text_plural(sight->contacts),
		text_number(sight->blocks->len, rows), coarse ? "block" : "address",
		sight->blocks->len == 1 ? ""
		: coarse                ? "s"
					: "es",
		hour_format_s(overview_from(overview), from),
		format_seconds(overview_piece(overview), piece));
	if (coarse)
		g_string_append_printf(caption,
			" More than %s marks would have been drawn: a row is a block of "
			"addresses, /%u%s.",
			text_number(FIGURE_OVERVIEW_MARKS, marks),
			overview_bits(overview, family), mixed ? " of IPv4" : "");
	if (coarse && mixed)
		g_string_insert(caption, (gssize)caption->len - 1, " and larger ones of IPv6");
	return g_string_free(caption, FALSE);
}

/* Seconds of a row, such that there are no more than ROWS_MAX. */
static gint64
row_seconds(const Overview *overview)
{
	gint64 span = overview_to(overview) - overview_from(overview);
	gint64 seconds = MAX(HOUR_SECONDS, overview_piece(overview));

	while (span > seconds * ROWS_MAX)
		seconds *= 2;
	return seconds;
}

static void
put_row(GString *page, gint64 time, const guint64 *counts)
{
	char numbers[CONTACT_CLASSES][TEXT_NUMBER_SIZE], start[HOUR_TEXT_SIZE];
	const char *cells[CONTACT_CLASSES + 2] = {hour_format_s(time, start)};

	for (guint class = 0; class < CONTACT_CLASSES; class ++)
		cells[class + 1] = text_number(counts[class], numbers[class]);
	figure_row(page, cells);
}

/* Counts by class for each hour, or for as many as fit. */
static void
put_table(GString *page, const Overview *overview, const Sight *sight)
{
	gint64 from = overview_from(overview), seconds = row_seconds(overview);
	guint n = (guint)((overview_to(overview) - from + seconds - 1) / seconds);
	const char *heads[CONTACT_CLASSES + 2] = {"From"};
	char span[HOUR_TEXT_SIZE];

	g_assert(n <= ROWS_MAX);
	guint64 counts[ROWS_MAX][CONTACT_CLASSES] = {0};
	for (guint i = 0; i < sight->cells->len; i++) {
		const OverviewCell *cell = &g_array_index(sight->cells, OverviewCell, i);
		counts[cell->piece * overview_piece(overview) / seconds][cell->class] +=
			cell->contacts;
	}
	for (guint class = 0; class < CONTACT_CLASSES; class ++)
		heads[class + 1] = contact_classes[class].text;
	g_autofree char *caption =
		g_strdup_printf("Hits by class, a row each %s", format_seconds(seconds, span));
	figure_table(page, caption, heads);
	for (guint i = 0; i < n; i++)
		put_row(page, from + i * seconds, counts[i]);
}

void
figure_overview(GString *page, Overview *overview, guint grid_minutes)
{
	overview_coarsen(overview, FIGURE_OVERVIEW_MARKS);
	g_auto(Sight) sight = look(overview);
	if (sight.cells->len == 0)
		return;
	g_autoptr(Svg) svg = draw(overview, &sight, grid_minutes);
	g_autofree char *caption = caption_of(overview, &sight);
	SvgKey keys[CONTACT_CLASSES];
	guint n_keys = 0;
	for (guint class = 0; class < CONTACT_CLASSES; class ++)
		if (sight.classes[class] > 0)
			keys[n_keys++] = contact_classes[class];
	const FigureText text = {
		.keys = keys,
		.n_keys = n_keys,
		.id = "overview",
		.class = "big",
		.title = "Who was hit when",
		.description =
			"Time from left to right, internal addresses from top to bottom; "
			"colour and shape of a mark tell what hit.",
		.caption = caption,
	};
	figure_begin(page, &text, svg);
	put_table(page, overview, &sight);
	figure_end(page);
}
