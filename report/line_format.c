#include "config.h"

#include "report/line_format.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "report/contact_class.h"

static const LineFormat *const table[] = {
	&line_json,
	&line_csv,
	&line_eve,
	&line_zeek,
	&line_dshield,
};

const LineFormat *const *
line_format_table(gsize *n)
{
	*n = G_N_ELEMENTS(table);
	return table;
}

guint
line_format_sources(const Finding *finding)
{
	return finding->scope == SCOPE_SOURCES ? finding->sources->len : 1;
}

Address
line_format_source(const Finding *finding, guint i)
{
	const GArray *members = finding->profile->members;

	if (finding->n_sources == 1 && members->len > 0)
		return g_array_index(members, Address, 0);
	return g_array_index(finding->sources, FindingSource, i).source;
}

guint64
line_format_time(const Finding *finding, guint i)
{
	const Profile *profile = finding->profile;
	const FindingSource *source = &g_array_index(finding->sources, FindingSource, i);

	if (source->packets > 0 && source->first != FACTS_NEVER)
		return source->first;
	return profile->packets > 0 && profile->first != FACTS_NEVER
		       ? profile->first
		       : (guint64)profile->start * SECOND_NS;
}

const Address *
line_format_target(const Finding *finding)
{
	const FindingWindow *window = finding_window(finding, 0);
	const GArray *targets = finding->profile->targets;

	if (window->target.family != 0)
		return &window->target;
	if (targets->len == 0 || (finding->n_sources > 1 && targets->len > 1))
		return NULL;
	return &g_array_index(targets, ProfileTarget, 0).target;
}

const char *
line_format_protocol(const Finding *finding)
{
	const Profile *profile = finding->profile;

	if (profile->ports->len == 0)
		return NULL;
	switch (g_array_index(profile->ports, ProfilePort, 0).kind) {
	case KIND_OTHER:
		return NULL;
	case KIND_UDP:
		return "UDP";
	case KIND_ECHO:
	case KIND_ECHOREPLY:
	case KIND_ICMP:
		return profile->source.family == 4 ? "ICMP" : "IPv6-ICMP";
	default:
		return "TCP";
	}
}

const ProfilePort *
line_format_port(const Finding *finding)
{
	const Profile *profile = finding->profile;

	if (profile->n_ports != 1 || profile->ports->len != 1)
		return NULL;
	const ProfilePort *port = &g_array_index(profile->ports, ProfilePort, 0);
	return contact_class_has_port((Kind)port->kind, port->port) ? port : NULL;
}

gboolean
line_format_find(const char *name, const LineFormat **format, GError **error)
{
	g_autoptr(GString) names = g_string_new("text");

	*format = NULL;
	if (!name || strcmp(name, "text") == 0)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		if (strcmp(table[i]->name, name) == 0) {
			*format = table[i];
			return TRUE;
		}
		g_string_append_printf(names, ", %s", table[i]->name);
	}
	g_set_error(error, FAILURE, FAILURE_USAGE, "--format %s: expected one of %s", name,
		names->str);
	return FALSE;
}
