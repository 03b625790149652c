#include "config.h"

#include "tally/homeguess.h"

#include <string.h>

#include "common/home.h"
#include "tally/capture.h"
#include "tally/decode.h"
#include "tally/octets.h"

/*
 * The site's own prefix is an end of nearly every packet; the others' prefixes are not. Where
 * two prefixes are (one scanner, one conversation), the site is taken to be the one with more
 * addresses. Greedy: the best prefix, then the best for the packets that are left.
 */
enum {
	SAMPLE = 32768, /* packets looked at, over all files */
	PREFIXES_MAX = 3,
	ENOUGH = 90, /* percent of the packets that the prefixes shall be an end of */
	EQUAL = 95,  /* percent of the best's packets from which on a prefix is as good */
	NARROW =
		/* percent of a wide prefix's packets that make a narrow one take its place */
	99,
	WIDE_V4 = 16,
	NARROW_V4 = 24,
	PREFIX_V6 = 48,
	RECORD_HEADER = 16,
};

typedef struct {
	Address ends[2];
	gboolean covered;
} Packet;

typedef struct {
	Address prefix;
	guint8 bits;
	guint packets, addresses;
} Candidate;

/* FALSE: not an IP packet whose addresses are there, or one that never has a direction. */
static gboolean
read_ends(const LinkPayload *payload, const Home *home, Packet *packet)
{
	const guint8 *ip = payload->payload;
	guint version = payload->captured > 0 && payload->version >= 0 ? ip[0] >> 4 : 0;

	if (version == 4 && payload->captured >= 20) {
		packet->ends[0] = address_from_v4(octets_be32(ip + 12));
		packet->ends[1] = address_from_v4(octets_be32(ip + 16));
	} else if (version == 6 && payload->captured >= 40) {
		packet->ends[0] = address_from_v6(ip + 8);
		packet->ends[1] = address_from_v6(ip + 24);
	} else {
		return FALSE;
	}
	packet->covered = FALSE;
	return home_place(home, &packet->ends[0]) != PLACE_NEVER &&
	       home_place(home, &packet->ends[1]) != PLACE_NEVER;
}

static guint32
record_number(const CaptureChunk *chunk, const guint8 *at)
{
	guint32 number;

	memcpy(&number, at, sizeof number);
	return chunk->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

static void
sample_chunk(const CaptureChunk *chunk, const Home *home, GArray *packets)
{
	const LinkType *link = link_find(chunk->link_type);
	const guint8 *at = chunk->data;

	for (guint32 i = 0; link && i < chunk->n_records; i++) {
		guint32 captured = record_number(chunk, at + 8),
			wire = record_number(chunk, at + 12);
		LinkPayload payload =
			link->function(at + RECORD_HEADER, captured, MAX(wire, captured));
		Packet packet;
		if (read_ends(&payload, home, &packet))
			g_array_append_val(packets, packet);
		at += RECORD_HEADER + captured;
	}
}

static void
sample_file(const char *file, guint records, const Home *home, GArray *packets)
{
	/* Pipes, standard input too, are read empty by now: opening one again would wait for a
	 * writer for ever. */
	gboolean again = strcmp(file, "-") != 0 && g_file_test(file, G_FILE_TEST_IS_REGULAR);
	g_autoptr(Capture) capture = again ? capture_open(file, NULL) : NULL;
	CaptureChunk chunk = {0};

	while (capture && records > 0 && capture_next(capture, records, &chunk, NULL)) {
		sample_chunk(&chunk, home, packets);
		records -= MIN(records, chunk.n_records);
	}
	capture_chunk_clear(&chunk);
}

static guint
prefix_bits(const Address *address, guint bits_v4)
{
	return address->family == 4 ? bits_v4 : PREFIX_V6;
}

/* An end of a packet that is not yet covered. */
typedef struct {
	Address prefix, own;
} End;

static int
compare_ends(gconstpointer a, gconstpointer b)
{
	const End *x = a, *y = b;
	int order = address_compare(&x->prefix, &y->prefix);

	return order != 0 ? order : address_compare(&x->own, &y->own);
}

static gboolean
is_within(const Address *address, const Candidate *prefix)
{
	Address masked;

	if (address->family != prefix->prefix.family)
		return FALSE;
	masked = address_mask(address, prefix->bits);
	return address_compare(&masked, &prefix->prefix) == 0;
}

/* The ends of the packets not yet covered, sorted; of two ends in one prefix only the first.
 * within: NULL, or a prefix that they must be in. */
static GArray *
list_ends(const GArray *packets, guint bits_v4, const Candidate *within)
{
	GArray *ends = g_array_new(FALSE, FALSE, sizeof(End));

	for (guint i = 0; i < packets->len; i++) {
		const Packet *packet = &g_array_index(packets, Packet, i);
		End pair[2];
		for (guint k = 0; k < 2 && !packet->covered; k++) {
			const Address *own = &packet->ends[k];
			pair[k] = (End){address_mask(own, prefix_bits(own, bits_v4)), *own};
			if ((!within || is_within(own, within)) &&
				(k == 0 ||
					address_compare(&pair[0].prefix, &pair[1].prefix) != 0))
				g_array_append_val(ends, pair[k]);
		}
	}
	g_array_sort(ends, compare_ends);
	return ends;
}

static GArray *
list_candidates(const GArray *ends, guint bits_v4)
{
	GArray *candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));

	for (guint i = 0; i < ends->len; i++) {
		const End *end = &g_array_index(ends, End, i);
		if (i == 0 || address_compare(&end->prefix, &end[-1].prefix) != 0) {
			Candidate candidate = {
				end->prefix, (guint8)prefix_bits(&end->prefix, bits_v4), 0, 0};
			g_array_append_val(candidates, candidate);
		}
		Candidate *candidate =
			&g_array_index(candidates, Candidate, candidates->len - 1);
		candidate->packets++;
		candidate->addresses += i == 0 || compare_ends(end, end - 1) != 0;
	}
	return candidates;
}

static gboolean
find_best(const GArray *packets, guint bits_v4, const Candidate *within, Candidate *best)
{
	g_autoptr(GArray) ends = list_ends(packets, bits_v4, within);
	g_autoptr(GArray) candidates = list_candidates(ends, bits_v4);
	guint64 most = 0;

	for (guint i = 0; i < candidates->len; i++)
		most = MAX(most, g_array_index(candidates, Candidate, i).packets);
	*best = (Candidate){0};
	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *candidate = &g_array_index(candidates, Candidate, i);
		if ((guint64)candidate->packets * 100 >= most * EQUAL &&
			candidate->addresses > best->addresses)
			*best = *candidate;
	}
	return best->addresses > 0;
}

/* The best prefix for the packets that are left: a /16, or the /24 in it that has nearly all
 * of them. */
static gboolean
choose_prefix(GArray *packets, Candidate *chosen)
{
	Candidate narrow;

	if (!find_best(packets, WIDE_V4, NULL, chosen))
		return FALSE;
	if (chosen->prefix.family == 4 && find_best(packets, NARROW_V4, chosen, &narrow) &&
		(guint64)narrow.packets * 100 >= (guint64)chosen->packets * NARROW)
		*chosen = narrow;
	for (guint i = 0; i < packets->len; i++) {
		Packet *packet = &g_array_index(packets, Packet, i);
		packet->covered |= is_within(&packet->ends[0], chosen) ||
				   is_within(&packet->ends[1], chosen);
	}
	return TRUE;
}

static guint
count_covered(const GArray *packets)
{
	guint covered = 0;

	for (guint i = 0; i < packets->len; i++)
		covered += g_array_index(packets, Packet, i).covered;
	return covered;
}

static guint
count_crossing(const GArray *packets, const Candidate *chosen, guint n)
{
	guint crossing = 0;

	for (guint i = 0; i < packets->len; i++) {
		const Packet *packet = &g_array_index(packets, Packet, i);
		gboolean inside[2] = {FALSE, FALSE};
		for (guint k = 0; k < n; k++) {
			inside[0] |= is_within(&packet->ends[0], &chosen[k]);
			inside[1] |= is_within(&packet->ends[1], &chosen[k]);
		}
		crossing += inside[0] != inside[1];
	}
	return crossing;
}

static gboolean
fits_default(const GArray *packets, const Home *home)
{
	guint crossing = 0;

	for (guint i = 0; i < packets->len; i++) {
		const Packet *packet = &g_array_index(packets, Packet, i);
		crossing += home_place(home, &packet->ends[0]) !=
			    home_place(home, &packet->ends[1]);
	}
	return crossing * 2 >= packets->len;
}

static char *
advise(GArray *packets)
{
	static const char misfit[] =
		"hardly any packet crosses the default home (private ranges)";
	Candidate chosen[PREFIXES_MAX];
	guint n = 0;

	while (n < PREFIXES_MAX &&
		(guint64)count_covered(packets) * 100 < (guint64)packets->len * ENOUGH)
		if (choose_prefix(packets, &chosen[n]))
			n++;
		else
			break;

	guint crossing = count_crossing(packets, chosen, n);
	if (crossing * 2 < packets->len)
		return g_strdup_printf("%s; name the site's networks with --home", misfit);

	g_autoptr(GString) prefixes = g_string_new(NULL);
	for (guint i = 0; i < n; i++) {
		char text[ADDRESS_TEXT_SIZE];
		g_string_append_printf(prefixes, "%s%s/%u", i > 0 ? "," : "",
			address_format(&chosen[i].prefix, text), chosen[i].bits);
	}
	return g_strdup_printf("%s; --home %s would fit %u %% of them", misfit, prefixes->str,
		(guint)((guint64)crossing * 100 / packets->len));
}

char *
homeguess_advice(const char *const *files, guint n)
{
	g_autoptr(Home) home = home_new_private();
	g_autoptr(GArray) packets = g_array_new(FALSE, FALSE, sizeof(Packet));
	guint each = MAX(SAMPLE / MAX(n, 1), 1);

	for (guint i = 0; i < n && packets->len < SAMPLE; i++)
		sample_file(files[i], each, home, packets);
	return fits_default(packets, home) ? NULL : advise(packets);
}
