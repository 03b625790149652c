/*
 * gnomon's benchmark traffic: a seeded generator of captures of any size. The same options give
 * the same octets.
 */
#include "config.h"

#include "tests/bench/shape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static gboolean
check_plan(const Traffic *plan, GError **error)
{
	const guint64 most = G_GUINT64_CONSTANT(1) << PACKET_OUTSIDE_BITS;
	const guint64 pairs = (guint64)plan->sources << PACKET_INSIDE_BITS;

	if (plan->packets < 1 || plan->packets > G_GUINT64_CONSTANT(3600000000000)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"--packets: expected 1 or more");
		return FALSE;
	}
	if (plan->sources > most || plan->sources <= plan->scanners + plan->victims) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"--sources: expected more than scanners and victims, at most 2^30");
		return FALSE;
	}
	if (plan->contacts < 1 || plan->contacts > pairs) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"--contacts: expected 1 to 65536 a source");
		return FALSE;
	}
	return TRUE;
}

static gboolean
generate(const Traffic *plan, const Shape *shape, gboolean nanoseconds, FILE *file, FILE *truth)
{
	g_autoptr(Sink) sink = sink_new(file, truth, plan->packets, nanoseconds, plan->seed);

	shape->run(plan, sink);
	return sink_finish(sink);
}

int
main(int argc, char **argv)
{
	gint64 packets = 10000000, seed = 1, contacts = 1000000;
	gint sources = 100000, scanners = 200, victims = 60, percent_v6 = 0;
	gboolean nanoseconds = FALSE;
	g_autofree char *shape_name = NULL, *output = NULL, *truth_name = NULL;
	const GOptionEntry entries[] = {
		{"packets", 'n', 0, G_OPTION_ARG_INT64, &packets, "Packets in all (10000000)",
			"N"},
		{"seed", 's', 0, G_OPTION_ARG_INT64, &seed, "Another seed, other traffic (1)",
			"N"},
		{"shape", 0, 0, G_OPTION_ARG_STRING, &shape_name,
			"One of those below (ordinary)", "NAME"},
		{"sources", 0, 0, G_OPTION_ARG_INT, &sources, "Outside hosts (100000)", "N"},
		{"scanners", 0, 0, G_OPTION_ARG_INT, &scanners, "of which sweep us (200)", "N"},
		{"victims", 0, 0, G_OPTION_ARG_INT, &victims, "and send us backscatter (60)",
			"N"},
		{"contacts", 0, 0, G_OPTION_ARG_INT64, &contacts,
			"Distinct contacts, shape scattered (1000000)", "N"},
		{"v6", 0, 0, G_OPTION_ARG_INT, &percent_v6,
			"IPv6 sources in a hundred, shape ordinary (0)", "PERCENT"},
		{"nano", 0, 0, G_OPTION_ARG_NONE, &nanoseconds, "Times in nanoseconds", NULL},
		{"truth", 0, 0, G_OPTION_ARG_FILENAME, &truth_name,
			"Write the sources with 7 targets and more", "FILE"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
			"The capture (standard output)", "FILE"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *shapes = shape_list();
	g_autoptr(GError) error = NULL;
	const Shape *shape;
	Traffic plan;

	g_option_context_set_summary(
		context, "Composes a capture of one hour; home is " PACKET_HOME ".");
	g_option_context_set_description(context, shapes);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("generate: %s\n", error->message);
		return 2;
	}
	shape = shape_find(shape_name != NULL ? shape_name : "ordinary");
	plan = (Traffic){
		.packets = (guint64)packets,
		.sources = (guint32)sources,
		.scanners = (guint32)scanners,
		.victims = (guint32)victims,
		.percent_v6 = (guint32)percent_v6,
		.contacts = (guint64)contacts,
		.seed = (guint64)seed,
	};
	if (shape == NULL || argc > 1 || !check_plan(&plan, &error)) {
		g_printerr("generate: %s\n",
			error != NULL ? error->message
			: argc > 1    ? "arguments: expected options only"
				      : "--shape: expected one of those that --help lists");
		return 2;
	}

	FILE *file = output != NULL ? fopen(output, "wb") : stdout;
	FILE *truth = truth_name != NULL ? fopen(truth_name, "w") : NULL;

	if (file == NULL || (truth == NULL && truth_name != NULL)) {
		g_printerr("generate: %s: %s\n", file == NULL ? output : truth_name,
			g_strerror(errno));
		return 1;
	}
	if (!generate(&plan, shape, nanoseconds, file, truth)) {
		g_printerr(
			"generate: not everything could be written: %s\n", g_strerror(errno));
		return 1;
	}
	return 0;
}
