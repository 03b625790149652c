#include "config.h"

#include "tally/watched.h"

#include "common/hour.h"

/* A stretch of time, ns since 1970. */
typedef struct {
	guint64 from, to;
} Span;

struct Watched {
	guint64 begin, end; /* of the hour, ns since 1970 */
	GArray *spans;      /* of Span; owned */
	gboolean unknown;   /* a file does not tell */
};

Watched *
watched_new(gint64 hour)
{
	Watched *watched = g_new0(Watched, 1);

	watched->begin = (guint64)MAX(hour, 0) * SECOND_NS;
	watched->end = (guint64)MAX(hour + HOUR_SECONDS, 0) * SECOND_NS;
	watched->spans = g_array_new(FALSE, FALSE, sizeof(Span));
	return watched;
}

void
watched_free(Watched *watched)
{
	if (!watched)
		return;
	g_array_unref(watched->spans);
	g_free(watched);
}

void
watched_add(Watched *watched, const Manifest *manifest)
{
	if (!manifest || manifest->began == MANIFEST_UNKNOWN ||
		manifest->ended == MANIFEST_UNKNOWN) {
		watched->unknown = TRUE;
		return;
	}
	Span span = {manifest->began, manifest->ended};
	g_array_append_val(watched->spans, span);
}

static int
compare_spans(gconstpointer a, gconstpointer b)
{
	const Span *one = a, *other = b;

	return (one->from > other->from) - (one->from < other->from);
}

char *
watched_tell(Watched *watched)
{
	guint64 seen = watched->begin, missing = 0;
	char text[HOUR_TEXT_SIZE];

	if (watched->unknown || watched->spans->len == 0)
		return NULL;
	g_array_sort(watched->spans, compare_spans);
	for (guint i = 0; i < watched->spans->len; i++) {
		const Span *span = &g_array_index(watched->spans, Span, i);
		guint64 from = MIN(span->from, watched->end);
		if (from > seen)
			missing += from - seen;
		seen = MAX(seen, MIN(span->to, watched->end));
	}
	missing += watched->end - seen;
	return missing < SECOND_NS ? NULL
				   : g_strdup_printf("not captured for %s",
					     hour_format_span(missing, text));
}
