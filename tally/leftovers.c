#include "config.h"

#include "tally/leftovers.h"

#include <string.h>

#include <glib/gstdio.h>

enum { LETTERS = 6 };

gboolean
leftovers_is_name(const char *name)
{
	static const char mark[] = ".part-";
	gsize length = strlen(name), end = sizeof mark - 1 + LETTERS;

	return name[0] == '.' && length > end + 1 &&
	       memcmp(name + length - end, mark, sizeof mark - 1) == 0;
}

void
leftovers_sweep(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path =
			leftovers_is_name(name) ? g_build_filename(folder, name, NULL) : NULL;
		if (path)
			g_unlink(path);
	}
}
