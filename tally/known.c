#include "config.h"

#include "tally/known.h"

#include <string.h>

#include "common/prefix_table.h"
#include "tally/known_private.h"

enum {
	ENTRIES_MAX = 2000000, /* of all lists together */
	LINES_MAX = 50,        /* told of one list */
	TOLD_MAX = 240,        /* octets of what is wrong */
	CHUNK = 4096,          /* octets that reasons are allocated by */
};

struct Known {
	char *date;          /* owned */
	GPtrArray *lists;    /* owned: of KnownList * */
	GArray *entries;     /* owned: of KnownEntry */
	GStringChunk *texts; /* owned: reasons, each once */
	GHashTable *scopes;  /* owned: ports as written -> PortSet * */
	PrefixTable *table;  /* owned: index into entries, by how they go before each other */
	GPtrArray *problems; /* owned: of char * */
	GPtrArray *expired;  /* owned: of char * */
};

const char *
known_action_name(KnownAction action)
{
	static const char *const names[KNOWN_ACTIONS] = {"ignore", "label", "watch"};

	return names[action];
}

static void
free_list(gpointer data)
{
	KnownList *list = data;

	g_free(list->name);
	g_free(list);
}

Known *
known_new(const char *date)
{
	Known *known = g_new0(Known, 1);

	known->date = g_strdup(date);
	known->lists = g_ptr_array_new_with_free_func(free_list);
	known->entries = g_array_new(FALSE, FALSE, sizeof(KnownEntry));
	known->texts = g_string_chunk_new(CHUNK);
	known->scopes = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)port_set_free);
	known->table = prefix_table_new();
	known->problems = g_ptr_array_new_with_free_func(g_free);
	known->expired = g_ptr_array_new_with_free_func(g_free);
	return known;
}

void
known_free(Known *known)
{
	if (!known)
		return;
	g_free(known->date);
	g_ptr_array_unref(known->lists);
	g_array_unref(known->entries);
	g_string_chunk_free(known->texts);
	g_hash_table_unref(known->scopes);
	prefix_table_free(known->table);
	g_ptr_array_unref(known->problems);
	g_ptr_array_unref(known->expired);
	g_free(known);
}

gboolean
known_is_date(const char *text)
{
	guint numbers[3];

	for (guint i = 0, at = 0; i < 3; i++) {
		guint digits = i == 0 ? 4 : 2;
		numbers[i] = 0;
		for (; digits > 0; digits--, at++) {
			if (!g_ascii_isdigit(text[at]))
				return FALSE;
			numbers[i] = numbers[i] * 10 + (guint)g_ascii_digit_value(text[at]);
		}
		if (text[at++] != (i < 2 ? '-' : '\0'))
			return FALSE;
	}
	return g_date_valid_dmy(
		(GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0]);
}

KnownReading
known_begin(Known *known, const char *name, KnownAction action, const char *path,
	const KnownDefaults *defaults)
{
	KnownList *list = g_new0(KnownList, 1);

	list->name = g_strdup(name);
	list->action = action;
	g_ptr_array_add(known->lists, list);
	return (KnownReading){known, list, path, *defaults};
}

/* As one printable line. */
static void
add_printable(GPtrArray *lines, const char *text)
{
	char *line = g_utf8_make_valid(text, -1);

	for (char *c = line; *c; c++)
		if (g_ascii_iscntrl(*c))
			*c = '?';
	g_ptr_array_add(lines, line);
}

/* "lab.txt:7: ..." */
static void
add_line(GPtrArray *lines, const char *path, guint line, const char *text)
{
	g_autoptr(GString) told = g_string_new(path);

	if (line > 0)
		g_string_append_printf(told, ":%u", line);
	g_string_append_printf(told, ": %.*s", TOLD_MAX, text);
	add_printable(lines, told->str);
}

void
known_complain(const KnownReading *reading, guint line, const char *format, ...)
{
	va_list arguments;

	if (reading->list->damaged++ >= LINES_MAX)
		return;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	add_line(reading->known->problems, reading->path, line, text);
}

void
known_leave_out(const KnownReading *reading, guint64 n, const char *type)
{
	g_autofree char *text = g_strdup_printf("a list of type %s: its %" G_GUINT64_FORMAT
						" entries are left out: expected type cidr",
		type, n);

	reading->list->others += n;
	add_line(reading->known->problems, reading->path, 0, text);
}

void
known_fail(const KnownReading *reading, const GError *error)
{
	reading->list->unread = TRUE;
	add_printable(reading->known->problems, error->message);
}

static void
expire(const KnownReading *reading, guint line, const Network *network, const char *until)
{
	char text[ADDRESS_TEXT_SIZE];

	if (reading->list->expired++ >= LINES_MAX)
		return;
	g_autofree char *told = g_strdup_printf(
		"%s was in force until %s", network_format(network, text), until);
	add_line(reading->known->expired, reading->path, line, told);
}

static void
add_rest(GPtrArray *lines, const char *path, guint64 n, const char *what)
{
	if (n <= LINES_MAX)
		return;
	g_autofree char *text =
		g_strdup_printf("and %" G_GUINT64_FORMAT " more %s", n - LINES_MAX, what);
	add_line(lines, path, 0, text);
}

void
known_end(const KnownReading *reading)
{
	const KnownList *list = reading->list;

	add_rest(reading->known->problems, reading->path, list->damaged, "left out");
	add_rest(reading->known->expired, reading->path, list->expired, "expired");
}

/* The set for ports as written; NULL and error: they are none. */
static const PortSet *
scope_of(Known *known, const char *text, GError **error)
{
	PortSet *set = g_hash_table_lookup(known->scopes, text);

	if (!set && (set = port_set_new(text, error)))
		g_hash_table_insert(known->scopes, g_strdup(text), set);
	return set;
}

void
known_add(const KnownReading *reading, guint line, const Network *network,
	const KnownDefaults *said)
{
	Known *known = reading->known;
	const KnownDefaults *defaults = &reading->defaults;
	const char *reason = said && said->reason ? said->reason : defaults->reason;
	const char *ports = said && said->ports ? said->ports : defaults->ports;
	const char *until = said && said->until ? said->until : defaults->until;
	KnownEntry entry = {.network = *network, .list = reading->list, .line = line};
	g_autoptr(GError) error = NULL;

	if (until && !known_is_date(until))
		known_complain(
			reading, line, "until=%s: expected a date, like 2027-01-31", until);
	else if (ports && !(entry.ports = scope_of(known, ports, &error)))
		known_complain(reading, line, "ports=%s: %s", ports, error->message);
	else if (until && strcmp(until, known->date) < 0)
		expire(reading, line, network, until);
	else if (known->entries->len >= ENTRIES_MAX)
		known_complain(
			reading, line, "expected at most %d entries of all lists", ENTRIES_MAX);
	else {
		entry.reason = g_string_chunk_insert_const(known->texts, reason ? reason : "");
		g_array_append_val(known->entries, entry);
		reading->list->entries++;
	}
}

/* Which of two for the same network goes before the other; else they stay as they were read. */
static int
compare_precedence(gconstpointer a, gconstpointer b)
{
	const KnownEntry *x = a, *y = b;

	if (x->list->action != y->list->action)
		return x->list->action > y->list->action ? -1 : 1;
	return (y->ports != NULL) - (x->ports != NULL);
}

void
known_settle(Known *known)
{
	g_array_sort(known->entries, compare_precedence); /* a stable one */
	for (guint i = 0; i < known->entries->len; i++)
		prefix_table_add(
			known->table, &g_array_index(known->entries, KnownEntry, i).network, i);
	prefix_table_settle(known->table);
}

const GPtrArray *
known_problems(const Known *known)
{
	return known->problems;
}

const GPtrArray *
known_expired(const Known *known)
{
	return known->expired;
}

const GPtrArray *
known_lists(const Known *known)
{
	return known->lists;
}

gboolean
known_has_ports(const Known *known)
{
	return g_hash_table_size(known->scopes) > 0;
}

static gboolean
applies(const KnownEntry *entry, const KnownPorts *ports)
{
	gsize within = 0;

	if (!entry->ports || !ports)
		return TRUE;
	for (gsize i = 0; i < ports->n; i++)
		within += (gsize)port_set_has(entry->ports, ports->ports[i]);
	/* What is to be seen is not lost for a list that was cut; what is to be passed over must be
	 * known as such. */
	if (entry->list->action == KNOWN_WATCH)
		return within > 0 || ports->more;
	return within > 0 && within == ports->n && !ports->more && !ports->none;
}

const KnownEntry *
known_find(const Known *known, const Address *address, guint bits, const KnownPorts *ports)
{
	gint at = prefix_table_find(known->table, address, bits);

	for (; at != PREFIX_TABLE_NONE; at = prefix_table_next(known->table, at)) {
		const KnownEntry *entry = &g_array_index(
			known->entries, KnownEntry, prefix_table_value(known->table, at));
		if (applies(entry, ports))
			return entry;
	}
	return NULL;
}

/* The same, to be changed. */
static KnownEntry *
own(Known *known, const KnownEntry *entry)
{
	const KnownEntry *first = &g_array_index(known->entries, KnownEntry, 0);

	return &g_array_index(known->entries, KnownEntry, entry - first);
}

void
known_count_source(Known *known, const KnownEntry *entry)
{
	own(known, entry)->sources++;
}

void
known_count_finding(Known *known, const KnownEntry *entry)
{
	own(known, entry)->findings++;
}

static int
compare_hits(gconstpointer a, gconstpointer b)
{
	const KnownEntry *x = *(const KnownEntry *const *)a, *y = *(const KnownEntry *const *)b;
	const Address *first = &x->network.first, *other = &y->network.first;

	if (x->list->action != y->list->action)
		return x->list->action > y->list->action ? -1 : 1;
	if (x->findings != y->findings)
		return x->findings > y->findings ? -1 : 1;
	if (x->sources != y->sources)
		return x->sources > y->sources ? -1 : 1;
	int order = address_compare(first, other);
	return order != 0 ? order : (int)x->network.bits - (int)y->network.bits;
}

void
known_foreach(
	const Known *known, void (*tell)(gpointer data, const KnownEntry *entry), gpointer data)
{
	g_autoptr(GPtrArray) hit = g_ptr_array_new();

	for (guint i = 0; i < known->entries->len; i++) {
		KnownEntry *entry = &g_array_index(known->entries, KnownEntry, i);
		if (entry->sources + entry->findings > 0)
			g_ptr_array_add(hit, entry);
	}
	g_ptr_array_sort(hit, compare_hits);
	for (guint i = 0; i < hit->len; i++)
		tell(data, hit->pdata[i]);
}
