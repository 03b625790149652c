/*
 * A trace as text, and the pcap file it stands for.
 *
 * Line by line; "#" begins a comment. Directives hold from where they stand:
 *
 *   date YYYY-MM-DD       the day of the times that follow (2000-01-01 until then)
 *   host NAME ADDRESS     a name for an address
 *   link KIND [NUMBER..]  the link layer: ethernet, vlan 5, qinq 5 6, qinq9100 5 6, mpls 16,
 *                         pppoe, snap, ppp, raw, null, loop, sll, sll2
 *   snaplen OCTETS        of the file; longer packets are cut
 *   precision nano        of the file
 *   bigendian             the file's byte order
 *   sorted                the packets go into the file by time, not as they stand
 *   repeat N every DURATION {
 *   PACKET...
 *   }                     N times, each time DURATION later; {5} there counts up from 5, {5+3}
 *                         in threes, {5-1} down, {5+3%7} is 5 plus the count in threes modulo 7,
 *                         {a|b} takes turns. No repeat within a repeat.
 *
 * and packets, where DATE goes before directive "date":
 *
 *   [DATE] TIME [snap 0:0:0:8:0] [IP|IP6] PACKET
 *                         see compose_line.h
 *   [DATE] TIME arp | ethertype N LENGTH | frame HEX
 *                         what is no IP packet; frame: all octets, link header included
 */
#ifndef TESTS_COMPOSE_SCRIPT_H
#define TESTS_COMPOSE_SCRIPT_H

#include <glib.h>

/* The pcap file that text describes. file: for messages, "FILE:LINE: found ..., expected ...".
 * NULL and error (FAILURE_FAILED) when text does not fit. */
GByteArray *compose_script_read(const char *file, const char *text, GError **error);

#endif
