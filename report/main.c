#include "config.h"

#include "report/command.h"

#include <locale.h>
#include <string.h>
#include <time.h>

#include "common/descriptors.h"
#include "common/failure.h"
#include "common/message.h"

static const Command *const table[] = {
	&command_scan,
	&command_day,
	&command_hour,
	&command_incident,
	&command_index,
};

static void
print_help(void)
{
	printf("Usage: gnomon-report COMMAND [OPTION...] ...\n\n"
	       "Turns hourly tallies into findings and reports.\n\n");
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		printf("  %-8s %s\n", table[i]->name, table[i]->summary);
	printf("\ngnomon-report COMMAND --help shows a command's options.\n");
}

static const Command *
find_command(const char *name, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		if (name && strcmp(table[i]->name, name) == 0)
			return table[i];
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"%s%sexpected a command: see gnomon-report --help", name ? name : "",
		name ? ": " : "");
	return NULL;
}

static int
exit_status(const GError *error)
{
	if (error->domain == FAILURE)
		return error->code;
	return error->domain == G_OPTION_ERROR ? FAILURE_USAGE : FAILURE_FAILED;
}

static gboolean
run_command(char **arguments, CommandLines *lines, GError **error)
{
	const Command *command = find_command(arguments[0], error);

	if (command) {
		g_autofree char *name = g_strconcat("gnomon-report ", command->name, NULL);
		g_set_prgname(name); /* as --help calls it */
	}
	if (!command || !command->run(arguments, time(NULL), stdout, lines, error))
		return FALSE;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "standard output: %s",
			g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

/* Each once: several pages may be made of one damaged file. */
static void
print_lines(const GPtrArray *lines)
{
	g_autoptr(GHashTable) said = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < lines->len; i++)
		if (g_hash_table_add(said, lines->pdata[i]))
			message_print("gnomon-report", lines->pdata[i]);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func(g_free);
	CommandLines lines = {shortfalls, notices};
	g_auto(GStrv) arguments = g_strdupv(argv + MIN(argc, 1));

	setlocale(LC_CTYPE, "");
	descriptors_keep_standard();
	descriptors_allow();
	if (arguments[0] &&
		(strcmp(arguments[0], "--help") == 0 || strcmp(arguments[0], "-h") == 0)) {
		print_help();
		return 0;
	}
	if (arguments[0] && strcmp(arguments[0], "--version") == 0) {
		printf("gnomon-report %s\n", PACKAGE_VERSION);
		return 0;
	}

	gboolean done = run_command(arguments, &lines, &error);
	print_lines(notices);
	print_lines(shortfalls);
	if (done)
		return shortfalls->len > 0 ? FAILURE_PARTIAL : 0;
	message_print_lines("gnomon-report", error->message);
	return exit_status(error);
}
