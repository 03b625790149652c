#include "config.h"

#include "tests/bench/label_targets.h"

GArray *
targets_new(Random *random, guint n, TargetsOrder order)
{
	GArray *targets = g_array_sized_new(FALSE, FALSE, sizeof(guint32), n);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	const guint32 stride = order == TARGETS_STRIDE ? (guint32)between(random, 2, 9) : 1;
	guint32 at;

	if (n * stride < 200 && chance(random, 40))
		at = PACKET_SITE_SMALL + random_below(random, 254 - n * stride);
	else if (n * stride < 2048 && chance(random, 60))
		at = PACKET_SITE_LARGE + random_below(random, 2048 - n * stride);
	else
		at = PACKET_SITE_LARGE + random_below(random, 65536 - n * stride);
	while (targets->len < n) {
		const guint32 target = order == TARGETS_SCATTERED ? home_address(random) : at;

		at += stride;
		if (g_hash_table_add(seen, GUINT_TO_POINTER(target)))
			g_array_append_val(targets, target);
	}
	if (order == TARGETS_SHUFFLED)
		targets_shuffle(targets, random);
	return targets;
}

TargetsOrder
targets_any(Random *random)
{
	return (TargetsOrder)random_below(random, TARGETS_SCATTERED + 1);
}

void
targets_shuffle(GArray *targets, Random *random)
{
	for (guint32 i = targets->len; i > 1; i--) {
		const guint32 j = random_below(random, i);
		const guint32 kept = targets_at(targets, i - 1);

		g_array_index(targets, guint32, i - 1) = targets_at(targets, j);
		g_array_index(targets, guint32, j) = kept;
	}
}

guint64
targets_when(Random *random, guint64 begin, guint64 span, guint i, guint n, guint jitter)
{
	const guint64 step = span / MAX(n, 1);

	return begin + step * i + between(random, 0, step * jitter / 100);
}

guint64
targets_begin(Stage *stage, guint64 span)
{
	const guint64 end = stage_end(stage);

	return span >= end ? 0 : between(stage_random(stage), 0, end - span);
}
