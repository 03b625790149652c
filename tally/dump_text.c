#include "config.h"

#include "tally/dump.h"

#include "common/hour.h"

static void
add_word(GString *out, const char *word)
{
	if (out->len > 0 && out->str[out->len - 1] != ' ')
		g_string_append_c(out, ',');
	g_string_append(out, word);
}

static void
put_set(GString *out, const char *label, const DumpWords *words, guint set)
{
	if (set == 0)
		return;
	g_string_append_printf(out, "  %s ", label);
	dump_foreach_word(words, set, add_word, out);
}

static void
put_time(GString *out, const char *label, gint64 hour, guint64 time)
{
	char text[HOUR_TEXT_SIZE];

	if (time != FACTS_NEVER)
		g_string_append_printf(out, "  %s %s", label,
			hour_format_ns((guint64)hour * SECOND_NS + time, text));
}

static void
put_lists(GString *out, const HourFacts *hour)
{
	char a[ADDRESS_TEXT_SIZE], b[ADDRESS_TEXT_SIZE], c[ADDRESS_TEXT_SIZE],
		time[HOUR_TEXT_SIZE];

	for (guint i = 0; i < hour->spoke->len; i++)
		g_string_append_printf(out, "spoke %s\n",
			address_format(&g_array_index(hour->spoke, Address, i), a));
	for (guint i = 0; i < hour->hijacks->len; i++) {
		const Hijack *hijack = &g_array_index(hour->hijacks, Hijack, i);
		g_string_append_printf(out,
			"hijack %s  %s.%u > %s.%u  seq %u  of the conversation with %s\n",
			hour_format_ns((guint64)hour->hour * SECOND_NS + hijack->time, time),
			address_format(&hijack->source, a), hijack->sport,
			address_format(&hijack->target, b), hijack->dport, hijack->seq,
			address_format(&hijack->peer, c));
	}
}

/* Where the packets came from, and what of them never came. */
static void
put_origin(GString *out, const HourFacts *hour)
{
	const struct {
		const char *by;
		guint64 packets;
	} drops[] = {
		{"kernel", hour->dropped_kernel},
		{"interface", hour->dropped_interface},
		{"full disk", hour->discarded},
	};
	g_auto(GStrv) inputs = g_strsplit(hour->inputs, "\n", -1);

	for (char **input = inputs; *input; input++)
		g_string_append_printf(out, "input %s\n", *input);
	for (guint i = 0; i < G_N_ELEMENTS(drops); i++)
		if (drops[i].packets != FACTS_NEVER)
			g_string_append_printf(out, "dropped %-14s %12" G_GUINT64_FORMAT "\n",
				drops[i].by, drops[i].packets);
}

static void
put_hour(GString *out, const Reader *reader)
{
	const HourFacts *hour = reader_hour(reader);
	char start[HOUR_TEXT_SIZE], first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE];

	g_string_append_printf(out,
		"tally %s\nhour %s  grid %u  sensor \"%s\"  home %s  settings "
		"%016" G_GINT64_MODIFIER "x\n",
		reader_name(reader), hour_format_s(hour->hour, start), hour->grid_minutes,
		hour->sensor, hour->home, hour->settings);
	g_string_append_printf(out,
		"sources %" G_GUINT64_FORMAT "  pairs %" G_GUINT64_FORMAT
		"  contacts %" G_GUINT64_FORMAT "\n",
		reader_n_sources(reader), reader_n_pairs(reader), reader_n_contacts(reader));
	if (hour->first != FACTS_NEVER)
		g_string_append_printf(out, "packets from %s to %s\n",
			hour_format_ns(hour->first, first), hour_format_ns(hour->last, last));
	for (guint i = 0; i < OUTCOME_COUNT; i++)
		if (hour->totals.packets[i] > 0)
			g_string_append_printf(out,
				"packets %-14s %12" G_GUINT64_FORMAT
				"  bytes %15" G_GUINT64_FORMAT "\n",
				decode_outcome_name((Outcome)i), hour->totals.packets[i],
				hour->totals.bytes[i]);
	put_origin(out, hour);
	if (hour->cut_short)
		g_string_append(out, "cut short\n");
	if (hour->shortfall[0] != '\0')
		g_string_append_printf(out, "shortfall %s\n", hour->shortfall);
	if (hour->live_evicted > 0)
		g_string_append_printf(out,
			"hijack check: %" G_GUINT64_FORMAT " conversations had no room\n",
			hour->live_evicted);
	put_lists(out, hour);
}

static void
put_contact(GString *out, const Contact *contact, gint64 hour)
{
	g_string_append_printf(out,
		"    %s %u  packets %" G_GUINT64_FORMAT "  bytes %" G_GUINT64_FORMAT,
		kind_table[contact->kind].name, contact->port, contact->packets,
		contact->bytes);
	put_time(out, "first", hour, contact->first);
	put_time(out, "last", hour, contact->last);
	put_set(out, "answered", &dump_answers, contact->answered);
	g_string_append_c(out, '\n');
}

static void
put_range(GString *out, const char *label, guint64 least, guint64 greatest)
{
	if (least == greatest)
		g_string_append_printf(out, "  %s %" G_GUINT64_FORMAT, label, least);
	else if (least < greatest)
		g_string_append_printf(out, "  %s %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
			label, least, greatest);
}

static void
put_tcp(GString *out, const Trait *trait)
{
	g_autofree char *options = trait_options_text(trait->options);
	guint8 octets[64];
	guint n = trait_flag_octets(trait, octets);

	put_range(out, "window", trait->window_min, trait->window_max);
	put_range(out, "seq", trait->seq_min, trait->seq_max);
	put_range(out, "ack", trait->ack_min, trait->ack_max);
	put_range(out, "mss", trait->mss_min, trait->mss_max);
	g_string_append_printf(out, "  options %s  flags", options);
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out, "%c0x%02x", i > 0 ? ',' : ' ', octets[i]);
}

static void
put_trait(GString *out, const Trait *trait)
{
	g_string_append_printf(out, "  trait %s", kind_table[trait->kind].name);
	put_range(out, "ttl", trait->ttl_min, trait->ttl_max);
	put_range(out, "payload", trait->payload_min, trait->payload_max);
	if (trait->seen & TRAIT_ID) {
		put_range(out, "id", trait->id_min, trait->id_max);
		put_range(out, "id-step", trait->id_step_min, trait->id_step_max);
	}
	if (trait->seen & TRAIT_PORTS) {
		put_range(out, "sport", trait->sport_min, trait->sport_max);
		put_range(out, "sport-step", trait->sport_step_min, trait->sport_step_max);
	}
	if (trait->seen & TRAIT_TCP)
		put_tcp(out, trait);
	if (trait->dport_marks)
		g_string_append_printf(out, "  dports >=%d in %d blocks",
			__builtin_popcount(trait->dport_marks),
			__builtin_popcount(trait->dport_blocks_low) +
				__builtin_popcount(trait->dport_blocks_high));
	g_string_append_printf(
		out, "  peak %u in second %u", trait->peak_packets, trait->peak_second);
	if (trait->signatures)
		g_string_append_printf(out, "  signatures 0x%x", trait->signatures);
	put_set(out, "seen", &dump_seen, trait->seen);
	g_string_append_c(out, '\n');
}

static void
put_stretch(GString *out, const Stretch *stretch, gboolean first, gint64 hour)
{
	char text[ADDRESS_TEXT_SIZE];
	guint32 contact = 0;

	if (first)
		g_string_append_printf(
			out, "source %s\n", address_format(&stretch->source, text));
	for (guint32 i = 0; i < stretch->n; i++) {
		Address target = stretch->family == 4 ? address_from_v4(stretch->targets_v4[i])
						      : stretch->targets_v6[i];
		g_string_append_printf(out, "  target %s", address_format(&target, text));
		put_set(out, "facts", &dump_facts, stretch->facts[i]);
		put_set(out, "answered", &dump_answers, stretch->answered[i]);
		if (stretch->udp_in) {
			put_time(out, "udp-in", hour, stretch->udp_in[i]);
			put_time(out, "udp-out", hour, stretch->udp_out[i]);
		}
		g_string_append_c(out, '\n');
		for (; contact < stretch->contacts_end[i]; contact++)
			put_contact(out, &stretch->contacts[contact], hour);
	}
	for (guint32 i = 0; i < stretch->n_traits; i++)
		put_trait(out, &stretch->traits[i]);
}

const DumpFormat dump_text = {"text", put_hour, put_stretch};
