/*
 * Fuzz target of a name server's answer: what is read as a name is printable, and one word.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>

#include "report/resolve.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	char name[RESOLVE_NAME_SIZE] = "";

	if (resolve_read(data, size, name) != RESOLVE_NAME)
		return 0;
	if (name[0] == '\0')
		g_error("a name without a letter");
	for (const char *c = name; *c; c++)
		if (!g_ascii_isgraph(*c))
			g_error("no printable word: %s", name);
	return 0;
}
