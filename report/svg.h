/*
 * Pictures as inline SVG. What is drawn is collected by class, and written as one short path a
 * class: colours, widths and caps are the style sheet's (html_style.c). Numbers are written in
 * tenths of a unit, whatever the locale, and lie within the picture: what is outside, or no
 * number, is moved to its edge.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <glib.h>

/* Marks are told apart by shape, so that nothing rests on colour. */
typedef enum {
	SVG_TICK, /* upright */
	SVG_DOT,
	SVG_SQUARE,
	SVG_CROSS, /* x */
	SVG_DASH,  /* lying */
	SVG_PLUS,
	SVG_UP, /* triangles */
	SVG_DOWN,
	SVG_SLASH,
} SvgShape;

enum { SVG_REACH = 2 }; /* a mark's, from its middle */

typedef struct Svg Svg;

/* width, height: units of the picture, under 1,600. */
Svg *svg_new(guint width, guint height);
void svg_free(Svg *svg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Svg, svg_free)

/* class: of static life; what has one class is of one shape. Of marks at the same place and of
 * one class one is drawn: FALSE when it was there already. */
gboolean svg_mark(Svg *svg, const char *class, SvgShape shape, double x, double y);
void svg_line(Svg *svg, const char *class, double x1, double y1, double x2, double y2);
void svg_box(Svg *svg, const char *class, double x, double y, double width, double height);

typedef enum { SVG_START, SVG_MIDDLE, SVG_END } SvgAnchor;

/* class: NULL: none. text: any; it is escaped. */
void svg_text(
	Svg *svg, const char *class, SvgAnchor anchor, double x, double y, const char *text);

typedef struct {
	const char *class;
	SvgShape shape;
	const char *text;
} SvgKey;

/* Appends what marks mean as a list, each with its own small picture. */
void svg_keys(GString *page, const SvgKey *keys, guint n);

/* Appends the picture with role="img". class: of the svg. id: its title and description become
 * ID-t and ID-d. title, description: escaped here. */
void svg_put(const Svg *svg, GString *page, const char *class, const char *id,
	const char *title, const char *description);

/* The same with a title alone, and no id: for rows of a table. */
void svg_put_small(const Svg *svg, GString *page, const char *class, const char *label);

#endif
