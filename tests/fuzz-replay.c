/*
 * The main() of a fuzz target that is built without libFuzzer: runs it on each file given, and on each file of each folder given.
 * Without arguments: on the target's corpus, the folder $srcdir/tests/corpus/NAME for a program called fuzz-NAME; it must not be empty.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tests/fuzz.h"

static guint
replay(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	g_autofree char *octets = NULL;
	gsize length;
	const char *name;
	guint n = 0;

	if (folder) {
		while ((name = g_dir_read_name(folder))) {
			g_autofree char *inner = g_build_filename(path, name, NULL);
			n += replay(inner);
		}
		return n;
	}
	if (!g_file_get_contents(path, &octets, &length, NULL)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return 0;
	}
	LLVMFuzzerTestOneInput((const guint8 *)octets, length);
	return 1;
}

int
main(int argc, char **argv)
{
	guint n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	if (argc == 1) {
		const char *source = g_getenv("srcdir");
		const char *target = strrchr(argv[0], '-'); /* also where libtool or a test runner puts something in front */
		g_autofree char *corpus =
			g_build_filename(source ? source : ".", "tests", "corpus", target ? target + 1 : "", NULL);
		n = replay(corpus);
	}
	printf("%u inputs replayed\n", n);
	return n ? 0 : 1;
}
