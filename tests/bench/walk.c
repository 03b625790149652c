/*
 * The least that reading a capture can cost: the file is mapped, and only the record headers
 * are looked at. Little-endian pcap 2.4 only. Prints packets and captured octets.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, CAPTURED_AT = 8 };

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GMappedFile) file = NULL;
	guint64 packets = 0, octets = 0;
	gsize at = FILE_HEADER, size;
	const char *data;

	if (argc != 2) {
		g_printerr("usage: walk FILE\n");
		return 2;
	}
	file = g_mapped_file_new(argv[1], FALSE, &error);
	if (file == NULL) {
		g_printerr("walk: %s\n", error->message);
		return 1;
	}
	data = g_mapped_file_get_contents(file);
	size = g_mapped_file_get_length(file);
	while (at + RECORD_HEADER <= size) {
		guint32 captured;

		memcpy(&captured, data + at + CAPTURED_AT, sizeof captured);
		if (captured > size - at - RECORD_HEADER)
			break;
		at += RECORD_HEADER + captured;
		octets += captured;
		packets++;
	}
	g_print("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", packets, octets);
	return at == size ? 0 : 1;
}
