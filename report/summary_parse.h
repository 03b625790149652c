/*
 * Reads summaries (JSON), a single one or a list of them, as if an enemy had written them.
 */
#ifndef REPORT_SUMMARY_PARSE_H
#define REPORT_SUMMARY_PARSE_H

#include "report/summary.h"

/* text: of length octets. NULL and *problem (owned by the caller): it is no summary of this
 * schema, or not of that day. */
Summary *summary_parse(const char *text, gsize length, guint day, char **problem);

/* The summaries of a list as archive.c writes it: array of Summary *, owned, ascending by day,
 * each day once; NULL: it is none. */
GPtrArray *summary_parse_list(const char *text, gsize length);

/* What a file holds; NULL and *problem: it cannot be read, is no plain file, or larger. */
char *summary_read_file(const char *path, gsize most, gsize *length, char **problem);

#endif
