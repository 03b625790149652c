/*
 * BPF expressions, as tcpdump takes them: compiled and run by libpcap.
 */
#ifndef TALLY_BPF_H
#define TALLY_BPF_H

#include "tally/capture.h"

typedef struct Bpf Bpf;

/* Whether it can be compiled for Ethernet, or else for bare IP: what one link type does not know
 * another may. FALSE and FAILURE_USAGE: the expression in quotes, and libpcap's message. As with
 * tcpdump, names of hosts in it are looked up. */
gboolean bpf_check(const char *expression, GError **error);

/* link_type: as a capture's. NULL: as bpf_check. */
Bpf *bpf_new(const char *expression, guint32 link_type, GError **error);
void bpf_free(Bpf *bpf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bpf, bpf_free)

gboolean bpf_matches(const Bpf *bpf, const CaptureRecord *record);

#endif
