/*
 * A set of service ports, as people write it: 22,53,80-90.
 */
#ifndef TALLY_PORT_SET_H
#define TALLY_PORT_SET_H

#include <glib.h>

typedef struct PortSet PortSet;

/* "80" or "80-90", of ports from 1 to 65535. FALSE: word is neither. */
gboolean port_set_read(const char *word, guint16 *low, guint16 *high);

/* Such words, with commas or semicolons between them. NULL and FAILURE_USAGE: the first that is
 * none, and what was expected. */
PortSet *port_set_new(const char *text, GError **error);
void port_set_free(PortSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PortSet, port_set_free)

gboolean port_set_has(const PortSet *set, guint16 port);

#endif
