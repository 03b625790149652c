/*
 * What a fuzz target exports, to libFuzzer or to replay.c.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <glib.h>

/* data: size octets, any at all; not NUL-terminated. Returns 0; a fault found is a crash
 * (g_error). */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#endif
