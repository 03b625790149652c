#include "config.h"

#include "tally/past.h"

#include <stdlib.h>
#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/spool.h"
#include "tally/past_scan.h"

/* A roll-up that is sound, as far as is known. */
typedef struct {
	gint64 day;
	char *path; /* owned */
} Roll;

struct Past {
	GPtrArray *rolls; /* owned; of Roll *, by day */
	GArray *days;     /* owned; of gint64: those of the rolls, each once */
	gint64 before;
	GPtrArray *shortfalls; /* borrowed */
};

static void
roll_free(gpointer data)
{
	Roll *roll = data;

	g_free(roll->path);
	g_free(roll);
}

/* Whether anything of the day was counted. */
static gboolean
has_tallies(const PastDay *day)
{
	for (guint i = 0; i < day->inputs->len; i++)
		if (!g_array_index(day->inputs, PastInput, i).unread)
			return TRUE;
	return FALSE;
}

static void
add_roll(Past *past, const char *path, gint64 day)
{
	g_autoptr(GError) problem = NULL;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return;
	g_autoptr(PastFile) file = past_file_new(path, &problem);
	if (!file) {
		past_tell(past, problem->message);
		return;
	}
	if (past_file_day(file)->day != day || !has_tallies(past_file_day(file)))
		return;
	Roll *roll = g_new(Roll, 1);
	*roll = (Roll){day, g_strdup(path)};
	g_ptr_array_add(past->rolls, roll);
}

static gboolean
add_sensor(Past *past, const char *store, const char *sensor, gint64 from, GError **error)
{
	g_auto(GStrv) days = spool_days(store, sensor, error);
	gint64 start;

	for (char **day = days; day && *day; day++) {
		g_autofree char *path = past_file_path(store, sensor, *day);
		if (spool_parse_day(*day, &start) && start >= from && start < past->before)
			add_roll(past, path, start);
	}
	return days != NULL;
}

static int
compare_rolls(gconstpointer a, gconstpointer b)
{
	const Roll *x = *(Roll *const *)a, *y = *(Roll *const *)b;

	return (x->day > y->day) - (x->day < y->day);
}

static void
note_days(Past *past)
{
	g_array_set_size(past->days, 0);
	for (guint i = 0; i < past->rolls->len; i++) {
		const Roll *roll = past->rolls->pdata[i];
		if (i == 0 || ((const Roll *)past->rolls->pdata[i - 1])->day != roll->day)
			g_array_append_val(past->days, roll->day);
	}
}

Past *
past_open(const char *store, const char *const *sensors, gint64 from, gint64 before,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(Past) past = g_new0(Past, 1);

	past->rolls = g_ptr_array_new_with_free_func(roll_free);
	past->days = g_array_new(FALSE, FALSE, sizeof(gint64));
	past->before = before;
	past->shortfalls = shortfalls;
	for (; *sensors; sensors++)
		if (!add_sensor(past, store, *sensors, from, error))
			return NULL;
	g_ptr_array_sort(past->rolls, compare_rolls);
	note_days(past);
	return g_steal_pointer(&past);
}

void
past_free(Past *past)
{
	if (!past)
		return;
	g_ptr_array_unref(past->rolls);
	g_array_unref(past->days);
	g_free(past);
}

void
past_tell(Past *past, const char *line)
{
	g_ptr_array_add(past->shortfalls, g_strdup(line));
}

guint
past_days_known(const Past *past)
{
	return past->days->len;
}

guint
past_days_missing(const Past *past)
{
	if (past->days->len == 0)
		return 0;
	gint64 last = past->before - 1 - past_day(past, 0);
	return (guint)(last / DAY_SECONDS) + 1 - past->days->len;
}

gint64
past_day(const Past *past, guint i)
{
	return g_array_index(past->days, gint64, i);
}

/* A pass over all roll-ups for some keys. */
typedef struct Pass Pass;
struct Pass {
	GArray *ranges; /* owned; of PastRange, in order, each once */
	guint *places;  /* owned; of each key: its range */
	void (*take)(Pass *pass, guint range, const PastBlock *block, guint32 row);
	gsize result_size;
	guint8 *results;        /* owned; a range each, all octets 0 at first */
	gint64 day;             /* of the roll-up at hand */
	guint day_number, roll; /* from 1 on */
	guint days_known;
};

static void
pass_clear(Pass *pass)
{
	g_clear_pointer(&pass->ranges, g_array_unref);
	g_free(pass->places);
	g_free(pass->results);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pass, pass_clear)

/* A key and where its result goes. */
typedef struct {
	PastRange range;
	guint key;
} Wanted;

static int
compare_wanted(const void *a, const void *b)
{
	return past_scan_compare(&((const Wanted *)a)->range, &((const Wanted *)b)->range);
}

/* wanted: n, in the order of the keys. */
static void
set_ranges(Pass *pass, Wanted *wanted, guint n)
{
	pass->ranges = g_array_new(FALSE, FALSE, sizeof(PastRange));
	pass->places = g_new(guint, n);
	if (n > 0)
		qsort(wanted, n, sizeof *wanted, compare_wanted);
	for (guint i = 0; i < n; i++) {
		if (i == 0 || compare_wanted(&wanted[i - 1], &wanted[i]) != 0)
			g_array_append_val(pass->ranges, wanted[i].range);
		pass->places[wanted[i].key] = pass->ranges->len - 1;
	}
}

static void
take(gpointer data, guint range, const PastBlock *block, guint32 row)
{
	Pass *pass = data;

	pass->take(pass, range, block, row);
}

static gpointer
result_of(const Pass *pass, guint range)
{
	return pass->results + range * pass->result_size;
}

/* Every roll-up once. FALSE: that of pass->roll is damaged, or cannot be read. */
static gboolean
pass_once(Past *past, Pass *pass, GError **error)
{
	pass->day_number = 0;
	for (pass->roll = 1; pass->roll <= past->rolls->len; pass->roll++) {
		const Roll *roll = past->rolls->pdata[pass->roll - 1];
		if (pass->roll == 1 || roll->day != pass->day)
			pass->day_number++;
		pass->day = roll->day;
		g_autoptr(PastFile) file = past_file_new(roll->path, error);
		if (!file || !past_scan(file, (const PastRange *)(gpointer)pass->ranges->data,
				     pass->ranges->len, take, pass, error))
			return FALSE;
	}
	return TRUE;
}

/* What was taken from a roll-up before its damage showed cannot be given back: then all begins
 * anew without it. */
static gboolean
pass_run(Past *past, Pass *pass, GError **error)
{
	for (;;) {
		g_autoptr(GError) problem = NULL;
		pass->days_known = past->days->len;
		g_free(pass->results);
		pass->results = g_malloc0_n(pass->ranges->len, pass->result_size);
		if (pass_once(past, pass, &problem))
			return TRUE;
		if (!g_error_matches(problem, FAILURE, FAILURE_PARTIAL)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		past_tell(past, problem->message);
		g_ptr_array_remove_index(past->rolls, pass->roll - 1);
		note_days(past);
	}
}

/* A source's result, and what it takes to count days and addresses once. */
typedef struct {
	PastSource source;
	guint day_number, roll;
	guint32 addresses; /* of that roll */
} SourceCount;

static void
take_source(Pass *pass, guint range, const PastBlock *block, guint32 row)
{
	SourceCount *count = result_of(pass, range);
	PastSource *source = &count->source;
	guint64 numbers[PAST_NUMBERS];

	for (guint i = 0; i < PAST_NUMBERS; i++)
		numbers[i] = block->numbers[i][row];
	gint64 first = pass->day + (gint64)numbers[PAST_SOURCE_FIRST] * HOUR_SECONDS;
	gint64 last = pass->day + (gint64)numbers[PAST_SOURCE_LAST] * HOUR_SECONDS;
	source->first = source->days_seen == 0 ? first : MIN(source->first, first);
	source->last = source->days_seen == 0 ? last : MAX(source->last, last);
	source->days_seen += count->day_number != pass->day_number;
	count->day_number = pass->day_number;
	count->addresses = count->roll == pass->roll ? count->addresses + 1 : 1;
	count->roll = pass->roll;
	source->sources_max = MAX(source->sources_max, count->addresses);
	source->targets_max = MAX(source->targets_max, (guint32)numbers[PAST_SOURCE_TARGETS]);
	source->packets += numbers[PAST_SOURCE_PACKETS];
	source->kinds |= (guint16)numbers[PAST_SOURCE_KINDS];
	source->answers |= (guint8)numbers[PAST_SOURCE_ANSWERS];
}

/* The low bits of a number, n 0 .. 64. */
static guint64
low_bits(guint n)
{
	return n >= 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT(1) << n) - 1;
}

static PastRange
source_range(const Network *key)
{
	const Address *address = &key->first;

	if (address->family == 4) {
		guint64 host = low_bits(32 - MIN(key->bits, 32u));
		return (PastRange){
			.from_low = address->low & ~host,
			.to_low = address->low | host,
			.table = PAST_SOURCES_V4,
		};
	}
	guint host = 128 - MIN(key->bits, 128u);
	guint64 low = low_bits(host), high = host > 64 ? low_bits(host - 64) : 0;
	return (PastRange){
		.from_high = address->high & ~high,
		.from_low = address->low & ~low,
		.to_high = address->high | high,
		.to_low = address->low | low,
		.table = PAST_SOURCES_V6,
	};
}

gboolean
past_find_sources(Past *past, const Network *keys, guint n, PastSource *results, GError **error)
{
	g_autofree Wanted *wanted = g_new(Wanted, n);
	g_auto(Pass) pass = {.take = take_source, .result_size = sizeof(SourceCount)};

	for (guint i = 0; i < n; i++)
		wanted[i] = (Wanted){source_range(&keys[i]), i};
	set_ranges(&pass, wanted, n);
	if (!pass_run(past, &pass, error))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		const SourceCount *count = result_of(&pass, pass.places[i]);
		results[i] = count->source;
		results[i].days_known = pass.days_known;
	}
	return TRUE;
}

static PastRange
point(PastTable table, guint64 high, guint64 low)
{
	return (PastRange){high, low, high, low, (guint8)table};
}

static void
take_port(Pass *pass, guint range, const PastBlock *block, guint32 row)
{
	PastPortDay *day = (PastPortDay *)result_of(pass, range) + pass->day_number - 1;
	guint64 sources = block->numbers[PAST_PORT_SOURCES][row];

	day->sources_least = MAX(day->sources_least, (guint32)sources);
	day->sources_most += sources;
	day->pairs += block->numbers[PAST_PORT_PAIRS][row];
	day->packets += block->numbers[PAST_PORT_PACKETS][row];
}

PastPortDay *
past_find_ports(Past *past, const PastPort *keys, guint n, GError **error)
{
	g_autofree Wanted *wanted = g_new(Wanted, n);
	/* Of more days than are left, should one turn out damaged. */
	gsize room = MAX(past->days->len, 1);
	g_auto(Pass) pass = {.take = take_port, .result_size = room * sizeof(PastPortDay)};

	for (guint i = 0; i < n; i++)
		wanted[i] = (Wanted){
			point(PAST_PORTS, 0, (guint64)keys[i].group << 16 | keys[i].port), i};
	set_ranges(&pass, wanted, n);
	if (!pass_run(past, &pass, error))
		return NULL;
	gsize days = pass.days_known;
	PastPortDay *results = g_new0(PastPortDay, MAX(n * days, 1));
	for (guint i = 0; i < n; i++)
		if (days > 0)
			memcpy(results + i * days, result_of(&pass, pass.places[i]),
				days * sizeof *results);
	return results;
}

/* A port of a group's range, and what it takes to count days once. */
typedef struct {
	guint64 packets, sources;
	guint32 days_seen, sources_max;
	guint32 day_number, day_sources;
} PortCount;

enum { PORTS = 65536 };

static void
take_listed(Pass *pass, guint range, const PastBlock *block, guint32 row)
{
	PortCount *count = (PortCount *)result_of(pass, range) + block->low[row] % PORTS;
	guint32 sources = (guint32)block->numbers[PAST_PORT_SOURCES][row];

	if (count->day_number != pass->day_number) {
		count->day_number = pass->day_number;
		count->day_sources = 0;
		count->days_seen++;
	}
	if (sources > count->day_sources) {
		count->sources += sources - count->day_sources;
		count->day_sources = sources;
	}
	count->sources_max = MAX(count->sources_max, sources);
	count->packets += block->numbers[PAST_PORT_PACKETS][row];
}

GArray *
past_list_ports(Past *past, GError **error)
{
	static const guint8 groups[] = {PAST_TCP, PAST_UDP, PAST_ICMP}; /* in order */
	Wanted wanted[G_N_ELEMENTS(groups)];
	g_auto(Pass) pass = {.take = take_listed, .result_size = PORTS * sizeof(PortCount)};

	for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
		guint64 first = (guint64)groups[i] * PORTS;
		wanted[i] = (Wanted){{0, first, 0, first + PORTS - 1, PAST_PORTS}, i};
	}
	set_ranges(&pass, wanted, G_N_ELEMENTS(groups));
	if (!pass_run(past, &pass, error))
		return NULL;
	GArray *ports = g_array_new(FALSE, FALSE, sizeof(PastPortSum));
	for (guint i = 0; i < G_N_ELEMENTS(groups) * PORTS; i++) {
		const PortCount *count = (const PortCount *)(gpointer)pass.results + i;
		PastPortSum sum = {{groups[i / PORTS], (guint16)(i % PORTS)}, count->days_seen,
			count->sources_max, count->sources, count->packets};
		if (sum.days_seen > 0)
			g_array_append_val(ports, sum);
	}
	return ports;
}

static int
compare_numbers(const void *a, const void *b)
{
	guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;

	return (x > y) - (x < y);
}

guint64
past_port_median(const PastPortDay *days, guint n)
{
	g_autofree guint64 *sources = g_new(guint64, n);

	if (n == 0)
		return 0;
	for (guint i = 0; i < n; i++)
		sources[i] = days[i].sources_most;
	qsort(sources, n, sizeof *sources, compare_numbers);
	return (sources[(n - 1) / 2] + sources[n / 2] + 1) / 2;
}

typedef struct {
	PastTraitFound trait;
	guint day_number;
} TraitCount;

static void
take_trait(Pass *pass, guint range, const PastBlock *block, guint32 row)
{
	TraitCount *count = result_of(pass, range);
	PastTraitFound *trait = &count->trait;
	guint32 sources = (guint32)block->numbers[PAST_TRAIT_SOURCES][row];

	/* Days ascend. */
	if (trait->days_seen == 0)
		trait->first = pass->day;
	trait->last = pass->day;
	trait->days_seen += count->day_number != pass->day_number;
	count->day_number = pass->day_number;
	trait->sources_max = MAX(trait->sources_max, sources);
	trait->packets += block->numbers[PAST_TRAIT_PACKETS][row];
}

gboolean
past_find_traits(
	Past *past, const PastTrait *keys, guint n, PastTraitFound *results, GError **error)
{
	g_autofree Wanted *wanted = g_new(Wanted, n);
	g_auto(Pass) pass = {.take = take_trait, .result_size = sizeof(TraitCount)};

	for (guint i = 0; i < n; i++)
		wanted[i] = (Wanted){point(PAST_TRAITS, keys[i].field, keys[i].value), i};
	set_ranges(&pass, wanted, n);
	if (!pass_run(past, &pass, error))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		const TraitCount *count = result_of(&pass, pass.places[i]);
		results[i] = count->trait;
		results[i].days_known = pass.days_known;
	}
	return TRUE;
}
