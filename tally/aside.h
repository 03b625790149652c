/*
 * Files of the spool that are no captures, or of a link type that is not known: they lose their
 * names, and nobody reads them again.
 */
#ifndef TALLY_ASIDE_H
#define TALLY_ASIDE_H

#include <glib.h>

/*
 * Renames path to PATH.damaged when it is refused although the disk gives it and there is no
 * want of descriptors. So nothing else must be at work in this process: what was refused while
 * many files were open may be as sound as any.
 *
 * Adds to lines (of char *) what became of it; nothing when it is a capture, or cannot be looked
 * at now.
 */
void aside_put(const char *path, GPtrArray *lines);

#endif
