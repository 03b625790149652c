/*
 * What lies around an IP packet on the wire: the link layers that a trace can ask for.
 *
 * To add one: a writer and a line in compose_link.c's table.
 */
#ifndef TESTS_COMPOSE_LINK_H
#define TESTS_COMPOSE_LINK_H

#include "tests/compose_text.h"

typedef struct ComposeLinkKind ComposeLinkKind;

typedef struct {
	const ComposeLinkKind *kind;
	guint32 numbers[4]; /* VLAN numbers or MPLS labels, outermost first */
	guint n_numbers;
	gboolean big_endian; /* of the file: "null" follows it */
} ComposeLink;

/* Ethernet, nothing around. */
void compose_link_init(ComposeLink *link);

/* The rest of a line "link KIND [NUMBER...]". */
gboolean compose_link_read(ComposeLink *link, ComposeText *text, GError **error);

/* As if the line had been "link snap": tcpdump prints "snap 0:0:0:8:0" before such a packet. */
void compose_link_set_snap(ComposeLink *link);

/* LINKTYPE_* as in a pcap file's header. */
guint32 compose_link_type(const ComposeLink *link);

/* Appends the link header of a payload of `length` octets. ethertype: of the payload, 0x0800 or
 * 0x86dd for IP. FALSE: this link layer cannot say so. */
gboolean compose_link_write(
	const ComposeLink *link, guint16 ethertype, guint length, GByteArray *octets);

#endif
