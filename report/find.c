#include "config.h"

#include "report/find.h"

#include "common/failure.h"
#include "report/contacts.h"
#include "report/detail.h"
#include "report/known_sources.h"
#include "tally/detection.h"
#include "tally/gather.h"
#include "tally/past_history.h"
#include "tally/signatures.h"

enum {
	/* IPv6 sources are found by /64: a host there may use any of its addresses */
	PREFIX_V6 = 64,
	/* looked up in the past at a time: as many as Detection keeps, and a few */
	FOUND_MAX = 120000,
};

/* What no single source's facts hold: who spoke, and what the hijack checks saw. */
typedef struct {
	Dark *dark;      /* owned */
	GArray *hijacks; /* owned; of SceneHijack */
	Home *home;      /* owned; NULL: tallies of different homes */
	guint full;      /* tallies that may have seen more hijacks than they hold */
} Surroundings;

static void
surroundings_clear(Surroundings *surroundings)
{
	g_clear_pointer(&surroundings->dark, dark_free);
	g_clear_pointer(&surroundings->hijacks, g_array_unref);
	g_clear_pointer(&surroundings->home, home_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Surroundings, surroundings_clear)

static int
compare_hijacks(gconstpointer a, gconstpointer b)
{
	const SceneHijack *x = a, *y = b;
	int order = address_compare(&x->hijack.source, &y->hijack.source);

	if (order == 0)
		order = (x->hour > y->hour) - (x->hour < y->hour);
	return order != 0
		       ? order
		       : (x->hijack.time > y->hijack.time) - (x->hijack.time < y->hijack.time);
}

/* The readers at hand were opened without these lists, which would fill the memory all at once;
 * here they are read tally by tally. */
static gboolean
read_surroundings(GPtrArray *readers, const Coverage *coverage, Surroundings *surroundings,
	GError **error)
{
	surroundings->dark = dark_new();
	surroundings->hijacks = g_array_new(FALSE, FALSE, sizeof(SceneHijack));
	for (guint i = 0; i < readers->len; i++) {
		g_autoptr(Reader) reader = reader_new(reader_name(readers->pdata[i]), 0, error);
		if (!reader)
			return FALSE;
		const HourFacts *hour = reader_hour(reader);
		dark_add(surroundings->dark, hour);
		surroundings->full += hour->hijacks->len >= FACTS_HIJACKS_MAX;
		for (guint k = 0; k < hour->hijacks->len; k++) {
			SceneHijack item = {
				hour->hour, g_array_index(hour->hijacks, Hijack, k)};
			g_array_append_val(surroundings->hijacks, item);
		}
	}
	g_array_sort(surroundings->hijacks, compare_hijacks);
	if (coverage->homes->len == 1)
		surroundings->home = home_new(coverage->homes->pdata[0], NULL);
	return TRUE;
}

typedef struct {
	const FindLines *lines; /* borrowed */
	Model *model;           /* borrowed; or NULL */
	GString *line;          /* owned; reused */
	const ScanHead *head;   /* borrowed */
	GPtrArray *found;       /* of Finding *, owned: still to be told */
	GPtrArray *wanted;      /* borrowed; for each of lines its sources (contacts.h) */
	GError *problem;        /* owned; the past could not be read */
} Teller;

/* index: of the lines. */
static void
tell_lines(Teller *teller, guint index, const Finding *finding)
{
	const FindLines *lines = &teller->lines[index];

	if (lines->format->line) {
		g_string_truncate(teller->line, 0);
		lines->format->line(teller->line, teller->head, finding);
		fwrite(teller->line->str, 1, teller->line->len, lines->out);
	} else if (lines->format->wants(finding)) {
		contacts_want(teller->wanted->pdata[index], finding);
	}
}

static void
tell(Teller *teller, Finding *finding)
{
	if (finding->known)
		known_count_finding(teller->head->known, finding->known);
	if (known_sources_ignores(finding)) {
		finding_free(finding);
		return;
	}
	for (guint i = 0; teller->lines[i].format; i++)
		tell_lines(teller, i, finding);
	if (teller->model)
		model_take(teller->model, finding);
	else
		finding_free(finding);
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

/* What the past says of them may change their ranks. */
static void
tell_all(Teller *teller)
{
	GPtrArray *found = teller->found;
	Memory *memory = teller->head->memory;

	if (memory && !teller->problem && memory_tell(memory, found, &teller->problem))
		g_ptr_array_sort(found, compare_findings);
	for (guint i = 0; i < found->len; i++)
		tell(teller, found->pdata[i]);
	g_ptr_array_set_size(found, 0);
}

static void
take(gpointer data, Finding *finding)
{
	Teller *teller = data;

	g_ptr_array_add(teller->found, finding);
	if (teller->found->len >= FOUND_MAX)
		tell_all(teller);
}

static gboolean
see_all(GPtrArray *readers, const ScanHead *head, Detection *detection, GError **error)
{
	g_autoptr(Gather) gather =
		gather_new((Reader **)readers->pdata, readers->len, FIND_PARTS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, PREFIX_V6, head->coverage->grid_minutes, head->span);
	const Subject *subject;
	g_autoptr(GError) problem = NULL;

	while ((subject = subject_stream_next(stream, &problem))) {
		const GPtrArray *found = detection_see(detection, subject);
		known_sources_see(head->known, subject);
		/* Before those that are left out: they are known to it. */
		if (head->tune && !tune_see(head->tune, subject, error))
			return FALSE;
		if (found->len > 0 && known_sources_ignores(found->pdata[0]))
			continue;
		if (head->counters && found->len > 0)
			counters_add(head->counters, ((Finding *)found->pdata[0])->profile);
		if (head->overview)
			overview_see(head->overview, subject);
	}
	if (!problem)
		return !head->tune || tune_finish(head->tune, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

static gboolean
detect(GPtrArray *readers, const ScanHead *head, Teller *teller, GError **error)
{
	g_auto(Surroundings) surroundings = {0};

	if (!read_surroundings(readers, head->coverage, &surroundings, error))
		return FALSE;
	Past *past = head->memory ? head->memory->past : NULL;
	PortHistory history = past_history(past);
	Scene scene = {
		.grid_minutes = head->coverage->grid_minutes,
		.span = head->span,
		.one_sided = head->one_sided,
		.home = surroundings.home,
		.dark = !head->one_sided && dark_is_known(surroundings.dark) ? surroundings.dark
									     : NULL,
		.hijacks = surroundings.hijacks,
		.signatures = head->signatures,
		.n_signatures = head->n_signatures,
		.infrastructure = head->infrastructure,
		.known = head->known,
		.port_history = past ? &history : NULL,
	};
	limits_add(head->limits, detect_hijack.name,
		"conversations for which there was no room, so that no reset was held against "
		"them",
		head->coverage->live_evicted);
	limits_add(head->limits, detect_hijack.name,
		"tallies that hold a thousand resets of others, and no further ones",
		surroundings.full);
	g_autoptr(Detection) detection = detection_new(head->settings, &scene, take, teller);
	if (!see_all(readers, head, detection, error) ||
		!detection_finish(detection, (Reader **)readers->pdata, readers->len, error))
		return FALSE;
	const GPtrArray *limits = detection_limits(detection);
	for (guint i = 0; i < limits->len; i++)
		g_ptr_array_add(head->limits, g_strdup(limits->pdata[i]));
	tell_all(teller);
	if (!teller->problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&teller->problem));
	return FALSE;
}

/* A tally that was made by other rules shall not tell under a wrong name what hit there. Returns
 * how many there are. */
static guint
keep_signatures(GPtrArray *readers, const ScanHead *head)
{
	guint others = 0;

	for (guint i = 0; i < readers->len; i++) {
		Reader *reader = readers->pdata[i];
		guint32 bits = signatures_meant(
			reader_hour(reader), head->signatures, head->n_signatures);
		reader_keep_signatures(reader, bits);
		others += bits != G_MAXUINT32;
	}
	return others;
}

static void
begin_lines(Teller *teller)
{
	for (const FindLines *lines = teller->lines; lines->format; lines++) {
		g_string_truncate(teller->line, 0);
		if (lines->format->begin)
			lines->format->begin(teller->line, teller->head);
		fwrite(teller->line->str, 1, teller->line->len, lines->out);
		g_ptr_array_add(teller->wanted, contacts_new());
	}
}

static gboolean
tell_contacts(const Teller *teller, GPtrArray *readers, GError **error)
{
	const FindLines *lines = teller->lines;

	for (guint i = 0; lines[i].format; i++)
		if (lines[i].format->contact &&
			!contacts_tell(teller->wanted->pdata[i], readers, teller->head,
				lines[i].format, lines[i].out, error))
			return FALSE;
	return TRUE;
}

gboolean
find_all(GPtrArray *readers, ScanHead *head, const FindLines *lines, Model *model,
	GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GString) line = g_string_new(NULL);
	g_autoptr(GPtrArray) wanted =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	Teller teller = {lines, model, line, head, g_ptr_array_new(), wanted, NULL};

	head->other_rules = keep_signatures(readers, head);
	begin_lines(&teller);
	gboolean complete = detect(readers, head, &teller, &problem) &&
			    tell_contacts(&teller, readers, &problem);
	g_ptr_array_set_free_func(teller.found, (GDestroyNotify)finding_free);
	g_ptr_array_unref(teller.found);
	g_clear_error(&teller.problem);
	if (complete && model) {
		model_settle(model);
		model->details = detail_read(readers, model, &problem);
		complete = model->details != NULL;
	}
	/* A tally that is damaged inside leaves no page, so this is a failure, whatever the
	 * reader calls it. */
	if (problem)
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, problem->message);
	return complete;
}
