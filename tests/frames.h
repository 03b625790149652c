/*
 * Frames as text: hexadecimal octets, spaces where they help. The pieces below are put together
 * by writing them one after the other.
 */
#ifndef TESTS_FRAMES_H
#define TESTS_FRAMES_H

#include <glib.h>

/* 198.51.100.7 is outside, 192.0.2.5 inside of FRAMES_HOME; likewise 2001:db8:9::7 and
 * 2001:db8:1::5. */
#define FRAMES_HOME "192.0.2.0/24,2001:db8:1::/48"
#define OUTSIDE "c6336407 "
#define INSIDE "c0000205 "
#define INSIDE_TOO "c0000206 "
#define OUTSIDE6 "20010db8000900000000000000000007 "
#define INSIDE6 "20010db8000100000000000000000005 "

#define MACS "020000000001 020000000002 "
#define ETHER4 MACS "0800 "
#define ETHER6 MACS "86dd "

/* total: length; fragment: flags and offset */
#define IPV4(total, fragment, protocol, from, to)                                              \
	"4500 " total "1234 " fragment "40 " protocol "0000 " from to
#define IPV6(payload, next, from, to) "60000000 " payload next "40 " from to
#define TCP(offset, flags) "d431 0050 00000101 00000202 " offset flags "0400 0000 0000 "
#define UDP "d431 0035 0008 0000 "
#define ICMP(type, code) type code "0000 00000000 "

/* Octets of the text; free with g_free. */
static inline guint8 *
frame_octets(const char *text, gsize *length)
{
	GByteArray *octets = g_byte_array_sized_new(1);

	for (const char *c = text; *c; c++) {
		if (*c == ' ')
			continue;
		guint8 octet =
			(guint8)(g_ascii_xdigit_value(c[0]) << 4 | g_ascii_xdigit_value(c[1]));
		g_byte_array_append(octets, &octet, 1);
		c++;
	}
	*length = octets->len;
	return g_byte_array_free(octets, FALSE);
}

#endif
