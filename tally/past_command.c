#include "config.h"

#include "tally/commands.h"

#include <string.h>

#include "common/failure.h"
#include "tally/command.h"
#include "tally/past.h"
#include "tally/site_groups.h"

/* What was asked for, sorted by the table it is looked up in; lines: where the answers go. */
typedef struct {
	GArray *sources;                                 /* of Network */
	GArray *ports;                                   /* of PastPort */
	GArray *traits;                                  /* of PastTrait */
	GArray *source_lines, *port_lines, *trait_lines; /* of guint: numbers of words */
} Asked;

static GArray *
array(gsize size)
{
	return g_array_new(FALSE, FALSE, (guint)size);
}

static void
asked_clear(Asked *asked)
{
	g_array_unref(asked->sources);
	g_array_unref(asked->ports);
	g_array_unref(asked->traits);
	g_array_unref(asked->source_lines);
	g_array_unref(asked->port_lines);
	g_array_unref(asked->trait_lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

/* Index of the name that stands before the colon; n: none does. */
static guint
find_name(const char *word, const char *const *names, guint n)
{
	gsize length = strcspn(word, ":");
	guint i = 0;

	while (i < n && !(word[length] == ':' && strlen(names[i]) == length &&
				memcmp(names[i], word, length) == 0))
		i++;
	return i;
}

static gboolean
ask(Asked *asked, const char *word, guint line, GError **error)
{
	static const guint64 most[PAST_FIELDS] = {[PAST_ACK] = G_MAXUINT32,
		[PAST_SEQ] = G_MAXUINT32,
		[PAST_SYN] = G_MAXUINT64,
		[PAST_SPORT] = G_MAXUINT16,
		[PAST_ID] = G_MAXUINT16};
	guint group = find_name(word, past_group_names, PAST_GROUPS);
	guint field = find_name(word, past_field_names, PAST_FIELDS);
	const char *colon = strchr(word, ':');
	guint64 number;

	if (group < PAST_GROUPS) {
		if (!options_number(word, colon + 1, 0, G_MAXUINT16, 0, &number, error))
			return FALSE;
		PastPort port = {(guint8)group, (guint16)number};
		g_array_append_val(asked->ports, port);
		g_array_append_val(asked->port_lines, line);
		return TRUE;
	}
	if (field < PAST_FIELDS) {
		if (!options_number(word, colon + 1, 0, most[field], 0, &number, error))
			return FALSE;
		PastTrait trait = {(guint8)field, number};
		g_array_append_val(asked->traits, trait);
		g_array_append_val(asked->trait_lines, line);
		return TRUE;
	}
	Network network;
	if (!network_parse(word, &network, error))
		return FALSE;
	g_array_append_val(asked->sources, network);
	g_array_append_val(asked->source_lines, line);
	return TRUE;
}

/* The answers, by number of word. */
static gboolean
look_up(Past *past, const Asked *asked, char **answers, GError **error)
{
	g_autofree PastSource *sources = g_new(PastSource, asked->sources->len);
	g_autofree PastTraitFound *traits = g_new(PastTraitFound, asked->traits->len);
	g_autofree PastPortDay *days = NULL;

	if (!past_find_sources(past, (const Network *)(gpointer)asked->sources->data,
		    asked->sources->len, sources, error) ||
		!past_find_traits(past, (const PastTrait *)(gpointer)asked->traits->data,
			asked->traits->len, traits, error))
		return FALSE;
	days = past_find_ports(
		past, (const PastPort *)(gpointer)asked->ports->data, asked->ports->len, error);
	if (!days)
		return FALSE;
	for (guint i = 0; i < asked->sources->len; i++)
		answers[g_array_index(asked->source_lines, guint, i)] =
			past_source_text(&sources[i]);
	for (guint i = 0; i < asked->traits->len; i++)
		answers[g_array_index(asked->trait_lines, guint, i)] =
			past_trait_text(&traits[i]);
	for (guint i = 0, n = past_days_known(past); i < asked->ports->len; i++)
		answers[g_array_index(asked->port_lines, guint, i)] =
			past_port_text(days + (gsize)i * n, n);
	return TRUE;
}

static int
answer(const char *site_file, char **words, const Asked *asked)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Site) site = site_groups_load(site_file, &error);
	g_auto(GStrv) sensors = site ? site_sensors(site, &error) : NULL;

	if (!sensors)
		return command_fail_settings(error);
	g_autoptr(Past) past = past_open(site->store, (const char *const *)sensors, G_MININT64,
		G_MAXINT64, shortfalls, &error);
	g_auto(GStrv) answers = g_new0(char *, g_strv_length(words) + 1);
	if (!past || !look_up(past, asked, answers, &error))
		return command_fail_reading(shortfalls, error);
	for (guint i = 0; words[i]; i++)
		g_string_append_printf(out, "%s: %s\n", words[i], answers[i]);
	if (past_days_known(past) == 0)
		g_ptr_array_add(shortfalls,
			g_strdup_printf("%s: no day is rolled up yet: gnomon run does it",
				site->store));
	if (!command_print(out, &error))
		return command_fail(error);
	return command_tell_shortfalls(shortfalls);
}

int
past_command_main(int argc, char **argv)
{
	g_autofree char *site = NULL;
	g_auto(GStrv) words = NULL;
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &site, "the site's settings", "FILE"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL,
			"ADDRESS|NETWORK|PORT|CONSTANT..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(Asked) asked = {
		array(sizeof(Network)),
		array(sizeof(PastPort)),
		array(sizeof(PastTrait)),
		array(sizeof(guint)),
		array(sizeof(guint)),
		array(sizeof(guint)),
	};
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Tells what the roll-ups of a site's days remember, a line each.\n\n"
		"A port is tcp:N (requests), tcp-response:N, udp:N or icmp:TYPE; a constant "
		"ack:N, seq:N,\nsport:N or id:N.");
	g_option_context_set_description(context,
		"Example: gnomon-tally past --site /etc/gnomon/site.conf 198.51.100.9 "
		"198.51.100.0/24 tcp:445");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (!site || !words) {
		command_say("expected %s (%s --help)",
			site ? "an address, network, port or constant" : "--site FILE",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	for (guint i = 0; words[i]; i++)
		if (!ask(&asked, words[i], i, &error))
			return command_fail(error);
	return answer(site, words, &asked);
}
