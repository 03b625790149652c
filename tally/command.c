#include "config.h"

#include "tally/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/failure.h"
#include "common/message.h"
#include "common/progress.h"
#include "tally/homeguess.h"

void
command_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	message_print("gnomon-tally", text);
}

static int
status_of(const GError *error)
{
	return g_error_matches(error, FAILURE, FAILURE_USAGE) ? FAILURE_USAGE : FAILURE_FAILED;
}

int
command_fail(const GError *error)
{
	command_say("%s", error->message);
	return status_of(error);
}

int
command_fail_settings(const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

	for (char **line = lines; *line; line++)
		command_say("%s", *line);
	return status_of(error);
}

int
command_tell_shortfalls(const GPtrArray *shortfalls)
{
	for (guint i = 0; i < shortfalls->len; i++)
		command_say("%s", (const char *)shortfalls->pdata[i]);
	return shortfalls->len > 0 ? FAILURE_PARTIAL : 0;
}

gboolean
command_is_told(const GPtrArray *shortfalls, const GError *error)
{
	for (guint i = 0; i < shortfalls->len; i++)
		if (strcmp(shortfalls->pdata[i], error->message) == 0)
			return TRUE;
	return FALSE;
}

int
command_fail_reading(const GPtrArray *shortfalls, const GError *error)
{
	command_tell_shortfalls(shortfalls);
	return command_is_told(shortfalls, error) ? FAILURE_FAILED : command_fail(error);
}

void
command_tell_home(const Options *options)
{
	if (!options->home_text)
		command_say("home is %s: --home names the site's own networks",
			home_text(options->home));
}

/* Where home was not given: whether another would fit what was read. */
static void
tell_better_home(const Options *options, const char *const *files, guint n_files)
{
	g_autofree char *advice = options->home_text ? NULL : homeguess_advice(files, n_files);

	if (advice)
		command_say("%s", advice);
}

Engine *
command_read(const Options *options, const char *const *files, guint n_files,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(Progress) progress = progress_new(files, n_files);
	EngineSettings settings = {
		.home = options->home,
		.grid_minutes = options->grid_minutes,
		.sensor = options->sensor ? options->sensor : "",
		.budget = options->memory,
		.folder = options->temp,
		.threads = options->threads,
		.progress = progress ? progress_tell : NULL,
		.progress_data = progress,
	};
	settings.signatures = trait_default_signatures(&settings.n_signatures);
	g_autoptr(Engine) engine = engine_new(&settings);
	gboolean done = engine_read(engine, files, n_files, error);
	const GPtrArray *lines = engine_report(engine)->shortfalls;

	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(shortfalls, g_strdup(lines->pdata[i]));
	if (done)
		tell_better_home(options, files, n_files);
	return done ? g_steal_pointer(&engine) : NULL;
}

gboolean
command_print(const GString *text, GError **error)
{
	if (fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "standard output: cannot be written: %s",
		g_strerror(errno));
	return FALSE;
}
