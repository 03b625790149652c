/*
 * Whom our hosts turned to, and when: what comes from elsewhere within seconds may be a
 * consequence. Load balancers and providers measure the way back to who has just asked for
 * something.
 *
 * A visit is a connection that a host of ours opened (its time: when the SYN-ACK came back), or
 * UDP that it sent first. In an hour full of visits every packet follows upon one; then the
 * visits say nothing.
 *
 * Bounded: VISITS_MAX of an hour are kept, 7 KiB.
 */
#ifndef TALLY_VISITS_H
#define TALLY_VISITS_H

#include "tally/subject.h"

enum {
	VISITS_MAX = 128,  /* of an hour; with more, chance finds one before anything */
	VISITS_REACH = 10, /* seconds after a visit within which something follows upon it */
};

/* What is said where VISITS_NONE says nothing: in a one-sided capture. */
#define VISITS_UNSEEN                                                                          \
	"hardly an outbound packet was captured: whom ours had visited or asked is not known"

typedef struct {
	Address host; /* ours */
	Address peer;
	guint64 time; /* ns since 1970 */
} Visit;

typedef struct Visits Visits;

Visits *visits_new(void);
void visits_free(Visits *visits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Visits, visits_free)

/* Takes in the visits to a subject. */
void visits_see(Visits *visits, const Subject *subject);

typedef enum { VISITS_NONE, VISITS_SOME, VISITS_TOO_MANY } VisitsFound;

/* The last visit in the VISITS_REACH seconds before time (ns since 1970). VISITS_TOO_MANY: there
 * were so many in the hour that one of them says nothing. */
VisitsFound visits_find(const Visits *visits, guint64 time, Visit *visit);

/* The first visit to a member itself in the hour of `time` or the hour before, and before it; FALSE:
 * there was none. A visit whose time is not known, for want of an answer, counts. */
gboolean visits_to(const Subject *subject, guint64 time, Visit *visit);

#endif
