/*
 * The key under which a site's addresses are replaced: 32 octets in a file that only its owner may
 * read, made of the system's random numbers when it is first asked for. Whoever has it can undo
 * what was replaced.
 */
#ifndef REPORT_INCIDENT_KEY_H
#define REPORT_INCIDENT_KEY_H

#include "report/cryptopan.h"

/* Reads the key; makes the file when it is not there, so that of two who do at a time both get the
 * same. FALSE and FAILURE_FAILED: it cannot be read or made, is no plain file, is open to others,
 * or holds no key: "PATH: expected a key of 32 octets, found 7: ...". */
gboolean incident_key_load(const char *path, guint8 key[CRYPTOPAN_KEY_SIZE], GError **error);

#endif
