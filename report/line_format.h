/*
 * Findings as lines: JSON and CSV, and what other programs read.
 *
 * To add a format: a file with a LineFormat, its declaration below, a place in
 * line_format.c's table, a line in gnomon-report.1.
 */
#ifndef REPORT_LINE_FORMAT_H
#define REPORT_LINE_FORMAT_H

#include "report/scan.h"

typedef struct {
	const char *name; /* as --format takes it: "json" */
	const char *help; /* one line */
	/* Appends what comes before the first finding; NULL: nothing does. */
	void (*begin)(GString *out, const ScanHead *head);
	/* Appends a finding's lines, each with its end; or nothing, where the format has no word
	 * for it. */
	void (*line)(GString *out, const ScanHead *head, const Finding *finding);
} LineFormat;

extern const LineFormat line_json;

/* The format of that name; NULL: there is none. */
const LineFormat *line_format_find(const char *name);

#endif
