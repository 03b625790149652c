/*
 * Where a finding's TCP and UDP packets came from and went to: a strip of source ports above one
 * of destination ports. Tallies keep the service port of each contact (KindInfo.port) and of the
 * others, for all packets of a kind together, the least and greatest source port and the blocks of
 * 1,024 that destination ports lay in: all of this is drawn, each as what it is. Answers from one
 * port to scattered ones are backscatter.
 */
#ifndef REPORT_FIGURE_PORTS_H
#define REPORT_FIGURE_PORTS_H

#include "report/detail.h"

/* Nothing where no port is known. id: of no other figure of the page. */
void figure_ports(GString *page, const char *id, const Finding *finding, const Detail *detail);

#endif
