#include "config.h"

#include "tally/settle.h"

#include <stdlib.h>

enum { INSERTION_BELOW = 24 };

static guint32
row_key(const Contact *row)
{
	return (guint32)row->kind << 16 | row->port;
}

static int
compare_rows(const void *a, const void *b)
{
	guint32 key_a = row_key(a), key_b = row_key(b);

	return key_a < key_b ? -1 : key_a > key_b;
}

static void
sort_rows(Contact *rows, guint32 n)
{
	if (n >= INSERTION_BELOW) {
		qsort(rows, n, sizeof *rows, compare_rows);
		return;
	}
	for (guint32 i = 1; i < n; i++) {
		guint32 key = row_key(rows + i), j = i;
		if (row_key(rows + i - 1) <= key)
			continue;
		Contact row = rows[i];
		for (; j > 0 && row_key(rows + j - 1) > key; j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}

guint32
settle_join(Contact *rows, guint32 n)
{
	guint32 kept = 0;

	sort_rows(rows, n);
	for (guint32 i = 0; i < n; i++) {
		if (kept > 0 && row_key(rows + kept - 1) == row_key(rows + i)) {
			Contact *row = rows + kept - 1;
			row->first = MIN(row->first, rows[i].first);
			row->last = MAX(row->last, rows[i].last);
			row->packets += rows[i].packets;
			row->bytes += rows[i].bytes;
			row->seq = rows[i].seq;
			row->answered |= rows[i].answered;
		} else {
			if (kept != i)
				rows[kept] = rows[i];
			kept++;
		}
	}
	return kept;
}

/* The rows of one kind: rows[from[kind]] up to rows[from[kind + 1]]. */
typedef struct {
	guint32 from[KIND_COUNT + 1];
} Kinds;

static void
find_kinds(const Contact *rows, guint32 n, Kinds *kinds)
{
	guint32 i = 0;

	for (guint kind = 0; kind <= KIND_COUNT; kind++) {
		while (i < n && rows[i].kind < kind)
			i++;
		kinds->from[kind] = i;
	}
}

static gboolean
kinds_has(const Kinds *kinds, guint kind)
{
	return kinds->from[kind] < kinds->from[kind + 1];
}

static Contact *
find_port(Contact *rows, const Kinds *kinds, guint kind, guint16 port)
{
	guint32 low = kinds->from[kind], high = kinds->from[kind + 1];

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		if (rows[middle].port < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low < kinds->from[kind + 1] && rows[low].port == port ? rows + low : NULL;
}

/* Whether the source acknowledged, to this port and not before `since`. */
static gboolean
was_acknowledged(Contact *rows, const Kinds *kinds, guint16 port, guint64 since)
{
	const Contact *ack = find_port(rows, kinds, KIND_ACK, port);
	const Contact *finack = find_port(rows, kinds, KIND_FINACK, port);

	return (ack && ack->last >= since) || (finack && finack->last >= since);
}

/* A reset tells our port in no contact (its own service port is the source's): any reset of
 * the pair not before `since`. */
static gboolean
was_reset(const Contact *rows, const Kinds *kinds, guint64 since)
{
	for (guint32 i = kinds->from[KIND_RST]; i < kinds->from[KIND_RST + 1]; i++)
		if (rows[i].last >= since)
			return TRUE;
	return FALSE;
}

/* Tells every contact that this port's answer may answer: TCP by destination port for resets
 * and SYN-ACKs, UDP and ICMP (port 0) too for errors. */
static void
tell_port(Contact *rows, const Kinds *kinds, guint16 port, guint8 answer)
{
	static const guint8 tcp[] = {KIND_MALFORMED, KIND_SYN, KIND_FINACK, KIND_XMAS, KIND_FIN,
		KIND_ACK, KIND_NULL};
	Contact *contact;

	for (guint i = 0; i < G_N_ELEMENTS(tcp); i++)
		if ((contact = find_port(rows, kinds, tcp[i], port)))
			contact->answered |= answer;
	if (!(answer & ANSWER_UNREACH))
		return;
	if ((contact = find_port(rows, kinds, KIND_UDP, port)))
		contact->answered |= answer;
	if (port == 0)
		for (guint32 i = kinds->from[KIND_ECHO]; i < kinds->from[KIND_ICMP + 1]; i++)
			rows[i].answered |= answer;
}

/* What became of a SYN-ACK from this port that answers what was sent since then. */
static guint8
follow_synack(Contact *rows, const Kinds *kinds, guint16 port, guint64 since)
{
	if (was_acknowledged(rows, kinds, port, since))
		return ANSWER_SYNACK | ANSWER_COMPLETED;
	if (was_reset(rows, kinds, since))
		return ANSWER_SYNACK | ANSWER_HALFOPEN;
	return ANSWER_SYNACK;
}

/* Answers lie in rows of their own, by port, or already in the contact that they answer:
 * told alike to all contacts of the port. */
static guint8
settle_answers(Contact *rows, const Kinds *kinds)
{
	guint8 answered = 0, answer;

	for (guint32 i = kinds->from[KIND_ANSWER_SYNACK];
		i < kinds->from[KIND_ANSWER_SYNACK + 1]; i++) {
		Contact *syn = find_port(rows, kinds, KIND_SYN, rows[i].port);
		if (syn) {
			syn->answered |= ANSWER_SYNACK;
			continue;
		}
		answer = follow_synack(rows, kinds, rows[i].port, rows[i].first);
		tell_port(rows, kinds, rows[i].port, answer);
		answered |= answer;
	}
	for (guint32 i = kinds->from[KIND_SYN]; i < kinds->from[KIND_SYN + 1]; i++) {
		if (!(rows[i].answered & ANSWER_SYNACK))
			continue;
		answer = follow_synack(rows, kinds, rows[i].port, rows[i].first);
		tell_port(rows, kinds, rows[i].port, answer);
		answered |= answer;
	}
	for (guint32 i = kinds->from[KIND_MALFORMED]; i < kinds->from[KIND_NULL + 1]; i++)
		if (rows[i].answered & ANSWER_RST) {
			tell_port(rows, kinds, rows[i].port, ANSWER_RST);
			answered |= ANSWER_RST;
		}
	for (guint32 i = kinds->from[KIND_ANSWER_RST]; i < kinds->from[KIND_ANSWER_RST + 1];
		i++) {
		tell_port(rows, kinds, rows[i].port, ANSWER_RST);
		answered |= ANSWER_RST;
	}
	for (guint32 i = kinds->from[KIND_ANSWER_UNREACH];
		i < kinds->from[KIND_ANSWER_UNREACH + 1]; i++) {
		tell_port(rows, kinds, rows[i].port, ANSWER_UNREACH);
		answered |= ANSWER_UNREACH;
	}
	return answered;
}

static void
settle_udp(Pair *pair, Contact *rows, const Kinds *kinds)
{
	if (kinds_has(kinds, KIND_UDP_OUT))
		pair->udp_out = rows[kinds->from[KIND_UDP_OUT]].first;
	for (guint32 i = kinds->from[KIND_UDP]; i < kinds->from[KIND_UDP + 1]; i++)
		if (rows[i].packets > 0)
			pair->udp_in = MIN(pair->udp_in, rows[i].first);
	if (pair->udp_in < pair->udp_out && pair->udp_out != FACTS_NEVER)
		pair->answered |= ANSWER_UDP;
}

/* Most pairs of a scan: one TCP contact, no answer. */
static void
settle_lone(Pair *pair, Contact *row, gboolean conversation)
{
	if (conversation && kind_table[row->kind].class == CLASS_RESPONSE)
		row->port = 0;
	pair->udp_in = pair->udp_out = FACTS_NEVER;
	pair->n_contacts = 1;
	pair->contacts = row;
}

void
settle_pair(Pair *pair, Contact *rows, guint32 n)
{
	gboolean conversation = (pair->facts & FACT_CONVERSATION) != 0, we_first;
	guint32 kept = 0;
	Kinds kinds;

	if (n == 1 && rows->kind <= KIND_NULL && !rows->answered && !pair->answered) {
		settle_lone(pair, rows, conversation);
		return;
	}
	find_kinds(rows, n, &kinds);
	pair->udp_in = pair->udp_out = FACTS_NEVER;
	settle_udp(pair, rows, &kinds);
	/* At the same instant the target's packet counts as first. */
	we_first = pair->udp_in != FACTS_NEVER && pair->udp_out <= pair->udp_in;
	pair->answered |= settle_answers(rows, &kinds);
	if ((pair->answered & ANSWER_ECHOREPLY) && kinds_has(&kinds, KIND_ECHO))
		rows[kinds.from[KIND_ECHO]].answered |= ANSWER_ECHOREPLY;

	for (guint32 i = 0; i < n && rows[i].kind < KIND_AT_REST; i++) {
		const KindInfo *info = &kind_table[rows[i].kind];
		/* Noted by an answer, with no packet of the source behind it. */
		if (rows[i].packets == 0)
			continue;
		if ((conversation && info->fact_in == FACT_IN_RESPONSE) ||
			(we_first && rows[i].kind == KIND_UDP)) {
			/* Nor is there an answer by a port that is given up, be it here or long
			 * before: the pair keeps it. */
			rows[i].port = 0;
			rows[i].answered &= ANSWER_AGAIN;
		}
		if (kept != i)
			rows[kept] = rows[i];
		kept++;
	}
	/* Only given-up ports can be out of order now, and those of one kind are equal. */
	pair->n_contacts = settle_join(rows, kept);
	pair->contacts = rows;
}
