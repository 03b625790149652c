/*
 * Any octets as a frame, the first two its link type, as fuzz-decode takes them: what is shown of
 * it has no internal address for the decoder to find, and is fit to be shown again as it is.
 */
#include "config.h"

#include <string.h>

#include "report/scrub.h"
#include "tests/fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const guint8 key[CRYPTOPAN_KEY_SIZE] = "0123456789abcdefghijklmnopqrstuv";
	static const guint8 none[2];
	static Home *home; /* these two live as long as the program */
	static Sanitize *sanitize;

	if (!home) {
		home = home_new("10.0.0.0/8,192.0.2.0/24,2001:db8:1::/48", NULL);
		sanitize = sanitize_new(home, key, NULL);
	}
	if (size < 3)
		return 0;
	const LinkType *type = link_find((guint32)data[0] << 8 | data[1]);
	ScrubPacket packet;

	/* A copy of just the size: the sanitizer sees every step beyond it. */
	g_autofree guint8 *frame = g_memdup2(size > 3 ? data + 3 : none, MAX(size - 3, 1));
	ScrubOutcome outcome = scrub_packet(sanitize, type ? type->function : NULL, frame,
		(guint32)(size - 3), (guint32)(size - 3) + data[2] * 16u, &packet);
	g_assert(outcome < SCRUB_COUNT);
	if (outcome != SCRUB_KEPT)
		return 0;
	g_assert(packet.length <= SCRUB_SIZE && packet.length <= packet.wire &&
		 packet.length <= size - 3);

	Observation items[2];
	guint8 v6[4 * 16];
	ObservationList list = {.items = items, .v6 = v6};
	CaptureTotals totals = {0};
	Outcome decoded = decode_frame(link_find(SCRUB_LINK_TYPE)->function, home, 1,
		packet.octets, packet.length, packet.wire, &list, &totals);
	g_assert(decoded == OUTCOME_EXTERNAL || decoded == OUTCOME_NO_DIRECTION);
	return 0;
}
