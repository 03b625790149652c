/*
 * What the commands of gnomon-tally have in common: messages, exit status, reading captures.
 */
#ifndef TALLY_COMMAND_H
#define TALLY_COMMAND_H

#include "tally/engine.h"
#include "tally/options.h"

/* One line on stderr. */
void command_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Says the error; returns the exit status it stands for. */
int command_fail(const GError *error);
/* The same for an error that has a line for each mistake in a settings file. */
int command_fail_settings(const GError *error);
/* Says each line (of char *); returns 3 when there is one, else 0. */
int command_tell_shortfalls(const GPtrArray *shortfalls);

/* Whether the error is one of the lines: then it is about a file, else about the work (disk
 * full). */
gboolean command_is_told(const GPtrArray *shortfalls, const GError *error);
/* Says each line and the error, unless that is one of them; returns the exit status of the
 * error. */
int command_fail_reading(const GPtrArray *shortfalls, const GError *error);

/* Says that home is the private ranges, unless it was given. */
void command_tell_home(const Options *options);

/*
 * Reads captures by settled options, which must outlive the engine, with progress. NULL:
 * nothing could be read, or the disk is full. shortfalls: each file's that was not read to its
 * end is added, in any case.
 */
Engine *command_read(const Options *options, const char *const *files, guint n_files,
	GPtrArray *shortfalls, GError **error);

/* Writes all of text to stdout. FALSE and error: it could not be written. */
gboolean command_print(const GString *text, GError **error);

#endif
