/*
 * Dark space: internal addresses that no tally at hand saw send a packet.
 */
#ifndef TALLY_DARK_H
#define TALLY_DARK_H

#include "tally/facts.h"

typedef struct Dark Dark;

/* Knows nobody who spoke. */
Dark *dark_new(void);
void dark_free(Dark *dark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dark, dark_free)

/* Takes in who spoke in an hour (HourFacts.spoke: not of a reader opened with READER_NO_LISTS).
 * Hours in any order, several of the same. */
void dark_add(Dark *dark, const HourFacts *hour);

/* Whether anybody spoke at all: of a capture in which nobody did, silence says nothing. */
gboolean dark_is_known(const Dark *dark);

/* Whether the address never spoke. FALSE when dark space is not known. */
gboolean dark_has(const Dark *dark, const Address *address);

/* An address that spoke, and when: starts of hours, seconds since 1970. */
typedef struct {
	Address address;
	gint64 first, last;
} DarkSpoke;

/* The address's entry, NULL when it never spoke; owned by dark. */
const DarkSpoke *dark_find(const Dark *dark, const Address *address);

/* All who spoke, by address: array of DarkSpoke, owned by dark. */
const GArray *dark_spoke(const Dark *dark);
/* How many of them are IPv4. */
guint dark_spoke_v4(const Dark *dark);

/*
 * Whether the address was dark at that time (seconds since 1970): it never spoke, or not for so
 * many seconds before. Of one that spoke before and after, silence between is not known.
 * FALSE when dark space is not known.
 */
gboolean dark_had(const Dark *dark, const Address *address, gint64 time, gint64 silence);

/* Who came alive in the hours [from, to): spoke first then, when the hours taken in reach
 * back at least so many seconds of silence. By address: array of DarkSpoke, owned by the caller. */
GArray *dark_list_woken(const Dark *dark, gint64 from, gint64 to, gint64 silence);

/* The hours taken in: start of the first, and the first instant after the last. FALSE: none. */
gboolean dark_span(const Dark *dark, gint64 *from, gint64 *to);

#endif
