#include "config.h"

#include "tally/pile.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/output.h"
#include "tally/savefile.h"

enum { PIECE = 1 << 20 };

typedef struct {
	guint64 time;
	guint64 at; /* of the frame in the file: packets that came earlier lie before */
	guint32 captured, wire;
} Entry;

struct Pile {
	int fd;            /* the unnamed file */
	GArray *entries;   /* owned: of Entry, as they came */
	GByteArray *piece; /* owned: the end of the file, not written yet */
	guint64 written;   /* octets in the file */
};

Pile *
pile_new(const char *folder, GError **error)
{
	int fd = output_open_unnamed(folder, G_MAXUINT64, error);

	if (fd < 0)
		return NULL;
	Pile *pile = g_new0(Pile, 1);
	pile->fd = fd;
	pile->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	pile->piece = g_byte_array_new();
	return pile;
}

void
pile_free(Pile *pile)
{
	if (!pile)
		return;
	close(pile->fd);
	g_array_unref(pile->entries);
	g_byte_array_unref(pile->piece);
	g_free(pile);
}

static gboolean
fail(GError **error, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "packets to be sorted by time %s: %s", what,
		g_strerror(errno));
	return FALSE;
}

static gboolean
write_piece(Pile *pile, GError **error)
{
	if (!disk_write(pile->fd, pile->piece->data, pile->piece->len))
		return fail(error, "cannot be written");
	pile->written += pile->piece->len;
	g_byte_array_set_size(pile->piece, 0);
	return TRUE;
}

gboolean
pile_add(Pile *pile, const CaptureRecord *record, GError **error)
{
	const Entry entry = {.time = record->time,
		.at = pile->written + pile->piece->len,
		.captured = record->captured,
		.wire = MAX(record->wire, record->captured)};

	g_array_append_val(pile->entries, entry);
	g_byte_array_append(pile->piece, record->frame, record->captured);
	return pile->piece->len < PIECE || write_piece(pile, error);
}

guint64
pile_size(const Pile *pile)
{
	return pile->entries->len;
}

gboolean
pile_has_before(const Pile *pile, guint64 n, guint64 time)
{
	for (guint i = 0; n > 0 && i < pile->entries->len; i++)
		n -= g_array_index(pile->entries, Entry, i).time < time;
	return n == 0;
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
	const Entry *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static gboolean
is_sorted(const GArray *entries)
{
	for (guint i = 1; i < entries->len; i++)
		if (g_array_index(entries, Entry, i - 1).time >
			g_array_index(entries, Entry, i).time)
			return FALSE;
	return TRUE;
}

gboolean
pile_take(Pile *pile, guint64 n, gboolean nanoseconds,
	gboolean (*take)(gpointer data, const guint8 *octets, gsize length, GError **error),
	gpointer data, GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint most = n ? (guint)MIN(n, pile->entries->len) : pile->entries->len;

	if (!write_piece(pile, error))
		return FALSE;
	gsize size = (gsize)pile->written;
	guint8 *frames =
		size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, pile->fd, 0) : (guint8 *)"";
	if (frames == MAP_FAILED)
		return fail(error, "cannot be read");
	if (!is_sorted(pile->entries))
		g_array_sort(pile->entries, compare_entries);
	gboolean done = TRUE;
	for (guint i = 0; done && i < most; i++) {
		const Entry *entry = &g_array_index(pile->entries, Entry, i);
		guint8 head[SAVEFILE_RECORD];
		savefile_record(head, entry->time, entry->captured, entry->wire, nanoseconds);
		g_byte_array_append(out, head, sizeof head);
		g_byte_array_append(out, frames + entry->at, entry->captured);
		if (out->len < PIECE)
			continue;
		done = take(data, out->data, out->len, error);
		g_byte_array_set_size(out, 0);
	}
	if (size)
		munmap(frames, size);
	return done && take(data, out->data, out->len, error);
}
