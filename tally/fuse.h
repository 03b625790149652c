/*
 * Joins an hour's feeds (the tables of its shards, the runs they spilled) into one sorted
 * stream of facts, settles what only the whole hour can tell, and hands it to a writer.
 */
#ifndef TALLY_FUSE_H
#define TALLY_FUSE_H

#include "tally/feed.h"
#include "tally/writer.h"

/*
 * feeds: borrowed, at their start, in the order in which their packets were read (traits marked
 * (order) follow it). spoke: internal addresses that sent a packet are appended (array of
 * Address, sorted at the end, each once). The caller finishes the writer.
 */
gboolean fuse_hour(Feed **feeds, guint n, Writer *writer, GArray *spoke, GError **error);

/* The same, with nothing settled: many runs into one. */
gboolean fuse_runs(Feed **feeds, guint n, Writer *writer, GError **error);

#endif
