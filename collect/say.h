/*
 * Messages of gnomon-collect.
 */
#ifndef COLLECT_SAY_H
#define COLLECT_SAY_H

#include <glib.h>

/* One line on stderr, after the program's name; from any thread. */
void say(const char *message);
void say_format(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Says the error; returns the exit status it stands for. */
int say_error(const GError *error);

#endif
