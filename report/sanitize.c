#include "config.h"

#include "report/sanitize.h"

#include "common/failure.h"

/* No piece of home is larger: a range has 16 of them. */
enum { PIECE_BITS = 8 };

typedef struct {
	Network home, replacement;
} Piece;

struct Sanitize {
	const Home *home; /* borrowed */
	CryptoPan *pan;   /* owned */
	GArray *pieces;   /* owned; of Piece: shortest prefix first, then by address */
};

gboolean
sanitize_is_range(const Address *address)
{
	return address->family == 4 ? address->low >> 28 == 0xf : address->high >> 60 == 0xe;
}

/* The address with its first four bits set to the range's. */
static Address
into_range(Address address)
{
	if (address.family == 4)
		address.low |= 0xf0000000;
	else
		address.high = (address.high & G_MAXUINT64 >> 4) | G_GUINT64_CONSTANT(0xe)
									   << 60;
	return address;
}

/* The first address after a network. */
static Address
after(const Network *network)
{
	Address next = network->first;

	if (next.family == 4) {
		next.low = (next.low + (G_GUINT64_CONSTANT(1) << (32 - network->bits))) &
			   G_MAXUINT32;
	} else if (network->bits <= 64) {
		next.high += G_GUINT64_CONSTANT(1) << (64 - network->bits);
	} else {
		next.low += G_GUINT64_CONSTANT(1) << (128 - network->bits);
		next.high += next.low == 0;
	}
	return next;
}

static gboolean
overlap(const Network *a, const Network *b)
{
	return network_has(a, &b->first) || network_has(b, &a->first);
}

/* Who has a part of the network already; NULL: nobody. */
static const Network *
taken_by(const Sanitize *sanitize, const Network *network)
{
	/* so that nothing becomes 255.255.255.255 */
	static const Network last = {{.low = 0xff000000, .family = 4}, 8};

	if (overlap(&last, network))
		return &last;
	for (guint i = 0; i < sanitize->pieces->len; i++) {
		const Piece *piece = &g_array_index(sanitize->pieces, Piece, i);
		if (overlap(&piece->replacement, network))
			return &piece->replacement;
	}
	return NULL;
}

/* All that have one are as large, or larger: from each the way leads to the next. FALSE: the
 * range is full. */
static gboolean
find_room(const Sanitize *sanitize, const Network *home, Network *room)
{
	static const Address starts[] = {
		{.low = 0xf0000000, .family = 4},
		{.high = G_GUINT64_CONSTANT(0xe) << 60, .family = 6},
	};
	const Network *other;
	Address mapped = into_range(cryptopan_map(sanitize->pan, &home->first));
	/* Round once, wherever it began. */
	guint tries = 2 * sanitize->pieces->len + 4;

	*room = (Network){address_mask(&mapped, home->bits), home->bits};
	while ((other = taken_by(sanitize, room))) {
		if (tries-- == 0)
			return FALSE;
		room->first = after(other);
		if (!sanitize_is_range(&room->first))
			room->first = starts[room->first.family == 6];
	}
	return TRUE;
}

static gboolean
add_piece(Sanitize *sanitize, const Network *home, GError **error)
{
	Piece piece = {*home, *home};

	if (home->first.family == 6 && sanitize_is_range(&home->first)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"home %s: e000::/4 is where replaced addresses come from",
			home_text(sanitize->home));
		return FALSE;
	}
	if (!find_room(sanitize, home, &piece.replacement)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"home %s: too large for its addresses to be replaced: expected 15 "
			"networks /8 at most",
			home_text(sanitize->home));
		return FALSE;
	}
	g_array_append_val(sanitize->pieces, piece);
	return TRUE;
}

/* In pieces, where it is larger than one. */
static gboolean
add_network(Sanitize *sanitize, const Network *network, GError **error)
{
	Network piece = {network->first, MAX(network->bits, PIECE_BITS)};

	for (guint n = 1u << (piece.bits - network->bits); n > 0; n--) {
		if (!add_piece(sanitize, &piece, error))
			return FALSE;
		piece.first = after(&piece);
	}
	return TRUE;
}

static int
compare_networks(gconstpointer a, gconstpointer b)
{
	const Network *x = a, *y = b;

	return x->bits != y->bits ? (int)x->bits - (int)y->bits
				  : address_compare(&x->first, &y->first);
}

Sanitize *
sanitize_new(const Home *home, const guint8 key[CRYPTOPAN_KEY_SIZE], GError **error)
{
	g_autoptr(Sanitize) sanitize = g_new0(Sanitize, 1);
	g_autoptr(GArray) networks = g_array_new(FALSE, FALSE, sizeof(Network));
	g_auto(GStrv) texts = g_strsplit(home_text(home), ",", -1);

	sanitize->home = home;
	sanitize->pan = cryptopan_new(key);
	sanitize->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	for (char **text = texts; *text; text++) {
		Network network;
		if (!network_parse(*text, &network, error))
			return NULL;
		g_array_append_val(networks, network);
	}
	g_array_sort(networks, compare_networks);
	for (guint i = 0; i < networks->len; i++)
		if (!add_network(sanitize, &g_array_index(networks, Network, i), error))
			return NULL;
	return g_steal_pointer(&sanitize);
}

void
sanitize_free(Sanitize *sanitize)
{
	cryptopan_free(sanitize->pan);
	g_array_unref(sanitize->pieces);
	g_free(sanitize);
}

Place
sanitize_place(const Sanitize *sanitize, const Address *address)
{
	return home_place(sanitize->home, address);
}

static Address
replace(const Sanitize *sanitize, const Address *address)
{
	for (guint i = 0; i < sanitize->pieces->len; i++) {
		const Piece *piece = &g_array_index(sanitize->pieces, Piece, i);
		if (!network_has(&piece->home, address))
			continue;
		Address mapped = cryptopan_map(sanitize->pan, address);
		Address prefix = address_mask(&mapped, piece->home.bits);
		const Address *first = &piece->replacement.first;
		mapped.high ^= prefix.high ^ first->high;
		mapped.low ^= prefix.low ^ first->low;
		return mapped;
	}
	g_return_val_if_reached(*address); /* what is internal lies in a piece */
}

/* IPv4 addresses within IPv6 ones. */
static const struct {
	guint64 high, high_mask, low, low_mask; /* whose they are */
	gboolean in_high;                       /* where the 32 bits lie */
	guint8 shift;
	guint32 flip; /* these bits are turned */
} embeddings[] = {
	/* 6to4: 2002:V4::/48 */
	{.high = G_GUINT64_CONSTANT(0x2002) << 48,
		.high_mask = G_GUINT64_CONSTANT(0xffff) << 48,
		.in_high = TRUE,
		.shift = 16},
	/* Teredo: 2001:0:SERVER:flags:port:CLIENT, the client's turned */
	{.high = G_GUINT64_CONSTANT(0x20010000) << 32,
		.high_mask = G_GUINT64_CONSTANT(0xffffffff) << 32,
		.in_high = TRUE},
	{.high = G_GUINT64_CONSTANT(0x20010000) << 32,
		.high_mask = G_GUINT64_CONSTANT(0xffffffff) << 32,
		.flip = G_MAXUINT32},
	/* NAT64: 64:ff9b::V4 */
	{.high = G_GUINT64_CONSTANT(0x0064ff9b) << 32,
		.high_mask = G_MAXUINT64,
		.low_mask = G_GUINT64_CONSTANT(0xffffffff) << 32},
	/* ::ffff:V4 and ::V4 */
	{.high_mask = G_MAXUINT64,
		.low = G_GUINT64_CONSTANT(0xffff) << 32,
		.low_mask = G_GUINT64_CONSTANT(0xffffffff) << 32},
	{.high_mask = G_MAXUINT64, .low_mask = G_GUINT64_CONSTANT(0xffffffff) << 32},
	/* ISATAP: PREFIX:0:5efe:V4, the universal bit set or not */
	{.low = G_GUINT64_CONSTANT(0x5efe) << 32,
		.low_mask = G_GUINT64_CONSTANT(0xfdffffff) << 32},
};

static Address
replace_embedded(const Sanitize *sanitize, Address address)
{
	for (gsize i = 0; i < G_N_ELEMENTS(embeddings); i++) {
		if ((address.high & embeddings[i].high_mask) != embeddings[i].high ||
			(address.low & embeddings[i].low_mask) != embeddings[i].low)
			continue;
		guint64 *half = embeddings[i].in_high ? &address.high : &address.low;
		guint32 number = (guint32)(*half >> embeddings[i].shift);
		Address inner = address_from_v4(number ^ embeddings[i].flip);
		if (home_place(sanitize->home, &inner) != PLACE_INTERNAL)
			continue;
		inner = replace(sanitize, &inner);
		guint64 turned = number ^ ((guint32)inner.low ^ embeddings[i].flip);
		*half ^= turned << embeddings[i].shift;
	}
	return address;
}

Address
sanitize_address(const Sanitize *sanitize, const Address *address)
{
	if (home_place(sanitize->home, address) == PLACE_INTERNAL)
		return replace(sanitize, address);
	return address->family == 6 ? replace_embedded(sanitize, *address) : *address;
}

Network
sanitize_network(const Sanitize *sanitize, const Network *network)
{
	Network result = *network;

	for (guint i = 0; i < sanitize->pieces->len && network->bits >= PIECE_BITS; i++) {
		const Piece *piece = &g_array_index(sanitize->pieces, Piece, i);
		if (!overlap(&piece->home, network))
			continue;
		const Address *inside = network->bits >= piece->home.bits ? &network->first
									  : &piece->home.first;
		Address mapped = replace(sanitize, inside);
		result.first = address_mask(&mapped, network->bits);
		return result;
	}
	Address mapped = sanitize_address(sanitize, &network->first);
	result.first = address_mask(&mapped, network->bits);
	return result;
}
