/*
 * All that a site's settings file may hold: the groups that every program knows, a group for
 * each detector (its thresholds, as its descriptor has them), the site's own tallies, the
 * sources it knows, its infrastructure and its signature rules.
 */
#ifndef TALLY_SITE_GROUPS_H
#define TALLY_SITE_GROUPS_H

#include "common/site.h"
#include "tally/detector.h"
#include "tally/window.h"

/* Ending in NULL; they stay as long as the program. */
const SettingGroup *const *site_groups_all(void);

/* A site by all groups; beyond what site_load holds, each [tally NAME] and the like is held to be one.
 * Errors likewise. */
Site *site_groups_load(const char *path, GError **error);

/* The thresholds in force. settings: read by site_groups_all. */
DetectorSettings *site_groups_thresholds(const Settings *settings);

/* A [tally NAME]. */
typedef struct {
	WindowPlan plan; /* its filter borrows from here */
	guint8 *ports;   /* owned; NULL: all */
	Home *targets;   /* owned; NULL: all */
} SiteTally;

/* NULL and FAILURE_USAGE: the site has none of that name, and which it has. */
SiteTally *site_groups_tally(const Settings *settings, const char *name, GError **error);
void site_tally_free(SiteTally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SiteTally, site_tally_free)

#endif
