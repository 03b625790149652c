/*
 * A .pcap.part whose collector is no more.
 */
#ifndef COLLECT_SALVAGE_H
#define COLLECT_SALVAGE_H

#include <glib.h>

#define SALVAGE_REASON "the collector was stopped before the hour was closed"

typedef struct {
	const char *folder; /* of the day */
	const char *sensor, *stem;
	gint64 hour;      /* start, seconds since 1970 */
	const gint *stop; /* atomic: nonzero ends the reading of a long part */
} SalvagePart;

/*
 * Gives FOLDER/STEM.pcap.part and its manifest their names. Whole records of the hour count, up
 * to the first that is none; what lies behind is cut off. A manifest that is there already and
 * agrees is kept; else one is made, marked cut short for SALVAGE_REASON. What has no file header
 * yet is removed.
 *
 * FALSE and FAILURE_FAILED: it stays a part; but one with another program's header, or whose
 * name is taken, is set aside as .pcap.damaged. *said: what became of it, NULL when there is
 * nothing to say; owned by the caller.
 */
gboolean salvage_part(const SalvagePart *part, char **said, GError **error);

#endif
