#include "config.h"

#include "report/contact_class.h"

const SvgKey contact_classes[CONTACT_CLASSES] = {
	[CONTACT_REQUEST] = {"request", SVG_TICK, "SYN"},
	[CONTACT_ACK] = {"ack", SVG_CROSS, "bare ACK"},
	[CONTACT_RESPONSE] = {"response", SVG_DOT, "SYN-ACK, RST, FIN-ACK"},
	[CONTACT_UDP] = {"udp", SVG_SQUARE, "UDP"},
	[CONTACT_ICMP] = {"icmp", SVG_DASH, "ICMP"},
	[CONTACT_OTHER] = {"other", SVG_UP, "odd flags, other"},
};

ContactClass
contact_class(Kind kind)
{
	switch (kind) {
	case KIND_SYN:
		return CONTACT_REQUEST;
	case KIND_ACK:
		return CONTACT_ACK;
	case KIND_SYNACK:
	case KIND_RST:
	case KIND_FINACK:
		return CONTACT_RESPONSE;
	case KIND_UDP:
		return CONTACT_UDP;
	case KIND_ECHO:
	case KIND_ECHOREPLY:
	case KIND_ICMP:
		return CONTACT_ICMP;
	default:
		return CONTACT_OTHER;
	}
}

gboolean
contact_class_has_port(Kind kind, guint16 port)
{
	const KindInfo *info = &kind_table[kind];

	if (info->port == 0 || info->port == 't')
		return info->port == 't';
	return port != 0 || info->class == CLASS_REQUEST;
}
