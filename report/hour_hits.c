#include "config.h"

#include "report/hour_hits.h"

#include <string.h>

#include "common/hash.h"
#include "report/html.h"
#include "report/tcpdump.h"
#include "report/text.h"
#include "tally/decode.h"
#include "tally/inputs.h"
#include "tally/pick.h"

enum {
	FORM = 2,            /* of the HTML below, for the key */
	SOURCES_MAX = 10000, /* of a pattern that are told apart while packets are read */
	SOURCES_KEPT = 500,  /* of these so many keep packets */
	SOURCES_SHOWN = 50,
	PACKETS_MAX = 10, /* of a source that are shown */
	FRAME_MAX = 512,  /* octets of a packet that are kept: its headers */
};

/* A source that a pattern hit. */
typedef struct {
	Address address; /* family 0: not between us and somebody outside */
	guint64 packets;
	GArray *kept;     /* of PickPacket, frames owned; NULL: none are kept */
	guint first_text; /* of its packets among the pattern's texts */
} HitSource;

typedef struct {
	guint64 packets, others; /* others: of sources beyond SOURCES_MAX */
	GHashTable *sources;     /* owned: Address -> HitSource, which holds its own key */
} HitRule;

typedef struct {
	const Home *home; /* borrowed */
	HitRule *rules;
	Observation items[2];
	guint8 v6[4 * 16];
	CaptureTotals totals;
} Hits;

/* Nobody may choose addresses that collide. */
static HashKey hash_key;

static guint
hash_address(gconstpointer data)
{
	const Address *address = data;

	return (guint)hash_pair(&hash_key, address->high, address->low ^ address->family);
}

static gboolean
equal_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b) == 0;
}

static void
hit_source_free(gpointer data)
{
	HitSource *source = data;

	for (guint i = 0; source->kept && i < source->kept->len; i++)
		g_free(g_array_index(source->kept, PickPacket, i).frame);
	g_clear_pointer(&source->kept, g_array_unref);
	g_free(source);
}

/* Who is outside, of a packet that comes in or goes out. */
static Address
source_of(Hits *hits, const CaptureRecord *record, guint32 link_type)
{
	ObservationList list = {.items = hits->items, .v6 = hits->v6};
	const LinkType *link = link_find(link_type);
	Outcome outcome = decode_frame(link ? link->function : NULL, hits->home, record->time,
		record->frame, record->captured, record->wire, &list, &hits->totals);
	const Observation *first = &hits->items[0];

	if ((outcome != OUTCOME_IN && outcome != OUTCOME_OUT) || list.n == 0)
		return (Address){0};
	return first->observed & OBSERVED_V6
		       ? address_from_v6(hits->v6 + 16 * (gsize)first->external)
		       : address_from_v4(first->external);
}

static HitSource *
take_source(HitRule *rule, const Address *address)
{
	HitSource *source = g_hash_table_lookup(rule->sources, address);

	if (source || g_hash_table_size(rule->sources) >= SOURCES_MAX)
		return source;
	source = g_new0(HitSource, 1);
	source->address = *address;
	if (g_hash_table_size(rule->sources) < SOURCES_KEPT)
		source->kept = g_array_new(FALSE, FALSE, sizeof(PickPacket));
	g_hash_table_insert(rule->sources, &source->address, source);
	return source;
}

static void
found(gpointer data, guint number, const CaptureRecord *record, guint32 link_type,
	gboolean nanoseconds)
{
	Hits *hits = data;
	HitRule *rule = &hits->rules[number];
	Address address = source_of(hits, record, link_type);
	HitSource *source = take_source(rule, &address);

	(void)nanoseconds;
	rule->packets++;
	if (!source) {
		rule->others++;
		return;
	}
	source->packets++;
	if (!source->kept || source->kept->len >= PACKETS_MAX)
		return;
	guint32 octets = MIN(record->captured, FRAME_MAX);
	PickPacket packet = {record->time, g_memdup2(record->frame, octets), octets,
		record->wire, link_file_type(link_type)};
	g_array_append_val(source->kept, packet);
}

/* Most packets first, then by address. */
static int
compare_sources(gconstpointer a, gconstpointer b)
{
	const HitSource *x = *(const HitSource *const *)a, *y = *(const HitSource *const *)b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return address_compare(&x->address, &y->address);
}

static int
compare_packets(gconstpointer a, gconstpointer b)
{
	const PickPacket *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

/* Texts of the packets of the sources that are shown (of char *; NULL and problem: none), and
 * which of them are whose. */
static GPtrArray *
print_packets(const GPtrArray *sources, guint shown, const char *folder, GError **problem)
{
	g_autofree char *path = tcpdump_path();
	g_autoptr(GPtrArray) packets = g_ptr_array_new();

	for (guint i = 0; i < shown; i++) {
		HitSource *source = sources->pdata[i];
		source->first_text = packets->len;
		if (!source->kept)
			continue;
		g_array_sort(source->kept, compare_packets);
		for (guint k = 0; k < source->kept->len; k++)
			g_ptr_array_add(packets, &g_array_index(source->kept, PickPacket, k));
	}
	if (packets->len == 0)
		return g_ptr_array_new();
	if (!path) {
		g_set_error_literal(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT,
			"tcpdump is not installed: packets are counted, not shown");
		return NULL;
	}
	return tcpdump_print(
		path, (const PickPacket *const *)packets->pdata, packets->len, folder, problem);
}

static void
put_source(GString *page, const HitSource *source, const GPtrArray *texts)
{
	char address[ADDRESS_TEXT_SIZE] = "neither in nor out", number[TEXT_NUMBER_SIZE];
	guint n = texts && source->kept ? source->kept->len : 0;

	if (source->address.family != 0)
		address_format(&source->address, address);
	g_autofree char *heading = g_strdup_printf("%s: %s packet%s", address,
		text_number(source->packets, number), text_plural(source->packets));
	html_element(page, "h3", NULL, heading);
	if (n > 0)
		g_string_append(page, "\n<pre tabindex=\"0\">");
	for (guint i = 0; i < n; i++)
		html_line(page, texts->pdata[source->first_text + i]);
	g_string_append(page, n > 0 ? "</pre>\n" : "\n");
	if (n > 0 && source->packets > n)
		g_string_append_printf(page, "<p class=\"note\">and %s more</p>\n",
			text_number(source->packets - n, number));
	else if (texts && !source->kept)
		g_string_append_printf(page,
			"<p class=\"note\">not kept: %u sources came before it</p>\n",
			(guint)SOURCES_KEPT);
}

/* FALSE: its packets could not be printed. */
static gboolean
put_rule(GString *page, const Pattern *pattern, const HitRule *rule, const char *folder,
	GPtrArray *problems)
{
	g_autoptr(GPtrArray) sources = g_ptr_array_new();
	g_autoptr(GError) problem = NULL;
	char number[TEXT_NUMBER_SIZE], n_sources[TEXT_NUMBER_SIZE];
	GHashTableIter iter;
	gpointer source;

	g_hash_table_iter_init(&iter, rule->sources);
	while (g_hash_table_iter_next(&iter, NULL, &source))
		g_ptr_array_add(sources, source);
	g_ptr_array_sort(sources, compare_sources);
	guint shown = MIN(sources->len, SOURCES_SHOWN);
	g_autoptr(GPtrArray) texts = print_packets(sources, shown, folder, &problem);
	if (problem)
		g_ptr_array_add(problems, g_strdup(problem->message));

	g_string_append(page, "<section>\n");
	html_element(page, "h2", NULL, pattern->name);
	g_string_append(page, "\n<p>");
	html_text(page, pattern->comment);
	g_string_append(page, " <code>");
	html_text(page, pattern->filter);
	g_string_append(page, "</code></p>\n<p>");
	html_format(page, "%s packet%s of %s source%s", text_number(rule->packets, number),
		text_plural(rule->packets), text_number(sources->len, n_sources),
		text_plural(sources->len));
	g_string_append(page, "</p>\n");
	for (guint i = 0; i < shown; i++)
		put_source(page, sources->pdata[i], texts);
	if (sources->len > shown)
		g_string_append_printf(page,
			"<p class=\"note\">and %s more sources, none with more packets</p>\n",
			text_number(sources->len - shown, number));
	if (rule->others > 0)
		g_string_append_printf(page,
			"<p class=\"note\">and %s packets of sources beyond the first "
			"10,000</p>\n",
			text_number(rule->others, number));
	g_string_append(page, "</section>\n");
	return texts != NULL;
}

char *
hour_hits_key(const GArray *files, const Home *home, const Pattern *patterns, guint n_patterns)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "%d %s\n%s\n", FORM, PACKAGE_VERSION, home_text(home));
	for (guint i = 0; i < files->len; i++) {
		const CapturesFile *file = &g_array_index(files, CapturesFile, i);
		g_autofree char *line = inputs_line(file->file);
		g_string_append_printf(text, "%s/%s\n", file->sensor, line);
	}
	for (guint i = 0; i < n_patterns; i++)
		g_string_append_printf(text, "%s\n%s\n%s\n", patterns[i].name,
			patterns[i].filter, patterns[i].comment);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
}

/* All patterns over all files. */
static gboolean
read_files(Hits *hits, const GArray *files, const Pattern *patterns, guint n_patterns,
	GPtrArray *problems, GError **error)
{
	g_autoptr(Pick) pick = pick_new(hits->home);
	const PickListener listener = {hits, found, NULL};

	for (guint i = 0; i < n_patterns; i++) {
		const PickRule rule = {.expression = patterns[i].filter};
		if (!pick_add(pick, &rule, error))
			return FALSE;
	}
	for (guint i = 0; i < files->len; i++) {
		g_autoptr(GError) problem = NULL;
		const CapturesFile *file = &g_array_index(files, CapturesFile, i);
		if (!pick_read(pick, file->file->path, &listener, &problem))
			g_ptr_array_add(problems, g_strdup(problem->message));
	}
	for (guint i = 0; i < n_patterns; i++)
		if (pick_problem(pick, i))
			g_ptr_array_add(problems, g_strdup(pick_problem(pick, i)));
	return TRUE;
}

gboolean
hour_hits_html(GString *page, const GArray *files, const Home *home, const Pattern *patterns,
	guint n_patterns, const char *folder, gboolean *printed, GPtrArray *problems,
	GError **error)
{
	g_autofree HitRule *rules = g_new0(HitRule, n_patterns);
	g_autofree Hits *hits = g_new0(Hits, 1);

	hash_key_draw(&hash_key);
	hits->home = home;
	hits->rules = rules;
	for (guint i = 0; i < n_patterns; i++)
		rules[i].sources = g_hash_table_new_full(
			hash_address, equal_addresses, NULL, hit_source_free);
	gboolean done = read_files(hits, files, patterns, n_patterns, problems, error);
	*printed = TRUE;
	for (guint i = 0; i < n_patterns; i++) {
		if (done && !put_rule(page, &patterns[i], &rules[i], folder, problems))
			*printed = FALSE;
		g_hash_table_unref(rules[i].sources);
	}
	return done;
}
