#include "config.h"

#include "report/packets.h"

#include <string.h>

#include "common/hour.h"

static guint
count_named(const PacketsWish *wish, guint *n_left_out)
{
	guint n = MIN(wish->n_sources, PACKETS_NAMED_MAX);

	*n_left_out = wish->n_sources - n;
	return n;
}

/* "host 198.51.100.9", "net 2001:db8:1::/64" */
static void
append_network(GString *out, const Network *network)
{
	char text[ADDRESS_TEXT_SIZE];
	gboolean single = network->bits == network_most_bits(network->first.family);

	g_string_append_printf(
		out, "%s %s", single ? "host" : "net", network_format(network, text));
}

/* "a or b", in parentheses when there are several. terms: of char *. */
static void
append_any(GString *out, GPtrArray *terms)
{
	g_ptr_array_add(terms, NULL);
	g_autofree char *all = g_strjoinv(" or ", (char **)terms->pdata);
	g_string_append_printf(out, terms->len > 2 ? "(%s)" : "%s", all);
}

static void
append_home(GString *out, const Home *home)
{
	g_autoptr(GPtrArray) terms = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) networks = g_strsplit(home_text(home), ",", -1);

	for (char **text = networks; *text; text++)
		g_ptr_array_add(terms, g_strconcat("net ", *text, NULL));
	append_any(out, terms);
}

char *
packets_expression(const Home *home, const PacketsWish *wish, guint *n_left_out)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) terms = g_ptr_array_new_with_free_func(g_free);
	guint n = count_named(wish, n_left_out);

	for (guint i = 0; i < n; i++) {
		g_autoptr(GString) one = g_string_new(NULL);
		append_network(one, &wish->sources[i]);
		g_ptr_array_add(terms, g_strdup(one->str));
	}
	append_any(out, terms);
	g_string_append(out, " and ");
	if (wish->target.family == 0)
		append_home(out, home);
	else
		append_network(out, &(Network){wish->target,
					    (guint8)network_most_bits(wish->target.family)});
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* A word of the shell; as it is where nothing in it means anything else. */
static char *
shell_word(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./,:";

	return text[0] && text[strspn(text, plain)] == '\0' ? g_strdup(text)
							    : g_shell_quote(text);
}

char *
packets_command(const char *site_file, const PacketsWish *wish, guint *n_left_out)
{
	g_autofree char *site = shell_word(site_file);
	g_autofree char *name = g_strconcat(wish->id, ".pcap", NULL);
	g_autofree char *output = shell_word(name);
	g_autoptr(GString) out = g_string_new("gnomon-tally extract --site ");
	char text[HOUR_TEXT_SIZE + ADDRESS_TEXT_SIZE];
	guint n = count_named(wish, n_left_out);

	g_string_append(out, site);
	if (wish->n_hours) {
		gint64 end = wish->hours[wish->n_hours - 1] + HOUR_SECONDS;
		g_string_append_printf(out, " --from %s", hour_format_s(wish->hours[0], text));
		g_string_append_printf(out, " --to %s", hour_format_s(end, text));
	}
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out, "%s%s", i ? "," : " --source ",
			network_format(&wish->sources[i], text));
	if (wish->target.family)
		g_string_append_printf(
			out, " --target %s", address_format(&wish->target, text));
	g_string_append_printf(out, " > %s", output);
	return g_string_free(g_steal_pointer(&out), FALSE);
}
