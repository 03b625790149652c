#include "config.h"

#include "collect/sandbox.h"

/* Sanitizers look after themselves by calls of many kinds. */
#if defined(HAVE_SECCOMP) && !defined(SANITIZED)
#define IS_POSSIBLE 1
#endif

#ifdef IS_POSSIBLE

#include <errno.h>
#include <sched.h>
#include <seccomp.h>

#include "common/failure.h"

/* By name: what a machine or an older libseccomp does not know is passed over. */
static const char *const allowed[] = {
	/* what is open */
	"read", "readv", "pread64", "write", "writev", "pwrite64", "close", "close_range",
	"lseek", "_llseek", "fcntl", "fcntl64", "dup", "dup2", "dup3", "ioctl", "poll", "ppoll",
	"ppoll_time64", "eventfd2", "pipe2", "signalfd4", "recvfrom", "recvmsg", "getsockopt",
	"getsockname", "getpeername", "setsockopt", "shutdown",
	/* files */
	"open", "openat", "stat", "lstat", "fstat", "newfstatat", "fstatat64", "fstat64",
	"stat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat",
	"faccessat2", "readlink", "readlinkat", "getcwd", "getdents", "getdents64", "mkdir",
	"mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat",
	"rmdir", "ftruncate", "ftruncate64", "truncate", "truncate64", "fallocate", "fadvise64",
	"fadvise64_64", "fsync", "fdatasync", "sync_file_range", "flock", "chmod", "fchmod",
	"fchown", "fchown32", "fchmodat", "umask", "utimensat", "utimensat_time64",
	"copy_file_range", "sendfile", "memfd_create",
	/* memory */
	"brk", "mmap", "mmap2", "munmap", "mprotect", "mremap", "madvise", "mlock", "munlock",
	"membarrier", "getrandom",
	/* threads and their order of rank, never higher than it was */
	"futex", "futex_time64", "futex_waitv", "set_robust_list", "get_robust_list", "rseq",
	"set_tid_address", "gettid", "getpid", "getppid", "sched_yield", "sched_getaffinity",
	"sched_setaffinity", "sched_getattr", "sched_setattr", "sched_getparam",
	"sched_getscheduler", "sched_setscheduler", "sched_get_priority_min",
	"sched_get_priority_max", "getpriority", "setpriority", "ioprio_get", "ioprio_set",
	"prctl", "arch_prctl", "exit", "exit_group", "restart_syscall", "tgkill",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack",
	"sigreturn", "getuid", "geteuid", "getgid", "getegid", "getuid32", "geteuid32",
	"getgid32", "getegid32", "getrlimit", "ugetrlimit", "prlimit64", "getrusage", "sysinfo",
	"uname",
	/* clocks */
	"clock_gettime", "clock_gettime64", "clock_getres", "clock_nanosleep",
	"clock_nanosleep_time64", "gettimeofday", "time", "nanosleep", "times"};

static int
allow(scmp_filter_ctx filter)
{
	int result = 0;

	for (guint i = 0; i < G_N_ELEMENTS(allowed) && result == 0; i++) {
		int number = seccomp_syscall_resolve_name(allowed[i]);
		if (number == __NR_SCMP_ERROR)
			continue;
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
		/* Allowed twice, where two names are one call here. */
		if (result == -EEXIST || result == -EDOM)
			result = 0;
	}
	/* GLib's messages would go to the journal, and the C library's questions to a daemon: told
	 * that they cannot, they take another way. */
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 0);
	/* Threads, but no processes. What clone3 is asked for cannot be seen; the C library then
	 * asks for clone. */
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return result;
}

gboolean
sandbox_enter(GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	/* Without filter: one above this process forbids to ask for such an end. */
	int result = filter ? allow(filter) : -ENOSYS;

	if (result == 0)
		result = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	if (result != 0)
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"system calls cannot be given up: %s", g_strerror(-result));
	return result == 0;
}

#else

gboolean
sandbox_enter(GError **error)
{
	(void)error;
	return TRUE;
}

#endif
