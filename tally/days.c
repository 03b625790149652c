#include "config.h"

#include "tally/days.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/hour.h"
#include "common/output.h"
#include "common/spool.h"

/* A short way to what lies in it. */
typedef struct {
	char *path; /* owned */
	int fd;     /* owned; -1: not there yet */
} Folder;

struct Days {
	Folder spool, store; /* the sensor's */
	char *path;          /* owned */
	GHashTable *states;  /* name -> DayState *, both owned */
	gboolean changed;
};

static void
read_line(Days *days, const char *line)
{
	DayState state;
	char day[SPOOL_DAY_SIZE];
	int end = 0;

	if (sscanf(line,
		    "%10s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %16" G_GINT64_MODIFIER
		    "x %d%n",
		    day, &state.spool, &state.store, &state.digest, &state.bare, &end) == 5 &&
		line[end] == '\0')
		g_hash_table_insert(
			days->states, g_strdup(day), g_memdup2(&state, sizeof state));
}

static Folder
folder_new(const char *root, const char *sensor)
{
	return (Folder){g_build_filename(root, sensor, NULL), -1};
}

static void
folder_clear(Folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
	g_free(folder->path);
}

/* ns since 1970; 0: there is no such day. */
static guint64
changed_at(Folder *folder, const char *day)
{
	struct stat status;

	if (folder->fd < 0 && folder->path)
		folder->fd = open(folder->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0 || fstatat(folder->fd, day, &status, 0) != 0)
		return 0;
	return (guint64)status.st_mtim.tv_sec * SECOND_NS + (guint64)status.st_mtim.tv_nsec;
}

/* spool: NULL, it does not count. name: of the file in the sensor's store. */
static Days *
load(const char *spool, const char *store, const char *sensor, const char *name)
{
	Days *days = g_new0(Days, 1);
	gsize length;

	days->spool = spool ? folder_new(spool, sensor) : (Folder){NULL, -1};
	days->store = folder_new(store, sensor);
	days->path = g_build_filename(store, sensor, name, NULL);
	days->states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *text = disk_load(days->path, DISK_TEXT_MAX, &length);
	if (!text)
		return days;
	for (char *line = text, *end; *line; line = end) {
		end = strchrnul(line, '\n');
		if (*end)
			*end++ = '\0';
		read_line(days, line);
	}
	return days;
}

Days *
days_load(const char *spool, const char *store, const char *sensor)
{
	return load(spool, store, sensor, ".days");
}

Days *
days_load_past(const char *store, const char *sensor)
{
	return load(NULL, store, sensor, ".past");
}

void
days_free(Days *days)
{
	if (!days)
		return;
	folder_clear(&days->spool);
	folder_clear(&days->store);
	g_hash_table_unref(days->states);
	g_free(days->path);
	g_free(days);
}

void
days_look(Days *days, const char *day, DayState *state)
{
	state->spool = changed_at(&days->spool, day);
	state->store = changed_at(&days->store, day);
}

gboolean
days_has(const Days *days, const char *day, const DayState *state)
{
	const DayState *noted = g_hash_table_lookup(days->states, day);

	return noted && noted->spool == state->spool && noted->store == state->store &&
	       noted->digest == state->digest;
}

gboolean
days_is_bare(const Days *days, const char *day)
{
	const DayState *noted = g_hash_table_lookup(days->states, day);

	return noted && noted->bare;
}

gboolean
days_is_older(const Days *days, const char *day, guint64 time_ns)
{
	const DayState *noted = g_hash_table_lookup(days->states, day);

	return noted && MAX(noted->spool, noted->store) < time_ns;
}

void
days_set(Days *days, const char *day, const DayState *state)
{
	if (state && days_has(days, day, state))
		return;
	if (state)
		g_hash_table_insert(
			days->states, g_strdup(day), g_memdup2(state, sizeof *state));
	else if (!g_hash_table_remove(days->states, day))
		return;
	days->changed = TRUE;
}

static gboolean
is_listed_not(gpointer day, gpointer state, gpointer names)
{
	(void)state;
	return !g_hash_table_contains(names, day);
}

void
days_keep(Days *days, const char *const *names)
{
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);

	for (; *names; names++)
		g_hash_table_add(listed, (gpointer)*names);
	if (g_hash_table_foreach_remove(days->states, is_listed_not, listed) > 0)
		days->changed = TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

gboolean
days_save(Days *days, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!days->changed)
		return TRUE;
	GList *names = g_list_sort(g_hash_table_get_keys(days->states), compare_names);
	for (GList *name = names; name; name = name->next) {
		const DayState *state = g_hash_table_lookup(days->states, name->data);
		g_string_append_printf(text,
			"%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %016" G_GINT64_MODIFIER
			"x %d\n",
			(char *)name->data, state->spool, state->store, state->digest,
			state->bare);
	}
	g_list_free(names);
	if (!output_save(days->path, text->str, text->len, error))
		return FALSE;
	days->changed = FALSE;
	return TRUE;
}
