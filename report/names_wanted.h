/*
 * Whose names a report would show: the sources of findings at rest.
 */
#ifndef REPORT_NAMES_WANTED_H
#define REPORT_NAMES_WANTED_H

#include <glib.h>

enum { NAMES_WANTED_MAX = 20000 };

/*
 * The addresses that a findings.ndjson (gnomon-findings(5)) names as sources or members of one, as
 * they stand there, each once: added to wanted (of Address) up to NAMES_WANTED_MAX. A file that is
 * not there has none; lines that are no findings are passed over. FALSE: it cannot be read.
 */
gboolean names_wanted(const char *path, GArray *wanted, GError **error);

#endif
