/*
 * What the store and the day before say of findings: seen before or not, new or still there. Many
 * are looked up at a time, because a look-up reads every remembered day.
 */
#ifndef REPORT_MEMORY_H
#define REPORT_MEMORY_H

#include "report/yesterday.h"
#include "tally/past.h"

typedef struct {
	Past *past;           /* owned; NULL: nothing is remembered */
	Yesterday *yesterday; /* owned; NULL: the day before is not asked for */
} Memory;

/*
 * Of a local day of a site that begins at `from`: the UTC days before it that are rolled up.
 * shortfalls (of char *): a line for each roll-up that is damaged, and for a day before that cannot be read.
 */
Memory *memory_new(const Site *site, const char *const *sensors, gint64 from,
	GPtrArray *shortfalls, GError **error);
void memory_free(Memory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memory, memory_free)

/* Gives each of the findings (of Finding *) what is known of it: Finding.past, .state, and its
 * ranks by them. */
gboolean memory_tell(Memory *memory, const GPtrArray *findings, GError **error);

#endif
