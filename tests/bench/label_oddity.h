/*
 * The rarer sights of both seeds: load balancers, traceroutes, floods at us, packets that make no
 * sense, a hijack.
 */
#ifndef BENCH_LABEL_ODDITY_H
#define BENCH_LABEL_ODDITY_H

#include "tests/bench/label_stage.h"

extern const Kind label_oddity_kinds[];

#endif
