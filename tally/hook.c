#include "config.h"

#include "tally/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"

#define PROGRAM "gnomon-report"

static char *
program_path(GError **error)
{
	g_autofree char *own = g_file_read_link("/proc/self/exe", error);

	if (!own)
		return NULL;
	g_autofree char *folder = g_path_get_dirname(own);
	g_autofree char *path = g_build_filename(folder, PROGRAM, NULL);
	if (access(path, X_OK) == 0)
		return g_steal_pointer(&path);
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: cannot be run: %s (switch hook in [run] turns findings off)", path,
		g_strerror(errno));
	return NULL;
}

/* The child begins with no signal blocked and all at their defaults; standard input is empty. */
static int
spawn(const char *path, char **words, const sigset_t *signals, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int number = posix_spawn(child, path, &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

/*
 * Signals are blocked, SIGCHLD among them, so that none slips in between a look and the wait for
 * the next. One that ends the run is passed on, and raised again for its handler, which runs when
 * signals are let through.
 */
static int
wait_for(pid_t child, const sigset_t *signals, const gint *stop)
{
	const struct timespec soon = {.tv_sec = 1};
	int status = SIGKILL; /* should nobody tell */

	while (waitpid(child, &status, WNOHANG) == 0) {
		int number = sigtimedwait(signals, NULL, &soon);
		gboolean ends = number > 0 && number != SIGCHLD;
		if (!ends && !(stop && g_atomic_int_get(stop) != 0))
			continue;
		kill(child, SIGTERM);
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		if (ends)
			raise(number);
		break;
	}
	return status;
}

gboolean
hook_run(const char *site, gint64 now, const char *const *days, const gint *stop, int *status,
	GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autofree char *path = program_path(error);
	char time[HOUR_TEXT_SIZE];
	const char *const head[] = {
		PROGRAM, "day", "--site", site, "--now", hour_format_s(now, time)};
	sigset_t signals, before;
	pid_t child;

	if (!path)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
		g_ptr_array_add(words, (gpointer)head[i]);
	for (; *days; days++)
		g_ptr_array_add(words, (gpointer)*days);
	g_ptr_array_add(words, NULL);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &signals, &before);
	int number = spawn(path, (char **)words->pdata, &signals, &child);
	int ended = number == 0 ? wait_for(child, &signals, stop) : 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (number == 0 && WIFEXITED(ended)) {
		*status = WEXITSTATUS(ended);
		return TRUE;
	}
	if (number != 0)
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be run: %s", path,
			g_strerror(number));
	else
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: ended by signal %d", path,
			WTERMSIG(ended));
	return FALSE;
}
