/*
 * A set of IPv4 addresses that lie close together, as a site's own do: a bit each, and the place of
 * each among them by address. Memory: 12 KiB for each /16 that has one, 256 KiB beside.
 */
#ifndef TALLY_V4_SET_H
#define TALLY_V4_SET_H

#include <glib.h>

typedef struct V4Set V4Set;

V4Set *v4_set_new(void);
void v4_set_free(V4Set *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(V4Set, v4_set_free)

/* address: host byte order. */
void v4_set_add(V4Set *set, guint32 address);

/* After the last was added: gives them their places. Returns how many there are. */
guint32 v4_set_number(V4Set *set);

/* FALSE: it is not in the set. place: how many of the set are less than it, as of the last
 * v4_set_number. */
gboolean v4_set_find(const V4Set *set, guint32 address, guint32 *place);

/* All of them, ascending: array of guint32, owned by the caller. */
GArray *v4_set_list(const V4Set *set);

#endif
