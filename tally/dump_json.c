#include "config.h"

#include "tally/dump.h"

#include <stddef.h>
#include <string.h>

#include "common/hour.h"
#include "common/json.h"

/* One object a line; "record" says which: hour, source, pair, contact, trait. */

static void
begin(GString *out, const char *record)
{
	json_begin(out, '{');
	json_key(out, "record");
	json_string(out, record);
}

static void
end(GString *out)
{
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
put_number(GString *out, const char *key, guint64 number)
{
	json_key(out, key);
	json_number(out, number);
}

static void
put_string(GString *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, text);
}

static void
put_address(GString *out, const char *key, const Address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	put_string(out, key, address_format(address, text));
}

static void
put_set(GString *out, const char *key, const DumpWords *words, guint set)
{
	json_key(out, key);
	json_begin(out, '[');
	dump_foreach_word(words, set, json_string, out);
	json_end(out, ']');
}

static void
put_time(GString *out, const char *key, gint64 hour, guint64 time)
{
	char text[HOUR_TEXT_SIZE];

	if (time != FACTS_NEVER)
		put_string(out, key, hour_format_ns((guint64)hour * SECOND_NS + time, text));
}

static void
put_totals(GString *out, const CaptureTotals *totals)
{
	json_key(out, "totals");
	json_begin(out, '{');
	for (guint i = 0; i < OUTCOME_COUNT; i++) {
		json_key(out, decode_outcome_name((Outcome)i));
		json_begin(out, '{');
		put_number(out, "packets", totals->packets[i]);
		put_number(out, "bytes", totals->bytes[i]);
		json_end(out, '}');
	}
	json_end(out, '}');
}

static void
put_lists(GString *out, const HourFacts *hour)
{
	json_key(out, "spoke");
	json_begin(out, '[');
	for (guint i = 0; i < hour->spoke->len; i++) {
		char text[ADDRESS_TEXT_SIZE];
		json_string(out, address_format(&g_array_index(hour->spoke, Address, i), text));
	}
	json_end(out, ']');
	json_key(out, "hijacks");
	json_begin(out, '[');
	for (guint i = 0; i < hour->hijacks->len; i++) {
		const Hijack *hijack = &g_array_index(hour->hijacks, Hijack, i);
		json_begin(out, '{');
		put_time(out, "time", hour->hour, hijack->time);
		put_address(out, "source", &hijack->source);
		put_address(out, "target", &hijack->target);
		put_address(out, "peer", &hijack->peer);
		put_number(out, "seq", hijack->seq);
		put_number(out, "sport", hijack->sport);
		put_number(out, "dport", hijack->dport);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_known(GString *out, const char *key, guint64 number)
{
	if (number != FACTS_NEVER)
		put_number(out, key, number);
}

/* Where the packets came from, and what of them never came. */
static void
put_origin(GString *out, const HourFacts *hour)
{
	g_auto(GStrv) inputs = g_strsplit(hour->inputs, "\n", -1);

	json_key(out, "inputs");
	json_begin(out, '[');
	for (char **input = inputs; *input; input++)
		json_string(out, *input);
	json_end(out, ']');
	put_known(out, "dropped_kernel", hour->dropped_kernel);
	put_known(out, "dropped_interface", hour->dropped_interface);
	put_known(out, "discarded", hour->discarded);
}

static void
put_hour(GString *out, const Reader *reader)
{
	const HourFacts *hour = reader_hour(reader);
	char text[HOUR_TEXT_SIZE], settings[20];

	begin(out, "hour");
	put_string(out, "tally", reader_name(reader));
	put_string(out, "hour", hour_format_s(hour->hour, text));
	put_number(out, "grid", hour->grid_minutes);
	put_string(out, "sensor", hour->sensor);
	put_string(out, "home", hour->home);
	g_snprintf(settings, sizeof settings, "%016" G_GINT64_MODIFIER "x", hour->settings);
	put_string(out, "settings", settings);
	put_number(out, "sources", reader_n_sources(reader));
	put_number(out, "pairs", reader_n_pairs(reader));
	put_number(out, "contacts", reader_n_contacts(reader));
	if (hour->first != FACTS_NEVER) {
		put_time(out, "first", 0, hour->first);
		put_time(out, "last", 0, hour->last);
	}
	put_totals(out, &hour->totals);
	json_key(out, "cut_short");
	json_bool(out, hour->cut_short);
	put_string(out, "shortfall", hour->shortfall);
	put_origin(out, hour);
	put_number(out, "live_evicted", hour->live_evicted);
	put_lists(out, hour);
	end(out);
}

static void
put_contact(GString *out, const Address *source, const Address *target, const Contact *contact,
	gint64 hour)
{
	begin(out, "contact");
	put_address(out, "source", source);
	put_address(out, "target", target);
	put_string(out, "kind", kind_table[contact->kind].name);
	put_number(out, "port", contact->port);
	put_number(out, "packets", contact->packets);
	put_number(out, "bytes", contact->bytes);
	put_time(out, "first", hour, contact->first);
	put_time(out, "last", hour, contact->last);
	put_set(out, "answered", &dump_answers, contact->answered);
	end(out);
}

/* The fields of a trait that are told as they are, by the bit of seen without which they
 * hold nothing (0: always). */
#define FIELD(field, bit)                                                                      \
	{                                                                                      \
#field, offsetof(Trait, field), sizeof((Trait){0}.field), bit                  \
	}
static const struct {
	const char *name;
	guint8 offset, size;
	guint16 bit;
} fields[] = {
	FIELD(ttl_min, 0),
	FIELD(ttl_max, 0),
	FIELD(payload_min, 0),
	FIELD(payload_max, 0),
	FIELD(id_min, TRAIT_ID),
	FIELD(id_max, TRAIT_ID),
	FIELD(id_last, TRAIT_ID),
	FIELD(id_step_min, TRAIT_ID),
	FIELD(id_step_max, TRAIT_ID),
	FIELD(sport_min, TRAIT_PORTS),
	FIELD(sport_max, TRAIT_PORTS),
	FIELD(sport_last, TRAIT_PORTS),
	FIELD(sport_step_min, TRAIT_PORTS),
	FIELD(sport_step_max, TRAIT_PORTS),
	FIELD(window_min, TRAIT_TCP),
	FIELD(window_max, TRAIT_TCP),
	FIELD(mss_min, TRAIT_MSS),
	FIELD(mss_max, TRAIT_MSS),
	FIELD(seq_min, TRAIT_TCP),
	FIELD(seq_max, TRAIT_TCP),
	FIELD(ack_min, TRAIT_TCP),
	FIELD(ack_max, TRAIT_TCP),
	FIELD(flag_sets, TRAIT_TCP),
	FIELD(dport_blocks_low, 0),
	FIELD(dport_blocks_high, 0),
	FIELD(dport_marks, 0),
	FIELD(signatures, 0),
	FIELD(peak_packets, 0),
	FIELD(peak_second, 0),
};

static void
put_trait(GString *out, const Address *source, const Trait *trait)
{
	begin(out, "trait");
	put_address(out, "source", source);
	put_string(out, "kind", kind_table[trait->kind].name);
	put_set(out, "seen", &dump_seen, trait->seen);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		guint64 value = 0;
		if (fields[i].bit && !(trait->seen & fields[i].bit))
			continue;
		memcpy(&value, (const guint8 *)trait + fields[i].offset, fields[i].size);
		put_number(out, fields[i].name, value);
	}
	if (trait->seen & TRAIT_TCP) {
		g_autofree char *options = trait_options_text(trait->options);
		guint8 octets[64];
		guint n = trait_flag_octets(trait, octets);
		put_string(out, "options", options);
		json_key(out, "flags");
		json_begin(out, '[');
		for (guint i = 0; i < n; i++)
			json_number(out, octets[i]);
		json_end(out, ']');
	}
	end(out);
}

static void
put_pair(GString *out, const Stretch *stretch, guint32 i, const Address *target, gint64 hour)
{
	begin(out, "pair");
	put_address(out, "source", &stretch->source);
	put_address(out, "target", target);
	put_set(out, "facts", &dump_facts, stretch->facts[i]);
	put_set(out, "answered", &dump_answers, stretch->answered[i]);
	if (stretch->udp_in) {
		put_time(out, "udp_in", hour, stretch->udp_in[i]);
		put_time(out, "udp_out", hour, stretch->udp_out[i]);
	}
	end(out);
}

static void
put_stretch(GString *out, const Stretch *stretch, gboolean first, gint64 hour)
{
	guint32 contact = 0;

	if (first) {
		begin(out, "source");
		put_address(out, "source", &stretch->source);
		end(out);
	}
	for (guint32 i = 0; i < stretch->n; i++) {
		Address target = stretch->family == 4 ? address_from_v4(stretch->targets_v4[i])
						      : stretch->targets_v6[i];
		put_pair(out, stretch, i, &target, hour);
		for (; contact < stretch->contacts_end[i]; contact++)
			put_contact(out, &stretch->source, &target, &stretch->contacts[contact],
				hour);
	}
	for (guint32 i = 0; i < stretch->n_traits; i++)
		put_trait(out, &stretch->source, &stretch->traits[i]);
}

const DumpFormat dump_json = {"json", put_hour, put_stretch};
