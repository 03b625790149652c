/*
 * The ways in which gnomon-collect works. To add one: its Mode, and its place in main.c's table.
 */
#ifndef COLLECT_MODE_H
#define COLLECT_MODE_H

#include "collect/place.h"

typedef struct {
	/* its own options, ending in NULL; they are parsed into variables of its own */
	const GOptionEntry *entries;
	gboolean (*is_asked)(void);
	/* files: what is left of the command line, NULL-terminated. Returns the exit status;
	 * an error, where there is one, is said by main. */
	int (*run)(const PlaceOptions *options, char **files, GError **error);
} Mode;

extern const Mode mode_import, mode_verify;
extern const Mode mode_live; /* also when nothing is asked: settings may name the interface */

/* One line on stderr, from any thread. */
void mode_say(const char *message);

#endif
