/*
 * Contacts as DShield takes logs, for whoever gives them to the Internet Storm Center: date, time
 * and zone, author, count, source address and port, target address and port, protocol, flags, with
 * tabs between them; ??? for a port that is not known; ICMP's type stands in place of the source
 * port. Source: DShield's specification for clients, and what its own client leaves out.
 */
#include "config.h"

#include <string.h>

#include "common/hour.h"
#include "common/network.h"
#include "report/line_format.h"

/* Only what somebody sent us on purpose, from his own address: a decoy is most likely somebody
 * else's. */
static gboolean
wants(const Finding *finding)
{
	switch (finding->verdict) {
	case VERDICT_SCAN:
	case VERDICT_COORDINATED_SCAN:
	case VERDICT_INVERSE_MAPPING:
		return TRUE;
	default:
		return FALSE;
	}
}

/* What a contact's packets have in common; protocol NULL: it is not told. flags: in DShield's
 * letters, "" where packets of one kind may differ. */
static const struct {
	const char *protocol, *protocol_v6, *flags;
} kinds[KIND_CONTACTS] = {
	[KIND_MALFORMED] = {"TCP", "TCP", ""},
	[KIND_SYN] = {"TCP", "TCP", "S"},
	[KIND_XMAS] = {"TCP", "TCP", "FPU"},
	[KIND_FIN] = {"TCP", "TCP", "F"},
	[KIND_ACK] = {"TCP", "TCP", "A"},
	[KIND_NULL] = {"TCP", "TCP", ""},
	[KIND_ECHO] = {"ICMP", "58", ""},
	[KIND_ICMP] = {"ICMP", "58", ""},
	[KIND_UDP] = {"UDP", "UDP", ""},
};

/* Whether the site ignores or labels such contacts: partners among the sources of a group, too, are
 * nobody to be reported. */
static gboolean
is_known(const ScanHead *head, const LineContact *line)
{
	const KnownPorts ports = {.ports = &line->contact->port,
		.n = 1,
		.none = kind_table[line->contact->kind].port == 't'};
	const KnownEntry *entry =
		head->known ? known_find(head->known, line->source,
				      network_most_bits(line->source->family), &ports)
			    : NULL;

	return entry && entry->list->action != KNOWN_WATCH;
}

/* "2017-09-10 12:34:56 +00:00" */
static void
put_time(GString *out, gint64 seconds)
{
	char time[HOUR_TEXT_SIZE];

	hour_format_s(seconds, time);
	time[strlen("2017-09-10")] = ' ';
	time[strlen("2017-09-10 12:34:56")] = '\0';
	g_string_append_printf(out, "%s +00:00", time);
}

/* 10 for an IPv4 address's first octet, as DShield has it; of an IPv6 address, of which it says
 * nothing, the last 64 bits, behind fd00::. */
static Address
hide(const Address *target)
{
	if (target->family == 4)
		return address_from_v4(10u << 24 | (guint32)(target->low & 0xffffff));
	return (Address){G_GUINT64_CONSTANT(0xfd) << 56, target->low, 6};
}

static void
put_contact(GString *out, const ScanHead *head, const LineContact *line)
{
	const Contact *contact = line->contact;
	const char *protocol = line->source->family == 4 ? kinds[contact->kind].protocol
							 : kinds[contact->kind].protocol_v6;
	Address to =
		head->export.hides_targets ? hide(&line->pair->target) : line->pair->target;
	char source[ADDRESS_TEXT_SIZE], target[ADDRESS_TEXT_SIZE];

	if (!protocol || is_known(head, line))
		return;
	put_time(out, line->pair->hour + (gint64)(contact->first / SECOND_NS));
	address_format(line->source, source);
	address_format(&to, target);
	g_string_append_printf(out, "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%s\t",
		head->export.author, contact->packets, source);
	if (kind_table[contact->kind].port == 't')
		g_string_append_printf(out, "%u\t%s\t???", contact->port, target);
	else
		g_string_append_printf(out, "???\t%s\t%u", target, contact->port);
	g_string_append_printf(out, "\t%s\t%s\n", protocol, kinds[contact->kind].flags);
}

const LineFormat line_dshield = {.name = "dshield",
	.help = "contacts of those who scan, as DShield takes logs",
	.wants = wants,
	.contact = put_contact};
