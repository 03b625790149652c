/*
 * Names of hosts and services in a trace. Addresses are read by the C library, not by
 * common/address.c: what makes the tests' input must not share the mistakes of what is tested.
 */
#ifndef TESTS_COMPOSE_NAMES_H
#define TESTS_COMPOSE_NAMES_H

#include "tests/compose_text.h"

/* One end of a packet's way. */
typedef struct {
	guint8 family;     /* 4 or 6 */
	guint8 octets[16]; /* network byte order; 4 of them for IPv4 */
	guint16 port;      /* 0 when none was given */
	gboolean has_port;
} ComposeEnd;

typedef struct ComposeNames ComposeNames;

ComposeNames *compose_names_new(void);
void compose_names_free(ComposeNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ComposeNames, compose_names_free)

/* The rest of a line "host NAME ADDRESS". */
gboolean compose_names_define(ComposeNames *names, ComposeText *text, GError **error);

/* The next word as HOST or HOST.PORT; a colon at its end is passed. HOST is a name or an
 * address, PORT a number or service. */
gboolean compose_names_end(
	ComposeNames *names, ComposeText *text, ComposeEnd *end, GError **error);

#endif
