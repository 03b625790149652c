/*
 * What comes back unasked: victims whose attackers used our addresses, and those who only look like
 * them to map us.
 */
#ifndef BENCH_LABEL_ECHOES_H
#define BENCH_LABEL_ECHOES_H

#include "tests/bench/label_stage.h"

extern const Kind label_echoes_kinds[];

#endif
