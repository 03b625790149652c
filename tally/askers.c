#include "config.h"

#include "tally/askers.h"

#include "common/hour.h"

enum {
	SERVICES_MAX = 16,             /* of a source in all */
	DRAFT_MAX = SERVICES_MAX * 64, /* of a source: services and days */
	ENTRIES_MAX = 1 << 22,
	SERVICES = 2 << 16,
	TRACEROUTE_FIRST = 33434,
	TRACEROUTE_LAST = TRACEROUTE_FIRST + 3 * 30 - 1,
};

struct Askers {
	guint grid_minutes;
	GArray *entries; /* owned; of Asking */
	/* Sources by number, IPv4 first, as they come. */
	GArray *askers_v4; /* owned; of guint32 */
	GArray *askers_v6; /* owned; of GroupSource */
	guint32 *complete; /* owned; by service: pairs with a completed handshake */
	guint32 *asked;    /* owned; by service: pairs */
	gint32 first_day, last_day;
	guint64 left_out, cut;
};

static guint32
service_number(guint8 kind, guint16 port)
{
	return (kind == KIND_UDP ? 1u << 16 : 0) | port;
}

PortKey
askers_service(guint32 service)
{
	return (PortKey){service >> 16 ? KIND_UDP : KIND_SYN, (guint16)service};
}

Askers *
askers_new(guint grid_minutes)
{
	Askers *askers = g_new0(Askers, 1);

	askers->grid_minutes = grid_minutes;
	askers->entries = g_array_new(FALSE, FALSE, sizeof(Asking));
	askers->askers_v4 = g_array_new(FALSE, FALSE, sizeof(guint32));
	askers->askers_v6 = g_array_new(FALSE, FALSE, sizeof(GroupSource));
	askers->complete = g_new0(guint32, SERVICES);
	askers->asked = g_new0(guint32, SERVICES);
	askers->first_day = G_MAXINT32;
	askers->last_day = G_MININT32;
	return askers;
}

void
askers_free(Askers *askers)
{
	if (!askers)
		return;
	g_array_unref(askers->entries);
	g_array_unref(askers->askers_v4);
	g_array_unref(askers->askers_v6);
	g_free(askers->complete);
	g_free(askers->asked);
	g_free(askers);
}

static gint32
day_of(gint64 hour, guint grid_minutes)
{
	gint64 time = hour - grid_minutes * 60;

	return (gint32)((time - (time < 0 ? DAY_SECONDS - 1 : 0)) / DAY_SECONDS);
}

/* Whether the contact asks for a service, unasked by ours. */
static gboolean
asks(const PairHour *pair, const Contact *contact)
{
	if (contact->kind == KIND_SYN)
		return !(pair->facts & FACT_OUT_SYN);
	return contact->kind == KIND_UDP && contact->port != 0 &&
	       pair->udp_in < pair->udp_out &&
	       (contact->port < TRACEROUTE_FIRST || contact->port > TRACEROUTE_LAST);
}

static guint32
digest(const Address *address)
{
	guint64 mixed = (address->high ^ address->low) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	return (guint32)(mixed >> 32);
}

/* A source's entries while it is looked at. */
typedef struct {
	Asking entries[DRAFT_MAX];
	guint n;
	gboolean cut; /* there are more */
	guint32 services[SERVICES_MAX];
	guint n_services;
} Draft;

/* FALSE: too many services. */
static gboolean
draft_add(Draft *draft, guint32 service, gint32 day, const Address *target)
{
	guint i = 0;

	while (i < draft->n_services && draft->services[i] != service)
		i++;
	if (i == draft->n_services) {
		if (draft->n_services == SERVICES_MAX)
			return FALSE;
		draft->services[draft->n_services++] = service;
	}
	for (i = 0; i < draft->n; i++)
		if (draft->entries[i].service == service && draft->entries[i].day == day)
			return TRUE;
	if (draft->n == DRAFT_MAX)
		draft->cut = TRUE;
	else
		draft->entries[draft->n++] = (Asking){service, 0, day, digest(target)};
	return TRUE;
}

static gboolean
draft_pair(Askers *askers, const SourceFacts *member, const PairHour *pair, Draft *draft)
{
	gint32 day = day_of(pair->hour, askers->grid_minutes);

	askers->first_day = MIN(askers->first_day, day);
	askers->last_day = MAX(askers->last_day, day);
	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		guint32 service = service_number(contact->kind, contact->port);
		if (!asks(pair, contact))
			continue;
		askers->asked[service]++;
		if (contact->answered & ANSWER_COMPLETED)
			askers->complete[service]++;
		else if (!draft_add(draft, service, day, &pair->target))
			return FALSE;
	}
	return TRUE;
}

/* Its number. An IPv4 address is kept in four octets: nearly all sources are one. */
static guint32
add_asker(Askers *askers, const Subject *subject)
{
	GroupSource asker = {subject->source, subject->bits};
	guint32 number = askers->askers_v4->len + askers->askers_v6->len;
	guint32 low = (guint32)asker.source.low;

	if (asker.source.family == 4)
		g_array_append_val(askers->askers_v4, low);
	else
		g_array_append_val(askers->askers_v6, asker);
	return number;
}

GroupSource
askers_source(const Askers *askers, guint32 number)
{
	guint n = askers->askers_v4->len;

	if (number >= n)
		return g_array_index(askers->askers_v6, GroupSource, number - n);
	return (GroupSource){
		address_from_v4(g_array_index(askers->askers_v4, guint32, number)), 32};
}

void
askers_add(Askers *askers, const Subject *subject)
{
	Draft draft;

	if (!(subject->kinds & (1u << KIND_SYN | 1u << KIND_UDP)))
		return;
	draft.n = draft.n_services = 0;
	draft.cut = FALSE;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++)
			if (!draft_pair(askers, member, &member->pairs[k], &draft))
				return;
	}
	if (draft.n == 0)
		return;
	if (askers->entries->len + draft.n > ENTRIES_MAX) {
		askers->left_out++;
		return;
	}
	askers->cut += draft.cut;
	guint32 number = add_asker(askers, subject);
	for (guint i = 0; i < draft.n; i++)
		draft.entries[i].source = number;
	g_array_append_vals(askers->entries, draft.entries, draft.n);
}

/* The entries by what key (below n_keys) says, equal ones in their old order. */
static void
distribute(GArray **entries, guint n_keys, guint32 (*key)(const Askers *, const Asking *),
	const Askers *askers)
{
	g_autofree guint32 *places = g_new0(guint32, (gsize)n_keys + 1);
	guint n = (*entries)->len;
	const Asking *from = (const Asking *)(gpointer)(*entries)->data;
	GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(Asking), n);

	for (guint i = 0; i < n; i++)
		places[key(askers, &from[i]) + 1]++;
	for (guint i = 0; i < n_keys; i++)
		places[i + 1] += places[i];
	g_array_set_size(sorted, n);
	for (guint i = 0; i < n; i++)
		g_array_index(sorted, Asking, places[key(askers, &from[i])]++) = from[i];
	g_array_unref(*entries);
	*entries = sorted;
}

static guint32
key_day(const Askers *askers, const Asking *entry)
{
	return (guint32)(entry->day - askers->first_day);
}

static guint32
key_service(const Askers *askers, const Asking *entry)
{
	(void)askers;
	return entry->service;
}

/* Leaves out the services that fewer ask for than a campaign has, or on one day alone, and those
 * that ours offer. */
static void
keep_likely(Askers *askers, guint least)
{
	typedef struct {
		guint32 n;
		gint32 first_day, last_day;
	} Sum;
	g_autofree Sum *sums = g_new0(Sum, SERVICES);
	Asking *entries = (Asking *)(gpointer)askers->entries->data;
	guint kept = 0;

	for (guint i = 0; i < askers->entries->len; i++) {
		Sum *sum = &sums[entries[i].service];
		gint32 day = entries[i].day;
		sum->first_day = sum->n > 0 ? MIN(sum->first_day, day) : day;
		sum->last_day = sum->n > 0 ? MAX(sum->last_day, day) : day;
		sum->n++;
	}
	for (guint i = 0; i < askers->entries->len; i++) {
		guint32 service = entries[i].service;
		const Sum *sum = &sums[service];
		if (sum->n >= least && sum->last_day > sum->first_day &&
			10 * (guint64)askers->complete[service] < askers->asked[service])
			entries[kept++] = entries[i];
	}
	g_array_set_size(askers->entries, kept);
}

/* They come by source, so two stable passes do. */
const Asking *
askers_sort(Askers *askers, guint least, guint *n)
{
	keep_likely(askers, least);
	*n = askers->entries->len;
	if (*n == 0)
		return NULL;
	distribute(&askers->entries, (guint)(askers->last_day - askers->first_day) + 1, key_day,
		askers);
	distribute(&askers->entries, SERVICES, key_service, askers);
	return (const Asking *)(gpointer)askers->entries->data;
}

gint32
askers_first_day(const Askers *askers)
{
	return askers->first_day;
}

gint64
askers_day(const Askers *askers, gint32 day)
{
	return (gint64)day * DAY_SECONDS + askers->grid_minutes * 60;
}

guint64
askers_left_out(const Askers *askers)
{
	return askers->left_out;
}

guint64
askers_cut(const Askers *askers)
{
	return askers->cut;
}
