#include "config.h"

#include "tally/signatures.h"

#include <string.h>

#include "common/failure.h"
#include "common/site.h"
#include "tally/digest.h"

static const struct {
	const char *key;
	SignatureField field;
	guint32 most;
} fields[] = {
	{"ack", SIGNATURE_ACK, G_MAXUINT32},
	{"seq", SIGNATURE_SEQ, G_MAXUINT32},
	{"window", SIGNATURE_WINDOW, G_MAXUINT16},
	{"id", SIGNATURE_ID, G_MAXUINT16},
	{"ttl", SIGNATURE_TTL, G_MAXUINT8},
	{"payload", SIGNATURE_PAYLOAD, G_MAXUINT16},
};

/* "674711610" or "0-64". */
static gboolean
parse_bounds(const char *text, guint32 most, guint32 *low, guint32 *high)
{
	g_auto(GStrv) sides = g_strsplit(text, "-", 2);
	guint64 from, to;

	if (!sides[0] ||
		!g_ascii_string_to_unsigned(g_strstrip(sides[0]), 10, 0, most, &from, NULL))
		return FALSE;
	to = from;
	if (sides[1] &&
		!g_ascii_string_to_unsigned(g_strstrip(sides[1]), 10, from, most, &to, NULL))
		return FALSE;
	*low = (guint32)from;
	*high = (guint32)to;
	return TRUE;
}

static gboolean
check_bounds(const char *text, guint32 most, GError **error)
{
	guint32 low, high;

	if (parse_bounds(text, most, &low, &high))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"expected a number from 0 to %u, or two like 0-64", most);
	return FALSE;
}

static gboolean
check_32(const char *text, GError **error)
{
	return check_bounds(text, G_MAXUINT32, error);
}

static gboolean
check_16(const char *text, GError **error)
{
	return check_bounds(text, G_MAXUINT16, error);
}

static gboolean
check_8(const char *text, GError **error)
{
	return check_bounds(text, G_MAXUINT8, error);
}

static const Setting signature_settings[] = {
	{"ack", SETTING_TEXT, .check = check_32,
		.help = "The acknowledgement number, like 674711610, or from one to another, "
			"like 0-64; so with all these fields."},
	{"seq", SETTING_TEXT, .check = check_32, .help = "The sequence number."},
	{"window", SETTING_TEXT, .check = check_16, .help = "TCP's window."},
	{"id", SETTING_TEXT, .check = check_16, .help = "The IP ID, of IPv4."},
	{"ttl", SETTING_TEXT, .check = check_8, .help = "The TTL, or hop limit."},
	{"payload", SETTING_TEXT, .check = check_16,
		.help = "Octets of payload; 65535 also for more."},
	{"origin", SETTING_TEXT, .help = "Who found the rule, and where, for the report."},
};

const SettingGroup signature_group = {
	.name = "signature",
	.named = TRUE,
	.help = "A rule of the site's own: inbound packets of which all the fields that are "
		"given "
		"have such values. A group for each, at most 30 beside the two that ship, "
		"ack-674711610 and ack-674719802; one of their names takes their place. Hours "
		"whose packets are there are tallied again when a rule changes.",
	.settings = signature_settings,
	.n_settings = G_N_ELEMENTS(signature_settings),
	.check_name = site_check_name,
};

static const char *
field_text(const Settings *settings, const char *name, gsize field)
{
	g_autofree char *group = g_strconcat("signature ", name, NULL);

	return settings_text(settings, group, fields[field].key);
}

static gboolean
has_field(const Settings *settings, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (field_text(settings, name, i))
			return TRUE;
	return FALSE;
}

static void
complain(const Settings *settings, const char *name, const char *what, GString *problems)
{
	g_autofree char *group = g_strconcat("signature ", name, NULL);

	g_string_append_printf(problems, "%s%s:%u: [%s]: %s", problems->len > 0 ? "\n" : "",
		settings_path(settings), settings_group_line(settings, group), group, what);
}

/* The place of a rule of that name among n; n: there is none. */
static gsize
find_rule(const Signature *signatures, gsize n, const char *name)
{
	gsize i = 0;

	while (i < n && strcmp(signatures[i].name, name) != 0)
		i++;
	return i;
}

void
signatures_site_check(const Settings *settings, GString *problems)
{
	gsize n_shipped, n;
	const Signature *shipped = trait_default_signatures(&n_shipped);
	const char *const *name = settings_names(settings, "signature");

	for (n = n_shipped; *name; name++) {
		if (!has_field(settings, *name))
			complain(settings, *name,
				"expected one of ack, seq, window, id, ttl, payload", problems);
		if (find_rule(shipped, n_shipped, *name) < n_shipped)
			continue;
		if (n++ == TRAIT_SIGNATURES_MAX)
			complain(settings, *name, "expected at most 30 beside those that ship",
				problems);
	}
}

static Signature
read_rule(const Settings *settings, const char *name)
{
	g_autofree char *group = g_strconcat("signature ", name, NULL);
	const char *origin = settings_text(settings, group, "origin");
	Signature rule = {.name = name, .origin = origin ? origin : "the site's settings"};

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *text = field_text(settings, name, i);
		guint bit = (guint)__builtin_ctz(fields[i].field);
		if (text && parse_bounds(text, fields[i].most, &rule.low[bit], &rule.high[bit]))
			rule.fields |= fields[i].field;
	}
	return rule;
}

Signature *
signatures_new(const Settings *settings, gsize *n)
{
	Signature *rules = g_new0(Signature, TRAIT_SIGNATURES_MAX);
	gsize used;
	const Signature *shipped = trait_default_signatures(&used);

	memcpy(rules, shipped, used * sizeof *rules);
	for (const char *const *name = settings_names(settings, "signature"); *name; name++) {
		gsize at = find_rule(rules, used, *name);
		if (at == TRAIT_SIGNATURES_MAX)
			continue; /* told by signatures_site_check */
		rules[at] = read_rule(settings, *name);
		used = MAX(used, at + 1);
	}
	*n = used;
	return rules;
}

static gboolean
is_tallied_by(const HourFacts *hour, const Signature *signatures, gsize n)
{
	return digest_settings(hour->home, hour->grid_minutes, signatures, n) == hour->settings;
}

static gboolean
are_same(const Signature *a, const Signature *b)
{
	return strcmp(a->name, b->name) == 0 && a->fields == b->fields &&
	       memcmp(a->low, b->low, sizeof a->low) == 0 &&
	       memcmp(a->high, b->high, sizeof a->high) == 0;
}

guint32
signatures_meant(const HourFacts *hour, const Signature *signatures, gsize n)
{
	gsize n_shipped;
	const Signature *shipped = trait_default_signatures(&n_shipped);
	guint32 bits = 0;

	if (is_tallied_by(hour, signatures, n))
		return G_MAXUINT32;
	if (!is_tallied_by(hour, shipped, n_shipped))
		return 0;
	for (gsize i = 0; i < MIN(n, n_shipped); i++)
		bits |= (guint32)are_same(&signatures[i], &shipped[i]) << i;
	return bits;
}
