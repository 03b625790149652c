#include "config.h"

#include "report/card_fields.h"

#include <string.h>

#include "common/hour.h"
#include "report/card.h"
#include "report/fields.h"
#include "report/figure_hours.h"
#include "report/known_sources.h"
#include "report/text.h"
#include "tally/detector.h"

enum {
	SOURCES_MAX = 15, /* lines of a group's sources */
	STRIPS_MAX = 8,   /* days of which the hours are drawn */
	DAY_HOURS = 24,
	DAY = DAY_HOURS * HOUR_SECONDS,
};

/* Each source of several, in the order of addresses. */
static void
put_sources(GArray *fields, const Finding *finding)
{
	char source[ADDRESS_TEXT_SIZE], number[TEXT_NUMBER_SIZE], first[HOUR_TEXT_SIZE];
	guint n = MIN(finding->sources->len, SOURCES_MAX);

	if (finding->n_sources < 2)
		return;
	for (guint i = 0; i < n; i++) {
		const FindingSource *item = &g_array_index(finding->sources, FindingSource, i);
		g_autoptr(GString) text = g_string_new(NULL);
		g_string_append_printf(text, "%s: %u target%s, %s packet%s",
			subject_format(&item->source, item->bits, source), item->hosts,
			text_plural(item->hosts), text_number(item->packets, number),
			text_plural(item->packets));
		if (item->packets > 0)
			g_string_append_printf(
				text, ", first %s", hour_format_ns(item->first, first));
		fields_add(fields, i == 0 ? "Sources" : "", text->str);
	}
	if (finding->n_sources > n) {
		g_autofree char *rest = g_strdup_printf(
			"and %s more", text_number(finding->n_sources - n, number));
		fields_add(fields, "", rest);
	}
}

static void
put_known(GArray *fields, const KnownEntry *entry)
{
	g_autofree char *text = entry ? known_sources_text(entry) : g_strdup("");
	g_autofree char *plain = text_plain(text);

	fields_add(fields, "Known", plain);
}

static void
put_members(GArray *fields, const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_autoptr(GString) list = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	char address[ADDRESS_TEXT_SIZE];

	if (profile->source.family == 4 || finding->n_sources > 1)
		return;
	for (guint i = 0; i < profile->members->len; i++)
		text_item(list, "%s",
			address_format(&g_array_index(profile->members, Address, i), address));
	text_rest(list, profile->n_members, profile->members->len);
	g_string_printf(text, "%u address%s of the prefix: %s", profile->n_members,
		profile->n_members == 1 ? "" : "es", list->str);
	fields_add(fields, "", text->str);
}

static void
put_addresses(GArray *fields, const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_autoptr(GString) list = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE], length[HOUR_TEXT_SIZE], start[HOUR_TEXT_SIZE],
		address[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < profile->targets->len; i++)
		text_item(list, "%s",
			address_format(
				&g_array_index(profile->targets, ProfileTarget, i).target,
				address));
	text_rest(list, profile->hosts, profile->targets->len);
	g_string_printf(text, "%s target%s hit in %s from %s: %s",
		text_number(profile->hosts, number), text_plural(profile->hosts),
		finding_format_length(profile->length, length),
		hour_format_s(profile->start, start), list->str);
	fields_add(fields, "Addresses", text->str);
	put_members(fields, finding);

	g_string_truncate(list, 0);
	for (guint i = 0; i < PROFILE_SPANS; i++)
		if (profile->best[i].hosts > 0)
			text_item(list, "%s in %s", text_number(profile->best[i].hosts, number),
				finding_format_length(profile_spans[i].length, length));
	g_string_printf(text, "most: %s", list->str);
	if (list->len > 0)
		fields_add(fields, "", text->str);
	g_string_printf(text, "%u of them dark: they never sent a packet", profile->dark);
	if (profile->dark > 0)
		fields_add(fields, "", text->str);
}

/* Whether b can be told with a: "syn to 20, 21 (1 target, 1 packet each)". */
static gboolean
are_alike(const ProfilePort *a, const ProfilePort *b)
{
	return a->kind == b->kind && a->targets == b->targets && a->packets == b->packets &&
	       a->port != 0 && b->port != 0 && kind_table[a->kind].port != 't';
}

static void
put_ports(GArray *fields, const Profile *profile)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const ProfilePort *ports = (const ProfilePort *)(gpointer)profile->ports->data;
	char targets[TEXT_NUMBER_SIZE], packets[TEXT_NUMBER_SIZE];

	for (guint first = 0, next; first < profile->ports->len; first = next) {
		const ProfilePort *port = &ports[first];
		g_string_append(text, first > 0 ? "; " : "");
		card_port(text, port);
		for (next = first + 1;
			next < profile->ports->len && are_alike(port, &ports[next]); next++) {
			g_string_append(text, ", ");
			card_port_number(text, &ports[next]);
		}
		g_string_append_printf(text, " (%s target%s, %s packet%s%s)",
			text_number(port->targets, targets), text_plural(port->targets),
			text_number(port->packets, packets), text_plural(port->packets),
			next > first + 1 ? " each" : "");
	}
	if (profile->n_ports > profile->ports->len)
		g_string_append_c(text, ';');
	text_rest(text, profile->n_ports, profile->ports->len);
	fields_add(fields, "Ports", text->str);
}

static void
append_flags(GString *text, guint8 octet)
{
	static const char letters[] = "FSRPAUEC";
	gsize before = text->len;

	for (guint bit = 0; bit < 8; bit++)
		if (octet & (1u << bit))
			g_string_append_c(text, letters[bit]);
	if (text->len == before)
		g_string_append(text, "none");
}

static void
put_flags(GArray *fields, const Profile *profile)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < profile->traits->len; i++) {
		const Trait *trait = &g_array_index(profile->traits, Trait, i);
		guint8 octets[64];
		guint n = trait->seen & TRAIT_TCP ? trait_flag_octets(trait, octets) : 0;
		for (guint k = 0; k < n; k++) {
			g_string_append(text, k == 0 ? (text->len > 0 ? "; " : "") : " ");
			if (k == 0)
				g_string_append_printf(
					text, "%s: ", kind_table[trait->kind].name);
			append_flags(text, octets[k]);
		}
	}
	fields_add(fields, "Flags", text->str);
}

static void
put_answers(GArray *fields, const Profile *profile)
{
	g_autoptr(GString) list = g_string_new(NULL);
	char address[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < profile->answers->len; i++) {
		const ProfileAnswer *answer =
			&g_array_index(profile->answers, ProfileAnswer, i);
		g_string_append_printf(list, "%s%s %s", i > 0 ? "; " : "",
			address_format(&answer->target, address),
			kind_table[answer->kind].name);
		ProfilePort port = {.kind = answer->kind, .port = answer->port};
		if (kind_table[answer->kind].port != 't') {
			g_string_append_c(list, ' ');
			card_port_number(list, &port);
		}
		g_string_append_printf(list, " %s", profile_answer_name(answer));
	}
	if (profile->n_answers > profile->answers->len)
		g_string_append_c(list, ';');
	text_rest(list, profile->n_answers, profile->answers->len);
	fields_add(fields, "Answers", list->str);
}

static void
put_direction(GArray *fields, const Profile *profile)
{
	static const char *const ways[PROFILE_ANSWERS] = {
		[PROFILE_BY_SYNACK] = "SYN-ACK",
		[PROFILE_BY_RST] = "reset",
		[PROFILE_BY_UDP] = "UDP",
		[PROFILE_BY_ECHOREPLY] = "echo reply",
		[PROFILE_BY_ERROR] = "ICMP error",
	};
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) list = g_string_new(NULL);
	char packets[TEXT_NUMBER_SIZE], bytes[TEXT_NUMBER_SIZE];

	g_string_printf(text, "%s packet%s in, %s bytes; %u of %u target%s answered",
		text_number(profile->packets, packets), text_plural(profile->packets),
		text_number(profile->bytes, bytes), profile->answered, profile->hosts,
		text_plural(profile->hosts));
	for (guint i = 0; i < PROFILE_ANSWERS; i++)
		if (profile->answered_by[i] > 0)
			text_item(list, "%u by %s", profile->answered_by[i], ways[i]);
	if (list->len > 0)
		g_string_append_printf(text, " (%s)", list->str);
	if (profile->errors_out > 0)
		g_string_append_printf(text, "; %s ICMP error%s sent back to it",
			text_number(profile->errors_out, packets),
			text_plural(profile->errors_out));
	fields_add(fields, "Direction", text->str);
}

/* How many targets an hour hit, in one character. */
static char
cell_of(guint hosts)
{
	if (hosts == 0)
		return '.';
	if (hosts < 10)
		return (char)('0' + hosts);
	return hosts < 100 ? '+' : '#';
}

/* One line of 24 cells for each UTC day with a hit. */
static void
put_strips(GArray *fields, const Profile *profile, guint grid_minutes)
{
	char cells[DAY_HOURS + 1] = "", day[HOUR_TEXT_SIZE], line[HOUR_TEXT_SIZE + DAY_HOURS];
	gint64 shown = G_MININT64;
	guint strips = 0, rest = 0;

	for (guint i = 0; i < profile->hours->len; i++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, i);
		gint64 midnight = figure_hours_midnight(hour->hour, grid_minutes);
		gboolean last = i + 1 == profile->hours->len;
		if (midnight != shown) {
			memset(cells, '.', DAY_HOURS);
			shown = midnight;
		}
		cells[(hour->hour - midnight) / HOUR_SECONDS] = cell_of(hour->hosts);
		if (!last &&
			g_array_index(profile->hours, ProfileHour, i + 1).hour < midnight + DAY)
			continue;
		if (strips++ >= STRIPS_MAX) {
			rest++;
			continue;
		}
		hour_format_s(midnight, day);
		g_snprintf(line, sizeof line, "%.10s |%.6s %.6s %.6s %.6s|", day, cells,
			cells + 6, cells + 12, cells + 18);
		fields_add(fields, strips == 1 ? "Hours UTC" : "", line);
	}
	if (rest > 0) {
		g_snprintf(line, sizeof line, "and %u more day%s", rest, text_plural(rest));
		fields_add(fields, "", line);
	}
}

/* "2.61", "21,799": no exponent. ratio: 1 at least. */
static char *
format_ratio(double ratio, char *text)
{
	if (ratio < 999.5)
		g_snprintf(text, TEXT_NUMBER_SIZE, "%.3g", ratio);
	else
		text_number((guint64)(MIN(ratio, 1e18) + 0.5), text);
	return text;
}

/* Of one target's packets. */
static void
append_pace(GString *text, const Profile *profile)
{
	guint64 span = profile->last - profile->first;
	double rate = (double)profile->packets / ((double)span / SECOND_NS);
	char ratio[TEXT_NUMBER_SIZE], every[HOUR_TEXT_SIZE];

	if (rate >= 1)
		g_string_append_printf(
			text, "; %s packets a second", format_ratio(rate, ratio));
	else if (profile->packets > 1)
		g_string_append_printf(text, "; a packet every %s",
			hour_format_span(span / (profile->packets - 1), every));
}

static void
put_time(GArray *fields, const Profile *profile)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE], span[HOUR_TEXT_SIZE],
		mean[HOUR_TEXT_SIZE], ratio[TEXT_NUMBER_SIZE];

	if (profile->packets == 0)
		return;
	g_string_printf(text, "first %s, last %s (%s)", hour_format_ns(profile->first, first),
		hour_format_ns(profile->last, last),
		hour_format_span(profile->last - profile->first, span));
	if (profile->hosts > 1)
		g_string_append_printf(text, "; a new target every %s, %s packet%s a target",
			hour_format_span(profile->order.mean, mean),
			format_ratio((double)profile->packets / profile->hosts, ratio),
			text_plural(profile->packets == profile->hosts ? 1 : profile->packets));
	else if (profile->last > profile->first)
		append_pace(text, profile);
	fields_add(fields, "Time", text->str);
}

static void
append_range(GString *text, const char *name, guint32 low, guint32 high)
{
	if (low == high)
		text_item(text, "%s %u", name, low);
	else
		text_item(text, "%s %u to %u", name, low, high);
}

static void
append_tcp(GString *text, const Trait *trait)
{
	g_autofree char *options = trait_options_text(trait->options);

	append_range(text, "window", trait->window_min, trait->window_max);
	if (trait->seq_min == trait->seq_max)
		text_item(text, "seq always %u", trait->seq_min);
	if (trait->ack_min == trait->ack_max)
		text_item(text, "ack always %u", trait->ack_min);
	if ((trait->seen & TRAIT_ACK_SEQ1) && !(trait->seen & TRAIT_ACK_OTHER))
		text_item(text, "ack always seq - 1");
	if (trait->seen & TRAIT_SEQ_AGAIN)
		text_item(text, "a seq sent again");
	text_item(text, "%s%s", trait->seen & TRAIT_OPTIONS_VARY ? "options vary" : "options ",
		trait->seen & TRAIT_OPTIONS_VARY ? "" : options);
}

static void
put_traits(GArray *fields, const Profile *profile)
{
	const char *label = "Other";

	for (guint i = 0; i < profile->traits->len; i++) {
		const Trait *trait = &g_array_index(profile->traits, Trait, i);
		g_autoptr(GString) text = g_string_new(NULL);
		append_range(text, "TTL", trait->ttl_min, trait->ttl_max);
		if (trait->seen & TRAIT_TCP)
			append_tcp(text, trait);
		if (trait->seen & (TRAIT_DF_SET | TRAIT_DF_CLEAR))
			text_item(text, "%s",
				trait->seen & TRAIT_DF_CLEAR
					? trait->seen & TRAIT_DF_SET ? "DF varies" : "no DF"
					: "DF");
		if (trait->seen & TRAIT_ID)
			append_range(text, "IP ID", trait->id_min, trait->id_max);
		if (trait->seen & TRAIT_PORTS)
			append_range(text, "source port", trait->sport_min, trait->sport_max);
		append_range(text, "payload", trait->payload_min, trait->payload_max);
		g_string_prepend(text, ": ");
		g_string_prepend(text, kind_table[trait->kind].name);
		fields_add(fields, label, text->str);
		label = "";
	}
}

/* Seen before, or never: "we had never seen it before. Wrong!" (first seed, 6). */
static void
put_past(GArray *fields, const FindingPast *past)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!past)
		return;
	g_autofree char *own = past_source_text(&past->own);
	g_autofree char *neighbours = past_source_text(&past->neighbours);
	if (past->sources_asked > 1)
		g_string_printf(text,
			"%u of %u sources seen before; of them the one on most days: ",
			past->sources_seen, past->sources_asked);
	g_string_append(text, own);
	fields_add(fields, "Past", text->str);
	g_string_printf(text, "its network: %s", neighbours);
	fields_add(fields, "", text->str);
	for (guint i = 0; past->lines && i < past->lines->len; i++)
		fields_add(fields, "", past->lines->pdata[i]);
}

void
card_fields(GArray *fields, const Finding *finding, gboolean strips, guint grid_minutes)
{
	const Profile *profile = finding->profile;

	put_known(fields, finding->known);
	put_addresses(fields, finding);
	put_sources(fields, finding);
	put_ports(fields, profile);
	put_flags(fields, profile);
	put_direction(fields, profile);
	put_answers(fields, profile);
	put_time(fields, profile);
	if (strips)
		put_strips(fields, profile, grid_minutes);
	put_traits(fields, profile);
	put_past(fields, finding->past);
}
