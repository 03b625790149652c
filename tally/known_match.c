#include "config.h"

#include "tally/known_match.h"

#include "tally/kind.h"

enum {
	PORTS = G_MAXUINT16 + 1,
	INBOUND = FACT_IN_REQUEST | FACT_IN_RESPONSE | FACT_IN_SYN | FACT_IN_ECHOREPLY |
		  FACT_IN_UDP | FACT_IN_OTHER,
};

/* Service ports being gathered. */
typedef struct {
	KnownPorts ports; /* once settled */
	GArray *list;     /* owned; of guint16 */
	guint8 *seen;     /* owned; PORTS of them */
} PortList;

static void
port_list_init(PortList *list)
{
	list->list = g_array_new(FALSE, FALSE, sizeof(guint16));
	list->seen = g_new0(guint8, PORTS);
}

static void
port_list_clear(PortList *list)
{
	g_array_unref(list->list);
	g_free(list->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PortList, port_list_clear)

static void
port_list_add(PortList *list, guint8 kind, guint16 port)
{
	gboolean service = kind_table[kind].port == 's' || kind_table[kind].port == 'd';

	if (!service || port == 0)
		list->ports.none = TRUE;
	else if (!list->seen[port])
		g_array_append_val(list->list, port);
	list->seen[port] = TRUE;
}

static const KnownPorts *
port_list_settle(PortList *list)
{
	list->ports.ports = (const guint16 *)(gpointer)list->list->data;
	list->ports.n = list->list->len;
	return &list->ports;
}

/* Whether something came in the pair's hour, which is asked for. */
static gboolean
came(const PairHour *pair, SubjectSpan span)
{
	return pair->hour >= span.from && pair->hour < span.to && (pair->facts & INBOUND);
}

const KnownEntry *
known_match_source(const Known *known, const SourceFacts *source, SubjectSpan span)
{
	guint bits = network_most_bits(source->source.family);
	const KnownEntry *entry = known_find(known, &source->source, bits, NULL);
	guint32 first = 0;

	while (entry && first < source->n_pairs && !came(&source->pairs[first], span))
		first++;
	if (!entry || first == source->n_pairs)
		return NULL;
	if (!known_has_ports(known))
		return entry;

	g_auto(PortList) list = {{0}};
	port_list_init(&list);
	for (guint32 i = first; i < source->n_pairs; i++) {
		const PairHour *pair = &source->pairs[i];
		for (guint32 k = 0; k < pair->n_contacts && came(pair, span); k++) {
			const Contact *contact = &source->contacts[pair->contacts + k];
			if (contact->kind < KIND_CONTACTS)
				port_list_add(&list, contact->kind, contact->port);
		}
	}
	return known_find(known, &source->source, bits, port_list_settle(&list));
}

/* What the sources of a finding have come to. */
typedef struct {
	const Known *known;
	const KnownPorts *ports;
	const KnownEntry *telling; /* that does most, so far */
	gboolean stranger;         /* one of them is not known */
} Acquaintance;

static void
meet(Acquaintance *met, const Address *source, guint bits)
{
	const KnownEntry *entry = known_find(met->known, source, bits, met->ports);

	if (!entry)
		met->stranger = TRUE;
	else if (!met->telling || entry->list->action > met->telling->list->action)
		met->telling = entry;
}

/* A prefix is met by its members, as far as they are listed; as a whole where they are not. */
static void
meet_one(Acquaintance *met, const Profile *profile)
{
	guint most = network_most_bits(profile->source.family);
	guint n = profile->bits < most ? profile->members->len : 0;

	if (n == 0 || n < profile->n_members)
		meet(met, &profile->source, profile->bits);
	for (guint i = 0; i < n; i++)
		meet(met, &g_array_index(profile->members, Address, i), most);
}

static void
meet_several(Acquaintance *met, const Finding *finding)
{
	met->stranger = finding->n_sources > finding->sources->len;
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		meet(met, &source->source, source->bits);
	}
}

const KnownEntry *
known_match_finding(const Known *known, const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_auto(PortList) list = {{.more = profile->n_ports > profile->ports->len}};
	Acquaintance met = {.known = known};

	port_list_init(&list);
	for (guint i = 0; i < profile->ports->len; i++) {
		const ProfilePort *port = &g_array_index(profile->ports, ProfilePort, i);
		port_list_add(&list, port->kind, port->port);
	}
	met.ports = port_list_settle(&list);
	if (finding->scope == SCOPE_SOURCES && finding->n_sources == 1)
		meet_one(&met, profile);
	else
		meet_several(&met, finding);
	return met.stranger && met.telling && met.telling->list->action != KNOWN_WATCH
		       ? NULL
		       : met.telling;
}
