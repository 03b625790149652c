#include "config.h"

#include "tally/hour_section.h"

#include "common/hour.h"
#include <string.h>

/* Octets of an entry in the lists. */
enum {
	SPOKE_V4 = 4,
	SPOKE_V6 = 16,
	HIJACK_ADDRESS = 17,
	HIJACK = 8 + 3 * HIJACK_ADDRESS + 4 + 2 + 2
};

/* Seconds have 32 bits, and a fraction of 32 bits of microseconds may carry over an hour more. */
static const gint64 hour_last = (gint64)G_MAXUINT32 + 2 * HOUR_SECONDS;

static void
put_number(GByteArray *out, guint64 number, guint octets)
{
	g_byte_array_append(out, (const guint8 *)&number, octets);
}

static void
put_text(GByteArray *out, const char *text)
{
	gsize length = strlen(text);

	put_number(out, length, 4);
	g_byte_array_append(out, (const guint8 *)text, (guint)length);
}

/* What is left to read; reading past the end gives 0 and marks it. */
typedef struct {
	const guint8 *at;
	gsize left;
	gboolean cut;
} Rest;

static guint64
get_number(Rest *rest, guint octets)
{
	guint64 number = 0;

	if (rest->left < octets) {
		rest->cut = TRUE;
		rest->left = 0;
		return 0;
	}
	memcpy(&number, rest->at, octets);
	rest->at += octets;
	rest->left -= octets;
	return number;
}

/* A text of its own; a NUL within marks the rest as cut. */
static char *
get_text(Rest *rest)
{
	gsize length = get_number(rest, 4);

	if (rest->left < length || memchr(rest->at, 0, length)) {
		rest->cut = TRUE;
		return g_strdup("");
	}
	char *text = g_strndup((const char *)rest->at, length);
	rest->at += length;
	rest->left -= length;
	return text;
}

static guint32
count_v4(const GArray *addresses)
{
	guint32 n = 0;

	while (n < addresses->len && g_array_index(addresses, Address, n).family == 4)
		n++;
	return n;
}

static gboolean
ascends(const GArray *addresses)
{
	for (guint i = 1; i < addresses->len; i++)
		if (address_compare(&g_array_index(addresses, Address, i - 1),
			    &g_array_index(addresses, Address, i)) >= 0)
			return FALSE;
	return TRUE;
}

static void
put_address(GByteArray *out, const Address *address)
{
	put_number(out, address->family, 1);
	put_number(out, address->high, 8);
	put_number(out, address->low, 8);
}

static Address
get_address(Rest *rest)
{
	Address address = {.family = (guint8)get_number(rest, 1)};

	address.high = get_number(rest, 8);
	address.low = get_number(rest, 8);
	return address;
}

static gboolean
is_address(const Address *address)
{
	return address->family == 6 ||
	       (address->family == 4 && address->high == 0 && address->low <= G_MAXUINT32);
}

static void
put_lists(const HourFacts *hour, GByteArray *out)
{
	guint32 n_v4 = count_v4(hour->spoke);

	put_number(out, n_v4, 4);
	put_number(out, hour->spoke->len - n_v4, 4);
	put_number(out, hour->hijacks->len, 4);
	for (guint i = 0; i < hour->spoke->len; i++) {
		const Address *address = &g_array_index(hour->spoke, Address, i);
		if (i >= n_v4)
			put_number(out, address->high, 8);
		put_number(out, address->low, i < n_v4 ? 4 : 8);
	}
	for (guint i = 0; i < hour->hijacks->len; i++) {
		const Hijack *hijack = &g_array_index(hour->hijacks, Hijack, i);
		put_number(out, hijack->time, 8);
		put_address(out, &hijack->source);
		put_address(out, &hijack->target);
		put_address(out, &hijack->peer);
		put_number(out, hijack->seq, 4);
		put_number(out, hijack->sport, 2);
		put_number(out, hijack->dport, 2);
	}
}

gboolean
hour_section_put(
	const HourFacts *hour, const HourCounts *counts, GByteArray *out, GByteArray *lists)
{
	if (!ascends(hour->spoke))
		return FALSE;
	put_number(out, (guint64)hour->hour, 8);
	put_number(out, hour->settings, 8);
	put_number(out, hour->first, 8);
	put_number(out, hour->last, 8);
	put_number(out, hour->live_evicted, 8);
	put_number(out, hour->dropped_kernel, 8);
	put_number(out, hour->dropped_interface, 8);
	put_number(out, hour->discarded, 8);
	put_number(out, counts->sources, 8);
	put_number(out, counts->pairs, 8);
	put_number(out, counts->contacts, 8);
	put_number(out, counts->traits, 8);
	put_number(out, hour->grid_minutes, 1);
	put_number(out, hour->cut_short != FALSE, 1);
	put_number(out, OUTCOME_COUNT, 2);
	for (guint i = 0; i < OUTCOME_COUNT; i++) {
		put_number(out, hour->totals.packets[i], 8);
		put_number(out, hour->totals.bytes[i], 8);
	}
	put_text(out, hour->sensor);
	put_text(out, hour->home);
	put_text(out, hour->shortfall);
	put_text(out, hour->inputs);
	put_lists(hour, lists);
	return TRUE;
}

HourFacts *
hour_section_get(const guint8 *octets, gsize length, HourCounts *counts, const char **fault)
{
	g_autoptr(HourFacts) hour = hour_facts_new(0, 0, "", "", 0);
	Rest rest = {octets, length, FALSE};

	hour->hour = (gint64)get_number(&rest, 8);
	hour->settings = get_number(&rest, 8);
	hour->first = get_number(&rest, 8);
	hour->last = get_number(&rest, 8);
	hour->live_evicted = get_number(&rest, 8);
	hour->dropped_kernel = get_number(&rest, 8);
	hour->dropped_interface = get_number(&rest, 8);
	hour->discarded = get_number(&rest, 8);
	counts->sources = get_number(&rest, 8);
	counts->pairs = get_number(&rest, 8);
	counts->contacts = get_number(&rest, 8);
	counts->traits = get_number(&rest, 8);
	hour->grid_minutes = (guint)get_number(&rest, 1);
	hour->cut_short = get_number(&rest, 1) != 0;
	guint outcomes = (guint)get_number(&rest, 2);
	/* Outcomes are only ever appended: a tally of before has fewer. */
	for (guint i = 0; i < MIN(outcomes, OUTCOME_COUNT); i++) {
		hour->totals.packets[i] = get_number(&rest, 8);
		hour->totals.bytes[i] = get_number(&rest, 8);
	}
	g_free(hour->sensor);
	g_free(hour->home);
	g_free(hour->shortfall);
	g_free(hour->inputs);
	hour->sensor = get_text(&rest);
	hour->home = get_text(&rest);
	hour->shortfall = get_text(&rest);
	hour->inputs = get_text(&rest);

	*fault = NULL;
	if (outcomes > OUTCOME_COUNT)
		*fault = "it tells of more outcomes of packets than are known";
	else if (hour->grid_minutes > 59)
		*fault = "its grid is none of 0 to 59 minutes";
	else if (hour->hour < -HOUR_SECONDS || hour->hour > hour_last ||
		 (hour->hour - 60 * (gint64)hour->grid_minutes) % HOUR_SECONDS != 0)
		*fault = "its hour is none of its grid between 1970 and 2106";
	else if (rest.cut || rest.left > 0)
		*fault = "it is shorter or longer than it should be";
	return *fault ? NULL : g_steal_pointer(&hour);
}

static const char *
get_spoke(GArray *spoke, Rest *rest, guint32 n_v4, guint32 n_v6)
{
	for (guint32 i = 0; i < n_v4; i++) {
		Address address = address_from_v4((guint32)get_number(rest, 4));
		g_array_append_val(spoke, address);
	}
	for (guint32 i = 0; i < n_v6; i++) {
		Address address = {.family = 6};
		address.high = get_number(rest, 8);
		address.low = get_number(rest, 8);
		g_array_append_val(spoke, address);
	}
	return ascends(spoke) ? NULL : "addresses that spoke are out of order";
}

static const char *
get_hijacks(GArray *hijacks, Rest *rest, guint32 n)
{
	for (guint32 i = 0; i < n; i++) {
		Hijack hijack = {.time = get_number(rest, 8)};
		hijack.source = get_address(rest);
		hijack.target = get_address(rest);
		hijack.peer = get_address(rest);
		hijack.seq = (guint32)get_number(rest, 4);
		hijack.sport = (guint16)get_number(rest, 2);
		hijack.dport = (guint16)get_number(rest, 2);
		if (!is_address(&hijack.source) || !is_address(&hijack.target) ||
			!is_address(&hijack.peer))
			return "an address of a hijack is neither of IPv4 nor of IPv6";
		g_array_append_val(hijacks, hijack);
	}
	return NULL;
}

const char *
hour_section_get_lists(HourFacts *hour, const guint8 *octets, gsize length)
{
	Rest rest = {octets, length, FALSE};
	guint32 n_v4 = (guint32)get_number(&rest, 4);
	guint32 n_v6 = (guint32)get_number(&rest, 4);
	guint32 n_hijacks = (guint32)get_number(&rest, 4);

	if (rest.cut || rest.left != (guint64)n_v4 * SPOKE_V4 + (guint64)n_v6 * SPOKE_V6 +
					     (guint64)n_hijacks * HIJACK)
		return "they are shorter or longer than they should be";
	g_array_set_size(hour->spoke, 0);
	g_array_set_size(hour->hijacks, 0);
	const char *fault = get_spoke(hour->spoke, &rest, n_v4, n_v6);
	return fault ? fault : get_hijacks(hour->hijacks, &rest, n_hijacks);
}
