/*
 * A fuzz target: takes any octets, must not crash, hang or read past them. libFuzzer's entry point; without libFuzzer
 * fuzz-replay.c calls it with files.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#endif
