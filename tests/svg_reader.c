#include "config.h"

#include "tests/svg_reader.h"

#include <string.h>

static void complain(SvgReader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
complain(SvgReader *reader, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(reader->problems, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static void
look_at(SvgReader *reader, double x, double y, const char *where)
{
	/* tenths are added up in binary */
	const double slack = 1e-6;

	if (!(x >= -slack && x <= reader->width + slack && y >= -slack &&
		    y <= reader->height + slack))
		complain(reader, "(%g, %g) is not in %g x %g: %.60s", x, y, reader->width,
			reader->height, where);
}

/* A number as svg.c may write it: sign, digits, one decimal. */
static gboolean
read_number(const char **text, double *number)
{
	const char *start = *text;
	char *end;

	if (*start == ' ')
		start++;
	if (strspn(start, "-0123456789.") == 0)
		return FALSE;
	*number = g_ascii_strtod(start, &end);
	if (end == start || *end == 'e' || *end == 'E')
		return FALSE;
	*text = end;
	return TRUE;
}

/* Returns the number of subpaths. */
static guint
read_path(SvgReader *reader, const char *path)
{
	double x = 0, y = 0, begin_x = 0, begin_y = 0, a = 0, b = 0;
	guint n = 0;
	char letter = '\0';

	for (const char *at = path; *at;) {
		if (strchr("MmlhvVHz", *at))
			letter = *at++;
		if (letter == 'z') {
			x = begin_x;
			y = begin_y;
			letter = '\0';
			continue;
		}
		if (letter == '\0' || !read_number(&at, &a) ||
			(strchr("Mml", letter) && !read_number(&at, &b))) {
			complain(reader, "no path: %.40s", at);
			return n;
		}
		switch (letter) {
		case 'M':
			x = y = 0;
			/* fall through */
		case 'm':
		case 'l':
			x += a;
			y += b;
			break;
		case 'h':
			x += a;
			break;
		case 'v':
			y += a;
			break;
		default:
			complain(reader, "not expected: %c", letter);
		}
		if (letter == 'M' || letter == 'm') {
			begin_x = x;
			begin_y = y;
			n++;
		}
		look_at(reader, x, y, at);
	}
	return n;
}

static const char *
attribute(const char **names, const char **values, const char *name)
{
	for (; *names; names++, values++)
		if (strcmp(*names, name) == 0)
			return *values;
	return "";
}

static void
begin_picture(SvgReader *reader, const char *box)
{
	g_auto(GStrv) numbers = g_strsplit(box, " ", -1);

	reader->pictures++;
	if (g_strv_length(numbers) != 4) {
		complain(reader, "no viewBox: %s", box);
		return;
	}
	reader->width = g_ascii_strtod(numbers[2], NULL);
	reader->height = g_ascii_strtod(numbers[3], NULL);
}

/* Classes that have a shape for each mark. */
static gboolean
is_mark(const char *class)
{
	static const char *const classes[] = {"request", "ack", "response", "udp", "icmp",
		"other", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", NULL};

	return g_strv_contains(classes, class);
}

static void
begin_element(GMarkupParseContext *context, const char *element, const char **names,
	const char **values, gpointer data, GError **error)
{
	SvgReader *reader = data;
	const char *id = attribute(names, values, "id");
	const char *class = attribute(names, values, "class");

	(void)context;
	(void)error;
	if (*attribute(names, values, "style"))
		complain(reader, "style=\"\" in %s", element);
	if (*id && !g_hash_table_add(reader->ids, g_strdup(id)))
		complain(reader, "twice: %s", id);
	reader->figures += strcmp(element, "figure") == 0;
	reader->titles += strcmp(element, "title") == 0;
	reader->captions += strcmp(element, "figcaption") == 0;
	reader->tables += strcmp(element, "caption") == 0;
	reader->row_heads += strcmp(attribute(names, values, "scope"), "row") == 0;
	if (strcmp(element, "svg") == 0 && *attribute(names, values, "aria-hidden"))
		reader->keys++;
	if (strcmp(element, "svg") == 0)
		begin_picture(reader, attribute(names, values, "viewBox"));
	if (strcmp(element, "text") == 0)
		look_at(reader, g_ascii_strtod(attribute(names, values, "x"), NULL),
			g_ascii_strtod(attribute(names, values, "y"), NULL), "text");
	if (strcmp(element, "path") == 0) {
		guint n = read_path(reader, attribute(names, values, "d"));
		/* a key has a picture of its own */
		reader->marks += is_mark(class) && reader->width > 8 ? n : 0;
	}
}

SvgReader *
svg_reader_new(const char *page)
{
	SvgReader *reader = g_new0(SvgReader, 1);
	const GMarkupParser parser = {.start_element = begin_element};
	g_autoptr(GError) problem = NULL;

	reader->problems = g_ptr_array_new_with_free_func(g_free);
	reader->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GMarkupParseContext) context =
		g_markup_parse_context_new(&parser, 0, reader, NULL);
	if (!g_markup_parse_context_parse(context, "<page>", -1, &problem) ||
		!g_markup_parse_context_parse(context, page, -1, &problem) ||
		!g_markup_parse_context_parse(context, "</page>", -1, &problem) ||
		!g_markup_parse_context_end_parse(context, &problem))
		complain(reader, "%s", problem->message);
	return reader;
}

void
svg_reader_free(SvgReader *reader)
{
	g_ptr_array_unref(reader->problems);
	g_hash_table_unref(reader->ids);
	g_free(reader);
}
