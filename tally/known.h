/*
 * Known sources: what a site says of networks beforehand. What comes from an ignored one is
 * counted and not told, from a labelled one told behind all others, from a watched one first.
 *
 * Which entry applies: the one with the longest prefix. Of equal ones a watching one before a
 * labelling before an ignoring one; then one with ports before one without; then the order of
 * lists and lines. An entry with ports applies to what is about these service ports alone; one
 * that watches, as soon as one of them is among the ports. An entry that does not apply leaves it
 * to the next.
 *
 * To read another format: a function like known_text_take, and its place in known_load.c.
 */
#ifndef TALLY_KNOWN_H
#define TALLY_KNOWN_H

#include "common/network.h"
#include "common/settings.h"
#include "tally/port_set.h"

typedef enum { KNOWN_IGNORE, KNOWN_LABEL, KNOWN_WATCH, KNOWN_ACTIONS } KnownAction;

const char *known_action_name(KnownAction action); /* "ignore", "label", "watch" */

typedef struct {
	char *name; /* owned: of [known NAME], or the file's */
	KnownAction action;
	guint64 entries; /* in force */
	guint64 expired; /* not in force any more */
	guint64 damaged; /* left out: no entries */
	guint64 others;  /* left out: of a list that is not of addresses */
	gboolean unread; /* its file could not be read */
} KnownList;

typedef struct KnownEntry {
	Network network;
	const KnownList *list; /* borrowed from Known, as is all here */
	const char *reason;    /* any octets up to NUL, as the file has them; "" none */
	const PortSet *ports;  /* NULL: whatever the ports */
	guint line;            /* of its file; 0: not known */
	/* what it applied to, by known_count_* */
	guint64 sources, findings;
} KnownEntry;

typedef struct Known Known;

/* What an entry has where it does not say otherwise; each may be NULL: nothing. */
typedef struct {
	const char *reason;
	const char *ports; /* as port_set_new */
	const char *until; /* "2027-01-31": the last day on which it is in force */
} KnownDefaults;

/* date: "2026-03-29", the day that is looked at; entries that ended before it are left out. */
Known *known_new(const char *date);
void known_free(Known *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

/* A year, month and day that there are: "2027-01-31". */
gboolean known_is_date(const char *text);

/*
 * Reads a file: lines of "CIDR-or-ADDRESS [ports=22,53] [until=2027-01-31] [reason]", see
 * gnomon.conf(5), or a MISP warning list (a JSON object) of type cidr. defaults: whose ports and
 * until are held to be such.
 *
 * FALSE and FAILURE_FAILED: it cannot be read, is larger than 64 MiB, or is JSON and no warning
 * list. What is wrong with single entries is told in known_problems, and the rest is read.
 */
gboolean known_load_file(Known *known, const char *name, KnownAction action, const char *path,
	const KnownDefaults *defaults, GError **error);

/* All [known NAME] groups of a site (known_site_check holds them to be right); files that cannot
 * be read are told in known_problems, too. */
void known_load_site(Known *known, const Settings *settings);

/* After the last list, before the first look-up. */
void known_settle(Known *known);

/* What was left out ("FILE:LINE: ..."), and what is no longer in force, a line each, of a list
 * the first of them and how many more (of char *). Printable. */
const GPtrArray *known_problems(const Known *known);
const GPtrArray *known_expired(const Known *known);
/* Of KnownList *, in the order in which they were read. */
const GPtrArray *known_lists(const Known *known);

/* The service ports that something is about. */
typedef struct {
	const guint16 *ports; /* borrowed */
	gsize n;
	gboolean more; /* these are not all */
	gboolean none; /* some of it has no port */
} KnownPorts;

/* The entry that applies to address/bits: one that holds all of it. ports: NULL, entries apply
 * whatever their ports. NULL: none. */
const KnownEntry *known_find(
	const Known *known, const Address *address, guint bits, const KnownPorts *ports);
/* Whether any entry has ports. */
gboolean known_has_ports(const Known *known);

/* Counts one source, or finding, to which the entry applied; each once is the caller's care. */
void known_count_source(Known *known, const KnownEntry *entry);
void known_count_finding(Known *known, const KnownEntry *entry);

/* Calls tell for each entry that applied to anything: watching, labelling, ignoring ones; then by
 * findings, sources and address. */
void known_foreach(const Known *known, void (*tell)(gpointer data, const KnownEntry *entry),
	gpointer data);

/* [known NAME]. */
extern const SettingGroup known_group;
/* What no key can tell by itself: appends a line for each mistake. */
void known_site_check(const Settings *settings, GString *problems);

#endif
