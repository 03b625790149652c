#include "config.h"

#include "tally/dark.h"

#include "common/hour.h"
#include "tally/v4_set.h"

enum { FILTER_BITS = 16 };

/* When an address spoke, close together: it is asked for every row of most sources. Minutes since
 * 1970. */
typedef struct {
	gint32 first, last;
} Span;

struct Dark {
	GArray *spoke; /* owned; of DarkSpoke, by address, each once */
	GArray *spans; /* owned; of Span: of each of them */
	V4Set *v4;     /* owned; the IPv4 addresses of spoke, which are the first */
	guint n_v4;    /* how many */
	gint64 from, to;
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
	dark->spans = g_array_new(FALSE, FALSE, sizeof(Span));
	dark->v4 = v4_set_new();
	dark->from = G_MAXINT64;
	dark->to = G_MININT64;
	return dark;
}

void
dark_free(Dark *dark)
{
	g_array_unref(dark->spoke);
	g_array_unref(dark->spans);
	v4_set_free(dark->v4);
	g_free(dark);
}

/* Makes an address one that is found. */
static void
index_address(Dark *dark, const Address *address)
{
	guint32 bit = filter_bit(address);

	if (address->family == 4)
		v4_set_add(dark->v4, (guint32)address->low);
	else
		dark->filter[bit / 64] |= G_GUINT64_CONSTANT(1) << bit % 64;
}

/* Both lists are sorted; the union of them, so that an hour costs what the lists are long. */
void
dark_add(Dark *dark, const HourFacts *hour)
{
	GArray *spoke = g_array_sized_new(
		FALSE, FALSE, sizeof(DarkSpoke), dark->spoke->len + hour->spoke->len);
	guint i = 0, k = 0;

	g_array_set_size(dark->spans, 0);
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
		Span span = {(gint32)(entry.first / 60), (gint32)(entry.last / 60)};
		g_array_append_val(dark->spans, span);
		index_address(dark, &entry.address);
		g_array_append_val(spoke, entry);
		i += order <= 0;
		k += order >= 0;
	}
	g_array_unref(dark->spoke);
	dark->spoke = spoke;
	dark->n_v4 = v4_set_number(dark->v4);
	dark->from = MIN(dark->from, hour->hour);
	dark->to = MAX(dark->to, hour->hour + HOUR_SECONDS);
}

gboolean
dark_is_known(const Dark *dark)
{
	return dark->spoke->len > 0;
}

/* Of an IPv6 address. */
static gboolean
search(const Dark *dark, const Address *address, guint32 *place)
{
	const DarkSpoke *spoke = (const DarkSpoke *)(gpointer)dark->spoke->data;
	guint32 bit = filter_bit(address);

	if (!(dark->filter[bit / 64] >> bit % 64 & 1))
		return FALSE;
	*place = dark->n_v4;
	for (guint n = dark->spoke->len - *place; n > 1; n -= n / 2)
		*place += address_compare(&spoke[*place + n / 2].address, address) <= 0 ? n / 2
											: 0;
	return address_compare(&spoke[*place].address, address) == 0;
}

/* FALSE: it never spoke. place: in dark->spoke. */
static gboolean
find_place(const Dark *dark, const Address *address, guint32 *place)
{
	return address->family == 4 ? v4_set_find(dark->v4, (guint32)address->low, place)
				    : search(dark, address, place);
}

const DarkSpoke *
dark_find(const Dark *dark, const Address *address)
{
	guint32 place;

	return find_place(dark, address, &place) ? &g_array_index(dark->spoke, DarkSpoke, place)
						 : NULL;
}

gboolean
dark_has(const Dark *dark, const Address *address)
{
	return dark_is_known(dark) && !dark_find(dark, address);
}

gboolean
dark_had(const Dark *dark, const Address *address, gint64 time, gint64 silence)
{
	guint32 place;

	if (!dark_is_known(dark))
		return FALSE;
	if (!find_place(dark, address, &place))
		return TRUE;
	Span span = g_array_index(dark->spans, Span, place);
	if ((gint64)span.last * 60 + HOUR_SECONDS + silence <= time)
		return TRUE;
	return (gint64)span.first * 60 > time && time - dark->from >= silence;
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
