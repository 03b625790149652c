/*
 * A sorted stream of one hour's facts on their way to a tally: out of a contact table, or out
 * of a run. Rows may still have kinds that only exist while tallying, ports that will be given
 * up, and a pair may stand in several feeds: tally/fuse.h joins them.
 */
#ifndef TALLY_FEED_H
#define TALLY_FEED_H

#include "tally/reader.h"

/*
 * Internal to internal packets say that an address spoke: they lie in the stream as a pair of
 * this source (0.0.0.0 or ::, which never is one) and the address, with FACT_OUT_ANY.
 */
static inline gboolean
feed_is_spoke_mark(const Address *source)
{
	return source->low == 0 && source->high == 0;
}

typedef struct Feed Feed;
typedef struct {
	/* The next source into feed->source, FALSE at the end or on error. The pairs of the
	 * one before must all have been taken. */
	gboolean (*next_source)(Feed *feed, GError **error);
	/* The next pair of the source into feed->pair, FALSE when there is none left, or on
	 * error. */
	gboolean (*next_pair)(Feed *feed, GError **error);
	/* After the last pair: the source's traits, sorted by kind; valid until the next
	 * call. */
	const Trait *(*traits)(Feed *feed, guint *n);
	void (*free)(Feed *feed);
} FeedMethods;

struct Feed {
	const FeedMethods *methods;
	Address source;
	/* contacts: valid until the next call; sorted by kind, port only out of runs */
	Pair pair;
};

static inline void
feed_free(Feed *feed)
{
	if (feed)
		feed->methods->free(feed);
}

/* A feed out of a run; takes the reader over. */

Feed *feed_from_run(Reader *reader);

#endif
