/*
 * Options that several commands of gnomon-tally share, and how their values are read. All texts
 * are taken as given and read here, so that a bad one is told in one line: the option, what was
 * read, what was expected (FAILURE_USAGE).
 */
#ifndef TALLY_OPTIONS_H
#define TALLY_OPTIONS_H

#include "common/home.h"

/* How captures are read; members as given, owned. */
typedef struct {
	char *home_text, *memory_text, *threads_text, *temp, *sensor, *grid_text;
	/* by options_settle */
	Home *home;
	guint64 memory; /* octets for contact tables */
	guint threads;
	guint grid_minutes;
} Options;

/* What settings that are not given come to: a quarter of the machine's memory, a thread a
 * processor. */
guint64 options_default_memory(void);
guint options_default_threads(void);

void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* --home, --memory, --threads, --temp to the context. options must outlive it. */
void options_add(Options *options, GOptionContext *context);
/* --sensor and --grid: for commands that make tallies. */
void options_add_making(Options *options, GOptionContext *context);

/* Parses; --help prints and exits, as GOptionContext does. */
gboolean options_parse(GOptionContext *context, int *argc, char ***argv, GError **error);

/* Reads what was given and puts defaults where nothing was: private home ranges, a quarter
 * of the machine's memory, as many threads as processors are online, $TMPDIR or /var/tmp,
 * hours on the UTC hour. */
gboolean options_settle(Options *options, GError **error);

/* $TMPDIR, or /var/tmp. */
const char *options_temp_folder(void);

/* text: NULL is the default. name: the option's, with dashes, for the message. */
gboolean options_number(const char *name, const char *text, guint64 low, guint64 high,
	guint64 initial, guint64 *number, GError **error);
/* "64M", "2G", "500K", or octets. */
gboolean options_size(
	const char *name, const char *text, guint64 initial, guint64 *octets, GError **error);
/* A duration of whole hours, in seconds. */
gboolean options_hours(
	const char *name, const char *text, gint64 initial, gint64 *seconds, GError **error);
/* "syn,fin": set of 1 << KIND_*; 0 without text. */
gboolean options_kinds(const char *name, const char *text, guint32 *kinds, GError **error);
/* The same, and "unreach", an ICMP error that came in. */
gboolean options_kinds_seen(const char *name, const char *text, guint32 *kinds, GError **error);
/* "5" or "5-9", 0 to most, in order. */
gboolean options_range(const char *name, const char *text, guint32 most, guint32 *low,
	guint32 *high, GError **error);
/* "22,80-90": 65,536 octets, nonzero where the port is wanted; *ports (owned by caller) NULL
 * without text. */
gboolean options_ports(const char *name, const char *text, guint8 **ports, GError **error);
/* "192.0.2.0/24,2001:db8::/32", as home_new; *networks (owned by caller) NULL without text. */
gboolean options_networks(const char *name, const char *text, Home **networks, GError **error);
/* Index of text in names (ends in NULL); 0 without text. */
gboolean options_choice(const char *name, const char *text, const char *const *names,
	guint *choice, GError **error);

#endif
