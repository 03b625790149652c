#include "config.h"

#include "common/site.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"

enum { NAME_MAX_LENGTH = 64 };

gboolean
site_check_name(const char *text, GError **error)
{
	gsize length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.");

	if (length > 0 && length <= NAME_MAX_LENGTH && text[length] == '\0' &&
		g_ascii_isalnum(text[0]))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"expected at most %d letters, digits, \"-\", \"_\" and \".\", the first of "
		"them a letter or a digit",
		NAME_MAX_LENGTH);
	return FALSE;
}

Site *
site_load(const char *path, const SettingGroup *const *groups, gboolean others, GError **error)
{
	g_autoptr(Settings) settings = settings_load(path, groups, others, error);

	if (!settings)
		return NULL;

	/* What each value must be was held when it was read. */
	g_autoptr(Site) site = g_new0(Site, 1);
	site->home = home_new(settings_text(settings, "site", "home"), error);
	site->zone =
		site->home ? zone_new(settings_text(settings, "site", "zone"), error) : NULL;
	if (!site->zone)
		return NULL;
	site->grid_minutes = zone_grid_minutes(site->zone);
	site->name = g_strdup(settings_text(settings, "site", "name"));
	site->spool = g_strdup(settings_text(settings, "site", "spool"));
	site->store = g_strdup(settings_text(settings, "site", "store"));
	site->reports = g_strdup(settings_text(settings, "site", "reports"));
	site->sensors = settings_list(settings, "site", "sensors");
	site->settings = g_steal_pointer(&settings);
	return g_steal_pointer(&site);
}

void
site_free(Site *site)
{
	if (!site)
		return;
	settings_free(site->settings);
	g_free(site->name);
	g_free(site->spool);
	g_free(site->store);
	g_free(site->reports);
	home_free(site->home);
	zone_free(site->zone);
	g_free(site);
}

/* Adds the folders in `folder` that are called like a sensor. */
static gboolean
add_folders(const char *folder, GHashTable *names, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
	int failed = errno;
	const char *name;

	if (!dir && !g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected a readable folder: %s", folder, g_strerror(failed));
		return FALSE;
	}
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (site_check_name(name, NULL) && g_file_test(path, G_FILE_TEST_IS_DIR))
			g_hash_table_add(names, g_strdup(name));
	}
	return TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of a set, which is empty afterwards. */
static char **
sorted_names(GHashTable *names)
{
	guint n;
	char **keys = (char **)g_hash_table_get_keys_as_array(names, &n);

	g_hash_table_steal_all(names);
	qsort(keys, n, sizeof *keys, compare_names);
	return keys;
}

char **
site_sensors(const Site *site, GError **error)
{
	g_autoptr(GHashTable) names =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const char *const *name = site->sensors; name && *name; name++)
		g_hash_table_add(names, g_strdup(*name));
	if (!site->sensors && (!add_folders(site->spool, names, error) ||
				      !add_folders(site->store, names, error)))
		return NULL;

	return sorted_names(names);
}

static gboolean
check_owner(const char *folder, GError **error)
{
	struct stat status;

	if (geteuid() != 0 || stat(folder, &status) != 0 || status.st_uid == 0)
		return TRUE;
	const struct passwd *user = getpwuid(status.st_uid);
	g_autofree char *number = g_strdup_printf("%lu", (unsigned long)status.st_uid);
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"%s is not root's: expected user %s (runuser -u %s -- COMMAND)", folder,
		user ? user->pw_name : number, user ? user->pw_name : "NAME");
	return FALSE;
}

gboolean
site_check_owner(const Site *site, GError **error)
{
	return check_owner(site->store, error) && check_owner(site->reports, error);
}

static const char sites_folder[] = SYSCONFDIR "/gnomon";

char **
site_files(const char *given, GError **error)
{
	g_autoptr(GHashTable) files =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GDir) dir = given ? NULL : g_dir_open(sites_folder, 0, NULL);
	const char *name;

	if (given)
		g_hash_table_add(files, g_strdup(given));
	while (dir && (name = g_dir_read_name(dir)))
		if (name[0] != '.' && g_str_has_suffix(name, ".conf"))
			g_hash_table_add(files, g_build_filename(sites_folder, name, NULL));
	if (g_hash_table_size(files) > 0)
		return sorted_names(files);
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"expected --site FILE, or settings in %s/*.conf", sites_folder);
	return NULL;
}
