#include "config.h"

#include "tests/compose_line.h"

#include <string.h>

#include "tally/kind.h"

/* Numbers of many fields are read the same way: into a local, then to where they belong. */
static gboolean
read_number(ComposeText *text, guint64 max, void *field, gsize size, GError **error)
{
	guint64 number;

	if (!compose_text_number(text, max, &number, error))
		return FALSE;
	memcpy(field, &number, size); /* little-endian machines only, as all of gnomon */
	return TRUE;
}

#define READ(text, max, field, error) read_number(text, max, &(field), sizeof(field), error)

static gboolean
add_extension(ComposeText *text, ComposePacket *packet, guint8 extension, GError **error)
{
	if (packet->from.family != 6)
		return compose_text_fail(text, error, "extension headers with IPv6 only");
	if (packet->n_extensions == G_N_ELEMENTS(packet->extensions))
		return compose_text_fail(text, error, "no more extension headers");
	packet->extensions[packet->n_extensions++] = extension;
	return TRUE;
}

static gboolean
read_fragment(ComposeText *text, ComposePacket *packet, GError **error)
{
	if (!READ(text, G_MAXUINT32, packet->id, error) ||
		!compose_text_expect(text, ":", error) ||
		!READ(text, 65535, packet->fragment_length, error) ||
		!compose_text_expect(text, "@", error) ||
		!READ(text, 65528, packet->fragment_offset, error))
		return FALSE;
	if (packet->fragment_offset % 8 != 0)
		return compose_text_fail(text, error, "an offset that is a multiple of 8");
	packet->more = compose_text_accept(text, "+");
	packet->fragment = TRUE;
	if (!compose_text_expect(text, ")", error))
		return FALSE;
	return packet->from.family == 4 || add_extension(text, packet, COMPOSE_FRAGMENT, error);
}

static gboolean
read_ttl(ComposeText *text, ComposePacket *packet, const char *close, GError **error)
{
	if (!READ(text, 255, packet->ttl, error))
		return FALSE;
	if (compose_text_accept(text, "id") && !READ(text, 65535, packet->id, error))
		return FALSE;
	return compose_text_expect(text, close, error);
}

/* One note, if one comes next: *found says. */
static gboolean
read_note(ComposeText *text, ComposePacket *packet, gboolean *found, GError **error)
{
	*found = TRUE;
	if (compose_text_accept(text, "(DF)")) {
		packet->df = TRUE;
		return TRUE;
	}
	if (compose_text_accept(text, "(ttl"))
		return read_ttl(text, packet, ")", error);
	if (compose_text_accept(text, "[ttl"))
		return read_ttl(text, packet, "]", error);
	if (compose_text_accept(text, "(id"))
		return READ(text, 65535, packet->id, error) &&
		       compose_text_expect(text, ")", error);
	if (compose_text_accept(text, "[tos"))
		return READ(text, 255, packet->tos, error) &&
		       compose_text_expect(text, "]", error);
	if (compose_text_accept(text, "(frag"))
		return read_fragment(text, packet, error);
	if (compose_text_accept(text, "hbh"))
		return add_extension(text, packet, COMPOSE_HOP_BY_HOP, error);
	if (compose_text_accept(text, "dst"))
		return add_extension(text, packet, COMPOSE_DESTINATION, error);
	if (compose_text_accept(text, "route"))
		return add_extension(text, packet, COMPOSE_ROUTING, error);
	if (compose_text_accept(text, "ipopts")) {
		if (!READ(text, 40, packet->ip_options, error))
			return FALSE;
		return packet->ip_options % 4 == 0 ||
		       compose_text_fail(text, error, "a multiple of 4");
	}
	if (compose_text_accept(text, "totlen"))
		return READ(text, 65535, packet->total_length, error);
	if (compose_text_accept(text, "ihl"))
		return READ(text, 15, packet->header_words, error);
	if (compose_text_accept(text, "version"))
		return READ(text, 15, packet->version, error);
	if (compose_text_accept(text, "doff"))
		return READ(text, 15, packet->data_offset, error);
	if (compose_text_accept(text, "cutframe"))
		return READ(text, 65535, packet->cut_frame, error);
	if (compose_text_accept(text, "cut"))
		return READ(text, 65535, packet->cut, error);
	*found = FALSE;
	return TRUE;
}

static gboolean
read_notes(ComposeText *text, ComposePacket *packet, GError **error)
{
	gboolean found = TRUE;

	while (found)
		if (!read_note(text, packet, &found, error))
			return FALSE;
	return TRUE;
}

/* Appends one TCP option: kind, length, and numbers of the given sizes. */
static gboolean
add_option(ComposeText *text, ComposePacket *packet, guint8 kind, guint size, guint n_numbers,
	GError **error)
{
	guint length = kind < 2 ? 1 : 2 + size * n_numbers;
	guint8 *at = packet->options + packet->n_options;
	guint64 number;

	if (packet->n_options + length > sizeof packet->options)
		return compose_text_fail(text, error, "at most 40 octets of options");
	at[0] = kind;
	if (kind >= 2)
		at[1] = (guint8)length;
	for (guint i = 0; i < n_numbers; i++) {
		if (!compose_text_number(text, ((guint64)1 << 8 * size) - 1, &number, error))
			return FALSE;
		for (guint octet = 0; octet < size; octet++)
			at[2 + i * size + octet] = (guint8)(number >> 8 * (size - 1 - octet));
	}
	packet->n_options += length;
	return TRUE;
}

static gboolean
read_options(ComposeText *text, ComposePacket *packet, const char *close, GError **error)
{
	static const struct {
		const char *name;
		guint8 kind;
		guint size, n_numbers;
	} options[] = {
		{"eol", 0, 0, 0},
		{"nop", 1, 0, 0},
		{"mss", 2, 2, 1},
		{"wscale", 3, 1, 1},
		{"sackOK", 4, 0, 0},
		{"timestamp", 8, 4, 2},
		{"[bad opt]", 5, 0, 0},
	};

	while (!compose_text_accept(text, close)) {
		gsize i = 0;

		while (i < G_N_ELEMENTS(options) && !compose_text_accept(text, options[i].name))
			i++;
		if (i == G_N_ELEMENTS(options))
			return compose_text_fail(text, error, "a TCP option or \"%s\"", close);
		if (!add_option(text, packet, options[i].kind, options[i].size,
			    options[i].n_numbers, error))
			return FALSE;
		if (options[i].kind == 5) /* a length that no option can have */
			packet->options[packet->n_options - 1] = 1;
	}
	while (packet->n_options % 4 != 0)
		packet->options[packet->n_options++] = 0;
	return TRUE;
}

/* "SEQ:END(LENGTH)", or after "seq": "SEQ" or "SEQ:END". */
static gboolean
read_sequence(ComposeText *text, ComposePacket *packet, GError **error)
{
	guint32 end;

	if (!READ(text, G_MAXUINT32, packet->seq, error))
		return FALSE;
	if (!compose_text_accept(text, ":"))
		return TRUE;
	if (!READ(text, G_MAXUINT32, end, error))
		return FALSE;
	packet->length = end - packet->seq;
	if (packet->length > 65000)
		return compose_text_fail(
			text, error, "a sequence number's end at most 65000 beyond it");
	if (compose_text_accept(text, "(")) {
		guint length = packet->length;

		if (!READ(text, 65000, packet->length, error))
			return FALSE;
		if (packet->length != length)
			return compose_text_fail(text, error,
				"%u before it, the difference of the sequence numbers", length);
		return compose_text_expect(text, ")", error);
	}
	return TRUE;
}

static gboolean
read_flags(ComposeText *text, ComposePacket *packet, gboolean brackets, GError **error)
{
	static const char letters[] = "FSRPAUEW"; /* bits 0 to 7 */

	if (brackets && compose_text_accept(text, "none]"))
		return TRUE;
	for (; *text->at != '\0' && strchr(" ]", *text->at) == NULL; text->at++) {
		const char *letter = strchr(letters, *text->at);

		if (letter != NULL)
			packet->flags |= (guint8)(1 << (letter - letters));
		else if (*text->at == '.' && brackets)
			packet->flags |= FLAG_ACK;
		else if (*text->at != '.')
			return compose_text_fail(text, error,
				"TCP flags, \"udp\", \"icmp:\", \"proto\" or a note");
	}
	return !brackets || compose_text_expect(text, "]", error);
}

static gboolean
read_tcp(ComposeText *text, ComposePacket *packet, gboolean brackets, GError **error)
{
	packet->protocol = COMPOSE_TCP;
	if (!read_flags(text, packet, brackets, error))
		return FALSE;
	while (!compose_text_at_end(text)) {
		gboolean fine;

		if (g_ascii_isdigit(*text->at) || compose_text_accept(text, "seq")) {
			fine = read_sequence(text, packet, error);
		} else if (compose_text_accept(text, "ack")) {
			packet->flags |= FLAG_ACK;
			fine = READ(text, G_MAXUINT32, packet->ack, error);
		} else if (compose_text_accept(text, "urg")) {
			packet->flags |= FLAG_URG;
			fine = READ(text, 65535, packet->urgent, error);
		} else if (compose_text_accept(text, "win")) {
			fine = READ(text, 65535, packet->window, error);
		} else if (compose_text_accept(text, "<")) {
			fine = read_options(text, packet, ">", error);
		} else if (compose_text_accept(text, "options [")) {
			fine = read_options(text, packet, "]", error);
		} else if (compose_text_accept(text, "length")) {
			fine = READ(text, 65000, packet->length, error);
		} else {
			return TRUE;
		}
		if (!fine)
			return FALSE;
	}
	return TRUE;
}

/* What an error brings back: the IP header of the packet it answers and eight octets behind. */
static gboolean
add_quote(ComposePacket *packet, const ComposeEnd *from, const ComposeEnd *to, guint8 protocol)
{
	g_auto(ComposePacket) lost;
	guint header = from->family == 4 ? 20 : 40;

	compose_packet_init(&lost);
	lost.from = *from;
	lost.to = *to;
	lost.protocol = protocol;
	lost.type = from->family == 4 ? 8 : 128; /* of ICMP, only requests are quoted */
	g_clear_pointer(&packet->quoted, g_byte_array_unref);
	packet->quoted = g_byte_array_new();
	compose_packet_write(&lost, packet->quoted);
	g_byte_array_set_size(packet->quoted, MIN(packet->quoted->len, header + 8));
	return TRUE;
}

static gboolean
read_quote(ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error)
{
	ComposeEnd from, to;

	if (!compose_names_end(names, text, &from, error) ||
		!compose_text_expect(text, ">", error) ||
		!compose_names_end(names, text, &to, error))
		return FALSE;
	if (from.family != to.family || from.family != packet->from.family)
		return compose_text_fail(text, error, "addresses of one family");
	if (compose_text_accept(text, "tcp"))
		return add_quote(packet, &from, &to, COMPOSE_TCP);
	if (compose_text_accept(text, "udp"))
		return add_quote(packet, &from, &to, COMPOSE_UDP);
	if (compose_text_accept(text, "icmp"))
		return add_quote(
			packet, &from, &to, from.family == 4 ? COMPOSE_ICMP : COMPOSE_ICMP6);
	return compose_text_fail(text, error, "\"tcp\", \"udp\" or \"icmp\"");
}

/* "host X unreachable", "net X unreachable", "X udp port N unreachable": the packet is taken to
 * have been TCP (UDP for a port) of the receiver to X, unless "quoting" says what it was. */
static gboolean
read_unreachable(ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error)
{
	gboolean v4 = packet->from.family == 4;
	ComposeEnd lost = {0}, back = packet->to;
	guint8 code = 0, protocol = COMPOSE_TCP;

	if (compose_text_accept(text, "host"))
		code = v4 ? 1 : 3;
	else
		compose_text_accept(text, "net");
	if (!compose_names_end(names, text, &lost, error))
		return FALSE;
	if (lost.family != packet->from.family)
		return compose_text_fail(text, error, "addresses of one family");
	if (compose_text_accept(text, "udp port")) {
		code = v4 ? 3 : 4;
		protocol = COMPOSE_UDP;
		if (!READ(text, 65535, lost.port, error))
			return FALSE;
	}
	packet->type = v4 ? 3 : 1;
	packet->code = code;
	add_quote(packet, &back, &lost, protocol);
	return compose_text_expect(text, "unreachable", error);
}

static gboolean
read_icmp(ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error)
{
	gboolean v4 = packet->from.family == 4;

	packet->protocol = v4 ? COMPOSE_ICMP : COMPOSE_ICMP6;
	if (compose_text_accept(text, "echo request")) {
		packet->type = v4 ? 8 : 128;
	} else if (compose_text_accept(text, "echo reply")) {
		packet->type = v4 ? 0 : 129;
	} else if (compose_text_accept(text, "time exceeded in-transit")) {
		packet->type = v4 ? 11 : 3;
	} else if (compose_text_accept(text, "type")) {
		if (!READ(text, 255, packet->type, error))
			return FALSE;
		if (compose_text_accept(text, "code") && !READ(text, 255, packet->code, error))
			return FALSE;
	} else if (!read_unreachable(names, text, packet, error)) {
		return FALSE;
	}
	return !compose_text_accept(text, "quoting") || read_quote(names, text, packet, error);
}

static gboolean
read_body(ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error)
{
	if (compose_text_accept(text, "udp") || compose_text_accept(text, "UDP, length")) {
		packet->protocol = COMPOSE_UDP;
		return READ(text, 65000, packet->length, error);
	}
	if (compose_text_accept(text, "icmp:"))
		return read_icmp(names, text, packet, error);
	if (compose_text_accept(text, "proto")) {
		if (!READ(text, 255, packet->protocol, error))
			return FALSE;
		compose_text_at_end(text);
		return !g_ascii_isdigit(*text->at) || READ(text, 65000, packet->length, error);
	}
	if (compose_text_accept(text, "Flags ["))
		return read_tcp(text, packet, TRUE, error);
	if (compose_text_at_end(text)) /* a later fragment stands alone; nobody says of what */
		return packet->fragment || compose_text_fail(text, error, "what the packet is");
	return read_tcp(text, packet, FALSE, error);
}

gboolean
compose_line_read(ComposeNames *names, ComposeText *text, ComposePacket *packet, GError **error)
{
	ComposeText start = *text;

	if (!compose_names_end(names, text, &packet->from, error) ||
		!compose_text_expect(text, ">", error) ||
		!compose_names_end(names, text, &packet->to, error))
		return FALSE;
	if (packet->from.family != packet->to.family)
		return compose_text_fail(&start, error, "addresses of one family");
	packet->protocol = COMPOSE_UDP;
	if (!read_notes(text, packet, error) || !read_body(names, text, packet, error) ||
		!read_notes(text, packet, error))
		return FALSE;
	if (!compose_text_at_end(text))
		return compose_text_fail(text, error, "a note or the end of the line");
	if ((packet->protocol == COMPOSE_TCP || packet->protocol == COMPOSE_UDP) &&
		!packet->fragment && !(packet->from.has_port && packet->to.has_port))
		return compose_text_fail(&start, error, "HOST.PORT on both sides");
	return TRUE;
}
