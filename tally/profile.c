#include "config.h"

#include "tally/profile.h"

#include "common/hour.h"

#define SET(kind) (1u << KIND_##kind)

enum {
	SET_REQUEST = SET(MALFORMED) | SET(SYN) | SET(XMAS) | SET(FIN) | SET(NULL) | SET(ECHO) |
		      SET(ICMP),
	ANSWER_SPOKE = ANSWER_SYNACK | ANSWER_RST | ANSWER_UDP | ANSWER_ECHOREPLY,
	ANSWER_SHOWN = ANSWER_SPOKE | ANSWER_UNREACH | ANSWER_COMPLETED | ANSWER_HALFOPEN,
};

static const struct {
	const char *name;
	guint32 kinds;
} rests[REST_COUNT] = {
	[REST_REQUEST] = {"requests", SET_REQUEST},
	[REST_ACK] = {"bare ACKs", SET(ACK)},
	[REST_UDP] = {"UDP that nobody asked for", SET(UDP)},
	[REST_RESPONSE] = {"SYN-ACKs, resets or FIN-ACKs that nobody asked for",
		SET(SYNACK) | SET(RST) | SET(FINACK)},
	[REST_ECHOREPLY] = {"echo replies that nobody asked for", SET(ECHOREPLY)},
	[REST_OTHER] = {"other IP packets to silent targets", SET(OTHER)},
	[REST_REQUEST_ACK] = {"requests and bare ACKs", SET_REQUEST | SET(ACK)},
	[REST_REQUEST_UDP] = {"requests and UDP", SET_REQUEST | SET(UDP)},
	[REST_ASKING] = {"requests, bare ACKs and UDP", SET_REQUEST | SET(ACK) | SET(UDP)},
};

const ProfileSpan profile_spans[PROFILE_SPANS] = {
	[PROFILE_HOUR] = {HOUR_SECONDS, HOUR_SECONDS},
	[PROFILE_DAY] = {24 * HOUR_SECONDS, HOUR_SECONDS},
	[PROFILE_WEEK] = {7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS},
};

const char *
profile_rest_name(Rest rest)
{
	return rests[rest].name;
}

const char *
profile_answer_name(const ProfileAnswer *answer)
{
	static const struct {
		guint8 answered;
		const char *name;
	} names[] = {
		{ANSWER_COMPLETED, "open, handshake completed"},
		{ANSWER_HALFOPEN, "open, half-open probe"},
		{ANSWER_SYNACK, "open"},
		{ANSWER_UDP, "replied"},
		{ANSWER_ECHOREPLY, "replied"},
		{ANSWER_RST, "closed"},
		{ANSWER_UNREACH, "unreachable"},
	};

	/* A reset in answer to anything but a SYN says that the host lives, not that the
	 * port is closed. */
	if ((answer->answered & ANSWER_SPOKE) == ANSWER_RST && answer->kind != KIND_SYN)
		return "reset";
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (answer->answered & names[i].answered)
			return names[i].name;
	return "";
}

/* Service ports while they are counted. */
typedef struct {
	ProfilePort port;
	guint seen_for; /* number of the last target it was counted for, from 1 */
} PortCount;

typedef struct {
	Profile *profile;
	GHashTable *ports; /* kind << 16 | port -> PortCount */
	/* of ProfileAnswer: several for a port that answered in several hours */
	GArray *answers;
} Filling;

static void
add_contact(
	Filling *filling, const SubjectRow *row, const Contact *contact, ProfileTarget *target)
{
	Profile *profile = filling->profile;
	gpointer key = GUINT_TO_POINTER((guint)contact->kind << 16 | contact->port);
	guint64 hour_ns = (guint64)row->pair->hour * SECOND_NS;
	PortCount *count = g_hash_table_lookup(filling->ports, key);

	if (!count) {
		count = g_new0(PortCount, 1);
		count->port.kind = contact->kind;
		count->port.port = contact->port;
		g_hash_table_insert(filling->ports, key, count);
	}
	count->port.targets += count->seen_for != profile->targets->len;
	count->seen_for = profile->targets->len;
	count->port.packets += contact->packets;
	target->packets += contact->packets;
	target->first = MIN(target->first, hour_ns + contact->first);
	profile->bytes += contact->bytes;
	profile->last = MAX(profile->last, hour_ns + contact->last);
	if (contact->answered & ANSWER_SHOWN) {
		ProfileAnswer answer = {target->target, contact->kind, contact->port,
			contact->answered & ANSWER_SHOWN};
		g_array_append_val(filling->answers, answer);
	}
}

/* One row of a target that was hit; the rows of a target follow each other. */
static void
add_row(Filling *filling, const SubjectRow *row, ProfileTarget *target)
{
	const Contact *contacts = row->member->contacts;

	target->answered |= row->pair->answered & ANSWER_SHOWN;
	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++) {
		const Contact *contact = &contacts[row->pair->contacts + i];
		if (contact->kind < KIND_CONTACTS)
			add_contact(filling, row, contact, target);
		else if (contact->kind == KIND_ERROR_OUT)
			target->error = TRUE;
	}
}

static guint64
count_errors(const SubjectRow *row)
{
	const Contact *contacts = row->member->contacts;
	guint64 packets = 0;

	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++)
		if (contacts[row->pair->contacts + i].kind == KIND_ERROR_OUT)
			packets += contacts[row->pair->contacts + i].packets;
	return packets;
}

static void
count_rests(Profile *profile, const GArray *hits)
{
	for (guint i = 0; i < hits->len; i++)
		for (int rest = 0; rest < REST_COUNT; rest++)
			profile->rests[rest] += (g_array_index(hits, SubjectHit, i).kinds &
							rests[rest].kinds) != 0;
}

/* hits: sorted. All of them get their ProfileTarget, since each has a row in the
 * window. */
static void
add_rows(Filling *filling, const Subject *subject, const GArray *hits)
{
	Profile *profile = filling->profile;
	g_autoptr(GArray) rows = subject_rows(subject);
	guint hit = 0;

	for (guint i = 0; i < rows->len; i++) {
		const SubjectRow *row = &g_array_index(rows, SubjectRow, i);
		if (row->pair->hour < profile->start ||
			row->pair->hour >= profile->start + profile->length)
			continue;
		profile->errors_out += count_errors(row);
		while (hit < hits->len &&
			address_compare(&g_array_index(hits, SubjectHit, hit).target,
				&row->pair->target) < 0)
			hit++;
		if (hit == hits->len ||
			address_compare(&g_array_index(hits, SubjectHit, hit).target,
				&row->pair->target) != 0)
			continue;
		if (profile->targets->len == 0 ||
			address_compare(&g_array_index(profile->targets, ProfileTarget,
						profile->targets->len - 1)
						 .target,
				&row->pair->target) != 0) {
			ProfileTarget target = {
				.target = row->pair->target, .first = FACTS_NEVER};
			g_array_append_val(profile->targets, target);
		}
		add_row(filling, row,
			&g_array_index(
				profile->targets, ProfileTarget, profile->targets->len - 1));
	}
}

/* answered: ANSWER_*, of a target or port that answered. */
static AnswerWorth
worth_of(guint8 answered)
{
	if (answered & ANSWER_SYNACK)
		return WORTH_OPEN;
	if (answered & (ANSWER_UDP | ANSWER_ECHOREPLY))
		return WORTH_REPLIED;
	return answered & ANSWER_RST ? WORTH_RESET : WORTH_ERROR;
}

const char *
profile_worth_name(AnswerWorth worth)
{
	static const char *const names[WORTHS] = {"open", "replied", "reset", "error"};

	return names[worth];
}

AnswerWorth
profile_best_worth(const Profile *profile)
{
	AnswerWorth worth = 0;

	while (worth < WORTHS && profile->worth[worth] == 0)
		worth++;
	return worth;
}

static void
count_answers(Profile *profile, const ProfileTarget *target)
{
	static const guint8 bits[PROFILE_BY_ERROR] = {
		[PROFILE_BY_SYNACK] = ANSWER_SYNACK,
		[PROFILE_BY_RST] = ANSWER_RST,
		[PROFILE_BY_UDP] = ANSWER_UDP,
		[PROFILE_BY_ECHOREPLY] = ANSWER_ECHOREPLY,
	};

	if ((target->answered & ANSWER_SPOKE) || target->error) {
		profile->answered++;
		profile->worth[worth_of(target->answered)]++;
	}
	profile->answered_by[PROFILE_BY_ERROR] += target->error;
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		profile->answered_by[i] += (target->answered & bits[i]) != 0;
	profile->completed += (target->answered & ANSWER_COMPLETED) != 0;
	profile->halfopen += (target->answered & ANSWER_HALFOPEN) != 0;
	profile->unreachable += (target->answered & ANSWER_UNREACH) != 0;
}

static void
count_targets(Profile *profile)
{
	for (guint i = 0; i < profile->targets->len; i++) {
		const ProfileTarget *target =
			&g_array_index(profile->targets, ProfileTarget, i);
		profile->packets += target->packets;
		profile->first = MIN(profile->first, target->first);
		profile->once += target->packets == 1;
		count_answers(profile, target);
	}
}

static int
compare_first(gconstpointer a, gconstpointer b)
{
	const ProfileTarget *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return address_compare(&x->target, &y->target);
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const ProfilePort *x = a, *y = b;

	if (x->targets != y->targets)
		return x->targets > y->targets ? -1 : 1;
	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return x->kind != y->kind ? (int)x->kind - y->kind : (int)x->port - y->port;
}

static int
compare_answers(gconstpointer a, gconstpointer b)
{
	const ProfileAnswer *x = a, *y = b;
	int order = address_compare(&x->target, &y->target);

	if (order != 0)
		return order;
	return x->kind != y->kind ? (int)x->kind - y->kind : (int)x->port - y->port;
}

/* The first PROFILE_LIST_MAX items alone, and no room behind them: a profile may wait long, beside
 * many others. */
static void
cut_list(GArray **items)
{
	GArray *cut = g_array_sized_new(FALSE, FALSE, g_array_get_element_size(*items),
		MIN((*items)->len, PROFILE_LIST_MAX));

	g_array_append_vals(cut, (*items)->data, MIN((*items)->len, PROFILE_LIST_MAX));
	g_array_unref(*items);
	*items = cut;
}

static void
find_order(Profile *profile)
{
	g_autoptr(GArray) targets = g_array_copy(profile->targets);
	ProfileOrder *order = &profile->order;

	g_array_sort(targets, compare_first);
	order->ascending = order->descending = TRUE;
	order->shortest = FACTS_NEVER;
	for (guint i = 1; i < targets->len; i++) {
		const ProfileTarget *a = &g_array_index(targets, ProfileTarget, i - 1),
				    *b = a + 1;
		order->shortest = MIN(order->shortest, b->first - a->first);
		order->longest = MAX(order->longest, b->first - a->first);
		if (address_compare(&a->target, &b->target) < 0)
			order->descending = FALSE;
		else
			order->ascending = FALSE;
	}
	if (targets->len > 1)
		order->mean = (g_array_index(targets, ProfileTarget, targets->len - 1).first -
				      g_array_index(targets, ProfileTarget, 0).first) /
			      (targets->len - 1);
}

static void
list_ports(Profile *profile, GHashTable *ports)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, ports);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_array_append_val(profile->ports, ((PortCount *)value)->port);
	g_array_sort(profile->ports, compare_ports);
	profile->n_ports = profile->ports->len;
	cut_list(&profile->ports);
}

/* What an analyst asks first stands first: what is open. */
static int
compare_ranks(gconstpointer a, gconstpointer b)
{
	const ProfileAnswer *x = a, *y = b;
	int order = (int)worth_of(x->answered) - (int)worth_of(y->answered);

	return order != 0 ? order : compare_answers(a, b);
}

static void
list_answers(Profile *profile, GArray *answers)
{
	g_array_sort(answers, compare_answers);
	for (guint i = 0; i < answers->len; i++) {
		const ProfileAnswer *answer = &g_array_index(answers, ProfileAnswer, i);
		if (i > 0 && compare_answers(answer - 1, answer) == 0)
			g_array_index(
				profile->answers, ProfileAnswer, profile->answers->len - 1)
				.answered |= answer->answered;
		else
			g_array_append_vals(profile->answers, answer, 1);
	}
	g_array_sort(profile->answers, compare_ranks);
	profile->n_answers = profile->answers->len;
	cut_list(&profile->answers);
}

static void
list_hours(Profile *profile, const GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		ProfileHour hour = {line->start, line->hosts};
		g_array_append_val(profile->hours, hour);
	}
}

static void
find_best(Profile *profile, const Subject *subject)
{
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		g_autoptr(GArray) lines = subject_tally(
			subject, profile_spans[span].length, profile_spans[span].step, 1);
		for (guint i = 0; i < lines->len; i++) {
			const WindowHit *line = &g_array_index(lines, WindowHit, i);
			if (line->hosts > profile->best[span].hosts &&
				subject_is_asked(
					subject, line->start, profile_spans[span].length))
				profile->best[span] = *line;
		}
		if (span == PROFILE_HOUR)
			list_hours(profile, lines);
	}
}

static Trait *
find_trait(const Profile *profile, Kind kind)
{
	for (guint i = 0; i < profile->traits->len; i++) {
		Trait *trait = &g_array_index(profile->traits, Trait, i);
		if (trait->kind == kind)
			return trait;
	}
	return NULL;
}

const Trait *
profile_trait(const Profile *profile, Kind kind)
{
	return find_trait(profile, kind);
}

static void
add_traits(Profile *profile, const SourceFacts *member)
{
	for (guint32 i = 0; i < member->n_traits; i++) {
		const TraitHour *item = &member->traits[i];
		Trait *trait = find_trait(profile, (Kind)item->trait.kind);
		if (item->hour < profile->start ||
			item->hour >= profile->start + profile->length)
			continue;
		if (trait)
			trait_merge(trait, &item->trait);
		else
			g_array_append_val(profile->traits, item->trait);
	}
}

static gboolean
is_active(const Profile *profile, const SourceFacts *member)
{
	for (guint32 i = 0; i < member->n_pairs; i++)
		if (member->pairs[i].hour >= profile->start &&
			member->pairs[i].hour < profile->start + profile->length)
			return TRUE;
	return FALSE;
}

static void
add_members(Profile *profile, const Subject *subject)
{
	for (guint32 i = 0; i < subject->n_members; i++) {
		if (!is_active(profile, &subject->members[i]))
			continue;
		add_traits(profile, &subject->members[i]);
		if (profile->n_members++ < PROFILE_LIST_MAX)
			g_array_append_val(profile->members, subject->members[i].source);
	}
}

Profile *
profile_new_empty(const Address *source, guint8 bits, gint64 start, gint64 length)
{
	Profile *profile = g_new0(Profile, 1);

	profile->source = *source;
	profile->bits = bits;
	profile->start = start;
	profile->length = length;
	profile->first = FACTS_NEVER;
	profile->members = g_array_new(FALSE, FALSE, sizeof(Address));
	profile->targets = g_array_new(FALSE, FALSE, sizeof(ProfileTarget));
	profile->ports = g_array_new(FALSE, FALSE, sizeof(ProfilePort));
	profile->answers = g_array_new(FALSE, FALSE, sizeof(ProfileAnswer));
	profile->hours = g_array_new(FALSE, FALSE, sizeof(ProfileHour));
	profile->traits = g_array_new(FALSE, FALSE, sizeof(Trait));
	return profile;
}

Profile *
profile_new(const Subject *subject, gint64 start, gint64 length)
{
	Profile *profile = profile_new_empty(&subject->source, subject->bits, start, length);
	g_autoptr(GArray) hits = subject_hits(subject, start, length);
	g_autoptr(GHashTable) ports = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_autoptr(GArray) answers = g_array_new(FALSE, FALSE, sizeof(ProfileAnswer));
	Filling filling = {profile, ports, answers};

	profile->hosts = hits->len;
	count_rests(profile, hits);
	add_rows(&filling, subject, hits);
	add_members(profile, subject);
	count_targets(profile);
	find_order(profile);
	find_best(profile, subject);
	list_ports(profile, ports);
	list_answers(profile, answers);
	cut_list(&profile->targets);
	return profile;
}

void
profile_free(Profile *profile)
{
	g_array_unref(profile->members);
	g_array_unref(profile->targets);
	g_array_unref(profile->ports);
	g_array_unref(profile->answers);
	g_array_unref(profile->hours);
	g_array_unref(profile->traits);
	g_free(profile);
}
