#include "config.h"

#include "common/home.h"

#include "common/failure.h"
#include "common/network.h"

/* The first and the last address of a stretch, both inside. */
typedef struct {
	Address first, last;
} Range;

struct Home {
	GArray *v4, *v6; /* owned: of Range, ascending, apart from each other by at least one
			    address */
	char *text;      /* owned */
	guint8 table[65536];
};

/* All of them whole /16s, so that one octet of the table tells. */
static const struct {
	guint32 first, last;
} never_v4[] = {
	{0x00000000, 0x00ffffff}, /* 0/8 */
	{0x7f000000, 0x7fffffff}, /* 127/8 */
	{0xa9fe0000, 0xa9feffff}, /* 169.254/16 */
	{0xe0000000, 0xffffffff}, /* 224/4 and 240/4 */
};

/* The last address of the network that begins at first. */
static Address
network_last(const Address *first, guint bits)
{
	Address ones = {.high = first->family == 4 ? 0 : G_MAXUINT64,
		.low = first->family == 4 ? G_MAXUINT32 : G_MAXUINT64,
		.family = first->family};
	Address kept = address_mask(&ones, bits);

	return (Address){.high = first->high | (ones.high ^ kept.high),
		.low = first->low | (ones.low ^ kept.low),
		.family = first->family};
}

/* The address after this one; after the last of its family comes the first again. */
static Address
successor(const Address *address)
{
	Address next = *address;

	next.low++;
	if (address->family == 4)
		next.low &= G_MAXUINT32;
	else if (next.low == 0)
		next.high++;
	return next;
}

static gboolean
parse_network(const char *item, Range *range, GError **error)
{
	Network network;

	if (!network_parse(item, &network, error)) {
		g_prefix_error(error, "home network ");
		return FALSE;
	}
	*range = (Range){network.first, network_last(&network.first, network.bits)};
	return TRUE;
}

static gint
compare_ranges(gconstpointer a, gconstpointer b)
{
	return address_compare(&((const Range *)a)->first, &((const Range *)b)->first);
}

/* Whether the range that begins at first goes on where, or before, range ends. */
static gboolean
joins(const Range *range, const Address *first)
{
	Address next = successor(&range->last);

	return address_compare(first, &range->last) <= 0 || address_compare(first, &next) == 0;
}

static void
merge_ranges(GArray *ranges)
{
	guint n = 0;

	g_array_sort(ranges, compare_ranges);
	for (guint i = 0; i < ranges->len; i++) {
		Range range = g_array_index(ranges, Range, i);
		Range *before = n > 0 ? &g_array_index(ranges, Range, n - 1) : NULL;
		if (before == NULL || !joins(before, &range.first))
			g_array_index(ranges, Range, n++) = range;
		else if (address_compare(&range.last, &before->last) > 0)
			before->last = range.last;
	}
	g_array_set_size(ranges, n);
}

/* Appends the fewest CIDRs that make up the range: again and again the largest that begins
 * where the last one ended. */
static void
append_text(GString *text, const Range *range)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address first = range->first, last;

	do {
		guint bits = 0;
		for (;; bits++) {
			Address start = address_mask(&first, bits);
			last = network_last(&start, bits);
			if (address_compare(&start, &first) == 0 &&
				address_compare(&last, &range->last) <= 0)
				break;
		}
		g_string_append_printf(text, "%s%s/%u", text->len > 0 ? "," : "",
			address_format(&first, buffer), bits);
		first = successor(&last);
	} while (address_compare(&last, &range->last) < 0);
}

/* Sets the place of every /16 the stretch touches; MIXED where it does not fill it. */
static void
fill_table(guint8 *table, guint32 first, guint32 last, Place place)
{
	for (guint32 block = first >> 16; block <= last >> 16; block++) {
		gboolean whole = first <= block << 16 && last >= (block << 16 | 0xffff);
		table[block] = (guint8)(whole ? place : PLACE_MIXED);
	}
}

static void
build_table(Home *home)
{
	for (guint i = 0; i < home->v4->len; i++) {
		const Range *range = &g_array_index(home->v4, Range, i);
		fill_table(home->table, (guint32)range->first.low, (guint32)range->last.low,
			PLACE_INTERNAL);
	}
	/* Last, because these are never a source nor a target, home or not. */
	for (guint i = 0; i < G_N_ELEMENTS(never_v4); i++)
		fill_table(home->table, never_v4[i].first, never_v4[i].last, PLACE_NEVER);
}

static void
build_text(Home *home)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < home->v4->len; i++)
		append_text(text, &g_array_index(home->v4, Range, i));
	for (guint i = 0; i < home->v6->len; i++)
		append_text(text, &g_array_index(home->v6, Range, i));
	home->text = g_strdup(text->str);
}

Home *
home_new(const char *networks, GError **error)
{
	g_return_val_if_fail(networks != NULL, NULL);
	g_auto(GStrv) items = g_strsplit_set(networks, ",; \t\n", -1);
	g_autoptr(Home) home = g_new0(Home, 1);

	home->v4 = g_array_new(FALSE, FALSE, sizeof(Range));
	home->v6 = g_array_new(FALSE, FALSE, sizeof(Range));
	for (char **item = items; *item != NULL; item++) {
		Range range;
		if (**item == '\0')
			continue;
		if (!parse_network(*item, &range, error))
			return NULL;
		g_array_append_val(range.first.family == 4 ? home->v4 : home->v6, range);
	}
	if (home->v4->len + home->v6->len == 0) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"home \"%s\" names no network: expected a list like "
			"192.0.2.0/24,2001:db8::/32",
			networks);
		return NULL;
	}
	merge_ranges(home->v4);
	merge_ranges(home->v6);
	build_table(home);
	build_text(home);
	return g_steal_pointer(&home);
}

Home *
home_new_private(void)
{
	return home_new("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7", NULL);
}

void
home_free(Home *home)
{
	if (home == NULL)
		return;
	g_array_unref(home->v4);
	g_array_unref(home->v6);
	g_free(home->text);
	g_free(home);
}

const char *
home_text(const Home *home)
{
	return home->text;
}

gboolean
home_range(const Home *home, guint i, Address *first, Address *last)
{
	const GArray *ranges = i < home->v4->len ? home->v4 : home->v6;
	guint number = i < home->v4->len ? i : i - home->v4->len;

	if (number >= ranges->len)
		return FALSE;
	*first = g_array_index(ranges, Range, number).first;
	*last = g_array_index(ranges, Range, number).last;
	return TRUE;
}

guint64
home_size_v4(const Home *home)
{
	guint64 size = 0;

	for (guint i = 0; i < home->v4->len; i++) {
		const Range *range = &g_array_index(home->v4, Range, i);
		size += range->last.low - range->first.low + 1;
	}
	return size;
}

static Place
search(const GArray *ranges, const Address *address)
{
	guint low = 0, high = ranges->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const Range *range = &g_array_index(ranges, Range, middle);
		if (address_compare(address, &range->first) < 0)
			high = middle;
		else if (address_compare(address, &range->last) > 0)
			low = middle + 1;
		else
			return PLACE_INTERNAL;
	}
	return PLACE_EXTERNAL;
}

/* ::, ::1, fe80::/10, ff00::/8 */
static gboolean
is_never_v6(const Address *address)
{
	return (address->high == 0 && address->low <= 1) ||
	       address->high >> 54 == 0xfe80 >> 6 || address->high >> 56 == 0xff;
}

Place
home_place_v4_slow(const Home *home, guint32 number)
{
	Place place = (Place)home->table[number >> 16];
	Address address = address_from_v4(number);

	return place == PLACE_MIXED ? search(home->v4, &address) : place;
}

Place
home_place_v6(const Home *home, const guint8 *octets)
{
	Address address = address_from_v6(octets);

	return is_never_v6(&address) ? PLACE_NEVER : search(home->v6, &address);
}

Place
home_place(const Home *home, const Address *address)
{
	if (address->family == 4)
		return home_place_v4_slow(home, (guint32)address->low);
	return is_never_v6(address) ? PLACE_NEVER : search(home->v6, address);
}

const guint8 *
home_table_v4(const Home *home)
{
	return home->table;
}
