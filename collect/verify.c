#include "config.h"

#include "collect/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "collect/pcap_format.h"
#include "common/failure.h"
#include "common/manifest.h"
#include "common/spool.h"
#include "common/stream.h"

/* What the records of a file come to. */
typedef struct {
	Manifest *found;       /* owned; only what the file itself can tell */
	XXH64_state_t *digest; /* owned */
} Sum;

static void
sum_clear(Sum *sum)
{
	manifest_free(sum->found);
	XXH64_freeState(sum->digest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sum, sum_clear)

static char *
manifest_path(const char *path)
{
	for (guint i = 0; spool_suffixes[i]; i++)
		if (g_str_has_suffix(path, spool_suffixes[i])) {
			g_autofree char *stem =
				g_strndup(path, strlen(path) - strlen(spool_suffixes[i]));
			return g_strconcat(stem, ".json", NULL);
		}
	return NULL;
}

static gboolean
take_header(Sum *sum, Stream *stream)
{
	guint32 snap_length;
	int link_type;
	gsize length;
	gboolean any = stream_more(stream);
	const guint8 *octets = stream_view(stream, &length);

	if (!any || length < PCAP_HEADER_SIZE ||
		!pcap_header_parse(octets, &link_type, &snap_length))
		return FALSE;
	stream_consume(stream, PCAP_HEADER_SIZE);
	g_free(sum->found->link_type);
	sum->found->link_type = pcap_link_name(link_type);
	sum->found->octets = PCAP_HEADER_SIZE;
	return TRUE;
}

static void
take_record(Manifest *found, const PcapRecord *record)
{
	guint64 time = pcap_record_time(record);

	found->first = found->packets == 0 ? time : MIN(found->first, time);
	found->last = found->packets == 0 ? time : MAX(found->last, time);
	found->bytes += record->length;
	found->packets++;
}

/* The whole records at octets; returns how far they reach. */
static gsize
take_records(Sum *sum, const guint8 *octets, gsize length)
{
	gsize at = 0;

	while (length - at >= PCAP_RECORD_SIZE) {
		PcapRecord record;

		memcpy(&record, octets + at, sizeof record);
		if (record.captured > PCAP_CAPTURED_MAX ||
			record.captured > length - at - PCAP_RECORD_SIZE)
			break;
		take_record(sum->found, &record);
		at += PCAP_RECORD_SIZE + record.captured;
	}
	if (at > 0)
		XXH64_update(sum->digest, octets, at);
	sum->found->octets += at;
	return at;
}

/* All records. FALSE and error: there is more than whole records, or less than there was. */
static gboolean
take_file(Sum *sum, Stream *stream, const char *path, GError **error)
{
	const char *trouble;
	gsize length;

	if (!take_header(sum, stream)) {
		trouble = stream_trouble(stream);
		g_set_error(error, FAILURE, FAILURE_PARTIAL, "%s: %s", path,
			trouble ? trouble : "damaged: expected the header of an hour file");
		return FALSE;
	}
	do {
		const guint8 *octets = stream_view(stream, &length);
		gsize whole = take_records(sum, octets, length);
		stream_consume(stream, whole);
		length -= whole;
	} while (length <= STREAM_CARRY && stream_more(stream));
	trouble = stream_trouble(stream);
	if (length == 0 && !trouble)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PARTIAL, "%s: octet %" G_GUINT64_FORMAT ": %s",
		path, stream_offset(stream),
		trouble ? trouble : "damaged or cut short: expected a whole record");
	return FALSE;
}

static void
compare_numbers(GString *differences, const char *name, guint64 found, guint64 expected)
{
	if (found != expected)
		g_string_append_printf(differences,
			"%s%s %" G_GUINT64_FORMAT ", expected %" G_GUINT64_FORMAT,
			differences->len ? "; " : "", name, found, expected);
}

static void
compare_texts(GString *differences, const char *name, const char *found, const char *expected)
{
	if (strcmp(found, expected) != 0)
		g_string_append_printf(differences, "%s%s %s, expected %s",
			differences->len ? "; " : "", name, found, expected);
}

static void
compare_times(GString *differences, const char *name, guint64 found, guint64 expected)
{
	char texts[2][HOUR_TEXT_SIZE] = {"none", "none"};

	if (found != MANIFEST_UNKNOWN)
		hour_format_ns(found, texts[0]);
	if (expected != MANIFEST_UNKNOWN)
		hour_format_ns(expected, texts[1]);
	compare_texts(differences, name, texts[0], texts[1]);
}

static gboolean
compare(const Manifest *found, const Manifest *expected, const char *path, GError **error)
{
	g_autoptr(GString) differences = g_string_new(NULL);

	compare_texts(differences, "link type", found->link_type, expected->link_type);
	compare_numbers(differences, "packets", found->packets, expected->packets);
	compare_numbers(differences, "bytes", found->bytes, expected->bytes);
	compare_numbers(differences, "octets", found->octets, expected->octets);
	compare_times(differences, "first", found->first, expected->first);
	compare_times(differences, "last", found->last, expected->last);
	if (differences->len == 0 && found->digest != expected->digest)
		g_string_append(differences, "the digest is another: packets were changed");
	if (differences->len == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PARTIAL, "%s: %s", path, differences->str);
	return FALSE;
}

gboolean
verify_file(const char *path, GError **error)
{
	g_autofree char *beside = manifest_path(path);
	g_auto(Sum) sum = {.found = manifest_new("", 0), .digest = XXH64_createState()};

	XXH64_reset(sum.digest, 0);
	if (!beside) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected an hour file, HHMM.pcap, .pcap.zst or .pcap.gz", path);
		return FALSE;
	}
	g_autoptr(Manifest) expected = manifest_load(beside, error);
	if (!expected)
		return FALSE;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s", path,
			g_strerror(errno));
		return FALSE;
	}
	g_autoptr(Stream) stream = stream_new(fd, error);
	if (!stream || !take_file(&sum, stream, path, error))
		return FALSE;
	sum.found->digest = XXH64_digest(sum.digest);
	return compare(sum.found, expected, path, error);
}
