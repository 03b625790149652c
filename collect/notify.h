/*
 * Tells the service manager that started this process how it is (sd_notify(3)'s protocol).
 */
#ifndef COLLECT_NOTIFY_H
#define COLLECT_NOTIFY_H

#include <glib.h>

/* Opens the way, as the environment names it; while sockets can still be made. -1: nobody wants
 * to know. */
int notify_open(void);
/* state: "READY=1". */
void notify_send(int fd, const char *state);

#endif
