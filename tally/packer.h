/*
 * Blocks on their way into a file: columns, compression, index; on the caller's thread, or in
 * order on one of its own, with the same octets.
 */
#ifndef TALLY_PACKER_H
#define TALLY_PACKER_H

#include "tally/block.h"
#include "common/output.h"

typedef struct Packer Packer;

/* output: borrowed. level: zstd's. run: what all blocks are. */
Packer *packer_new(Output *output, int level, gboolean run);
void packer_free(Packer *packer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packer, packer_free)

/* From now on blocks are packed on a thread. Before the first block. */
void packer_start_thread(Packer *packer);

/* An empty block to fill; at most a handful are under way, then it waits. */
Block *packer_take(Packer *packer);
/* Takes a filled block over. Errors stick until packer_finish. */
void packer_give(Packer *packer, Block *block);

/* Waits for all blocks, then writes index, hour, lists and trailer. */
gboolean packer_finish(Packer *packer, GByteArray *hour, GByteArray *lists, GError **error);

/* Whether something failed, so that the rest may be spared; octets written so far. Any
 * thread. */
gboolean packer_has_failed(Packer *packer);
guint64 packer_size(Packer *packer);

#endif
