/*
 * Runs commands in turn, round after round (A B A B ...), so that whatever else the machine
 * does falls on all of them alike, and prints of each the median time, its ratio to the first
 * one's, and its memory.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

enum { POLL_US = 2000 };

typedef struct {
	double wall;      /* seconds */
	double cpu;       /* seconds, user and system, of the program and all it waited for */
	double peak;      /* MiB resident, pages of mapped files included */
	double anonymous; /* MiB, those not included; only as often as looked at */
} Run;

typedef struct {
	char *label; /* owned */
	char **argv; /* owned */
	cpu_set_t cpus;
	gboolean pinned;
	GArray *runs; /* owned: Run */
} Command;

/* "LABEL|CPUS|COMMAND": CPUS as in 0 or 0,1; none: all. */
static Command *
command_new(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "|", 3);
	Command *command;
	char **argv;

	if (g_strv_length(parts) != 3) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"%s: expected LABEL|CPUS|COMMAND", text);
		return NULL;
	}
	if (!g_shell_parse_argv(parts[2], NULL, &argv, error))
		return NULL;
	command = g_new0(Command, 1);
	command->label = g_strdup(parts[0]);
	command->argv = argv;
	command->runs = g_array_new(FALSE, FALSE, sizeof(Run));

	g_auto(GStrv) cpus = g_strsplit(parts[1], ",", -1);

	for (guint i = 0; cpus[i] != NULL; i++)
		CPU_SET(atoi(cpus[i]), &command->cpus);
	command->pinned = cpus[0] != NULL;
	return command;
}

static void
command_free(gpointer data)
{
	Command *command = data;

	g_free(command->label);
	g_strfreev(command->argv);
	g_array_free(command->runs, TRUE);
	g_free(command);
}

static pid_t
start(const Command *command)
{
	pid_t pid = fork();
	int nowhere;

	if (pid != 0)
		return pid;
	nowhere = open("/dev/null", O_RDWR);
	if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
		_exit(126);
	if (command->pinned && sched_setaffinity(0, sizeof command->cpus, &command->cpus) != 0)
		_exit(126);
	execvp(command->argv[0], command->argv);
	_exit(127);
}

/* MiB of the process's memory that is no file's; 0 when it cannot be told. */
static double
anonymous_now(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents(path, &status, NULL, NULL))
		return 0;
	line = strstr(status, "RssAnon:");
	return line != NULL ? g_ascii_strtod(line + strlen("RssAnon:"), NULL) / 1024 : 0;
}

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Looking costs the program a little time: only when memory is asked for. */
static gboolean
run(Command *command, gboolean look, GError **error)
{
	const gint64 begin = g_get_monotonic_time();
	const pid_t pid = start(command);
	struct rusage usage;
	Run result = {0};
	int status;

	if (pid < 0) {
		g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FORK, "fork: %s",
			g_strerror(errno));
		return FALSE;
	}
	while (wait4(pid, &status, look ? WNOHANG : 0, &usage) == 0) {
		result.anonymous = MAX(result.anonymous, anonymous_now(pid));
		g_usleep(POLL_US);
	}
	if (!g_spawn_check_wait_status(status, error)) {
		g_prefix_error(error, "%s: ", command->label);
		return FALSE;
	}
	result.wall = (double)(g_get_monotonic_time() - begin) / 1e6;
	result.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	result.peak = (double)usage.ru_maxrss / 1024;
	g_array_append_val(command->runs, result);
	return TRUE;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A member of one run; never 0, so that it can be divided by. */
static double
figure(const Command *command, guint round, gsize member)
{
	double value =
		G_STRUCT_MEMBER(double, &g_array_index(command->runs, Run, round), member);

	return MAX(value, 1e-6);
}

/* Of a member of the runs, or of its ratio, round by round, to that of another command's. */
static double
median(const Command *command, gsize member, const Command *to)
{
	const guint n = command->runs->len;
	g_autofree double *values = g_new(double, n);

	for (guint i = 0; i < n; i++)
		values[i] =
			figure(command, i, member) / (to != NULL ? figure(to, i, member) : 1);
	qsort(values, n, sizeof *values, by_size);
	return n % 2 != 0 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double
most(const Command *command, gsize member)
{
	double result = 0;

	for (guint i = 0; i < command->runs->len; i++)
		result = MAX(result, figure(command, i, member));
	return result;
}

/* For people when `tabs` is FALSE, else columns between tabs. */
static void
print_table(const GPtrArray *commands, FILE *file, gboolean tabs)
{
	const Command *first = g_ptr_array_index(commands, 0);

	if (!tabs)
		fprintf(file, "  %-34s %8s %8s %8s %8s %9s %9s\n", "", "wall s", "CPU s",
			"x wall", "x CPU", "peak MiB", "anon MiB");
	for (guint i = 0; i < commands->len; i++) {
		const Command *command = g_ptr_array_index(commands, i);

		fprintf(file,
			tabs ? "%s\t%.6f\t%.6f\t%.4f\t%.4f\t%.1f\t%.1f\n"
			     : "  %-34s %8.3f %8.3f %8.2f %8.2f %9.1f %9.1f\n",
			command->label, median(command, G_STRUCT_OFFSET(Run, wall), NULL),
			median(command, G_STRUCT_OFFSET(Run, cpu), NULL),
			median(command, G_STRUCT_OFFSET(Run, wall), first),
			median(command, G_STRUCT_OFFSET(Run, cpu), first),
			most(command, G_STRUCT_OFFSET(Run, peak)),
			most(command, G_STRUCT_OFFSET(Run, anonymous)));
	}
}

/* The table on standard output, and again in the file of that name (NULL: none). */
static gboolean
report(const GPtrArray *commands, const char *tabs_name)
{
	FILE *tabs;

	print_table(commands, stdout, FALSE);
	if (tabs_name == NULL)
		return TRUE;
	tabs = fopen(tabs_name, "w");
	if (tabs == NULL)
		return FALSE;
	print_table(commands, tabs, TRUE);
	return fclose(tabs) == 0;
}

int
main(int argc, char **argv)
{
	gint rounds = 5, warm_up = 1;
	gboolean look = FALSE;
	g_autofree char *tabs = NULL;
	const GOptionEntry entries[] = {
		{"rounds", 'r', 0, G_OPTION_ARG_INT, &rounds, "Rounds that count (5)", "N"},
		{"warm-up", 'w', 0, G_OPTION_ARG_INT, &warm_up, "Rounds before that do not (1)",
			"N"},
		{"anonymous", 'a', 0, G_OPTION_ARG_NONE, &look,
			"Look at the memory that is no file's", NULL},
		{"tabs", 't', 0, G_OPTION_ARG_FILENAME, &tabs,
			"The same once more, columns between tabs", "FILE"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("LABEL|CPUS|COMMAND...");
	g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(command_free);
	g_autoptr(GError) error = NULL;

	g_option_context_set_description(context,
		"Example:\n  measure 'libpcap|0|./pcap-count day.pcap' "
		"'tally|0|gnomon-tally hour --output day.tally day.pcap'\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("measure: %s\n", error->message);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		Command *command = command_new(argv[i], &error);

		if (command == NULL) {
			g_printerr("measure: %s\n", error->message);
			return 2;
		}
		g_ptr_array_add(commands, command);
	}
	if (commands->len == 0 || rounds < 1) {
		g_printerr("measure: expected a command and a round at least\n");
		return 2;
	}
	for (gint round = -warm_up; round < rounds; round++) {
		for (guint i = 0; i < commands->len; i++) {
			Command *command = g_ptr_array_index(commands, i);

			if (!run(command, look, &error)) {
				g_printerr("measure: %s\n", error->message);
				return 1;
			}
			if (round < 0)
				g_array_set_size(command->runs, 0);
		}
	}
	if (!report(commands, tabs)) {
		g_printerr("measure: %s: %s\n", tabs, g_strerror(errno));
		return 1;
	}
	return 0;
}
