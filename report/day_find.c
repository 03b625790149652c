#include "config.h"

#include "report/day_find.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/signatures.h"

void
day_find_tell(const GPtrArray *lines, GPtrArray *shortfalls)
{
	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];
		if (!g_ptr_array_find_with_equal_func(shortfalls, line, g_str_equal, NULL))
			g_ptr_array_add(shortfalls, g_strdup(line));
	}
}

/* The site's lists as of that day, with nothing counted; NULL: it has none. */
static Known *
load_known(const Day *day)
{
	const Settings *settings = day->site->settings;

	if (!*settings_names(settings, "known"))
		return NULL;
	Known *known = known_new(day->date);
	known_load_site(known, settings);
	known_settle(known);
	return known;
}

/* Its hours with a tally, of any sensor. */
static guint
count_hours(const Day *day)
{
	guint n = 0;

	for (gint64 hour = day->from; hour < day->span.to; hour += HOUR_SECONDS)
		n += (guint)day_has_hour(day, hour);
	return n;
}

static ScanExport
export_of(const Settings *settings)
{
	return (ScanExport){
		.author = settings_number(settings, "export", "dshield-id"),
		.hides_targets = strcmp(settings_text(settings, "export", "dshield-targets"),
					 "hidden") == 0,
	};
}

/* Findings of the tallies that are open. */
static gboolean
write_findings(const Day *day, const DetectorSettings *settings, const DayOutput *output,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(Coverage) coverage = day_coverage(day, error);
	g_autoptr(Known) known = load_known(day);
	g_autoptr(Infrastructure) infrastructure = infrastructure_new(day->site->settings);
	g_autoptr(Counters) counters = counters_new(settings, day->span);
	g_autoptr(GPtrArray) limits = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Overview) overview = overview_new(day->from, day->to);
	gsize n_signatures;
	g_autofree Signature *signatures = signatures_new(day->site->settings, &n_signatures);

	g_autoptr(Memory) memory =
		coverage ? memory_new(day->site, day->sensors, day->from, shortfalls, error)
			 : NULL;
	if (!memory)
		return FALSE;

	TuneDay tune_day = {.from = day->from,
		.to = day->to,
		.hours = count_hours(day),
		.due = (guint)((day->span.to - day->from) / HOUR_SECONDS)};
	const Known *const lists[] = {known};
	TuneSetup setup = {.past = memory->past, .known = known ? lists : NULL};
	tune_triggers(settings, setup.triggers);
	g_autoptr(Tune) tune = tune_new(&tune_day, 1, &setup);

	ScanHead head = {
		.tune = tune,
		.tune_day = &tune_day,
		.coverage = coverage,
		.unread = day->unread,
		.spool = day->site->spool,
		.store = day->site->store,
		.settings = settings,
		.span = day->span,
		.one_sided = day_is_one_sided(day),
		.signatures = signatures,
		.n_signatures = n_signatures,
		.infrastructure = infrastructure,
		.known = known,
		.limits = limits,
		.memory = memory,
		.counters = counters,
		.overview = overview,
		.export = export_of(day->site->settings),
	};
	g_autoptr(Model) model = model_new(&head, day);
	if (known)
		day_find_tell(known_problems(known), shortfalls);
	return find_all(day->readers, &head, output->lines, model, error) &&
	       output->pages(output->data, model, error);
}

gboolean
day_find(Day *day, const DetectorSettings *settings, const DayOutput *output,
	GPtrArray *shortfalls, GError **error)
{
	for (;;) {
		g_autoptr(GError) problem = NULL;
		for (const FindLines *lines = output->lines; lines->format; lines++) {
			rewind(lines->out);
			if (ftruncate(fileno(lines->out), 0) != 0) {
				g_set_error(error, FAILURE, FAILURE_FAILED,
					"an unnamed file: %s", g_strerror(errno));
				return FALSE;
			}
		}
		if (!day_open(day, error))
			return FALSE;
		if (write_findings(day, settings, output, shortfalls, &problem))
			return TRUE;
		if (!day_find_damaged(day)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
}
