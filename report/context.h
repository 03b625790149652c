/*
 * What others say of a source: its name, as gnomon-names(8) was told it, its autonomous system and
 * country, as databases in MaxMind's format say. Shown with its age; no verdict rests on it.
 * Nothing here talks to anybody.
 *
 * Source: MaxMind DB file format 2.0; fields as in GeoLite2 and DB-IP's lite databases
 * (country.iso_code, autonomous_system_number, autonomous_system_organization).
 */
#ifndef REPORT_CONTEXT_H
#define REPORT_CONTEXT_H

#include "common/address.h"
#include "common/site.h"

enum { CONTEXT_TEXT_MAX = 255 /* octets of each text */ };

typedef struct Context Context;

/* Times: seconds since 1970. Texts come from outside, are of any octets and of CONTEXT_TEXT_MAX at
 * most: whoever shows them escapes them. */
typedef struct {
	char *name;        /* owned; NULL: none, or none known */
	gint64 name_asked; /* when; 0: it was never asked for */
	guint32 as_number; /* 0: not known */
	char *as_name;     /* owned; NULL: not known */
	gint64 as_built;   /* when the database was made */
	char *country;     /* owned; "DE"; NULL: not known */
	gint64 country_built;
} ContextFacts;

void context_facts_clear(ContextFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContextFacts, context_facts_clear)

/*
 * What [context] of the site's settings asks for; NULL: nothing. What cannot be read is left out
 * and told in problems (of char *, a line each): a report goes on without it.
 */
Context *context_new(const Site *site, GPtrArray *problems);
void context_free(Context *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Context, context_free)

/* Fills *facts, to be cleared; FALSE: nothing is known, and nothing to be cleared. A database that
 * turns out damaged is told in problems once, and asked no more. context NULL: nothing is known. */
gboolean context_look_up(
	Context *context, const Address *address, ContextFacts *facts, GPtrArray *problems);

/* The facts as one line, raw: "name scanner.example.org (asked 2026-03-29, not verified); AS64500
 * Example Net (database of 2026-03-01); country DE (database of 2026-03-01)". */
char *context_line(const ContextFacts *facts);

#endif
