#include "config.h"

#include "tally/past_dump.h"

#include "common/hour.h"
#include "common/json.h"
#include "common/spool.h"
#include "tally/dump.h"
#include "tally/kind.h"
#include "tally/trait.h"

static guint64
number(const PastBlock *block, guint32 row, guint which)
{
	return block->numbers[which][row];
}

static void
put_number(GString *out, const char *key, guint64 value)
{
	json_key(out, key);
	json_number(out, value);
}

static void
put_string(GString *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, text);
}

static void
add_text(GString *out, const char *word)
{
	if (out->len > 0 && out->str[out->len - 1] != ' ')
		g_string_append_c(out, ',');
	g_string_append(out, word);
}

static void
add_kinds(GString *out, guint64 kinds, void (*add)(GString *out, const char *word))
{
	for (guint kind = 0; kind < KIND_CONTACTS; kind++)
		if (kinds >> kind & 1)
			add(out, kind_table[kind].name);
}

static void
format_source(const PastBlock *block, guint32 row, char *text)
{
	Address address = {
		.high = block->high[row],
		.low = block->low[row],
		.family = block->table == PAST_SOURCES_V4 ? 4 : 6,
	};

	address_format(&address, text);
}

static void
source_json(GString *out, const PastBlock *block, guint32 row)
{
	char address[ADDRESS_TEXT_SIZE];

	format_source(block, row, address);
	put_string(out, "record", "source");
	put_string(out, "source", address);
	put_number(out, "targets", number(block, row, PAST_SOURCE_TARGETS));
	put_number(out, "packets", number(block, row, PAST_SOURCE_PACKETS));
	json_key(out, "kinds");
	json_begin(out, '[');
	add_kinds(out, number(block, row, PAST_SOURCE_KINDS), json_string);
	json_end(out, ']');
	json_key(out, "answered");
	json_begin(out, '[');
	dump_foreach_word(&dump_answers, (guint)number(block, row, PAST_SOURCE_ANSWERS),
		json_string, out);
	json_end(out, ']');
	put_number(out, "first_hour", number(block, row, PAST_SOURCE_FIRST));
	put_number(out, "last_hour", number(block, row, PAST_SOURCE_LAST));
}

static void
source_text(GString *out, const PastBlock *block, guint32 row)
{
	char address[ADDRESS_TEXT_SIZE];

	format_source(block, row, address);
	g_string_append_printf(out,
		"source %s targets %" G_GUINT64_FORMAT " packets %" G_GUINT64_FORMAT
		" hours %02u-%02u kinds ",
		address, number(block, row, PAST_SOURCE_TARGETS),
		number(block, row, PAST_SOURCE_PACKETS),
		(guint)number(block, row, PAST_SOURCE_FIRST),
		(guint)number(block, row, PAST_SOURCE_LAST));
	add_kinds(out, number(block, row, PAST_SOURCE_KINDS), add_text);
	if (number(block, row, PAST_SOURCE_ANSWERS) == 0)
		return;
	g_string_append(out, " answered ");
	dump_foreach_word(
		&dump_answers, (guint)number(block, row, PAST_SOURCE_ANSWERS), add_text, out);
}

static void
port_json(GString *out, const PastBlock *block, guint32 row)
{
	put_string(out, "record", "port");
	put_string(out, "group", past_group_names[block->low[row] >> 16]);
	put_number(out, "port", block->low[row] & 0xffff);
	put_number(out, "sources", number(block, row, PAST_PORT_SOURCES));
	put_number(out, "pairs", number(block, row, PAST_PORT_PAIRS));
	put_number(out, "packets", number(block, row, PAST_PORT_PACKETS));
}

static void
port_text(GString *out, const PastBlock *block, guint32 row)
{
	g_string_append_printf(out,
		"port %s %u sources %" G_GUINT64_FORMAT " pairs %" G_GUINT64_FORMAT
		" packets %" G_GUINT64_FORMAT,
		past_group_names[block->low[row] >> 16], (guint)(block->low[row] & 0xffff),
		number(block, row, PAST_PORT_SOURCES), number(block, row, PAST_PORT_PAIRS),
		number(block, row, PAST_PORT_PACKETS));
}

static void
trait_json(GString *out, const PastBlock *block, guint32 row)
{
	guint64 value = block->low[row];

	put_string(out, "record", "trait");
	put_string(out, "field", past_field_names[block->high[row]]);
	put_number(out, "value", value);
	if (block->high[row] == PAST_SYN) {
		g_autofree char *options = trait_options_text((guint32)(value >> 32));
		put_number(out, "window", value & 0xffff);
		put_number(out, "mss", value >> 16 & 0xffff);
		put_string(out, "options", options);
	}
	put_number(out, "sources", number(block, row, PAST_TRAIT_SOURCES));
	put_number(out, "packets", number(block, row, PAST_TRAIT_PACKETS));
}

static void
trait_text(GString *out, const PastBlock *block, guint32 row)
{
	guint64 value = block->low[row];

	g_string_append_printf(out, "trait %s ", past_field_names[block->high[row]]);
	if (block->high[row] == PAST_SYN) {
		g_autofree char *options = trait_options_text((guint32)(value >> 32));
		g_string_append_printf(out, "window %u mss %u options %s",
			(guint)(value & 0xffff), (guint)(value >> 16 & 0xffff), options);
	} else {
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
	}
	g_string_append_printf(out, " sources %" G_GUINT64_FORMAT " packets %" G_GUINT64_FORMAT,
		number(block, row, PAST_TRAIT_SOURCES), number(block, row, PAST_TRAIT_PACKETS));
}

/* By table. */
static void (*const jsons[PAST_TABLES])(GString *, const PastBlock *, guint32) = {
	source_json, source_json, port_json, trait_json};
static void (*const texts[PAST_TABLES])(GString *, const PastBlock *, guint32) = {
	source_text, source_text, port_text, trait_text};

void
past_dump_block(GString *out, const PastBlock *block, gboolean json)
{
	for (guint32 row = 0; row < block->n; row++) {
		if (json)
			json_begin(out, '{');
		(json ? jsons : texts)[block->table](out, block, row);
		if (json)
			json_end(out, '}');
		g_string_append_c(out, '\n');
	}
}

static guint
count_unread(const PastDay *day)
{
	guint n = 0;

	for (guint i = 0; i < day->inputs->len; i++)
		n += g_array_index(day->inputs, PastInput, i).unread;
	return n;
}

void
past_dump_day(GString *out, const PastFile *file, gboolean json)
{
	const PastDay *day = past_file_day(file);
	char date[SPOOL_DAY_SIZE];
	guint64 sources = day->rows[PAST_SOURCES_V4] + day->rows[PAST_SOURCES_V6];

	spool_format_day(day->day, date);
	if (!json) {
		g_string_append_printf(out,
			"%s: %s of sensor %s: %u tallies, %u of them unread\n"
			"%" G_GUINT64_FORMAT " sources, %" G_GUINT64_FORMAT
			" ports, %" G_GUINT64_FORMAT " traits, %" G_GUINT64_FORMAT
			" forgotten\n",
			past_file_name(file), date, day->sensor, day->inputs->len,
			count_unread(day), sources, day->rows[PAST_PORTS],
			day->rows[PAST_TRAITS], day->forgotten);
		return;
	}
	json_begin(out, '{');
	put_string(out, "record", "day");
	put_string(out, "past", past_file_name(file));
	put_string(out, "day", date);
	put_string(out, "sensor", day->sensor);
	put_number(out, "tallies", day->inputs->len);
	put_number(out, "unread", count_unread(day));
	put_number(out, "sources", sources);
	put_number(out, "ports", day->rows[PAST_PORTS]);
	put_number(out, "traits", day->rows[PAST_TRAITS]);
	put_number(out, "forgotten", day->forgotten);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}
