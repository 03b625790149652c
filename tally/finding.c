#include "config.h"

#include "tally/finding.h"

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

Finding *
finding_new(const FindingWindow *window, Profile *profile)
{
	Finding *finding = g_new0(Finding, 1);

	finding->profile = profile;
	finding->windows = g_array_new(FALSE, FALSE, sizeof(FindingWindow));
	g_array_append_vals(finding->windows, window, 1);
	finding->evidence = g_array_new(FALSE, FALSE, sizeof(Evidence));
	g_array_set_clear_func(finding->evidence, clear_evidence);
	return finding;
}

void
finding_free(Finding *finding)
{
	profile_free(finding->profile);
	g_array_unref(finding->windows);
	g_array_unref(finding->evidence);
	g_free(finding);
}

G_GNUC_PRINTF(4, 0)
static void
add_evidence(Finding *finding, Verdict verdict, gboolean against, const char *format,
	va_list arguments)
{
	Evidence evidence = {verdict, against, g_strdup_vprintf(format, arguments)};

	g_array_append_val(finding->evidence, evidence);
}

void
finding_for(Finding *finding, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_evidence(finding, verdict, FALSE, format, arguments);
	va_end(arguments);
}

void
finding_against(Finding *finding, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_evidence(finding, verdict, TRUE, format, arguments);
	va_end(arguments);
}

const FindingWindow *
finding_window(const Finding *finding, guint i)
{
	return &g_array_index(finding->windows, FindingWindow, i);
}

char *
finding_id(const Finding *finding)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *digest = NULL;
	char source[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < finding->windows->len; i++)
		g_string_append_printf(text, "%s,", finding_window(finding, i)->detector->name);
	g_string_append_printf(text, " %s %" G_GINT64_FORMAT,
		subject_format(&finding->profile->source, finding->profile->bits, source),
		finding->profile->start);
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
	return g_strndup(digest, 16);
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
