#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "report/mail.h"
#include "report/mail_message.h"
#include "report/mime.h"

#define SITE "[site]\nname=hq\nhome=192.0.2.0/24\nzone=UTC\nspool=/a\nstore=/b\nreports=/c\n"

enum { LINE_MAX_OCTETS = 78, DAY_END = 1774828800 /* 2026-03-30T00:00:00Z */ };

static char *root, *queue, *folder;

static void
set_up(void)
{
	root = g_dir_make_tmp("mail.XXXXXX", NULL);
	queue = g_build_filename(root, "queue", NULL);
	folder = g_build_filename(root, "day", NULL);
	ck_assert_int_eq(g_mkdir(folder, 0755), 0);
}

static void
tear_down(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", root);

	ck_assert_int_eq(system(command), 0);
	g_clear_pointer(&root, g_free);
	g_clear_pointer(&queue, g_free);
	g_clear_pointer(&folder, g_free);
}

static const char *const to[] = {"security@example.org", "root", NULL};

static const MailFinding findings[] = {
	{"00000000000000a1", "scan", "198.51.100.9", "9 targets in 24 h", 9},
	{"00000000000000b2", "coordinated-scan", "3 sources", "12 targets together", 12},
	{"00000000000000c3", "scan", "203.0.113.7", "8 targets in 1 h", 8},
};

static MailSettings
settings(void)
{
	return (MailSettings){
		.to = to, .from = to[0], .queue = queue, .late = 3 * 24 * 60 * 60};
}

static MailNews
news(void)
{
	return (MailNews){
		.site = "hq",
		.date = "2026-03-29",
		.headline = "3 new: 198.51.100.9, scan",
		.text = "The page.\n.\nFrom here on = more.\n",
		.findings = findings,
		.n_findings = G_N_ELEMENTS(findings),
		.n_still = 5,
		.n_gone = 2,
		.day_end = DAY_END,
		.last = DAY_END,
		.now = DAY_END + 300,
	};
}

/* --- reading a mail again, by the RFCs and not by our code */

static char *
unquote(const char *text, const char *end)
{
	GString *out = g_string_new(NULL);

	while (text < end)
		if (*text != '=')
			g_string_append_c(out, *text++);
		else if (text[1] == '\n')
			text += 2;
		else {
			if (!g_ascii_isxdigit(text[1]) || !g_ascii_isxdigit(text[2]))
				ck_abort_msg("no octet: %.3s", text);
			g_string_append_c(out, (char)(g_ascii_xdigit_value(text[1]) * 16 +
						       g_ascii_xdigit_value(text[2])));
			text += 3;
		}
	return g_string_free(out, FALSE);
}

/* A header's text: unfolded, its encoded words decoded; NULL: it is not there. */
static char *
header(const char *mail, const char *name)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *begin = g_strdup_printf("\n%s: ", name);
	g_autofree char *whole = g_strconcat("\n", mail, NULL);
	char *at = strstr(whole, begin), *end = strstr(whole, "\n\n");

	if (!at || at > end)
		return NULL;
	at += strlen(begin);
	for (; *at != '\n' || at[1] == ' '; at++) {
		if (g_str_has_prefix(at, "=?UTF-8?B?")) {
			gsize length;
			char *last = strstr(at + 10, "?=");
			ck_assert_int_le(last + 2 - at, 75);
			g_autofree char *word = g_strndup(at + 10, (gsize)(last - at - 10));
			g_autofree guchar *octets = g_base64_decode(word, &length);
			ck_assert(g_utf8_validate((char *)octets, (gssize)length, NULL));
			g_string_append_len(out, (char *)octets, (gssize)length);
			at = last + 1;
			/* White space between encoded words is none. */
			if (g_str_has_prefix(at + 1, "\n =?"))
				at += 2;
		} else if (*at != '\n')
			g_string_append_c(out, *at);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
part(const char *mail, const char *type)
{
	g_autofree char *begin = g_strdup_printf("\n--=_gnomon\nContent-Type: text/%s; "
						 "charset=utf-8\nContent-Transfer-Encoding: "
						 "quoted-printable\n\n",
		type);
	const char *at = strstr(mail, begin);

	ck_assert_ptr_nonnull(at);
	at += strlen(begin);
	return unquote(at, strstr(at, "\n--=_gnomon"));
}

/* Printable ASCII, of which no mailbox and no mailer makes more. */
static gboolean
is_line(const char *line)
{
	for (const char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			return FALSE;
	return strlen(line) <= LINE_MAX_OCTETS && strcmp(line, ".") != 0 &&
	       !g_str_has_prefix(line, "From ");
}

/* What holds of every mail. */
static void
check_form(const char *mail)
{
	static const char *const names[] = {"From", "To", "Subject", "Date", "Message-ID",
		"Auto-Submitted", "MIME-Version", "Content-Type"};
	const char *body = strstr(mail, "\n\n");
	g_auto(GStrv) lines = g_strsplit(mail, "\n", -1);
	guint n_headers = 0;

	ck_assert_ptr_nonnull(body);
	for (char **line = lines; *line; line++)
		if (!is_line(*line))
			ck_abort_msg("no line of a mail: %s", *line);
	for (char **line = lines; **line; line++)
		if (**line != ' ') {
			ck_assert_msg(g_str_has_prefix(*line, names[n_headers]), "%s", *line);
			n_headers++;
		} else
			ck_assert_msg(strspn(*line, " ") < strlen(*line), "an empty fold");
	ck_assert_uint_eq(n_headers, G_N_ELEMENTS(names));
	ck_assert(g_str_has_suffix(mail, "\n--=_gnomon--\n"));
	g_auto(GStrv) parts = g_strsplit(body, "\n--=_gnomon", -1);
	ck_assert_uint_eq(g_strv_length(parts), 4);
}

/* --- what is composed */

START_TEST(a_mail_tells_what_is_new)
{
	MailSettings own = settings();
	MailNews told = news();
	g_autoptr(GString) mail = g_string_new(NULL);

	mail_message(mail, &own, &told, "2026-03-29-abc");
	check_form(mail->str);
	g_autofree char *subject = header(mail->str, "Subject");
	ck_assert_str_eq(subject, "[gnomon] hq 2026-03-29: 3 new, 5 still, 2 gone: 2 scan, "
				  "1 coordinated-scan");
	g_autofree char *receivers = header(mail->str, "To");
	ck_assert_str_eq(receivers, "security@example.org, root");
	g_autofree char *date = header(mail->str, "Date");
	ck_assert_str_eq(date, "Mon, 30 Mar 2026 00:00:00 +0000");
	g_autofree char *id = header(mail->str, "Message-ID");
	ck_assert_str_eq(id, "<2026-03-29-abc@example.org>");
	g_autofree char *text = part(mail->str, "plain");
	ck_assert_str_eq(text, "The page.\n.\nFrom here on = more.\n");
	g_autofree char *html = part(mail->str, "html");
	ck_assert_ptr_nonnull(strstr(html, "<td>198.51.100.9</td><td>9</td><td>9 targets in "
					   "24 h</td></tr>"));
	ck_assert_ptr_null(strstr(html, "href"));
}
END_TEST

static const char *const hostile[] = {
	"",
	" ",
	"\n",
	"a\nBcc: victim@example.net\n\nbody",
	"a\r\nBcc: victim@example.net\r\n\r\nbody",
	"a\rBcc: victim@example.net",
	"a\vb\fc\x1b[31m\x7f",
	"=?UTF-8?B?QmNjOiB2aWN0aW0=?=",
	"=?UTF-8?Q?a=0ABcc:_victim?=",
	"<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
	("\xe2\x80\xae"
	 "gro.elpmaxe\xe2\x80\xac \xe2\x81\xa6x\xe2\x80\x8b\xef\xbb\xbf"),
	"\xff\xfe\xc3(\xf0\x28\x8c\xbc\xed\xa0\x80",
	"Z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x98\x80",
	"\n--=_gnomon\nContent-Type: text/html\n\nnew part\n--=_gnomon--\n",
	"=_gnomon --=_gnomon--",
	"\n.\nQUIT\n",
	"From me\nFrom you\n>From",
	"\xc2\x85next\xe2\x80\xa8line\xe2\x80\xa9paragraph",
	"%s%n%99999d",
};

static const char *const fillers[] = {
	"", "a", "a b ", "=", ".", "\n.", "\xc3\xbc", "\xff", "<", "\t", " ", "\xe2\x80\xae"};

/* Hostile texts, and 10 kB of each filler around them. */
static char *
hostile_text(guint n)
{
	const char *filler = fillers[n % G_N_ELEMENTS(fillers)];
	const char *text = hostile[n / G_N_ELEMENTS(fillers)];
	GString *out = g_string_new(NULL);

	while (*filler && out->len < 10000)
		g_string_append(out, filler);
	g_string_append(out, text);
	if (*filler)
		g_string_append(out, filler);
	return g_string_free(out, FALSE);
}

static gboolean
is_harmless(gunichar c)
{
	return (c == '\n' || (c >= ' ' && c != 0x7f && (c < 0x80 || c > 0x9f))) &&
	       (c < 0x200b || c > 0x200f) && (c < 0x2028 || c > 0x202e) &&
	       (c < 0x2066 || c > 0x2069) && c != 0xfeff;
}

/* Nothing of a text that moves, hides or commands is left. Check takes its time for each assertion:
 * there is none a character. */
static void
check_harmless(const char *text)
{
	gboolean harmless = g_utf8_validate(text, -1, NULL);

	for (const char *c = text; harmless && *c; c = g_utf8_next_char(c))
		harmless = is_harmless(g_utf8_get_char(c));
	ck_assert(harmless);
}

START_TEST(what_is_new_beyond_the_list_is_counted)
{
	MailSettings own = settings();
	MailNews told = news();
	g_autoptr(GString) mail = g_string_new(NULL);

	told.n_more = 4700;
	mail_message(mail, &own, &told, "2026-03-29-abc");
	check_form(mail->str);
	g_autofree char *subject = header(mail->str, "Subject");
	ck_assert_str_eq(subject, "[gnomon] hq 2026-03-29: 3 new, 4700 more of lower rank, "
				  "5 still, 2 gone: 2 scan, 1 coordinated-scan");
	g_autofree char *html = part(mail->str, "html");
	ck_assert_ptr_nonnull(strstr(html, "<p>And 4700 more.</p>"));
}
END_TEST

static void
check_mail_of(guint n)
{
	MailSettings own = settings();
	MailNews told = news();
	g_autofree char *text = hostile_text(n);
	MailFinding finding = {"00000000000000a1", text, text, text, G_MAXUINT64};
	g_autoptr(GString) mail = g_string_new(NULL);

	told.site = told.headline = told.text = text;
	told.findings = &finding;
	told.n_findings = 1;
	mail_message(mail, &own, &told, "id");
	check_form(mail->str);

	g_autofree char *subject = header(mail->str, "Subject");
	check_harmless(subject);
	ck_assert_ptr_null(strchr(subject, '\n'));
	ck_assert_ptr_nonnull(strstr(subject, "2026-03-29: 1 new, 5 still, 2 gone: 1"));
	g_autofree char *bcc = header(mail->str, "Bcc");
	ck_assert_ptr_null(bcc);

	g_autofree char *plain = part(mail->str, "plain");
	check_harmless(plain);
	g_autofree char *html = part(mail->str, "html");
	check_harmless(html);
	ck_assert_ptr_null(strstr(html, "<script"));
	ck_assert_ptr_null(strstr(html, "<img"));
	g_auto(GStrv) cells = g_strsplit(html, "<td>", -1);
	ck_assert_uint_eq(g_strv_length(cells), 5);
}

START_TEST(no_text_leaves_its_place)
{
	for (guint n = 0; n < G_N_ELEMENTS(fillers); n++)
		check_mail_of((guint)_i * G_N_ELEMENTS(fillers) + n);
}
END_TEST

static void
check_body_of(guint n)
{
	g_autofree char *text = hostile_text(n);
	g_autofree char *expected = mime_harmless(text, TRUE);
	g_autoptr(GString) body = g_string_new(NULL);

	mime_body(body, text);
	ck_assert(body->len == 0 || body->str[body->len - 1] == '\n');
	g_autofree char *read = unquote(body->str, body->str + body->len);
	/* A last line without an end gets one. */
	if (*expected && !g_str_has_suffix(expected, "\n")) {
		ck_assert(g_str_has_suffix(read, "\n"));
		read[strlen(read) - 1] = '\0';
	}
	ck_assert_str_eq(read, expected);
}

START_TEST(a_body_of_any_octets_reads_back)
{
	for (guint n = 0; n < G_N_ELEMENTS(fillers); n++)
		check_body_of((guint)_i * G_N_ELEMENTS(fillers) + n);
}
END_TEST

static void
check_header_of(guint n)
{
	g_autofree char *text = hostile_text(n);
	g_autofree char *expected = mime_harmless(text, FALSE);
	g_autoptr(GString) mail = g_string_new(NULL);

	mime_header(mail, "Subject", text);
	g_string_append(mail, "\n");
	g_autofree char *read = header(mail->str, "Subject");
	if (g_utf8_strlen(expected, -1) <= MIME_HEADER_MAX)
		ck_assert_str_eq(read, expected);
	else {
		ck_assert_int_eq(g_utf8_strlen(read, -1), MIME_HEADER_MAX);
		ck_assert(g_str_has_suffix(read, "..."));
	}
}

START_TEST(a_header_of_any_octets_reads_back)
{
	for (guint n = 0; n < G_N_ELEMENTS(fillers); n++)
		check_header_of((guint)_i * G_N_ELEMENTS(fillers) + n);
}
END_TEST

/* --- the queue */

static guint
count_files(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	guint n = 0;

	for (const char *name; dir && (name = g_dir_read_name(dir)) != NULL;)
		n += g_str_has_suffix(name, ".eml");
	return n;
}

/* The only mail's name; free with g_free. */
static char *
only_name(void)
{
	g_autoptr(GDir) dir = g_dir_open(queue, 0, NULL);
	char *found = NULL;

	for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
		if (g_str_has_suffix(name, ".eml")) {
			ck_assert_ptr_null(found);
			found = g_strdup(name);
		}
	ck_assert_ptr_nonnull(found);
	return found;
}

static char *
content(const char *where, const char *name)
{
	g_autofree char *path = g_build_filename(where, name, NULL);
	char *text;

	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void
put(const char *where, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(where, name, NULL);

	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static void
take_away(const char *where, const char *name)
{
	g_autofree char *path = g_build_filename(where, name, NULL);

	ck_assert_int_eq(g_unlink(path), 0);
}

/* As gnomon-mail does. */
static void
send_all(void)
{
	g_autofree char *command = g_strdup_printf(
		"mkdir -p '%s/sent' && mv '%s'/*.eml '%s/sent'", queue, queue, queue);

	ck_assert_int_eq(system(command), 0);
}

/* Whether a mail was queued. */
static gboolean
tell(const MailNews *told)
{
	g_autoptr(GError) error = NULL;
	MailSettings own = settings();
	gboolean queued;

	ck_assert_msg(mail_queue(&own, told, folder, &queued, &error), "%s",
		error ? error->message : "");
	return queued;
}

START_TEST(what_was_mailed_is_not_mailed_again)
{
	MailNews told = news();

	ck_assert(tell(&told));
	ck_assert_uint_eq(count_files(queue), 1);
	g_autofree char *mailed = content(folder, ".mailed");
	ck_assert_str_eq(mailed, "00000000000000a1\n00000000000000b2\n00000000000000c3\n");
	ck_assert(!tell(&told));
	send_all();
	ck_assert(!tell(&told));
	ck_assert_uint_eq(count_files(queue), 0);
}
END_TEST

START_TEST(what_comes_later_is_mailed_alone)
{
	MailNews told = news();

	told.n_findings = 2;
	ck_assert(tell(&told));
	send_all();
	told.n_findings = 3;
	ck_assert(tell(&told));
	g_autofree char *name = only_name();
	g_autofree char *mail = content(queue, name);
	g_autofree char *subject = header(mail, "Subject");
	ck_assert_str_eq(subject, "[gnomon] hq 2026-03-29: 1 new, 5 still, 2 gone: 1 scan");
	g_autofree char *html = part(mail, "html");
	ck_assert_ptr_nonnull(strstr(html, "203.0.113.7"));
	ck_assert_ptr_null(strstr(html, "<td>198.51.100.9"));
}
END_TEST

START_TEST(a_name_is_of_the_site_and_the_news)
{
	MailNews told = news();
	MailFinding turned[] = {findings[2], findings[1], findings[0]};

	ck_assert(tell(&told));
	g_autofree char *name = only_name(), *first = content(queue, name);
	take_away(folder, ".mailed");
	told.findings = turned;
	ck_assert(tell(&told));
	g_autofree char *again = content(queue, name); /* in its place */
	g_autofree char *id = header(first, "Message-ID"), *next = header(again, "Message-ID");
	ck_assert_str_eq(id, next);

	take_away(folder, ".mailed");
	told.site = "branch";
	ck_assert(tell(&told));
	ck_assert_uint_eq(count_files(queue), 2);
}
END_TEST

/* Where a kill struck: what lies in the day's folder, in the queue and in sent then. */
static const struct {
	const char *mailed; /* NAME stands for the mail's */
	gboolean in_queue, in_sent;
	gboolean queued;   /* by the next call */
	guint then_queued; /* mails that are in the queue after it */
} kills[] = {
	{"", FALSE, FALSE, TRUE, 1},
	{"queue NAME\n00000000000000a1\n00000000000000b2\n00000000000000c3\n", FALSE, FALSE,
		TRUE, 1},
	{"queue NAME\n00000000000000a1\n00000000000000b2\n00000000000000c3\n", TRUE, FALSE,
		FALSE, 1},
	{"queue NAME\n00000000000000a1\n00000000000000b2\n00000000000000c3\n", FALSE, TRUE,
		FALSE, 0},
	/* .mailed is lost: the same news is in the queue, or was sent */
	{"", TRUE, FALSE, TRUE, 1},
	{"", FALSE, TRUE, TRUE, 0},
	/* A damaged file tells no id. */
	{"queue ../NAME\n00000000000000a1\n", TRUE, FALSE, TRUE, 1},
	{"../x\n\n<b>\n00000000000000a1 \n", TRUE, FALSE, TRUE, 1},
};

START_TEST(no_kill_makes_a_mail_come_twice)
{
	MailNews told = news();

	ck_assert(tell(&told));
	g_autofree char *name = only_name(), *mail = content(queue, name);
	g_autofree char *sent = g_build_filename(queue, "sent", NULL);
	ck_assert_int_eq(g_mkdir(sent, 0755), 0);
	if (kills[_i].in_sent)
		put(sent, name, mail);
	if (!kills[_i].in_queue)
		take_away(queue, name);
	g_auto(GStrv) pieces = g_strsplit(kills[_i].mailed, "NAME", -1);
	g_autofree char *mailed = g_strjoinv(name, pieces);
	put(folder, ".mailed", mailed);

	ck_assert_int_eq(tell(&told), kills[_i].queued);
	ck_assert_uint_eq(count_files(queue), kills[_i].then_queued);
	ck_assert(!tell(&told));
}
END_TEST

START_TEST(more_news_after_a_kill_is_told_alone)
{
	MailNews told = news();

	told.n_findings = 2;
	ck_assert(tell(&told));
	g_autofree char *name = only_name();
	g_autofree char *mailed =
		g_strdup_printf("queue %s\n00000000000000a1\n00000000000000b2\n", name);
	put(folder, ".mailed", mailed);
	told.n_findings = 3;
	ck_assert(tell(&told));
	ck_assert_uint_eq(count_files(queue), 2);
	g_autofree char *left = content(folder, ".mailed");
	ck_assert_str_eq(left, "00000000000000a1\n00000000000000b2\n00000000000000c3\n");
}
END_TEST

static const struct {
	gboolean hourly;
	gint64 now; /* after the day's end */
	gboolean queued;
} times[] = {
	{FALSE, -1, FALSE},
	{FALSE, 0, TRUE},
	{FALSE, 3 * 24 * 60 * 60, TRUE},
	{FALSE, 3 * 24 * 60 * 60 + 1, FALSE},
	{TRUE, -20 * 60 * 60, TRUE},
	{TRUE, 3 * 24 * 60 * 60 + 1, FALSE},
};

START_TEST(a_day_is_mailed_in_its_time)
{
	MailNews told = news();
	MailSettings own = settings();
	gboolean queued;

	own.hourly = times[_i].hourly;
	told.now = DAY_END + times[_i].now;
	ck_assert(mail_queue(&own, &told, folder, &queued, NULL));
	ck_assert_int_eq(queued, times[_i].queued);
	ck_assert_uint_eq(count_files(queue), times[_i].queued);
}
END_TEST

START_TEST(no_news_is_no_mail)
{
	MailNews told = news();
	gboolean queued;

	ck_assert(mail_queue(NULL, &told, folder, &queued, NULL));
	ck_assert(!queued);
	told.n_findings = 0;
	ck_assert(!tell(&told));
	ck_assert_int_ne(g_access(queue, F_OK), 0);
}
END_TEST

START_TEST(what_cannot_be_written_is_said_and_tried_again)
{
	MailNews told = news();
	MailSettings own = settings();
	g_autoptr(GError) error = NULL;

	put(root, "queue", "a file");
	ck_assert(!mail_queue(&own, &told, folder, NULL, &error));
	ck_assert_msg(g_str_has_prefix(error->message, queue), "%s", error->message);
	g_clear_error(&error);
	ck_assert_int_eq(g_unlink(queue), 0);
	ck_assert(tell(&told));
}
END_TEST

/* --- its settings */

static const struct {
	const char *text, *from, *queue;
	gboolean hourly;
} groups[] = {
	{"[mail]\nto = a@example.org;b\n", "a@example.org", "/c/.mail", FALSE},
	{"[mail]\nto = b\nfrom = x@y.example\nqueue = /q\nwhen = hourly\n", "x@y.example", "/q",
		TRUE},
	{"", NULL, NULL, FALSE},
	{"[mail]\nfrom = a\n", NULL, NULL, FALSE},
};

static Site *
load(const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(root, "site.conf", NULL);
	g_autofree char *whole = g_strconcat(SITE, text, NULL);

	ck_assert(g_file_set_contents(path, whole, -1, NULL));
	return site_load(path, site_groups, FALSE, error);
}

START_TEST(the_settings_say_who_gets_mail)
{
	g_autoptr(Site) site = load(groups[_i].text, NULL);
	ck_assert_ptr_nonnull(site);
	g_autoptr(MailSettings) own = mail_settings_new(site);

	ck_assert_int_eq(own != NULL, groups[_i].from != NULL);
	if (!own)
		return;
	ck_assert_str_eq(own->from, groups[_i].from);
	ck_assert_str_eq(own->queue, groups[_i].queue);
	ck_assert_int_eq(own->hourly, groups[_i].hourly);
	ck_assert_int_eq(own->late, 3 * 24 * 60 * 60);
}
END_TEST

static const char *const mistakes[] = {"to = -oQ/tmp", "to = a b@example.org", "to = a@",
	"to = @example.org", "to = a@b@c", "to = a@-x", "to = \"a\"@example.org",
	"to = <a@example.org>", "to = a,b", "to = a\\nBcc: b", "from = a\\tb", "when = weekly",
	"late = 31d", "queue = mail"};

START_TEST(an_address_that_could_be_more_is_a_mistake)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("[mail]\n%s\n", mistakes[_i]);

	ck_assert_ptr_null(load(text, &error));
	ck_assert_msg(strstr(error->message, "expected") != NULL, "%s", error->message);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_mail_tells_what_is_new);
	tcase_add_test(tests, what_is_new_beyond_the_list_is_counted);
	tcase_add_loop_test(tests, no_text_leaves_its_place, 0, G_N_ELEMENTS(hostile));
	tcase_add_loop_test(tests, a_body_of_any_octets_reads_back, 0, G_N_ELEMENTS(hostile));
	tcase_add_loop_test(tests, a_header_of_any_octets_reads_back, 0, G_N_ELEMENTS(hostile));
	tcase_add_test(tests, what_was_mailed_is_not_mailed_again);
	tcase_add_test(tests, what_comes_later_is_mailed_alone);
	tcase_add_test(tests, a_name_is_of_the_site_and_the_news);
	tcase_add_loop_test(tests, no_kill_makes_a_mail_come_twice, 0, G_N_ELEMENTS(kills));
	tcase_add_test(tests, more_news_after_a_kill_is_told_alone);
	tcase_add_loop_test(tests, a_day_is_mailed_in_its_time, 0, G_N_ELEMENTS(times));
	tcase_add_test(tests, no_news_is_no_mail);
	tcase_add_test(tests, what_cannot_be_written_is_said_and_tried_again);
	tcase_add_loop_test(tests, the_settings_say_who_gets_mail, 0, G_N_ELEMENTS(groups));
	tcase_add_loop_test(
		tests, an_address_that_could_be_more_is_a_mistake, 0, G_N_ELEMENTS(mistakes));
}

int
main(void)
{
	return suite_run("mail", add_tests);
}
