/*
 * What was found as lines: JSON and CSV, and what other programs read.
 *
 * To add a format: a file with a LineFormat, its declaration below, a place in
 * line_format.c's table, a line in gnomon-report.1 and in the front door (scripts/gnomon.in).
 */
#ifndef REPORT_LINE_FORMAT_H
#define REPORT_LINE_FORMAT_H

#include "report/scan.h"
#include "tally/gather.h"

/* One contact of an hour; all borrowed. */
typedef struct {
	const Address *source;
	const PairHour *pair;
	const Contact *contact;
} LineContact;

/* Has lines of findings (line), or of contacts (wants and contact). */
typedef struct {
	const char *name; /* as --format takes it: "json" */
	const char *help; /* one line */
	/* Appends what comes before the first line; NULL: nothing does. */
	void (*begin)(GString *out, const ScanHead *head);
	/* Appends a finding's lines, each with its end; or nothing, where the format has no word
	 * for it. */
	void (*line)(GString *out, const ScanHead *head, const Finding *finding);
	/* Whether all that the sources of this finding sent is told. */
	gboolean (*wants)(const Finding *finding);
	/* The same for a contact of such a source; see contacts.h. */
	void (*contact)(GString *out, const ScanHead *head, const LineContact *contact);
} LineFormat;

extern const LineFormat line_csv;
extern const LineFormat line_dshield;
extern const LineFormat line_eve;
extern const LineFormat line_json;
extern const LineFormat line_zeek;

/* All of them, n set to their number. */
const LineFormat *const *line_format_table(gsize *n);

/* For formats that know one source a line: how many of Finding.sources get one. Of a finding about
 * a target or a port, whoever came, the first stands for all. */
guint line_format_sources(const Finding *finding);

/* The address of the i-th of them: of a prefix its first address that is known, else the prefix's
 * own. */
Address line_format_source(const Finding *finding, guint i);

/* When it began: its first packet, else the finding's, else the window; ns since 1970. */
guint64 line_format_time(const Finding *finding, guint i);

/* The target that it is known to have hit, the first of several; NULL: which of them the i-th of
 * several sources hit is not known. */
const Address *line_format_target(const Finding *finding);

/* "TCP", "UDP", "ICMP", "IPv6-ICMP": of the service port with most targets; NULL: none of these. */
const char *line_format_protocol(const Finding *finding);

/* The one service port that the sources' packets name; NULL: there is none, or several. */
const ProfilePort *line_format_port(const Finding *finding);

/* *format: that of the name; NULL for "text" and NULL, which are no lines. FALSE and
 * FAILURE_USAGE: there is none of that name. */
gboolean line_format_find(const char *name, const LineFormat **format, GError **error);

#endif
