/*
 * Fuzz target of lists of known sources, lines of text and MISP warning lists: any octets end in
 * entries that apply to their own network, and in printable lines about the rest.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tally/known.h"

static void
check_lines(const GPtrArray *lines, const char *path)
{
	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];
		if (!g_str_has_prefix(line, path) || !g_utf8_validate(line, -1, NULL))
			g_error("told as: %s", line);
		for (const char *c = line; *c; c++)
			if (g_ascii_iscntrl(*c))
				g_error("not printable: %s", line);
	}
}

static void
check_entry(gpointer data, const KnownEntry *entry)
{
	const Known *known = data;
	const KnownEntry *found =
		known_find(known, &entry->network.first, entry->network.bits, NULL);
	char text[ADDRESS_TEXT_SIZE];
	Network again;

	if (!found || found->network.bits != entry->network.bits)
		g_error("%s does not hold itself", network_format(&entry->network, text));
	if (!network_parse(network_format(&entry->network, text), &again, NULL) ||
		again.bits != entry->network.bits)
		g_error("%s is not read again", text);
}

/* Every address that some entry begins with is looked up, so that each is told. */
static void
count_all(Known *known)
{
	static const char *const addresses[] = {"0.0.0.0", "10.0.0.1", "198.51.100.7",
		"203.0.113.9", "255.255.255.255", "::", "2001:db8::1", "2001:db8:7::1"};

	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		Address address;
		address_parse(addresses[i], &address);
		const KnownEntry *entry =
			known_find(known, &address, network_most_bits(address.family), NULL);
		if (entry)
			known_count_source(known, entry);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int fd = memfd_create("known", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	const KnownDefaults defaults = {.until = "2027-12-31"};
	g_autoptr(Known) known = known_new("2026-03-29");
	g_autoptr(GError) error = NULL;

	if (fd < 0 || write(fd, data, size) != (gssize)size)
		return 0;
	if (!known_load_file(known, "list", KNOWN_LABEL, path, &defaults, &error) &&
		!g_str_has_prefix(error->message, path))
		g_error("told as: %s", error->message);
	close(fd);
	known_settle(known);
	check_lines(known_problems(known), path);
	check_lines(known_expired(known), path);
	count_all(known);
	known_foreach(known, check_entry, known);
	return 0;
}
