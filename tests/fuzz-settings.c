/*
 * Fuzz target of settings files: any octets end in settings or in lines that say what is wrong,
 * each of them printable and with the file's name before it.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/site.h"

static void
check_complaint(const char *path, const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

	if (!g_error_matches(error, FAILURE, FAILURE_USAGE))
		g_error("not told as a mistake in usage: %s", error->message);
	for (char **line = lines; *line; line++) {
		if (!g_str_has_prefix(*line, path) || !g_utf8_validate(*line, -1, NULL))
			g_error("told as: %s", *line);
		for (const char *c = *line; *c; c++)
			if (g_ascii_iscntrl(*c))
				g_error("not printable: %s", *line);
	}
}

/* What was read stands by its own tables. */
static void
check_site(const Site *site)
{
	g_autoptr(GString) out = g_string_new(NULL);

	settings_tell(site->settings, out);
	for (const char *const *name = settings_names(site->settings, "fetch"); *name; name++)
		if (!site_check_name(*name, NULL))
			g_error("a sensor called %s", *name);
	if (!site_check_name(site->name, NULL) || !g_path_is_absolute(site->store))
		g_error("a site called %s in %s", site->name, site->store);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int fd = memfd_create("settings", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

	if (fd < 0 || write(fd, data, size) != (gssize)size)
		return 0;
	for (gboolean others = FALSE; others <= TRUE; others++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Site) site = site_load(path, site_groups, others, &error);
		if (site)
			check_site(site);
		else
			check_complaint(path, error);
	}
	close(fd);
	return 0;
}
