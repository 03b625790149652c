/*
 * The main() of fuzz targets without libFuzzer: gives the target every file of its corpus as it
 *is, cut short, and with octets changed, the same way in every run.
 *
 *	tests/fuzz-NAME [FILE...]	default: all files of $srcdir/tests/corpus/NAME
 */
#include "config.h"

#include "tests/fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { CUTS_MAX = 256, CHANGES = 256, CHANGED_OCTETS_MAX = 4 };

/* Each input is a copy of its very size, so that a sanitizer sees a read of one octet too many;
 * never NULL, as libFuzzer's never are. */
static void
give(const guint8 *data, gsize size)
{
	g_autofree guint8 *copy = g_malloc(MAX(size, 1));

	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
}

static void
give_changed(const guint8 *data, gsize size, GRand *dice)
{
	g_autofree guint8 *copy = g_memdup2(data, size);
	gint n = g_rand_int_range(dice, 1, CHANGED_OCTETS_MAX + 1);

	for (gint i = 0; i < n; i++) {
		guint8 *octet = &copy[(gsize)(g_rand_double(dice) * (double)size)];
		switch (g_rand_int_range(dice, 0, 3)) {
		case 0:
			*octet = (guint8)g_rand_int(dice);
			break;
		case 1:
			*octet ^= (guint8)(1 << g_rand_int_range(dice, 0, 8));
			break;
		default:
			*octet = g_rand_boolean(dice) ? 0x00 : 0xff;
		}
	}
	give(copy, size);
}

static void
replay_file(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *contents = NULL;
	g_autoptr(GRand) dice = g_rand_new_with_seed(1998);
	gsize size;

	if (!g_file_get_contents(path, &contents, &size, &error)) {
		g_printerr("%s\n", error->message);
		exit(EXIT_FAILURE);
	}
	const guint8 *data = (const guint8 *)contents;
	give(data, size);
	for (gsize cut = 0; cut < MIN(size, CUTS_MAX); cut++)
		give(data, cut);
	for (guint i = 0; size > 0 && i < CHANGES; i++)
		give_changed(data, size, dice);
}

/* Returns how many files there were. */
static guint
replay_folder(const char *folder)
{
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	const char *name;
	guint n = 0;

	while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		replay_file(path);
		n++;
	}
	return n;
}

/* The corpus beside the sources; the program's name is fuzz-NAME. */
static char *
corpus_folder(const char *program)
{
	g_autofree char *name = g_path_get_basename(program);
	const char *srcdir = g_getenv("srcdir");
	const char *target = g_str_has_prefix(name, "fuzz-") ? name + strlen("fuzz-") : name;

	return g_build_filename(srcdir != NULL ? srcdir : ".", "tests", "corpus", target, NULL);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay_file(argv[i]);
	if (argc > 1)
		return EXIT_SUCCESS;
	g_autofree char *folder = corpus_folder(argv[0]);
	guint n = replay_folder(folder);
	g_print("%u inputs of %s replayed\n", n, folder);
	return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
