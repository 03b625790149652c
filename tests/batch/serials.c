/*
 * serials [--sent N] [--hour-seconds S] [--each] FILE...: says whether captures hold every
 * packet that was sent, once, each in the hour of its own time.
 *
 * The packets are those of `generate --shape sweep`: TCP, their sequence numbers count from 0.
 * The hour of a file is what the manifest beside it says. Prints a line that a shell can read
 * as assignments:
 *
 *	files      that could be read, and those that could not (unread)
 *	found      packets that carry a number below N, in all files together
 *	missing    numbers below N that are in no file
 *	twice      packets whose number came before, in whichever file
 *	elsewhere  packets outside the hour of their file
 *	gaps       places within a file where a number does not follow the one before it
 *	strange    packets that carry no such number
 *	unequal    files whose manifest counts other packets than there are
 */
#include "config.h"

#include <stdio.h>

#include <jansson.h>

#include "tally/capture.h"

enum {
	RECORDS = 4096,
	ETHERNET = 14,
	IPV4_LEAST = 20,
	TCP_SEQ = 4, /* octets before the sequence number */
	PROTOCOL_TCP = 6,
};

typedef struct {
	guint8 *seen; /* owned: a bit a number */
	guint64 sent;
	guint64 files, unread, packets, twice, elsewhere, gaps, strange, unequal;
} Account;

/* What is known of the file that is being read. */
typedef struct {
	guint64 begin, end; /* ns; of its hour */
	guint64 packets, gaps, elsewhere;
	gint64 first, before; /* numbers; -1: none yet */
} File;

/* The number that a frame carries; -1 when it carries none. */
static gint64
number_of(const CaptureRecord *record)
{
	const guint8 *ip = record->frame + ETHERNET;
	gsize length = record->captured;

	if (length < ETHERNET + IPV4_LEAST || ip[9] != PROTOCOL_TCP || ip[0] >> 4 != 4)
		return -1;

	gsize at = ETHERNET + 4 * (gsize)(ip[0] & 15) + TCP_SEQ;
	guint32 number;

	if (length < at + sizeof number)
		return -1;
	memcpy(&number, record->frame + at, sizeof number);
	return GUINT32_FROM_BE(number);
}

static void
take(Account *account, File *file, const CaptureRecord *record)
{
	gint64 number = number_of(record);

	file->packets++;
	file->elsewhere += record->time < file->begin || record->time >= file->end;
	if (number < 0 || (guint64)number >= account->sent) {
		account->strange++;
		return;
	}
	if (file->before >= 0)
		file->gaps += number != file->before + 1;
	else
		file->first = number;
	file->before = number;

	guint8 *octet = &account->seen[number >> 3], bit = (guint8)(1 << (number & 7));

	account->packets++;
	account->twice += (*octet & bit) != 0;
	*octet |= bit;
}

/* DAY/HHMM.pcap.zst -> DAY/HHMM.json */
static json_t *
manifest_beside(const char *path)
{
	const char *suffix = strstr(path, ".pcap");
	g_autofree char *stem = g_strndup(path, suffix ? (gsize)(suffix - path) : strlen(path));
	g_autofree char *name = g_strconcat(stem, ".json", NULL);

	return json_load_file(name, 0, NULL);
}

static void
read_manifest(const char *path, guint64 hour_seconds, File *file, guint64 *counted)
{
	json_t *manifest = manifest_beside(path);
	const char *hour = json_string_value(json_object_get(manifest, "hour"));
	gint64 start;

	if (hour != NULL && hour_parse_time(hour, &start, NULL)) {
		file->begin = (guint64)start * SECOND_NS;
		file->end = file->begin + hour_seconds * SECOND_NS;
		*counted = (guint64)json_integer_value(json_object_get(manifest, "packets"));
	}
	json_decref(manifest);
}

static gboolean
read_records(const char *path, Account *account, File *file)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Capture) capture = capture_open(path, &error);
	CaptureChunk chunk = {0};

	while (capture && capture_next(capture, RECORDS, &chunk, &error)) {
		const guint8 *at = chunk.data;

		for (guint32 i = 0; i < chunk.n_records; i++) {
			CaptureRecord record;

			at = capture_record(&chunk, at, &record);
			take(account, file, &record);
		}
	}
	capture_chunk_clear(&chunk);
	if (error)
		fprintf(stderr, "serials: %s\n", error->message);
	return error == NULL;
}

static void
read_file(const char *path, guint64 hour_seconds, gboolean each, Account *account)
{
	File file = {.end = G_MAXUINT64, .first = -1, .before = -1};
	guint64 counted = G_MAXUINT64;

	read_manifest(path, hour_seconds, &file, &counted);
	if (read_records(path, account, &file))
		account->files++;
	else
		account->unread++;
	account->unequal += counted != G_MAXUINT64 && counted != file.packets;
	account->gaps += file.gaps;
	account->elsewhere += file.elsewhere;
	if (each)
		printf("%s packets=%" G_GUINT64_FORMAT " first=%" G_GINT64_FORMAT
		       " last=%" G_GINT64_FORMAT " gaps=%" G_GUINT64_FORMAT
		       " elsewhere=%" G_GUINT64_FORMAT "\n",
			path, file.packets, file.first, file.before, file.gaps, file.elsewhere);
}

static guint64
count_missing(const Account *account)
{
	guint64 missing = 0;

	for (guint64 i = 0; i < account->sent; i++)
		missing += !(account->seen[i >> 3] & 1 << (i & 7));
	return missing;
}

int
main(int argc, char **argv)
{
	gint64 sent = 1 << 24;
	gint hour_seconds = HOUR_SECONDS;
	gboolean each = FALSE;
	const GOptionEntry entries[] = {
		{"sent", 0, 0, G_OPTION_ARG_INT64, &sent, "How many there are (2^24)", "N"},
		{"hour-seconds", 0, 0, G_OPTION_ARG_INT, &hour_seconds, "An hour's length",
			"S"},
		{"each", 0, 0, G_OPTION_ARG_NONE, &each, "A line for each file", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("FILE...");
	g_autoptr(GError) error = NULL;
	Account account = {0};

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || sent < 1 ||
		sent > G_MAXUINT32 || hour_seconds < 1) {
		fprintf(stderr, "serials: %s\n", error ? error->message : "a number is wrong");
		return 2;
	}
	account.sent = (guint64)sent;
	account.seen = g_malloc0(account.sent / 8 + 1);
	for (int i = 1; i < argc; i++)
		read_file(argv[i], (guint64)hour_seconds, each, &account);
	printf("files=%" G_GUINT64_FORMAT " unread=%" G_GUINT64_FORMAT
	       " found=%" G_GUINT64_FORMAT " missing=%" G_GUINT64_FORMAT
	       " twice=%" G_GUINT64_FORMAT " elsewhere=%" G_GUINT64_FORMAT
	       " gaps=%" G_GUINT64_FORMAT " strange=%" G_GUINT64_FORMAT
	       " unequal=%" G_GUINT64_FORMAT "\n",
		account.files, account.unread, account.packets, count_missing(&account),
		account.twice, account.elsewhere, account.gaps, account.strange,
		account.unequal);
	g_free(account.seen);
	return 0;
}
