#include "config.h"

#include "tally/commands.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"

enum { HOURS_NAMED = 4 };

/* That there is one hour; else which there are. */
static gboolean
has_one_hour(const Engine *engine, GError **error)
{
	g_autoptr(GString) hours = g_string_new(NULL);
	guint n = engine_n_hours(engine);
	char time[HOUR_TEXT_SIZE];

	if (n == 1)
		return TRUE;
	for (guint i = 0; i < MIN(n, HOURS_NAMED); i++)
		g_string_append_printf(hours, "%s%s", i > 0 ? ", " : "",
			hour_format_s(engine_hour(engine, i), time));
	if (n > HOURS_NAMED)
		g_string_append_printf(hours, " and %u more, the last %s", n - HOURS_NAMED,
			hour_format_s(engine_hour(engine, n - 1), time));
	if (n == 0)
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"no packets: expected those of one hour");
	else
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"packets of the hours %s: expected one hour", hours->str);
	return FALSE;
}

/* Where the time went and what the tables took, for people who measure. */
static void
tell_phases(const EngineReport *r)
{
	const struct {
		const char *phase;
		double seconds;
	} phases[] = {{"read", r->read}, {"decode", r->decode}, {"table", r->table},
		{"sort", r->sort}, {"settle and write", r->write - r->sort}};

	for (guint i = 0; i < G_N_ELEMENTS(phases); i++)
		g_printerr("%-17s %8.3f s %7.1f ns a packet\n", phases[i].phase,
			phases[i].seconds,
			phases[i].seconds * 1e9 / (double)MAX(r->packets, 1));
	g_printerr("contacts %" G_GUINT64_FORMAT " octets-each %.1f\n", r->contacts,
		(double)r->table_octets / (double)MAX(r->contacts, 1));
	g_printerr("traits %" G_GUINT64_FORMAT " octets-each %.1f\n", r->traits,
		(double)r->trait_octets / (double)MAX(r->traits, 1));
	g_printerr("runs %" G_GUINT64_FORMAT "\n", r->runs);
}

static int
write_hour(const Options *options, char **files, const char *output, gboolean phases)
{
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	command_tell_home(options);
	g_autoptr(Engine) engine = command_read(
		options, (const char *const *)files, g_strv_length(files), shortfalls, &error);
	if (!engine)
		return command_fail_reading(shortfalls, error);
	int status = command_tell_shortfalls(shortfalls);
	if (!has_one_hour(engine, &error) || !engine_write(engine, 0, output, &error))
		return command_fail(error);
	if (phases)
		tell_phases(engine_report(engine));
	return status;
}

int
hour_command_main(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autofree char *output = NULL;
	g_auto(GStrv) files = NULL;
	gboolean phases = FALSE;
	const GOptionEntry entries[] = {
		{"output", 0, 0, G_OPTION_ARG_FILENAME, &output, "the file to write", "TALLY"},
		{"phases", 0, 0, G_OPTION_ARG_NONE, &phases,
			"tell on stderr where time and memory went", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
			"FILE..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context, "Writes the hourly tally of one hour's packets.");
	g_option_context_set_description(context,
		"Example: gnomon-tally hour --home 192.0.2.0/24 --output 0100.tally 0100.pcap");
	g_option_context_add_main_entries(context, entries, NULL);
	options_add(&options, context);
	options_add_making(&options, context);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (!output || !files) {
		command_say("expected %s (%s --help)", output ? "a capture" : "--output TALLY",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	if (!options_settle(&options, &error))
		return command_fail(error);
	return write_hour(&options, files, output, phases);
}
