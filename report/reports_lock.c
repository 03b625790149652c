#include "config.h"

#include "report/reports_lock.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/lock.h"
#include "report/incident_number.h"
#include "tally/leftovers.h"

/* Links are not followed. Incidents have a lock of their own. */
static void
sweep(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	leftovers_sweep(folder);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = g_build_filename(folder, name, NULL);
		GStatBuf state;
		if (strcmp(name, INCIDENT_FOLDER) != 0 && g_lstat(inner, &state) == 0 &&
			S_ISDIR(state.st_mode))
			sweep(inner);
	}
}

int
reports_lock(const Site *site, GError **error)
{
	/* Not in the site's own folder, which is there only when there are pages. */
	g_autofree char *name = g_strdup_printf(".%s.lock", site->name);
	g_autofree char *path = g_build_filename(site->reports, name, NULL);
	g_autofree char *folder = g_build_filename(site->reports, site->name, NULL);
	gboolean left;

	if (!site_check_owner(site, error))
		return -1;
	if (g_mkdir_with_parents(site->reports, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s",
			site->reports, g_strerror(errno));
		return -1;
	}
	int lock = lock_wait(path, &left, error);
	if (lock >= 0 && left)
		sweep(folder);
	return lock;
}
