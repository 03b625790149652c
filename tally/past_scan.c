#include "config.h"

#include "tally/past_scan.h"

typedef struct {
	const PastRange *ranges;
	guint n, next; /* the first that has not begun yet */
	GArray *open;  /* of guint: that have begun, the innermost last */
	PastTake take;
	gpointer data;
} Scan;

int
past_scan_compare(const PastRange *a, const PastRange *b)
{
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	int from = past_block_compare(a->from_high, a->from_low, b->from_high, b->from_low);
	return from != 0 ? from
			 : past_block_compare(b->to_high, b->to_low, a->to_high, a->to_low);
}

static gboolean
begins_by(const PastRange *range, guint64 high, guint64 low)
{
	return past_block_compare(range->from_high, range->from_low, high, low) <= 0;
}

static gboolean
ends_before(const PastRange *range, guint64 high, guint64 low)
{
	return past_block_compare(range->to_high, range->to_low, high, low) < 0;
}

/* Closes what ends before the key, opens what begins by then. */
static void
go_to(Scan *scan, guint8 table, guint64 high, guint64 low)
{
	while (scan->open->len > 0) {
		guint last = g_array_index(scan->open, guint, scan->open->len - 1);
		if (scan->ranges[last].table == table &&
			!ends_before(&scan->ranges[last], high, low))
			break;
		g_array_set_size(scan->open, scan->open->len - 1);
	}
	for (; scan->next < scan->n; scan->next++) {
		const PastRange *range = &scan->ranges[scan->next];
		if (range->table > table ||
			(range->table == table && !begins_by(range, high, low)))
			break;
		if (range->table == table && !ends_before(range, high, low))
			g_array_append_val(scan->open, scan->next);
	}
}

/* The range that begins next in the table; NULL: none. */
static const PastRange *
upcoming(const Scan *scan, guint8 table)
{
	return scan->next < scan->n && scan->ranges[scan->next].table == table
		       ? &scan->ranges[scan->next]
		       : NULL;
}

/* The first row from `row` on that is not before the range; steps double, so that a pass costs
 * little both where ranges lie close and where they lie far apart. */
static guint32
skip_to(const PastBlock *block, guint32 row, const PastRange *range)
{
	guint32 low = row, step = 1;

	/* Everything below low is before the range. */
	while (low + step <= block->n &&
		!begins_by(range, block->high[low + step - 1], block->low[low + step - 1])) {
		low += step;
		step *= 2;
	}
	guint32 high = MIN(low + step, block->n);
	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		if (begins_by(range, block->high[middle], block->low[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void
scan_block(Scan *scan, const PastBlock *block)
{
	for (guint32 row = 0; row < block->n;) {
		go_to(scan, block->table, block->high[row], block->low[row]);
		for (guint i = 0; i < scan->open->len; i++)
			scan->take(scan->data, g_array_index(scan->open, guint, i), block, row);
		if (scan->open->len > 0) {
			row++;
			continue;
		}
		const PastRange *range = upcoming(scan, block->table);
		row = range ? skip_to(block, row, range) : block->n;
	}
}

/* Whether a range may lie in the block of this entry; next: of the same table, or NULL. */
static gboolean
is_wanted(Scan *scan, const PastEntry *entry, const PastEntry *next)
{
	go_to(scan, entry->table, entry->high, entry->low);
	if (scan->open->len > 0)
		return TRUE;
	const PastRange *range = upcoming(scan, entry->table);
	return range && (!next || past_block_compare(range->from_high, range->from_low,
					  next->high, next->low) < 0);
}

gboolean
past_scan(PastFile *file, const PastRange *ranges, guint n, PastTake take, gpointer data,
	GError **error)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree PastBlock *block = g_new(PastBlock, 1);
	Scan scan = {ranges, n, 0, open, take, data};
	guint32 n_entries;
	const PastEntry *entries = past_file_entries(file, &n_entries);

	for (guint32 i = 0; i < n_entries; i++) {
		gboolean last = i + 1 == n_entries || entries[i + 1].table != entries[i].table;
		if (!is_wanted(&scan, &entries[i], last ? NULL : &entries[i + 1]))
			continue;
		if (!past_file_read(file, i, block, error))
			return FALSE;
		scan_block(&scan, block);
	}
	return TRUE;
}
