#include "config.h"

#include "tally/verify.h"

#include "tally/past_file.h"
#include "tally/reader.h"
#include "tally/store.h"

typedef struct {
	const GPtrArray *paths;
	char **faults; /* one a path */
	gint next;     /* atomic: the next path that nobody has taken */
} Verify;

static gboolean
is_in_place(const char *path, GError **error)
{
	g_autofree char *sensor = NULL;
	gint64 hour;

	if (!store_parse_path(path, &sensor, &hour))
		return TRUE;
	g_autoptr(HourFacts) facts = store_facts(path, error);
	return facts && store_check(facts, path, sensor, hour, error);
}

static gboolean
verify_tally(const char *path, GError **error)
{
	return reader_verify(path, error) && is_in_place(path, error);
}

gboolean
verify_is_past(const char *path)
{
	return g_str_has_suffix(path, ".past");
}

static gpointer
work(gpointer data)
{
	Verify *verify = data;

	for (;;) {
		guint i = (guint)g_atomic_int_add(&verify->next, 1);
		g_autoptr(GError) error = NULL;
		if (i >= verify->paths->len)
			return NULL;
		const char *path = verify->paths->pdata[i];
		if (!(verify_is_past(path) ? past_file_verify : verify_tally)(path, &error))
			verify->faults[i] = g_strdup(error->message);
	}
}

GPtrArray *
verify_tallies(const GPtrArray *paths, guint threads)
{
	GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	g_ptr_array_set_size(faults, (gint)paths->len);
	Verify verify = {paths, (char **)faults->pdata, 0};
	for (guint i = 1; i < MIN(threads, paths->len); i++) {
		GThread *thread = g_thread_try_new("verify", work, &verify, NULL);
		/* With fewer of them it only takes longer. */
		if (thread)
			g_ptr_array_add(others, thread);
	}
	work(&verify);
	for (guint i = 0; i < others->len; i++)
		g_thread_join(others->pdata[i]);
	return faults;
}
