#include "config.h"

#include "report/figure_group.h"

#include <string.h>

#include "report/figure.h"
#include "report/text.h"

enum {
	WIDTH = 240,
	LEFT_MAX = 110, /* of the sources' names */
	LETTER = 4,     /* units, about */
	ROW = 10,
	TOP = 2,
	SOURCES_MAX = 12, /* rows */
	COLUMNS_MAX = 80, /* of more targets, neighbours share a column */
};

#define SEVERAL "by several"

typedef struct {
	const Finding *finding;
	const Detail *detail;
	guint n_sources, n_columns;
	guint64 *hits; /* by target: set of 1 << source; owned */
	guint overlap; /* targets that several sources hit */
	guint by_source[DETAIL_SOURCES], shared[DETAIL_SOURCES]; /* targets; of these overlap */
} Matrix;

static void
matrix_clear(Matrix *matrix)
{
	g_free(matrix->hits);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Matrix, matrix_clear)

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

static Matrix
fill(const Finding *finding, const Detail *detail)
{
	GArray *targets = detail->targets;
	Matrix matrix = {
		.finding = finding,
		.detail = detail,
		.n_sources = MIN(finding->sources->len, (guint)DETAIL_SOURCES),
		.n_columns = MIN(targets->len, (guint)COLUMNS_MAX),
		.hits = g_new0(guint64, targets->len),
	};

	for (guint i = 0; i < detail->marks->len; i++) {
		const DetailMark *mark = &g_array_index(detail->marks, DetailMark, i);
		guint rank;
		if (mark->source < matrix.n_sources &&
			g_array_binary_search(targets, &mark->target, compare_addresses, &rank))
			matrix.hits[rank] |= G_GUINT64_CONSTANT(1) << mark->source;
	}
	for (guint i = 0; i < targets->len; i++) {
		gboolean several = (matrix.hits[i] & (matrix.hits[i] - 1)) != 0;
		matrix.overlap += (guint)several;
		for (guint k = 0; k < matrix.n_sources; k++)
			if (matrix.hits[i] >> k & 1) {
				matrix.by_source[k]++;
				matrix.shared[k] += (guint)several;
			}
	}
	return matrix;
}

/* How many of a column's targets the source hit, in thirds; 0: none. */
static guint
step_of(const Matrix *matrix, guint from, guint to, guint source)
{
	guint n = 0;

	for (guint i = from; i < to; i++)
		n += matrix->hits[i] >> source & 1;
	return (n * 3 + (to - from) - 1) / (to - from);
}

static gboolean
has_overlap(const Matrix *matrix, guint from, guint to)
{
	for (guint i = from; i < to; i++)
		if (matrix->hits[i] & (matrix->hits[i] - 1))
			return TRUE;
	return FALSE;
}

static char *
format_source(const Finding *finding, guint index, char *text)
{
	const FindingSource *source = &g_array_index(finding->sources, FindingSource, index);

	return subject_format(&source->source, source->bits, text);
}

static double
names_width(const Matrix *matrix, guint rows)
{
	gsize letters = strlen(SEVERAL);
	char text[ADDRESS_TEXT_SIZE];

	for (guint row = 0; row < rows; row++)
		letters = MAX(letters, strlen(format_source(matrix->finding, row, text)));
	return MIN((double)letters * LETTER + LETTER, LEFT_MAX);
}

static Svg *
draw(const Matrix *matrix)
{
	static const char *const classes[] = {NULL, "cell1", "cell2", "cell3"};
	guint rows = MIN(matrix->n_sources, (guint)SOURCES_MAX), n = matrix->n_columns;
	double left = names_width(matrix, rows);
	double step = (WIDTH - left) / n, bottom = TOP + rows * ROW;
	Svg *svg = svg_new(WIDTH, TOP + (rows + 1) * ROW + 2);
	char text[ADDRESS_TEXT_SIZE];

	for (guint row = 0; row < rows; row++) {
		svg_line(
			svg, "axis", left, TOP + (row + 1) * ROW, WIDTH, TOP + (row + 1) * ROW);
		svg_text(svg, "y", SVG_START, 0, TOP + (row + 1) * ROW - 2,
			format_source(matrix->finding, row, text));
	}
	svg_text(svg, "y", SVG_START, 0, bottom + ROW - 2, SEVERAL);
	for (guint column = 0; column < n; column++) {
		guint from = (guint)((guint64)column * matrix->detail->targets->len / n);
		guint to = (guint)((guint64)(column + 1) * matrix->detail->targets->len / n);
		for (guint row = 0; row < rows; row++) {
			guint shade = step_of(matrix, from, to, row);
			if (shade > 0)
				svg_box(svg, classes[shade], left + column * step,
					TOP + row * ROW + 1, step * 0.9, ROW - 2);
		}
		if (has_overlap(matrix, from, to))
			svg_mark(svg, "mark", SVG_CROSS, left + (column + 0.45) * step,
				bottom + ROW / 2);
	}
	return svg;
}

static char *
caption_of(const Matrix *matrix)
{
	guint n = matrix->detail->targets->len;
	GString *caption = g_string_new(NULL);
	char targets[TEXT_NUMBER_SIZE], overlap[TEXT_NUMBER_SIZE], more[TEXT_NUMBER_SIZE];

	g_string_printf(caption, "Who hit which of %s targets, in order of addresses: ",
		text_number(n, targets));
	if (matrix->overlap == 0)
		g_string_append(caption, "no target was hit by more than one source");
	else
		g_string_append_printf(caption, "%s hit by more than one source (crosses)",
			text_number(matrix->overlap, overlap));
	if (n > COLUMNS_MAX)
		g_string_append(caption,
			"; neighbouring targets share a column, the darker the more were hit");
	if (matrix->finding->n_sources > SOURCES_MAX)
		g_string_append_printf(caption, "; %s more sources are not drawn",
			text_number(matrix->finding->n_sources - SOURCES_MAX, more));
	if (matrix->detail->n_marks > matrix->detail->marks->len)
		g_string_append(caption, "; of many contacts some, so that gaps may be none");
	return g_string_free(caption, FALSE);
}

static void
put_table(GString *page, const Matrix *matrix)
{
	static const char *const heads[] = {
		"Source", "Targets", "Of these hit by others, too", NULL};
	guint rows = MIN(matrix->n_sources, (guint)SOURCES_MAX);
	char number[TEXT_NUMBER_SIZE];

	g_autofree char *caption = g_strdup_printf("Targets by source: %u of %s sources", rows,
		text_number(matrix->finding->n_sources, number));
	figure_table(page, caption, heads);
	for (guint row = 0; row < rows; row++) {
		char source[ADDRESS_TEXT_SIZE], targets[TEXT_NUMBER_SIZE],
			shared[TEXT_NUMBER_SIZE];
		figure_row(page, (const char *[]){format_source(matrix->finding, row, source),
					 text_number(matrix->by_source[row], targets),
					 text_number(matrix->shared[row], shared), NULL});
	}
}

void
figure_group(GString *page, const char *id, const Finding *finding, const Detail *detail)
{
	if (finding->scope != SCOPE_SOURCES || finding->sources->len < 2 ||
		detail->targets->len < 2)
		return;
	g_auto(Matrix) matrix = fill(finding, detail);
	g_autoptr(Svg) svg = draw(&matrix);
	g_autofree char *caption = caption_of(&matrix);
	const FigureText text = {
		.id = id,
		.class = "small",
		.title = "Who hit whom",
		.description =
			"A row for each source, targets from left to right; a cross below "
			"where several sources hit.",
		.caption = caption,
	};
	figure_begin(page, &text, svg);
	put_table(page, &matrix);
	figure_end(page);
}
