/*
 * Names of the ports that scanners ask for most, so that a reader need not look them up: "telnet".
 * The machine's own list of services is not asked: the same findings, the same words anywhere.
 *
 * Source: IANA, Service Name and Transport Protocol Port Number Registry (a choice of it).
 */
#ifndef COMMON_SERVICE_H
#define COMMON_SERVICE_H

#include <glib.h>

/* The service registered for a port of TCP, or of UDP; of static life; NULL: none is known. */
const char *service_name(gboolean udp, guint16 port);

#endif
