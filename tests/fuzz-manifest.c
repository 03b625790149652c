/*
 * Fuzz target of the manifest: what is read as one must be written, and what is written read
 * again as the same.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>

#include "common/manifest.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(Manifest) manifest = manifest_parse((const char *)data, size, "fuzz", NULL);

	if (!manifest)
		return 0;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) again = g_string_new(NULL);
	manifest_format(manifest, text);
	g_autoptr(Manifest) copy = manifest_parse(text->str, text->len, "again", NULL);
	if (!copy)
		g_error("written and not read: %s", text->str);
	manifest_format(copy, again);
	if (strcmp(text->str, again->str) != 0)
		g_error("read again as another: %s%s", text->str, again->str);
	return 0;
}
