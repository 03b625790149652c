/*
 * compose INPUT.txt OUTPUT.pcap: turns a trace, written as tcpdump prints packets, into a
 * capture. The language: compose_script.h and compose_line.h.
 */
#include "config.h"

#include <stdio.h>

#include "tests/compose_script.h"

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GByteArray) capture = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: compose INPUT.txt OUTPUT.pcap\n");
		return 2;
	}
	if (g_file_get_contents(argv[1], &text, NULL, &error))
		capture = compose_script_read(argv[1], text, &error);
	if (capture == NULL || !g_file_set_contents(argv[2], (const char *)capture->data,
				       capture->len, &error)) {
		fprintf(stderr, "compose: %s\n", error->message);
		return 1;
	}
	return 0;
}
