/*
 * Those who look for what is there: one source each, every technique of the seeds and every pace.
 */
#ifndef BENCH_LABEL_SCAN_H
#define BENCH_LABEL_SCAN_H

#include "tests/bench/label_stage.h"

extern const Kind label_scan_kinds[];

#endif
