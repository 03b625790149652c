#include "config.h"

#include "report/known_sources.h"

#include "report/text.h"
#include "tally/detector.h"
#include "tally/kind.h"

enum {
	INDENT = 2,
	LABEL = 12,
	ENTRIES_MAX = 50, /* entries told one by one */
	LABELLED_MAX = 100,
	PORTS = G_MAXUINT16 + 1,
	INBOUND = FACT_IN_REQUEST | FACT_IN_RESPONSE | FACT_IN_SYN | FACT_IN_ECHOREPLY |
		  FACT_IN_UDP | FACT_IN_OTHER,
};

/* Adds what a contact is about. seen: PORTS of them. */
static void
add_port(guint8 kind, guint16 port, guint8 *seen, GArray *list, KnownPorts *ports)
{
	gboolean service = kind_table[kind].port == 's' || kind_table[kind].port == 'd';

	if (!service || port == 0) {
		ports->none = TRUE;
		return;
	}
	if (!seen[port])
		g_array_append_val(list, port);
	seen[port] = TRUE;
}

/* The rows of a source in the windows asked for; none: nothing came. list: of guint16. */
static gboolean
list_ports(const Subject *subject, const SourceFacts *member, GArray *list, KnownPorts *ports)
{
	g_autofree guint8 *seen = list ? g_new0(guint8, PORTS) : NULL;
	gboolean came = FALSE;

	for (guint32 i = 0; i < member->n_pairs && (list || !came); i++) {
		const PairHour *pair = &member->pairs[i];
		if (pair->hour < subject->span.from || pair->hour >= subject->span.to ||
			!(pair->facts & INBOUND))
			continue;
		came = TRUE;
		for (guint32 k = 0; list && member->contacts && k < pair->n_contacts; k++) {
			const Contact *contact = &member->contacts[pair->contacts + k];
			if (contact->kind < KIND_CONTACTS)
				add_port(contact->kind, contact->port, seen, list, ports);
		}
	}
	if (list) {
		ports->ports = (const guint16 *)(gpointer)list->data;
		ports->n = list->len;
	}
	return came;
}

static void
see_member(Known *known, const Subject *subject, const SourceFacts *member)
{
	guint bits = network_most_bits(member->source.family);
	const KnownEntry *entry = known_find(known, &member->source, bits, NULL);
	g_autoptr(GArray) list = NULL;
	KnownPorts ports = {0};

	if (!entry)
		return;
	if (known_has_ports(known))
		list = g_array_new(FALSE, FALSE, sizeof(guint16));
	if (!list_ports(subject, member, list, &ports))
		return;
	if (list)
		entry = known_find(known, &member->source, bits, &ports);
	if (entry)
		known_count_source(known, entry);
}

void
known_sources_see(Known *known, const Subject *subject)
{
	for (guint32 i = 0; known && i < subject->n_members; i++)
		see_member(known, subject, &subject->members[i]);
}

/* What the sources of a finding have come to. */
typedef struct {
	const Known *known;
	const KnownPorts *ports;
	const KnownEntry *telling; /* of the greatest action so far */
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

/* One source, or a prefix: by its members, as far as they are listed. */
static void
meet_profile(Acquaintance *met, const Profile *profile)
{
	guint most = network_most_bits(profile->source.family);

	if (profile->bits == most || profile->n_members > profile->members->len ||
		profile->members->len == 0)
		meet(met, &profile->source, profile->bits);
	for (guint i = 0; profile->bits < most && i < profile->members->len; i++)
		meet(met, &g_array_index(profile->members, Address, i), most);
}

gboolean
known_sources_admit(Known *known, Finding *finding)
{
	const Profile *profile = finding->profile;

	if (!known)
		return TRUE;

	g_autofree guint8 *seen = g_new0(guint8, PORTS);
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(guint16));
	KnownPorts ports = {.more = profile->n_ports > profile->ports->len};
	for (guint i = 0; i < profile->ports->len; i++) {
		const ProfilePort *port = &g_array_index(profile->ports, ProfilePort, i);
		add_port(port->kind, port->port, seen, list, &ports);
	}
	ports.ports = (const guint16 *)(gpointer)list->data;
	ports.n = list->len;

	Acquaintance met = {.known = known, .ports = &ports};
	meet_profile(&met, profile);
	if (!met.telling || (met.stranger && met.telling->list->action != KNOWN_WATCH))
		return TRUE;
	known_count_finding(known, met.telling);
	finding->known = met.telling;
	return met.telling->list->action != KNOWN_IGNORE;
}

char *
known_sources_text(const KnownEntry *entry)
{
	char network[ADDRESS_TEXT_SIZE];

	return g_strdup_printf("%s %s (%s)%s%s", known_action_name(entry->list->action),
		entry->list->name, network_format(&entry->network, network),
		*entry->reason ? ": " : "", entry->reason);
}

typedef struct {
	GString *page;
	guint64 told;
} EntryLines;

static void
put_entry(gpointer data, const KnownEntry *entry)
{
	EntryLines *lines = data;
	g_autofree char *name = known_sources_text(entry);
	char sources[TEXT_NUMBER_SIZE], findings[TEXT_NUMBER_SIZE];

	if (lines->told++ >= ENTRIES_MAX)
		return;
	g_autofree char *text = g_strdup_printf("%s; matched %s source%s, %s finding%s", name,
		text_number(entry->sources, sources), text_plural(entry->sources),
		text_number(entry->findings, findings), text_plural(entry->findings));
	g_autofree char *plain = text_plain(text);
	text_field(lines->page, INDENT, LABEL, lines->told == 1 ? "Entries" : "", plain);
}

static void
put_lines(GString *page, const char *label, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		g_autofree char *plain = text_plain(lines->pdata[i]);
		text_field(page, INDENT, LABEL, i == 0 ? label : "", plain);
	}
}

static void
put_labelled(GString *page, const GPtrArray *labelled, guint64 total)
{
	char source[ADDRESS_TEXT_SIZE], number[TEXT_NUMBER_SIZE];

	for (guint i = 0; i < MIN(labelled->len, LABELLED_MAX); i++) {
		const Finding *finding = labelled->pdata[i];
		const Profile *profile = finding->profile;
		g_autofree char *name = known_sources_text(finding->known);
		g_autofree char *text = g_strdup_printf("%s  %s (%s), %s target%s; %s",
			subject_format(&profile->source, profile->bits, source),
			finding_verdict_name(finding->verdict),
			finding_window(finding, 0)->detector->name,
			text_number(profile->hosts, number), text_plural(profile->hosts), name);
		g_autofree char *plain = text_plain(text);
		text_field(page, INDENT, LABEL, i == 0 ? "Labelled" : "", plain);
	}
	if (total > MIN(labelled->len, LABELLED_MAX)) {
		g_autofree char *text = g_strdup_printf("and %s more: --format json tells all",
			text_number(total - MIN(labelled->len, LABELLED_MAX), number));
		text_field(page, INDENT, LABEL, "", text);
	}
}

void
known_sources_page(GString *page, const Known *known, const GPtrArray *labelled, guint64 total)
{
	g_autoptr(GString) section = g_string_new(NULL);
	EntryLines lines = {.page = section};
	char number[TEXT_NUMBER_SIZE];

	if (!known)
		return;
	put_labelled(section, labelled, total);
	known_foreach(known, put_entry, &lines);
	if (lines.told > ENTRIES_MAX) {
		g_autofree char *text = g_strdup_printf(
			"and %s more", text_number(lines.told - ENTRIES_MAX, number));
		text_field(section, INDENT, LABEL, "", text);
	}
	put_lines(section, "Left out", known_problems(known));
	put_lines(section, "Expired", known_expired(known));
	if (section->len > 0)
		g_string_append_printf(page, "\nKnown sources\n\n%s", section->str);
}
