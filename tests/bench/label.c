/*
 * Composes simulated days of a site whose every actor is known, and writes the truth of them beside
 * the capture. The same options give the same octets.
 */
#include "config.h"

#include "tests/bench/label_echoes.h"
#include "tests/bench/label_group.h"
#include "tests/bench/label_guest.h"
#include "tests/bench/label_oddity.h"
#include "tests/bench/label_scan.h"

#include <errno.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	static const Kind *const casts[] = {label_guest_kinds, label_outing_kinds,
		label_crowd_kinds, label_scan_kinds, label_group_kinds, label_echoes_kinds,
		label_oddity_kinds};
	gint64 seed = 1;
	gint days = 8, percent = 100;
	g_autofree char *output = NULL, *truth_name = NULL;
	const GOptionEntry entries[] = {
		{"seed", 's', 0, G_OPTION_ARG_INT64, &seed, "Another seed, other actors (1)",
			"N"},
		{"days", 0, 0, G_OPTION_ARG_INT, &days, "Days that are simulated (8)", "N"},
		{"percent", 0, 0, G_OPTION_ARG_INT, &percent,
			"How many of the actors come on (100)", "N"},
		{"truth", 0, 0, G_OPTION_ARG_FILENAME, &truth_name, "Where the truth goes",
			"FILE"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where the capture goes",
			"FILE"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Stage) stage = NULL;
	FILE *capture, *truth;

	g_option_context_set_summary(
		context, "Composes days of labelled traffic; home is " PACKET_SITE ".");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("label: %s\n", error->message);
		return 2;
	}
	if (argc > 1 || output == NULL || truth_name == NULL || days < 1 || days > 60 ||
		percent < 1 || percent > 1000) {
		g_printerr(
			"label: expected --output, --truth, --days 1..60, --percent 1..1000\n");
		return 2;
	}

	stage = stage_new((guint64)seed, (guint)days, (guint)percent);
	for (guint i = 0; i < G_N_ELEMENTS(casts); i++)
		stage_play(stage, casts[i]);
	capture = fopen(output, "wb");
	truth = fopen(truth_name, "w");
	if (capture == NULL || truth == NULL || !stage_write(stage, capture, truth)) {
		g_printerr("label: not everything could be written: %s\n", g_strerror(errno));
		return 1;
	}
	return fclose(capture) == 0 && fclose(truth) == 0 ? 0 : 1;
}
