#include "config.h"

#include "tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "collect/closer.h"
#include "collect/recover.h"
#include "collect/sandbox.h"
#include "collect/space.h"
#include "tests/records.h"

static void
pass_over(const char *message)
{
	(void)message;
}

/* An hour is written, closed, compressed, and another one that was left put in order. */
static gboolean
keep_hours(const char *spool)
{
	HourFileKind kind = records_kind;
	g_autoptr(GByteArray) records = g_byte_array_new();

	kind.spool = spool;
	records_put(records, RECORDS_HOUR, 60, 1);
	g_autoptr(HourFile) left = hour_file_new(&kind, RECORDS_HOUR, 0, NULL);
	ck_assert_ptr_nonnull(left);
	g_autoptr(Recovery) recovery = recover_new(spool, "dmz", pass_over);
	g_autoptr(Compressor) compressor = compressor_new(3, pass_over, NULL);
	g_autoptr(Closer) closer = closer_new(compressor, pass_over, NULL);
	HourFile *file = hour_file_new(&kind, RECORDS_HOUR, 0, NULL);
	hour_file_append(file, records->data, records->len, 1, 160, 1, 1, NULL);
	closer_add(closer, file);
	recover_run(recovery, compressor);
	g_clear_pointer(&closer, closer_free);
	compressor_wait(compressor);
	g_autofree char *names = records_list(spool);
	return strcmp(names, "1200-0000.json 1200-0000.pcap.zst 1200.json 1200.pcap.zst") == 0;
}

/* Where GLib writes it asks whether that is the journal, and would go there by a socket. */
static gboolean
warn(const char *spool)
{
	(void)spool;
	g_setenv("G_DEBUG", "", TRUE);
	g_message("a message of GLib's");
	return TRUE;
}

static gboolean
look_at_the_system(const char *spool)
{
	time_t now = time(NULL);
	struct tm parts;

	getpwnam("nobody");
	getgrnam("nogroup");
	localtime_r(&now, &parts);
	syslog(LOG_DEBUG, "this goes nowhere");
	return space_free(spool) > 0 && g_random_int() + g_get_num_processors() > 0;
}

static gboolean
open_socket(const char *spool)
{
	(void)spool;
	return socket(AF_UNIX, SOCK_DGRAM, 0) < 0 && errno == EPERM;
}

static gboolean
begin_process(const char *spool)
{
	(void)spool;
	return fork() < 0;
}

static gboolean
begin_program(const char *spool)
{
	(void)spool;
	execl("/bin/true", "true", NULL);
	return TRUE;
}

static gboolean
send_signal(const char *spool)
{
	(void)spool;
	kill(getppid(), 0);
	return TRUE;
}

static const struct {
	const char *name;
	gboolean (*act)(const char *spool);
	gboolean is_allowed;
} acts[] = {
	{"hours are kept", keep_hours, TRUE},
	{"GLib may warn", warn, TRUE},
	{"the C library may look at the system", look_at_the_system, TRUE},
	{"there is no socket, which kills nobody", open_socket, TRUE},
	{"no other process", begin_process, FALSE},
	{"no program", begin_program, FALSE},
	{"no signal to others", send_signal, FALSE},
};

#if !defined(HAVE_SECCOMP) || defined(SANITIZED)
static const gboolean is_there = FALSE;
#else
static const gboolean is_there = TRUE;
#endif

START_TEST(a_collector_can_do_its_work_and_nothing_else)
{
	char *spool = records_folder();
	pid_t child = fork();
	int status;

	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, STDERR_FILENO);
		_exit(sandbox_enter(NULL) && acts[_i].act(spool) ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (acts[_i].is_allowed && is_there)
		ck_assert_msg(status == 0, "%s: %x", acts[_i].name, (guint)status);
	else if (is_there)
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: %x",
			acts[_i].name, (guint)status);
	records_remove(spool);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_collector_can_do_its_work_and_nothing_else, 0, G_N_ELEMENTS(acts));
}

int
main(void)
{
	return suite_run("sandbox", add_tests);
}
