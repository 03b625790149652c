/*
 * Several who belong together, and several who only seem to.
 */
#ifndef BENCH_LABEL_GROUP_H
#define BENCH_LABEL_GROUP_H

#include "tests/bench/label_stage.h"

extern const Kind label_group_kinds[];

#endif
