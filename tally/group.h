/*
 * Several sources that a detector holds to be one thing, before their facts are read again for a
 * profile of all of them.
 */
#ifndef TALLY_GROUP_H
#define TALLY_GROUP_H

#include "tally/finding.h"

/* A group of more sources is described by its detector (profile), or only these are read again:
 * the first by address. */
enum { GROUP_SOURCES_MAX = 256 };

typedef struct {
	Address source; /* Subject.source: of a prefix its first address */
	guint8 bits;
} GroupSource;

typedef struct {
	FindingWindow window;
	FindingScope scope;
	Verdict verdict;
	GArray *sources;  /* of GroupSource; sorted, each once, by group_settle; owned */
	GArray *evidence; /* of Evidence: first the reason; owned */
	/* NULL: made of the sources' facts in the window. Else the detector's own, for groups
	 * whose sources are too many: hosts, packets, first, last, targets, ports, answered as
	 * far as it knows them; owned. */
	Profile *profile;
} Group;

/* Without sources and evidence. */
Group *group_new(const FindingWindow *window, FindingScope scope, Verdict verdict);
void group_free(Group *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Group, group_free)

void group_add(Group *group, const Address *source, guint8 bits);

/* Adds a sentence for, or against, a verdict. */
void group_for(Group *group, Verdict verdict, const char *format, ...) G_GNUC_PRINTF(3, 4);
void group_against(Group *group, Verdict verdict, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* "TTL 64", "TTLs from 62 to 64" into buffer of GROUP_TTLS_SIZE; returns it. */
enum { GROUP_TTLS_SIZE = 24 };
char *group_format_ttls(guint least, guint greatest, char *buffer);

/* Sorts the sources, each once. */
void group_settle(Group *group);

/* Whether it is one of the sources; settled. */
gboolean group_has(const Group *group, const Address *source, guint8 bits);

#endif
