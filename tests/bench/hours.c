#include "config.h"

#include "tests/bench/hours.h"

#include "common/hour.h"
#include "tally/writer.h"
#include "tests/bench/random.h"

enum {
	BASE = 1505001600,
	TARGETS = 65536,
	SWEEP_MAX = 2048,
};

/* How far sources lie apart at the least, how many that makes, and their rows each, about. */
static const struct {
	guint shift, sources, rows_each;
} mixes[] = {
	[HOURS_DENSE] = {17, 28000, 58},
	[HOURS_THIN] = {8, 14600000, 3},
};

/* How many targets a source has in an hour. */
static guint
draw_number(HoursMix mix, guint64 draw)
{
	guint sort = (guint)(draw % (mix == HOURS_DENSE ? 20 : 5000));
	guint many = mix == HOURS_DENSE ? 6 : 16;

	if (sort == 0)
		return 1 + (guint)(draw >> 8) % SWEEP_MAX;
	if (sort < many)
		return 1 + (guint)(draw >> 8) % 64;
	return 1 + (guint)(draw >> 8) % (mix == HOURS_DENSE ? 2 : 3);
}

static guint
draw_targets(HoursMix mix, Random *random, guint16 *targets)
{
	guint64 draw = random_next(random);
	guint n = draw_number(mix, draw);
	guint target = (guint)(draw >> 32) % TARGETS, stride = 1 + (guint)(draw >> 48) % 8;

	n = MIN(n, (TARGETS - target - 1) / stride + 1);
	for (guint i = 0; i < n; i++)
		targets[i] = (guint16)(target + i * stride);
	return n;
}

static void
write_source(Writer *writer, Random *random, guint32 number, const guint16 *targets, guint n)
{
	static const guint16 ports[] = {22, 23, 80, 443, 445, 8080};
	Address source = address_from_v4(number);
	Trait trait;

	writer_source(writer, &source);
	for (guint i = 0; i < n; i++) {
		guint64 draw = random_next(random), first = draw % HOUR_NS;
		Contact contacts[2];
		guint n_contacts = 1 + (draw % 8 == 0);
		for (guint k = 0; k < n_contacts; k++)
			contacts[k] = (Contact){.first = first,
				.last = first + draw % 1000,
				.packets = 1 + draw % 3,
				.bytes = 60,
				.port = (guint16)(ports[number % 6] + k),
				.kind = KIND_SYN};
		Pair pair = {
			.target = address_from_v4(0x0a000000 + targets[i]),
			.udp_in = FACTS_NEVER,
			.udp_out = FACTS_NEVER,
			.facts = FACT_IN_REQUEST | FACT_IN_SYN |
				 (draw % 16 == 0 ? FACT_OUT_ANY : 0),
			.n_contacts = n_contacts,
			.contacts = contacts,
		};
		writer_pair(writer, &pair);
	}
	trait_clear(&trait);
	trait.family = 4;
	trait.kind = KIND_SYN;
	writer_traits(writer, &trait, 1);
}

gboolean
hours_write(const char *path, guint hour, guint64 rows, HoursMix mix, GError **error)
{
	g_autoptr(Writer) writer = writer_new(path, error);
	g_autoptr(HourFacts) facts =
		hour_facts_new(BASE + hour * HOUR_SECONDS, 0, "bench", "10.0.0.0/16", 0);
	guint64 step = MAX(1, (guint64)mixes[mix].sources * mixes[mix].rows_each / rows),
		written = 0;
	guint16 targets[SWEEP_MAX];
	guint32 number = 1 << 24;
	Random random;

	if (!writer)
		return FALSE;
	random_seed(&random, hour);
	while (written < rows && number < 0xe0000000) {
		number +=
			(guint32)((1 + random_next(&random) % (2 * step)) << mixes[mix].shift);
		guint n = draw_targets(mix, &random, targets);
		write_source(writer, &random, number, targets, n);
		written += n;
	}
	return writer_finish(writer, facts, error);
}
