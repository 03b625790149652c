/*
 * What a program says on standard error: "PROGRAM: TEXT", a line.
 *
 * Texts quote names of files and what stands in them, which may hold anything: what is no UTF-8
 * comes as U+FFFD, and control characters, those that turn the direction of text among them, as
 * "?". So nobody steers a terminal, or begins a line.
 */
#ifndef COMMON_MESSAGE_H
#define COMMON_MESSAGE_H

#include <glib.h>

/* text: a line, whatever is in it. */
void message_print(const char *program, const char *text);

/* text: of several lines, as settings tell all that is wrong; empty ones are left out. */
void message_print_lines(const char *program, const char *text);

#endif
