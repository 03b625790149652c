#include "config.h"

#include "tally/commands.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/output.h"
#include "common/progress.h"
#include "tally/captures.h"
#include "tally/command.h"
#include "tally/extract.h"
#include "tally/lacking.h"
#include "tally/site_groups.h"

/* As given; owned, all. */
typedef struct {
	char *site, *home, *sensor, *from, *to, *source, *target, *count, *output, *temp;
	char **captures, **expression;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->site);
	g_free(words->home);
	g_free(words->sensor);
	g_free(words->from);
	g_free(words->to);
	g_free(words->source);
	g_free(words->target);
	g_free(words->count);
	g_free(words->output);
	g_free(words->temp);
	g_strfreev(words->captures);
	g_strfreev(words->expression);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

/* What is asked for. */
typedef struct {
	Site *site;       /* owned; NULL: captures */
	Home *own_home;   /* owned; of captures */
	const Home *home; /* borrowed from either */
	gint64 from, to;  /* seconds since 1970; to G_MAXINT64: no end */
	guint64 count;    /* 0: all */
	Extract *extract; /* owned */
	/* what it is read from */
	Captures *captures;    /* owned; NULL: captures */
	GPtrArray *paths;      /* owned, of char * borrowed from captures or words: by hour */
	GArray *hours;         /* owned, of gint64: as paths */
	GPtrArray *shortfalls; /* owned */
} Task;

static void
task_clear(Task *task)
{
	extract_free(task->extract);
	captures_free(task->captures);
	home_free(task->own_home);
	g_clear_pointer(&task->site, site_free);
	g_ptr_array_unref(task->paths);
	g_array_unref(task->hours);
	g_ptr_array_unref(task->shortfalls);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Task, task_clear)

/* --- what is asked for */

static gboolean
settle_time(const char *name, const char *text, gint64 *time, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!text || hour_parse_time(text, time, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s", name, problem->message);
	return FALSE;
}

static gboolean
settle_span(const Words *words, Task *task, GError **error)
{
	if (!settle_time("--from", words->from, &task->from, error) ||
		!settle_time("--to", words->to, &task->to, error))
		return FALSE;
	task->from = MAX(task->from, 0);
	if (task->from < task->to)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "--to \"%s\": expected a time after --from",
		words->to);
	return FALSE;
}

static gboolean
settle_home(const Words *words, Task *task, GError **error)
{
	if (words->site) {
		task->site = site_groups_load(words->site, error);
		task->home = task->site ? task->site->home : NULL;
	} else {
		task->own_home =
			words->home ? home_new(words->home, error) : home_new_private();
		task->home = task->own_home;
	}
	return task->home != NULL;
}

/* The networks of an option; none where it was not given. */
static gboolean
settle_networks(const char *name, const char *text, GArray *networks, GError **error)
{
	g_autoptr(Home) merged = NULL;

	if (!options_networks(name, text, &merged, error))
		return FALSE;
	g_auto(GStrv) items = g_strsplit(merged ? home_text(merged) : "", ",", -1);
	for (char **item = items; *item; item++) {
		Network network;
		if (!network_parse(*item, &network, error))
			return FALSE;
		g_array_append_val(networks, network);
	}
	return TRUE;
}

/* A single address of ours is no source: nothing would be found, and nobody told why. */
static gboolean
check_sources(const Task *task, const GArray *sources, GError **error)
{
	for (guint i = 0; i < sources->len; i++) {
		const Network *network = &g_array_index(sources, Network, i);
		char text[ADDRESS_TEXT_SIZE];

		if (network->bits < network_most_bits(network->first.family) ||
			home_place(task->home, &network->first) != PLACE_INTERNAL)
			continue;
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--source \"%s\": expected an address outside of home (--target: "
			"inside)",
			network_format(network, text));
		return FALSE;
	}
	return TRUE;
}

static gboolean
settle_extract(const Words *words, Task *task, GError **error)
{
	g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(Network));
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Network));
	g_autofree char *expression =
		words->expression ? g_strjoinv(" ", words->expression) : NULL;

	if (!settle_networks("--source", words->source, sources, error) ||
		!settle_networks("--target", words->target, targets, error) ||
		!check_sources(task, sources, error))
		return FALSE;
	const PickRule rule = {.sources = (const Network *)sources->data,
		.n_sources = sources->len,
		.targets = (const Network *)targets->data,
		.n_targets = targets->len,
		.expression = expression,
		.from = (guint64)task->from * SECOND_NS,
		.to = task->to == G_MAXINT64 ? 0 : (guint64)task->to * SECOND_NS};
	task->extract = extract_new(
		task->home, &rule, words->temp ? words->temp : options_temp_folder(), error);
	return task->extract != NULL;
}

/* --- which files */

/* Each once, for the first hour that it has packets of. */
static gboolean
list_hour(Task *task, gint64 hour, GHashTable *listed, GError **error)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(CapturesFile));

	if (!captures_list(task->captures, hour, files, error))
		return FALSE;
	for (guint i = 0; i < files->len; i++) {
		const SpoolFile *file = g_array_index(files, CapturesFile, i).file;
		if (!g_hash_table_add(listed, file->path))
			continue;
		g_ptr_array_add(task->paths, file->path);
		g_array_append_val(task->hours, hour);
	}
	return TRUE;
}

/* Of the hours that the span touches; without its ends, those of the spool. */
static gboolean
list_spool(Task *task, GError **error)
{
	const guint grid = task->site->grid_minutes;
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
	gint64 now = (gint64)time(NULL), first, last;

	if (!captures_span(task->captures, &first, &last, error))
		return FALSE;
	if (task->from > 0)
		first = hour_start((guint64)task->from * SECOND_NS, grid);
	if (task->to != G_MAXINT64)
		last = MIN(MAX(last, now), task->to - 1);
	for (gint64 hour = first; hour <= last; hour += HOUR_SECONDS)
		if (!list_hour(task, hour, listed, error))
			return FALSE;
	return lacking_tell(task->captures, first, last, now, task->shortfalls, error);
}

static gboolean
list_files(const Words *words, Task *task, GError **error)
{
	if (words->site) {
		task->captures = captures_new(task->site, words->sensor, error);
		return task->captures && list_spool(task, error);
	}
	for (char **path = words->captures; *path; path++) {
		const gint64 never = G_MININT64;
		g_ptr_array_add(task->paths, *path);
		g_array_append_val(task->hours, never);
	}
	return TRUE;
}

/* --- reading and writing */

/* For extract_write; data: an Output, NULL for standard output. */
static gboolean
put(gpointer data, const guint8 *octets, gsize length, GError **error)
{
	if (data)
		return output_write(data, octets, length, error);
	if (disk_write(STDOUT_FILENO, octets, length))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "standard output: cannot be written: %s",
		g_strerror(errno));
	return FALSE;
}

static gboolean
write_packets(Task *task, const char *path, GError **error)
{
	g_autoptr(Output) output = path ? output_new(path, error) : NULL;

	return (output || !path) &&
	       extract_write(task->extract, task->count, put, output, error) &&
	       (!output || output_finish(output, error));
}

/* All files, or those up to the hour before which `count` packets were found. *n: how many of
 * them were captures. */
static gboolean
read_files(Task *task, guint *n, GError **error)
{
	g_autoptr(Progress) progress =
		progress_new((const char *const *)task->paths->pdata, task->paths->len);

	*n = 0;
	for (guint i = 0; i < task->paths->len; i++) {
		gint64 hour = g_array_index(task->hours, gint64, i);
		g_autofree char *path = captures_path_now(task->paths->pdata[i]);
		gboolean opened;

		if (task->count && hour > 0 &&
			extract_has_before(
				task->extract, task->count, (guint64)hour * SECOND_NS))
			break;
		if (!extract_read(task->extract, path, progress_tell, progress,
			    task->shortfalls, &opened, error))
			return FALSE;
		*n += opened;
	}
	return TRUE;
}

static int
extract(const Words *words, Task *task)
{
	g_autoptr(GError) error = NULL;
	guint n;

	if (!list_files(words, task, &error) || !read_files(task, &n, &error))
		return command_fail(error);
	if (n == 0) {
		command_tell_shortfalls(task->shortfalls);
		if (task->paths->len == 0)
			command_say("%s: no hour file within that span", task->site->spool);
		return FAILURE_FAILED;
	}
	if (!write_packets(task, words->output, &error))
		return command_fail(error);
	if (extract_size(task->extract) == 0)
		command_say("no packet fits");
	return command_tell_shortfalls(task->shortfalls);
}

static int
run(const Words *words)
{
	g_auto(Task) task = {.to = G_MAXINT64,
		.paths = g_ptr_array_new(),
		.hours = g_array_new(FALSE, FALSE, sizeof(gint64)),
		.shortfalls = g_ptr_array_new_with_free_func(g_free)};
	g_autoptr(GError) error = NULL;

	if (!settle_span(words, &task, &error) ||
		!options_number("--count", words->count, 1, G_MAXINT64, 0, &task.count, &error))
		return command_fail(error);
	if (!settle_home(words, &task, &error))
		return words->site ? command_fail_settings(error) : command_fail(error);
	if (!settle_extract(words, &task, &error))
		return command_fail(error);
	return extract(words, &task);
}

/* What does not go together; NULL: all is well. */
static const char *
objection(const Words *words)
{
	if (!words->site == !words->captures)
		return "expected either --site FILE or --read FILE";
	if (words->site && words->home)
		return "--home and --site: expected one of them";
	if (words->captures && words->sensor)
		return "--sensor is for the site's sensors: expected --site FILE";
	if (!words->output && isatty(STDOUT_FILENO))
		return "packets are no text for a terminal: expected --output FILE, or a pipe";
	return NULL;
}

int
extract_command_main(int argc, char **argv)
{
	g_auto(Words) words = {0};
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &words.site, "a site's spool", "FILE"},
		{"from", 0, 0, G_OPTION_ARG_STRING, &words.from, "packets from then on",
			"TIME"},
		{"to", 0, 0, G_OPTION_ARG_STRING, &words.to, "and before then", "TIME"},
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &words.sensor,
			"of that sensor (default: of every one)", "NAME"},
		{"source", 0, 0, G_OPTION_ARG_STRING, &words.source,
			"between these outside hosts and the site's own, both ways",
			"CIDR,..."},
		{"target", 0, 0, G_OPTION_ARG_STRING, &words.target,
			"likewise, of the site's hosts only these", "CIDR,..."},
		{"count", 0, 0, G_OPTION_ARG_STRING, &words.count, "the first N of them", "N"},
		{"output", 0, 0, G_OPTION_ARG_FILENAME, &words.output,
			"where to (default: standard output)", "FILE"},
		{"read", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words.captures,
			"instead of a site: this capture; may be repeated", "FILE"},
		{"home", 0, 0, G_OPTION_ARG_STRING, &words.home,
			"then: the own networks (default: the private ranges)", "CIDR,..."},
		{"temp", 0, 0, G_OPTION_ARG_FILENAME, &words.temp,
			"for packets while they are sorted (default: $TMPDIR or /var/tmp)",
			"FOLDER"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words.expression, NULL,
			"[EXPRESSION...]"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Writes the packets that fit all conditions, by time, as one pcap file.\n"
		"EXPRESSION: BPF, as tcpdump takes it.");
	g_option_context_set_description(context,
		"Example: gnomon-tally extract --site site.conf --source 198.51.100.9 | "
		"tcpdump -nr -");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	const char *wrong = objection(&words);
	if (!wrong)
		return run(&words);
	command_say("%s (%s --help)", wrong, g_get_prgname());
	return FAILURE_USAGE;
}
