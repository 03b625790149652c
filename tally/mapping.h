/*
 * A plain file in memory, read from front to end: pages are fetched shortly before they are
 * needed and given back when they lie well behind, so that reading a file takes a bounded part
 * of memory.
 */
#ifndef TALLY_MAPPING_H
#define TALLY_MAPPING_H

#include <glib.h>

typedef struct Mapping Mapping;

/* Takes fd over, unless it gives NULL: the file cannot be mapped. size: of the file, not 0. */
Mapping *mapping_new(int fd, gsize size);
void mapping_free(Mapping *mapping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mapping, mapping_free)

/* The file's octets. All stay readable (those given back are fetched again) until mapping_free.
 */
const guint8 *mapping_data(const Mapping *mapping);

/*
 * Makes the octets from offset on ready, `length` or up to the file's end; returns how many
 * there are. Fewer than the size that mapping_new was told: somebody made the file shorter, or
 * (trouble is set) the disk cannot read them.
 *
 * Octets that disappear after this call and before they are looked at raise SIGBUS, as for any
 * mapped file. The spool's files are whole before they get their names, and never change.
 */
gsize mapping_ready(Mapping *mapping, gsize offset, gsize length, const char **trouble);

#endif
