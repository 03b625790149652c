/*
 * What is drawn of a finding: the contacts of its sources in its windows, read again out of the
 * tallies once it is known which findings are told in full.
 */
#ifndef REPORT_DETAIL_H
#define REPORT_DETAIL_H

#include "report/model.h"

enum {
	DETAIL_MARKS = 2000, /* of one finding that are kept; of more, one in every so many */
	DETAIL_SOURCES = 64, /* of a finding: of a flood's thousands the first by address */
};

/* One contact: what came from a source to a target in an hour. */
typedef struct {
	Address target;
	guint64 first, last; /* ns since 1970 */
	guint64 packets;
	guint32 source; /* index into Finding.sources; below DETAIL_SOURCES */
	guint16 port;
	guint8 kind;
} DetailMark;

typedef struct {
	GArray *marks;   /* of DetailMark, by first, then target; owned */
	guint64 n_marks; /* before they were cut */
	GArray *targets; /* of Address: the distinct targets of all its marks, sorted; owned */
	GArray *hours;   /* of gint64: hours with a mark, ascending, each once; owned */
	gint64 from, to; /* the hours that were looked at, seconds since 1970 */
	guint64 sports_min, sports_max; /* source ports of TCP and UDP; min > max: none */
} Detail;

void detail_free(Detail *detail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Detail, detail_free)

/*
 * Details of the model's cards. readers: borrowed, those the findings were made of, at any place.
 * Returns const Finding * (the model's) -> Detail *, owned by the caller. NULL: a tally cannot be
 * read.
 */
GHashTable *detail_read(GPtrArray *readers, const Model *model, GError **error);

#endif
