#include "config.h"

#include "report/summary_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/hour.h"
#include "report/calendar.h"

enum {
	HOURS_MAX = 48, /* no zone's day has more */
	ID_DIGITS = 16,
};
/* No sum of a thousand years of such days overflows. */
#define NUMBER_MAX ((json_int_t)1 << 43)

static gboolean
take_number(const json_t *object, const char *key, guint64 *number)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0 || n > NUMBER_MAX)
		return FALSE;
	*number = (guint64)n;
	return TRUE;
}

/* FALSE: it is there, and no number. */
static gboolean
take_optional(const json_t *object, const char *key, guint64 *number)
{
	return !json_object_get(object, key) || take_number(object, key, number);
}

static gboolean
take_hours(const json_t *object, const char *key, guint *number)
{
	guint64 n;

	if (!take_number(object, key, &n) || n > HOURS_MAX)
		return FALSE;
	*number = (guint)n;
	return TRUE;
}

static gboolean
take_bool(const json_t *object, const char *key, gboolean *value)
{
	const json_t *found = json_object_get(object, key);

	*value = json_is_true(found);
	return json_is_boolean(found);
}

static gboolean
take_text(const json_t *object, const char *key, char **text)
{
	const char *found = json_string_value(json_object_get(object, key));

	*text = g_strdup(found);
	return found != NULL;
}

/* Goes into addresses of pages. */
static gboolean
take_id(const json_t *object, char **id)
{
	return take_text(object, "id", id) &&
	       strspn(*id, G_CSET_DIGITS "abcdef") == ID_DIGITS && strlen(*id) == ID_DIGITS;
}

static gboolean
find_verdict(const char *name, Verdict *verdict)
{
	for (guint i = 0; name && i < VERDICT_COUNT; i++)
		if (strcmp(name, finding_verdict_name((Verdict)i)) == 0) {
			*verdict = (Verdict)i;
			return TRUE;
		}
	return FALSE;
}

static gboolean
take_verdict(const json_t *object, Verdict *verdict)
{
	return find_verdict(json_string_value(json_object_get(object, "verdict")), verdict);
}

static gboolean
take_coverage(Summary *summary, const json_t *object)
{
	const char *until = json_string_value(json_object_get(object, "until"));

	return until && hour_parse_time(until, &summary->until, NULL) &&
	       take_hours(object, "hours", &summary->hours) &&
	       take_hours(object, "closed", &summary->closed) &&
	       take_hours(object, "missing", &summary->missing) &&
	       take_hours(object, "cut_short", &summary->cut_short) &&
	       take_number(object, "packets", &summary->packets) &&
	       take_optional(object, "dropped", &summary->dropped) &&
	       take_bool(object, "one_sided", &summary->one_sided);
}

static gboolean
take_counts(Summary *summary, const json_t *object)
{
	json_t *verdicts = json_object_get(object, "verdicts"), *value;
	const char *name;
	Verdict verdict;

	if (!json_is_object(verdicts))
		return FALSE;
	json_object_foreach(verdicts, name, value)
	{
		if (!find_verdict(name, &verdict) ||
			!take_number(verdicts, name, &summary->verdicts[verdict]))
			return FALSE;
	}
	return take_number(object, "findings", &summary->findings) &&
	       take_number(object, "new", &summary->fresh) &&
	       take_number(object, "still", &summary->still) &&
	       take_number(object, "unknown", &summary->unknown) &&
	       take_number(object, "labelled", &summary->labelled) &&
	       take_number(object, "gone", &summary->gone);
}

static gboolean
take_finding(Summary *summary, const json_t *object)
{
	SummaryFinding *finding = g_new0(SummaryFinding, 1);
	const char *state = json_string_value(json_object_get(object, "state"));

	g_ptr_array_add(summary->top, finding);
	if (g_strcmp0(state, "new") == 0)
		finding->state = STATE_NEW;
	else if (g_strcmp0(state, "still") == 0)
		finding->state = STATE_STILL;
	return take_id(object, &finding->id) && take_text(object, "about", &finding->about) &&
	       take_text(object, "reason", &finding->reason) &&
	       take_verdict(object, &finding->verdict) &&
	       take_bool(object, "card", &finding->has_card);
}

static gboolean
take_source(Summary *summary, const json_t *object)
{
	SummarySource *source = g_new0(SummarySource, 1);

	g_ptr_array_add(summary->sources, source);
	return take_id(object, &source->id) && take_text(object, "source", &source->source) &&
	       take_verdict(object, &source->verdict) &&
	       take_bool(object, "card", &source->has_card);
}

static gboolean
take_list(Summary *summary, const json_t *object, const char *key, gsize most,
	gboolean (*take)(Summary *summary, const json_t *object))
{
	const json_t *list = json_object_get(object, key);

	if (!json_is_array(list) || json_array_size(list) > most)
		return FALSE;
	for (gsize i = 0; i < json_array_size(list); i++)
		if (!take(summary, json_array_get(list, i)))
			return FALSE;
	return TRUE;
}

/* FALSE: something is not there, or not as it should be. */
static gboolean
take_summary(Summary *summary, const json_t *object)
{
	if (json_object_get(object, "tune") && !take_text(object, "tune", &summary->tune))
		return FALSE;
	if (!take_coverage(summary, object) || !take_counts(summary, object) ||
		!take_text(object, "headline", &summary->headline))
		return FALSE;
	if (!json_object_get(object, "sources")) {
		summary_strip(summary);
		return TRUE;
	}
	return take_list(summary, object, "top", SUMMARY_TOP, take_finding) &&
	       take_list(summary, object, "sources", SUMMARY_SOURCES, take_source) &&
	       take_bool(object, "more_sources", &summary->more_sources);
}

static gboolean
take_date(const json_t *object, guint *day)
{
	const char *date = json_string_value(json_object_get(object, "date"));

	return json_integer_value(json_object_get(object, "schema")) == SUMMARY_SCHEMA &&
	       date && calendar_parse(date, day);
}

Summary *
summary_parse(const char *text, gsize length, guint day, char **problem)
{
	json_error_t why;
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	g_autoptr(Summary) summary = summary_new(day);
	guint date = 0;
	gboolean taken = FALSE;

	if (!object)
		*problem = g_strdup_printf(SUMMARY_NAME ":%d: %s", why.line, why.text);
	else if (!take_date(object, &date))
		*problem = g_strdup_printf(
			SUMMARY_NAME ": expected a summary of schema %d", SUMMARY_SCHEMA);
	else if (date != day)
		*problem = g_strdup(SUMMARY_NAME ": of another day");
	else if (!take_summary(summary, object) || !summary->sources)
		*problem = g_strdup(SUMMARY_NAME ": something is missing, or out of bounds");
	else
		taken = TRUE;
	json_decref(object);
	return taken ? g_steal_pointer(&summary) : NULL;
}

/* A day of the list; FALSE: it is none. */
static gboolean
take_listed(GPtrArray *days, const json_t *object)
{
	guint day;

	if (!take_date(object, &day))
		return FALSE;
	if (days->len > 0 && ((Summary *)days->pdata[days->len - 1])->day >= day)
		return FALSE;
	Summary *summary = summary_new(day);
	g_ptr_array_add(days, summary);
	if (json_object_get(object, "problem"))
		return take_text(object, "problem", &summary->problem);
	return take_summary(summary, object);
}

GPtrArray *
summary_parse_list(const char *text, gsize length)
{
	json_t *list = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	g_autoptr(GPtrArray) days =
		g_ptr_array_new_with_free_func((GDestroyNotify)summary_free);
	gboolean taken = json_is_array(list);

	for (gsize i = 0; taken && i < json_array_size(list); i++)
		taken = take_listed(days, json_array_get(list, i));
	json_decref(list);
	return taken ? g_steal_pointer(&days) : NULL;
}

/* Up to `most` octets of the file; NULL: errno says why, or it has more. */
static char *
read_all(int fd, gsize most, gsize *length)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	guint8 piece[8192];

	for (;;) {
		gssize got = read(fd, piece, sizeof piece);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return NULL;
		if (got == 0)
			break;
		g_byte_array_append(octets, piece, (guint)got);
		if (octets->len > most) {
			errno = EFBIG;
			return NULL;
		}
	}
	*length = octets->len;
	g_byte_array_append(
		octets, (const guint8 *)"", 1); /* there is something, in any case */
	return (char *)g_byte_array_free(g_steal_pointer(&octets), FALSE);
}

char *
summary_read_file(const char *path, gsize most, gsize *length, char **problem)
{
	/* Opening a pipe must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	char *text = NULL;
	g_autofree char *name = g_path_get_basename(path);

	if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
		*problem = g_strdup_printf("%s: expected a plain file", name);
	else if (fd < 0 || !(text = read_all(fd, most, length)))
		*problem = g_strdup_printf("%s: %s", name, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return text;
}
