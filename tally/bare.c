#include "config.h"

#include "tally/bare.h"

#include "common/hour.h"

enum { CLIENT_PORTS = 1024 }; /* from here on ports are given to clients */

static const Contact *
row_contacts(const SubjectRow *row)
{
	return row->member->contacts ? row->member->contacts + row->pair->contacts : NULL;
}

guint64
bare_quiet(const SubjectRow *row)
{
	const Contact *contacts = row_contacts(row);
	gboolean talked =
		(row->pair->answered & ANSWER_COMPLETED) || (row->pair->facts & FACT_OUT_SYN);
	guint64 packets = 0;

	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++)
		if (contacts[i].kind < KIND_CONTACTS && (BARE_QUIET >> contacts[i].kind & 1) &&
			!(contacts[i].kind == KIND_FIN && talked))
			packets += contacts[i].packets;
	return packets;
}

static const Trait *
find_trait(const SourceFacts *member, Kind kind, gint64 hour)
{
	for (guint32 i = 0; i < member->n_traits; i++)
		if (member->traits[i].trait.kind == kind && member->traits[i].hour == hour)
			return &member->traits[i].trait;
	return NULL;
}

guint64
bare_staged(const SubjectRow *row)
{
	const Contact *contacts = row_contacts(row), *ack = NULL;
	guint64 syn = FACTS_NEVER;

	if ((row->pair->facts & (FACT_IN_RESPONSE | FACT_IN_SYN | FACT_OUT_TCP)) !=
		(FACT_IN_RESPONSE | FACT_IN_SYN))
		return 0;
	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++) {
		if (contacts[i].kind == KIND_ACK)
			ack = &contacts[i];
		else if (contacts[i].kind == KIND_SYN)
			syn = MIN(syn, contacts[i].first);
	}
	if (!ack || ack->first >= syn)
		return 0;
	const Trait *trait = find_trait(row->member, KIND_ACK, row->pair->hour);
	return trait && trait->payload_max == 0 ? ack->packets : 0;
}

gboolean
bare_has_acks(const SubjectRow *row)
{
	const Contact *contacts = row_contacts(row);

	if ((row->pair->facts & (FACT_IN_RESPONSE | FACT_CONVERSATION)) != FACT_IN_RESPONSE)
		return FALSE;
	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++)
		if (contacts[i].kind == KIND_ACK)
			return TRUE;
	return FALSE;
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	return (int)*(const guint16 *)a - *(const guint16 *)b;
}

/* Leaves each port once. */
static void
keep_distinct(GArray *array)
{
	guint16 *ports = (guint16 *)(gpointer)array->data;
	guint kept = 0;

	g_array_sort(array, compare_ports);
	for (guint i = 0; i < array->len; i++)
		if (kept == 0 || ports[kept - 1] != ports[i])
			ports[kept++] = ports[i];
	g_array_set_size(array, kept);
}

static void
list_ports(GArray *ports, const SubjectRow *row)
{
	const Contact *contacts = row_contacts(row);

	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++)
		if (contacts[i].kind == KIND_ACK)
			g_array_append_val(ports, contacts[i].port);
}

guint
bare_ports(const SubjectRow *rows, guint n, gint64 start, gint64 length)
{
	g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(guint16));
	gboolean from_one = TRUE;

	for (guint i = 0; i < n; i++) {
		const PairHour *pair = rows[i].pair;
		if (pair->hour < start - HOUR_SECONDS || pair->hour >= start + length)
			continue;
		if (pair->facts & FACT_CONVERSATION)
			return 0;
		if (pair->hour < start || !(pair->facts & FACT_IN_RESPONSE))
			continue;
		const Trait *trait = find_trait(rows[i].member, KIND_ACK, pair->hour);
		from_one &= trait && trait->sport_min == trait->sport_max;
		list_ports(ports, &rows[i]);
	}
	keep_distinct(ports);
	if (ports->len > 0 && from_one && g_array_index(ports, guint16, 0) >= CLIENT_PORTS)
		return 0;
	return ports->len;
}
