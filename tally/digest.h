/*
 * The settings that shape a tally, as one number: two tallies of the same packets are the same
 * where their digests are. HourFacts.settings holds it.
 */
#ifndef TALLY_DIGEST_H
#define TALLY_DIGEST_H

#include "tally/trait.h"

/* home: home_text. */
guint64 digest_settings(
	const char *home, guint grid_minutes, const Signature *signatures, gsize n_signatures);

#endif
