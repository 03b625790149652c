#include "config.h"

#include "collect/salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "collect/pcap_format.h"
#include "common/disk.h"
#include "common/failure.h"
#include "common/manifest.h"

enum { WINDOW_OCTETS = 1 << 20 }; /* more than the longest record */

/* What the whole records of a file come to. */
typedef struct {
	guint64 packets, bytes, octets;
	guint64 first, last, digest;
	int link_type;
	guint32 snap_length;
} Tale;

typedef struct {
	const SalvagePart *part;
	char *packets, *packets_part, *manifest, *manifest_part; /* owned; paths */
	int fd;                                                  /* of packets_part */
} Salvage;

static void
salvage_clear(Salvage *salvage)
{
	if (salvage->fd >= 0)
		close(salvage->fd);
	g_free(salvage->packets);
	g_free(salvage->packets_part);
	g_free(salvage->manifest);
	g_free(salvage->manifest_part);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Salvage, salvage_clear)

static gboolean
fail(GError **error, const char *path, const char *what)
{
	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(errno));
	return FALSE;
}

static gboolean
is_of_hour(const PcapRecord *record, gint64 hour, guint32 snap_length)
{
	guint64 begin = (guint64)MAX(hour, 0);

	return record->captured <= MIN(snap_length, PCAP_CAPTURED_MAX) &&
	       record->captured <= record->length && record->nanoseconds < SECOND_NS &&
	       record->seconds >= begin && record->seconds < (guint64)(hour + HOUR_SECONDS);
}

static void
count(Tale *tale, const PcapRecord *record)
{
	guint64 time = pcap_record_time(record);

	tale->first = tale->packets == 0 ? time : MIN(tale->first, time);
	tale->last = tale->packets == 0 ? time : MAX(tale->last, time);
	tale->packets++;
	tale->bytes += record->length;
	tale->octets += sizeof *record + record->captured;
}

/* The octets of whole records at the start of a window; told: of those counted. */
static gsize
count_records(const guint8 *window, gsize length, gint64 hour, Tale *tale, gboolean *is_end)
{
	gsize used = 0;
	PcapRecord record;

	while (used + sizeof record <= length) {
		memcpy(&record, window + used, sizeof record);
		*is_end = !is_of_hour(&record, hour, tale->snap_length);
		if (*is_end || used + sizeof record + record.captured > length)
			break;
		count(tale, &record);
		used += sizeof record + record.captured;
	}
	return used;
}

static gboolean
is_stopped(const Salvage *salvage)
{
	return salvage->part->stop && g_atomic_int_get(salvage->part->stop);
}

static gboolean
read_records(const Salvage *salvage, Tale *tale, GError **error)
{
	g_autofree guint8 *window = g_malloc(WINDOW_OCTETS);
	XXH64_state_t *digest = XXH64_createState();
	gsize held = 0;
	gssize got = 1;
	gboolean is_end = FALSE, stopped = FALSE;

	XXH64_reset(digest, 0);
	while (!is_end && !stopped &&
		(got = disk_read(salvage->fd, window + held, WINDOW_OCTETS - held)) > 0) {
		held += (gsize)got;
		gsize used = count_records(window, held, salvage->part->hour, tale, &is_end);
		XXH64_update(digest, window, used);
		held -= used;
		memmove(window, window + used, held);
		stopped = tale->octets > WINDOW_OCTETS && is_stopped(salvage);
	}
	tale->digest = XXH64_digest(digest);
	XXH64_freeState(digest);
	if (got < 0)
		return fail(error, salvage->packets_part, "cannot be read");
	if (!stopped)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: stopped while it was read; the next start goes on with it",
		salvage->packets_part);
	return FALSE;
}

static void
set_text(char **text, char *value)
{
	g_free(*text);
	*text = value;
}

/* What was noted when the file was opened; NULL: nothing that can be read. */
static Manifest *
load_beginning(const Salvage *salvage)
{
	g_autoptr(Manifest) noted = manifest_load(salvage->manifest_part, NULL);

	return noted && noted->hour == salvage->part->hour ? g_steal_pointer(&noted) : NULL;
}

static Manifest *
make_manifest(const Salvage *salvage, const Tale *tale)
{
	Manifest *manifest = load_beginning(salvage);

	if (!manifest)
		manifest = manifest_new(salvage->part->sensor, salvage->part->hour);
	manifest->packets = tale->packets;
	manifest->bytes = tale->bytes;
	manifest->octets = tale->octets;
	manifest->first = tale->packets > 0 ? tale->first : MANIFEST_UNKNOWN;
	manifest->last = tale->packets > 0 ? tale->last : MANIFEST_UNKNOWN;
	manifest->dropped_kernel = manifest->dropped_interface = MANIFEST_UNKNOWN;
	manifest->snap_length = tale->snap_length;
	manifest->digest = tale->digest;
	manifest->cut_short = TRUE;
	set_text(&manifest->link_type, pcap_link_name(tale->link_type));
	set_text(&manifest->reason, g_strdup(SALVAGE_REASON));
	set_text(&manifest->program, g_strdup("gnomon-collect " PACKAGE_VERSION));
	return manifest;
}

/* Into the room that was taken when the hour was opened, if it was: so it is possible on a full
 * disk as well. */
static gboolean
save_manifest(const Salvage *salvage, const Manifest *manifest, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int fd = open(salvage->manifest_part, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return manifest_save(manifest, salvage->manifest, error);
	manifest_format(manifest, text);
	gboolean done = disk_write(fd, text->str, text->len) &&
			ftruncate(fd, (off_t)text->len) == 0 && fsync(fd) == 0 &&
			g_rename(salvage->manifest_part, salvage->manifest) == 0;
	if (!done)
		fail(error, salvage->manifest, "cannot be written");
	close(fd);
	return done;
}

static gboolean
has_agreeing_manifest(const Salvage *salvage, const Tale *tale)
{
	g_autoptr(Manifest) manifest = manifest_load(salvage->manifest, NULL);

	return manifest && manifest->packets == tale->packets &&
	       manifest->digest == tale->digest;
}

static gboolean
finish(const Salvage *salvage, const Tale *tale, char **said, GError **error)
{
	if (ftruncate(salvage->fd, (off_t)tale->octets) != 0 || fsync(salvage->fd) != 0)
		return fail(error, salvage->packets_part, "cannot be cut");
	if (!has_agreeing_manifest(salvage, tale)) {
		g_autoptr(Manifest) manifest = make_manifest(salvage, tale);
		if (!save_manifest(salvage, manifest, error))
			return FALSE;
		*said = g_strdup_printf("%s: cut short after %" G_GUINT64_FORMAT
					" packets: " SALVAGE_REASON,
			salvage->packets, tale->packets);
	}
	if (g_rename(salvage->packets_part, salvage->packets) != 0 ||
		!disk_sync_folder(salvage->part->folder))
		return fail(error, salvage->packets, "cannot be given its name");
	return TRUE;
}

static gboolean
set_aside(const Salvage *salvage, const char *why, GError **error)
{
	g_autofree char *aside = g_strconcat(salvage->packets, ".damaged", NULL);

	if (g_rename(salvage->packets_part, aside) != 0)
		return fail(error, salvage->packets_part, "cannot be set aside");
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: %s: set aside as %s",
		salvage->packets_part, why, aside);
	return FALSE;
}

static gboolean
is_taken(const Salvage *salvage)
{
	static const char *const forms[] = {"", ".zst", ".gz"};
	gboolean found = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(forms) && !found; i++) {
		g_autofree char *path = g_strconcat(salvage->packets, forms[i], NULL);
		found = g_access(path, F_OK) == 0;
	}
	return found;
}

gboolean
salvage_part(const SalvagePart *part, char **said, GError **error)
{
	g_autofree char *path = g_build_filename(part->folder, part->stem, NULL);
	g_auto(Salvage) salvage = {
		.part = part,
		.packets = g_strconcat(path, ".pcap", NULL),
		.packets_part = g_strconcat(path, ".pcap.part", NULL),
		.manifest = g_strconcat(path, ".json", NULL),
		.manifest_part = g_strconcat(path, ".json.part", NULL),
	};
	guint8 header[PCAP_HEADER_SIZE];
	Tale tale = {.octets = PCAP_HEADER_SIZE};

	*said = NULL;
	salvage.fd = open(salvage.packets_part, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	gssize got = salvage.fd >= 0 ? disk_read(salvage.fd, header, sizeof header) : -1;
	if (got < 0)
		return fail(error, salvage.packets_part, "cannot be read");
	if (got < (gssize)sizeof header)
		return g_unlink(salvage.packets_part) == 0 ||
		       fail(error, salvage.packets_part, "cannot be removed");
	if (!pcap_header_parse(header, &tale.link_type, &tale.snap_length))
		return set_aside(&salvage, "expected a capture of this program", error);
	if (is_taken(&salvage))
		return set_aside(&salvage, "its name is taken", error);
	return read_records(&salvage, &tale, error) && finish(&salvage, &tale, said, error);
}
