#include "config.h"

#include "tests/compose_names.h"

#include <arpa/inet.h>
#include <string.h>

struct ComposeNames {
	GHashTable *hosts; /* name -> ComposeEnd; both owned */
};

/* The services that our traces name; /etc/services differs from machine to machine. */
static const struct {
	const char *name;
	guint16 port;
} services[] = {
	{"echo", 7},
	{"ftp", 21},
	{"ssh", 22},
	{"telnet", 23},
	{"smtp", 25},
	{"domain", 53},
	{"tftp", 69},
	{"finger", 79},
	{"http", 80},
	{"www", 80},
	{"pop3", 110},
	{"sunrpc", 111},
	{"auth", 113},
	{"nntp", 119},
	{"ntp", 123},
	{"netbios-ns", 137},
	{"netbios-ssn", 139},
	{"imap", 143},
	{"snmp", 161},
	{"https", 443},
	{"irc", 6667},
};

ComposeNames *
compose_names_new(void)
{
	ComposeNames *names = g_new0(ComposeNames, 1);

	names->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return names;
}

void
compose_names_free(ComposeNames *names)
{
	if (names == NULL)
		return;
	g_hash_table_unref(names->hosts);
	g_free(names);
}

static gboolean
read_host(ComposeNames *names, const char *word, ComposeEnd *end)
{
	const ComposeEnd *known = g_hash_table_lookup(names->hosts, word);

	memset(end, 0, sizeof *end);
	if (known != NULL)
		*end = *known;
	else if (inet_pton(AF_INET, word, end->octets) == 1)
		end->family = 4;
	else if (inet_pton(AF_INET6, word, end->octets) == 1)
		end->family = 6;
	return end->family != 0;
}

static gboolean
read_port(const char *word, ComposeEnd *end)
{
	char *rest;
	guint64 number;

	for (gsize i = 0; i < G_N_ELEMENTS(services); i++) {
		if (strcmp(word, services[i].name) == 0) {
			end->port = services[i].port;
			return TRUE;
		}
	}
	if (!g_ascii_isdigit(*word))
		return FALSE;
	number = g_ascii_strtoull(word, &rest, 10);
	end->port = (guint16)number;
	return *rest == '\0' && number <= G_MAXUINT16;
}

gboolean
compose_names_define(ComposeNames *names, ComposeText *text, GError **error)
{
	g_autofree char *name = compose_text_word(text);
	ComposeText start = *text;
	g_autofree char *address = compose_text_word(text);
	ComposeEnd end;

	compose_text_at_end(&start);
	if (name == NULL || address == NULL || !read_host(names, address, &end))
		return compose_text_fail(&start, error, "host NAME ADDRESS");
	if (g_hash_table_contains(names->hosts, name))
		return compose_text_fail(&start, error,
			"a name that is not taken: %s has an address already", name);
	g_hash_table_insert(names->hosts, g_steal_pointer(&name), g_memdup2(&end, sizeof end));
	return TRUE;
}

gboolean
compose_names_end(ComposeNames *names, ComposeText *text, ComposeEnd *end, GError **error)
{
	ComposeText start = *text;
	g_autofree char *word = compose_text_word(text);
	char *dot;

	compose_text_at_end(&start);
	if (word != NULL && g_str_has_suffix(word, ":"))
		word[strlen(word) - 1] = '\0';
	if (word != NULL && read_host(names, word, end))
		return TRUE;
	dot = word == NULL ? NULL : strrchr(word, '.');
	if (dot != NULL) {
		*dot = '\0';
		if (read_host(names, word, end) && read_port(dot + 1, end)) {
			end->has_port = TRUE;
			return TRUE;
		}
	}
	return compose_text_fail(&start, error,
		"HOST or HOST.PORT, host named by a \"host\" line or an address");
}
