/*
 * The hour files of an import while packets are dealt out to them: one for each hour and link
 * type. Any of them may get more packets until the end, so all are closed then.
 *
 * Memory and descriptors: a buffer and two descriptors for each of the PARTS_OPEN used last,
 * about 1 KB for each other one, of which there are PARTS_MAX at most (eleven years of hours).
 */
#ifndef COLLECT_PARTS_H
#define COLLECT_PARTS_H

#include "collect/pcap_format.h"

enum { PARTS_OPEN = 64, PARTS_MAX = 100000 };

typedef struct Parts Parts;

/* What became of them. */
typedef struct {
	guint closed;        /* hour files that are new */
	guint already_there; /* dropped: a file of the same content was there */
	guint64 beyond;      /* packets left out: their hour would be one more than PARTS_MAX */
	GPtrArray
		*raw_files; /* of char *, owned: imported ones, new or there, not compressed */
} PartsReport;

void parts_report_clear(PartsReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PartsReport, parts_report_clear)

/* spool, sensor: copied; the caller holds the sensor's lock. */
Parts *parts_new(const char *spool, const char *sensor, guint grid_minutes);
/* Those not closed are removed, and day folders that are empty then. */
void parts_free(Parts *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

/* Packets of that link type (DLT_*) will come, the longest snap length of several counts. To be
 * called for all before the first packet. */
void parts_expect(Parts *parts, int link_type, guint32 snap_length);

/* Appends a packet of a link type that is expected. FALSE and error: no room, ... */
gboolean parts_add(Parts *parts, int link_type, const PcapRecord *record, const guint8 *frame,
	PartsReport *report, GError **error);

/* Closes all, in the order of their hours; one whose content the spool has already is dropped.
 * *stop (atomic), when it becomes nonzero, is an error as well. What is closed stays closed. */
gboolean parts_close(Parts *parts, const gint *stop, PartsReport *report, GError **error);

#endif
