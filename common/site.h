/*
 * A site: who it is, where its files lie, what is kept. The settings that every program shares.
 */
#ifndef COMMON_SITE_H
#define COMMON_SITE_H

#include "common/home.h"
#include "common/settings.h"
#include "common/zone.h"

/* [site] name, home, zone, spool, store, reports (these six required), sensors.
 * [run] memory, threads, hook. [keep] packets, tallies, free. [collect], [fetch NAME]: see
 * their tables in site_tables.c. [mail], [context], [incident], [export]: in site_outward.c. */
extern const SettingGroup site_group, site_run_group, site_keep_group, site_collect_group,
	site_fetch_group, site_mail_group, site_context_group, site_incident_group,
	site_export_group;
/* All that common/ knows, ending in NULL; a program appends its own. */
extern const SettingGroup *const site_groups[];

typedef struct {
	Settings *settings;                   /* owned */
	char *name, *spool, *store, *reports; /* owned; paths absolute */
	Home *home;                           /* owned */
	Zone *zone;                           /* owned */
	guint grid_minutes;
	/* named in settings, NULL-terminated, borrowed from settings; NULL: every sensor of
	 * the spool */
	const char *const *sensors;
} Site;

/* groups, others: as settings_load; groups holds site_group. Errors: as settings_load. */
Site *site_load(
	const char *path, const SettingGroup *const *groups, gboolean others, GError **error);
void site_free(Site *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Site, site_free)

/* The settings files that a command is about: `given` alone; NULL: all *.conf in the folder
 * SYSCONFDIR/gnomon, sorted. NULL-terminated, owned by the caller. NULL and FAILURE_USAGE: there
 * is none. */
char **site_files(const char *given, GError **error);

/* Names of a site or a sensor: letters, digits, "-", "_" and ".", none of these first; at most
 * 64. FAILURE_USAGE: "expected at most 64 letters ...". */
gboolean site_check_name(const char *text, GError **error);

/* The sensors: those of the settings, else the folders of the spool and of the store whose
 * names are a sensor's, sorted; NULL-terminated, owned by the caller. A store or spool that is
 * not there has none. */
char **site_sensors(const Site *site, GError **error);

/* Whether this process may write store and reports: what root left there, the user whose folders
 * they are could not replace. FAILURE_USAGE: it is root, and one that is there is another user's;
 * says whose. */
gboolean site_check_owner(const Site *site, GError **error);

#endif
