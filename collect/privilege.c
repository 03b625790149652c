#include "config.h"

#include "collect/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/failure.h"

static gboolean
fail(GError **error, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "privileges cannot be given up: %s: %s",
		what, g_strerror(errno));
	return FALSE;
}

static gboolean
become(const char *user, GError **error)
{
	errno = 0;
	const struct passwd *entry = getpwnam(user);

	if (!entry) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"user \"%s\": expected one that there is", user);
		return FALSE;
	}
	if (entry->pw_uid == geteuid())
		return TRUE;
	if (geteuid() != 0) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"user \"%s\": only root can become another", user);
		return FALSE;
	}
	/* All capabilities go with it: none is asked for. */
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_change_id((int)entry->pw_uid, (int)entry->pw_gid,
		    CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT) != 0)
		return fail(error, user);
	return TRUE;
}

gboolean
privilege_drop(const char *user, GError **error)
{
	if (user && *user != '\0' && !become(user, error))
		return FALSE;
	/* Whoever may not touch the bounding set was given a narrow one by its unit. */
	if (capng_get_caps_process() == 0 &&
		capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
			return fail(error, "the bounding set");
	}
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return fail(error, "capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(error, "no_new_privs");
	return TRUE;
}
