/*
 * Reads pictures back, for tests: whether they are well-formed, and all they draw lies in them.
 */
#ifndef TESTS_SVG_READER_H
#define TESTS_SVG_READER_H

#include <glib.h>

typedef struct {
	/* keys: of the pictures those that stand in a list of what marks mean */
	guint pictures, keys, marks; /* marks: subpaths of paths of a class with a shape */
	guint figures, titles, captions, tables, row_heads;
	GPtrArray *problems; /* of char *, a line each; owned */
	GHashTable *ids;     /* of char *, owned */
	/* of the picture at hand */
	double width, height;
} SvgReader;

/* page: any number of figures and pictures. */
SvgReader *svg_reader_new(const char *page);
void svg_reader_free(SvgReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SvgReader, svg_reader_free)

#endif
