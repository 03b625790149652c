#include "config.h"

#include "tally/unasked_private.h"

#include "common/hour.h"

const Kind unasked_kinds[UNASKED_KINDS] = {KIND_SYNACK, KIND_RST, KIND_FINACK, KIND_ACK};

guint
unasked_kind_of(Kind kind)
{
	guint i = 0;

	while (i < UNASKED_KINDS && unasked_kinds[i] != kind)
		i++;
	return i;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const SubjectRow *x = a, *y = b;
	int order = address_compare(&x->pair->target, &y->pair->target);

	if (order == 0)
		order = (x->member > y->member) - (x->member < y->member);
	if (order == 0)
		order = (x->pair->hour > y->pair->hour) - (x->pair->hour < y->pair->hour);
	return order;
}

GArray *
unasked_rows(const Subject *subject)
{
	GArray *rows = subject_rows(subject);

	if (subject->n_members > 1)
		g_array_sort(rows, compare_rows);
	return rows;
}

guint
unasked_pair_end(const SubjectRow *rows, guint n, guint first)
{
	guint next = first + 1;

	while (next < n && rows[next].member == rows[first].member &&
		unasked_same_target(&rows[next], &rows[first]))
		next++;
	return next;
}

/* A target while the facts of a window are gathered. */
typedef struct {
	Address target;
	guint64 first, packets;
} Target;

typedef struct {
	Unasked *unasked;
	const Scene *scene;
	gint64 start, end; /* of the window */
	GArray *targets;   /* of Target, by address; owned */
	GArray *ports;     /* of UnaskedPort, as they come; owned */
	/* of the target at hand: set of what happened to it */
	gboolean retried, aborted, unreachable, talked, asked, visited;
} Filling;

static void
add_contact(Filling *filling, const PairHour *pair, const Contact *contact, Target *target)
{
	Unasked *unasked = filling->unasked;
	guint64 hour_ns = (guint64)pair->hour * SECOND_NS;
	guint kind = unasked_kind_of((Kind)contact->kind);

	if (kind == UNASKED_KINDS)
		return;
	unasked->by_kind[kind] += contact->packets;
	unasked->packets += contact->packets;
	unasked->first = MIN(unasked->first, hour_ns + contact->first);
	unasked->last = MAX(unasked->last, hour_ns + contact->last);
	target->packets += contact->packets;
	target->first = MIN(target->first, hour_ns + contact->first);
	if (kind != UNASKED_SYNACK && kind != UNASKED_RST)
		return;
	UnaskedPort port = {
		contact->port, kind == UNASKED_SYNACK, kind == UNASKED_RST, contact->packets};
	g_array_append_val(filling->ports, port);
	filling->retried |= kind == UNASKED_SYNACK && (contact->answered & ANSWER_AGAIN);
}

/* Contacts are sorted by kind, then port: SYN-ACKs before resets. */
static gboolean
has_both(const Contact *contacts, guint32 n)
{
	guint32 s = 0, r = 0;

	while (s < n && contacts[s].kind != KIND_SYNACK)
		s++;
	while (r < n && contacts[r].kind != KIND_RST)
		r++;
	while (s < n && contacts[s].kind == KIND_SYNACK && r < n &&
		contacts[r].kind == KIND_RST) {
		if (contacts[s].port == contacts[r].port)
			return TRUE;
		if (contacts[s].port < contacts[r].port)
			s++;
		else
			r++;
	}
	return FALSE;
}

static void
add_unasked_row(Filling *filling, const SubjectRow *row, Target *target)
{
	const PairHour *pair = row->pair;
	const Contact *contacts =
		row->member->contacts ? row->member->contacts + pair->contacts : NULL;

	for (guint32 i = 0; contacts && i < pair->n_contacts; i++)
		add_contact(filling, pair, &contacts[i], target);
	if (contacts && has_both(contacts, pair->n_contacts))
		filling->aborted = TRUE;
	if (pair->answered & ANSWER_UNREACH)
		filling->unreachable = TRUE;
}

/* Responses in a pair that is not unasked: the traits of their kind are of both. */
static void
add_other_row(Filling *filling, const SubjectRow *row)
{
	const PairHour *pair = row->pair;

	for (guint32 i = 0; row->member->contacts && i < pair->n_contacts; i++) {
		const Contact *contact = &row->member->contacts[pair->contacts + i];
		guint kind = unasked_kind_of((Kind)contact->kind);
		if (kind < UNASKED_KINDS)
			filling->unasked->others[kind] += contact->packets;
	}
	if (pair->facts & FACT_IN_REQUEST)
		filling->asked = TRUE;
}

static void
add_errors(Filling *filling, const SubjectRow *row)
{
	for (guint32 i = 0; row->member->contacts && i < row->pair->n_contacts; i++) {
		const Contact *contact = &row->member->contacts[row->pair->contacts + i];
		if (contact->kind == KIND_ERROR_OUT)
			filling->unasked->errors += contact->packets;
	}
}

/* The n rows of one pair. */
static void
add_pair(Filling *filling, const SubjectRow *rows, guint n)
{
	guint16 in = 0, evidence = 0, before = 0;

	for (guint i = 0; i < n; i++) {
		gint64 hour = rows[i].pair->hour;
		if (hour >= filling->end)
			continue;
		if (hour >= filling->start)
			in |= rows[i].pair->facts;
		if (hour >= filling->start - HOUR_SECONDS)
			evidence |= unasked_evidence(rows[i].pair);
		else
			before |= rows[i].pair->facts;
	}

	gboolean unasked = unasked_is(in, evidence);
	filling->visited |= (evidence & FACT_OUT_SYN) != 0;
	Target *target = NULL;
	if (unasked) {
		GArray *targets = filling->targets;
		Target new = {rows[0].pair->target, FACTS_NEVER, 0};
		if (targets->len == 0 ||
			address_compare(
				&g_array_index(targets, Target, targets->len - 1).target,
				&new.target) != 0)
			g_array_append_val(targets, new);
		target = &g_array_index(targets, Target, targets->len - 1);
		filling->talked |= (before & FACT_CONVERSATION) != 0;
	}
	for (guint i = 0; i < n; i++) {
		if (rows[i].pair->hour < filling->start || rows[i].pair->hour >= filling->end)
			continue;
		add_errors(filling, &rows[i]);
		if (unasked)
			add_unasked_row(filling, &rows[i], target);
		else
			add_other_row(filling, &rows[i]);
	}
}

/* All pairs of a target are there. */
static void
end_target(Filling *filling, guint n_targets)
{
	Unasked *unasked = filling->unasked;

	unasked->asked += filling->asked;
	if (filling->targets->len > n_targets) {
		const Target *target =
			&g_array_index(filling->targets, Target, filling->targets->len - 1);
		unasked->once += target->packets == 1;
		unasked->dark += scene_is_dark(filling->scene, &target->target);
		unasked->retried += filling->retried;
		unasked->aborted += filling->aborted;
		unasked->unreachable += filling->unreachable;
		unasked->talked += filling->talked;
	} else {
		unasked->visitors += filling->visited;
	}
	filling->retried = filling->aborted = filling->unreachable = FALSE;
	filling->talked = filling->asked = filling->visited = FALSE;
}

static int
compare_first(gconstpointer a, gconstpointer b)
{
	const Target *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return address_compare(&x->target, &y->target);
}

static void
find_order(Unasked *unasked, GArray *targets)
{
	double sum = 0, squares = 0, steps = targets->len - 1.0;

	g_array_sort(targets, compare_first);
	for (guint i = 1; i < targets->len; i++) {
		const Target *b = &g_array_index(targets, Target, i), *a = b - 1;
		double gap = (double)(b->first - a->first);
		sum += gap;
		squares += gap * gap;
		if (address_compare(&a->target, &b->target) < 0)
			unasked->ascending++;
		else
			unasked->descending++;
	}
	if (targets->len < 2)
		return;
	unasked->gap = sum / steps;
	unasked->gap_variance = squares / steps - unasked->gap * unasked->gap;
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	const UnaskedPort *x = a, *y = b;

	return (int)x->port - y->port;
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const UnaskedPort *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return (int)x->port - y->port;
}

static void
list_ports(Unasked *unasked, GArray *ports)
{
	g_array_sort(ports, compare_numbers);
	for (guint i = 0; i < ports->len; i++) {
		const UnaskedPort *port = &g_array_index(ports, UnaskedPort, i);
		if (i == 0 || port[-1].port != port->port) {
			g_array_append_vals(unasked->ports, port, 1);
			continue;
		}
		UnaskedPort *all =
			&g_array_index(unasked->ports, UnaskedPort, unasked->ports->len - 1);
		all->synack |= port->synack;
		all->rst |= port->rst;
		all->packets += port->packets;
	}
	g_array_sort(unasked->ports, compare_ports);
}

static void
add_traits(Unasked *unasked, const SourceFacts *member, gint64 start, gint64 end)
{
	for (guint32 i = 0; i < member->n_traits; i++) {
		const TraitHour *item = &member->traits[i];
		guint kind = unasked_kind_of((Kind)item->trait.kind);
		if (kind == UNASKED_KINDS || item->hour < start || item->hour >= end)
			continue;
		if (unasked->traits[kind].kind == item->trait.kind)
			trait_merge(&unasked->traits[kind], &item->trait);
		else
			unasked->traits[kind] = item->trait;
	}
}

Unasked *
unasked_new(const Subject *subject, const Scene *scene, gint64 start, gint64 length)
{
	Unasked *unasked = g_new0(Unasked, 1);
	g_autoptr(GArray) array = unasked_rows(subject);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(UnaskedPort));
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	Filling filling = {
		.unasked = unasked,
		.scene = scene,
		.start = start,
		.end = start + length,
		.targets = targets,
		.ports = ports,
	};

	unasked->first = FACTS_NEVER;
	unasked->ports = g_array_new(FALSE, FALSE, sizeof(UnaskedPort));
	for (guint i = 0; i < UNASKED_KINDS; i++)
		unasked->traits[i].kind = KIND_NONE;
	for (guint first = 0, next, known = 0; first < array->len; first = next) {
		next = unasked_pair_end(rows, array->len, first);
		add_pair(&filling, rows + first, next - first);
		if (next < array->len && unasked_same_target(&rows[next], &rows[first]))
			continue;
		end_target(&filling, known);
		known = targets->len;
	}
	unasked->targets = targets->len;
	find_order(unasked, targets);
	list_ports(unasked, ports);
	for (guint32 i = 0; i < subject->n_members; i++)
		add_traits(unasked, &subject->members[i], start, start + length);
	return unasked;
}

void
unasked_free(Unasked *unasked)
{
	g_array_unref(unasked->ports);
	g_free(unasked);
}

const Trait *
unasked_trait(const Unasked *unasked, guint kind)
{
	const Trait *trait = &unasked->traits[kind];

	return trait->kind != KIND_NONE && unasked->by_kind[kind] > 0 &&
			       unasked->others[kind] <= unasked->by_kind[kind] / 10
		       ? trait
		       : NULL;
}

guint
unasked_dports(const Unasked *unasked, guint *blocks)
{
	guint32 marks = 0;
	guint64 in = 0;

	for (guint kind = UNASKED_SYNACK; kind <= UNASKED_RST; kind++) {
		const Trait *trait = unasked_trait(unasked, kind);
		if (!trait)
			continue;
		marks |= trait->dport_marks;
		in |= trait->dport_blocks_low | (guint64)trait->dport_blocks_high << 32;
	}
	*blocks = (guint)__builtin_popcountll(in);
	return (guint)__builtin_popcount(marks);
}
