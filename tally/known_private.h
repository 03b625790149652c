/*
 * What the files of Known share: known.c keeps the entries, known_load.c takes files and settings,
 * known_text.c and known_misp.c read the two formats.
 */
#ifndef TALLY_KNOWN_PRIVATE_H
#define TALLY_KNOWN_PRIVATE_H

#include "tally/known.h"

/* A list being read. */
typedef struct {
	Known *known;     /* borrowed */
	KnownList *list;  /* borrowed from known */
	const char *path; /* for messages */
	KnownDefaults defaults;
} KnownReading;

/* A new list. name: copied. */
KnownReading known_begin(Known *known, const char *name, KnownAction action, const char *path,
	const KnownDefaults *defaults);
/* Says how many complaints were not told. */
void known_end(const KnownReading *reading);

/* Adds an entry; what is wrong with it, that it has expired, or that it is one too many is told
 * and counted. said: what the entry itself says, NULL: the list's defaults. */
void known_add(const KnownReading *reading, guint line, const Network *network,
	const KnownDefaults *said);

/* Tells that one entry is left out. line 0: not known. */
void known_complain(const KnownReading *reading, guint line, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Tells that all n entries are left out, because they are of that type. */
void known_leave_out(const KnownReading *reading, guint64 n, const char *type);

/* Tells that the list's file could not be read. */
void known_fail(const KnownReading *reading, const GError *error);

/* Text with a NUL behind it, which is changed. */
void known_text_take(const KnownReading *reading, char *text, gsize length);
/* FALSE: it is no warning list. */
gboolean known_misp_take(
	const KnownReading *reading, const char *text, gsize length, GError **error);

#endif
