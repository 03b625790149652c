#include "config.h"

#include "tests/fake_reader.h"

#include <stdlib.h>

#include "common/failure.h"

struct Reader {
	HourFacts hour;
	FakeRow *rows; /* owned */
	guint n, next, stretch_rows, fail_after;
	GArray *targets_v4, *targets_v6, *facts, *answered, *udp_in, *udp_out, *contacts_end,
		*contacts;
};

static int
compare_rows(const void *a, const void *b)
{
	const FakeRow *row_a = a, *row_b = b;
	int sources = address_compare(&row_a->source, &row_b->source);

	return sources != 0 ? sources : address_compare(&row_a->target, &row_b->target);
}

Reader *
fake_reader_new(gint64 hour, guint grid_minutes, const FakeRow *rows, guint n,
	guint stretch_rows, guint fail_after)
{
	Reader *reader = g_new0(Reader, 1);

	reader->hour.hour = hour;
	reader->hour.grid_minutes = grid_minutes;
	reader->rows = g_new(FakeRow, n + 1);
	for (guint i = 0; i < n; i++)
		reader->rows[i] = rows[i];
	qsort(reader->rows, n, sizeof *rows, compare_rows);
	reader->n = n;
	reader->stretch_rows = stretch_rows;
	reader->fail_after = fail_after;
	reader->targets_v4 = g_array_new(FALSE, FALSE, sizeof(guint32));
	reader->targets_v6 = g_array_new(FALSE, FALSE, sizeof(Address));
	reader->facts = g_array_new(FALSE, FALSE, sizeof(guint16));
	reader->answered = g_array_new(FALSE, FALSE, sizeof(guint8));
	reader->udp_in = g_array_new(FALSE, FALSE, sizeof(guint64));
	reader->udp_out = g_array_new(FALSE, FALSE, sizeof(guint64));
	reader->contacts_end = g_array_new(FALSE, FALSE, sizeof(guint32));
	reader->contacts = g_array_sized_new(FALSE, FALSE, sizeof(Contact), 1);
	return reader;
}

void
reader_free(Reader *reader)
{
	g_free(reader->rows);
	g_array_unref(reader->targets_v4);
	g_array_unref(reader->targets_v6);
	g_array_unref(reader->facts);
	g_array_unref(reader->answered);
	g_array_unref(reader->udp_in);
	g_array_unref(reader->udp_out);
	g_array_unref(reader->contacts_end);
	g_array_unref(reader->contacts);
	g_free(reader);
}

const HourFacts *
reader_hour(const Reader *reader)
{
	return &reader->hour;
}

const char *
reader_name(const Reader *reader)
{
	(void)reader;
	return "fake";
}

static void
take_row(Reader *reader, const FakeRow *row)
{
	guint32 target_v4 = (guint32)row->target.low, contacts_end;
	guint8 answered = 0;

	g_array_append_val(reader->targets_v4, target_v4);
	g_array_append_val(reader->targets_v6, row->target);
	g_array_append_val(reader->facts, row->facts);
	g_array_append_val(reader->answered, answered);
	g_array_append_val(reader->udp_in, row->udp_in);
	g_array_append_val(reader->udp_out, row->udp_out);
	g_array_append_vals(reader->contacts, row->contacts, row->n_contacts);
	contacts_end = reader->contacts->len;
	g_array_append_val(reader->contacts_end, contacts_end);
}

static gboolean
has_udp(const Reader *reader)
{
	for (guint i = 0; i < reader->udp_in->len; i++)
		if (g_array_index(reader->udp_in, guint64, i) != FACTS_NEVER ||
			g_array_index(reader->udp_out, guint64, i) != FACTS_NEVER)
			return TRUE;
	return FALSE;
}

gboolean
reader_next(Reader *reader, Stretch *stretch, GError **error)
{
	guint first = reader->next;
	const Address *source = &reader->rows[first].source;

	if (reader->fail_after > 0 && first >= reader->fail_after) {
		g_set_error(error, FAILURE, FAILURE_PARTIAL, "fake: damaged");
		return FALSE;
	}
	if (first == reader->n)
		return FALSE;
	g_array_set_size(reader->targets_v4, 0);
	g_array_set_size(reader->targets_v6, 0);
	g_array_set_size(reader->facts, 0);
	g_array_set_size(reader->answered, 0);
	g_array_set_size(reader->udp_in, 0);
	g_array_set_size(reader->udp_out, 0);
	g_array_set_size(reader->contacts_end, 0);
	g_array_set_size(reader->contacts, 0);
	while (reader->next < reader->n && reader->next - first < reader->stretch_rows &&
		address_compare(&reader->rows[reader->next].source, source) == 0)
		take_row(reader, &reader->rows[reader->next++]);
	gboolean udp = has_udp(reader);
	*stretch = (Stretch){
		.source = *source,
		.n = reader->next - first,
		.more = reader->next < reader->n &&
			address_compare(&reader->rows[reader->next].source, source) == 0,
		.family = source->family,
		.targets_v4 = source->family == 4
				      ? (const guint32 *)(gpointer)reader->targets_v4->data
				      : NULL,
		.targets_v6 = source->family == 6
				      ? (const Address *)(gpointer)reader->targets_v6->data
				      : NULL,
		.facts = (const guint16 *)(gpointer)reader->facts->data,
		.answered = (const guint8 *)reader->answered->data,
		.udp_in = udp ? (const guint64 *)(gpointer)reader->udp_in->data : NULL,
		.udp_out = udp ? (const guint64 *)(gpointer)reader->udp_out->data : NULL,
		.contacts_end = (const guint32 *)(gpointer)reader->contacts_end->data,
		.contacts = (const Contact *)(gpointer)reader->contacts->data,
	};
	return TRUE;
}
