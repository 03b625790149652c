/*
 * Ordinary life: those who come to our servers, whom our clients go to, and those who look like a
 * scanner from afar and are none. Nothing of it is to be found.
 */
#ifndef BENCH_LABEL_GUEST_H
#define BENCH_LABEL_GUEST_H

#include "tests/bench/label_stage.h"

/* Who comes, who is gone to, and who comes or is gone to by the hundred. */
extern const Kind label_guest_kinds[];
extern const Kind label_outing_kinds[];
extern const Kind label_crowd_kinds[];

/* What an ordinary host must never be called. */
#define LABEL_GUEST_NEVER "scan,coordinated-scan,decoy,flood,inverse-mapping,hijack"

#endif
