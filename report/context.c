#include "config.h"

#include "report/context.h"

#include "report/database.h"
#include "report/names.h"

static const char *const country_keys[] = {"country", "iso_code", NULL};
static const char *const as_number_keys[] = {"autonomous_system_number", NULL};
static const char *const as_name_keys[] = {"autonomous_system_organization", NULL};

struct Context {
	Names *names; /* owned, as are all; NULL: not asked for, or of no use */
	Database *country, *as;
};

void
context_facts_clear(ContextFacts *facts)
{
	g_free(facts->name);
	g_free(facts->as_name);
	g_free(facts->country);
	*facts = (ContextFacts){0};
}

/* What is wrong, and with which key. */
static void
add_problem(GPtrArray *problems, const char *key, const GError *error)
{
	g_ptr_array_add(problems, g_strdup_printf("[context] %s: %s", key, error->message));
}

/* The database that a key names; NULL: none. */
static Database *
open_database(const Settings *settings, const char *key, GPtrArray *problems)
{
	g_autoptr(GError) error = NULL;
	const char *path = settings_text(settings, "context", key);
	Database *database = path ? database_open(path, &error) : NULL;

	if (error)
		add_problem(problems, key, error);
	return database;
}

Context *
context_new(const Site *site, GPtrArray *problems)
{
	const Settings *settings = site->settings;
	g_autoptr(Context) context = g_new0(Context, 1);

	if (settings_number(settings, "context", "names")) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = names_path(site->store);
		context->names = names_load(path, &error);
		if (error)
			add_problem(problems, "names", error);
	}
	context->country = open_database(settings, "country", problems);
	context->as = open_database(settings, "asn", problems);
	return context->names || context->country || context->as ? g_steal_pointer(&context)
								 : NULL;
}

void
context_free(Context *context)
{
	if (!context)
		return;
	names_free(context->names);
	database_close(context->country);
	database_close(context->as);
	g_free(context);
}

static void
look_up_name(const Context *context, const Address *address, ContextFacts *facts)
{
	const char *name;

	if (context->names && names_find(context->names, address, &facts->name_asked, &name) &&
		*name)
		facts->name = g_strdup(name);
}

static void
look_up_country(
	Context *context, const Address *address, ContextFacts *facts, GPtrArray *problems)
{
	g_autoptr(GError) error = NULL;

	if (!context->country)
		return;
	facts->country_built = database_built(context->country);
	if (database_text(context->country, address, country_keys, &facts->country, &error))
		return;
	add_problem(problems, "country", error);
	g_clear_pointer(&context->country, database_close);
}

static void
look_up_as(Context *context, const Address *address, ContextFacts *facts, GPtrArray *problems)
{
	g_autoptr(GError) error = NULL;

	if (!context->as)
		return;
	facts->as_built = database_built(context->as);
	if (database_number(context->as, address, as_number_keys, &facts->as_number, &error) &&
		database_text(context->as, address, as_name_keys, &facts->as_name, &error))
		return;
	facts->as_number = 0;
	add_problem(problems, "asn", error);
	g_clear_pointer(&context->as, database_close);
}

gboolean
context_look_up(
	Context *context, const Address *address, ContextFacts *facts, GPtrArray *problems)
{
	*facts = (ContextFacts){0};
	if (!context)
		return FALSE;
	look_up_name(context, address, facts);
	look_up_country(context, address, facts, problems);
	look_up_as(context, address, facts, problems);
	return facts->name_asked > 0 || facts->country || facts->as_number > 0 ||
	       facts->as_name;
}

/* "2026-03-29"; UTC. */
static char *
format_date(gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return time ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("a day out of range");
}

char *
context_line(const ContextFacts *facts)
{
	GString *line = g_string_new(NULL);
	g_autofree char *asked = format_date(facts->name_asked);
	g_autofree char *as_built = format_date(facts->as_built);
	g_autofree char *country_built = format_date(facts->country_built);

	if (facts->name)
		g_string_append_printf(
			line, "name %s (asked %s, not verified)", facts->name, asked);
	else if (facts->name_asked > 0)
		g_string_append_printf(line, "no name (asked %s)", asked);
	if (facts->as_number > 0 || facts->as_name)
		g_string_append_printf(line, "%sAS%u%s%s (database of %s)",
			line->len > 0 ? "; " : "", facts->as_number, facts->as_name ? " " : "",
			facts->as_name ? facts->as_name : "", as_built);
	if (facts->country)
		g_string_append_printf(line, "%scountry %s (database of %s)",
			line->len > 0 ? "; " : "", facts->country, country_built);
	return g_string_free(line, FALSE);
}
