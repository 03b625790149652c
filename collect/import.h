/*
 * Existing captures, of any length and order, sorted into a sensor's hour files.
 */
#ifndef COLLECT_IMPORT_H
#define COLLECT_IMPORT_H

#include "collect/parts.h"

/* Inputs that are read at the same time; each has a buffer of up to 6 MiB. */
enum { IMPORT_INPUTS_OPEN = 16 };

typedef struct {
	const char *spool, *sensor; /* the lock of SPOOL/SENSOR is held by the caller */
	guint grid_minutes;
	const gint *stop; /* atomic: nonzero ends the work */
	/* now and then; position: octets of all inputs read so far. NULL: nobody asks */
	void (*progress)(gpointer data, guint64 packets, guint64 position, guint64 size);
	gpointer progress_data;
} ImportSettings;

typedef struct {
	guint inputs;          /* that could be read, at least their beginning */
	guint64 packets;       /* read of them */
	GPtrArray *shortfalls; /* of char *, owned: what could not be read, a line each */
	PartsReport parts;
} ImportReport;

void import_report_clear(ImportReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportReport, import_report_clear)

/*
 * Reads files ("-": standard input), merges them by the time of their heads, and closes the hour
 * files at the end. An input that begins later than what is read waits for its turn; only what
 * is no plain file is open all the time. Files out of order inside make hour files that are.
 *
 * The same again changes nothing; killed at any instant and repeated it comes to the same.
 *
 * FALSE: no room, or stopped; nothing is left but what was closed before. An input that cannot
 * be read is no error but a shortfall. report: zeroed by the caller, filled in any case.
 */
gboolean import_run(const ImportSettings *settings, const char *const *files, guint n_files,
	ImportReport *report, GError **error);

#endif
