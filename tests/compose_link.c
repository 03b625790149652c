#include "config.h"

#include "tests/compose_link.h"

typedef gboolean (*Writer)(
	const ComposeLink *link, guint16 ethertype, guint length, GByteArray *octets);

struct ComposeLinkKind {
	const char *name;
	guint32 type;
	guint numbers_min, numbers_max;
	Writer write;
};

static void
put16(GByteArray *octets, guint16 number)
{
	const guint8 wire[] = {(guint8)(number >> 8), (guint8)number};

	g_byte_array_append(octets, wire, sizeof wire);
}

static void
put32(GByteArray *octets, guint32 number)
{
	put16(octets, (guint16)(number >> 16));
	put16(octets, (guint16)number);
}

static gboolean
is_ip(guint16 ethertype)
{
	return ethertype == 0x0800 || ethertype == 0x86dd;
}

/* PPP's protocol number of an Ethernet type, 0 when it has none. */
static guint16
ppp_protocol(guint16 ethertype)
{
	return ethertype == 0x0800 ? 0x0021 : ethertype == 0x86dd ? 0x0057 : 0;
}

static void
put_stations(GByteArray *octets)
{
	static const guint8 stations[] = {
		0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2}; /* locally administered */

	g_byte_array_append(octets, stations, sizeof stations);
}

static gboolean
write_ethernet(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype,
	guint length G_GNUC_UNUSED, GByteArray *octets)
{
	put_stations(octets);
	put16(octets, ethertype);
	return TRUE;
}

static gboolean
write_tags(const ComposeLink *link, guint16 outer, guint16 ethertype, GByteArray *octets)
{
	put_stations(octets);
	for (guint i = 0; i < link->n_numbers; i++) {
		put16(octets, i + 1 < link->n_numbers ? outer : 0x8100);
		put16(octets, (guint16)link->numbers[i]);
	}
	put16(octets, ethertype);
	return TRUE;
}

static gboolean
write_vlan(const ComposeLink *link, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	return write_tags(link, 0x88a8, ethertype, octets);
}

static gboolean
write_old_qinq(const ComposeLink *link, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	return write_tags(link, 0x9100, ethertype, octets);
}

static gboolean
write_mpls(const ComposeLink *link, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	put_stations(octets);
	put16(octets, 0x8847);
	for (guint i = 0; i < link->n_numbers; i++) {
		gboolean bottom = i + 1 == link->n_numbers;

		put32(octets, link->numbers[i] << 12 | (guint32)bottom << 8 | 64);
	}
	return is_ip(ethertype);
}

static gboolean
write_pppoe(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length,
	GByteArray *octets)
{
	put_stations(octets);
	put16(octets, 0x8864);
	put16(octets, 0x1100); /* version 1, type 1, session data */
	put16(octets, 1);
	put16(octets, (guint16)(length + 2));
	put16(octets, ppp_protocol(ethertype));
	return is_ip(ethertype);
}

static gboolean
write_snap(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length,
	GByteArray *octets)
{
	static const guint8 llc_and_oui[] = {0xaa, 0xaa, 3, 0, 0, 0};

	put_stations(octets);
	put16(octets, (guint16)(length + 8));
	g_byte_array_append(octets, llc_and_oui, sizeof llc_and_oui);
	put16(octets, ethertype);
	return TRUE;
}

static gboolean
write_ppp(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	put16(octets, 0xff03);
	put16(octets, ppp_protocol(ethertype));
	return is_ip(ethertype);
}

static gboolean
write_raw(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets G_GNUC_UNUSED)
{
	return is_ip(ethertype);
}

static gboolean
write_sll(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	put16(octets, 0); /* to us */
	put16(octets, 1); /* Ethernet */
	put16(octets, 6);
	put32(octets, 0x02000000);
	put32(octets, 0x00020000);
	put16(octets, ethertype);
	return TRUE;
}

static gboolean
write_sll2(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	put16(octets, ethertype);
	put16(octets, 0);
	put32(octets, 1);      /* interface */
	put16(octets, 1);      /* Ethernet */
	put16(octets, 0x0006); /* to us; six octets of address */
	put32(octets, 0x02000000);
	put32(octets, 0x00020000);
	return TRUE;
}

/* The families of the BSD that "null" came from; IPv6 as macOS numbers it. */
static guint32
bsd_family(guint16 ethertype)
{
	return ethertype == 0x0800 ? 2 : 30;
}

static gboolean
write_null(const ComposeLink *link, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	guint32 family = bsd_family(ethertype);

	put32(octets, link->big_endian ? family : GUINT32_SWAP_LE_BE(family));
	return is_ip(ethertype);
}

static gboolean
write_loop(const ComposeLink *link G_GNUC_UNUSED, guint16 ethertype, guint length G_GNUC_UNUSED,
	GByteArray *octets)
{
	put32(octets, bsd_family(ethertype));
	return is_ip(ethertype);
}

static const ComposeLinkKind kinds[] = {
	{"ethernet", 1, 0, 0, write_ethernet},
	{"vlan", 1, 1, 1, write_vlan},
	{"qinq", 1, 2, 4, write_vlan},
	{"qinq9100", 1, 2, 4, write_old_qinq},
	{"mpls", 1, 1, 4, write_mpls},
	{"pppoe", 1, 0, 0, write_pppoe},
	{"snap", 1, 0, 0, write_snap},
	{"ppp", 9, 0, 0, write_ppp},
	{"raw", 101, 0, 0, write_raw},
	{"null", 0, 0, 0, write_null},
	{"loop", 108, 0, 0, write_loop},
	{"sll", 113, 0, 0, write_sll},
	{"sll2", 276, 0, 0, write_sll2},
};

enum { ETHERNET = 0, SNAP = 6 };

void
compose_link_init(ComposeLink *link)
{
	*link = (ComposeLink){.kind = &kinds[ETHERNET]};
}

void
compose_link_set_snap(ComposeLink *link)
{
	link->kind = &kinds[SNAP];
	link->n_numbers = 0;
}

gboolean
compose_link_read(ComposeLink *link, ComposeText *text, GError **error)
{
	gsize i = 0;
	guint64 number;

	while (i < G_N_ELEMENTS(kinds) && !compose_text_accept(text, kinds[i].name))
		i++;
	if (i == G_N_ELEMENTS(kinds))
		return compose_text_fail(text, error,
			"a link layer: ethernet, vlan, qinq, qinq9100, mpls, pppoe, snap, ppp, "
			"raw, null, loop, sll or sll2");
	link->kind = &kinds[i];
	for (link->n_numbers = 0; !compose_text_at_end(text);
		link->numbers[link->n_numbers++] = (guint32)number) {
		if (link->n_numbers == kinds[i].numbers_max)
			return compose_text_fail(text, error, "the end of the line");
		if (!compose_text_number(text, 0xfffff, &number, error))
			return FALSE;
	}
	if (link->n_numbers < kinds[i].numbers_min)
		return compose_text_fail(text, error, "%u number(s) for %s",
			kinds[i].numbers_min, kinds[i].name);
	return TRUE;
}

guint32
compose_link_type(const ComposeLink *link)
{
	return link->kind->type;
}

gboolean
compose_link_write(const ComposeLink *link, guint16 ethertype, guint length, GByteArray *octets)
{
	return link->kind->write(link, ethertype, length, octets);
}
