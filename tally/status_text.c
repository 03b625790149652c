#include "config.h"

#include "tally/status.h"

#include "common/hour.h"

enum { LABEL = 20, LIST_MAX = 8 };

static void
label(GString *out, const char *text)
{
	g_string_append_printf(out, "  %-*s", LABEL, text);
}

static void
append_time(GString *out, gint64 time)
{
	char text[HOUR_TEXT_SIZE];

	g_string_append(out, hour_format_s(time, text));
}

/* In powers of 1024, as settings have sizes, and as df -h prints. */
static void
append_size(GString *out, guint64 octets)
{
	g_autofree char *text = g_format_size_full(octets, G_FORMAT_SIZE_IEC_UNITS);

	/* GLib puts a no-break space there. */
	g_auto(GStrv) parts = g_strsplit(text, "\302\240", -1);
	g_autofree char *plain = g_strjoinv(" ", parts);
	g_string_append(out, plain);
}

static void
line_hour(GString *out, const char *name, gint64 hour, gint64 now)
{
	char span[HOUR_TEXT_SIZE];

	label(out, name);
	if (hour == STATUS_NEVER) {
		g_string_append(out, "none yet\n");
		return;
	}
	append_time(out, hour);
	gint64 ago = now - hour - HOUR_SECONDS;
	if (ago > 0)
		g_string_append_printf(out, ", ended %s ago",
			hour_format_span((guint64)ago * SECOND_NS, span));
	else
		g_string_append(out, ago == 0 ? ", ended just now" : ", not over yet");
	g_string_append_c(out, '\n');
}

/* "3: 2017-09-10T01:00:00Z, ... and 2 more"; nothing where there is none. */
static void
line_hours(GString *out, const char *name, const GArray *hours)
{
	if (hours->len == 0)
		return;
	label(out, name);
	g_string_append_printf(out, hours->len == 1 ? "%u hour: " : "%u hours: ", hours->len);
	for (guint i = 0; i < MIN(hours->len, LIST_MAX); i++) {
		g_string_append(out, i > 0 ? ", " : "");
		append_time(out, g_array_index(hours, gint64, i));
	}
	if (hours->len > LIST_MAX)
		g_string_append_printf(out, " and %u more", hours->len - LIST_MAX);
	g_string_append_c(out, '\n');
}

static void
line_cuts(GString *out, const GPtrArray *cuts)
{
	for (guint i = 0; i < MIN(cuts->len, LIST_MAX); i++) {
		const StatusCut *cut = cuts->pdata[i];
		label(out, i == 0 ? "cut short" : "");
		g_string_append_printf(out, "%s: %s\n", cut->file,
			*cut->reason ? cut->reason : "no reason told");
	}
	if (cuts->len > LIST_MAX) {
		label(out, "");
		g_string_append_printf(out, "and %u more\n", cuts->len - LIST_MAX);
	}
}

static void
line_drops(GString *out, const char *name, const StatusDrops *drops)
{
	const struct {
		const char *where;
		guint64 packets;
	} parts[] = {{"kernel", drops->kernel}, {"interface", drops->interface},
		{"full disk", drops->discarded}};

	label(out, name);
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_string_append_printf(out, "%s%s ", i > 0 ? ", " : "", parts[i].where);
		if (parts[i].packets == STATUS_UNKNOWN)
			g_string_append(out, "not known");
		else
			g_string_append_printf(out, "%" G_GUINT64_FORMAT, parts[i].packets);
	}
	if (drops->unknown > 0)
		g_string_append_printf(out, "; %u %s not tell all of it", drops->unknown,
			drops->unknown == 1 ? "file does" : "files do");
	g_string_append_c(out, '\n');
}

static void
append_sensor(GString *out, const StatusSensor *sensor, gint64 now)
{
	g_string_append_printf(out, "\nSensor %s%s\n", sensor->name,
		sensor->archive && sensor->captured != STATUS_NEVER
			? " (an archive: nothing of the last 7 d)"
			: "");
	if (sensor->capturing != STATUS_NEVER) {
		label(out, "capturing since");
		append_time(out, sensor->capturing);
		g_string_append_c(out, '\n');
	}
	line_hour(out, "last hour captured", sensor->captured, now);
	line_hour(out, "last hour tallied", sensor->tallied, now);
	line_hours(out, "to be tallied", sensor->waiting);
	line_hours(out, "missing in 7 d", sensor->gaps);
	line_hours(out, "0 packets in", sensor->empty);
	line_cuts(out, sensor->cut);
	if (!sensor->archive) {
		line_drops(out, "dropped in 24 h", &sensor->day);
		line_drops(out, "dropped in 7 d", &sensor->week);
	}
}

static void
append_disk(GString *out, const StatusDisk *disk)
{
	gint64 days = status_days_left(disk);

	g_string_append(out, "\nDisk\n");
	label(out, "spool, store");
	append_size(out, disk->spool);
	g_string_append(out, ", ");
	append_size(out, disk->store);
	g_string_append_c(out, '\n');
	label(out, "free");
	if (disk->known) {
		append_size(out, disk->free);
		g_string_append(out, " of ");
		append_size(out, disk->size);
		if (disk->size > 0)
			g_string_append_printf(out, " (%.1f %%)",
				100 * (double)disk->free / (double)disk->size);
	} else {
		g_string_append(out, "not known");
	}
	g_string_append_c(out, '\n');
	label(out, "days left");
	if (days < 0) {
		g_string_append(out, disk->growth > 0
					     ? "no estimate\n"
					     : "no estimate: under a day of data in the last "
					       "7 d\n");
		return;
	}
	g_string_append_printf(out, "about %" G_GINT64_FORMAT ", an estimate: ", days);
	append_size(out, disk->growth);
	g_string_append(out, " a day in the last 7 d\n");
}

void
status_text(const Status *status, GString *out)
{
	g_string_append_printf(out, "Site %s, ", status->site);
	append_time(out, status->now);
	g_string_append_c(out, '\n');
	for (guint i = 0; i < status->sensors->len; i++)
		append_sensor(out, status->sensors->pdata[i], status->now);
	if (status->sensors->len == 0)
		g_string_append(out, "\nno sensor yet\n");
	append_disk(out, &status->disk);
}
