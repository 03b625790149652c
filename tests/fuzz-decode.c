/*
 * Any octets as a frame: the first two choose the link type, the third how much of it was
 * captured.
 */
#include "config.h"

#include "tally/decode.h"
#include "tally/kind.h"
#include "tests/fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static Home *home; /* lives as long as the program */
	static const guint8 none[2];

	if (!home)
		home = home_new("10.0.0.0/8,192.0.2.0/24,2001:db8:1::/48", NULL);
	if (size < 3)
		return 0;
	const LinkType *type = link_find((guint32)data[0] << 8 | data[1]);
	guint32 beyond = data[2] * 16u; /* on the wire, not captured */
	Observation items[2];
	guint8 v6[4 * 16];
	ObservationList list = {.items = items, .v6 = v6};
	CaptureTotals totals = {0};

	/* A copy of just the size: the sanitizer sees every step beyond it. */
	g_autofree guint8 *frame = g_memdup2(size > 3 ? data + 3 : none, MAX(size - 3, 1));
	Outcome outcome = decode_frame(type ? type->function : NULL, home, 1, frame,
		(guint32)(size - 3), (guint32)(size - 3) + beyond, &list, &totals);

	g_assert(outcome < OUTCOME_COUNT && totals.packets[outcome] == 1);
	g_assert(list.n <= 2 && list.n_v6 <= 4);
	g_assert(list.n == 0 || outcome == OUTCOME_IN || outcome == OUTCOME_OUT ||
		 outcome == OUTCOME_INTERNAL);
	for (guint32 i = 0; i < list.n; i++) {
		g_assert(items[i].kind < KIND_COUNT);
		if (items[i].observed & OBSERVED_V6)
			g_assert(
				items[i].external < list.n_v6 && items[i].internal < list.n_v6);
	}
	return 0;
}
