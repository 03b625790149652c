#include "config.h"

#include "report/incident_card.h"

#include <stdlib.h>
#include <string.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/json.h"
#include "report/card_fields.h"
#include "report/day_find.h"
#include "report/draft.h"
#include "report/fields.h"
#include "tally/site_groups.h"

/* A finding's card as a line: {"id": ID, "card": [LABEL, TEXT, ...]}. All are written, because
 * the one is known by its id alone. */
static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	g_autoptr(GArray) fields = fields_new();
	g_autofree char *id = finding_id(finding);

	card_fields(fields, finding, TRUE, head->coverage->grid_minutes);
	json_begin(out, '{');
	json_key(out, "id");
	json_string(out, id);
	json_key(out, "card");
	json_begin(out, '[');
	for (guint i = 0; i < fields->len; i++) {
		json_string(out, g_array_index(fields, Field, i).label);
		json_string(out, g_array_index(fields, Field, i).text);
	}
	json_end(out, ']');
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static const LineFormat card_lines = {.name = "card", .help = "cards", .line = put_line};

/* NULL: it is not this one's line. */
static GArray *
read_line(const char *line, gsize length, const char *id)
{
	if (!memmem(line, length, id, strlen(id)))
		return NULL;
	json_t *object = json_loadb(line, length, 0, NULL);
	const json_t *card = json_object_get(object, "card");
	GArray *fields = NULL;

	if (g_strcmp0(json_string_value(json_object_get(object, "id")), id) == 0) {
		fields = fields_new();
		for (gsize i = 0; i + 1 < json_array_size(card); i += 2) {
			const char *label = json_string_value(json_array_get(card, i)),
				   *text = json_string_value(json_array_get(card, i + 1));
			fields_add(fields, g_intern_string(label), text);
		}
	}
	json_decref(object);
	return fields;
}

static GArray *
read_lines(FILE *file, const char *id)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	GArray *fields = NULL;

	rewind(file);
	while (!fields && (length = getline(&line, &room, file)) > 0)
		fields = read_line(line, (gsize)length, id);
	free(line);
	return fields;
}

static gboolean
make_nothing(gpointer data, Model *model, GError **error)
{
	(void)data, (void)model, (void)error;
	return TRUE;
}

gboolean
incident_card_find(const Site *site, const Incident *incident, gint64 now,
	GPtrArray *shortfalls, GArray **fields, GError **error)
{
	g_autoptr(DetectorSettings) settings = site_groups_thresholds(site->settings);
	g_auto(GStrv) sensors = site_sensors(site, error);
	g_autoptr(FILE) draft = sensors ? draft_new(g_get_tmp_dir(), error) : NULL;

	if (!draft)
		return FALSE;
	g_autoptr(Day) day = day_new(site, (const char **)sensors, incident->date, now, error);
	const FindLines lines[] = {{&card_lines, draft}, {NULL, NULL}};
	const DayOutput output = {lines, make_nothing, NULL};
	if (!day || !day_find(day, settings, &output, shortfalls, error))
		return FALSE;
	day_find_tell(day->unread, shortfalls);
	*fields = read_lines(draft, incident->id);
	return TRUE;
}
