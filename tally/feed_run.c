#include "config.h"

#include "tally/feed.h"
#include "tally/reader.h"

typedef struct {
	Feed feed;
	Reader *reader; /* owned */
	Stretch stretch;
	guint32 next; /* pair of the stretch */
} RunFeed;

static gboolean
run_feed_next_source(Feed *feed, GError **error)
{
	RunFeed *f = (RunFeed *)feed;

	if (!reader_next(f->reader, &f->stretch, error))
		return FALSE;
	f->next = 0;
	feed->source = f->stretch.source;
	return TRUE;
}

static gboolean
run_feed_next_pair(Feed *feed, GError **error)
{
	RunFeed *f = (RunFeed *)feed;
	const Stretch *s = &f->stretch;

	if (f->next == s->n) {
		if (!s->more || !reader_next(f->reader, &f->stretch, error))
			return FALSE;
		f->next = 0;
	}
	guint32 i = f->next++;
	guint32 from = i > 0 ? s->contacts_end[i - 1] : 0;
	feed->pair = (Pair){
		.target = s->family == 4 ? address_from_v4(s->targets_v4[i]) : s->targets_v6[i],
		.udp_in = FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.facts = s->facts[i],
		.answered = s->answered[i],
		.n_contacts = s->contacts_end[i] - from,
		.contacts = s->contacts + from,
	};
	return TRUE;
}

static const Trait *
run_feed_traits(Feed *feed, guint *n)
{
	RunFeed *f = (RunFeed *)feed;

	*n = f->stretch.n_traits;
	return f->stretch.traits;
}

static void
run_feed_free(Feed *feed)
{
	RunFeed *f = (RunFeed *)feed;

	reader_free(f->reader);
	g_free(f);
}

Feed *
feed_from_run(Reader *reader)
{
	static const FeedMethods methods = {
		run_feed_next_source,
		run_feed_next_pair,
		run_feed_traits,
		run_feed_free,
	};
	RunFeed *f = g_new0(RunFeed, 1);

	f->feed.methods = &methods;
	f->reader = reader;
	return &f->feed;
}
