#include "config.h"

#include "tally/key_counts.h"

typedef struct {
	guint64 key; /* first: what the table looks at */
	guint n;
} KeyCount;

struct KeyCounts {
	GHashTable *table; /* owned; of KeyCount, owned */
	guint max;
	guint64 left_out;
};

KeyCounts *
key_counts_new(guint max)
{
	KeyCounts *counts = g_new0(KeyCounts, 1);

	counts->table = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	counts->max = max;
	return counts;
}

void
key_counts_free(KeyCounts *counts)
{
	g_hash_table_unref(counts->table);
	g_free(counts);
}

void
key_counts_add(KeyCounts *counts, guint64 key)
{
	KeyCount *count = g_hash_table_lookup(counts->table, &key);

	if (!count) {
		if (g_hash_table_size(counts->table) >= counts->max) {
			counts->left_out++;
			return;
		}
		count = g_new0(KeyCount, 1);
		count->key = key;
		g_hash_table_add(counts->table, count);
	}
	count->n++;
}

guint
key_counts_of(const KeyCounts *counts, guint64 key)
{
	const KeyCount *count = g_hash_table_lookup(counts->table, &key);

	return count ? count->n : 0;
}

guint64
key_counts_left_out(const KeyCounts *counts)
{
	return counts->left_out;
}
