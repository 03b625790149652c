/*
 * What a process gives up once it has opened what it needs.
 */
#ifndef COLLECT_PRIVILEGE_H
#define COLLECT_PRIVILEGE_H

#include <glib.h>

/*
 * Becomes user (a name; "" or NULL: stays who it is), keeps no capability in any set, the
 * bounding set among them, and can never gain any (PR_SET_NO_NEW_PRIVS). Before any thread is
 * started. FALSE: FAILURE_USAGE where there is no such user, or it is not root that asks to
 * become one; else FAILURE_FAILED.
 */
gboolean privilege_drop(const char *user, GError **error);

#endif
