#include "config.h"

#include "report/incident.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "tally/kind.h"

enum { ID_LENGTH = 16 };

static GPtrArray *
texts_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static Incident *
incident_new(void)
{
	Incident *incident = g_new0(Incident, 1);

	incident->detectors = texts_new();
	incident->sources = texts_new();
	incident->targets = texts_new();
	incident->evidence = texts_new();
	incident->ports = texts_new();
	incident->hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	return incident;
}

void
incident_free(Incident *incident)
{
	if (!incident)
		return;
	g_free(incident->path);
	g_free(incident->date);
	g_free(incident->id);
	g_free(incident->verdict);
	g_free(incident->scope);
	g_free(incident->first);
	g_free(incident->last);
	g_free(incident->kind);
	g_ptr_array_unref(incident->detectors);
	g_ptr_array_unref(incident->sources);
	g_ptr_array_unref(incident->targets);
	g_ptr_array_unref(incident->evidence);
	g_ptr_array_unref(incident->ports);
	g_array_unref(incident->hours);
	g_free(incident);
}

gboolean
incident_check_id(const char *id, GError **error)
{
	if (strlen(id) == ID_LENGTH && id[strspn(id, "0123456789abcdef")] == '\0')
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"finding \"%s\": expected its id, %d hexadecimal digits", id, ID_LENGTH);
	return FALSE;
}

/* ---- a finding's line ---- */

/* NULL: it is none, or not valid. */
static const char *
text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static guint64
number(const json_t *object, const char *key)
{
	return (guint64)MAX(json_integer_value(json_object_get(object, key)), 0);
}

static gboolean
take_time(const json_t *object, const char *key, gint64 *seconds)
{
	const char *time = text(object, key);

	return time && hour_parse_time(time, seconds, NULL);
}

/* A list of texts; FALSE: something else is in it. */
static gboolean
take_texts(const json_t *object, const char *key, GPtrArray *texts)
{
	const json_t *list = json_object_get(object, key);

	for (gsize i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));
		if (!item)
			return FALSE;
		g_ptr_array_add(texts, g_strdup(item));
	}
	return TRUE;
}

static void
take_evidence(Incident *incident, const json_t *list)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *pro = text(item, "for"), *contra = text(item, "against"),
			   *sentence = text(item, "text");
		if (sentence && (pro || contra))
			g_ptr_array_add(incident->evidence,
				g_strdup_printf("%s %s: %s", pro ? "for" : "against",
					pro ? pro : contra, sentence));
	}
}

static void
take_ports(Incident *incident, const json_t *list)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *kind = text(item, "kind");
		if (kind)
			g_ptr_array_add(
				incident->ports, g_strdup_printf("%s %" G_GUINT64_FORMAT, kind,
							 number(item, "port")));
	}
}

static void
take_hours(Incident *incident, const json_t *list)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		gint64 start;
		if (take_time(json_array_get(list, i), "start", &start))
			g_array_append_val(incident->hours, start);
	}
}

/* From the start of the first window to the end of the last. */
static gboolean
take_windows(Incident *incident, const json_t *object)
{
	const json_t *list = json_object_get(object, "windows");

	if (!take_time(object, "window_start", &incident->from) ||
		!take_time(object, "window_end", &incident->to))
		return FALSE;
	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *window = json_array_get(list, i);
		gint64 from, to;
		if (!take_time(window, "window_start", &from) ||
			!take_time(window, "window_end", &to))
			return FALSE;
		incident->from = MIN(incident->from, from);
		incident->to = MAX(incident->to, to);
	}
	return incident->from < incident->to;
}

/* The target or port that it is about. */
static gboolean
take_scope(Incident *incident, const json_t *object)
{
	const json_t *window = json_array_get(json_object_get(object, "windows"), 0);
	const char *target = text(window, "target"), *kind = text(window, "kind");

	if (strcmp(incident->scope, "target") == 0)
		return target && address_parse(target, &incident->target);
	if (strcmp(incident->scope, "port") == 0) {
		incident->kind = g_strdup(kind);
		incident->port = (guint16)number(window, "port");
		return kind && kind_from_name(kind, KIND_CONTACTS) != KIND_NONE;
	}
	return TRUE;
}

/* NULL: it is no finding. */
static Incident *
take_object(const json_t *object)
{
	g_autoptr(Incident) incident = incident_new();
	const char *verdict = text(object, "verdict"), *scope = text(object, "scope");

	if (!verdict)
		return NULL;
	incident->id = g_strdup(text(object, "id"));
	incident->verdict = g_strdup(verdict);
	incident->scope = g_strdup(scope ? scope : "sources");
	incident->hosts = number(object, "hosts");
	incident->packets = number(object, "packets");
	incident->first = g_strdup(text(object, "first"));
	incident->last = g_strdup(text(object, "last"));
	take_evidence(incident, json_object_get(object, "evidence"));
	take_ports(incident, json_object_get(object, "ports"));
	take_hours(incident, json_object_get(object, "hours"));
	if (!take_texts(object, "detectors", incident->detectors) ||
		!take_texts(object, "sources", incident->sources) ||
		!take_texts(object, "targets", incident->targets) ||
		!take_windows(incident, object) || !take_scope(incident, object) ||
		incident->sources->len == 0 || incident->detectors->len == 0)
		return NULL;
	incident->n_sources = MAX(number(object, "n_sources"), incident->sources->len);
	return g_steal_pointer(&incident);
}

GArray *
incident_sources(const Incident *incident)
{
	GArray *networks = g_array_new(FALSE, FALSE, sizeof(Network));

	if (incident->n_sources > incident->sources->len || incident->kind)
		return networks;
	for (guint i = 0; i < incident->sources->len; i++) {
		Network network;
		if (network_parse(incident->sources->pdata[i], &network, NULL))
			g_array_append_val(networks, network);
	}
	return networks;
}

/* ---- where it is ---- */

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders' names of `length` digits, sorted. */
static GPtrArray *
list_numbers(const char *folder, gsize length)
{
	GPtrArray *names = texts_new();
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (strlen(name) == length && strspn(name, "0123456789") == length)
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

typedef struct {
	const char *id;        /* borrowed */
	GPtrArray *shortfalls; /* borrowed */
	Incident *incident;    /* owned; found */
	GError *error;         /* owned; or what is wrong with it */
} Search;

/* Only a line that has the id somewhere is looked at closer. TRUE: it is the one. */
static gboolean
take_line(Search *search, const char *path, guint line_number, const char *line, gsize length)
{
	if (!memmem(line, length, search->id, ID_LENGTH))
		return FALSE;
	json_error_t problem;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &problem);
	const char *id = text(object, "id");
	gboolean is_it = !object || (id && strcmp(id, search->id) == 0);
	if (is_it)
		search->incident = object ? take_object(object) : NULL;
	if (is_it && !search->incident)
		g_set_error(&search->error, FAILURE, FAILURE_FAILED, "%s:%u: %s", path,
			line_number, object ? "expected a finding" : problem.text);
	json_decref(object);
	return is_it;
}

static gboolean
search_file(Search *search, const char *path)
{
	FILE *file = disk_open(path);
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	gboolean found = FALSE;

	if (!file && errno == ENOENT)
		return FALSE;
	errno = file ? 0 : errno;
	for (guint n = 1; file && !found && (length = getline(&line, &room, file)) > 0; n++)
		found = take_line(search, path, n, line, (gsize)length);
	if (!found && (!file || ferror(file)))
		g_ptr_array_add(
			search->shortfalls, g_strdup_printf("%s: %s", path, disk_why(errno)));
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* Year, month, day: depth 0, 1, 2. */
static gboolean
search_folder(Search *search, const char *folder, const char *date, guint depth)
{
	g_autoptr(GPtrArray) names = list_numbers(folder, depth == 0 ? 4 : 2);

	for (guint i = names->len; i-- > 0;) {
		g_autofree char *below = g_build_filename(folder, names->pdata[i], NULL);
		g_autofree char *longer = g_strconcat(
			date, depth == 0 ? "" : "-", (const char *)names->pdata[i], NULL);
		g_autofree char *path = g_build_filename(below, "findings.ndjson", NULL);
		if (depth < 2) {
			if (search_folder(search, below, longer, depth + 1))
				return TRUE;
			continue;
		}
		if (!search_file(search, path))
			continue;
		if (search->incident) {
			search->incident->path = g_steal_pointer(&path);
			search->incident->date = g_steal_pointer(&longer);
		}
		return TRUE;
	}
	return FALSE;
}

Incident *
incident_find(const Site *site, const char *id, GPtrArray *shortfalls, GError **error)
{
	g_autofree char *folder = g_build_filename(site->reports, site->name, NULL);
	Search search = {.id = id, .shortfalls = shortfalls};

	if (!search_folder(&search, folder, "", 0))
		g_set_error(&search.error, FAILURE, FAILURE_FAILED,
			"finding %s: no day in %s tells it", id, folder);
	if (search.error)
		g_propagate_error(error, search.error);
	return search.incident;
}
