/*
 * The spool: SPOOL/SENSOR/YYYY-MM-DD/HHMM[-MMSS].pcap[.zst|.gz], UTC start of the hour on the
 * site's grid, and beside each HHMM[-MMSS].json, its manifest. Names that begin with a dot or
 * end in .part or .damaged are none of it.
 *
 * A stem is what stands before ".pcap"; two files of one stem (a raw one and its compressed
 * successor) are one file.
 */
#ifndef COMMON_SPOOL_H
#define COMMON_SPOOL_H

#include <glib.h>

enum { SPOOL_DAY_SIZE = 11, SPOOL_STEM_SIZE = 10 }; /* "2017-09-10", "0100-2315", with NUL */

typedef struct {
	gint64 hour; /* start, seconds since 1970 */
	char stem[SPOOL_STEM_SIZE];
	char *path;       /* owned; NULL: the packets were pruned, the manifest is left */
	char *manifest;   /* owned; its path, NULL without */
	guint64 size;     /* octets on disk, packets and manifest */
	guint64 identity; /* see spool_identity; 0 where path is NULL */
} SpoolFile;

/* Names: folder SENSOR/YYYY-MM-DD of an hour; "HHMM" of an hour, "HHMM-MMSS" with a part's
 * second after the hour's start 0..3599 (-1: none). */
char *spool_day_folder(const char *spool, const char *sensor, gint64 hour);
char *spool_format_day(gint64 hour, char *buffer);              /* SPOOL_DAY_SIZE */
char *spool_format_stem(gint64 hour, int second, char *buffer); /* SPOOL_STEM_SIZE */

/* The hour of a day folder's and a file's name (path parts alone); *suffix: within name, one of
 * spool_suffixes or ".json". FALSE: not of the spool. */
gboolean spool_parse_day(const char *name, gint64 *day);
gboolean spool_parse_file(const char *day, const char *name, gint64 *hour,
	char stem[SPOOL_STEM_SIZE], const char **suffix);

/* The hour of the stem with which a name begins, and the stem's length; no suffix is asked
 * for. */
gboolean spool_parse_stem(const char *day, const char *name, gint64 *hour, gsize *length);

/* The days (names, sorted) of a sensor; NULL-terminated, owned by the caller; empty when there
 * is no such folder. */
char **spool_days(const char *spool, const char *sensor, GError **error);
/* The files of a day, sorted by stem: array of SpoolFile *, owned by the caller. strays (of
 * char *, NULL to pass over): names that are neither of the spool nor hidden nor .part. */
GPtrArray *spool_day_files(const char *spool, const char *sensor, const char *day,
	GPtrArray *strays, GError **error);
/* Whether a day has packets, by its names alone. */
gboolean spool_day_has_packets(const char *spool, const char *sensor, const char *day);
/* Of a day likewise: what is being written, or was left behind: names of the spool, or with
 * ".import", that end in ".part". Their size only, no manifest, no identity. */
GPtrArray *spool_day_parts(
	const char *spool, const char *sensor, const char *day, GError **error);
void spool_file_free(SpoolFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpoolFile, spool_file_free)

/* ".pcap" and its compressed forms, ending in NULL. */
extern const char *const spool_suffixes[];

/*
 * What tells a file of the spool from another of the same stem without reading it: octets of
 * the capture when not compressed, as the file system, zstd's frame header or gzip's trailer
 * tell them, so that compressing a file changes nothing; where they do not, octets on disk
 * with the top bit set.
 */
guint64 spool_identity(const char *path);

#endif
