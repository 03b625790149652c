/*
 * Signature rules: those that ship, and a site's own [signature NAME] groups.
 *
 * A tally holds which rules hit as bits, by the rules' numbers, and of its rules no more than a
 * digest: signatures_meant tells what its bits mean today.
 */
#ifndef TALLY_SIGNATURES_H
#define TALLY_SIGNATURES_H

#include "common/settings.h"
#include "tally/facts.h"

extern const SettingGroup signature_group;

/* What no key can tell by itself: a group without a value, too many of them. Appends a line for
 * each mistake. */
void signatures_site_check(const Settings *settings, GString *problems);

/* The rules in force: those that ship, one of the site's in the place of one with its name; then
 * the site's others in the file's order. *n of them, TRAIT_SIGNATURES_MAX at most; the array is
 * the caller's (g_free), its texts are borrowed from settings. */
Signature *signatures_new(const Settings *settings, gsize *n);

/* Which bits of the hour's traits mean the rules of these numbers: all when it was tallied by
 * them; those that ship when it was tallied by them alone; else none. */
guint32 signatures_meant(const HourFacts *hour, const Signature *signatures, gsize n);

#endif
