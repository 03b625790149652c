#include "config.h"

#include "common/manifest.h"

#include <errno.h>
#include <string.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/json.h"
#include "common/output.h"

enum { LENGTH_MAX = 1 << 20, DIGEST_DIGITS = 16, FRACTION_DIGITS = 9 };

/* One key of the object: how its value is written, read, and what is said when it is not that.
 * field: the member of a Manifest. */
typedef struct {
	void (*put)(GString *out, gconstpointer field);
	gboolean (*get)(const json_t *value, gpointer field);
	const char *expected;
} Kind;

static void
put_text(GString *out, gconstpointer field)
{
	json_string(out, *(const char *const *)field);
}

/* It is shown to people as it is: no line of its own, no words to the terminal. */
static char *
without_controls(const char *text)
{
	GString *shown = g_string_new(NULL);

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar letter = g_utf8_get_char(text);
		g_string_append_unichar(shown, g_unichar_iscntrl(letter) ? '?' : letter);
	}
	return g_string_free(shown, FALSE);
}

static gboolean
get_text(const json_t *value, gpointer field)
{
	char **text = field;

	if (!json_is_string(value))
		return FALSE;
	g_free(*text);
	*text = without_controls(json_string_value(value));
	return TRUE;
}

static void
put_hour(GString *out, gconstpointer field)
{
	char time[HOUR_TEXT_SIZE];

	json_string(out, hour_format_s(*(const gint64 *)field, time));
}

static gboolean
get_hour(const json_t *value, gpointer field)
{
	gint64 hour;

	if (!json_is_string(value) || !hour_parse_time(json_string_value(value), &hour, NULL))
		return FALSE;
	*(gint64 *)field = hour;
	return TRUE;
}

static void
put_number(GString *out, gconstpointer field)
{
	guint64 number = *(const guint64 *)field;

	if (number == MANIFEST_UNKNOWN)
		json_string(out, NULL);
	else
		json_number(out, number);
}

static gboolean
get_number(const json_t *value, gpointer field)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return FALSE;
	*(guint64 *)field = (guint64)json_integer_value(value);
	return TRUE;
}

static gboolean
get_number_or_null(const json_t *value, gpointer field)
{
	if (!json_is_null(value))
		return get_number(value, field);
	*(guint64 *)field = MANIFEST_UNKNOWN;
	return TRUE;
}

static void
put_number32(GString *out, gconstpointer field)
{
	json_number(out, *(const guint32 *)field);
}

static gboolean
get_number32(const json_t *value, gpointer field)
{
	guint64 number;

	if (!get_number(value, &number) || number > G_MAXUINT32)
		return FALSE;
	*(guint32 *)field = (guint32)number;
	return TRUE;
}

static void
put_time(GString *out, gconstpointer field)
{
	guint64 time = *(const guint64 *)field;
	char text[HOUR_TEXT_SIZE];

	json_string(out, time == MANIFEST_UNKNOWN ? NULL : hour_format_ns(time, text));
}

/* "2017-09-10T00:00:00.25Z": what hour_parse_time reads, with up to nine decimals. */
static gboolean
parse_time(const char *text, guint64 *time_ns)
{
	const char *point = strchr(text, '.');
	gsize whole = point ? (gsize)(point - text) : strlen(text);
	g_autofree char *seconds_text =
		point ? g_strdup_printf("%.*sZ", (int)whole, text) : g_strdup(text);
	guint64 fraction = 0, unit = SECOND_NS;
	gint64 seconds;

	if (!hour_parse_time(seconds_text, &seconds, NULL))
		return FALSE;
	if (point) {
		gsize digits = strspn(point + 1, "0123456789");
		if (digits == 0 || digits > FRACTION_DIGITS ||
			strcmp(point + 1 + digits, "Z") != 0)
			return FALSE;
		for (gsize i = 1; i <= digits; i++) {
			unit /= 10;
			fraction += unit * (guint64)g_ascii_digit_value(point[i]);
		}
	}
	/* The last second that 64 bits of nanoseconds hold is in 2554. */
	if ((guint64)seconds > G_MAXUINT64 / SECOND_NS - 1)
		return FALSE;
	*time_ns = (guint64)seconds * SECOND_NS + fraction;
	return TRUE;
}

static gboolean
get_time(const json_t *value, gpointer field)
{
	if (json_is_null(value)) {
		*(guint64 *)field = MANIFEST_UNKNOWN;
		return TRUE;
	}
	return json_is_string(value) && parse_time(json_string_value(value), field);
}

/* Manifests of before lack them. */
static gboolean
get_time_if_told(const json_t *value, gpointer field)
{
	return !value || get_time(value, field);
}

static void
put_digest(GString *out, gconstpointer field)
{
	char text[DIGEST_DIGITS + 1];

	g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", *(const guint64 *)field);
	json_string(out, text);
}

static gboolean
get_digest(const json_t *value, gpointer field)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == DIGEST_DIGITS &&
	       g_ascii_string_to_unsigned(text, 16, 0, G_MAXUINT64, field, NULL);
}

static void
put_switch(GString *out, gconstpointer field)
{
	json_bool(out, *(const gboolean *)field);
}

static gboolean
get_switch(const json_t *value, gpointer field)
{
	if (!json_is_boolean(value))
		return FALSE;
	*(gboolean *)field = json_is_true(value);
	return TRUE;
}

static void
put_opposite(GString *out, gconstpointer field)
{
	json_bool(out, !*(const gboolean *)field);
}

static gboolean
get_opposite(const json_t *value, gpointer field)
{
	if (!json_is_boolean(value))
		return FALSE;
	*(gboolean *)field = json_is_false(value);
	return TRUE;
}

#define NUMBER "a whole number, 0 or more"

static const Kind text_kind = {put_text, get_text, "a text"};
static const Kind hour_kind = {put_hour, get_hour, "a time like \"2017-09-10T01:00:00Z\""};
static const Kind number_kind = {put_number, get_number, NUMBER};
static const Kind drops_kind = {put_number, get_number_or_null, NUMBER ", or null"};
static const Kind number32_kind = {put_number32, get_number32, NUMBER " of 32 bits"};
static const Kind time_kind = {
	put_time, get_time, "a time like \"2017-09-10T01:00:00.25Z\", or null"};
static const Kind span_kind = {
	put_time, get_time_if_told, "a time like \"2017-09-10T01:00:00.25Z\", or null"};
static const Kind digest_kind = {put_digest, get_digest, "16 hex digits in quotes"};
static const Kind switch_kind = {put_switch, get_switch, "true or false"};
static const Kind opposite_kind = {put_opposite, get_opposite, "true or false"};

static const struct {
	const char *key;
	const Kind *kind;
	gsize field;
} keys[] = {
	{"sensor", &text_kind, G_STRUCT_OFFSET(Manifest, sensor)},
	{"hour", &hour_kind, G_STRUCT_OFFSET(Manifest, hour)},
	{"packets", &number_kind, G_STRUCT_OFFSET(Manifest, packets)},
	{"bytes", &number_kind, G_STRUCT_OFFSET(Manifest, bytes)},
	{"octets", &number_kind, G_STRUCT_OFFSET(Manifest, octets)},
	{"first", &time_kind, G_STRUCT_OFFSET(Manifest, first)},
	{"last", &time_kind, G_STRUCT_OFFSET(Manifest, last)},
	{"began", &span_kind, G_STRUCT_OFFSET(Manifest, began)},
	{"ended", &span_kind, G_STRUCT_OFFSET(Manifest, ended)},
	{"dropped_kernel", &drops_kind, G_STRUCT_OFFSET(Manifest, dropped_kernel)},
	{"dropped_interface", &drops_kind, G_STRUCT_OFFSET(Manifest, dropped_interface)},
	{"discarded", &drops_kind, G_STRUCT_OFFSET(Manifest, discarded)},
	{"snap_length", &number32_kind, G_STRUCT_OFFSET(Manifest, snap_length)},
	{"link_type", &text_kind, G_STRUCT_OFFSET(Manifest, link_type)},
	{"filter", &text_kind, G_STRUCT_OFFSET(Manifest, filter)},
	{"interface", &text_kind, G_STRUCT_OFFSET(Manifest, interface)},
	{"digest", &digest_kind, G_STRUCT_OFFSET(Manifest, digest)},
	{"clean", &opposite_kind, G_STRUCT_OFFSET(Manifest, cut_short)},
	{"reason", &text_kind, G_STRUCT_OFFSET(Manifest, reason)},
	{"imported", &switch_kind, G_STRUCT_OFFSET(Manifest, imported)},
	{"program", &text_kind, G_STRUCT_OFFSET(Manifest, program)},
};

Manifest *
manifest_new(const char *sensor, gint64 hour)
{
	Manifest *manifest = g_new0(Manifest, 1);

	manifest->sensor = g_strdup(sensor);
	manifest->hour = hour;
	manifest->first = manifest->last = MANIFEST_UNKNOWN;
	manifest->began = manifest->ended = MANIFEST_UNKNOWN;
	manifest->dropped_kernel = manifest->dropped_interface = MANIFEST_UNKNOWN;
	manifest->link_type = g_strdup("");
	manifest->filter = g_strdup("");
	manifest->interface = g_strdup("");
	manifest->reason = g_strdup("");
	manifest->program = g_strdup("gnomon-collect " PACKAGE_VERSION);
	return manifest;
}

void
manifest_free(Manifest *manifest)
{
	if (!manifest)
		return;
	g_free(manifest->sensor);
	g_free(manifest->link_type);
	g_free(manifest->filter);
	g_free(manifest->interface);
	g_free(manifest->reason);
	g_free(manifest->program);
	g_free(manifest);
}

void
manifest_format(const Manifest *manifest, GString *out)
{
	json_begin(out, '{');
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		json_key(out, keys[i].key);
		keys[i].kind->put(out, G_STRUCT_MEMBER_P(manifest, keys[i].field));
	}
	json_key(out, "version");
	json_number(out, MANIFEST_VERSION);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static Manifest *
refuse(GError **error, const char *name, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no manifest: %s", name, what);
	return NULL;
}

static Manifest *
read_object(const json_t *object, const char *name, GError **error)
{
	g_autoptr(Manifest) manifest = manifest_new("", 0);
	const json_t *version = json_object_get(object, "version");

	if (!json_is_object(object))
		return refuse(error, name, "expected an object");
	if (!json_is_integer(version) || json_integer_value(version) != MANIFEST_VERSION)
		return refuse(error, name, "version: expected 1");
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		const json_t *value = json_object_get(object, keys[i].key);
		if (keys[i].kind->get(value, G_STRUCT_MEMBER_P(manifest, keys[i].field)))
			continue;
		g_autofree char *what = g_strdup_printf("%s: %sexpected %s", keys[i].key,
			value ? "" : "missing, ", keys[i].kind->expected);
		return refuse(error, name, what);
	}
	gboolean timed = manifest->first != MANIFEST_UNKNOWN;
	if (timed != (manifest->last != MANIFEST_UNKNOWN) || manifest->first > manifest->last)
		return refuse(error, name,
			"first, last: expected no later time first, or null twice");
	return g_steal_pointer(&manifest);
}

Manifest *
manifest_parse(const char *text, gsize length, const char *name, GError **error)
{
	json_error_t place;

	if (length > LENGTH_MAX)
		return refuse(error, name, "expected 1 MiB at most");
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &place);
	if (!object) {
		g_autofree char *what = g_strdup_printf(
			"line %d: expected JSON, found: %s", place.line, place.text);
		return refuse(error, name, what);
	}
	Manifest *manifest = read_object(object, name, error);
	json_decref(object);
	return manifest;
}

Manifest *
manifest_load(const char *path, GError **error)
{
	gsize length;
	g_autofree char *text = disk_load(path, LENGTH_MAX, &length);

	if (text)
		return manifest_parse(text, length, path, error);
	if (errno == EISDIR || errno == EFBIG)
		return refuse(error, path, "expected a plain file of 1 MiB at most");
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s", path,
		g_strerror(errno));
	return NULL;
}

gboolean
manifest_save(const Manifest *manifest, const char *path, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(Output) output = output_new(path, error);

	manifest_format(manifest, text);
	return output && output_write(output, (const guint8 *)text->str, text->len, error) &&
	       output_finish(output, error);
}
