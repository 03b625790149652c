/*
 * Records for tests of hour files, and a folder for these that is gone afterwards.
 */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <glib/gstdio.h>
#include <string.h>

#include "collect/hour_file.h"
#include "collect/pcap_format.h"

enum { RECORDS_HOUR = 1505044800 }; /* 2017-09-10T12:00:00Z */

static const HourFileKind records_kind = {
	.sensor = "dmz",
	.filter = "ip or ip6",
	.interface = "eth0",
	.snap_length = 128,
	.link_type = 1,
};

/* A record of `captured` octets that all are `mark`, captured at time (s); returns its length. */
static inline gsize
records_put(GByteArray *records, gint64 time, guint32 captured, guint8 mark)
{
	PcapRecord record = {(guint32)time, 5, captured, captured + 100};
	guint8 octets[256];

	memset(octets, mark, sizeof octets);
	g_byte_array_append(records, (const guint8 *)&record, sizeof record);
	g_byte_array_append(records, octets, captured);
	return sizeof record + captured;
}

static inline char *
records_folder(void)
{
	char *spool = g_dir_make_tmp("gnomon-records-XXXXXX", NULL);
	g_autofree char *sensor = g_build_filename(spool, "dmz", NULL);

	g_assert_cmpint(g_mkdir(sensor, 0755), ==, 0);
	return spool;
}

/* The folder of the hour's day. */
static inline char *
records_day(const char *spool)
{
	return g_build_filename(spool, "dmz", "2017-09-10", NULL);
}

static inline int
records_compare(gconstpointer a, gconstpointer b, gpointer data)
{
	(void)data;
	return strcmp(a, b);
}

/* All there is in the day's folder, sorted, separated by blanks; owned by the caller. */
static inline char *
records_list(const char *spool)
{
	g_autofree char *path = records_day(spool);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	GSequence *names = g_sequence_new(g_free);
	GString *text = g_string_new(NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder)))
		g_sequence_insert_sorted(names, g_strdup(name), records_compare, NULL);
	for (GSequenceIter *at = g_sequence_get_begin_iter(names); !g_sequence_iter_is_end(at);
		at = g_sequence_iter_next(at))
		g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "",
			(const char *)g_sequence_get(at));
	g_sequence_free(names);
	return g_string_free(text, FALSE);
}

static inline void
records_remove(char *spool)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", spool);

	g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
	g_free(spool);
}

#endif
