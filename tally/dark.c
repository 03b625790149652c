#include "config.h"

#include "tally/dark.h"

#include "common/hour.h"

enum {
	PAGE_BITS = 16,
	PAGE_WORDS = (1 << PAGE_BITS) / 64,
	FILTER_BITS = 16,
};

/* Which addresses of an IPv4 /16 spoke: a bit each. */
typedef struct {
	guint64 spoke[PAGE_WORDS];
	guint32 place[PAGE_WORDS]; /* in Dark.spoke, of the first of each word */
} Page;

struct Dark {
	GArray *spoke; /* owned; of DarkSpoke, by address, each once */
	guint n_v4;    /* of them, which are the first */
	gint64 from, to;
	GPtrArray *pages; /* owned; of Page *, owned */
	/* by the first 16 bits of an IPv4 address: index of its page, plus 1; 0: none */
	guint32 page_of[1 << PAGE_BITS];
	/* Bits by a hash of the IPv6 addresses that spoke: most who never did are known by one
	 * that is clear. */
	guint64 filter[(1 << FILTER_BITS) / 64];
};

static guint32
filter_bit(const Address *address)
{
	guint64 mixed =
		(address->high * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ address->low) *
		G_GUINT64_CONSTANT(0xd6e8feb86659fd93);

	return (guint32)(mixed >> (64 - FILTER_BITS));
}

Dark *
dark_new(void)
{
	Dark *dark = g_new0(Dark, 1);

	dark->spoke = g_array_new(FALSE, FALSE, sizeof(DarkSpoke));
	dark->pages = g_ptr_array_new_with_free_func(g_free);
	dark->from = G_MAXINT64;
	dark->to = G_MININT64;
	return dark;
}

void
dark_free(Dark *dark)
{
	g_array_unref(dark->spoke);
	g_ptr_array_unref(dark->pages);
	g_free(dark);
}

static Page *
get_page(Dark *dark, guint32 first_bits)
{
	if (dark->page_of[first_bits] == 0) {
		g_ptr_array_add(dark->pages, g_new0(Page, 1));
		dark->page_of[first_bits] = dark->pages->len;
	}
	return dark->pages->pdata[dark->page_of[first_bits] - 1];
}

/* Makes the entry at `place` one that is found; they come in order. */
static void
index_entry(Dark *dark, const Address *address, guint32 place)
{
	if (address->family == 6) {
		guint32 bit = filter_bit(address);
		dark->filter[bit / 64] |= G_GUINT64_CONSTANT(1) << bit % 64;
		return;
	}
	guint32 number = (guint32)address->low, own = number & ((1 << PAGE_BITS) - 1);
	Page *page = get_page(dark, number >> PAGE_BITS);
	guint64 before = page->spoke[own / 64] & ((G_GUINT64_CONSTANT(1) << own % 64) - 1);

	if (before == 0)
		page->place[own / 64] = place;
	page->spoke[own / 64] |= G_GUINT64_CONSTANT(1) << own % 64;
	dark->n_v4 = place + 1;
}

/* Both lists are sorted; the union of them, so that an hour costs what the lists are long. */
void
dark_add(Dark *dark, const HourFacts *hour)
{
	GArray *spoke = g_array_sized_new(
		FALSE, FALSE, sizeof(DarkSpoke), dark->spoke->len + hour->spoke->len);
	guint i = 0, k = 0;

	while (i < dark->spoke->len || k < hour->spoke->len) {
		const DarkSpoke *known =
			i < dark->spoke->len ? &g_array_index(dark->spoke, DarkSpoke, i) : NULL;
		const Address *address =
			k < hour->spoke->len ? &g_array_index(hour->spoke, Address, k) : NULL;
		int order = !known     ? 1
			    : !address ? -1
				       : address_compare(&known->address, address);
		DarkSpoke entry =
			order <= 0 ? *known : (DarkSpoke){*address, hour->hour, hour->hour};
		if (order == 0) {
			entry.first = MIN(entry.first, hour->hour);
			entry.last = MAX(entry.last, hour->hour);
		}
		index_entry(dark, &entry.address, spoke->len);
		g_array_append_val(spoke, entry);
		i += order <= 0;
		k += order >= 0;
	}
	g_array_unref(dark->spoke);
	dark->spoke = spoke;
	dark->from = MIN(dark->from, hour->hour);
	dark->to = MAX(dark->to, hour->hour + HOUR_SECONDS);
}

gboolean
dark_is_known(const Dark *dark)
{
	return dark->spoke->len > 0;
}

static const DarkSpoke *
find_v4(const Dark *dark, guint32 number)
{
	guint32 page_number = dark->page_of[number >> PAGE_BITS];
	guint32 own = number & ((1 << PAGE_BITS) - 1);

	if (page_number == 0)
		return NULL;
	const Page *page = dark->pages->pdata[page_number - 1];
	guint64 bit = G_GUINT64_CONSTANT(1) << own % 64, word = page->spoke[own / 64];
	if (!(word & bit))
		return NULL;
	return &g_array_index(dark->spoke, DarkSpoke,
		page->place[own / 64] + (guint)__builtin_popcountll(word & (bit - 1)));
}

static const DarkSpoke *
find_v6(const Dark *dark, const Address *address)
{
	const DarkSpoke *spoke = (const DarkSpoke *)(gpointer)dark->spoke->data;
	guint32 bit = filter_bit(address);
	guint at = dark->n_v4;

	if (!(dark->filter[bit / 64] >> bit % 64 & 1))
		return NULL;
	for (guint n = dark->spoke->len - at; n > 1; n -= n / 2)
		at += address_compare(&spoke[at + n / 2].address, address) <= 0 ? n / 2 : 0;
	return address_compare(&spoke[at].address, address) == 0 ? &spoke[at] : NULL;
}

const DarkSpoke *
dark_find(const Dark *dark, const Address *address)
{
	return address->family == 4 ? find_v4(dark, (guint32)address->low)
				    : find_v6(dark, address);
}

gboolean
dark_has(const Dark *dark, const Address *address)
{
	return dark_is_known(dark) && !dark_find(dark, address);
}

gboolean
dark_had(const Dark *dark, const Address *address, gint64 time, gint64 silence)
{
	const DarkSpoke *entry;

	if (!dark_is_known(dark))
		return FALSE;
	entry = dark_find(dark, address);
	if (!entry || entry->last + HOUR_SECONDS + silence <= time)
		return TRUE;
	return entry->first > time && time - dark->from >= silence;
}

GArray *
dark_list_woken(const Dark *dark, gint64 from, gint64 to, gint64 silence)
{
	GArray *woken = g_array_new(FALSE, FALSE, sizeof(DarkSpoke));

	for (guint i = 0; i < dark->spoke->len; i++) {
		const DarkSpoke *entry = &g_array_index(dark->spoke, DarkSpoke, i);
		if (entry->first >= from && entry->first < to &&
			entry->first - dark->from >= silence)
			g_array_append_vals(woken, entry, 1);
	}
	return woken;
}

const GArray *
dark_spoke(const Dark *dark)
{
	return dark->spoke;
}

guint
dark_spoke_v4(const Dark *dark)
{
	return dark->n_v4;
}

gboolean
dark_span(const Dark *dark, gint64 *from, gint64 *to)
{
	if (dark->from > dark->to)
		return FALSE;
	*from = dark->from;
	*to = dark->to;
	return TRUE;
}
