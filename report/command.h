/*
 * A subcommand of gnomon-report.
 *
 * To add one: write report/NAME.c, declare its Command below, put it into main.c's table and
 * into gnomon-report.1.
 */
#ifndef REPORT_COMMAND_H
#define REPORT_COMMAND_H

#include <stdio.h>

#include <glib.h>

/* What a command has to say beside its data, a line each (char *, owned). */
typedef struct {
	GPtrArray *shortfalls; /* what was missing though the work was done: exit status 3 */
	GPtrArray *notices;    /* what one should know of the data; changes no status */
} CommandLines;

typedef struct {
	const char *name;
	const char *summary; /* a line for --help */
	/*
	 * arguments: NULL-terminated, the subcommand's name first; may be changed. now:
	 * seconds since 1970, as the clock was when the program began. Data goes to
	 * out. Lines are appended to lines. FALSE and error (FailureCode) when it
	 * was not.
	 */
	gboolean (*run)(
		char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error);
} Command;

extern const Command command_day;
extern const Command command_hour;
extern const Command command_incident;
extern const Command command_index;
extern const Command command_scan;

#endif
