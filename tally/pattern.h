/*
 * The site's BPF patterns, [pattern NAME]: what its analysts want to see of every hour, SHADOW's
 * filters with their comments.
 */
#ifndef TALLY_PATTERN_H
#define TALLY_PATTERN_H

#include "common/settings.h"

extern const SettingGroup pattern_group;

/* Texts borrowed from the settings. */
typedef struct {
	const char *name;
	const char *filter;  /* as tcpdump takes it */
	const char *comment; /* "": none */
} Pattern;

/* Of all groups, by name; n set to their number; owned by the caller (g_free). */
Pattern *pattern_list(const Settings *settings, guint *n);

#endif
