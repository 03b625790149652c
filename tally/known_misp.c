/*
 * Known sources as a MISP warning list: an object with name, type, and list, an array of texts.
 * Source: schema.json of https://github.com/MISP/misp-warninglists.
 */
#include "config.h"

#include "tally/known_private.h"

#include <string.h>

#include <jansson.h>

#include "common/failure.h"

/* Values in a file, at most: a hostile one must not fill the memory. */
enum { VALUES_MAX = 4000000 };

/* Where in a valid JSON text an array lies, and the lines on which its elements begin. */
typedef struct {
	guint line, depth;
	gboolean named;   /* the last text of the outermost object was the array's name */
	gboolean within;  /* the array */
	gboolean between; /* its elements */
	GArray *lines;    /* of guint */
} Places;

/* The octets of the text that begins at the quote, both quotes included. */
static gsize
text_length(const char *text)
{
	gsize length = 1;

	for (; text[length] != '"'; length++)
		length += text[length] == '\\';
	return length + 1;
}

static void
note_octet(Places *places, char octet)
{
	if (octet == '\n')
		places->line++;
	if (places->between && !strchr(" \t\r\n]", octet)) {
		g_array_append_val(places->lines, places->line);
		places->between = FALSE;
	}
	if (octet == ',' && places->within && places->depth == 2)
		places->between = TRUE;
	if (octet == '[' && places->depth == 1 && places->named)
		places->within = places->between = TRUE;
	if (octet == '[' || octet == '{')
		places->depth++;
	if ((octet == ']' || octet == '}') && --places->depth == 1)
		places->within = places->between = FALSE;
}

/* The line of each element of the array called `name`, in valid JSON; owned by the caller. */
static GArray *
element_lines(const char *text, gsize length, const char *name)
{
	Places places = {.line = 1, .lines = g_array_new(FALSE, FALSE, sizeof(guint))};

	for (gsize i = 0; i < length;) {
		note_octet(&places, text[i]);
		if (text[i] != '"') {
			i++;
			continue;
		}
		gsize octets = text_length(text + i);
		if (places.depth == 1)
			places.named = octets == strlen(name) + 2 &&
				       memcmp(text + i + 1, name, octets - 2) == 0;
		i += octets;
	}
	return places.lines;
}

static gboolean
refuse(const KnownReading *reading, GError **error, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no warning list: expected %s",
		reading->path, what);
	return FALSE;
}

static void
take_element(const KnownReading *reading, guint line, const json_t *element,
	const KnownDefaults *said)
{
	const char *text = json_string_value(element);
	Network network;
	g_autoptr(GError) error = NULL;

	if (!text)
		known_complain(reading, line, "expected a text, like \"192.0.2.0/24\"");
	else if (!network_parse(text, &network, &error))
		known_complain(reading, line, "%s", error->message);
	else
		known_add(reading, line, &network, said);
}

static gboolean
take_object(const KnownReading *reading, const json_t *object, const char *text, gsize length,
	GError **error)
{
	const char *name = json_string_value(json_object_get(object, "name"));
	const char *type = json_string_value(json_object_get(object, "type"));
	const json_t *list = json_object_get(object, "list");
	const KnownDefaults said = {.reason = reading->defaults.reason ? NULL : name};

	if (!json_is_object(object) || !json_is_array(list))
		return refuse(reading, error, "an object with a \"list\"");
	if (!type)
		return refuse(reading, error, "an object with a \"type\", like \"cidr\"");
	gsize n = json_array_size(list);
	if (strcmp(type, "cidr") != 0) {
		known_leave_out(reading, n, type);
		return TRUE;
	}
	g_autoptr(GArray) lines = element_lines(text, length, "list");
	for (gsize i = 0; i < n; i++)
		take_element(reading, i < lines->len ? g_array_index(lines, guint, i) : 0,
			json_array_get(list, i), &said);
	return TRUE;
}

gboolean
known_misp_take(const KnownReading *reading, const char *text, gsize length, GError **error)
{
	json_error_t place;
	gsize values = 0;

	for (gsize i = 0; i < length; i++)
		values += text[i] == ',';
	if (values > VALUES_MAX) {
		g_autofree char *what = g_strdup_printf("at most %d values", VALUES_MAX);
		return refuse(reading, error, what);
	}
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &place);
	if (!object) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s:%d: expected JSON, found: %s",
			reading->path, place.line, place.text);
		return FALSE;
	}
	gboolean taken = take_object(reading, object, text, length, error);
	json_decref(object);
	return taken;
}
