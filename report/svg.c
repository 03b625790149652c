#include "config.h"

#include "report/svg.h"

#include <string.h>

#include "report/html.h"

enum {
	SCALE = 10,    /* numbers are kept in tenths */
	MARK_STEP = 5, /* marks lie on a grid of half units */
	KEY_SIZE = 8,  /* units */
};

/* What has one class. */
typedef struct {
	const char *class;  /* of static life */
	GString *path;      /* owned */
	gint x, y;          /* where the path ended, tenths */
	GHashTable *places; /* owned; of marks: x << 14 | y */
} Layer;

struct Svg {
	gint width, height; /* tenths */
	GPtrArray *layers;  /* of Layer *, in the order of first use; owned */
	GString *texts;     /* owned; elements */
};

static void
layer_free(Layer *layer)
{
	g_string_free(layer->path, TRUE);
	g_hash_table_unref(layer->places);
	g_free(layer);
}

Svg *
svg_new(guint width, guint height)
{
	Svg *svg = g_new0(Svg, 1);

	svg->width = (gint)width * SCALE;
	svg->height = (gint)height * SCALE;
	svg->layers = g_ptr_array_new_with_free_func((GDestroyNotify)layer_free);
	svg->texts = g_string_new(NULL);
	return svg;
}

void
svg_free(Svg *svg)
{
	g_ptr_array_unref(svg->layers);
	g_string_free(svg->texts, TRUE);
	g_free(svg);
}

static Layer *
find_layer(Svg *svg, const char *class)
{
	for (guint i = 0; i < svg->layers->len; i++) {
		Layer *layer = svg->layers->pdata[i];
		if (strcmp(layer->class, class) == 0)
			return layer;
	}
	Layer *layer = g_new0(Layer, 1);
	layer->class = class;
	layer->path = g_string_new(NULL);
	layer->places = g_hash_table_new(NULL, NULL);
	g_ptr_array_add(svg->layers, layer);
	return layer;
}

/* In tenths, within [margin, end - margin]; what is no number becomes the margin. */
static gint
place(double value, gint end, gint margin)
{
	double least = margin, most = MAX(margin, end - margin), tenths = value * SCALE + 0.5;

	return (gint)(tenths > least ? MIN(tenths, most) : least);
}

/* 125 as "12.5", -3 as "-.3"; a space before it unless the sign, or nothing, parts it from what
 * stands before. */
static void
put_number(GString *out, gint tenths, gboolean apart)
{
	gint size = ABS(tenths);

	if (tenths < 0)
		g_string_append_c(out, '-');
	else if (apart)
		g_string_append_c(out, ' ');
	if (size >= SCALE || size == 0)
		g_string_append_printf(out, "%d", size / SCALE);
	if (size % SCALE > 0)
		g_string_append_printf(out, ".%d", size % SCALE);
}

/* From where the path ended. */
static void
move_to(Layer *layer, gint x, gint y)
{
	g_string_append_c(layer->path, layer->path->len > 0 ? 'm' : 'M');
	put_number(layer->path, x - layer->x, FALSE);
	put_number(layer->path, y - layer->y, TRUE);
	layer->x = x;
	layer->y = y;
}

/* To be drawn from (x, y), which lie that far from the middle; the pen is then at (to_x, to_y).
 * All in tenths. Dot and square are the caps of a line without length. */
static const struct {
	gint8 x, y, to_x, to_y;
	const char *path;
} shapes[] = {
	[SVG_TICK] = {0, -20, 0, 20, "v4"},
	[SVG_DOT] = {0, 0, 0, 0, "h0"},
	[SVG_SQUARE] = {0, 0, 0, 0, "h0"},
	[SVG_CROSS] = {-15, -15, -15, 15, "l3 3m0-3l-3 3"},
	[SVG_DASH] = {-20, 0, 20, 0, "h4"},
	[SVG_PLUS] = {-20, 0, 0, 20, "h4m-2-2v4"},
	[SVG_UP] = {-15, 15, -15, 15, "h3l-1.5-3z"},
	[SVG_DOWN] = {-15, -15, -15, -15, "h3l-1.5 3z"},
	[SVG_SLASH] = {-15, 15, 15, -15, "l3-3"},
};

gboolean
svg_mark(Svg *svg, const char *class, SvgShape shape, double x, double y)
{
	Layer *layer = find_layer(svg, class);
	gint left = place(x, svg->width, SVG_REACH * SCALE) / MARK_STEP * MARK_STEP;
	gint top = place(y, svg->height, SVG_REACH * SCALE) / MARK_STEP * MARK_STEP;

	if (!g_hash_table_add(layer->places, GUINT_TO_POINTER((guint)(left << 14 | top))))
		return FALSE;
	move_to(layer, left + shapes[shape].x, top + shapes[shape].y);
	g_string_append(layer->path, shapes[shape].path);
	layer->x = left + shapes[shape].to_x;
	layer->y = top + shapes[shape].to_y;
	return TRUE;
}

/* A stroke of the path along one axis: "h12.5"; nothing for none. */
static void
go(GString *path, char letter, gint by)
{
	if (by == 0)
		return;
	g_string_append_c(path, letter);
	put_number(path, by, FALSE);
}

void
svg_line(Svg *svg, const char *class, double x1, double y1, double x2, double y2)
{
	Layer *layer = find_layer(svg, class);
	gint to_x = place(x2, svg->width, 0), to_y = place(y2, svg->height, 0);

	move_to(layer, place(x1, svg->width, 0), place(y1, svg->height, 0));
	if (to_x == layer->x || to_y == layer->y) {
		go(layer->path, 'h', to_x - layer->x);
		go(layer->path, 'v', to_y - layer->y);
	} else {
		g_string_append_c(layer->path, 'l');
		put_number(layer->path, to_x - layer->x, FALSE);
		put_number(layer->path, to_y - layer->y, TRUE);
	}
	layer->x = to_x;
	layer->y = to_y;
}

void
svg_box(Svg *svg, const char *class, double x, double y, double width, double height)
{
	gint left = place(x, svg->width, 0), top = place(y, svg->height, 0);
	gint right = place(x + width, svg->width, 0),
	     bottom = place(y + height, svg->height, 0);

	if (right <= left || bottom <= top)
		return;
	Layer *layer = find_layer(svg, class);
	move_to(layer, left, top);
	go(layer->path, 'h', right - left);
	go(layer->path, 'v', bottom - top);
	go(layer->path, 'h', left - right);
	g_string_append_c(layer->path, 'z');
}

void
svg_text(Svg *svg, const char *class, SvgAnchor anchor, double x, double y, const char *text)
{
	static const char *const anchors[] = {
		[SVG_MIDDLE] = "middle",
		[SVG_END] = "end",
	};
	GString *out = svg->texts;

	g_string_append(out, "<text");
	if (class)
		g_string_append_printf(out, " class=\"%s\"", class);
	if (anchor != SVG_START)
		g_string_append_printf(out, " text-anchor=\"%s\"", anchors[anchor]);
	g_string_append(out, " x=\"");
	put_number(out, place(x, svg->width, 0), FALSE);
	g_string_append(out, "\" y=\"");
	put_number(out, place(y, svg->height, 0), FALSE);
	g_string_append(out, "\">");
	html_text(out, text);
	g_string_append(out, "</text>");
}

static void
put_begin(const Svg *svg, GString *page, const char *class)
{
	g_string_append_printf(page, "<svg class=\"%s\" viewBox=\"0 0 ", class);
	put_number(page, svg->width, FALSE);
	put_number(page, svg->height, TRUE);
	g_string_append(page, "\" role=\"img\"");
}

static void
put_end(const Svg *svg, GString *page)
{
	for (guint i = 0; i < svg->layers->len; i++) {
		const Layer *layer = svg->layers->pdata[i];
		g_string_append_printf(page, "<path class=\"%s\" d=\"%s\"/>\n", layer->class,
			layer->path->str);
	}
	g_string_append_len(page, svg->texts->str, (gssize)svg->texts->len);
	g_string_append(page, "</svg>");
}

void
svg_put(const Svg *svg, GString *page, const char *class, const char *id, const char *title,
	const char *description)
{
	put_begin(svg, page, class);
	g_string_append_printf(page, " aria-labelledby=\"%s-t %s-d\">", id, id);
	g_string_append_printf(page, "<title id=\"%s-t\">", id);
	html_text(page, title);
	g_string_append_printf(page, "</title><desc id=\"%s-d\">", id);
	html_text(page, description);
	g_string_append(page, "</desc>\n");
	put_end(svg, page);
}

void
svg_put_small(const Svg *svg, GString *page, const char *class, const char *label)
{
	put_begin(svg, page, class);
	g_string_append(page, "><title>");
	html_text(page, label);
	g_string_append(page, "</title>");
	put_end(svg, page);
}

void
svg_keys(GString *page, const SvgKey *keys, guint n)
{
	if (n == 0)
		return;
	g_string_append(page, "<ul class=\"keys\">");
	for (guint i = 0; i < n; i++) {
		g_autoptr(Svg) svg = svg_new(KEY_SIZE, KEY_SIZE);
		svg_mark(svg, keys[i].class, keys[i].shape, KEY_SIZE / 2, KEY_SIZE / 2);
		g_string_append(page, "<li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\">");
		put_end(svg, page);
		html_text(page, keys[i].text);
		g_string_append(page, "</li>");
	}
	g_string_append(page, "</ul>\n");
}
