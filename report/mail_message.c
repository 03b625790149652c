#include "config.h"

#include "report/mail_message.h"

#include <string.h>

#include "report/html.h"
#include "report/mime.h"
#include "report/text.h"

/* Nothing quoted-printable holds "=_". */
#define BOUNDARY "=_gnomon"

/* "1 coordinated-scan, 2 scan", in the order in which they come. */
static void
append_verdicts(GString *out, const MailNews *news)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	g_autoptr(GString) list = g_string_new(NULL);

	for (gsize i = 0; i < news->n_findings; i++) {
		gpointer verdict = (gpointer)news->findings[i].verdict;
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, verdict));
		if (count == 0)
			g_ptr_array_add(order, verdict);
		g_hash_table_insert(counts, verdict, GUINT_TO_POINTER(count + 1));
	}
	for (guint i = 0; i < order->len; i++)
		text_item(list, "%u %s",
			GPOINTER_TO_UINT(g_hash_table_lookup(counts, order->pdata[i])),
			(const char *)order->pdata[i]);
	g_string_append(out, list->str);
}

static void
append_subject(GString *out, const MailNews *news)
{
	g_autoptr(GString) subject = g_string_new("[gnomon] ");
	g_autofree char *site = mime_harmless(news->site, FALSE);

	/* A name, however long, leaves room for the counts. */
	g_string_append_printf(subject, "%.64s%s", site, strlen(site) > 64 ? "..." : "");
	g_string_append_printf(
		subject, " %s: %" G_GSIZE_FORMAT " new, ", news->date, news->n_findings);
	if (news->n_more > 0)
		g_string_append_printf(
			subject, "%" G_GUINT64_FORMAT " more of lower rank, ", news->n_more);
	g_string_append_printf(subject,
		"%" G_GUINT64_FORMAT " still, %" G_GUINT64_FORMAT " gone: ", news->n_still,
		news->n_gone);
	append_verdicts(subject, news);
	mime_header(out, "Subject", subject->str);
}

/* "Date: Sun, 29 Mar 2026 22:00:00 +0000", in no locale's words. */
static void
append_date(GString *out, gint64 seconds)
{
	static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec"};
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	g_return_if_fail(time != NULL);
	g_string_append_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\n",
		days[g_date_time_get_day_of_week(time) - 1], g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1], g_date_time_get_year(time),
		g_date_time_get_hour(time), g_date_time_get_minute(time),
		g_date_time_get_second(time));
}

static void
append_headers(GString *out, const MailSettings *settings, const MailNews *news, const char *id)
{
	const char *at = strchr(settings->from, '@');

	g_string_append_printf(out, "From: %s\nTo: ", settings->from);
	for (const char *const *to = settings->to; *to; to++)
		g_string_append_printf(out, "%s%s", to > settings->to ? ",\n " : "", *to);
	g_string_append_c(out, '\n');
	append_subject(out, news);
	append_date(out, news->last);
	g_string_append_printf(out, "Message-ID: <%s@%s>\n", id, at ? at + 1 : "localhost");
	g_string_append(out,
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\n");
}

static void
append_part(GString *out, const char *type, const char *text)
{
	g_string_append_printf(out,
		"\n--" BOUNDARY "\nContent-Type: text/%s; charset=utf-8\n"
		"Content-Transfer-Encoding: quoted-printable\n\n",
		type);
	mime_body(out, text);
}

static void
append_text(GString *out, const MailNews *news)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gsize length = strlen(news->text);

	g_string_append_len(text, news->text, (gssize)MIN(length, MAIL_MESSAGE_TEXT_MAX));
	if (length > MAIL_MESSAGE_TEXT_MAX)
		g_string_append_printf(text,
			"\n[%" G_GSIZE_FORMAT " more octets are in the page itself.]\n",
			length - MAIL_MESSAGE_TEXT_MAX);
	append_part(out, "plain", text->str);
}

static void
append_row(GString *html, const MailFinding *finding)
{
	g_autofree char *hosts = g_strdup_printf("%" G_GUINT64_FORMAT, finding->hosts);
	const char *const cells[] = {
		finding->verdict, finding->sources, hosts, finding->sentence};

	g_string_append(html, "<tr>");
	for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
		html_element(html, "td", NULL, cells[i]);
	g_string_append(html, "</tr>\n");
}

/* No link, no picture, nothing to fetch. */
static void
append_html(GString *out, const MailNews *news)
{
	g_autoptr(GString) html = g_string_new(
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>");
	gsize shown = MIN(news->n_findings, MAIL_MESSAGE_ROWS);

	html_text(html, news->site);
	html_text(html, " ");
	html_text(html, news->date);
	g_string_append(html, "</title></head>\n<body>\n");
	html_element(html, "p", NULL, news->headline);
	g_string_append(html,
		"\n<table border=\"1\" cellpadding=\"4\">\n<caption>New findings</caption>\n"
		"<tr><th scope=\"col\">Verdict</th><th scope=\"col\">Sources</th>"
		"<th scope=\"col\">Hosts</th><th scope=\"col\">What</th></tr>\n");
	for (gsize i = 0; i < shown; i++)
		append_row(html, &news->findings[i]);
	g_string_append(html, "</table>\n");
	guint64 rest = news->n_findings - shown + news->n_more;
	if (rest > 0)
		g_string_append_printf(html, "<p>And %" G_GUINT64_FORMAT " more.</p>\n", rest);
	g_string_append(html, "</body>\n</html>\n");
	append_part(out, "html", html->str);
}

void
mail_message(GString *out, const MailSettings *settings, const MailNews *news, const char *id)
{
	append_headers(out, settings, news, id);
	append_text(out, news);
	append_html(out, news);
	g_string_append(out, "\n--" BOUNDARY "--\n");
}
