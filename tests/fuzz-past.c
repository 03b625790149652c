/*
 * Any octets at all as a day's roll-up, with the check sums passed over: nothing may crash, hang,
 * or come out of order.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tally/past_dump.h"
#include "tally/past_scan.h"

enum { RANGES = 3 };

/* Row after row in order, and of no number that a table cannot have: dumping looks names up. */
static void
walk(PastFile *file)
{
	g_autofree PastBlock *block = g_new(PastBlock, 1);
	g_autoptr(GString) text = g_string_new(NULL);
	guint table = 0, rows = 0;
	guint64 high = 0, low = 0;
	guint32 n;

	past_file_entries(file, &n);
	past_dump_day(text, file, TRUE);
	for (guint32 i = 0; i < n; i++) {
		if (!past_file_read(file, i, block, NULL))
			return;
		for (guint32 row = 0; row < block->n; row++) {
			if (rows > 0 && block->table == table &&
				past_block_compare(
					high, low, block->high[row], block->low[row]) >= 0)
				g_error("rows out of order");
			table = block->table;
			high = block->high[row];
			low = block->low[row];
			rows++;
		}
		past_dump_block(text, block, i % 2);
		g_string_truncate(text, 0);
	}
}

static void
count_row(gpointer data, guint range, const PastBlock *block, guint32 row)
{
	guint *taken = data;

	if (range >= RANGES || row >= block->n)
		g_error("a row that is none");
	++*taken;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const PastRange ranges[RANGES] = {
		{0, 0x08000000, 0, 0xc7ffffff, PAST_SOURCES_V4},
		{0, 0xc6336400, 0, 0xc63364ff, PAST_SOURCES_V4},
		{PAST_ACK, 0, PAST_ACK, G_MAXUINT64, PAST_TRAITS},
	};
	int fd = memfd_create("past", MFD_CLOEXEC);
	guint taken = 0;

	if (fd < 0 || write(fd, data, size) != (gssize)size)
		g_error("no room for a copy");
	g_autoptr(PastFile) file = past_file_new_fd(fd, "fuzz", NULL);
	if (!file)
		return 0;
	walk(file);
	past_scan(file, ranges, RANGES, count_row, &taken, NULL);
	return 0;
}
