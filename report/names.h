/*
 * The names of addresses as a name server told them, at rest in STORE/.names: written by
 * gnomon-names alone, read by reports.
 *
 *	gnomon-names 1
 *	198.51.100.9 1774828800 scanner.example.org
 *	198.51.100.10 1774828800
 *
 * A line an address, sorted as text: the address, when was asked (seconds since 1970), and what
 * it is called; nothing where it has no name. Nobody vouches for a name: whoever runs the zone of
 * an address may call it anything, and no forward look-up was made.
 */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "common/address.h"

enum { NAMES_NAME_MAX = 255 /* octets of a name that are kept */ };

typedef struct Names Names;

/* Where a store has them; free with g_free. */
char *names_path(const char *store);

Names *names_new(void);
/* A file that is not there has none. NULL: it cannot be read, or is no such file; single lines
 * that are none are passed over. */
Names *names_load(const char *path, GError **error);
gboolean names_save(const Names *names, const char *path, GError **error);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

/* What is known of an address: FALSE, nothing. *name: owned by names, "" where it has none; any
 * octets but line breaks. */
gboolean names_find(
	const Names *names, const Address *address, gint64 *asked, const char **name);
/* name: "" where it has none; cut to NAMES_NAME_MAX octets, and at a line break. */
void names_set(Names *names, const Address *address, gint64 asked, const char *name);
/* Forgets what was asked before that time. */
void names_forget(Names *names, gint64 before);

#endif
