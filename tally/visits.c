#include "config.h"

#include "tally/visits.h"

#include "common/hour.h"

/* An hour's. */
typedef struct {
	gint64 hour;
	guint n; /* VISITS_MAX + 1: or more */
	Visit visits[VISITS_MAX];
} Bucket;

struct Visits {
	GHashTable *buckets; /* hour -> Bucket, owned */
	Bucket *last;        /* borrowed: the one used last */
};

Visits *
visits_new(void)
{
	Visits *visits = g_new0(Visits, 1);

	visits->buckets = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	return visits;
}

void
visits_free(Visits *visits)
{
	g_hash_table_unref(visits->buckets);
	g_free(visits);
}

static Bucket *
get_bucket(Visits *visits, gint64 hour)
{
	if (visits->last && visits->last->hour == hour)
		return visits->last;
	visits->last = g_hash_table_lookup(visits->buckets, &hour);
	if (!visits->last) {
		visits->last = g_new0(Bucket, 1);
		visits->last->hour = hour;
		g_hash_table_insert(visits->buckets, &visits->last->hour, visits->last);
	}
	return visits->last;
}

/* When the target turned to the member, ns since 1970; 0: at a time not known; FACTS_NEVER: it did
 * not. */
static guint64
visit_time(const SourceFacts *member, const PairHour *pair)
{
	guint64 time = FACTS_NEVER;

	if ((pair->facts & FACT_OUT_UDP) && pair->udp_out <= pair->udp_in)
		time = pair->udp_out;
	if (!(pair->facts & FACT_OUT_SYN))
		return time;
	for (guint32 i = 0; member->contacts && i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		if (contact->kind == KIND_SYNACK)
			time = MIN(time, (guint64)pair->hour * SECOND_NS + contact->first);
	}
	return time == FACTS_NEVER ? 0 : time;
}

void
visits_see(Visits *visits, const Subject *subject)
{
	if (!(subject->facts & (FACT_OUT_SYN | FACT_OUT_UDP)))
		return;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			const PairHour *pair = &member->pairs[k];
			guint64 time = visit_time(member, pair);
			if (time == FACTS_NEVER || time == 0)
				continue;
			Bucket *bucket = get_bucket(visits, pair->hour);
			if (bucket->n < VISITS_MAX)
				bucket->visits[bucket->n] =
					(Visit){pair->target, member->source, time};
			bucket->n = MIN(bucket->n + 1, VISITS_MAX + 1);
		}
	}
}

/* The last visit of the bucket in [from, to]. */
static void
find_last(const Bucket *bucket, guint64 from, guint64 to, Visit *visit)
{
	for (guint i = 0; i < bucket->n; i++)
		if (bucket->visits[i].time >= from && bucket->visits[i].time <= to &&
			bucket->visits[i].time > visit->time)
			*visit = bucket->visits[i];
}

VisitsFound
visits_find(const Visits *visits, guint64 time, Visit *visit)
{
	guint64 from = time - MIN(time, VISITS_REACH * SECOND_NS);
	GHashTableIter iter;
	gpointer value;

	*visit = (Visit){0};
	g_hash_table_iter_init(&iter, visits->buckets);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Bucket *bucket = value;
		guint64 start = (guint64)bucket->hour * SECOND_NS;
		if (start > time || start + HOUR_SECONDS * SECOND_NS <= from)
			continue;
		if (bucket->n > VISITS_MAX)
			return VISITS_TOO_MANY;
		find_last(bucket, from, time, visit);
	}
	return visit->time > 0 ? VISITS_SOME : VISITS_NONE;
}

gboolean
visits_to(const Subject *subject, guint64 time, Visit *visit)
{
	gint64 second = (gint64)(time / SECOND_NS);

	if (!(subject->facts & (FACT_OUT_SYN | FACT_OUT_UDP)))
		return FALSE;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			const PairHour *pair = &member->pairs[k];
			if (pair->hour > second || pair->hour + 2 * HOUR_SECONDS <= second)
				continue;
			guint64 then = visit_time(member, pair);
			if (then == FACTS_NEVER || then > time)
				continue;
			*visit = (Visit){pair->target, member->source, then};
			return TRUE;
		}
	}
	return FALSE;
}
