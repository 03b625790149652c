#include "config.h"

#include "report/mail.h"

#include <errno.h>
#include <string.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/output.h"
#include "report/mail_message.h"

enum {
	MAILED_MAX = 64 << 20, /* octets of .mailed */
	HASH_DIGITS = 20,
	FOLDER_MODE = 0750,
};

#define PENDING "queue "

/* The ids of a day, and what of them was mailed. */
typedef struct {
	char *path;         /* owned; .mailed */
	GHashTable *mailed; /* set of owned ids */
	GPtrArray *ids;     /* of the same, in the file's order */
} Mailed;

static void
mailed_clear(Mailed *mailed)
{
	g_free(mailed->path);
	g_clear_pointer(&mailed->ids, g_ptr_array_unref);
	g_clear_pointer(&mailed->mailed, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mailed, mailed_clear)

MailSettings *
mail_settings_new(const Site *site)
{
	const char *const *to = settings_list(site->settings, "mail", "to");
	const char *from = settings_text(site->settings, "mail", "from");
	const char *queue = settings_text(site->settings, "mail", "queue");

	if (!to)
		return NULL;
	MailSettings *settings = g_new0(MailSettings, 1);
	settings->to = to;
	settings->from = from ? from : to[0];
	settings->queue =
		queue ? g_strdup(queue) : g_build_filename(site->reports, ".mail", NULL);
	settings->hourly = strcmp(settings_text(site->settings, "mail", "when"), "hourly") == 0;
	settings->late = (gint64)settings_number(site->settings, "mail", "late");
	return settings;
}

void
mail_settings_free(MailSettings *settings)
{
	if (!settings)
		return;
	g_free(settings->queue);
	g_free(settings);
}

static gboolean
fail(GError **error, const char *path, const char *what)
{
	int number = errno;

	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(number));
	return FALSE;
}

static gboolean
is_id(const char *text)
{
	return text[0] != '\0' &&
	       text[strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS)] == '\0';
}

static void
add_id(Mailed *mailed, const char *id)
{
	char *own = g_strdup(id);

	if (g_hash_table_add(mailed->mailed, own))
		g_ptr_array_add(mailed->ids, own);
}

/* Where a mail of that name is, or was sent from. */
static gboolean
is_queued(const char *queue, const char *name)
{
	g_autofree char *waiting = g_build_filename(queue, name, NULL);
	g_autofree char *sent = g_build_filename(queue, "sent", name, NULL);

	return g_file_test(waiting, G_FILE_TEST_IS_REGULAR) ||
	       g_file_test(sent, G_FILE_TEST_IS_REGULAR);
}

static gboolean
mailed_load(Mailed *mailed, const char *folder, const char *queue, GError **error)
{
	gsize length;
	gboolean counts = TRUE;

	mailed->path = g_build_filename(folder, ".mailed", NULL);
	mailed->mailed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	mailed->ids = g_ptr_array_new();
	g_autofree char *text = disk_load(mailed->path, MAILED_MAX, &length);
	if (!text)
		return errno == ENOENT || fail(error, mailed->path, "cannot be read");

	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, PENDING))
			counts = !strchr(*line, '/') &&
				 is_queued(queue, *line + strlen(PENDING));
		else if (counts && is_id(*line))
			add_id(mailed, *line);
	return TRUE;
}

/* The ids that were mailed; pending: a mail's name, and behind it those that it tells. */
static gboolean
mailed_save(const Mailed *mailed, const char *pending, const GArray *findings, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < mailed->ids->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)mailed->ids->pdata[i]);
	if (pending)
		g_string_append_printf(text, PENDING "%s\n", pending);
	for (guint i = 0; i < findings->len; i++)
		g_string_append_printf(
			text, "%s\n", g_array_index(findings, MailFinding, i).id);
	return output_save(mailed->path, text->str, text->len, error);
}

/* Those that were not mailed yet, each once. */
static GArray *
untold_findings(const Mailed *mailed, const MailNews *news)
{
	GArray *untold = g_array_new(FALSE, FALSE, sizeof(MailFinding));
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < news->n_findings; i++) {
		const MailFinding *finding = &news->findings[i];
		g_warn_if_fail(is_id(finding->id));
		if (is_id(finding->id) && !g_hash_table_contains(mailed->mailed, finding->id) &&
			g_hash_table_add(seen, (gpointer)finding->id))
			g_array_append_val(untold, *finding);
	}
	return untold;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
	return strcmp(((const MailFinding *)a)->id, ((const MailFinding *)b)->id);
}

/* "2026-03-29-HASH": the same for the same news, whatever order it comes in. */
static char *
message_id(const MailNews *news, const GArray *findings)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GArray) sorted = g_array_copy((GArray *)findings);

	/* The NUL behind a text tells where it ends. */
	g_checksum_update(checksum, (const guchar *)news->site, (gssize)strlen(news->site) + 1);
	g_array_sort(sorted, compare_ids);
	for (guint i = 0; i < sorted->len; i++) {
		const char *id = g_array_index(sorted, MailFinding, i).id;
		g_checksum_update(checksum, (const guchar *)id, (gssize)strlen(id) + 1);
	}
	return g_strdup_printf(
		"%s-%.*s", news->date, HASH_DIGITS, g_checksum_get_string(checksum));
}

/* Whether news of that day is to be mailed now. */
static gboolean
is_time(const MailSettings *settings, const MailNews *news)
{
	gint64 past = news->now - news->day_end;

	return (settings->hourly || past >= 0) && past <= settings->late;
}

static gboolean
save_mail(const MailSettings *settings, const MailNews *news, const char *id, const char *name,
	GError **error)
{
	g_autofree char *path = g_build_filename(settings->queue, name, NULL);
	g_autofree char *sent = g_build_filename(settings->queue, "sent", name, NULL);
	g_autoptr(GString) message = g_string_new(NULL);

	if (g_file_test(sent, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	mail_message(message, settings, news, id);
	return output_save(path, message->str, message->len, error);
}

static gboolean
make_queue(const char *queue, GError **error)
{
	if (g_file_test(queue, G_FILE_TEST_IS_DIR))
		return TRUE;
	if (g_mkdir_with_parents(queue, FOLDER_MODE) != 0)
		return fail(error, queue, "cannot be made");
	disk_give_folder(queue);
	return TRUE;
}

gboolean
mail_queue(const MailSettings *settings, const MailNews *news, const char *folder,
	gboolean *queued, GError **error)
{
	g_auto(Mailed) mailed = {0};
	MailNews untold = *news;

	g_return_val_if_fail(news->date[strspn(news->date, "0123456789-")] == '\0', FALSE);
	if (queued)
		*queued = FALSE;
	if (!settings || !is_time(settings, news))
		return TRUE;
	if (!mailed_load(&mailed, folder, settings->queue, error))
		return FALSE;

	g_autoptr(GArray) findings = untold_findings(&mailed, news);
	if (findings->len == 0)
		return TRUE;
	if (!make_queue(settings->queue, error))
		return FALSE;

	g_autofree char *id = message_id(news, findings);
	g_autofree char *name = g_strconcat(id, ".eml", NULL);
	untold.findings = (const MailFinding *)(void *)findings->data;
	untold.n_findings = findings->len;
	if (!mailed_save(&mailed, name, findings, error) ||
		!save_mail(settings, &untold, id, name, error) ||
		!mailed_save(&mailed, NULL, findings, error))
		return FALSE;
	if (queued)
		*queued = TRUE;
	return TRUE;
}
