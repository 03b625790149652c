#include "config.h"

#include "report/yesterday.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/hour.h"

typedef struct {
	YesterdayFinding told; /* first: its texts are owned */
	GPtrArray *abouts;     /* owned; of char *, borrowed from Yesterday.abouts */
} Item;

struct Yesterday {
	char *problem; /* owned; NULL: none */
	gboolean missing;
	GPtrArray *items;   /* owned; of Item *, as they stand in the file */
	GHashTable *abouts; /* owned; char *, owned -> 1, or 2 once it is there again */
};

static void
item_free(gpointer data)
{
	Item *item = data;

	g_free((char *)item->told.id);
	g_free((char *)item->told.detector);
	g_free((char *)item->told.verdict);
	g_ptr_array_unref(item->abouts);
	g_free(item);
}

char *
yesterday_path(const Site *site, gint64 from)
{
	char date[HOUR_TEXT_SIZE];
	g_auto(GStrv) parts =
		g_strsplit(zone_format_day(site->zone, from - HOUR_SECONDS, date), "-", 3);

	return g_build_filename(site->reports, site->name, parts[0], parts[1], parts[2],
		"findings.ndjson", NULL);
}

/* NULL: it is none, or not valid. */
static const char *
text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
add_about(Yesterday *yesterday, Item *item, char *about)
{
	char *known;

	if (g_hash_table_lookup_extended(yesterday->abouts, about, (gpointer *)&known, NULL)) {
		g_free(about);
		about = known;
	} else {
		g_hash_table_insert(yesterday->abouts, about, GINT_TO_POINTER(1));
	}
	g_ptr_array_add(item->abouts, about);
}

/* What the finding is about. FALSE: it does not say. */
static gboolean
take_abouts(Yesterday *yesterday, Item *item, const json_t *object, const char *scope)
{
	const json_t *sources = json_object_get(object, "sources");
	const json_t *window = json_array_get(json_object_get(object, "windows"), 0);

	if (strcmp(scope, "target") == 0) {
		const char *target = text(window, "target");
		if (target)
			add_about(yesterday, item, g_strconcat("target ", target, NULL));
		return target != NULL;
	}
	if (strcmp(scope, "port") == 0) {
		const char *kind = text(window, "kind");
		const json_t *port = json_object_get(window, "port");
		if (!kind || !json_is_integer(port))
			return FALSE;
		add_about(yesterday, item,
			g_strdup_printf("port %s %" JSON_INTEGER_FORMAT, kind,
				json_integer_value(port)));
		return TRUE;
	}
	for (gsize i = 0; i < json_array_size(sources); i++) {
		const char *source = json_string_value(json_array_get(sources, i));
		if (!source)
			return FALSE;
		add_about(yesterday, item, g_strdup(source));
	}
	return item->abouts->len > 0;
}

/* FALSE: the line is no finding. */
static gboolean
take_object(Yesterday *yesterday, const json_t *object)
{
	const char *id = text(object, "id"), *verdict = text(object, "verdict"),
		   *scope = text(object, "scope"), *end = text(object, "window_end");
	const char *detector =
		json_string_value(json_array_get(json_object_get(object, "detectors"), 0));
	const json_t *hosts = json_object_get(object, "hosts");
	const json_t *n_sources = json_object_get(object, "n_sources");
	gint64 window_end;

	if (!id || !verdict || !detector || !end || !hour_parse_time(end, &window_end, NULL) ||
		!json_is_integer(hosts))
		return FALSE;
	Item *item = g_new0(Item, 1);
	g_ptr_array_add(yesterday->items, item);
	item->abouts = g_ptr_array_new();
	item->told = (YesterdayFinding){
		.id = g_strdup(id),
		.detector = g_strdup(detector),
		.verdict = g_strdup(verdict),
		.hosts = (guint64)json_integer_value(hosts),
		.window_end = window_end,
	};
	if (!take_abouts(yesterday, item, object, scope ? scope : "sources"))
		return FALSE;
	item->told.about = item->abouts->pdata[0];
	item->told.n_sources = json_is_integer(n_sources)
				       ? (guint64)json_integer_value(n_sources)
				       : item->abouts->len;
	return TRUE;
}

/* NULL: the line was taken; else what is wrong with it. */
static char *
take_line(Yesterday *yesterday, const char *line, gsize length)
{
	json_error_t problem;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &problem);
	gboolean taken = object && take_object(yesterday, object);

	if (object)
		json_decref(object);
	if (taken)
		return NULL;
	return g_strdup(object ? "expected a finding" : problem.text);
}

static void
read_lines(Yesterday *yesterday, const char *path, FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	errno = 0;
	for (guint number = 1; (length = getline(&line, &room, file)) > 0; number++) {
		g_autofree char *wrong = take_line(yesterday, line, (gsize)length);
		if (wrong) {
			yesterday->problem = g_strdup_printf("%s:%u: %s", path, number, wrong);
			break;
		}
		errno = 0;
	}
	if (!yesterday->problem && ferror(file))
		yesterday->problem = g_strdup_printf("%s: %s", path, g_strerror(errno));
	free(line);
}

static void
read_file(Yesterday *yesterday, const char *path)
{
	/* Opening a pipe must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	yesterday->missing = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		FILE *file = fdopen(fd, "r");
		read_lines(yesterday, path, file);
		fclose(file);
		return;
	}
	yesterday->problem = g_strdup_printf("%s: %s", path,
		fd >= 0              ? "expected a plain file"
		: yesterday->missing ? "no findings of the day before"
				     : g_strerror(errno));
	if (fd >= 0)
		close(fd);
}

Yesterday *
yesterday_load(const char *path)
{
	Yesterday *yesterday = g_new0(Yesterday, 1);

	yesterday->items = g_ptr_array_new_with_free_func(item_free);
	yesterday->abouts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	read_file(yesterday, path);
	if (yesterday->problem) {
		g_autofree char *why = g_steal_pointer(&yesterday->problem);
		yesterday->problem =
			g_strconcat(why, ": what is new, and what is gone, is not known", NULL);
		g_ptr_array_set_size(yesterday->items, 0);
		g_hash_table_remove_all(yesterday->abouts);
	}
	return yesterday;
}

void
yesterday_free(Yesterday *yesterday)
{
	if (!yesterday)
		return;
	g_ptr_array_unref(yesterday->items);
	g_hash_table_unref(yesterday->abouts);
	g_free(yesterday->problem);
	g_free(yesterday);
}

const char *
yesterday_problem(const Yesterday *yesterday, gboolean *missing)
{
	if (missing)
		*missing = yesterday->missing;
	return yesterday->problem;
}

/* Whether that was told; if so, it is there again. */
static gboolean
has(Yesterday *yesterday, const char *about)
{
	char *known;

	if (!g_hash_table_lookup_extended(yesterday->abouts, about, (gpointer *)&known, NULL))
		return FALSE;
	/* The same key stays; this one is freed. */
	g_hash_table_insert(yesterday->abouts, g_strdup(about), GINT_TO_POINTER(2));
	return TRUE;
}

static gboolean
has_source(Yesterday *yesterday, const Finding *finding)
{
	char address[ADDRESS_TEXT_SIZE];
	gboolean found = FALSE;

	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		found |= has(yesterday, subject_format(&source->source, source->bits, address));
	}
	return found;
}

static gboolean
is_there(Yesterday *yesterday, const Finding *finding)
{
	const FindingWindow *window = finding_window(finding, 0);
	char address[ADDRESS_TEXT_SIZE];
	g_autofree char *about = NULL;

	if (finding->scope == SCOPE_SOURCES)
		return has_source(yesterday, finding);
	if (finding->scope == SCOPE_TARGET)
		about = g_strconcat("target ", address_format(&window->target, address), NULL);
	else
		about = g_strdup_printf("port %s %u", kind_table[window->service_kind].name,
			window->service_port);
	return has(yesterday, about);
}

FindingState
yesterday_take(Yesterday *yesterday, const Finding *finding)
{
	if (yesterday->problem)
		return STATE_UNKNOWN;
	return is_there(yesterday, finding) ? STATE_STILL : STATE_NEW;
}

static gboolean
is_gone(const Yesterday *yesterday, const Item *item)
{
	for (guint i = 0; i < item->abouts->len; i++)
		if (g_hash_table_lookup(yesterday->abouts, item->abouts->pdata[i]) !=
			GINT_TO_POINTER(1))
			return FALSE;
	return TRUE;
}

GPtrArray *
yesterday_gone(const Yesterday *yesterday)
{
	GPtrArray *gone = g_ptr_array_new();

	for (guint i = 0; i < yesterday->items->len; i++) {
		const Item *item = yesterday->items->pdata[i];
		if (is_gone(yesterday, item))
			g_ptr_array_add(gone, (gpointer)&item->told);
	}
	return gone;
}
