/*
 * The manifest beside an hour file: what the collector knows of it. HHMM[-MMSS].json, one JSON
 * object, kept when the packets are pruned.
 */
#ifndef COMMON_MANIFEST_H
#define COMMON_MANIFEST_H

#include <glib.h>

enum { MANIFEST_VERSION = 1 };
#define MANIFEST_UNKNOWN G_MAXUINT64

typedef struct {
	/* owned, like all texts; those that were read have no control characters */
	char *sensor;
	gint64 hour;         /* start, seconds since 1970 */
	guint64 packets;     /* records in the file */
	guint64 bytes;       /* of them on the wire */
	guint64 octets;      /* of the pcap file, not compressed: 24 + 16 a packet + captured */
	guint64 first, last; /* packet times, ns since 1970; MANIFEST_UNKNOWN without packets */
	/* From when to when packets of the hour were captured into the file, by the clock, within
	 * the hour, ns since 1970. MANIFEST_UNKNOWN: not known (recovered, imported). */
	guint64 began, ended;
	/* While the file was open. MANIFEST_UNKNOWN: not known (recovered, imported). */
	guint64 dropped_kernel, dropped_interface;
	guint64 discarded; /* seen while the disk was full, not written */
	guint32 snap_length;
	char *link_type; /* libpcap's name: "EN10MB" */
	char *filter;    /* BPF, "" for none */
	char *interface; /* "" where imported */
	/* XXH64 (seed 0) of the records, headers included, as they lie in the file: 16 hex
	 * digits in JSON */
	guint64 digest;
	gboolean cut_short; /* written to its last whole packet only */
	char *reason;       /* of being cut short, "" otherwise */
	gboolean imported;
	char *program; /* "gnomon-collect 0.1.0" */
} Manifest;

Manifest *manifest_new(const char *sensor, gint64 hour);
void manifest_free(Manifest *manifest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manifest, manifest_free)

/* The JSON text, with a line break at its end: keys sensor, hour (RFC 3339), packets, bytes,
 * octets, first, last, began, ended (null: unknown), dropped_kernel, dropped_interface (null: unknown), discarded,
 * snap_length, link_type, filter, interface, digest, clean (cut_short's opposite), reason,
 * imported, program, version. */
void manifest_format(const Manifest *manifest, GString *out);
/* Any octets. NULL and FAILURE_FAILED "NAME: ...": no manifest of ours; unknown keys are passed
 * over. */
Manifest *manifest_parse(const char *text, gsize length, const char *name, GError **error);
Manifest *manifest_load(const char *path, GError **error);
/* Whole or not at all (output.h). */
gboolean manifest_save(const Manifest *manifest, const char *path, GError **error);

#endif
