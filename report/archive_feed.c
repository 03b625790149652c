#include "config.h"

#include <string.h>

#include "common/hour.h"
#include "report/archive_private.h"
#include "report/text.h"

enum { ENTRIES = 30 };

/*
 * A name of the whole of a site's feed, or of a day's entry, that no other has: a UUID made of
 * the site's name and the date (RFC 9562, version 5: SHA-1 of a namespace, here one of our own,
 * and a name), so that the same day has the same id wherever and whenever it is written.
 */
static void
put_id(GString *out, const char *site, const char *date)
{
	static const guint8 namespace[16] = {0x5e, 0x1d, 0x0c, 0x7a, 0x93, 0x24, 0x4b, 0x6f,
		0xa8, 0x51, 0x0d, 0x42, 0xe6, 0x37, 0x9b, 0xc0};
	g_autofree char *name = g_strdup_printf("%s/%s", site, date);
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize length = sizeof digest;

	g_checksum_update(checksum, namespace, sizeof namespace);
	g_checksum_update(checksum, (const guchar *)name, -1);
	g_checksum_get_digest(checksum, digest, &length);
	digest[6] = (guint8)((digest[6] & 0x0f) | 0x50);
	digest[8] = (guint8)((digest[8] & 0x3f) | 0x80);
	g_string_append(out, "<id>urn:uuid:");
	for (guint i = 0; i < 16; i++)
		g_string_append_printf(out,
			i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", digest[i]);
	g_string_append(out, "</id>\n");
}

static void
put_updated(GString *out, gint64 until)
{
	char time[HOUR_TEXT_SIZE];

	g_string_append_printf(out, "<updated>%s</updated>\n", hour_format_s(until, time));
}

/* Somebody should look: something is new, or nobody can say that it is not. */
static gboolean
has_news(const Summary *day)
{
	return !day->problem && (day->fresh > 0 || day->unknown > 0);
}

static void
put_line(GString *out, const char *label, const char *text)
{
	if (!*text)
		return;
	g_string_append_printf(out, "<p>%s: ", label);
	html_text(out, text);
	g_string_append(out, "</p>\n");
}

/* html_text makes what XML may hold, too: references that both know, and no control character. */
static void
put_entry(GString *out, const Archive *archive, const Summary *day)
{
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE], n[TEXT_NUMBER_SIZE];
	g_autofree char *verdicts = summary_verdicts(day->verdicts);
	g_autofree char *gaps = summary_gaps(day);
	gboolean known = day->fresh > 0;

	calendar_format(day->day, date);
	g_string_append(out, "<entry>\n");
	put_id(out, archive->site->name, date);
	g_string_append(out, "<title>");
	html_format(out, "%s, %s: %s %s%s", archive->site->name, date,
		text_number(known ? day->fresh : day->unknown, n), known ? "new" : "finding",
		known ? "" : text_plural(day->unknown));
	g_string_append(out, "</title>\n");
	put_updated(out, day->until);
	g_string_append_printf(out,
		"<link rel=\"alternate\" type=\"text/html\" href=\"%s/index.html\"/>\n"
		"<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">\n<p>",
		calendar_folder(day->day, folder));
	html_text(out, day->headline);
	g_string_append(out, "</p>\n");
	put_line(out, "Verdicts", verdicts);
	put_line(out, "Missing", gaps);
	g_string_append(out, "</div></content>\n</entry>\n");
}

/* When the newest hour of any day ended: later than any entry. */
static gint64
newest(const Archive *archive)
{
	gint64 until = 0;

	for (guint i = archive->days->len; i > 0 && until == 0; i--)
		until = archive_day(archive, i - 1)->until;
	return until;
}

gboolean
archive_feed_keep(const Archive *archive, GError **error)
{
	g_autoptr(GString) out =
		g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			     "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n");
	guint entries = 0;

	put_id(out, archive->site->name, "");
	g_string_append(out, "<title>");
	html_format(out, "%s: new findings", archive->site->name);
	g_string_append(out, "</title>\n<author><name>Gnomon</name></author>\n");
	put_updated(out, newest(archive));
	g_string_append(out,
		"<link rel=\"self\" type=\"application/atom+xml\" href=\"feed.atom\"/>\n"
		"<link rel=\"alternate\" type=\"text/html\" href=\"index.html\"/>\n");
	for (guint i = archive->days->len; i > 0 && entries < ENTRIES; i--) {
		const Summary *day = archive_day(archive, i - 1);
		if (!has_news(day))
			continue;
		put_entry(out, archive, day);
		entries++;
	}
	g_string_append(out, "</feed>\n");
	return archive_keep(archive, "feed.atom", out, error);
}
