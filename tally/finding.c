#include "config.h"

#include "tally/finding.h"

#include <string.h>

#include "common/hour.h"
#include "tally/detector.h"

static const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_UNDETERMINED] = "undetermined",
	[VERDICT_SCAN] = "scan",
	[VERDICT_COORDINATED_SCAN] = "coordinated-scan",
	[VERDICT_DECOY] = "decoy",
	[VERDICT_SECOND_ORDER_EFFECT] = "second-order-effect",
	[VERDICT_INVERSE_MAPPING] = "inverse-mapping",
	[VERDICT_LOAD_BALANCER] = "load-balancer",
	[VERDICT_TRACEROUTE] = "traceroute",
	[VERDICT_FLOOD] = "flood",
	[VERDICT_HIJACK] = "hijack",
	[VERDICT_ODD] = "odd",
	[VERDICT_BENIGN] = "benign",
};

static const char *const scope_names[] = {
	[SCOPE_SOURCES] = "sources",
	[SCOPE_TARGET] = "target",
	[SCOPE_PORT] = "port",
};

/* Heavier stands first. Known findings come behind all that are not, whatever else they are. */
static const struct {
	const char *name;
	int weight;
} ranks[RANKS] = {
	{"watched", 32},
	{"open", 16},
	{"answered", 8},
	{"dark", 4},
	{"new", 2},
	{"coordinated", 1},
	{"known", -64},
};

const char *
finding_scope_name(FindingScope scope)
{
	return scope_names[scope];
}

const char *
finding_rank_name(guint bit)
{
	return ranks[bit].name;
}

const char *
finding_verdict_name(Verdict verdict)
{
	return verdict_names[verdict];
}

static void
clear_evidence(gpointer data)
{
	g_free(((Evidence *)data)->text);
}

GArray *
finding_evidence_new(void)
{
	GArray *evidence = g_array_new(FALSE, FALSE, sizeof(Evidence));

	g_array_set_clear_func(evidence, clear_evidence);
	return evidence;
}

void
finding_evidence_add(GArray *evidence, Verdict verdict, gboolean against, const char *format,
	va_list arguments)
{
	Evidence item = {verdict, against, g_strdup_vprintf(format, arguments)};

	g_array_append_val(evidence, item);
}

Finding *
finding_new(const FindingWindow *window, Profile *profile)
{
	Finding *finding = g_new0(Finding, 1);
	FindingSource source = {profile->source, profile->bits, profile->hosts,
		profile->packets, profile->first, profile->last};

	finding->profile = profile;
	finding->sources = g_array_new(FALSE, FALSE, sizeof(FindingSource));
	finding->about = source;
	g_array_append_val(finding->sources, source);
	finding->n_sources = 1;
	finding->since = window->start + window->length;
	finding->windows = g_array_new(FALSE, FALSE, sizeof(FindingWindow));
	g_array_append_vals(finding->windows, window, 1);
	finding->evidence = finding_evidence_new();
	return finding;
}

void
finding_free(Finding *finding)
{
	profile_free(finding->profile);
	g_array_unref(finding->windows);
	g_array_unref(finding->evidence);
	g_array_unref(finding->sources);
	g_clear_pointer(&finding->all_sources, g_array_unref);
	g_clear_pointer(&finding->past, finding_past_free);
	g_free(finding);
}

void
finding_past_free(FindingPast *past)
{
	g_clear_pointer(&past->lines, g_ptr_array_unref);
	g_free(past);
}

void
finding_past_add(FindingPast *past, const char *line)
{
	if (!past->lines)
		past->lines = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(past->lines, g_strdup(line));
}

void
finding_for(Finding *finding, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_evidence_add(finding->evidence, verdict, FALSE, format, arguments);
	va_end(arguments);
}

void
finding_against(Finding *finding, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_evidence_add(finding->evidence, verdict, TRUE, format, arguments);
	va_end(arguments);
}

const FindingWindow *
finding_window(const Finding *finding, guint i)
{
	return &g_array_index(finding->windows, FindingWindow, i);
}

static gboolean
has_detector(const Finding *finding, const Detector *detector)
{
	for (guint i = 0; i < finding->windows->len; i++)
		if (finding_window(finding, i)->detector == detector)
			return TRUE;
	return FALSE;
}

static gboolean
has_evidence(const Finding *finding, const Evidence *wanted)
{
	for (guint i = 0; i < finding->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(finding->evidence, Evidence, i);
		if (evidence->verdict == wanted->verdict &&
			evidence->against == wanted->against &&
			strcmp(evidence->text, wanted->text) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
repeat_evidence(Finding *finding, const Evidence *evidence, const char *prefix)
{
	Evidence copy = {evidence->verdict, evidence->against,
		g_strconcat(prefix, evidence->text, NULL)};

	if (has_evidence(finding, &copy))
		g_free(copy.text);
	else
		g_array_append_val(finding->evidence, copy);
}

/* Of one of several sources only the reason is told, with its address. */
static void
absorb_evidence(Finding *finding, const Finding *other)
{
	gboolean part = finding->n_sources > 1 && other->n_sources == 1;
	guint n = part ? MIN(other->evidence->len, 1) : other->evidence->len;
	char source[ADDRESS_TEXT_SIZE];
	g_autofree char *prefix = part ? g_strconcat(subject_format(&other->profile->source,
							     other->profile->bits, source),
						 ": ", NULL)
				       : g_strdup("");

	for (guint i = 0; i < n; i++)
		repeat_evidence(finding, &g_array_index(other->evidence, Evidence, i), prefix);
}

void
finding_absorb(Finding *finding, const Finding *other)
{
	gboolean told = other->n_sources == finding->n_sources;

	for (guint i = 0; i < other->windows->len; i++) {
		const FindingWindow *window = finding_window(other, i);
		if (has_detector(finding, window->detector))
			continue;
		g_array_append_vals(finding->windows, window, 1);
		told = TRUE;
	}
	/* What others began is older than what one of them did. */
	if (finding->together || !other->together)
		finding->since = MIN(finding->since, other->since);
	finding->ranks |= other->ranks;
	if (told)
		absorb_evidence(finding, other);
}

/* "198.51.100.9", "dark-space 198.51.100.9", "target 192.0.2.1", "port syn 445" into buffer; returns it. */
static char *
format_about(const Finding *finding, char *buffer, gsize size)
{
	const FindingWindow *window = finding_window(finding, 0);
	char address[ADDRESS_TEXT_SIZE];

	if (finding->scope == SCOPE_TARGET)
		g_snprintf(buffer, size, "target %s", address_format(&window->target, address));
	else if (finding->scope == SCOPE_PORT)
		g_snprintf(buffer, size, "port %s %u", kind_table[window->service_kind].name,
			window->service_port);
	else
		g_snprintf(buffer, size, "%s%s%s",
			finding->together ? window->detector->name : "",
			finding->together ? " " : "",
			subject_format(&finding->about.source, finding->about.bits, address));
	return buffer;
}

char *
finding_id(const Finding *finding)
{
	char about[3 * ADDRESS_TEXT_SIZE];
	g_autofree char *text = g_strdup_printf("%s %" G_GINT64_FORMAT,
		format_about(finding, about, sizeof about), finding->since);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

	return g_strndup(digest, 16);
}

static int
weigh(const Finding *finding)
{
	int weight = 0;

	for (guint bit = 0; bit < RANKS; bit++)
		if (finding->ranks & 1u << bit)
			weight += ranks[bit].weight;
	return weight;
}

int
finding_compare(const Finding *a, const Finding *b)
{
	const Profile *x = a->profile, *y = b->profile;
	int order = weigh(b) - weigh(a);

	if (order == 0 && a->ranks & RANK_ANSWERED)
		order = (int)profile_best_worth(x) - (int)profile_best_worth(y);
	if (order == 0)
		order = (a->verdict == VERDICT_BENIGN) - (b->verdict == VERDICT_BENIGN);
	if (order == 0)
		order = (x->hosts < y->hosts) - (x->hosts > y->hosts);
	if (order == 0)
		order = address_compare(&x->source, &y->source);
	if (order == 0)
		order = (a->since > b->since) - (a->since < b->since);
	return order != 0 ? order : (int)a->scope - (int)b->scope;
}

char *
finding_format_length(gint64 seconds, char *buffer)
{
	const gint64 day = 24 * HOUR_SECONDS;

	if (seconds > day && seconds % day == 0)
		g_snprintf(buffer, HOUR_TEXT_SIZE, "%" G_GINT64_FORMAT " d", seconds / day);
	else
		g_snprintf(buffer, HOUR_TEXT_SIZE, "%" G_GINT64_FORMAT " h",
			seconds / HOUR_SECONDS);
	return buffer;
}
