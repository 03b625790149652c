#include "config.h"

#include "tally/slots.h"

void
slots_reset(Slots *slots, guint32 records)
{
	guint bits = MAX(slots->bits, SLOTS_FIRST_BITS);

	/* One more than the records, so that the number of the last is never all ones beside
	 * its tag. */
	while ((guint64)records * 10 + 10 > ((guint64)7 << bits))
		bits++;
	arena_clear(&slots->arena);
	arena_reserve(&slots->arena, sizeof(guint32) << bits);
	slots->bits = bits;
	slots->limit = (guint32)(((guint64)7 << bits) / 10) - 1;
}

void
slots_clear(Slots *slots)
{
	arena_clear(&slots->arena);
	*slots = (Slots){0};
}
