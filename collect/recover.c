#include "config.h"

#include "collect/recover.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "collect/compress.h"
#include "collect/salvage.h"
#include "collect/stem.h"
#include "common/spool.h"

/* A name in a day's folder. */
typedef struct {
	const char *folder; /* borrowed from folders */
	gint64 day;         /* its midnight, seconds since 1970 */
	char *name;         /* owned */
} Found;

struct Recovery {
	char *sensor; /* owned */
	void (*say)(const char *message);
	GPtrArray *folders;     /* of char *; owned */
	GArray *found;          /* of Found; owned */
	Compressor *compressor; /* borrowed, while it runs */
	gint stop;              /* atomic */
};

static void
clear_found(gpointer found)
{
	g_free(((Found *)found)->name);
}

static void G_GNUC_PRINTF(2, 3) say(const Recovery *recovery, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	recovery->say(message);
}

static void
look_into(Recovery *recovery, const char *folder, gint64 day)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) names = g_dir_open(folder, 0, &error);
	const char *name;

	if (!names)
		say(recovery, "%s: cannot be listed: %s", folder, error->message);
	while (names && (name = g_dir_read_name(names))) {
		Found found = {folder, day, g_strdup(name)};
		g_array_append_val(recovery->found, found);
	}
}

Recovery *
recover_new(const char *spool, const char *sensor, void (*tell)(const char *message))
{
	Recovery *recovery = g_new0(Recovery, 1);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) days = spool_days(spool, sensor, &error);
	gint64 day;

	recovery->sensor = g_strdup(sensor);
	recovery->say = tell;
	recovery->folders = g_ptr_array_new_with_free_func(g_free);
	recovery->found = g_array_new(FALSE, FALSE, sizeof(Found));
	g_array_set_clear_func(recovery->found, clear_found);
	if (!days)
		tell(error->message);
	for (guint i = 0; days && days[i]; i++) {
		char *folder = g_build_filename(spool, sensor, days[i], NULL);
		g_ptr_array_add(recovery->folders, folder);
		if (spool_parse_day(days[i], &day))
			look_into(recovery, folder, day);
	}
	return recovery;
}

void
recover_free(Recovery *recovery)
{
	if (!recovery)
		return;
	g_array_unref(recovery->found);
	g_ptr_array_unref(recovery->folders);
	g_free(recovery->sensor);
	g_free(recovery);
}

static gboolean
is_there(const Found *found, const char *stem, const char *suffix)
{
	g_autofree char *path = g_strconcat(found->folder, "/", stem, suffix, NULL);

	return g_access(path, F_OK) == 0;
}

static void
remove_found(const Recovery *recovery, const Found *found)
{
	g_autofree char *path = g_build_filename(found->folder, found->name, NULL);

	if (g_unlink(path) != 0 && errno != ENOENT)
		say(recovery, "%s: cannot be removed: %s", path, g_strerror(errno));
}

/* Private parts (output.h) of our files: ".1000.pcap.zst.part-abc123". */
static gboolean
is_private_part(const Found *found)
{
	static const char *const suffixes[] = {".pcap.zst", ".json"};
	char stem[STEM_SIZE];
	gint64 hour;
	const char *end = found->name[0] == '.' ? strstr(found->name, ".part-") : NULL;
	g_autofree char *whole =
		end ? g_strndup(found->name + 1, (gsize)(end - found->name - 1)) : NULL;

	for (guint i = 0; whole && i < G_N_ELEMENTS(suffixes); i++)
		if (stem_parse(found->day, whole, suffixes[i], &hour, stem))
			return TRUE;
	return FALSE;
}

static void
remove_import(const Recovery *recovery, const Found *found, const char *stem, gint64 hour)
{
	(void)stem, (void)hour;
	remove_found(recovery, found);
}

static void
compress(const Recovery *recovery, const Found *found, const char *stem, gint64 hour)
{
	g_autofree char *path = g_strconcat(found->folder, "/", stem, ".pcap", NULL);

	(void)hour;
	/* The compressed file had its name when it was whole; but one that another tool put
	 * there may be of other packets. */
	if (compress_is_done(path))
		g_unlink(path);
	else if (recovery->compressor && is_there(found, stem, ".json"))
		compressor_add(recovery->compressor, path);
}

static void
salvage(const Recovery *recovery, const Found *found, const char *stem, gint64 hour)
{
	SalvagePart part = {found->folder, recovery->sensor, stem, hour, &recovery->stop};
	g_autofree char *said = NULL;
	g_autoptr(GError) error = NULL;

	if (!salvage_part(&part, &said, &error)) {
		recovery->say(error->message);
		return;
	}
	if (said)
		recovery->say(said);
	compress(recovery, found, stem, hour);
}

/* Not while a part needs it, which could not be put in order. */
static void
remove_manifest_part(
	const Recovery *recovery, const Found *found, const char *stem, gint64 hour)
{
	(void)hour;
	if (!is_there(found, stem, ".pcap.part"))
		remove_found(recovery, found);
}

/* In this order; a stem is free for a new file once the last of its leftovers is gone, and after
 * that none of them is looked at again. */
static const struct {
	const char *suffix;
	void (*take)(
		const Recovery *recovery, const Found *found, const char *stem, gint64 hour);
} steps[] = {
	{".pcap.import.part", remove_import},
	{".pcap.part", salvage},
	{".json.part", remove_manifest_part},
	{".pcap", compress},
};

void
recover_run(Recovery *recovery, Compressor *compressor)
{
	const Found *all = (const Found *)recovery->found->data;
	char stem[STEM_SIZE];
	gint64 hour;

	recovery->compressor = compressor;
	for (guint i = 0; i < recovery->found->len; i++)
		if (is_private_part(&all[i]))
			remove_found(recovery, &all[i]);
	for (guint step = 0; step < G_N_ELEMENTS(steps); step++)
		for (guint i = 0; i < recovery->found->len; i++)
			if (stem_parse(
				    all[i].day, all[i].name, steps[step].suffix, &hour, stem))
				steps[step].take(recovery, &all[i], stem, hour);
}

void
recover_stop(Recovery *recovery)
{
	g_atomic_int_set(&recovery->stop, TRUE);
}
