#include "config.h"

#include "tally/tune_day.h"

#include <string.h>

#include "common/failure.h"

#define HEAD "tune 1"

enum { HEAD_NUMBERS = 5, HEAD_WORDS = 2 };

const char *const tune_class_names[TUNE_CLASSES] = {"known", "second-order", "new", "rest"};
const char *const tune_class_keys[TUNE_CLASSES] = {"known", "second_order", "new", "rest"};
const char *const tune_span_names[PROFILE_SPANS] = {"1h", "24h", "7d"};

void
tune_day_add(TuneDay *day, guint span, TuneClass class, guint hosts)
{
	if (hosts >= TUNE_LEAST)
		day->sources[span][class][MIN(hosts, (guint)TUNE_MOST)]++;
}

guint64
tune_day_listed(const TuneDay *day, guint span, TuneClass class, guint n)
{
	guint64 listed = 0;

	for (guint hosts = n; hosts <= TUNE_MOST; hosts++)
		listed += day->sources[span][class][hosts];
	return listed;
}

static void
append_sources(GString *text, const TuneDay *day, guint span, guint class)
{
	char separator = ':';

	if (tune_day_listed(day, span, class, TUNE_LEAST) == 0)
		return;
	g_string_append_printf(text, " %s:%s", tune_span_names[span], tune_class_names[class]);
	for (guint hosts = TUNE_LEAST; hosts <= TUNE_MOST; hosts++) {
		guint32 n = day->sources[span][class][hosts];
		if (n == 0)
			continue;
		g_string_append_printf(text, "%c%u=%u", separator, hosts, n);
		separator = ',';
	}
}

char *
tune_day_text(const TuneDay *day)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, HEAD " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u %u",
		day->from, day->to, day->hours, day->due, day->remembered ? 1u : 0u);
	for (guint span = 0; span < PROFILE_SPANS; span++)
		for (guint class = 0; class < TUNE_CLASSES; class ++)
			append_sources(text, day, span, class);
	return g_string_free(text, FALSE);
}

static gboolean
parse_head(char *const *words, TuneDay *day)
{
	gint64 numbers[HEAD_NUMBERS];

	for (guint i = 0; i < HEAD_NUMBERS; i++)
		if (!words[i] || !g_ascii_string_to_signed(words[i], 10, i < 2 ? G_MININT64 : 0,
					 i < 2 ? G_MAXINT64 : G_MAXINT32, &numbers[i], NULL))
			return FALSE;
	day->from = numbers[0];
	day->to = numbers[1];
	day->hours = (guint)numbers[2];
	day->due = (guint)numbers[3];
	day->remembered = numbers[4] != 0;
	return TRUE;
}

static gboolean
find_name(const char *name, const char *const *names, guint n, guint *found)
{
	for (*found = 0; *found < n; (*found)++)
		if (strcmp(name, names[*found]) == 0)
			return TRUE;
	return FALSE;
}

/* "2=5" */
static gboolean
parse_count(const char *item, guint32 *sources)
{
	g_auto(GStrv) sides = g_strsplit(item, "=", 2);
	guint64 hosts, n;

	if (!sides[0] || !sides[1] ||
		!g_ascii_string_to_unsigned(
			sides[0], 10, TUNE_LEAST, TUNE_MOST, &hosts, NULL) ||
		!g_ascii_string_to_unsigned(sides[1], 10, 1, G_MAXUINT32, &n, NULL))
		return FALSE;
	sources[hosts] = (guint32)n;
	return TRUE;
}

/* "24h:second-order:2=5,3=1" */
static gboolean
parse_sources(const char *word, TuneDay *day)
{
	g_auto(GStrv) parts = g_strsplit(word, ":", 3);
	guint span, class;

	if (g_strv_length(parts) != 3 ||
		!find_name(parts[0], tune_span_names, PROFILE_SPANS, &span) ||
		!find_name(parts[1], tune_class_names, TUNE_CLASSES, &class))
		return FALSE;
	g_auto(GStrv) items = g_strsplit(parts[2], ",", TUNE_MOST);
	for (char **item = items; *item; item++)
		if (!parse_count(*item, day->sources[span][class]))
			return FALSE;
	return TRUE;
}

static gboolean
parse_words(char *const *words, TuneDay *day)
{
	if (!parse_head(words, day))
		return FALSE;
	for (words += HEAD_NUMBERS; *words; words++)
		if (!parse_sources(*words, day))
			return FALSE;
	return TRUE;
}

gboolean
tune_day_parse(const char *text, TuneDay *day, GError **error)
{
	TuneDay read = {0};
	gboolean sound = FALSE;

	if (g_str_has_prefix(text, HEAD " ")) {
		g_auto(GStrv) words = g_strsplit(text, " ", -1);
		sound = parse_words(words + HEAD_WORDS, &read);
	}
	/* Order, repetition, leading zeros and the like all show here. */
	g_autofree char *again = tune_day_text(&read);
	if (!sound || strcmp(again, text) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"expected a day's line \"" HEAD
			" FROM TO HOURS DUE REMEMBERED [WINDOW:CLASS:HOSTS=SOURCES,...]...\"");
		return FALSE;
	}
	*day = read;
	return TRUE;
}
