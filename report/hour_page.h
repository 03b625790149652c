/*
 * The pages of a day's hours, in SHADOW's manner: site, date, hour and zone on top, the way to
 * the hours beside it at top and foot, what the site's patterns hit, the tally at the foot.
 *
 * A page is its own memory: what patterns hit stands in it between two comments with the key of
 * what it was made of (hour_hits_key), so that hour files are read once, and what they showed
 * stays when they are pruned.
 */
#ifndef REPORT_HOUR_PAGE_H
#define REPORT_HOUR_PAGE_H

#include "report/model.h"

/*
 * Writes the pages of all closed hours of the model's day into folder, those that changed; an
 * hour without a tally has a page that says so. shortfalls (of char *): hour files that could not
 * be read to their ends, and what tcpdump could not print.
 */
gboolean hour_page_keep(
	const Model *model, const char *folder, GPtrArray *shortfalls, GError **error);

#endif
