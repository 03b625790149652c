#include "config.h"

#include "report/tcpdump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/output.h"
#include "tally/savefile.h"

enum {
	/* For one process: tcpdump looks for each address among all others that begin alike, as
	 * those of home do, one by one. */
	PACKETS_MAX = 4000,
};
enum { PIECE = 1 << 16, WAIT_US = 2000, COMPLAINT_MAX = 512, TEXT_MAX = 256 << 20 };

char *
tcpdump_format_time(guint64 time, char *buffer)
{
	char second[HOUR_TEXT_SIZE]; /* YYYY-MM-DDTHH:MM:SSZ */

	hour_format_s((gint64)(time / SECOND_NS), second);
	g_snprintf(buffer, TCPDUMP_TIME_SIZE, "%.10s %.8s.%06u", second, second + 11,
		(guint)(time % SECOND_NS / 1000));
	return buffer;
}

char *
tcpdump_path(void)
{
	/* Debian had it there, where cron's PATH does not lead. */
	static const char beside[] = "/usr/sbin/tcpdump";
	char *path = g_find_program_in_path("tcpdump");

	return path || access(beside, X_OK) != 0 ? path : g_strdup(beside);
}

G_GNUC_PRINTF(2, 3)
static gboolean
fail(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, FAILURE, FAILURE_FAILED, "tcpdump: %s", text);
	return FALSE;
}

/* The descriptor of an unnamed pcap file of the packets, at its beginning; -1 and error. */
static int
write_packets(const PickPacket *const *packets, guint n, const char *folder, GError **error)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	guint8 head[SAVEFILE_HEADER];
	int fd = output_open_unnamed(folder, G_MAXUINT64, error);

	if (fd < 0)
		return -1;
	savefile_header(head, packets[0]->link_type, FALSE);
	g_byte_array_append(octets, head, SAVEFILE_HEADER);
	for (guint i = 0; i < n; i++) {
		savefile_record(
			head, packets[i]->time, packets[i]->captured, packets[i]->wire, FALSE);
		g_byte_array_append(octets, head, SAVEFILE_RECORD);
		g_byte_array_append(octets, packets[i]->frame, packets[i]->captured);
	}
	if (disk_write(fd, octets->data, octets->len) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	fail(error, "packets for it cannot be written: %s", g_strerror(errno));
	close(fd);
	return -1;
}

/* A child that reads `in` and writes to `out` and `complaints`; the number of an error, or 0. */
static int
spawn(const char *path, int in, int out, int complaints, pid_t *child)
{
	const char *const words[] = {"tcpdump", "-nn", "-tttt", "-S", "-r", "-", NULL};
	const char *const environment[] = {"TZ=UTC", "LC_ALL=C", "PATH=/usr/bin:/bin", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attributes, &signals);
	sigfillset(&signals);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int number = posix_spawn(
		child, path, &actions, &attributes, (char **)words, (char **)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

/* All that comes until the end of it; FALSE: not in time, or too much. */
static gboolean
read_all(int fd, gint64 deadline, GByteArray *text)
{
	guint8 piece[PIECE];

	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;
		gssize got;

		if (left <= 0 || text->len > TEXT_MAX)
			return FALSE;
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		got = read(fd, piece, sizeof piece);
		if (got == 0)
			return TRUE;
		if (got > 0)
			g_byte_array_append(text, piece, (guint)got);
		else if (errno != EINTR)
			return FALSE;
	}
}

/* How it ended, as waitpid tells; 0 where the caller's caller does not care for children, so that
 * nobody tells. One that does not end by then is killed. */
static int
wait_for(pid_t child, gint64 deadline)
{
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(child, &status, WNOHANG)) == 0 ||
		(ended < 0 && errno == EINTR)) {
		if (g_get_monotonic_time() >= deadline)
			kill(child, SIGKILL);
		g_usleep(WAIT_US);
	}
	return ended < 0 ? 0 : status;
}

/* ": " and the last line that it said on standard error; empty where it complained of nothing. */
static char *
last_complaint(int fd)
{
	char text[COMPLAINT_MAX + 1];
	off_t end = lseek(fd, 0, SEEK_END);
	gssize got = pread(fd, text, COMPLAINT_MAX, MAX(end - COMPLAINT_MAX, 0));

	text[MAX(got, 0)] = '\0';
	g_strchomp(text);
	const char *line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	/* What it says in any case. */
	if (*line == '\0' || g_str_has_prefix(line, "reading from file "))
		return g_strdup("");
	return g_strdelimit(g_strconcat(": ", line, NULL), "\t\r\033", ' ');
}

static gboolean
judge(int status, gboolean in_time, int complaints, GError **error)
{
	g_autofree char *complaint = last_complaint(complaints);

	if (!in_time)
		return fail(
			error, "did not end within %d s, or printed too much", TCPDUMP_SECONDS);
	if (WIFSIGNALED(status))
		return fail(error, "ended by signal %d%s", WTERMSIG(status), complaint);
	if (WEXITSTATUS(status) != 0)
		return fail(error, "exit status %d%s", WEXITSTATUS(status), complaint);
	return TRUE;
}

/* Runs it on what lies in `in`; text: all that it prints. */
static gboolean
run(const char *path, int in, GByteArray *text, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + TCPDUMP_SECONDS * G_USEC_PER_SEC;
	int ends[2], complaints = output_open_unnamed("/", 0, error);
	pid_t child;

	if (complaints < 0)
		return FALSE;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(complaints);
		return fail(error, "no pipe: %s", g_strerror(errno));
	}
	int number = spawn(path, in, ends[1], complaints, &child);
	close(ends[1]);
	gboolean done = number == 0;
	if (done) {
		gboolean in_time = read_all(ends[0], deadline, text);
		/* Who prints and prints finds nobody listening. */
		close(ends[0]);
		int status = wait_for(child, in_time ? deadline : 0);
		done = judge(status, in_time, complaints, error);
	} else {
		close(ends[0]);
		fail(error, "%s: cannot be run: %s", path, g_strerror(number));
	}
	close(complaints);
	return done;
}

/* A line of a packet's text. */
static void
append_line(GString *text, const guint8 *line, gsize length)
{
	if (text->len > 0) {
		g_string_append_c(text, '\n');
		if (length == 0 || line[0] != '\t')
			g_string_append_c(text, '\t');
	}
	gsize room = TCPDUMP_LINE_MAX - MIN(text->len, TCPDUMP_LINE_MAX);
	gsize begun = text->len;
	g_string_append_len(text, (const char *)line, (gssize)MIN(length, room));
	for (gsize i = begun; i < text->len; i++)
		if (text->str[i] == '\0')
			text->str[i] = '?';
	if (length > room)
		g_string_append(text, " [cut]");
}

/* The text of each packet begins with its time; what does not begin with the next one's is more of
 * the last. */
static GPtrArray *
split(const GByteArray *text, const PickPacket *const *packets, guint n, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) one = g_string_new(NULL);
	const guint8 *at = text->data, *end = text->data + text->len, *next;
	guint begun = 0;

	for (; at < end; at = next) {
		const guint8 *line_end = memchr(at, '\n', (gsize)(end - at));
		char time[TCPDUMP_TIME_SIZE];

		line_end = line_end ? line_end : end;
		next = line_end + (line_end < end);
		if (begun < n && (gsize)(line_end - at) >= sizeof time &&
			memcmp(at, tcpdump_format_time(packets[begun]->time, time),
				sizeof time - 1) == 0) {
			if (begun++ > 0)
				g_ptr_array_add(texts, g_strdup(one->str));
			g_string_truncate(one, 0);
		}
		if (begun > 0 && one->len <= TCPDUMP_LINE_MAX)
			append_line(one, at, (gsize)(line_end - at));
	}
	if (begun > 0)
		g_ptr_array_add(texts, g_strdup(one->str));
	if (begun == n)
		return g_steal_pointer(&texts);
	fail(error, "%u of %u packets printed", begun, n);
	return NULL;
}

/* What one process prints. */
static GPtrArray *
print_some(const char *path, const PickPacket *const *packets, guint n, const char *folder,
	GError **error)
{
	g_autoptr(GByteArray) text = g_byte_array_sized_new(PIECE);
	int in = write_packets(packets, n, folder, error);

	if (in < 0)
		return NULL;
	gboolean done = run(path, in, text, error);
	close(in);
	return done ? split(text, packets, n, error) : NULL;
}

GPtrArray *
tcpdump_print(const char *path, const PickPacket *const *packets, guint n, const char *folder,
	GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < n; i += PACKETS_MAX) {
		GPtrArray *some =
			print_some(path, packets + i, MIN(n - i, PACKETS_MAX), folder, error);
		if (!some)
			return NULL;
		g_ptr_array_extend_and_steal(texts, some);
	}
	return g_steal_pointer(&texts);
}
