/*
 * What a search found, printed: a line a hit, and what it comes to.
 */
#ifndef TALLY_SEARCH_LINES_H
#define TALLY_SEARCH_LINES_H

#include "tally/search_summary.h"

/* "text", "json", "csv", NULL */
extern const char *const search_lines_formats[];

/* How a search ended. */
typedef struct {
	gboolean interrupted; /* before all was searched */
	guint64 limit;        /* hits after which no more were wanted; 0: all are told */
	guint n_files;        /* tallies that were to be searched */
} SearchEnding;

typedef struct SearchLines SearchLines;

/* format: index in search_lines_formats. files: of SearchFile *, for the width of columns. */
SearchLines *search_lines_new(guint format, const SearchTraits *asked, const GPtrArray *files);
void search_lines_free(SearchLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchLines, search_lines_free)

/* Each appends to out. */
void search_lines_begin(SearchLines *lines, GString *out);
void search_lines_hit(
	SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out);
/* In csv nothing: it has no place there, search_lines_has_summary is FALSE. */
void search_lines_summary(SearchLines *lines, const SearchSummary *summary,
	const SearchEnding *ending, GString *out);
gboolean search_lines_has_summary(const SearchLines *lines);
/* The text of the summary: one line without its end. */
char *search_lines_text(const SearchSummary *summary, const SearchEnding *ending);

#endif
