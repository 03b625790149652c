#include "config.h"

#include "report/incident_number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/failure.h"

#define FIRST_LINE "Incident report %s, finding %s"

char *
incident_number_line(const char *number, const char *id)
{
	return g_strdup_printf(FIRST_LINE, number, id);
}

char *
incident_number_folder(const Site *site)
{
	return g_build_filename(site->reports, site->name, INCIDENT_FOLDER, NULL);
}

/* The number of a copy's name; NULL: it is none. Owned by the caller. */
static char *
number_of_name(const char *name)
{
	static const char *const suffixes[] = {".sanitized.txt", ".txt"};

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
		if (name[0] != '.' && g_str_has_suffix(name, suffixes[i]))
			return g_strndup(name, strlen(name) - strlen(suffixes[i]));
	return NULL;
}

/* The id in a copy's first line; NULL: it has none. Owned by the caller. */
static char *
id_of(const char *path, const char *number)
{
	g_autofree char *begin = incident_number_line(number, "");
	FILE *file = disk_open(path);
	char *line = NULL, *id = NULL;
	size_t room = 0;

	if (file && getline(&line, &room, file) > 0 && g_str_has_prefix(line, begin))
		id = g_strchomp(g_strdup(line + strlen(begin)));
	free(line);
	if (file)
		fclose(file);
	return id;
}

/* What is there: number -> id, both owned. */
static GHashTable *
list_numbers(const char *folder, GError **error)
{
	g_autoptr(GHashTable) numbers =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
	const char *name;

	if (!dir) {
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, problem->message);
		return NULL;
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *number = number_of_name(name);
		char *id = number ? id_of(path, number) : NULL;
		if (number)
			g_hash_table_insert(
				numbers, g_steal_pointer(&number), id ? id : g_strdup(""));
	}
	return g_steal_pointer(&numbers);
}

/* The greatest number of the finding; NULL: it has none. Borrowed. */
static const char *
last_of(GHashTable *numbers, const char *id)
{
	const char *last = NULL;
	GHashTableIter iter;
	gpointer number, of;

	g_hash_table_iter_init(&iter, numbers);
	while (g_hash_table_iter_next(&iter, &number, &of))
		if (strcmp(of, id) == 0 && (!last || strcmp(number, last) > 0))
			last = number;
	return last;
}

static char *
format_number(const Site *site, const char *day, guint n)
{
	const char *prefix = settings_text(site->settings, "incident", "prefix");
	g_auto(GStrv) parts = g_strsplit(day, "-", 3);
	g_autofree char *digits = g_strjoinv("", parts);

	return g_strdup_printf("%s-%s.%03u", prefix ? prefix : site->name, digits, n);
}

/* One after the greatest: a number whose report was removed is not given again, unless it was the
 * last. */
static char *
choose_next(const Site *site, GHashTable *numbers, const char *day, GError **error)
{
	for (guint n = INCIDENT_NUMBER_MAX; n > 0; n--) {
		g_autofree char *before = n > 1 ? format_number(site, day, n - 1) : NULL;
		g_autofree char *number = format_number(site, day, n);
		if (g_hash_table_contains(numbers, number))
			break;
		if (!before || g_hash_table_contains(numbers, before))
			return g_steal_pointer(&number);
	}
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: all numbers up to %d are in use", day,
		INCIDENT_NUMBER_MAX);
	return NULL;
}

char *
incident_number_choose(
	const Site *site, const char *id, const char *day, guint wanted, GError **error)
{
	g_autofree char *folder = incident_number_folder(site);
	g_autoptr(GHashTable) numbers = list_numbers(folder, error);
	g_autofree char *number = wanted ? format_number(site, day, wanted) : NULL;

	if (!numbers)
		return NULL;
	if (!number) {
		const char *last = last_of(numbers, id);
		return last ? g_strdup(last) : choose_next(site, numbers, day, error);
	}
	const char *of = g_hash_table_lookup(numbers, number);
	if (!of || strcmp(of, id) == 0)
		return g_steal_pointer(&number);
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"--number %u: %s is the report of finding %s", wanted, number,
		*of ? of : "that is not known");
	return NULL;
}
