#include "config.h"

#include "report/find.h"

#include "common/failure.h"
#include "report/known_sources.h"
#include "tally/gather.h"

enum {
	PREFIX_V6 = 64
}; /* IPv6 sources are found by /64: a host there may use any of its addresses */

static void
leave_out_ignored(Known *known, GPtrArray *findings)
{
	for (guint i = 0; i < findings->len;)
		if (known_sources_admit(known, findings->pdata[i]))
			i++;
		else
			g_ptr_array_remove_index(findings, i);
}

/* Findings go to the format as they come. */
static gboolean
find_all(GPtrArray *readers, const ScanHead *head, const ScanFormat *format, gpointer state,
	GError **error)
{
	g_autoptr(Gather) gather =
		gather_new((Reader **)readers->pdata, readers->len, FIND_PARTS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, PREFIX_V6, head->coverage->grid_minutes, head->span);
	const Subject *subject;
	g_autoptr(GError) problem = NULL;

	while ((subject = subject_stream_next(stream, &problem))) {
		g_autoptr(GPtrArray) findings =
			g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
		detector_find(head->settings, subject, head->one_sided, findings);
		known_sources_see(head->known, subject);
		leave_out_ignored(head->known, findings);
		if (findings->len > 0)
			format->take(state, g_steal_pointer(&findings));
	}
	/* A tally that is damaged inside leaves no page, so this is a failure, whatever the
	 * reader calls it. */
	if (problem)
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, problem->message);
	return problem == NULL;
}

gboolean
find_write(GPtrArray *readers, const ScanHead *head, const ScanFormat *format, FILE *out,
	GError **error)
{
	gpointer state = format->begin(head, out);
	gboolean complete = find_all(readers, head, format, state, error);

	format->end(state, complete);
	return complete;
}
