/*
 * The packets behind the cards of a day: the first of them as tcpdump prints them, and how to get
 * them all out of the spool.
 */
#ifndef REPORT_CARD_PACKETS_H
#define REPORT_CARD_PACKETS_H

#include "report/model.h"
#include "report/packets.h"

typedef struct {
	PacketsFound *found;        /* owned */
	char *expression, *command; /* owned; as packets.h makes them */
	guint64 left_out;           /* sources that are in neither */
} CardPackets;

/*
 * Finds them for all cards of a model with a day and details, and hands them over to it. folder: of
 * the day's packets (packets.h). problems (of char *): what could not be kept. FALSE: the spool
 * cannot be listed.
 */
gboolean card_packets_find(
	Model *model, const char *folder, GPtrArray *problems, GError **error);

/* Appends them to a card; nothing where there are none. */
void card_packets_html(GString *page, const Model *model, const Finding *finding);

#endif
