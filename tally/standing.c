#include "config.h"

#include "tally/standing.h"

#include "tally/known_match.h"

/* How many of the targets that the subject hit in the window are dark. */
static guint
count_dark(const DetectorCase *at, gint64 start, gint64 length)
{
	g_autoptr(GArray) targets = NULL;
	guint n = 0;

	if (!at->scene->dark)
		return 0;
	targets = subject_targets(at->subject, start, length, 0);
	for (guint i = 0; i < targets->len; i++)
		n += scene_is_dark(at->scene, &g_array_index(targets, Address, i));
	return n;
}

/* Whether what came back to the sources is what they came for. */
static gboolean
is_asking(const Finding *finding)
{
	return finding->verdict != VERDICT_SECOND_ORDER_EFFECT &&
	       finding->verdict != VERDICT_LOAD_BALANCER && finding->verdict != VERDICT_BENIGN;
}

/* By what the finding means, its verdict being known. */
void
standing_rank(const DetectorCase *at, Finding *finding)
{
	Profile *profile = finding->profile;

	profile->dark = count_dark(at, profile->start, profile->length);
	if (profile->dark > 0)
		finding->ranks |= RANK_DARK;
	if (profile_best_worth(profile) <= WORTH_RESET && is_asking(finding))
		finding->ranks |= RANK_ANSWERED;
	if (profile->worth[WORTH_OPEN] > 0 && is_asking(finding))
		finding->ranks |= RANK_OPEN;
	if (finding->scope == SCOPE_SOURCES && finding->n_sources > 1)
		finding->ranks |= RANK_COORDINATED;
}

/* By what the site says of its sources. */
void
standing_acquaint(const Scene *scene, Finding *finding)
{
	if (!scene->known)
		return;
	finding->known = known_match_finding(scene->known, finding);
	finding->ranks &= ~(guint)(RANK_WATCHED | RANK_KNOWN);
	if (finding->known && finding->known->list->action == KNOWN_WATCH)
		finding->ranks |= RANK_WATCHED;
	if (finding->known && finding->known->list->action == KNOWN_LABEL)
		finding->ranks |= RANK_KNOWN;
}
