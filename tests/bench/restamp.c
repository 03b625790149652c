/*
 * A store of many hours out of one tally, cheaply: the same octets, but for the hour that they
 * say they are.
 *
 * 	restamp TALLY STORE SENSOR HOURS
 *
 * The hours follow each other from the tally's own on.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/hour.h"
#include "tally/format.h"
#include "tally/segment.h"
#include "tally/store.h"

/* FORMAT.md: the hour's segment begins with its start. */
static void
stamp(guint8 *octets, gsize length, gint64 hour)
{
	FormatTrailer *trailer = (FormatTrailer *)(octets + length - sizeof *trailer);
	guint8 *section = octets + trailer->index_offset + format_index_size(trailer->n_blocks);
	guint8 both[sizeof(FormatHead) + sizeof *trailer];

	memcpy(section, &hour, sizeof hour);
	trailer->hour.check = segment_check(section, format_segment_size(&trailer->hour));
	memcpy(both, octets, sizeof(FormatHead));
	memcpy(both + sizeof(FormatHead), trailer, sizeof *trailer);
	trailer->check = segment_check(both, sizeof both - sizeof trailer->check);
}

static gboolean
write_hours(
	const char *path, const char *store, const char *sensor, guint hours, GError **error)
{
	g_autoptr(HourFacts) facts = store_facts(path, error);
	g_autofree char *octets = NULL;
	gsize length;

	if (!facts || !g_file_get_contents(path, &octets, &length, error))
		return FALSE;
	for (guint i = 0; i < hours; i++) {
		gint64 hour = facts->hour + (gint64)i * HOUR_SECONDS;
		g_autofree char *name = store_path(store, sensor, hour);
		g_autofree char *folder = g_path_get_dirname(name);
		stamp((guint8 *)octets, length, hour);
		if (g_mkdir_with_parents(folder, 0755) != 0 ||
			!g_file_set_contents_full(name, octets, (gssize)length,
				G_FILE_SET_CONTENTS_NONE, 0644, error))
			return FALSE;
	}
	return TRUE;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc != 5) {
		g_printerr("usage: restamp TALLY STORE SENSOR HOURS\n");
		return 2;
	}
	if (write_hours(argv[1], argv[2], argv[3], (guint)MAX(atoi(argv[4]), 1), &error))
		return 0;
	g_printerr("restamp: %s\n", error ? error->message : "a folder cannot be made");
	return 1;
}
