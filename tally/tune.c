#include "config.h"

#include "tally/tune.h"

#include <string.h>

#include "common/hour.h"
#include "tally/known_match.h"

enum {
	PENDING = 1 << 18,
	/* what makes a second-order effect: answers to what others sent in our name */
	RESPONSES = 1 << KIND_SYNACK | 1 << KIND_RST | 1 << KIND_FINACK | 1 << KIND_ECHOREPLY,
};

/* A source on a day, by one window, that waits to be looked up. */
typedef struct {
	guint32 key; /* index into keys */
	guint32 hosts;
	guint16 day;
	guint8 span;
	guint8 class; /* TUNE_REST: as long as the past was not asked */
	/* TuneSide; TUNE_SIDES: neither, or another day of the source is the one to tell */
	guint8 side;
} Pending;

struct Tune {
	TuneDay *days; /* borrowed */
	guint n_days;
	TuneSetup setup;
	WindowHit *best; /* owned; of the subject at hand, by day: the window with most hosts */
	GArray *keys;    /* owned; of Network: the subjects that wait */
	GArray *pending; /* owned; of Pending */
	TuneMarginals marginals[PROFILE_SPANS][TUNE_SIDES];
};

void
tune_triggers(const DetectorSettings *settings, guint triggers[PROFILE_SPANS])
{
	const guint *slow = detector_settings_values(settings, &detect_slow);

	triggers[PROFILE_HOUR] = detector_settings_values(
		settings, &detect_hourly)[detect_hourly.windows[0].parameter];
	triggers[PROFILE_DAY] = slow[detect_slow.windows[0].parameter];
	triggers[PROFILE_WEEK] = slow[detect_slow.windows[1].parameter];
}

Tune *
tune_new(TuneDay *days, guint n_days, const TuneSetup *setup)
{
	Tune *tune = g_new0(Tune, 1);

	tune->days = days;
	tune->n_days = n_days;
	tune->setup = *setup;
	tune->best = g_new0(WindowHit, n_days);
	tune->keys = g_array_new(FALSE, FALSE, sizeof(Network));
	tune->pending = g_array_new(FALSE, FALSE, sizeof(Pending));
	return tune;
}

void
tune_free(Tune *tune)
{
	if (!tune)
		return;
	g_free(tune->best);
	g_array_unref(tune->keys);
	g_array_unref(tune->pending);
	g_free(tune);
}

const TuneMarginals *
tune_marginals(const Tune *tune, guint span, TuneSide side)
{
	return &tune->marginals[span][side];
}

static gboolean
came(const SourceFacts *source, gint64 from, gint64 to)
{
	for (guint32 i = 0; i < source->n_pairs; i++)
		if (source->pairs[i].hour >= from && source->pairs[i].hour < to &&
			(source->pairs[i].facts & FACT_IN_ANY))
			return TRUE;
	return FALSE;
}

/* Everybody behind it from whom something came in the window. */
static gboolean
is_known(const Known *known, const Subject *subject, gint64 from, gint64 to)
{
	SubjectSpan window = {from, to};

	for (guint32 i = 0; i < subject->n_members; i++)
		if (came(&subject->members[i], from, to) &&
			!known_match_source(known, &subject->members[i], window))
			return FALSE;
	return TRUE;
}

static gboolean
is_second_order(const Subject *subject, gint64 start, gint64 length)
{
	if (!(subject->facts & (FACT_IN_RESPONSE | FACT_IN_ECHOREPLY)))
		return FALSE;
	g_autoptr(GArray) hits = subject_hits(subject, start, length);

	for (guint i = 0; i < hits->len; i++) {
		guint32 kinds = g_array_index(hits, SubjectHit, i).kinds;
		if (kinds == 0 || (kinds & ~(guint32)RESPONSES))
			return FALSE;
	}
	return TRUE;
}

/* As far as it can be told without the past. */
static TuneClass
class_of(const Tune *tune, const Subject *subject, guint day, guint span)
{
	gint64 start = tune->best[day].start, length = profile_spans[span].length;

	if (tune->setup.known &&
		is_known(tune->setup.known[day], subject, start, start + length))
		return TUNE_KNOWN;
	return is_second_order(subject, start, length) ? TUNE_SECOND : TUNE_REST;
}

/* Whether the window with that last hour is the day's. */
static gboolean
is_asked(const TuneDay *day, gint64 last)
{
	return last >= day->from && last < day->from + (gint64)day->due * HOUR_SECONDS;
}

/* Each day's window with most hosts, the earliest of equals. FALSE: no day has any. */
static gboolean
find_best(Tune *tune, const Subject *subject, guint span)
{
	const ProfileSpan *plan = &profile_spans[span];
	g_autoptr(GArray) lines = subject_tally(subject, plan->length, plan->step, TUNE_LEAST);
	gboolean found = FALSE;
	guint day = 0;

	if (lines->len == 0)
		return FALSE;
	memset(tune->best, 0, tune->n_days * sizeof *tune->best);
	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		gint64 last = line->start + plan->length - HOUR_SECONDS;
		while (day < tune->n_days && last >= tune->days[day].to)
			day++;
		if (day == tune->n_days)
			break;
		if (is_asked(&tune->days[day], last) && line->hosts > tune->best[day].hosts) {
			tune->best[day] = *line;
			found = TRUE;
		}
	}
	return found;
}

/* Which list of marginal sources a source with so many targets at most belongs to. */
static TuneSide
side_of(const Tune *tune, guint span, guint hosts)
{
	guint n = tune->setup.triggers[span];

	if (hosts + 1 == n)
		return TUNE_APPEAR;
	return hosts == n ? TUNE_VANISH : TUNE_SIDES;
}

/* The best of all days, the last of equals, is marginal or not. */
static void
note_span(Tune *tune, const Subject *subject, guint span)
{
	guint most = tune->pending->len;

	for (guint day = 0; day < tune->n_days; day++) {
		guint32 hosts = tune->best[day].hosts;
		Pending item = {
			.key = tune->keys->len,
			.hosts = hosts,
			.day = (guint16)day,
			.span = (guint8)span,
			.side = TUNE_SIDES,
		};
		if (hosts == 0)
			continue;
		item.class = (guint8)class_of(tune, subject, day, span);
		g_array_append_val(tune->pending, item);
		if (hosts >= g_array_index(tune->pending, Pending, most).hosts)
			most = tune->pending->len - 1;
	}
	Pending *telling = &g_array_index(tune->pending, Pending, most);
	telling->side = (guint8)side_of(tune, span, telling->hosts);
}

/* The days that are rolled up before a local day: those that ended by its start. */
static gint64
past_end(const TuneDay *day)
{
	return day->from - day->from % DAY_SECONDS;
}

/* A damaged roll-up may have been the only one. */
static void
note_memory(Tune *tune)
{
	Past *past = tune->setup.past;
	gboolean any = past && past_days_known(past) > 0;

	for (guint i = 0; i < tune->n_days; i++)
		tune->days[i].remembered = any && past_day(past, 0) < past_end(&tune->days[i]);
}

static gboolean
is_new(const TuneDay *day, const PastSource *past)
{
	return day->remembered && (past->days_seen == 0 || past->first >= past_end(day));
}

/* The order in which marginal sources are told. */
static int
compare_marginals(const TuneMarginal *a, const TuneMarginal *b)
{
	static const guint8 ranks[TUNE_CLASSES] = {
		[TUNE_NEW] = 0, [TUNE_REST] = 1, [TUNE_SECOND] = 2, [TUNE_KNOWN] = 3};

	if (a->class != b->class)
		return (int)ranks[a->class] - (int)ranks[b->class];
	return address_compare(&a->source, &b->source);
}

static void
add_marginal(TuneMarginals *marginals, const TuneMarginal *marginal)
{
	guint kept = (guint)MIN(marginals->n, (guint64)TUNE_MARGINALS), place = kept;

	while (place > 0 && compare_marginals(marginal, &marginals->sources[place - 1]) < 0)
		place--;
	marginals->n++;
	if (place == TUNE_MARGINALS)
		return;
	memmove(&marginals->sources[place + 1], &marginals->sources[place],
		(MIN(kept, (guint)TUNE_MARGINALS - 1) - place) * sizeof *marginal);
	marginals->sources[place] = *marginal;
}

/* past: of its source; NULL: nothing is remembered. */
static void
settle(Tune *tune, const Pending *item, const PastSource *past)
{
	const Network *key = &g_array_index(tune->keys, Network, item->key);
	TuneDay *day = &tune->days[item->day];
	TuneMarginal marginal = {
		key->first, key->bits, (TuneClass)item->class, item->hosts, item->day};

	if (item->class == TUNE_REST && past && is_new(day, past))
		marginal.class = TUNE_NEW;
	tune_day_add(day, item->span, marginal.class, item->hosts);
	if (item->side != TUNE_SIDES)
		add_marginal(&tune->marginals[item->span][item->side], &marginal);
}

static gboolean
settle_all(Tune *tune, GError **error)
{
	g_autofree PastSource *results =
		tune->setup.past ? g_new0(PastSource, MAX(tune->keys->len, 1)) : NULL;

	if (results && !past_find_sources(tune->setup.past,
			       (const Network *)(gpointer)tune->keys->data, tune->keys->len,
			       results, error))
		return FALSE;
	note_memory(tune);
	for (guint i = 0; i < tune->pending->len; i++) {
		const Pending *item = &g_array_index(tune->pending, Pending, i);
		settle(tune, item, results ? &results[item->key] : NULL);
	}
	g_array_set_size(tune->pending, 0);
	g_array_set_size(tune->keys, 0);
	return TRUE;
}

gboolean
tune_see(Tune *tune, const Subject *subject, GError **error)
{
	Network key = {subject->source, subject->bits};
	guint before = tune->pending->len;

	if (subject->n_targets < TUNE_LEAST)
		return TRUE;
	for (guint span = 0; span < PROFILE_SPANS; span++)
		if (find_best(tune, subject, span))
			note_span(tune, subject, span);
	if (tune->pending->len > before)
		g_array_append_val(tune->keys, key);
	return tune->pending->len < PENDING || settle_all(tune, error);
}

gboolean
tune_finish(Tune *tune, GError **error)
{
	return settle_all(tune, error);
}
