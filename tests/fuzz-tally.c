/*
 * Any octets at all as a tally, with the check sums passed over: nothing may crash, hang, or
 * come out of order.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tally/reader.h"

static void
check_contacts(const Stretch *stretch)
{
	for (guint32 i = 0, contact = 0; i < stretch->n; i++)
		for (; contact < stretch->contacts_end[i]; contact++)
			if (stretch->contacts[contact].kind >= KIND_COUNT)
				g_error("a contact of kind %u",
					stretch->contacts[contact].kind);
}

static void
walk(Reader *reader, guint parts)
{
	g_autoptr(GError) error = NULL;
	Address last = {0};
	gboolean more = FALSE;
	Stretch stretch;

	while (reader_next(reader, &stretch, &error)) {
		int order = address_compare(&stretch.source, &last);
		if (stretch.n == 0 || (more ? order != 0 : order <= 0))
			g_error("sources out of order");
		if (parts & READER_CONTACTS)
			check_contacts(&stretch);
		for (guint32 i = 0; i < stretch.n_traits; i++)
			if (stretch.traits[i].kind >= KIND_COUNT)
				g_error("a trait of kind %u", stretch.traits[i].kind);
		last = stretch.source;
		more = stretch.more;
	}
	if (!error && more)
		g_error("an end amid a source");
}

static gboolean
any_trait(const Trait *traits, guint32 n, gconstpointer data)
{
	(void)data;
	return n > 0 && traits[n - 1].ttl_max % 4 == 0;
}

static gboolean
any_contact(const Contact *contacts, guint32 n, gconstpointer data)
{
	(void)data;
	return n > 0 && contacts[n - 1].port % 4 == 0;
}

static gboolean
any_target(const guint32 *targets_v4, const Address *targets_v6, guint32 n, gconstpointer data)
{
	(void)data;
	return (targets_v4 ? targets_v4[n - 1] : targets_v6[n - 1].low) % 4 == 0;
}

static void
walk_skipping(Reader *reader)
{
	static const ReaderWanted ways[] = {{.any_trait = any_trait, .fields = {.ttl_max = 1}},
		{.any_contact = any_contact}, {.any_target = any_target}};
	const Address first = {0};
	Stretch stretch;

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		if (!reader_seek(reader, &first, NULL))
			return;
		while (reader_skip(reader, &ways[i], NULL) &&
			reader_next(reader, &stretch, NULL))
			if (stretch.n == 0)
				g_error("a stretch of nothing");
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const Address middle = address_from_v4(0x80000000), late = {.high = 1, .family = 6};

	for (guint parts = 0; parts < 4; parts++) {
		int fd = memfd_create("tally", MFD_CLOEXEC);
		if (fd < 0 || write(fd, data, size) != (gssize)size)
			g_error("no room for a copy");
		g_autoptr(Reader) reader = reader_new_fd(fd, "fuzz", parts, NULL);
		if (!reader)
			continue;
		walk(reader, parts);
		if (reader_seek(reader, &late, NULL))
			walk(reader, parts);
		if (reader_seek(reader, &middle, NULL))
			walk(reader, parts);
		walk_skipping(reader);
	}
	return 0;
}
