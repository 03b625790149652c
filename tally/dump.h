/*
 * gnomon-tally dump: what a tally holds, for people and for programs.
 */
#ifndef TALLY_DUMP_H
#define TALLY_DUMP_H

#include "tally/reader.h"

/* argv[0]: "dump" or the program's name. Returns the exit status. */
int dump_main(int argc, char **argv);

/* To add a format: its functions, and a line in dump.c's table. Each appends to out. */
typedef struct {
	const char *name;
	void (*hour)(GString *out, const Reader *reader);
	/* first: the source's first stretch. hour: start, seconds since 1970. */
	void (*stretch)(GString *out, const Stretch *stretch, gboolean first, gint64 hour);
} DumpFormat;

extern const DumpFormat dump_text, dump_json;

/* Names of the bits of a set, each with a comma before but the first; bits without a name as
 * numbers. names: n, by bit. */
typedef struct {
	const char *const *names;
	guint n;
} DumpWords;
extern const DumpWords dump_facts, dump_answers, dump_seen;

/* Calls add for each bit of set that is there. */
void dump_foreach_word(const DumpWords *words, guint set,
	void (*add)(GString *out, const char *word), GString *out);

#endif
