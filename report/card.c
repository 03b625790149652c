#include "config.h"

#include "report/card.h"

#include "common/hour.h"
#include "common/service.h"
#include "report/contact_class.h"
#include "report/text.h"
#include "tally/detector.h"

enum { PORTS_MAX = 3 }; /* of a line */

char *
card_about(const Finding *finding)
{
	const FindingWindow *window = finding_window(finding, 0);
	const FindingSource *source = &g_array_index(finding->sources, FindingSource, 0);
	char address[ADDRESS_TEXT_SIZE], number[TEXT_NUMBER_SIZE];

	switch (finding->scope) {
	case SCOPE_TARGET:
		return g_strdup_printf("target %s", address_format(&window->target, address));
	case SCOPE_PORT:
		return g_strdup_printf("port %s %u", kind_table[window->service_kind].name,
			window->service_port);
	case SCOPE_SOURCES:
		break;
	}
	subject_format(&source->source, source->bits, address);
	if (finding->n_sources == 1)
		return g_strdup(address);
	return g_strdup_printf(
		"%s and %s more", address, text_number(finding->n_sources - 1, number));
}

char *
card_ranks(const Finding *finding)
{
	g_autoptr(GString) ranks = g_string_new(NULL);

	if (finding->state == STATE_STILL)
		text_item(ranks, "still there");
	for (guint bit = 0; bit < RANKS; bit++)
		if (finding->ranks & 1u << bit)
			text_item(ranks, "%s", finding_rank_name(bit));
	return g_string_free(g_steal_pointer(&ranks), FALSE);
}

char *
card_detectors(const Finding *finding)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < finding->windows->len; i++)
		text_item(names, "%s", finding_window(finding, i)->detector->name);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

const char *
card_reason(const Finding *finding)
{
	return finding->evidence->len > 0 ? g_array_index(finding->evidence, Evidence, 0).text
					  : "";
}

const char *
card_verdict_meaning(Verdict verdict)
{
	static const char *const meanings[VERDICT_COUNT] = {
		[VERDICT_UNDETERMINED] = "What there is fits more than one.",
		[VERDICT_SCAN] = "Enough targets, or ports of one, were asked: requests, bare "
				 "ACKs, or UDP that nobody asked for.",
		[VERDICT_COORDINATED_SCAN] =
			"Sources, each under the threshold, that share one plan.",
		[VERDICT_DECOY] =
			"Many addresses, one machine behind them; which of them is its "
			"own cannot be told.",
		[VERDICT_SECOND_ORDER_EFFECT] = "Backscatter: replies of a third party to "
						"packets that somebody sent it under our "
						"addresses: a flood of it, or a scan.",
		[VERDICT_INVERSE_MAPPING] =
			"Packets that ask nothing, sent to learn from silence "
			"and errors which addresses are in use.",
		[VERDICT_LOAD_BALANCER] =
			"Measurements of the way to us, made for those who visited.",
		[VERDICT_TRACEROUTE] = "The way to us is being traced.",
		[VERDICT_FLOOD] = "Packets meant to use up a target of ours.",
		[VERDICT_HIJACK] =
			"A reset with the right numbers for a conversation it does not "
			"belong to.",
		[VERDICT_ODD] = "Packets that no sound stack sends.",
		[VERDICT_BENIGN] = "Looked closer at, and found to be ordinary.",
	};

	return meanings[verdict];
}

char *
card_evidence(const Evidence *evidence)
{
	return g_strdup_printf("%s %s: %s", evidence->against ? "against" : "for",
		finding_verdict_name(evidence->verdict), evidence->text);
}

void
card_port_number(GString *text, const ProfilePort *port)
{
	const KindInfo *info = &kind_table[port->kind];
	const char *service =
		info->port == 't' ? NULL : service_name(info->class == CLASS_UDP, port->port);

	g_string_append_printf(text, "%u", port->port);
	if (service)
		g_string_append_printf(text, " %s", service);
}

void
card_port(GString *text, const ProfilePort *port)
{
	const KindInfo *info = &kind_table[port->kind];

	if (info->port == 't')
		g_string_append_printf(text, port->kind == KIND_ICMP ? "%s type %u" : "%s",
			info->name, port->port);
	else if (!contact_class_has_port((Kind)port->kind, port->port))
		g_string_append_printf(text, "%s, port not kept", info->name);
	else {
		g_string_append_printf(
			text, "%s %s ", info->name, info->port == 's' ? "from" : "to");
		card_port_number(text, port);
	}
}

char *
card_ports(const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = MIN(profile->ports->len, PORTS_MAX);

	for (guint i = 0; i < n; i++) {
		const ProfilePort *port = &g_array_index(profile->ports, ProfilePort, i);
		if (i > 0 && port->kind == port[-1].kind && port->port != 0 &&
			port[-1].port != 0 && kind_table[port->kind].port != 't') {
			g_string_append(text, ", ");
			card_port_number(text, port);
			continue;
		}
		g_string_append(text, i > 0 ? "; " : "");
		card_port(text, port);
	}
	text_rest(text, profile->n_ports, n);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
card_targets(const Finding *finding, gboolean worded)
{
	const Profile *profile = finding->profile;
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE], length[HOUR_TEXT_SIZE];
	guint told = profile->hosts;

	text_item(text, "%s%s%s in %s", text_number(told, number), worded ? " target" : "",
		worded ? text_plural(told) : "",
		finding_format_length(profile->length, length));
	for (guint i = 0; i < PROFILE_SPANS; i++) {
		if (profile->best[i].hosts <= told ||
			profile_spans[i].length <= profile->length)
			continue;
		told = profile->best[i].hosts;
		text_item(text, "%s in %s", text_number(told, number),
			finding_format_length(profile_spans[i].length, length));
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
card_answered(const Finding *finding)
{
	/* "s" where there are several */
	static const struct {
		const char *name, *plural;
	} words[WORTHS] = {
		[WORTH_OPEN] = {"open", ""},
		[WORTH_REPLIED] = {"replied", ""},
		[WORTH_RESET] = {"reset", "s"},
		[WORTH_ERROR] = {"error", "s"},
	};
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (guint i = 0; i < WORTHS; i++) {
		guint n = finding->profile->worth[i];
		if (n > 0)
			text_item(text, "%s %s%s", text_number(n, number), words[i].name,
				n == 1 ? "" : words[i].plural);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
