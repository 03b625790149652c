#include "config.h"

#include "report/dshield.h"

#include <stdlib.h>
#include <string.h>

#include "common/hour.h"
#include "common/network.h"
#include "report/find.h"
#include "tally/gather.h"

enum { SUBMITTER = 0 /* DShield's number for nobody in particular */ };

static gboolean
is_on_purpose(Verdict verdict)
{
	switch (verdict) {
	case VERDICT_SCAN:
	case VERDICT_COORDINATED_SCAN:
	case VERDICT_INVERSE_MAPPING:
		return TRUE;
	default: /* a decoy's address is most likely somebody else's */
		return FALSE;
	}
}

static void
put_sources(GString *out, const ScanHead *head, const Finding *finding)
{
	char text[ADDRESS_TEXT_SIZE];

	(void)head;
	for (guint i = 0; is_on_purpose(finding->verdict) && i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		g_string_append_printf(
			out, "%s/%u\n", address_format(&source->source, text), source->bits);
	}
}

const LineFormat dshield_sources = {"sources", "", NULL, put_sources};

static int
compare_networks(gconstpointer a, gconstpointer b)
{
	return address_compare(&((const Network *)a)->first, &((const Network *)b)->first);
}

/* Array of Network, by address; owned by the caller. */
static GArray *
read_sources(FILE *file)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(Network));
	char line[ADDRESS_TEXT_SIZE + 8];
	Network network;

	rewind(file);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (network_parse(line, &network, NULL))
			g_array_append_val(sources, network);
	}
	g_array_sort(sources, compare_networks);
	return sources;
}

/* Whether one of them holds the address. None holds another: single addresses are IPv4 or stand for
 * a /64 as a whole. */
static gboolean
has_source(const GArray *sources, const Address *address)
{
	guint low = 0, high = sources->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const Network *network = &g_array_index(sources, Network, middle);
		Address masked = address->family == network->first.family
					 ? address_mask(address, network->bits)
					 : *address;
		int order = address_compare(&masked, &network->first);
		if (order == 0)
			return TRUE;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return FALSE;
}

/* The flags that a kind's packets have, as DShield writes them; NULL: contacts of this kind are not
 * told. */
static const char *
flags_of(Kind kind)
{
	static const char *const flags[KIND_CONTACTS] = {
		[KIND_MALFORMED] = "",
		[KIND_SYN] = "S",
		[KIND_XMAS] = "FPU",
		[KIND_FIN] = "F",
		[KIND_ACK] = "A",
		[KIND_NULL] = "",
		[KIND_ECHO] = "",
		[KIND_ICMP] = "",
		[KIND_UDP] = "",
	};

	return kind < KIND_CONTACTS ? flags[kind] : NULL;
}

static void
put_contact(FILE *out, const char *source, const PairHour *pair, const Contact *contact)
{
	const char *flags = flags_of(contact->kind);
	gboolean icmp = contact->kind == KIND_ECHO || contact->kind == KIND_ICMP;
	gint64 seconds = pair->hour + (gint64)(contact->first / SECOND_NS);
	char target[ADDRESS_TEXT_SIZE], time[HOUR_TEXT_SIZE];

	if (!flags || contact->packets == 0)
		return;
	/* What answers our own question comes second. */
	if (contact->kind == KIND_UDP && pair->udp_out <= pair->udp_in)
		return;
	hour_format_s(seconds, time);
	time[strlen("2017-09-10")] = ' ';
	time[strlen("2017-09-10 12:34:56")] = '\0';
	address_format(&pair->target, target);
	fprintf(out, "%s +00:00\t%d\t%" G_GUINT64_FORMAT "\t%s\t", time, SUBMITTER,
		contact->packets, source);
	if (icmp) /* DShield has the type where others have the source port */
		fprintf(out, "%u\t%s\t???\tICMP\t\n", contact->port, target);
	else
		fprintf(out, "???\t%s\t%u\t%s\t%s\n", target, contact->port,
			contact->kind == KIND_UDP ? "UDP" : "TCP", flags);
}

static void
put_facts(FILE *out, const Day *day, const SourceFacts *facts)
{
	char source[ADDRESS_TEXT_SIZE];

	address_format(&facts->source, source);
	for (guint32 i = 0; i < facts->n_pairs; i++) {
		const PairHour *pair = &facts->pairs[i];
		if (pair->hour < day->from || pair->hour >= day->span.to)
			continue;
		for (guint32 k = 0; k < pair->n_contacts; k++)
			put_contact(out, source, pair, &facts->contacts[pair->contacts + k]);
	}
}

gboolean
dshield_write(Day *day, FILE *sources, FILE *out, GError **error)
{
	g_autoptr(GArray) wanted = read_sources(sources);
	g_autoptr(GError) problem = NULL;
	const SourceFacts *facts;

	if (!day_open(day, error))
		return FALSE;
	g_autoptr(Gather) gather =
		gather_new((Reader **)day->readers->pdata, day->readers->len, FIND_PARTS);
	while ((facts = gather_next(gather, 0, &problem)))
		if (has_source(wanted, &facts->source))
			put_facts(out, day, facts);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}
