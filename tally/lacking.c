#include "config.h"

#include "tally/lacking.h"

#include "common/hour.h"

enum { STRETCHES_MAX = 4 }; /* that are told of a sensor */

/* Hours of one state, that follow each other or not. */
typedef struct {
	GString *text; /* owned: the stretches */
	guint hours, stretches;
	gint64 since, last; /* the stretch at hand; last G_MININT64: none */
} Stretches;

static void
end_stretch(Stretches *lacking)
{
	char from[HOUR_TEXT_SIZE], to[HOUR_TEXT_SIZE];

	if (lacking->last == G_MININT64)
		return;
	if (++lacking->stretches <= STRETCHES_MAX)
		g_string_append_printf(lacking->text, "%s%s to %s",
			lacking->stretches > 1 ? ", " : "", hour_format_s(lacking->since, from),
			hour_format_s(lacking->last + HOUR_SECONDS, to));
	lacking->last = G_MININT64;
}

static void
add_hour(Stretches *lacking, gint64 hour)
{
	if (lacking->last != hour - HOUR_SECONDS) {
		end_stretch(lacking);
		lacking->since = hour;
	}
	lacking->last = hour;
	lacking->hours++;
}

/* "dmz: 3 hours without a file: 2017-09-10T03:00:00Z to ..." */
static void
tell(Stretches *lacking, const char *sensor, const char *what, GPtrArray *shortfalls)
{
	end_stretch(lacking);
	if (lacking->stretches > STRETCHES_MAX)
		g_string_append_printf(lacking->text, " and %u stretches more",
			lacking->stretches - STRETCHES_MAX);
	if (lacking->hours)
		g_ptr_array_add(shortfalls,
			g_strdup_printf("%s: %u hour%s %s: %s", sensor, lacking->hours,
				lacking->hours == 1 ? "" : "s", what, lacking->text->str));
	g_string_free(lacking->text, TRUE);
}

static Stretches
none(void)
{
	return (Stretches){.text = g_string_new(NULL), .last = G_MININT64};
}

gboolean
lacking_tell(Captures *captures, gint64 first, gint64 last, gint64 closed,
	GPtrArray *shortfalls, GError **error)
{
	const char *const *sensors = captures_sensors(captures);
	gboolean listed = TRUE;

	for (guint i = 0; sensors[i] && listed; i++) {
		Stretches missing = none(), pruned = none();

		for (gint64 hour = first;
			listed && hour <= last && hour + HOUR_SECONDS <= closed;
			hour += HOUR_SECONDS) {
			CapturesState state;
			listed = captures_state(captures, i, hour, &state, error);
			if (listed && state != CAPTURES_WHOLE)
				add_hour(state == CAPTURES_NONE ? &missing : &pruned, hour);
		}
		tell(&missing, sensors[i], "without a file in the spool", shortfalls);
		tell(&pruned, sensors[i], "of which packets were pruned", shortfalls);
	}
	return listed;
}
