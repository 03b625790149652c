#include "config.h"

#include "tally/infrastructure.h"

#include <string.h>

#include "common/failure.h"
#include "common/prefix_table.h"

enum { ROLE_MAX = 32 };

struct Infrastructure {
	GPtrArray *roles;   /* owned; of char * */
	PrefixTable *table; /* owned; index into roles */
};

static gboolean
is_role(const char *text)
{
	gsize length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");

	return length > 0 && length <= ROLE_MAX && text[length] == '\0';
}

/* "192.0.2.53 dns"; *role: the caller's. */
static gboolean
parse(const char *text, Network *network, char **role, GError **error)
{
	gsize length = strcspn(text, " \t");
	g_autofree char *first = g_strndup(text, length);
	const char *second = text + length + strspn(text + length, " \t");

	if (!network_parse(first, network, error)) {
		g_prefix_error(error, "infrastructure ");
		return FALSE;
	}
	if (!is_role(second)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"infrastructure \"%s\": expected a network and what it is, in one word "
			"of at most %d letters, like 192.0.2.53 dns",
			text, ROLE_MAX);
		return FALSE;
	}
	*role = g_strdup(second);
	return TRUE;
}

static gboolean
check_host(const char *text, GError **error)
{
	Network network;
	g_autofree char *role = NULL;

	return parse(text, &network, &role, error);
}

static const Setting targets_settings[] = {
	{"infrastructure", SETTING_LIST, .check = check_host,
		.help = "Hosts or networks of the site and what they are, in one word, like "
			"192.0.2.53 dns; 192.0.2.25 mail. Many have a reason to call them, and "
			"who maps a site looks for them first."},
};

const SettingGroup targets_group = {
	.name = "targets",
	.help = "What the detectors shall know of the site's own hosts.",
	.settings = targets_settings,
	.n_settings = G_N_ELEMENTS(targets_settings),
};

Infrastructure *
infrastructure_new(const Settings *settings)
{
	Infrastructure *infrastructure = g_new0(Infrastructure, 1);
	const char *const *text = settings_list(settings, "targets", "infrastructure");

	infrastructure->roles = g_ptr_array_new_with_free_func(g_free);
	infrastructure->table = prefix_table_new();
	for (; text && *text; text++) {
		Network network;
		char *role;
		/* each was held to be one when it was read */
		if (!parse(*text, &network, &role, NULL))
			continue;
		prefix_table_add(infrastructure->table, &network, infrastructure->roles->len);
		g_ptr_array_add(infrastructure->roles, role);
	}
	prefix_table_settle(infrastructure->table);
	return infrastructure;
}

void
infrastructure_free(Infrastructure *infrastructure)
{
	if (!infrastructure)
		return;
	g_ptr_array_unref(infrastructure->roles);
	prefix_table_free(infrastructure->table);
	g_free(infrastructure);
}

const char *
infrastructure_role(const Infrastructure *infrastructure, const Address *address)
{
	gint at = prefix_table_find(
		infrastructure->table, address, network_most_bits(address->family));

	return at == PREFIX_TABLE_NONE
		       ? NULL
		       : infrastructure->roles
				 ->pdata[prefix_table_value(infrastructure->table, at)];
}

guint
infrastructure_size(const Infrastructure *infrastructure)
{
	return infrastructure->roles->len;
}
