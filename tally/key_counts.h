/*
 * How often each of many keys came. Bounded: once `max` different ones are counted, no further one
 * is; how often that happened is known.
 */
#ifndef TALLY_KEY_COUNTS_H
#define TALLY_KEY_COUNTS_H

#include <glib.h>

typedef struct KeyCounts KeyCounts;

KeyCounts *key_counts_new(guint max);
void key_counts_free(KeyCounts *counts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyCounts, key_counts_free)

void key_counts_add(KeyCounts *counts, guint64 key);
/* 0: it never came, or was not counted. */
guint key_counts_of(const KeyCounts *counts, guint64 key);
/* How often keys came that there was no room for. */
guint64 key_counts_left_out(const KeyCounts *counts);

#endif
