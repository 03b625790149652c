/*
 * One wish for packets (packets.h) on its way: what its cache holds, what was read for it, and
 * what is told in the end.
 */
#ifndef REPORT_PACKET_NEED_H
#define REPORT_PACKET_NEED_H

#include "report/packet_cache.h"
#include "report/packets.h"
#include "tally/pick.h"

typedef struct {
	const PacketsWish *wish; /* borrowed */
	char *path;              /* owned; of its cache */
	PacketCache *cache;      /* owned; as it was found, until packet_need_join */
	PacketCache *read;       /* owned; the files read now */
	GArray *packets;         /* owned: of PickPacket: theirs, by time, the first ones */
	char **texts;            /* owned: as packets; NULL: not printed */
	guint lacking;           /* hours without packets in the spool */
	guint unread;            /* hour files that could not be opened */
	char *problem;           /* owned; why packets were not printed */
} PacketNeed;

/* With what its cache in folder holds. wish: borrowed. */
PacketNeed *packet_need_new(const char *folder, const PacketsWish *wish);
void packet_need_free(PacketNeed *need);

/* Whether its cache was made of a file named after the hour. */
gboolean packet_need_had_hour(const PacketNeed *need, gint64 hour);
/* Whether no packet of that hour or a later one can be among the first. */
gboolean packet_need_is_filled(const PacketNeed *need, gint64 hour);

/* Adds the wish's rule to pick. */
void packet_need_ask(const PacketNeed *need, Pick *pick);
/* Takes in what a file has (copied); the first packets stay. */
void packet_need_take(PacketNeed *need, const PickPacket *packets, guint n);
/* Joins what was read and printed to the cache; all of packets have their texts. */
void packet_need_join(PacketNeed *need);

/* Why packets lack; NULL: nothing is known to lack. Owned by the caller. */
char *packet_need_reason(const PacketNeed *need);

#endif
