#include "config.h"

#include "collect/recover.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "collect/salvage.h"
#include "collect/stem.h"
#include "common/spool.h"

/* One day's folder, as it was when the step began. */
typedef struct {
	const char *sensor;
	char *path;   /* owned */
	gint64 begin; /* midnight, seconds since 1970 */
	GPtrArray *names;
	GHashTable *known; /* the same names, borrowed */
	void (*say)(const char *message);
	Compressor *compressor;
} Day;

static void G_GNUC_PRINTF(2, 3) say(const Day *day, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	day->say(message);
}

static void
list(Day *day)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) folder = g_dir_open(day->path, 0, &error);
	const char *name;

	g_hash_table_remove_all(day->known);
	g_ptr_array_set_size(day->names, 0);
	if (!folder)
		say(day, "%s: cannot be listed: %s", day->path, error->message);
	while (folder && (name = g_dir_read_name(folder))) {
		g_ptr_array_add(day->names, g_strdup(name));
		g_hash_table_add(day->known, day->names->pdata[day->names->len - 1]);
	}
}

static gboolean
has(const Day *day, const char *stem, const char *suffix)
{
	g_autofree char *name = g_strconcat(stem, suffix, NULL);

	return g_hash_table_contains(day->known, name);
}

static void
remove_name(const Day *day, const char *name)
{
	g_autofree char *path = g_build_filename(day->path, name, NULL);

	if (g_unlink(path) != 0 && errno != ENOENT)
		say(day, "%s: cannot be removed: %s", path, g_strerror(errno));
}

/* Private parts (output.h) of our files: ".1000.pcap.zst.part-abc123". */
static gboolean
is_private_part(const Day *day, const char *name)
{
	static const char *const suffixes[] = {".pcap.zst", ".json"};
	char stem[STEM_SIZE];
	gint64 hour;
	const char *end = name[0] == '.' ? strstr(name, ".part-") : NULL;
	g_autofree char *whole = end ? g_strndup(name + 1, (gsize)(end - name - 1)) : NULL;

	for (guint i = 0; whole && i < G_N_ELEMENTS(suffixes); i++)
		if (stem_parse(day->begin, whole, suffixes[i], &hour, stem))
			return TRUE;
	return FALSE;
}

static void
remove_if_private(const Day *day, const char *name)
{
	if (is_private_part(day, name))
		remove_name(day, name);
}

static void
remove_file(const Day *day, const char *name, const char *stem, gint64 hour)
{
	(void)stem, (void)hour;
	remove_name(day, name);
}

static void
salvage(const Day *day, const char *name, const char *stem, gint64 hour)
{
	SalvagePart part = {day->path, day->sensor, stem, hour};
	g_autofree char *said = NULL;
	g_autoptr(GError) error = NULL;

	(void)name;
	if (!salvage_part(&part, &said, &error))
		day->say(error->message);
	else if (said)
		day->say(said);
}

/* What it was made from is what salvage_part may still need. */
static void
remove_manifest_part(const Day *day, const char *name, const char *stem, gint64 hour)
{
	(void)hour;
	if (!has(day, stem, ".pcap.part"))
		remove_name(day, name);
}

static void
compress(const Day *day, const char *name, const char *stem, gint64 hour)
{
	(void)hour;
	/* It had its name when it was whole. */
	if (has(day, stem, ".pcap.zst")) {
		remove_name(day, name);
	} else if (day->compressor && has(day, stem, ".json")) {
		g_autofree char *path = g_build_filename(day->path, name, NULL);
		compressor_add(day->compressor, path);
	}
}

static const struct {
	const char *suffix;
	void (*take)(const Day *day, const char *name, const char *stem, gint64 hour);
} steps[] = {
	{".pcap.import.part", remove_file},
	{".pcap.part", salvage},
	{".json.part", remove_manifest_part},
	{".pcap", compress},
};

static void
recover_day(Day *day)
{
	char stem[STEM_SIZE];
	gint64 hour;

	list(day);
	for (guint i = 0; i < day->names->len; i++)
		remove_if_private(day, day->names->pdata[i]);
	for (guint step = 0; step < G_N_ELEMENTS(steps); step++) {
		list(day);
		for (guint i = 0; i < day->names->len; i++)
			if (stem_parse(day->begin, day->names->pdata[i], steps[step].suffix,
				    &hour, stem))
				steps[step].take(day, day->names->pdata[i], stem, hour);
	}
}

void
recover_run(const char *spool, const char *sensor, void (*tell)(const char *message),
	Compressor *compressor)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) days = spool_days(spool, sensor, &error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	Day day = {.sensor = sensor,
		.names = names,
		.known = known,
		.say = tell,
		.compressor = compressor};

	if (!days)
		tell(error->message);
	for (guint i = 0; days && days[i]; i++) {
		g_autofree char *path = g_build_filename(spool, sensor, days[i], NULL);
		day.path = path;
		if (spool_parse_day(days[i], &day.begin))
			recover_day(&day);
	}
}
