/*
 * A packet as tcpdump prints it: old style, "S 1:1(0) win 512", or new, "Flags [S], seq 1, win
 * 512".
 *
 *   PACKET  FROM > TO: NOTE... BODY NOTE...
 *   BODY    FLAGS [SEQ:END(LENGTH)] [ack N] [win N] [urg N] [<OPTION,...>]
 *               old style; FLAGS: letters of SFRPUEWA, or "."
 *           Flags [FLAGS] [seq N[:END]] [ack N] [win N] [urg N] [options [OPTION,...]] [length N]
 *           udp LENGTH | UDP, length N
 *           icmp: WHAT [quoting FROM > TO tcp|udp|icmp]
 *           proto NUMBER [LENGTH]
 *   WHAT    echo request | echo reply | host HOST unreachable | net HOST unreachable |
 *           HOST udp port N unreachable | time exceeded in-transit | type N [code N]
 *   OPTION  mss N | nop | eol | sackOK | wscale N | timestamp N N | [bad opt]
 *   NOTE    (DF) | (ttl N[, id N]) | (id N) | [ttl N] | [tos N] | (frag ID:LENGTH@OFFSET[+])
 *           hbh | dst | route      IPv6 extension headers, as they stand, a frag among them
 *           ipopts OCTETS          of IPv4 options
 *           totlen N | ihl WORDS | version N | doff WORDS
 *                                  what the header says, true or not
 *           cut OCTETS             only so much of the IP packet was captured
 *           cutframe OCTETS        the same of the frame
 *
 * An "ack" or "urg" sets the flag of its name, as tcpdump prints them only then.
 */
#ifndef TESTS_COMPOSE_LINE_H
#define TESTS_COMPOSE_LINE_H

#include "tests/compose_packet.h"

/* Reads the rest of a line, from FROM on, into packet (which compose_packet_init has seen). */
gboolean compose_line_read(
	ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error);

#endif
