#include "config.h"

#include "tally/dump.h"

#include <stdio.h>
#include <string.h>

#include "common/failure.h"
#include "tally/past_dump.h"

enum { FLUSH_OCTETS = 64 * 1024 };

static const DumpFormat *const formats[] = {&dump_text, &dump_json};

static const char *const fact_names[] = {
	"in-request",
	"in-response",
	"in-syn",
	"in-echoreply",
	"in-udp",
	"in-other",
	"out-tcp",
	"out-echo",
	"out-spoke",
	"out-any",
	"out-syn",
	"out-udp",
};
const DumpWords dump_facts = {fact_names, G_N_ELEMENTS(fact_names)};

static const char *const answer_names[] = {
	"synack",
	"rst",
	"udp",
	"echoreply",
	"unreach",
	"completed",
	"halfopen",
	"again",
};
const DumpWords dump_answers = {answer_names, G_N_ELEMENTS(answer_names)};

static const char *const seen_names[] = {
	"df",
	"no-df",
	"ack=seq-1",
	"ack-other",
	"ports-equal",
	"ports-differ",
	"options-vary",
	"seq-again",
	"tcp",
	"id",
	"ports",
	"mss",
	"no-mss",
	"fragment",
};
const DumpWords dump_seen = {seen_names, G_N_ELEMENTS(seen_names)};

void
dump_foreach_word(const DumpWords *words, guint set,
	void (*add)(GString *out, const char *word), GString *out)
{
	for (guint bit = 0; bit < 32; bit++) {
		char number[16];
		if (!(set >> bit & 1))
			continue;
		g_snprintf(number, sizeof number, "bit-%u", bit);
		add(out, bit < words->n ? words->names[bit] : number);
	}
}

static gboolean
flush(GString *out)
{
	gsize written = fwrite(out->str, 1, out->len, stdout);
	gboolean done = written == out->len;

	g_string_truncate(out, 0);
	return done;
}

/* Prints a tally up to its end or damage. *told: something was printed. */
static gboolean
dump_file(const char *path, const DumpFormat *format, gboolean *told, GError **error)
{
	g_autoptr(Reader) reader = reader_new(path, READER_CONTACTS | READER_TRAITS, error);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) failure = NULL;
	gboolean first = TRUE, printed = TRUE;
	Stretch stretch;

	if (!reader)
		return FALSE;
	*told = TRUE;
	format->hour(out, reader);
	while (printed && reader_next(reader, &stretch, &failure)) {
		format->stretch(out, &stretch, first, reader_hour(reader)->hour);
		first = !stretch.more;
		if (out->len >= FLUSH_OCTETS)
			printed = flush(out);
	}
	printed = printed && flush(out) && fflush(stdout) == 0;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (!printed)
		g_set_error_literal(
			error, FAILURE, FAILURE_FAILED, "standard output: cannot be written");
	return printed && (!error || !*error);
}

/* The same of a day's roll-up. */
static gboolean
dump_past(const char *path, const DumpFormat *format, gboolean *told, GError **error)
{
	g_autoptr(PastFile) file = past_file_new(path, error);
	g_autofree PastBlock *block = g_new(PastBlock, 1);
	g_autoptr(GString) out = g_string_new(NULL);
	gboolean json = format == &dump_json, read = TRUE, printed = TRUE;
	guint32 n;

	if (!file)
		return FALSE;
	*told = TRUE;
	past_file_entries(file, &n);
	past_dump_day(out, file, json);
	for (guint32 i = 0; printed && i < n; i++) {
		read = past_file_read(file, i, block, error);
		if (!read)
			break;
		past_dump_block(out, block, json);
		printed = flush(out);
	}
	printed = flush(out) && fflush(stdout) == 0 && printed;
	if (read && !printed)
		g_set_error_literal(
			error, FAILURE, FAILURE_FAILED, "standard output: cannot be written");
	return read && printed;
}

static int
usage(const char *what, const char *value)
{
	g_printerr("gnomon-tally dump: %s%s\n", what, value);
	return FAILURE_USAGE;
}

int
dump_main(int argc, char **argv)
{
	g_autofree char *name = NULL;
	g_auto(GStrv) files = NULL;
	const GOptionEntry options[] = {
		{"format", 0, 0, G_OPTION_ARG_STRING, &name,
			"text (the default) or json, one object a line", "FORMAT"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
			"TALLY|PAST..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	const DumpFormat *format = NULL;
	gboolean told = FALSE, failed = FALSE;
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Prints what hourly tallies, and the roll-ups of days (day.past), hold.");
	g_option_context_set_description(
		context, "Example: gnomon-tally dump --format json 0100.tally\n");
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error))
		return usage(error->message, "");
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
		if (strcmp(name ? name : "text", formats[i]->name) == 0)
			format = formats[i];
	if (!format)
		return usage("--format: expected text or json, found ", name);
	if (!files)
		return usage("expected at least one TALLY", "");
	for (char **file = files; *file; file++) {
		g_autoptr(GError) failure = NULL;
		gboolean past = g_str_has_suffix(*file, ".past");
		if ((past ? dump_past : dump_file)(*file, format, &told, &failure))
			continue;
		g_printerr("gnomon-tally dump: %s\n", failure->message);
		failed = TRUE;
	}
	if (!failed)
		return 0;
	return told ? FAILURE_PARTIAL : FAILURE_FAILED;
}
