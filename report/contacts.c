#include "config.h"

#include "report/contacts.h"

#include "common/hour.h"
#include "common/network.h"
#include "tally/group.h"
#include "tally/hits.h"

GArray *
contacts_new(void)
{
	return g_array_new(FALSE, FALSE, sizeof(Network));
}

static void
want(GArray *sources, const Address *source, guint8 bits)
{
	Network network = {*source, bits};

	g_array_append_val(sources, network);
}

void
contacts_want(GArray *sources, const Finding *finding)
{
	const GArray *all = finding->all_sources;

	for (guint i = 0; all && i < all->len; i++) {
		const GroupSource *source = &g_array_index(all, GroupSource, i);
		want(sources, &source->source, source->bits);
	}
	for (guint i = 0; !all && i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		want(sources, &source->source, source->bits);
	}
}

/* One that holds others comes first. */
static int
compare_networks(gconstpointer a, gconstpointer b)
{
	const Network *x = a, *y = b;
	int order = address_compare(&x->first, &y->first);

	return order != 0 ? order : (int)x->bits - y->bits;
}

/* Sorts, and leaves none that another holds. */
static void
settle(GArray *sources)
{
	Network *networks = (Network *)(gpointer)sources->data;
	guint kept = 0;

	g_array_sort(sources, compare_networks);
	for (guint i = 0; i < sources->len; i++)
		if (kept == 0 || !network_has(&networks[kept - 1], &networks[i].first))
			networks[kept++] = networks[i];
	g_array_set_size(sources, kept);
}

/* Whether the address is of one of the sources from *at on; *at becomes the first that may hold a
 * greater one. */
static gboolean
is_wanted(const GArray *sources, guint *at, const Address *address)
{
	for (; *at < sources->len; ++*at) {
		const Network *network = &g_array_index(sources, Network, *at);
		if (network_has(network, address))
			return TRUE;
		if (address_compare(address, &network->first) < 0)
			return FALSE;
	}
	return FALSE;
}

typedef struct {
	const ScanHead *head;     /* borrowed */
	const LineFormat *format; /* borrowed */
	GString *line;            /* borrowed; reused */
	FILE *out;                /* borrowed */
} Writer;

/* Which facts make a hit in the pair's hour; before: its row of another hour or target, or NULL. */
static guint16
counting(const PairHour *pair, const PairHour *before)
{
	guint64 in = pair->udp_in, out = pair->udp_out;
	guint16 evidence = pair->facts;

	if (before && before->hour == pair->hour - HOUR_SECONDS &&
		address_compare(&before->target, &pair->target) == 0) {
		in = MIN(in, before->udp_in);
		out = MIN(out, before->udp_out);
		evidence |= before->facts;
	}
	return hits_counting(evidence, hits_is_source_first(hits_udp_first(in, out)));
}

static void
tell_pair(const Writer *writer, const SourceFacts *facts, const PairHour *pair, guint16 hits)
{
	const Contact *contacts = facts->contacts + pair->contacts;

	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const LineContact contact = {&facts->source, pair, &contacts[i]};
		if (contacts[i].kind < KIND_CONTACTS && contacts[i].packets > 0 &&
			(kind_table[contacts[i].kind].fact_in & hits))
			writer->format->contact(writer->line, writer->head, &contact);
	}
}

static void
tell_source(const Writer *writer, const SourceFacts *facts)
{
	const SubjectSpan *span = &writer->head->span;

	g_string_truncate(writer->line, 0);
	for (guint32 i = 0; i < facts->n_pairs; i++) {
		const PairHour *pair = &facts->pairs[i];
		if (pair->hour >= span->from && pair->hour < span->to)
			tell_pair(writer, facts, pair, counting(pair, i > 0 ? pair - 1 : NULL));
	}
	fwrite(writer->line->str, 1, writer->line->len, writer->out);
}

gboolean
contacts_tell(GArray *sources, GPtrArray *readers, const ScanHead *head,
	const LineFormat *format, FILE *out, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);
	const Writer writer = {head, format, line, out};
	g_autoptr(GError) problem = NULL;
	const SourceFacts *facts;
	guint at = 0;

	settle(sources);
	for (guint i = 0; sources->len > 0 && i < readers->len; i++)
		if (!reader_seek(readers->pdata[i], &g_array_index(sources, Network, 0).first,
			    error))
			return FALSE;
	/* The parts are those that the readers were opened with: traits come with every source. */
	g_autoptr(Gather) gather = gather_new(
		(Reader **)readers->pdata, readers->len, READER_CONTACTS | READER_TRAITS);
	while (at < sources->len && (facts = gather_next(gather, 0, &problem)))
		if (is_wanted(sources, &at, &facts->source))
			tell_source(&writer, facts);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}
