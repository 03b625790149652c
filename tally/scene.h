/*
 * What a detector knows beside the subject at hand: the site, and all that the tallies hold that
 * belongs to no single source. Read once, before the first subject.
 */
#ifndef TALLY_SCENE_H
#define TALLY_SCENE_H

#include "common/home.h"
#include "tally/dark.h"
#include "tally/infrastructure.h"
#include "tally/known.h"
#include "tally/port_history.h"
#include "tally/subject.h"

/* What the hijack check of an hour saw. */
typedef struct {
	gint64 hour; /* start, seconds since 1970 */
	Hijack hijack;
} SceneHijack;

/* All borrowed. */
typedef struct {
	guint grid_minutes;
	SubjectSpan span; /* the windows asked for */
	/* hardly an outbound packet was captured: every answer looks unsolicited */
	gboolean one_sided;
	const Home *home; /* NULL: tallies of different homes */
	/* NULL: not known, because one_sided or nobody spoke. Else of all tallies at hand:
	 * those of the 7 d windows, so a week and more where the store has it. */
	const Dark *dark;
	const GArray *hijacks; /* of SceneHijack, by source, hour, time; NULL: not read */
	/* what the store remembers of service ports; NULL: the tallies at hand alone */
	const PortHistory *port_history;
	/* what the bits of Trait.signatures mean */
	const Signature *signatures;
	gsize n_signatures;
	/* what the site's hosts are by its settings; NULL: it has none named */
	const Infrastructure *infrastructure;
	const Known *known; /* settled; NULL: the site knows nothing beforehand */
} Scene;

/* The sightings of a subject's members: index of the first in scene->hijacks, and how many. */
guint scene_hijacks(const Scene *scene, const Subject *subject, guint *first);

/* Whether the address is dark; FALSE when dark space is not known. */
static inline gboolean
scene_is_dark(const Scene *scene, const Address *address)
{
	return scene->dark && dark_has(scene->dark, address);
}

#endif
