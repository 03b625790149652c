#include "config.h"

#include "report/known_sources.h"

#include "common/json.h"
#include "report/fields.h"
#include "report/text.h"
#include "tally/detector.h"
#include "tally/known_match.h"

enum {
	ENTRIES_MAX = 50, /* entries told one by one */
	LABELLED_MAX = 100,
};

void
known_sources_see(Known *known, const Subject *subject)
{
	for (guint32 i = 0; known && i < subject->n_members; i++) {
		const KnownEntry *entry =
			known_match_source(known, &subject->members[i], subject->span);
		if (entry)
			known_count_source(known, entry);
	}
}

gboolean
known_sources_ignores(const Finding *finding)
{
	return finding->known && finding->known->list->action == KNOWN_IGNORE;
}

char *
known_sources_text(const KnownEntry *entry)
{
	char network[ADDRESS_TEXT_SIZE];

	return g_strdup_printf("%s %s (%s)%s%s", known_action_name(entry->list->action),
		entry->list->name, network_format(&entry->network, network),
		*entry->reason ? ": " : "", entry->reason);
}

void
known_sources_json(GString *object, const KnownEntry *entry)
{
	char network[ADDRESS_TEXT_SIZE];

	if (!entry)
		return;
	json_key(object, "known");
	json_begin(object, '{');
	json_member_string(object, "list", entry->list->name);
	json_member_string(object, "action", known_action_name(entry->list->action));
	json_member_string(object, "entry", network_format(&entry->network, network));
	json_member_string(object, "reason", entry->reason);
	json_end(object, '}');
}

typedef struct {
	GArray *fields;
	guint64 told;
} EntryLines;

static void
put_entry(gpointer data, const KnownEntry *entry)
{
	EntryLines *lines = data;
	g_autofree char *name = known_sources_text(entry);
	char sources[TEXT_NUMBER_SIZE], findings[TEXT_NUMBER_SIZE];

	if (lines->told++ >= ENTRIES_MAX)
		return;
	g_autofree char *text = g_strdup_printf("%s; matched %s source%s, %s finding%s", name,
		text_number(entry->sources, sources), text_plural(entry->sources),
		text_number(entry->findings, findings), text_plural(entry->findings));
	fields_add(lines->fields, lines->told == 1 ? "Entries" : "", text);
}

static void
put_lines(GArray *fields, const char *label, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		fields_add(fields, i == 0 ? label : "", lines->pdata[i]);
	}
}

static void
put_labelled(GArray *fields, const GPtrArray *labelled, guint64 total)
{
	char source[ADDRESS_TEXT_SIZE], number[TEXT_NUMBER_SIZE];

	for (guint i = 0; i < MIN(labelled->len, LABELLED_MAX); i++) {
		const Finding *finding = labelled->pdata[i];
		const Profile *profile = finding->profile;
		g_autofree char *name = known_sources_text(finding->known);
		g_autofree char *text = g_strdup_printf("%s  %s (%s), %s target%s; %s",
			subject_format(&profile->source, profile->bits, source),
			finding_verdict_name(finding->verdict),
			finding_window(finding, 0)->detector->name,
			text_number(profile->hosts, number), text_plural(profile->hosts), name);
		fields_add(fields, i == 0 ? "Labelled" : "", text);
	}
	if (total > MIN(labelled->len, LABELLED_MAX)) {
		g_autofree char *text = g_strdup_printf("and %s more: --format json tells all",
			text_number(total - MIN(labelled->len, LABELLED_MAX), number));
		fields_add(fields, "", text);
	}
}

void
known_sources_fields(
	GArray *fields, const Known *known, const GPtrArray *labelled, guint64 total)
{
	EntryLines lines = {.fields = fields};
	char number[TEXT_NUMBER_SIZE];

	if (!known)
		return;
	put_labelled(fields, labelled, total);
	known_foreach(known, put_entry, &lines);
	if (lines.told > ENTRIES_MAX)
		fields_format(fields, "", "and %s more",
			text_number(lines.told - ENTRIES_MAX, number));
	put_lines(fields, "Left out", known_problems(known));
	put_lines(fields, "Expired", known_expired(known));
}
