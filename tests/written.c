#include "config.h"

#include "tests/written.h"

#include <unistd.h>

#include "common/hour.h"
#include "tally/writer.h"

enum { PREFIX_V6 = 64, TTL = 60 };

Written *
written_new(void)
{
	Written *written = g_new0(Written, 1);

	written->folder = g_dir_make_tmp("written-XXXXXX", NULL);
	g_assert_nonnull(written->folder);
	written->contacts = g_array_new(FALSE, FALSE, sizeof(WrittenContact));
	written->paths = g_ptr_array_new_with_free_func(g_free);
	return written;
}

void
written_free(Written *written)
{
	for (guint i = 0; i < written->paths->len; i++)
		unlink(written->paths->pdata[i]);
	rmdir(written->folder);
	g_free(written->folder);
	g_array_unref(written->contacts);
	g_ptr_array_unref(written->paths);
	g_free(written);
}

void
written_add(Written *written, const Address *source, const Address *target, int hour,
	const Contact *contact)
{
	WrittenContact item = {*source, *target, hour, *contact};

	g_array_append_val(written->contacts, item);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const WrittenContact *x = a, *y = b;
	int order = x->hour - y->hour;

	order = order != 0 ? order : address_compare(&x->source, &y->source);
	order = order != 0 ? order : address_compare(&x->target, &y->target);
	order = order != 0 ? order : (int)x->contact.kind - y->contact.kind;
	return order != 0 ? order : (int)x->contact.port - y->contact.port;
}

static gboolean
same_source(const WrittenContact *a, const WrittenContact *b)
{
	return a->hour == b->hour && address_compare(&a->source, &b->source) == 0;
}

gboolean
written_same_pair(const WrittenContact *a, const WrittenContact *b)
{
	return same_source(a, b) && address_compare(&a->target, &b->target) == 0;
}

/* The n contacts of one pair. */
static void
write_pair(Writer *writer, const WrittenContact *items, guint n)
{
	g_autofree Contact *contacts = g_new(Contact, n);
	Pair pair = {.target = items->target,
		.udp_in = FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.n_contacts = n,
		.contacts = contacts};

	for (guint i = 0; i < n; i++) {
		contacts[i] = items[i].contact;
		pair.facts |= kind_table[contacts[i].kind].fact_in;
		pair.answered |= contacts[i].answered;
		if (contacts[i].kind == KIND_UDP)
			pair.udp_in = MIN(pair.udp_in, contacts[i].first);
	}
	writer_pair(writer, &pair);
}

static void
write_traits(Writer *writer, guint8 family, guint32 kinds)
{
	Trait traits[KIND_AT_REST];
	guint n = 0;

	for (guint kind = 0; kind < KIND_AT_REST; kind++) {
		if (!(kinds & 1u << kind))
			continue;
		trait_clear(&traits[n]);
		traits[n].family = family;
		traits[n].kind = (guint8)kind;
		traits[n].ttl_min = traits[n].ttl_max = TTL;
		n++;
	}
	writer_traits(writer, traits, n);
}

/* The n contacts of one source. */
static void
write_source(Writer *writer, const WrittenContact *items, guint n)
{
	guint32 kinds = 0;

	writer_source(writer, &items->source);
	for (guint first = 0, next; first < n; first = next) {
		for (next = first; next < n && written_same_pair(&items[first], &items[next]);
			next++)
			kinds |= 1u << items[next].contact.kind;
		write_pair(writer, items + first, next - first);
	}
	write_traits(writer, items->source.family, kinds);
}

/* The n contacts of one hour. */
static void
write_hour(Written *written, const WrittenContact *items, guint n)
{
	g_autoptr(HourFacts) facts = hour_facts_new(
		WRITTEN_MIDNIGHT + items->hour * HOUR_SECONDS, 0, "", "192.0.2.0/24", 0);
	char *path = g_strdup_printf("%s/%03d.tally", written->folder, items->hour);
	g_autoptr(Writer) writer = writer_new(path, NULL);

	g_ptr_array_add(written->paths, path);
	for (guint first = 0, next; first < n; first = next) {
		for (next = first; next < n && same_source(&items[first], &items[next]);)
			next++;
		write_source(writer, items + first, next - first);
	}
	gboolean finished = writer_finish(writer, facts, NULL);
	g_assert_true(finished);
}

void
written_close(Written *written)
{
	const WrittenContact *items;
	guint n = written->contacts->len;

	g_array_sort(written->contacts, compare);
	items = (const WrittenContact *)(gpointer)written->contacts->data;
	for (guint i = 1; i < n; i++)
		g_assert_cmpint(compare(&items[i - 1], &items[i]), <, 0);
	for (guint first = 0, next; first < n; first = next) {
		for (next = first; next < n && items[next].hour == items[first].hour;)
			next++;
		write_hour(written, items + first, next - first);
	}
}

GPtrArray *
written_open(const Written *written)
{
	GPtrArray *readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);

	for (guint i = 0; i < written->paths->len; i++) {
		Reader *reader = reader_new(
			written->paths->pdata[i], READER_CONTACTS | READER_TRAITS, NULL);
		g_assert_nonnull(reader);
		g_ptr_array_add(readers, reader);
	}
	return readers;
}

static void
take(gpointer data, Finding *finding)
{
	g_ptr_array_add(data, finding);
}

GPtrArray *
written_find(const Written *written, WrittenEnd end, void (*meanwhile)(const Written *written),
	GError **error)
{
	const Scene scene = {.span = subject_always};
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) readers = written_open(written);
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	g_autoptr(Detection) detection = detection_new(settings, &scene, take, findings);
	g_autoptr(Gather) gather = gather_new(
		(Reader **)readers->pdata, readers->len, READER_CONTACTS | READER_TRAITS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, PREFIX_V6, 0, subject_always);
	const Subject *subject;
	g_autoptr(GError) problem = NULL;

	while ((subject = subject_stream_next(stream, &problem)))
		detection_see(detection, subject);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	if (meanwhile)
		meanwhile(written);
	if (end == WRITTEN_FINISHED &&
		!detection_finish(detection, (Reader **)readers->pdata, readers->len, error))
		return NULL;
	return g_steal_pointer(&findings);
}
