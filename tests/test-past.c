#include "config.h"

#include "tests/suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/spool.h"
#include "tally/kind.h"
#include "tally/past.h"
#include "tally/past_file.h"
#include "tally/past_history.h"
#include "tally/past_make.h"
#include "tally/past_traits.h"
#include "tally/past_writer.h"
#include "tally/store.h"
#include "tally/writer.h"

enum { DAY = 1788220800 }; /* 2026-09-01T00:00:00Z */

static char *start, *folder;

static void
set_up(void)
{
	start = g_get_current_dir();
	folder = g_dir_make_tmp("past.XXXXXX", NULL);
	ck_assert_int_eq(g_chdir(folder), 0);
}

static void
tear_down(void)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);

	ck_assert_int_eq(g_chdir(start), 0);
	ck_assert_int_eq(system(remove), 0);
	g_clear_pointer(&folder, g_free);
	g_clear_pointer(&start, g_free);
}

/* A row of any table, and whose it is: the oracle of what is written and looked up. */
typedef struct {
	guint sensor;
	gint64 day;
	PastTable table;
	guint64 high, low, numbers[PAST_NUMBERS];
} Row;

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const Row *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return past_block_compare(x->high, x->low, y->high, y->low);
}

static const char *const sensors[] = {"dmz", "lan", NULL};

/* The path of a day of s/SENSOR, its folder made. */
static char *
place(const char *sensor, gint64 day)
{
	char name[SPOOL_DAY_SIZE];
	char *path = past_file_path("s", sensor, spool_format_day(day, name));
	g_autofree char *parent = g_path_get_dirname(path);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	return path;
}

/* Writes rows (of Row, one sensor's day, in order). */
static void
put_day(const char *sensor, gint64 day, const GArray *rows)
{
	const PastInput input = {.size = 100, .check = 7, .minute = 60};
	g_autofree char *path = place(sensor, day);
	g_autoptr(PastWriter) writer = past_writer_new(path, NULL);
	g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(PastInput));

	g_array_append_val(inputs, input);
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = &g_array_index(rows, Row, i);
		past_writer_add(writer, row->table, row->high, row->low, row->numbers);
	}
	ck_assert(past_writer_finish(writer, day, sensor, inputs, 5, NULL));
}

static Row
dice_source(GRand *dice, guint spread, gboolean v6)
{
	Row row = {.table = v6 ? PAST_SOURCES_V6 : PAST_SOURCES_V4};

	if (v6) {
		row.high = 0x20010db800000000 + g_rand_int_range(dice, 0, 8);
		row.low = g_rand_int_range(dice, 0, (gint)spread);
	} else {
		row.low = 0xc0000000u + (guint32)g_rand_int_range(dice, 0, (gint)spread) * 7;
	}
	row.numbers[PAST_SOURCE_PACKETS] = 1 + (guint)g_rand_int_range(dice, 0, 1000);
	row.numbers[PAST_SOURCE_TARGETS] = 1 + (guint)g_rand_int_range(dice, 0, 50);
	row.numbers[PAST_SOURCE_KINDS] = 1u << g_rand_int_range(dice, 0, KIND_CONTACTS);
	row.numbers[PAST_SOURCE_ANSWERS] = g_rand_int_range(dice, 0, ANSWER_AGAIN);
	row.numbers[PAST_SOURCE_FIRST] = g_rand_int_range(dice, 0, 24);
	row.numbers[PAST_SOURCE_LAST] =
		g_rand_int_range(dice, (gint)row.numbers[PAST_SOURCE_FIRST], 24);
	return row;
}

static Row
dice_row(GRand *dice, guint spread)
{
	Row row;

	switch (g_rand_int_range(dice, 0, 4)) {
	case 0:
		return dice_source(dice, spread, FALSE);
	case 1:
		return dice_source(dice, spread, TRUE);
	case 2:
		row = (Row){.table = PAST_PORTS};
		row.low = (guint64)g_rand_int_range(dice, 0, PAST_GROUPS) << 16 |
			  (guint)g_rand_int_range(dice, 0, 40);
		break;
	default:
		row = (Row){.table = PAST_TRAITS};
		row.high = g_rand_int_range(dice, 0, PAST_FIELDS);
		row.low = (guint64)g_rand_int_range(dice, 0, (gint)spread) << 33;
	}
	for (guint i = 0; i < past_block_numbers(row.table); i++)
		row.numbers[i] = 1 + (guint)g_rand_int_range(dice, 0, 100);
	return row;
}

/* n rows or fewer, in order, no key twice. */
static GArray *
dice_rows(GRand *dice, guint n, guint spread, guint sensor, gint64 day)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Row));
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));

	for (guint i = 0; i < n; i++) {
		Row row = dice_row(dice, spread);
		row.sensor = sensor;
		row.day = day;
		g_array_append_val(all, row);
	}
	g_array_sort(all, compare_rows);
	for (guint i = 0; i < all->len; i++) {
		Row *row = &g_array_index(all, Row, i);
		if (i == 0 || compare_rows(row - 1, row) != 0)
			g_array_append_val(rows, *row);
	}
	g_array_unref(all);
	return rows;
}

START_TEST(rows_come_back_as_they_were_written)
{
	static const guint counts[] = {0, 1, 3, 300, 40000};
	g_autoptr(GRand) dice = g_rand_new_with_seed(11 + (guint32)_i);
	g_autoptr(GArray) rows = dice_rows(dice, counts[_i], 1 << 20, 0, DAY);
	g_autofree PastBlock *block = g_new(PastBlock, 1);
	guint next = 0;
	guint32 n;

	put_day("dmz", DAY, rows);
	g_autoptr(PastFile) file = past_file_new("s/dmz/2026-09-01/day.past", NULL);
	ck_assert_ptr_nonnull(file);
	past_file_entries(file, &n);
	for (guint32 i = 0; i < n; i++) {
		ck_assert(past_file_read(file, i, block, NULL));
		for (guint32 k = 0; k < block->n; k++) {
			const Row *row = &g_array_index(rows, Row, next++);
			ck_assert_uint_eq(block->table, row->table);
			ck_assert_uint_eq(block->high[k], row->high);
			ck_assert_uint_eq(block->low[k], row->low);
			for (guint j = 0; j < past_block_numbers(row->table); j++)
				ck_assert_uint_eq(block->numbers[j][k], row->numbers[j]);
		}
	}
	ck_assert_uint_eq(next, rows->len);
	const PastDay *day = past_file_day(file);
	ck_assert_str_eq(day->sensor, "dmz");
	ck_assert_int_eq(day->day, DAY);
	ck_assert_uint_eq(day->forgotten, 5);
	ck_assert_uint_eq(day->inputs->len, 1);
	ck_assert_uint_eq(g_array_index(day->inputs, PastInput, 0).check, 7);
	ck_assert(past_file_verify("s/dmz/2026-09-01/day.past", NULL));
}
END_TEST

START_TEST(extreme_numbers_come_back)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(Row));
	Row row = {.table = PAST_SOURCES_V4, .low = G_MAXUINT32};
	g_autoptr(GError) error = NULL;

	row.numbers[PAST_SOURCE_PACKETS] = G_MAXUINT64;
	row.numbers[PAST_SOURCE_TARGETS] = G_MAXUINT32;
	g_array_append_val(rows, row);
	row.table = PAST_SOURCES_V6;
	row.high = row.low = G_MAXUINT64;
	g_array_append_val(rows, row);
	put_day("dmz", DAY, rows);
	ck_assert(past_file_verify("s/dmz/2026-09-01/day.past", &error));
}
END_TEST

static gboolean
is_in(const Row *row, const Network *key)
{
	guint bits = key->bits;

	if (row->table != (key->first.family == 4 ? PAST_SOURCES_V4 : PAST_SOURCES_V6))
		return FALSE;
	if (key->first.family == 4)
		return bits == 0 || row->low >> (32 - bits) == key->first.low >> (32 - bits);
	for (guint bit = 0; bit < bits; bit++) {
		guint64 a = bit < 64 ? row->high : row->low;
		guint64 b = bit < 64 ? key->first.high : key->first.low;
		if ((a ^ b) >> (63 - bit % 64) & 1)
			return FALSE;
	}
	return TRUE;
}

/* All rows of all days (of Row, by sensor, day, key), written to the store. */
static GArray *
put_store(GRand *dice, guint n_days, guint n, guint spread)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Row));

	for (guint sensor = 0; sensors[sensor]; sensor++) {
		for (guint i = 0; i < n_days; i++) {
			gint64 day = DAY + (gint64)i * DAY_SECONDS;
			if (g_rand_int_range(dice, 0, 5) == 0)
				continue;
			g_autoptr(GArray) rows = dice_rows(dice, n, spread, sensor, day);
			put_day(sensors[sensor], day, rows);
			g_array_append_vals(all, rows->data, rows->len);
		}
	}
	return all;
}

static Past *
open_past(guint n_days, GPtrArray *shortfalls)
{
	Past *past = past_open(
		"s", sensors, DAY, DAY + (gint64)n_days * DAY_SECONDS, shortfalls, NULL);

	ck_assert_ptr_nonnull(past);
	return past;
}

/* The oracle: every row looked at for every key. */
static PastSource
find_slowly(const GArray *all, const Network *key)
{
	PastSource source = {0};
	const Row *last_row = NULL; /* of the key */
	guint32 addresses = 0;      /* of its sensor and day */
	g_autoptr(GHashTable) days = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < all->len; i++) {
		const Row *row = &g_array_index(all, Row, i);
		if (!is_in(row, key))
			continue;
		gint64 first =
			row->day + (gint64)row->numbers[PAST_SOURCE_FIRST] * HOUR_SECONDS;
		gint64 last = row->day + (gint64)row->numbers[PAST_SOURCE_LAST] * HOUR_SECONDS;
		gboolean new = g_hash_table_size(days) == 0;
		source.first = new ? first : MIN(first, source.first);
		source.last = new ? last : MAX(last, source.last);
		g_hash_table_add(days, GSIZE_TO_POINTER((gsize)row->day));
		source.packets += row->numbers[PAST_SOURCE_PACKETS];
		source.targets_max =
			MAX(source.targets_max, (guint32)row->numbers[PAST_SOURCE_TARGETS]);
		source.kinds |= (guint16)row->numbers[PAST_SOURCE_KINDS];
		source.answers |= (guint8)row->numbers[PAST_SOURCE_ANSWERS];
		if (last_row && (last_row->sensor != row->sensor || last_row->day != row->day))
			addresses = 0;
		last_row = row;
		addresses++;
		source.sources_max = MAX(source.sources_max, addresses);
	}
	source.days_seen = g_hash_table_size(days);
	return source;
}

static Network
dice_key(GRand *dice, guint spread, gboolean wide)
{
	static const guint8 bits_v4[] = {32, 32, 32, 24, 24, 20, 8, 0};
	static const guint8 bits_v6[] = {128, 128, 64, 64, 63, 120, 48, 0};
	gboolean v6 = g_rand_boolean(dice);
	Row row = dice_source(dice, spread, v6);
	guint which = (guint)g_rand_int_range(dice, 0, wide ? G_N_ELEMENTS(bits_v4) : 4);

	return (Network){
		.first = {.high = row.high,
			.low = row.low + (guint)g_rand_int_range(dice, 0, 2),
			.family = v6 ? 6 : 4},
		.bits = v6 ? bits_v6[which] : bits_v4[which],
	};
}

static void
compare_sources(const PastSource *found, const PastSource *expected)
{
	ck_assert_uint_eq(found->days_seen, expected->days_seen);
	ck_assert_int_eq(found->first, expected->first);
	ck_assert_int_eq(found->last, expected->last);
	ck_assert_uint_eq(found->packets, expected->packets);
	ck_assert_uint_eq(found->targets_max, expected->targets_max);
	ck_assert_uint_eq(found->sources_max, expected->sources_max);
	ck_assert_uint_eq(found->kinds, expected->kinds);
	ck_assert_uint_eq(found->answers, expected->answers);
}

/* Oracle: find_slowly. Rows of few and of several blocks, keys few and many, nested and again. */
START_TEST(sources_and_prefixes_are_found_as_by_looking_at_every_row)
{
	static const struct {
		guint rows, spread, keys;
		gboolean wide; /* prefixes that span every block */
	} cases[] = {{40, 50, 30, TRUE}, {400, 3000, 100, TRUE}, {40000, 200000, 60, TRUE},
		{40000, 200000, 60, FALSE}, {40000, 200000, 3, FALSE}, {3000, 900, 60, TRUE}};
	g_autoptr(GRand) dice = g_rand_new_with_seed(23 + (guint32)_i);
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) all = put_store(dice, 8, cases[_i].rows, cases[_i].spread);
	g_autoptr(Past) past = open_past(8, shortfalls);
	guint n = cases[_i].keys, n_seen = 0;
	g_autofree Network *keys = g_new(Network, n);
	g_autofree PastSource *found = g_new(PastSource, n);

	for (guint i = 0; i < n; i++)
		keys[i] = i > 0 && i % 9 == 0
				  ? keys[i / 2]
				  : dice_key(dice, cases[_i].spread, cases[_i].wide);
	ck_assert(past_find_sources(past, keys, n, found, NULL));
	for (guint i = 0; i < n; i++) {
		PastSource expected = find_slowly(all, &keys[i]);
		compare_sources(&found[i], &expected);
		ck_assert_uint_eq(found[i].days_known, past_days_known(past));
		n_seen += expected.days_seen > 0;
	}
	ck_assert_uint_gt(n_seen, 0);
	ck_assert_uint_eq(shortfalls->len, 0);
	ck_assert(past_find_sources(past, NULL, 0, NULL, NULL));
}
END_TEST

START_TEST(ports_and_traits_are_found_as_by_looking_at_every_row)
{
	enum { KEYS = 60 };
	g_autoptr(GRand) dice = g_rand_new_with_seed(41);
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) all = put_store(dice, 9, 600, 200);
	g_autoptr(Past) past = open_past(9, shortfalls);
	guint days = past_days_known(past);
	PastPort ports[KEYS];
	PastTrait traits[KEYS];
	PastTraitFound found[KEYS];

	for (guint i = 0; i < KEYS; i++) {
		ports[i] = (PastPort){(guint8)g_rand_int_range(dice, 0, PAST_GROUPS),
			(guint16)g_rand_int_range(dice, 0, 45)};
		traits[i] = (PastTrait){(guint8)g_rand_int_range(dice, 0, PAST_FIELDS),
			(guint64)g_rand_int_range(dice, 0, 200) << 33};
	}
	g_autofree PastPortDay *history = past_find_ports(past, ports, KEYS, NULL);
	ck_assert(past_find_traits(past, traits, KEYS, found, NULL));
	for (guint i = 0; i < KEYS; i++) {
		PastTraitFound trait = {0};
		for (guint d = 0; d < days; d++) {
			PastPortDay day = {0};
			gboolean there = FALSE;
			for (guint k = 0; k < all->len; k++) {
				const Row *row = &g_array_index(all, Row, k);
				guint32 port_sources = (guint32)row->numbers[PAST_PORT_SOURCES];
				guint32 sources = (guint32)row->numbers[PAST_TRAIT_SOURCES];
				if (row->day != past_day(past, d))
					continue;
				if (row->table == PAST_PORTS &&
					row->low == ((guint64)ports[i].group << 16 |
							    ports[i].port)) {
					day.sources_least =
						MAX(day.sources_least, port_sources);
					day.sources_most += port_sources;
					day.pairs += row->numbers[PAST_PORT_PAIRS];
					day.packets += row->numbers[PAST_PORT_PACKETS];
				}
				if (row->table == PAST_TRAITS && row->high == traits[i].field &&
					row->low == traits[i].value) {
					trait.first = trait.days_seen || there ? trait.first
									       : row->day;
					trait.last = row->day;
					trait.sources_max = MAX(trait.sources_max, sources);
					trait.packets += row->numbers[PAST_TRAIT_PACKETS];
					there = TRUE;
				}
			}
			trait.days_seen += there;
			const PastPortDay *told = &history[i * days + d];
			ck_assert_uint_eq(told->sources_least, day.sources_least);
			ck_assert_uint_eq(told->sources_most, day.sources_most);
			ck_assert_uint_eq(told->pairs, day.pairs);
			ck_assert_uint_eq(told->packets, day.packets);
		}
		ck_assert_uint_eq(found[i].days_seen, trait.days_seen);
		ck_assert_uint_eq(found[i].days_known, days);
		ck_assert_uint_eq(found[i].sources_max, trait.sources_max);
		ck_assert_uint_eq(found[i].packets, trait.packets);
		ck_assert_int_eq(found[i].first, trait.first);
		ck_assert_int_eq(found[i].last, trait.last);
	}
}
END_TEST

START_TEST(ports_of_days_that_begin_at_any_hour_are_those_of_the_nearest_utc_day)
{
	static const struct {
		gint64 before;   /* hours behind day 5 */
		guint32 days[6]; /* sources of TCP port 80; 0: not known */
	} cases[] = {
		{0, {0, 1, 2, 0, 4, 0}},
		{-8, {0, 1, 2, 0, 4, 0}},
		{11, {0, 1, 2, 0, 4, 0}},
		{-13, {0, 0, 1, 2, 0, 4}},
		{13, {1, 2, 0, 4, 0, 0}},
	};
	const PortKey keys[] = {{KIND_UDP, 53}, {KIND_SYN, 80}};
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	guint32 found[12];

	for (guint64 i = 1; i <= 4; i++) {
		g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(Row));
		Row row = {.table = PAST_PORTS, .low = PAST_TCP << 16 | 80};
		row.numbers[PAST_PORT_SOURCES] = i;
		g_array_append_val(rows, row);
		if (i != 3)
			put_day("dmz", DAY + (gint64)(i - 1) * DAY_SECONDS, rows);
	}
	g_autoptr(Past) past = open_past(9, shortfalls);
	PortHistory history = past_history(past);
	ck_assert(history.find(history.data, keys, 2,
		DAY + 5 * DAY_SECONDS + cases[_i].before * HOUR_SECONDS, 6, found));
	for (guint i = 0; i < 6; i++) {
		guint32 expected = cases[_i].days[i];
		ck_assert_uint_eq(found[i], expected ? 0 : PORT_HISTORY_UNKNOWN);
		ck_assert_uint_eq(found[6 + i], expected ? expected : PORT_HISTORY_UNKNOWN);
	}
}
END_TEST

START_TEST(days_without_a_roll_up_and_outside_the_span_are_not_known)
{
	static const guint there[] = {0, 1, 4, 9};
	g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(Row));
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < G_N_ELEMENTS(there); i++)
		put_day("dmz", DAY + (gint64)there[i] * DAY_SECONDS, rows);
	g_autoptr(Past) past = past_open("s", sensors, DAY + DAY_SECONDS,
		DAY + (gint64)9 * DAY_SECONDS, shortfalls, NULL);
	ck_assert_uint_eq(past_days_known(past), 2);
	ck_assert_uint_eq(past_days_missing(past), 6);
	ck_assert_int_eq(past_day(past, 0), DAY + DAY_SECONDS);
	g_autoptr(Past) nothing = past_open("t", sensors, DAY, G_MAXINT64, shortfalls, NULL);
	ck_assert_uint_eq(past_days_known(nothing) + past_days_missing(nothing), 0);
	ck_assert_uint_eq(shortfalls->len, 0);
}
END_TEST

static void
change_octet(const char *path, gint64 offset)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	guint8 octet;

	ck_assert_int_eq(pread(fd, &octet, 1, offset), 1);
	octet ^= 0x10;
	ck_assert_int_eq(pwrite(fd, &octet, 1, offset), 1);
	close(fd);
}

/* Oracle: the same store without that day. */
START_TEST(a_roll_up_that_is_damaged_within_is_left_out_as_a_whole)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(77);
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Row));
	const Network key = {address_from_v4(0xc0000000), 8};
	PastSource found;

	for (guint i = 0; i < 3; i++) {
		gint64 day = DAY + (gint64)i * DAY_SECONDS;
		g_autoptr(GArray) rows = dice_rows(dice, 9000, 1 << 20, 0, day);
		put_day("dmz", day, rows);
		if (i != 1)
			g_array_append_vals(all, rows->data, rows->len);
	}
	g_autoptr(Past) past = open_past(3, shortfalls);
	ck_assert_uint_eq(past_days_known(past), 3);
	{
		/* The last block of IPv4 sources: what comes before it is sound. */
		g_autoptr(PastFile) file = past_file_new("s/dmz/2026-09-02/day.past", NULL);
		guint32 n;
		const PastEntry *entries = past_file_entries(file, &n);
		guint32 last = 0;
		while (last + 1 < n && entries[last + 1].table == PAST_SOURCES_V4)
			last++;
		ck_assert_uint_gt(last, 0);
		change_octet("s/dmz/2026-09-02/day.past", (gint64)entries[last].offset + 9);
	}
	ck_assert(past_find_sources(past, &key, 1, &found, NULL));
	PastSource expected = find_slowly(all, &key);
	compare_sources(&found, &expected);
	ck_assert_uint_eq(found.days_known, 2);
	ck_assert_uint_eq(shortfalls->len, 1);
	ck_assert(strstr(shortfalls->pdata[0], "2026-09-02/day.past:") != NULL);
	ck_assert_uint_eq(past_days_known(past), 2);
	ck_assert_uint_eq(past_days_missing(past), 1);
}
END_TEST

/* Every octet of a small file, changed: no change goes unseen. */
START_TEST(no_changed_octet_goes_unseen)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(5);
	g_autoptr(GArray) rows = dice_rows(dice, 40, 100, 0, DAY);
	const char *path = "s/dmz/2026-09-01/day.past";
	GStatBuf status;

	put_day("dmz", DAY, rows);
	ck_assert_int_eq(g_stat(path, &status), 0);
	for (gint64 i = 0; i < status.st_size; i++) {
		g_autoptr(GError) error = NULL;
		change_octet(path, i);
		ck_assert(!past_file_verify(path, &error));
		ck_assert_int_eq(error->code, FAILURE_PARTIAL);
		change_octet(path, i);
	}
	ck_assert(past_file_verify(path, NULL));
	for (gint64 length = 0; length < status.st_size; length++) {
		g_autofree char *octets = NULL;
		gsize whole;
		ck_assert(g_file_get_contents(path, &octets, &whole, NULL));
		ck_assert(g_file_set_contents("cut.past", octets, length, NULL));
		ck_assert(!past_file_verify("cut.past", NULL));
	}
}
END_TEST

START_TEST(what_is_not_finished_leaves_nothing)
{
	g_autofree char *path = place("dmz", DAY);
	g_autoptr(PastWriter) writer = past_writer_new(path, NULL);
	const guint64 numbers[PAST_NUMBERS] = {1, 1, 2};

	past_writer_add(writer, PAST_SOURCES_V4, 0, 1, numbers);
	g_clear_pointer(&writer, past_writer_free);
	g_autoptr(GDir) dir = g_dir_open("s/dmz/2026-09-01", 0, NULL);
	ck_assert_ptr_null(g_dir_read_name(dir));
}
END_TEST

/* A tally of no sources. */
static void
put_tally(gint64 hour, guint64 settings)
{
	g_autoptr(HourFacts) facts = hour_facts_new(hour, 0, "dmz", "192.0.2.0/24", settings);
	g_autofree char *path = store_path("s", "dmz", hour);
	g_autofree char *parent = g_path_get_dirname(path);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	ck_assert(writer_finish(writer, facts, NULL));
}

static PastState
look(void)
{
	PastState state;

	ck_assert(past_make_look("s", "dmz", "2026-09-01", &state, NULL));
	return state;
}

START_TEST(a_day_is_due_when_a_tally_is_not_counted)
{
	gint stop = 1;
	PastMade made;

	ck_assert_int_eq(look(), PAST_EMPTY);
	ck_assert(past_make("s", "dmz", "2026-09-01", NULL, &made, NULL) && !made.made);
	put_tally(DAY, 7);
	put_tally(DAY + 23 * HOUR_SECONDS, 7);
	ck_assert_int_eq(look(), PAST_MISSING);
	ck_assert(past_make("s", "dmz", "2026-09-01", &stop, &made, NULL) && !made.made);
	ck_assert_int_eq(look(), PAST_MISSING);
	ck_assert(past_make("s", "dmz", "2026-09-01", NULL, &made, NULL) && made.made);
	ck_assert_uint_eq(made.tallies, 2);
	ck_assert_int_eq(look(), PAST_SETTLED);
	put_tally(DAY + 5 * HOUR_SECONDS, 7);
	ck_assert_int_eq(look(), PAST_STALE);
	ck_assert(past_make("s", "dmz", "2026-09-01", NULL, &made, NULL) && made.made);
	/* of the same length */
	put_tally(DAY + 5 * HOUR_SECONDS, 8);
	ck_assert_int_eq(look(), PAST_STALE);
	ck_assert(past_make("s", "dmz", "2026-09-01", NULL, &made, NULL) && made.made);
	g_unlink("s/dmz/2026-09-01/0000.tally");
	ck_assert_int_eq(look(), PAST_SETTLED);
	change_octet("s/dmz/2026-09-01/day.past", 30);
	ck_assert_int_eq(look(), PAST_DAMAGED);
}
END_TEST

START_TEST(a_trait_is_remembered_when_firm_or_shared)
{
	static const struct {
		PastField field;
		guint sources;
		guint64 packets, contacts; /* of each */
		gboolean kept;
	} cases[] = {
		{PAST_ACK, 1, 3, 2, TRUE},
		{PAST_ACK, 1, 3, 1, FALSE},
		{PAST_ACK, 1, 2, 2, FALSE},
		{PAST_ACK, 2, 1, 1, TRUE},
		{PAST_SEQ, 2, 1, 1, TRUE},
		{PAST_SYN, 1, 2, 2, FALSE},
		{PAST_SPORT, 1, 3, 2, TRUE},
		{PAST_SPORT, 9, 2, 2, FALSE},
		{PAST_ID, 9, 1, 1, FALSE},
		{PAST_ID, 1, 4, 4, TRUE},
	};
	g_autoptr(PastTraits) traits = past_traits_new(16);

	for (guint i = 0; i < cases[_i].sources; i++)
		past_traits_add(
			traits, cases[_i].field, 99, cases[_i].packets, cases[_i].contacts);
	g_autoptr(GArray) counts = past_traits_take(traits);
	ck_assert_uint_eq(counts->len, cases[_i].kept);
	if (!cases[_i].kept)
		return;
	const PastTraitCount *count = &g_array_index(counts, PastTraitCount, 0);
	ck_assert_uint_eq(count->value, 99);
	ck_assert_uint_eq(count->sources, cases[_i].sources);
	ck_assert_uint_eq(count->packets, cases[_i].sources * cases[_i].packets);
}
END_TEST

START_TEST(random_values_make_room_for_those_that_matter)
{
	enum { MAX = 1000, NOISE = 50000 };
	g_autoptr(PastTraits) traits = past_traits_new(MAX);

	for (guint64 i = 0; i < NOISE; i++) {
		past_traits_add(traits, PAST_SEQ, 1000 + i, 1, 1);
		if (i % 500 == 0)
			past_traits_add(traits, PAST_ACK, 674711610, 3, 3);
	}
	ck_assert_uint_gt(past_traits_forgotten(traits), NOISE - 2 * MAX);
	g_autoptr(GArray) counts = past_traits_take(traits);
	ck_assert_uint_eq(counts->len, 1);
	ck_assert_uint_eq(g_array_index(counts, PastTraitCount, 0).sources, NOISE / 500);
}
END_TEST

static const struct {
	PastSource source;
	const char *text;
} sentences[] = {
	{{.days_known = 60}, "never seen in 60 days"},
	{{.days_known = 1}, "never seen in 1 day"},
	{{.days_known = 0}, "nothing is known of the days before"},
	{{60, 14, DAY + 2 * DAY_SECONDS + 3600, DAY + 80 * DAY_SECONDS, 99, 6, 1, 1 << KIND_SYN,
		 ANSWER_RST},
		"first seen 2026-09-03, on 14 of 60 days, last 2026-11-20; syn to at most 6 "
		"targets a day; answered"},
	{{60, 1, DAY, DAY + 3600, 3, 1, 1, 1 << KIND_RST | 1 << KIND_SYNACK, 0},
		"first seen 2026-09-01, on 1 of 60 days, last 2026-09-01; synack, rst to at "
		"most 1 target a day"},
	{{60, 2, DAY, DAY + DAY_SECONDS, 3, 5, 9, 1 << KIND_UDP,
		 ANSWER_SYNACK | ANSWER_COMPLETED},
		"first seen 2026-09-01, on 2 of 60 days, last 2026-09-02; at most 9 addresses "
		"of it a day; udp to at most 5 targets a day each; a handshake was completed"},
};

START_TEST(what_is_known_is_told_in_a_line)
{
	g_autofree char *text = past_source_text(&sentences[_i].source);

	ck_assert_str_eq(text, sentences[_i].text);
}
END_TEST

START_TEST(a_port_is_told_by_its_median)
{
	static const struct {
		guint64 sources[5];
		guint n;
		guint64 median;
		const char *text;
	} cases[] = {
		{{0}, 0, 0, "nothing is known of the days before"},
		{{0}, 3, 0, "never seen in 3 days"},
		{{7}, 1, 7, "on 1 of 1 day, median 7 sources a day, at most 7"},
		{{1, 4}, 2, 3, "on 2 of 2 days, median 3 sources a day, at most 4"},
		{{9, 0, 1}, 3, 1, "on 2 of 3 days, median 1 source a day, at most 9"},
		{{5, 0, 0, 0, 2}, 5, 0, "on 2 of 5 days, median 0 sources a day, at most 5"},
	};
	PastPortDay days[5] = {0};

	for (guint i = 0; i < 5; i++)
		days[i].sources_most = cases[_i].sources[i];
	ck_assert_uint_eq(past_port_median(days, cases[_i].n), cases[_i].median);
	g_autofree char *text = past_port_text(days, cases[_i].n);
	ck_assert_str_eq(text, cases[_i].text);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, rows_come_back_as_they_were_written, 0, 5);
	tcase_add_test(tests, extreme_numbers_come_back);
	tcase_add_loop_test(
		tests, sources_and_prefixes_are_found_as_by_looking_at_every_row, 0, 6);
	tcase_add_test(tests, ports_and_traits_are_found_as_by_looking_at_every_row);
	tcase_add_loop_test(tests,
		ports_of_days_that_begin_at_any_hour_are_those_of_the_nearest_utc_day, 0, 5);
	tcase_add_test(tests, days_without_a_roll_up_and_outside_the_span_are_not_known);
	tcase_add_test(tests, a_roll_up_that_is_damaged_within_is_left_out_as_a_whole);
	tcase_add_test(tests, no_changed_octet_goes_unseen);
	tcase_add_test(tests, what_is_not_finished_leaves_nothing);
	tcase_add_test(tests, a_day_is_due_when_a_tally_is_not_counted);
	tcase_add_loop_test(tests, a_trait_is_remembered_when_firm_or_shared, 0, 10);
	tcase_add_test(tests, random_values_make_room_for_those_that_matter);
	tcase_add_loop_test(tests, what_is_known_is_told_in_a_line, 0, G_N_ELEMENTS(sentences));
	tcase_add_loop_test(tests, a_port_is_told_by_its_median, 0, 6);
}

int
main(void)
{
	return suite_run("past", add_tests);
}
