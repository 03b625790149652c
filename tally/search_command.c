#include "config.h"

#include "tally/commands.h"

#include <signal.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/progress.h"
#include "tally/command.h"
#include "tally/search_lines.h"
#include "tally/search_run.h"
#include "tally/site_groups.h"

enum { THREADS_MAX = 256, FLUSH_OCTETS = 1 << 16 };

/* As given; owned, all. */
typedef struct {
	char *site, *from, *to;
	char *source, *target, *port, *kind;
	char *traits[SEARCH_FIELDS];
	char *limit, *format, *threads;
	char **paths;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->site);
	g_free(words->from);
	g_free(words->to);
	g_free(words->source);
	g_free(words->target);
	g_free(words->port);
	g_free(words->kind);
	for (guint i = 0; i < SEARCH_FIELDS; i++)
		g_free(words->traits[i]);
	g_free(words->limit);
	g_free(words->format);
	g_free(words->threads);
	g_strfreev(words->paths);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

/* What was asked for. */
typedef struct {
	SearchPlan plan;
	SearchSpan span;
	Site *site;             /* owned; NULL: none */
	guint64 limit, threads; /* limit 0: none */
	guint format;
} Task;

static void
task_clear(Task *task)
{
	search_plan_clear(&task->plan);
	g_clear_pointer(&task->site, site_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Task, task_clear)

static gint stop; /* atomic */

static void
ask_to_stop(int number)
{
	(void)number;
	g_atomic_int_set(&stop, 1);
}

/* The first time what was found so far is summed up; the second time nobody waits for that. */
static void
catch_interrupt(void)
{
	struct sigaction action = {
		.sa_handler = ask_to_stop, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

/* What the search tells as it goes. */
typedef struct {
	const Task *task;
	const GPtrArray *files;
	SearchLines *lines;
	SearchSummary *summary;
	Progress *progress;    /* NULL: none */
	GPtrArray *shortfalls; /* of char * */
	GString *out;
	guint done; /* files */
	gboolean limited;
	GError *error; /* owned; the output cannot be written */
} Telling;

static gboolean
flush(Telling *telling)
{
	gboolean printed;

	if (telling->out->len == 0)
		return TRUE;
	progress_hide(telling->progress);
	printed = command_print(telling->out, &telling->error);
	g_string_truncate(telling->out, 0);
	return printed;
}

/* SearchListener. */
static gboolean
tell_hit(gpointer data, const SearchFile *file, const SearchHit *hit, const Address *targets)
{
	Telling *telling = data;
	guint64 limit = telling->task->limit;

	/* Only the one beyond it shows that there are more. */
	if (limit > 0 && telling->summary->hits == limit) {
		telling->limited = TRUE;
		return FALSE;
	}
	search_summary_add(telling->summary, file, hit, targets);
	search_lines_hit(telling->lines, file, hit, telling->out);
	return telling->out->len < FLUSH_OCTETS || flush(telling);
}

/* SearchListener. */
static gboolean
tell_end(gpointer data, const SearchFile *file, const Reader *reader, const GError *failure)
{
	Telling *telling = data;

	telling->done++;
	if (failure)
		g_ptr_array_add(telling->shortfalls, g_strdup(failure->message));
	else
		search_summary_end(telling->summary, file, reader);
	if (!flush(telling))
		return FALSE;
	progress_step(telling->progress, telling->done, telling->summary->contacts);
	return TRUE;
}

/* The last line, and the exit status. */
static int
finish(Telling *telling)
{
	const SearchSummary *summary = telling->summary;
	SearchEnding ending = {
		.interrupted = !telling->limited && g_atomic_int_get(&stop) != 0,
		.limit = telling->limited ? telling->task->limit : 0,
		.n_files = telling->files->len,
	};
	int status = command_tell_shortfalls(telling->shortfalls);

	if (summary->tallies == 0 && summary->hits == 0 && !ending.interrupted)
		return FAILURE_FAILED;
	search_lines_summary(telling->lines, summary, &ending, telling->out);
	if (!flush(telling))
		return command_fail(telling->error);
	if (!search_lines_has_summary(telling->lines)) {
		g_autofree char *text = search_lines_text(summary, &ending);
		command_say("%s", text);
	}
	return ending.interrupted ? FAILURE_PARTIAL : status;
}

static int
search_files(const Task *task, const GPtrArray *files, GPtrArray *shortfalls)
{
	g_autoptr(SearchLines) lines =
		search_lines_new(task->format, &task->plan.traits, files);
	g_autoptr(SearchSummary) summary =
		search_summary_new(task->site ? task->site->zone : NULL);
	g_autoptr(Progress) progress = progress_new_steps(files->len, "tallies");
	g_autoptr(GString) out = g_string_new(NULL);
	Telling telling = {.task = task,
		.files = files,
		.lines = lines,
		.summary = summary,
		.progress = progress,
		.shortfalls = shortfalls,
		.out = out};
	const SearchListener listener = {&telling, tell_hit, tell_end};

	search_lines_begin(lines, out);
	catch_interrupt();
	search_run(&task->plan, files, (guint)task->threads, &listener, &stop);
	progress_hide(progress);
	if (!telling.error)
		return finish(&telling);
	g_autoptr(GError) error = telling.error;
	return command_fail(error);
}

static int
search(const Task *task, char **paths)
{
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files =
		paths ? search_files_of_paths(
				(const char *const *)paths, &task->span, shortfalls, &error)
		      : search_files_of_site(task->site, &task->span, shortfalls, &error);

	if (!files)
		return command_fail(error);
	if (files->len > 0)
		return search_files(task, files, shortfalls);
	command_tell_shortfalls(shortfalls);
	command_say("%s%sno tally%s", paths ? "" : task->site->store, paths ? "" : ": ",
		task->span.from != G_MININT64 || task->span.to != G_MAXINT64
			? " within that span"
			: "");
	return FAILURE_FAILED;
}

static gboolean
read_time(const char *name, const char *text, gint64 initial, gint64 *time, GError **error)
{
	g_autoptr(GError) problem = NULL;

	*time = initial;
	if (!text || hour_parse_time(text, time, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s", name, problem->message);
	return FALSE;
}

static gboolean
settle_span(const Words *words, SearchSpan *span, GError **error)
{
	if (!read_time("--from", words->from, G_MININT64, &span->from, error) ||
		!read_time("--to", words->to, G_MAXINT64, &span->to, error))
		return FALSE;
	if (span->from < span->to)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "--to \"%s\": expected a time after --from",
		words->to);
	return FALSE;
}

static gboolean
settle_traits(const Words *words, SearchTraits *traits, GError **error)
{
	for (guint i = 0; i < SEARCH_FIELDS; i++) {
		const SearchFieldInfo *field = &search_fields[i];
		g_autofree char *name = g_strconcat("--", field->name, NULL);
		if (!words->traits[i])
			continue;
		if (!options_range(name, words->traits[i], search_trait_most((SearchField)i),
			    &traits->low[i], &traits->high[i], error))
			return FALSE;
		traits->fields |= 1u << i;
	}
	return TRUE;
}

static gboolean
settle(const Words *words, Task *task, GError **error)
{
	SearchPlan *plan = &task->plan;

	return settle_span(words, &task->span, error) &&
	       options_networks("--source", words->source, &plan->sources, error) &&
	       options_networks("--target", words->target, &plan->targets, error) &&
	       options_ports("--port", words->port, &plan->ports, error) &&
	       (!words->kind ||
		       options_kinds_seen("--kind", words->kind, &plan->kinds, error)) &&
	       settle_traits(words, &plan->traits, error) &&
	       options_number("--limit", words->limit, 1, G_MAXINT64, 0, &task->limit, error) &&
	       options_number("--threads", words->threads, 1, THREADS_MAX,
		       options_default_threads(), &task->threads, error) &&
	       options_choice(
		       "--format", words->format, search_lines_formats, &task->format, error);
}

static int
run(const Words *words)
{
	g_auto(Task) task = {.span = {G_MININT64, G_MAXINT64}};
	g_autoptr(GError) error = NULL;

	if (!settle(words, &task, &error))
		return command_fail(error);
	if (words->site) {
		task.site = site_groups_load(words->site, &error);
		if (!task.site)
			return command_fail_settings(error);
	}
	return search(&task, words->paths);
}

int
search_command_main(int argc, char **argv)
{
	g_auto(Words) words = {0};
	const GOptionEntry entries[] = {
		{"source", 0, 0, G_OPTION_ARG_STRING, &words.source, "what these did",
			"CIDR,..."},
		{"target", 0, 0, G_OPTION_ARG_STRING, &words.target,
			"contacts with these of the site's hosts", "CIDR,..."},
		{"port", 0, 0, G_OPTION_ARG_STRING, &words.port,
			"contacts of these service ports: 22,80-90", "PORT,..."},
		{"kind", 0, 0, G_OPTION_ARG_STRING, &words.kind,
			"packets of these kinds: syn, ack, udp, unreach, ...", "KIND,..."},
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &words.site, "a site's store", "FILE"},
		{"from", 0, 0, G_OPTION_ARG_STRING, &words.from, "hours that end after then",
			"TIME"},
		{"to", 0, 0, G_OPTION_ARG_STRING, &words.to, "and begin before then", "TIME"},
		{"limit", 0, 0, G_OPTION_ARG_STRING, &words.limit, "end after N lines", "N"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &words.format,
			"text, json or csv (default: text)", "FORMAT"},
		{"threads", 0, 0, G_OPTION_ARG_STRING, &words.threads,
			"default: one a processor", "N"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words.paths, NULL,
			"TALLY|FOLDER..."},
		{NULL},
	};
	const GOptionEntry traits[] = {
		{"ack", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_ACK],
			"acknowledgement number", "RANGE"},
		{"seq", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_SEQ], "sequence number",
			"RANGE"},
		{"window", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_WINDOW],
			"TCP's window", "RANGE"},
		{"ttl", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_TTL],
			"time to live, hop limit", "RANGE"},
		{"id", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_ID], "IP ID", "RANGE"},
		{"sport", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_SPORT], "source port",
			"RANGE"},
		{"payload", 0, 0, G_OPTION_ARG_STRING, &words.traits[SEARCH_PAYLOAD],
			"octets of payload", "RANGE"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	GOptionGroup *group =
		g_option_group_new("traits", "What packets have, a value N or one of N-M:",
			"--ack, --seq, --window, --ttl, --id, --sport, --payload", NULL, NULL);
	g_autoptr(GError) error = NULL;

	g_option_group_add_entries(group, traits);
	g_option_context_add_group(context, group);
	g_option_context_set_summary(context,
		"Tells who was seen when: of each hour who did what, "
		"where all conditions hold.");
	g_option_context_set_description(context,
		"Example: gnomon-tally search --site site.conf --sport 7 --from 2017-08-01");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (!words.site == !words.paths) {
		command_say("expected %s (%s --help)",
			words.site ? "either --site FILE or tallies"
				   : "a tally, a folder of tallies, or --site FILE",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	return run(&words);
}
