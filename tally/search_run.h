/*
 * A search through many tallies, several at a time, its hits in the order of time.
 */
#ifndef TALLY_SEARCH_RUN_H
#define TALLY_SEARCH_RUN_H

#include "tally/search.h"
#include "tally/search_files.h"

/* Who is told, by one thread at a time: file after file, of each its hits, then its end. */
typedef struct {
	gpointer data;
	/* targets: as SearchTake. FALSE: no more are wanted. */
	gboolean (*hit)(gpointer data, const SearchFile *file, const SearchHit *hit,
		const Address *targets);
	/* failure: why it could not be read to its end; NULL: it was. reader: NULL only where it
	 * could not be opened. FALSE: no more are wanted. */
	gboolean (*end)(gpointer data, const SearchFile *file, const Reader *reader,
		const GError *failure);
} SearchListener;

/*
 * files: of SearchFile *. stop: where it becomes not 0 (atomic), all end soon; it is set when no
 * more are wanted. Memory: some thousand hits a thread.
 */
void search_run(const SearchPlan *plan, const GPtrArray *files, guint threads,
	const SearchListener *listener, gint *stop);

#endif
