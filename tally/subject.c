#include "config.h"

#include "tally/subject.h"

#include <string.h>

#include "common/hour.h"

const SubjectSpan subject_always = {G_MININT64, G_MAXINT64};

/* Adds a member to the subject's summary. */
static void
sum_up(Subject *subject, const SourceFacts *facts)
{
	for (guint32 i = 0; i < facts->n_pairs; i++) {
		const PairHour *pair = &facts->pairs[i];
		subject->n_targets += i == 0 || address_compare(&facts->pairs[i - 1].target,
							&pair->target) != 0;
		subject->n_contacts += pair->n_contacts;
		subject->facts |= pair->facts;
		subject->answered |= pair->answered;
	}
	subject->n_pairs += facts->n_pairs;
	for (guint32 i = 0; i < facts->n_traits; i++) {
		const Trait *trait = &facts->traits[i].trait;
		subject->kinds |= 1u << trait->kind;
		subject->ttl_min = (guint8)MIN(subject->ttl_min, trait->ttl_min);
		subject->signatures |= trait->signatures;
	}
}

Subject
subject_of(const SourceFacts *members, guint32 n_members, guint bits, guint grid_minutes)
{
	Subject subject = {
		.source = address_mask(&members[0].source, bits),
		.bits = (guint8)bits,
		.grid_minutes = grid_minutes,
		.span = subject_always,
		.members = members,
		.n_members = n_members,
		.ttl_min = G_MAXUINT8,
	};

	for (guint32 i = 0; i < n_members; i++)
		sum_up(&subject, &members[i]);
	return subject;
}

char *
subject_format(const Address *source, guint bits, char *buffer)
{
	address_format(source, buffer);
	if (bits != (source->family == 4 ? 32 : 128)) {
		gsize length = strlen(buffer);
		g_snprintf(buffer + length, ADDRESS_TEXT_SIZE - length, "/%u", bits);
	}
	return buffer;
}

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const SubjectRow *x = a, *y = b;
	int order = address_compare(&x->pair->target, &y->pair->target);

	if (order == 0)
		order = compare_hours(&x->pair->hour, &y->pair->hour);
	return order != 0 ? order : (x->member > y->member) - (x->member < y->member);
}

GArray *
subject_rows(const Subject *subject)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(SubjectRow));

	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			SubjectRow row = {member, &member->pairs[k]};
			g_array_append_val(rows, row);
		}
	}
	if (subject->n_members > 1)
		g_array_sort(rows, compare_rows);
	return rows;
}

static void
keep_distinct(GArray *items, GCompareFunc compare)
{
	gsize size = g_array_get_element_size(items);
	guint kept = 0;

	g_array_sort(items, compare);
	for (guint i = 0; i < items->len; i++)
		if (kept == 0 ||
			compare(items->data + (kept - 1) * size, items->data + i * size) != 0)
			memmove(items->data + kept++ * size, items->data + i * size, size);
	g_array_set_size(items, kept);
}

static void
append_targets(const SourceFacts *member, gint64 start, gint64 length, guint32 kinds,
	GArray *scratch, GArray *targets)
{
	WindowFilter filter = {.kinds = kinds, .prefix_v6 = 128};

	g_array_set_size(scratch, 0);
	window_targets(member, start, length, &filter, scratch);
	for (guint i = 0; i < scratch->len; i++)
		g_array_append_val(
			targets, member->pairs[g_array_index(scratch, guint32, i)].target);
}

GArray *
subject_targets(const Subject *subject, gint64 start, gint64 length, guint32 kinds)
{
	GArray *targets = g_array_new(FALSE, FALSE, sizeof(Address));
	g_autoptr(GArray) scratch = g_array_new(FALSE, FALSE, sizeof(guint32));

	for (guint32 i = 0; i < subject->n_members; i++)
		append_targets(&subject->members[i], start, length, kinds, scratch, targets);
	if (subject->n_members > 1)
		keep_distinct(targets, compare_addresses);
	return targets;
}

static int
compare_hits(gconstpointer a, gconstpointer b)
{
	return address_compare(
		&((const SubjectHit *)a)->target, &((const SubjectHit *)b)->target);
}

/* Several members' hits of a target are one. */
static void
join_hits(GArray *hits)
{
	SubjectHit *items = (SubjectHit *)(gpointer)hits->data;
	guint kept = 0;

	g_array_sort(hits, compare_hits);
	for (guint i = 0; i < hits->len; i++)
		if (kept > 0 && compare_hits(&items[kept - 1], &items[i]) == 0)
			items[kept - 1].kinds |= items[i].kinds;
		else
			items[kept++] = items[i];
	g_array_set_size(hits, kept);
}

GArray *
subject_hits(const Subject *subject, gint64 start, gint64 length)
{
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(SubjectHit));
	g_autoptr(GArray) scratch = g_array_new(FALSE, FALSE, sizeof(WindowTarget));

	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		g_array_set_size(scratch, 0);
		window_kinds(member, start, length, scratch);
		for (guint k = 0; k < scratch->len; k++) {
			const WindowTarget *target = &g_array_index(scratch, WindowTarget, k);
			SubjectHit hit = {member->pairs[target->row].target, target->kinds};
			g_array_append_val(hits, hit);
		}
	}
	if (subject->n_members > 1)
		join_hits(hits);
	return hits;
}

/* The hours in which any member has a row, ascending. */
static GArray *
active_hours(const Subject *subject)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint32 i = 0; i < subject->n_members; i++)
		for (guint32 k = 0; k < subject->members[i].n_pairs; k++)
			g_array_append_val(hours, subject->members[i].pairs[k].hour);
	keep_distinct(hours, compare_hours);
	return hours;
}

/* First and last active hour of a member, so that the windows far from them pass it over. */
typedef struct {
	gint64 first, last;
} Span;

static Span
member_span(const SourceFacts *member)
{
	Span span = {G_MAXINT64, G_MININT64};

	for (guint32 i = 0; i < member->n_pairs; i++) {
		span.first = MIN(span.first, member->pairs[i].hour);
		span.last = MAX(span.last, member->pairs[i].hour);
	}
	return span;
}

/* How many distinct targets all members together hit in the window. */
static guint
joint_hosts(const Subject *subject, const Span *spans, gint64 start, gint64 length,
	guint32 kinds, GArray *scratch, GArray *targets)
{
	g_array_set_size(targets, 0);
	for (guint32 i = 0; i < subject->n_members; i++)
		if (spans[i].first < start + length && spans[i].last >= start)
			append_targets(
				&subject->members[i], start, length, kinds, scratch, targets);
	keep_distinct(targets, compare_addresses);
	return targets->len;
}

/* The first multiple of step (plus grid) that is later than time. */
static gint64
start_after(gint64 time, gint64 step, gint64 grid)
{
	gint64 past = (time - grid) % step;

	return time - (past < 0 ? past + step : past) + step;
}

static void
tally_prefix(const Subject *subject, const WindowPlan *plan, GArray *lines)
{
	g_autoptr(GArray) hours = active_hours(subject);
	g_autoptr(GArray) scratch = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Address));
	g_autofree Span *spans = g_new(Span, subject->n_members);
	gint64 length = plan->length, step = plan->step, start = G_MININT64;
	gint64 grid = subject->grid_minutes * 60;

	for (guint32 i = 0; i < subject->n_members; i++)
		spans[i] = member_span(&subject->members[i]);
	for (guint i = 0; i < hours->len; i++) {
		gint64 hour = g_array_index(hours, gint64, i);
		for (start = MAX(start, start_after(hour - length, step, grid)); start <= hour;
			start += step) {
			guint n = joint_hosts(subject, spans, start, length, plan->filter.kinds,
				scratch, targets);
			WindowHit line = {start, n, subject->source, subject->bits};
			if (n >= plan->hosts)
				g_array_append_val(lines, line);
		}
	}
}

GArray *
subject_tally_kinds(
	const Subject *subject, gint64 length, gint64 step, guint hosts, guint32 kinds)
{
	WindowPlan plan = {.length = length,
		.step = step,
		.hosts = hosts,
		.filter = {.kinds = kinds, .prefix_v6 = 128}};
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(WindowHit));

	if (subject->n_targets < hosts)
		return lines;
	if (subject->n_members == 1)
		window_source(&subject->members[0], &plan, subject->grid_minutes, lines);
	else
		tally_prefix(subject, &plan, lines);
	return lines;
}

enum { TALLIES_MAX = 4 };

struct SubjectTallies {
	struct {
		gint64 length, step;
		GArray *lines; /* owned; of WindowHit: every window in which anybody was hit */
	} items[TALLIES_MAX];
	guint n;
};

static void
forget_tallies(SubjectTallies *tallies)
{
	while (tallies->n > 0)
		g_array_unref(tallies->items[--tallies->n].lines);
}

/* NULL: they cannot be kept. */
static const GArray *
keep_tally(const Subject *subject, gint64 length, gint64 step)
{
	SubjectTallies *tallies = subject->tallies;
	guint i = 0;

	if (!tallies)
		return NULL;
	while (i < tallies->n &&
		(tallies->items[i].length != length || tallies->items[i].step != step))
		i++;
	if (i == TALLIES_MAX)
		return NULL;
	if (i == tallies->n) {
		tallies->items[i].length = length;
		tallies->items[i].step = step;
		tallies->items[i].lines = subject_tally_kinds(subject, length, step, 1, 0);
		tallies->n++;
	}
	return tallies->items[i].lines;
}

GArray *
subject_tally(const Subject *subject, gint64 length, gint64 step, guint hosts)
{
	const GArray *kept =
		subject->n_targets >= hosts ? keep_tally(subject, length, step) : NULL;
	GArray *lines;

	if (!kept)
		return subject_tally_kinds(subject, length, step, hosts, 0);
	lines = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	for (guint i = 0; i < kept->len; i++)
		if (g_array_index(kept, WindowHit, i).hosts >= hosts)
			g_array_append_vals(lines, &g_array_index(kept, WindowHit, i), 1);
	return lines;
}

gboolean
subject_is_asked(const Subject *subject, gint64 start, gint64 length)
{
	gint64 last = start + length - HOUR_SECONDS;

	return last >= subject->span.from && last < subject->span.to;
}

gboolean
subject_is_active(const Subject *subject, gint64 from, gint64 to)
{
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++)
			if (member->pairs[k].hour >= from && member->pairs[k].hour < to)
				return TRUE;
	}
	return FALSE;
}

struct SubjectStream {
	Gather *gather; /* borrowed */
	guint prefix_v6;
	guint grid_minutes;
	SubjectSpan span;
	const SourceFacts *pending; /* borrowed from gather: read, but of the next subject */
	gboolean ended;
	GArray *members; /* of SourceFacts: copies, when there may be several */
	Subject subject;
	SubjectTallies tallies; /* of subject */
};

void
subject_clear_facts(SourceFacts *facts)
{
	g_free((gpointer)facts->pairs);
	g_free((gpointer)facts->contacts);
	g_free((gpointer)facts->traits);
}

static gpointer
copy_items(gconstpointer items, gsize n, gsize size)
{
	gpointer copy = items ? g_malloc_n(MAX(n, 1), size) : NULL;

	if (items && n > 0)
		memcpy(copy, items, n * size);
	return copy;
}

SourceFacts
subject_copy_facts(const SourceFacts *facts)
{
	SourceFacts copy = *facts;
	gsize n_contacts = 0;

	for (guint32 i = 0; i < facts->n_pairs; i++)
		n_contacts = MAX(n_contacts,
			(gsize)facts->pairs[i].contacts + facts->pairs[i].n_contacts);
	copy.pairs = copy_items(facts->pairs, facts->n_pairs, sizeof *facts->pairs);
	copy.contacts = copy_items(facts->contacts, n_contacts, sizeof *facts->contacts);
	copy.traits = copy_items(facts->traits, facts->n_traits, sizeof *facts->traits);
	return copy;
}

SubjectStream *
subject_stream_new(Gather *gather, guint prefix_v6, guint grid_minutes, SubjectSpan span)
{
	SubjectStream *stream = g_new0(SubjectStream, 1);

	stream->gather = gather;
	stream->prefix_v6 = prefix_v6;
	stream->grid_minutes = grid_minutes;
	stream->span = span;
	stream->members = g_array_new(FALSE, FALSE, sizeof(SourceFacts));
	g_array_set_clear_func(stream->members, (GDestroyNotify)subject_clear_facts);
	return stream;
}

void
subject_stream_free(SubjectStream *stream)
{
	forget_tallies(&stream->tallies);
	g_array_unref(stream->members);
	g_free(stream);
}

static const Subject *
make_subject(SubjectStream *stream, const SourceFacts *members, guint32 n, guint bits)
{
	stream->subject = subject_of(members, n, bits, stream->grid_minutes);
	stream->subject.span = stream->span;
	stream->subject.tallies = &stream->tallies;
	return &stream->subject;
}

/* Sources of a prefix come one behind the other, because addresses are sorted as numbers. */
static const Subject *
next_prefix(SubjectStream *stream, const SourceFacts *facts, GError **error)
{
	GError *problem = NULL;
	Address prefix = address_mask(&facts->source, stream->prefix_v6);
	Address own = prefix;

	g_array_set_size(stream->members, 0);
	while (facts && address_compare(&own, &prefix) == 0) {
		SourceFacts copy = subject_copy_facts(facts);
		g_array_append_val(stream->members, copy);
		facts = gather_next(stream->gather, 0, &problem);
		if (facts)
			own = address_mask(&facts->source, stream->prefix_v6);
	}
	stream->pending = facts;
	stream->ended = facts == NULL;
	if (problem) {
		g_propagate_error(error, problem);
		return NULL;
	}
	return make_subject(stream, (const SourceFacts *)(gpointer)stream->members->data,
		stream->members->len, stream->prefix_v6);
}

const Subject *
subject_stream_next(SubjectStream *stream, GError **error)
{
	const SourceFacts *facts = stream->pending;

	stream->pending = NULL;
	forget_tallies(&stream->tallies);
	if (!facts && !stream->ended)
		facts = gather_next(stream->gather, 0, error);
	stream->ended = facts == NULL;
	if (!facts)
		return NULL;
	if (facts->source.family == 6)
		return next_prefix(stream, facts, error);
	return make_subject(stream, facts, 1, 32);
}
