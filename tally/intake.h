/*
 * The captures one after another, and what came of each: which could be read, to which end, and
 * why not further. The engine's threads take chunks of them in turn; whoever calls holds the
 * engine's lock, and lets go of it only while it reads from the capture itself.
 */
#ifndef TALLY_INTAKE_H
#define TALLY_INTAKE_H

#include "tally/capture.h"
#include "tally/shortfalls.h"

enum { INTAKE_STRAYS = 26 }; /* hours told of a file; more are no strays but damage */

/* What came of one file. */
typedef struct {
	gboolean read;   /* as a capture, of a known link type */
	gboolean cut;    /* not to its end */
	guint64 packets; /* of all hours */
	GArray *strays; /* of gint64: hours other than the one asked for, the first INTAKE_STRAYS */
} IntakeFile;

typedef struct Intake Intake;
/* An open capture: it stays so until it is closed and every chunk of it is dropped. */
typedef struct IntakeSource IntakeSource;

/* files ("-": standard input) and shortfalls are borrowed; every file that is not read to its
 * end makes a line of shortfalls. */
Intake *intake_new(const char *const *files, guint n_files, Shortfalls *shortfalls);
void intake_free(Intake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

/* What is to be read now: the same until it is closed, then the next file that opens. NULL:
 * none is left. */
IntakeSource *intake_source(Intake *intake);
Capture *intake_capture(const IntakeSource *source);
/* Number of its file. */
guint intake_number(const IntakeSource *source);

/* A chunk was read from the source, which is counted for it: intake_drop when nobody needs the
 * chunk. */
void intake_take(Intake *intake, IntakeSource *source, const CaptureChunk *chunk);
void intake_drop(IntakeSource *source);
/* There is no more of it; error (taken, or NULL): it should have gone on. */
void intake_close(Intake *intake, GError *error);

/* Of the file with this number. */
IntakeFile *intake_file(Intake *intake, guint file);
/* The file holds packets of this hour, too (start, seconds since 1970). */
void intake_stray(IntakeFile *file, gint64 hour);

/* Files closed after at least their head was read. */
guint intake_n_read(const Intake *intake);
/* Why the first of the files that could not be read was refused; NULL: none was. */
const GError *intake_refusal(const Intake *intake);

#endif
