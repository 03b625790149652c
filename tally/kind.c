#include "config.h"

#include "tally/kind.h"

#include <string.h>

const KindInfo kind_table[KIND_COUNT] = {
	[KIND_MALFORMED] = {"malformed", CLASS_REQUEST, FACT_IN_REQUEST, 'd'},
	[KIND_SYN] = {"syn", CLASS_REQUEST, FACT_IN_REQUEST | FACT_IN_SYN, 'd'},
	[KIND_SYNACK] = {"synack", CLASS_RESPONSE, FACT_IN_RESPONSE, 's'},
	[KIND_RST] = {"rst", CLASS_RESPONSE, FACT_IN_RESPONSE, 's'},
	[KIND_FINACK] = {"finack", CLASS_RESPONSE, FACT_IN_RESPONSE, 'd'},
	[KIND_XMAS] = {"xmas", CLASS_REQUEST, FACT_IN_REQUEST, 'd'},
	[KIND_FIN] = {"fin", CLASS_REQUEST, FACT_IN_REQUEST, 'd'},
	[KIND_ACK] = {"ack", CLASS_RESPONSE, FACT_IN_RESPONSE, 'd'},
	[KIND_NULL] = {"null", CLASS_REQUEST, FACT_IN_REQUEST, 'd'},
	[KIND_ECHO] = {"echo", CLASS_REQUEST, FACT_IN_REQUEST, 't'},
	[KIND_ECHOREPLY] = {"echoreply", CLASS_RESPONSE, FACT_IN_ECHOREPLY, 't'},
	[KIND_ICMP] = {"icmp", CLASS_REQUEST, FACT_IN_REQUEST, 't'},
	[KIND_UDP] = {"udp", CLASS_UDP, FACT_IN_UDP, 'd'},
	[KIND_OTHER] = {"other", CLASS_OTHER, FACT_IN_OTHER, 0},
	[KIND_UNREACH] = {"unreach", CLASS_EVIDENCE, 0, 't'},
	[KIND_ERROR_OUT] = {"error-out", CLASS_EVIDENCE, 0, 't'},
	[KIND_ANSWER_SYNACK] = {"answer-synack", CLASS_EVIDENCE, 0, 's'},
	[KIND_ANSWER_RST] = {"answer-rst", CLASS_EVIDENCE, 0, 's'},
	[KIND_ANSWER_UNREACH] = {"answer-unreach", CLASS_EVIDENCE, 0, 'd'},
	[KIND_UDP_OUT] = {"udp-out", CLASS_EVIDENCE, 0, 0},
};

/*
 * First match of DESIGN section 2's table, written out for the 64 sets of F S R P A U (bits
 * 0..5); ECE and CWR are ignored, so the table is the same four times.
 *
 * malformed: two or three of S, F, R; or P, U or both and nothing else.
 */
#define M KIND_MALFORMED
#define ROW_64                                                                                 \
	/* U A P off:  none    F          S            FS R         FR SR FSR */               \
	KIND_NULL, KIND_FIN, KIND_SYN, M, KIND_RST, M, M, M, /* P */ M, KIND_FIN, KIND_SYN, M, \
		KIND_RST, M, M, M, /* A */ KIND_ACK, KIND_FINACK, KIND_SYNACK, M, KIND_RST, M, \
		M, M, /* A P */ KIND_ACK, KIND_FINACK, KIND_SYNACK, M, KIND_RST, M, M, M,      \
		/* U */ M, KIND_FIN, KIND_SYN, M, KIND_RST, M, M, M, /* U P */ M, KIND_XMAS,   \
		KIND_SYN, M, KIND_RST, M, M, M, /* U A */ KIND_ACK, KIND_FINACK, KIND_SYNACK,  \
		M, KIND_RST, M, M, M, /* U A P */ KIND_ACK, KIND_FINACK, KIND_SYNACK, M,       \
		KIND_RST, M, M, M

const guint8 kind_of_flags[256] = {ROW_64, ROW_64, ROW_64, ROW_64};

Kind
kind_from_name(const char *name, Kind end)
{
	for (guint kind = 0; kind < end; kind++)
		if (strcmp(kind_table[kind].name, name) == 0)
			return (Kind)kind;
	return KIND_NONE;
}
