#include "config.h"

#include "tally/shortfalls.h"

/* A file that had packets of an hour. */
typedef struct {
	gint64 hour;
	guint file;
} Touch;

struct Shortfalls {
	GPtrArray *lines;    /* of char *; owned */
	GArray *files;       /* of guint: the file of each line */
	GHashTable *touches; /* set of Touch * */
};

static guint
hash_touch(gconstpointer key)
{
	const Touch *touch = key;

	return (guint)touch->hour * 0x9E3779B1u + touch->file;
}

static gboolean
equal_touch(gconstpointer a, gconstpointer b)
{
	const Touch *x = a, *y = b;

	return x->hour == y->hour && x->file == y->file;
}

Shortfalls *
shortfalls_new(void)
{
	Shortfalls *shortfalls = g_new0(Shortfalls, 1);

	shortfalls->lines = g_ptr_array_new_with_free_func(g_free);
	shortfalls->files = g_array_new(FALSE, FALSE, sizeof(guint));
	shortfalls->touches = g_hash_table_new_full(hash_touch, equal_touch, g_free, NULL);
	return shortfalls;
}

void
shortfalls_free(Shortfalls *shortfalls)
{
	if (!shortfalls)
		return;
	g_ptr_array_unref(shortfalls->lines);
	g_array_unref(shortfalls->files);
	g_hash_table_unref(shortfalls->touches);
	g_free(shortfalls);
}

void
shortfalls_add(Shortfalls *shortfalls, guint file, const char *message)
{
	g_ptr_array_add(shortfalls->lines, g_strdup(message));
	g_array_append_val(shortfalls->files, file);
}

void
shortfalls_touch(Shortfalls *shortfalls, guint file, gint64 hour)
{
	const Touch touch = {hour, file};

	if (!g_hash_table_contains(shortfalls->touches, &touch))
		g_hash_table_add(shortfalls->touches, g_memdup2(&touch, sizeof touch));
}

GPtrArray *
shortfalls_lines(const Shortfalls *shortfalls)
{
	return shortfalls->lines;
}

void
shortfalls_tell(const Shortfalls *shortfalls, Hours *hours)
{
	/* Line by line, so that an hour tells them in their order. */
	for (guint i = 0; i < shortfalls->lines->len; i++) {
		GHashTableIter iter;
		gpointer key;

		g_hash_table_iter_init(&iter, shortfalls->touches);
		while (g_hash_table_iter_next(&iter, &key, NULL)) {
			const Touch *touch = key;
			if (touch->file == g_array_index(shortfalls->files, guint, i))
				hour_facts_fall_short(hours_get(hours, touch->hour)->facts,
					shortfalls->lines->pdata[i]);
		}
	}
}
