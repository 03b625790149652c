/*
 * The one GError domain, its codes as the programs' exit statuses.
 */
#ifndef COMMON_FAILURE_H
#define COMMON_FAILURE_H

#include <glib.h>

typedef enum {
	FAILURE_FAILED = 1,  /* nothing could be read, or written */
	FAILURE_USAGE = 2,   /* a bad option or argument */
	FAILURE_PARTIAL = 3, /* what came before counts, something was missing */
	FAILURE_LOCKED = 75, /* another process is at work here */
} FailureCode;

#define FAILURE failure_quark()
GQuark failure_quark(void);

#endif
