#include "config.h"

#include "report/known_sources.h"

#include "report/text.h"
#include "tally/detector.h"
#include "tally/known_match.h"

enum {
	INDENT = 2,
	LABEL = 12,
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

typedef struct {
	GString *page;
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
	g_autofree char *plain = text_plain(text);
	text_field(lines->page, INDENT, LABEL, lines->told == 1 ? "Entries" : "", plain);
}

static void
put_lines(GString *page, const char *label, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		g_autofree char *plain = text_plain(lines->pdata[i]);
		text_field(page, INDENT, LABEL, i == 0 ? label : "", plain);
	}
}

static void
put_labelled(GString *page, const GPtrArray *labelled, guint64 total)
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
		g_autofree char *plain = text_plain(text);
		text_field(page, INDENT, LABEL, i == 0 ? "Labelled" : "", plain);
	}
	if (total > MIN(labelled->len, LABELLED_MAX)) {
		g_autofree char *text = g_strdup_printf("and %s more: --format json tells all",
			text_number(total - MIN(labelled->len, LABELLED_MAX), number));
		text_field(page, INDENT, LABEL, "", text);
	}
}

void
known_sources_page(GString *page, const Known *known, const GPtrArray *labelled, guint64 total)
{
	g_autoptr(GString) section = g_string_new(NULL);
	EntryLines lines = {.page = section};
	char number[TEXT_NUMBER_SIZE];

	if (!known)
		return;
	put_labelled(section, labelled, total);
	known_foreach(known, put_entry, &lines);
	if (lines.told > ENTRIES_MAX) {
		g_autofree char *text = g_strdup_printf(
			"and %s more", text_number(lines.told - ENTRIES_MAX, number));
		text_field(section, INDENT, LABEL, "", text);
	}
	put_lines(section, "Left out", known_problems(known));
	put_lines(section, "Expired", known_expired(known));
	if (section->len > 0)
		g_string_append_printf(page, "\nKnown sources\n\n%s", section->str);
}
