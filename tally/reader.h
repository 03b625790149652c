/*
 * Reads an hourly tally (FORMAT.md) source by source. Everything read is checked: a tally that
 * is cut short, changed, or of another schema is refused with file and octet offset
 * ("13.tally:1742: ...", FAILURE_PARTIAL); no octets can make it read past a buffer or loop.
 */
#ifndef TALLY_READER_H
#define TALLY_READER_H

#include "tally/facts.h"

typedef struct Reader Reader;

/* What a reader should bring: less is faster. Pairs (with facts and UDP times) come always. */
typedef enum {
	READER_CONTACTS = 1,
	READER_TRAITS = 2,
	/* leave spoke and hijacks of reader_hour empty: with hundreds of readers they would
	 * fill the memory */
	READER_NO_LISTS = 4,
} ReaderParts;

Reader *reader_new(const char *path, guint parts, GError **error);
/* takes fd over */
Reader *reader_new_fd(int fd, const char *name, guint parts, GError **error);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

const HourFacts *reader_hour(const Reader *reader); /* owned by reader */
/* Of the signatures that hit only these bits are told from the next block on: the others mean
 * nothing to whoever asks. */
void reader_keep_signatures(Reader *reader, guint32 bits);
/* The caller's from now on; the reader can only be freed. */
HourFacts *reader_steal_hour(Reader *reader);
const char *reader_name(const Reader *reader);
guint64 reader_n_pairs(const Reader *reader);
guint64 reader_n_contacts(const Reader *reader);
guint64 reader_n_sources(const Reader *reader);

/*
 * A stretch of one source's pairs, as columns; n >= 1. A source with many pairs comes in
 * several stretches, in order. Valid until the next call on the reader.
 */
typedef struct {
	Address source;
	guint32 n;
	gboolean more;             /* another stretch of the same source follows */
	guint8 family;             /* of source and targets */
	const guint32 *targets_v4; /* family 4: ascending, host byte order */
	const Address *targets_v6; /* family 6: ascending */
	const guint16 *facts;
	const guint8 *answered;
	/* both NULL: no pair of this stretch has UDP; else FACTS_NEVER where there is none */
	const guint64 *udp_in, *udp_out;
	/* READER_CONTACTS: pair i has contacts[contacts_end[i-1] .. contacts_end[i]), 0
	 * before the first */
	const guint32 *contacts_end;
	const Contact *contacts;
	/* READER_TRAITS: all of the source's, in its last stretch (more FALSE); else
	 * n_traits 0 */
	const Trait *traits;
	guint32 n_traits;
} Stretch;

/* TRUE: stretch is filled. FALSE without error: the end. */
gboolean reader_next(Reader *reader, Stretch *stretch, GError **error);

/* Goes to the first source >= source. */
gboolean reader_seek(Reader *reader, const Address *source, GError **error);

/* Which blocks of a tally a search has to read: those for which the one of these that is not
 * NULL says TRUE, of what all sources of the block have. */
typedef struct {
	gboolean (*any_trait)(const Trait *traits, guint32 n, gconstpointer data);
	gboolean (*any_contact)(const Contact *contacts, guint32 n, gconstpointer data);
	/* as Stretch has them */
	gboolean (*any_target)(const guint32 *targets_v4, const Address *targets_v6, guint32 n,
		gconstpointer data);
	gconstpointer data;
	Trait fields; /* not 0 in the fields that any_trait looks at; all others are 0 to it,
			 but family and kind */
	const Address *last; /* the last source that is wanted; NULL: any */
} ReaderWanted;

/*
 * Passes over the sources, a block at a time, as long as the block is not wanted; of these
 * nothing is read, nor checked, but what is looked at. A source for which a block is wanted comes
 * whole, in all its stretches; others may come as well. Does nothing within a block: call it
 * before each reader_next. Needs none of READER_*.
 */
gboolean reader_skip(Reader *reader, const ReaderWanted *wanted, GError **error);

/* Reads everything, checks every checksum and order; TRUE when the tally is sound. */
gboolean reader_verify(const char *path, GError **error);

#endif
