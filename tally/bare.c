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

/* The traits of the row's ACKs, one a sensor; n set to their number. */
static const TraitHour *
find_acks(const SubjectRow *row, guint32 *n)
{
	const SourceFacts *member = row->member;
	const TraitHour *items = member->traits;
	gint64 hour = row->pair->hour;
	guint32 low = 0, high = member->n_traits;

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		const TraitHour *item = &items[middle];
		if (item->trait.kind < KIND_ACK ||
			(item->trait.kind == KIND_ACK && item->hour < hour))
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < member->n_traits && items[low + *n].trait.kind == KIND_ACK &&
		     items[low + *n].hour == hour;
		++*n)
		;
	return items + low;
}

static gboolean
has_empty_acks(const SubjectRow *row)
{
	guint32 n;
	const TraitHour *acks = find_acks(row, &n);

	for (guint32 i = 0; i < n; i++)
		if (acks[i].trait.payload_max > 0)
			return FALSE;
	return n > 0;
}

static gboolean
is_from_one_port(const SubjectRow *row)
{
	guint32 n;
	const TraitHour *acks = find_acks(row, &n);

	for (guint32 i = 0; i < n; i++)
		if (acks[i].trait.sport_min != acks[i].trait.sport_max)
			return FALSE;
	return n > 0;
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
	return has_empty_acks(row) ? ack->packets : 0;
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

struct BarePorts {
	guint32 rows[65536]; /* of the window that have ACKs to the port */
	guint ports, low;    /* with any; of these: below CLIENT_PORTS */
	guint scattered;     /* rows of the window whose ACKs come from several ports */
};

BarePorts *
bare_ports_new(void)
{
	return g_new0(BarePorts, 1);
}

void
bare_ports_free(BarePorts *counter)
{
	g_free(counter);
}

/* Takes a row into the window, or out of it again. */
static void
count_row(BarePorts *counter, const SubjectRow *row, gboolean is_in)
{
	const Contact *contacts = row_contacts(row);

	if (!bare_has_acks(row))
		return;
	if (!is_from_one_port(row))
		counter->scattered += is_in ? 1 : -1u;
	for (guint32 i = 0; i < row->pair->n_contacts; i++) {
		guint16 port = contacts[i].port;
		if (contacts[i].kind != KIND_ACK)
			continue;
		if (!is_in)
			counter->rows[port]--;
		if (counter->rows[port] == 0) {
			counter->ports += is_in ? 1 : -1u;
			if (port < CLIENT_PORTS)
				counter->low += is_in ? 1 : -1u;
		}
		if (is_in)
			counter->rows[port]++;
	}
}

static guint
count_ports(const BarePorts *counter)
{
	return counter->low > 0 || counter->scattered > 0 ? counter->ports : 0;
}

static gboolean
is_talk(const SubjectRow *row)
{
	return (row->pair->facts & FACT_CONVERSATION) != 0;
}

void
bare_ports_find(BarePorts *counter, const SubjectRow *rows, guint n, gint64 length,
	guint enough, GArray *starts)
{
	guint next = 0, oldest = 0, before = 0; /* before: the oldest row of W+ */
	guint talks = 0;                        /* rows of W+ */

	while (next < n) {
		gint64 hour = rows[next].pair->hour, start = hour + HOUR_SECONDS - length;
		gboolean has_acks = FALSE;
		for (; next < n && rows[next].pair->hour == hour; next++) {
			has_acks |= bare_has_acks(&rows[next]);
			talks += is_talk(&rows[next]);
			count_row(counter, &rows[next], TRUE);
		}
		for (; rows[oldest].pair->hour < start; oldest++)
			count_row(counter, &rows[oldest], FALSE);
		for (; rows[before].pair->hour < start - HOUR_SECONDS; before++)
			talks -= is_talk(&rows[before]);
		if (has_acks && talks == 0 && count_ports(counter) >= enough)
			g_array_append_val(starts, start);
	}
	for (; oldest < n; oldest++)
		count_row(counter, &rows[oldest], FALSE);
}

guint
bare_ports_in(BarePorts *counter, const SubjectRow *rows, guint n, gint64 start, gint64 length)
{
	guint first = 0, after, ports;

	while (first < n && rows[first].pair->hour < start - HOUR_SECONDS)
		first++;
	for (after = first; after < n && rows[after].pair->hour < start + length; after++)
		if (is_talk(&rows[after]))
			return 0;
	while (first < after && rows[first].pair->hour < start)
		first++;
	for (guint i = first; i < after; i++)
		count_row(counter, &rows[i], TRUE);
	ports = count_ports(counter);
	for (guint i = first; i < after; i++)
		count_row(counter, &rows[i], FALSE);
	return ports;
}
