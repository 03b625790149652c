/* A finding's packets as text: what is printed, what is kept, what is not read again. */
#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/hour.h"
#include "report/packets.h"
#include "report/tcpdump.h"
#include "tally/captures.h"
#include "tally/pick.h"
#include "tally/site_groups.h"
#include "tests/compose_script.h"

/* 2017-09-10T00:00:00Z */
enum { DAY = 1505001600 };

static char *folder, *packets_folder, *before; /* owned; before: PATH */
static Site *site;                             /* owned */
static GPtrArray *problems;

static char *
in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static void
set_up(void)
{
	g_autoptr(GError) error = NULL;

	before = g_strdup(g_getenv("PATH"));
	folder = g_dir_make_tmp("gnomon-packets-XXXXXX", NULL);
	packets_folder = in_folder("reports/day/packets");
	g_autofree char *path = in_folder("it's a site.conf");
	g_autofree char *text = g_strdup_printf(
		"[site]\nname = sample\nhome = 192.0.2.0/24;2001:db8:1::/48\nzone = UTC\n"
		"spool = %s/spool\nstore = %s/store\nreports = %s/reports\n",
		folder, folder, folder);
	g_autofree char *spool = in_folder("spool/dmz");
	ck_assert_int_eq(g_mkdir_with_parents(spool, 0777), 0);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
	site = site_groups_load(path, &error);
	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	problems = g_ptr_array_new_with_free_func(g_free);
}

static void
tear_down(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder);

	g_setenv("PATH", before, TRUE);
	g_free(before);
	ck_assert_int_eq(system(command), 0);
	site_free(site);
	g_ptr_array_unref(problems);
	g_free(packets_folder);
	g_free(folder);
}

/* --- hour files */

static char *
hour_path(const char *sensor, int hour)
{
	return g_strdup_printf("%s/spool/%s/2017-09-10/%02d00.pcap", folder, sensor, hour);
}

/* Lines of compose, after the date. */
static void
put_hour(const char *sensor, int hour, const char *lines)
{
	g_autofree char *path = hour_path(sensor, hour);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *script = g_strconcat("date 2017-09-10\n", lines, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) capture = compose_script_read("script", script, &error);

	ck_assert_msg(capture != NULL, "%s", error ? error->message : "");
	ck_assert_int_eq(g_mkdir_with_parents(parent, 0777), 0);
	ck_assert(g_file_set_contents(
		path, (const char *)capture->data, (gssize)capture->len, NULL));
}

/* n SYNs of the source within the hour, one a second, and one of somebody else. */
static void
put_syns(const char *sensor, int hour, const char *source, int n)
{
	g_autoptr(GString) lines = g_string_new(NULL);

	g_string_append_printf(
		lines, "%02d:00:00 203.0.113.9.1024 > 192.0.2.1.80: S 1:1(0) win 512\n", hour);
	for (int i = 0; i < n; i++)
		g_string_append_printf(lines,
			"%02d:01:%02d.5 %s.1024 > 192.0.2.%d.23: S 1:1(0) win 512\n", hour, i,
			source, i + 1);
	put_hour(sensor, hour, lines->str);
}

static void
remove_hour(int hour)
{
	g_autofree char *path = hour_path("dmz", hour);

	ck_assert_int_eq(g_unlink(path), 0);
}

/* --- asking */

static Network
network(const char *text)
{
	Network parsed;

	ck_assert_msg(network_parse(text, &parsed, NULL), "%s", text);
	return parsed;
}

static PacketsFound *
find(const PacketsWish *wish)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *all = packets_find(site, packets_folder, wish, 1, problems, &error);

	ck_assert_msg(all != NULL, "%s", error ? error->message : "");
	PacketsFound *found = g_steal_pointer(&all->pdata[0]);
	g_ptr_array_unref(all);
	return found;
}

/* Of one source, from hour 3 on so many hours. */
static PacketsFound *
find_hours(const char *source, guint n_hours)
{
	const Network one = network(source);
	const gint64 hours[] = {
		DAY + 3 * HOUR_SECONDS, DAY + 4 * HOUR_SECONDS, DAY + 5 * HOUR_SECONDS};
	const PacketsWish wish = {.id = "00ff",
		.sources = &one,
		.n_sources = 1,
		.hours = hours,
		.n_hours = n_hours};

	return find(&wish);
}

/* found: freed. */
static void
expect(PacketsFound *found, guint n, const char *reason)
{
	ck_assert_uint_eq(found->texts->len, n);
	ck_assert_pstr_eq(found->reason, reason);
	packets_found_free(found);
}

/* Whether the cache was made of that hour, among others: whoever reads a file notes it there. */
static gboolean
was_read(int hour)
{
	g_autofree char *path = g_build_filename(packets_folder, "00ff.txt", NULL);
	g_autofree char *name = g_strdup_printf(" dmz/2017-09-10/%02d00=", hour);
	g_autofree char *text = NULL;

	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	return strstr(text, name) != NULL;
}

/* A tcpdump of our own goes before the real one. */
static void
put_tcpdump(const char *script)
{
	g_autofree char *bin = in_folder("bin");
	g_autofree char *path = in_folder("bin/tcpdump");
	g_autofree char *text = g_strconcat("#!/bin/sh\n", script, NULL);
	g_autofree char *places = g_strdup_printf("%s:%s", bin, before);

	g_mkdir(bin, 0777);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
	ck_assert_int_eq(g_chmod(path, 0755), 0);
	g_setenv("PATH", places, TRUE);
}

/* --- what is printed */

#define SOURCE "198.51.100.9"

START_TEST(packets_are_told_in_tcpdumps_own_lines)
{
	const Network sources[] = {network(SOURCE), network("2001:db8:9::/64")};
	const gint64 hours[] = {DAY + 3 * HOUR_SECONDS, DAY + 5 * HOUR_SECONDS};
	const PacketsWish wish = {.id = "a-b_c.1",
		.sources = sources,
		.n_sources = 2,
		.hours = hours,
		.n_hours = 2};

	put_hour("dmz", 3,
		"sorted\n"
		"03:10:02 192.0.2.1.80 > 198.51.100.9.1024: S 7000:7000(0) ack 2 win 512\n"
		"03:10:01.25 198.51.100.9.1024 > 192.0.2.1.80: S 1:1(0) win 512\n"
		"03:10:03 198.51.100.9.1024 > 192.0.2.1.80: . ack 7001 win 512\n"
		"03:10:04 198.51.100.8.1024 > 192.0.2.1.80: S 1:1(0) win 512\n");
	put_hour("lan", 3, "03:10:02.5 2001:db8:9::5.1024 > 2001:db8:1::1.53: udp 10\n");
	put_hour("dmz", 4, "04:10:04 198.51.100.9.1024 > 192.0.2.1.80: S 1:1(0) win 512\n");
	put_hour("dmz", 5, "link raw\n05:10:04 198.51.100.9 > 192.0.2.1: icmp: echo request\n");
	PacketsFound *found = find(&wish);
	ck_assert_pstr_eq(found->reason, NULL);
	ck_assert_uint_eq(found->texts->len, 5);
	static const char *const begins[] = {
		"2017-09-10 03:10:01.250000 IP 198.51.100.9.1024 > 192.0.2.1.80: Flags [S], "
		"seq 1,",
		"2017-09-10 03:10:02.000000 IP 192.0.2.1.80 > 198.51.100.9.1024: Flags [S.], "
		"seq "
		"7000, ack 2,",
		"2017-09-10 03:10:02.500000 IP6 2001:db8:9::5.1024 > 2001:db8:1::1.53: ",
		/* not ack 1 */
		"2017-09-10 03:10:03.000000 IP 198.51.100.9.1024 > 192.0.2.1.80: Flags [.], "
		"ack "
		"7001,",
		"2017-09-10 05:10:04.000000 IP 198.51.100.9 > 192.0.2.1: ICMP echo request,",
	};
	for (guint i = 0; i < G_N_ELEMENTS(begins); i++)
		ck_assert_msg(g_str_has_prefix(found->texts->pdata[i], begins[i]), "%s",
			(char *)found->texts->pdata[i]);
	packets_found_free(found);
	ck_assert_uint_eq(problems->len, 0);
}
END_TEST

START_TEST(each_wish_gets_its_own)
{
	const Network sources[] = {
		network(SOURCE), network("203.0.113.9"), network("192.0.3.1")};
	const gint64 hour = DAY + 3 * HOUR_SECONDS;
	PacketsWish wishes[4];
	static const guint expected[] = {20, 1, 0, 1};

	put_syns("dmz", 3, SOURCE, 30);
	for (guint i = 0; i < 4; i++)
		wishes[i] = (PacketsWish){.id = (const char *[]){"a", "b", "c", "d"}[i],
			.sources = &sources[i % 3],
			.n_sources = 1,
			.hours = &hour,
			.n_hours = 1};
	ck_assert(address_parse("192.0.2.7", &wishes[3].target));
	GPtrArray *all = packets_find(site, packets_folder, wishes, 4, problems, NULL);
	for (guint i = 0; i < 4; i++) {
		const PacketsFound *found = all->pdata[i];
		ck_assert_uint_eq(found->texts->len, expected[i]);
		ck_assert_pstr_eq(found->reason,
			i == 2 ? "no such packet in the spool's hour files" : NULL);
	}
	ck_assert_ptr_nonnull(
		strstr(((PacketsFound *)all->pdata[3])->texts->pdata[0], "192.0.2.7.23"));
	g_ptr_array_unref(all);
}
END_TEST

/* --- what is kept */

START_TEST(nothing_is_read_twice)
{
	put_syns("dmz", 3, SOURCE, 4);
	expect(find_hours(SOURCE, 1), 4, NULL);
	/* another content of the same name and size: who reads it finds nothing */
	put_syns("dmz", 3, "198.51.100.7", 4);
	expect(find_hours(SOURCE, 1), 4, NULL);
	/* of what has come only that is read */
	put_syns("dmz", 4, SOURCE, 3);
	expect(find_hours(SOURCE, 2), 7, NULL);
	put_syns("dmz", 4, "198.51.100.7", 3);
	put_syns("lan", 3, SOURCE, 2);
	PacketsFound *found = find_hours(SOURCE, 2);
	for (guint i = 1; i < found->texts->len; i++)
		ck_assert_int_le(
			strncmp(found->texts->pdata[i - 1], found->texts->pdata[i], 26), 0);
	expect(found, 9, NULL);
}
END_TEST

START_TEST(a_file_that_was_compressed_meanwhile_is_found)
{
	static const char *const suffixes[] = {"", ".zst", ".gz"};
	g_autofree char *raw = in_folder("0300.pcap");

	for (guint i = G_N_ELEMENTS(suffixes); i-- > 0;) {
		g_autofree char *path = g_strconcat(raw, suffixes[i], NULL);
		ck_assert(g_file_set_contents(path, "x", 1, NULL));
		g_autofree char *now = captures_path_now(raw);
		ck_assert_str_eq(now, path);
	}
}
END_TEST

START_TEST(whoever_has_twenty_reads_no_more)
{
	put_syns("dmz", 3, SOURCE, 18);
	put_syns("dmz", 4, SOURCE, 18);
	expect(find_hours(SOURCE, 2), 20, NULL);
	ck_assert(was_read(3) && was_read(4));
	put_syns("dmz", 5, SOURCE, 1);
	expect(find_hours(SOURCE, 3), 20, NULL);
	ck_assert(!was_read(5));
}
END_TEST

START_TEST(a_later_hour_is_not_read_for_whom_the_first_fill)
{
	put_syns("dmz", 3, SOURCE, 20);
	put_syns("dmz", 4, SOURCE, 1);
	expect(find_hours(SOURCE, 2), 20, NULL);
	ck_assert(was_read(3) && !was_read(4));
}
END_TEST

START_TEST(lines_outlast_the_packets)
{
	put_syns("dmz", 3, SOURCE, 4);
	expect(find_hours(SOURCE, 1), 4, NULL);
	remove_hour(3);
	expect(find_hours(SOURCE, 1), 4, NULL);
	/* what comes then is added */
	put_syns("dmz", 4, SOURCE, 2);
	expect(find_hours(SOURCE, 2), 6, NULL);
	remove_hour(4);
	expect(find_hours(SOURCE, 2), 6, NULL);
	expect(find_hours(SOURCE, 3), 6, "packets of 1 of 3 hours no longer in the spool");
}
END_TEST

START_TEST(packets_that_nobody_printed_in_time_are_told)
{
	expect(find_hours(SOURCE, 2), 0, "packets no longer in the spool");
	put_syns("dmz", 4, SOURCE, 2);
	expect(find_hours(SOURCE, 2), 2, "packets of 1 of 2 hours no longer in the spool");
}
END_TEST

START_TEST(a_file_that_was_replaced_is_read_again)
{
	put_syns("dmz", 3, SOURCE, 4);
	expect(find_hours(SOURCE, 1), 4, NULL);
	put_syns("dmz", 3, SOURCE, 6);
	expect(find_hours(SOURCE, 1), 6, NULL);
	/* but not when others that were read are gone */
	put_syns("dmz", 4, SOURCE, 2);
	expect(find_hours(SOURCE, 2), 8, NULL);
	remove_hour(4);
	put_syns("dmz", 3, SOURCE, 5);
	expect(find_hours(SOURCE, 2), 8, NULL);
}
END_TEST

START_TEST(a_damaged_file_is_told_each_time)
{
	g_autofree char *path = hour_path("dmz", 3);
	static const char reason[] = "1 hour file cut short or damaged";

	put_syns("dmz", 3, SOURCE, 4);
	ck_assert_int_eq(truncate(path, 200), 0);
	expect(find_hours(SOURCE, 1), 1, reason);
	expect(find_hours(SOURCE, 1), 1, reason);
	ck_assert(g_file_set_contents(path, "no capture", -1, NULL));
	expect(find_hours(SOURCE, 1), 0, "1 hour file cannot be read");
}
END_TEST

START_TEST(a_cache_that_is_none_is_passed_over)
{
	static const char *const caches[] = {"", "\n", "gnomon-packets 1 20 x\n",
		"gnomon-packets 1 19\n", "gnomon-packets 1 200\n",
		"gnomon-packets 1 20 dmz/2017-09-10/0300=x\n",
		"gnomon-packets 1 20 dmz/2017-09-10/0300=1\nno end of line", "<html>\n"};
	g_autofree char *path = g_build_filename(packets_folder, "00ff.txt", NULL);

	put_syns("dmz", 3, SOURCE, 4);
	ck_assert_int_eq(g_mkdir_with_parents(packets_folder, 0777), 0);
	ck_assert(g_file_set_contents(path, caches[_i], -1, NULL));
	expect(find_hours(SOURCE, 1), 4, NULL);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_told_once)
{
	g_autofree char *reports = in_folder("reports");

	put_syns("dmz", 3, SOURCE, 4);
	ck_assert(g_file_set_contents(reports, "a file", -1, NULL));
	expect(find_hours(SOURCE, 1), 4, NULL);
	ck_assert_uint_eq(problems->len, 1);
}
END_TEST

/* --- tcpdump at fault */

static const struct {
	const char *script, *reason; /* NULL: all is well */
	guint n;
} faults[] = {
	{"exit 3", "tcpdump: exit status 3", 0},
	{"echo first >&2; echo what is wrong >&2; exit 1",
		"tcpdump: exit status 1: what is wrong", 0},
	{"kill -9 $$", "tcpdump: ended by signal 9", 0},
	{"exit 0", "tcpdump: 0 of 2 packets printed", 0},
	{"echo '2017-09-10 03:01:00.500000 IP one'", "tcpdump: 1 of 2 packets printed", 0},
	{"cat >/dev/null; printf 'noise\\n2017-09-10 03:01:00.500000 a\\n\\tb\\nc\\n\\n"
	 "2017-09-10 03:01:01.500000 \\000\\033[2J\\377'",
		NULL, 2},
};

START_TEST(what_tcpdump_does_wrong_is_told_and_not_kept)
{
	put_syns("dmz", 3, SOURCE, 2);
	put_tcpdump(faults[_i].script);
	PacketsFound *found = find_hours(SOURCE, 1);
	if (faults[_i].n) {
		ck_assert_str_eq(
			found->texts->pdata[0], "2017-09-10 03:01:00.500000 a\n\tb\n\tc\n\t");
		ck_assert_str_eq(
			found->texts->pdata[1], "2017-09-10 03:01:01.500000 ?\033[2J\377");
	}
	expect(found, faults[_i].n, faults[_i].reason);
	if (faults[_i].n) { /* as it was kept */
		found = find_hours(SOURCE, 1);
		ck_assert_str_eq(
			found->texts->pdata[0], "2017-09-10 03:01:00.500000 a\n\tb\n\tc\n\t");
		expect(found, 2, NULL);
		return;
	}
	g_setenv("PATH", before, TRUE);
	expect(find_hours(SOURCE, 1), 2, NULL);
}
END_TEST

/* One that ends wrongly when it meets a packet to port 23 of 192.0.2.3. */
START_TEST(a_packet_that_tcpdump_cannot_bear_costs_its_own_finding_only)
{
	enum { WISHES = 7, BAD = 2 };
	const gint64 hour = DAY + 3 * HOUR_SECONDS;
	const Network one = network(SOURCE);
	PacketsWish wishes[WISHES];
	char ids[WISHES][2];
	g_autofree char *real = tcpdump_path();
	g_autofree char *script = g_strdup_printf(
		"%s \"$@\" >\"$0.out\"\n"
		"if grep -q '192.0.2.3.23:' \"$0.out\"; then kill -SEGV $$; fi\ncat \"$0.out\"",
		real);

	put_syns("dmz", 3, SOURCE, WISHES);
	put_tcpdump(script);
	for (guint i = 0; i < WISHES; i++) {
		ids[i][0] = (char)('a' + i);
		ids[i][1] = '\0';
		wishes[i] = (PacketsWish){.id = ids[i],
			.sources = &one,
			.n_sources = 1,
			.target = address_from_v4(0xc0000201 + i),
			.hours = &hour,
			.n_hours = 1};
	}
	GPtrArray *all = packets_find(site, packets_folder, wishes, WISHES, problems, NULL);
	for (guint i = 0; i < WISHES; i++) {
		const PacketsFound *found = all->pdata[i];
		ck_assert_uint_eq(found->texts->len, i == BAD ? 0 : 1);
		ck_assert_pstr_eq(
			found->reason, i == BAD ? "tcpdump: ended by signal 11" : NULL);
	}
	g_ptr_array_unref(all);
}
END_TEST

START_TEST(a_line_without_end_is_cut)
{
	put_syns("dmz", 3, SOURCE, 1);
	put_tcpdump("printf '2017-09-10 03:01:00.500000 %09000d' 0");
	PacketsFound *found = find_hours(SOURCE, 1);
	ck_assert_uint_eq(strlen(found->texts->pdata[0]), TCPDUMP_LINE_MAX + strlen(" [cut]"));
	expect(found, 1, NULL);
}
END_TEST

START_TEST(without_tcpdump_nothing_is_printed)
{
	put_syns("dmz", 3, SOURCE, 2);
	g_setenv("PATH", folder, TRUE);
	if (access("/usr/sbin/tcpdump", X_OK) != 0)
		expect(find_hours(SOURCE, 1), 0, "tcpdump is not installed");
}
END_TEST

/* --- how to get them all */

static const struct {
	const char *sources, *target, *expression, *options;
} words[] = {
	{"198.51.100.9", NULL,
		"host 198.51.100.9 and (net 192.0.2.0/24 or net 2001:db8:1::/48)",
		"--source 198.51.100.9"},
	{"198.51.100.9,203.0.113.9", "192.0.2.3",
		"(host 198.51.100.9 or host 203.0.113.9) and host 192.0.2.3",
		"--source 198.51.100.9,203.0.113.9 --target 192.0.2.3"},
	{"2001:db8:9::/64", "2001:db8:1::1", "net 2001:db8:9::/64 and host 2001:db8:1::1",
		"--source 2001:db8:9::/64 --target 2001:db8:1::1"},
};

/* All packets of the capture that fit, as its rule number 0; owned by the caller. */
static Pick *
pick_of(const char *path, const PickRule *rule)
{
	g_autoptr(Pick) pick = pick_new(site->home);
	g_autoptr(GError) error = NULL;

	ck_assert_msg(pick_add(pick, rule, &error), "%s", error ? error->message : "");
	ck_assert_msg(pick_read(pick, path, NULL, &error), "%s", error ? error->message : "");
	return g_steal_pointer(&pick);
}

static void
expect_same(Pick *one, Pick *other)
{
	guint n, m;
	const PickPacket *a = pick_packets(one, 0, &n), *b = pick_packets(other, 0, &m);

	ck_assert_uint_eq(n, m);
	for (guint i = 0; i < n; i++) {
		ck_assert_uint_eq(a[i].time, b[i].time);
		ck_assert_mem_eq(a[i].frame, b[i].frame, a[i].captured);
	}
}

START_TEST(expression_and_command_get_the_packets_of_the_finding)
{
	g_auto(GStrv) texts = g_strsplit(words[_i].sources, ",", -1);
	const gint64 hours[] = {DAY + 3 * HOUR_SECONDS, DAY + 4 * HOUR_SECONDS};
	g_autofree char *capture = hour_path("dmz", 3);
	g_autofree char *site_file = in_folder("it's a site.conf");
	g_autofree char *output = in_folder("00ff.pcap");
	g_autofree char *here = g_get_current_dir();
	Network sources[2];
	PacketsWish wish = {.id = "00ff", .sources = sources, .hours = hours, .n_hours = 2};
	guint left_out;

	for (; texts[wish.n_sources]; wish.n_sources++)
		sources[wish.n_sources] = network(texts[wish.n_sources]);
	Network target = {0};
	if (words[_i].target)
		target = network(words[_i].target);
	wish.target = target.first;
	put_hour("dmz", 3,
		"repeat 5 every 1m {\n"
		"03:10:02 192.0.2.{1+1}.80 > 198.51.100.9.1024: S 7000:7000(0) ack 2 win 512\n"
		"03:10:03 203.0.113.9.1024 > 192.0.2.{2+1}.80: S 1:1(0) win 512\n"
		"03:10:03.5 203.0.113.{10+1}.1024 > 192.0.2.{2+1}.80: S 1:1(0) win 512\n"
		"03:10:04 2001:db8:9::{1+1}.1024 > 2001:db8:1::{1|2}.53: udp 10\n"
		"03:10:05 2001:db8:9:1::1.1024 > 2001:db8:1::1.53: udp 10\n"
		"}\n");
	put_hour("dmz", 4, "04:10:02 192.0.2.200.80 > 198.51.100.250.1024: . ack 2 win 512\n");

	const PickRule truth = {.sources = sources,
		.n_sources = wish.n_sources,
		.targets = &target,
		.n_targets = words[_i].target ? 1 : 0};
	g_autoptr(Pick) expected = pick_of(capture, &truth);
	ck_assert_uint_gt(pick_count(expected, 0), 1);

	g_autofree char *expression = packets_expression(site->home, &wish, &left_out);
	ck_assert_str_eq(expression, words[_i].expression);
	ck_assert_uint_eq(left_out, 0);
	g_autoptr(Pick) by_expression = pick_of(capture, &(PickRule){.expression = expression});
	expect_same(expected, by_expression);

	g_autofree char *command = packets_command(site_file, &wish, &left_out);
	g_autofree char *quoted = g_shell_quote(site_file);
	g_autofree char *told = g_strdup_printf(
		"gnomon-tally extract --site %s --from 2017-09-10T03:00:00Z --to "
		"2017-09-10T05:00:00Z %s > 00ff.pcap",
		quoted, words[_i].options);
	ck_assert_str_eq(command, told);
	ck_assert_uint_eq(left_out, 0);
	if (access("./gnomon-tally", X_OK) != 0)
		return;
	g_autofree char *line = g_strdup_printf(
		"PATH=%s:$PATH; cd %s && %s 2>/dev/null", here, folder, command);
	ck_assert_int_eq(system(line), 0);
	g_autoptr(Pick) extracted = pick_of(output, &(PickRule){.expression = ""});
	expect_same(expected, extracted);
}
END_TEST

START_TEST(fifty_sources_are_named)
{
	Network sources[60];
	const gint64 hour = DAY;
	const PacketsWish wish = {
		.id = "1", .sources = sources, .n_sources = 60, .hours = &hour, .n_hours = 1};
	guint left_out;

	for (guint32 i = 0; i < 60; i++)
		sources[i] = (Network){address_from_v4(0xc6336400 + i), 32};
	g_autofree char *expression = packets_expression(site->home, &wish, &left_out);
	ck_assert_uint_eq(left_out, 10);
	ck_assert_ptr_nonnull(strstr(expression, "host 198.51.100.49)"));
	ck_assert_ptr_null(strstr(expression, "198.51.100.50"));
	ck_assert(pick_check_expression(expression, NULL));
	g_autofree char *command = packets_command("site.conf", &wish, &left_out);
	ck_assert_uint_eq(left_out, 10);
	ck_assert_ptr_nonnull(strstr(command, ",198.51.100.49 > 1.pcap"));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, expression_and_command_get_the_packets_of_the_finding, 0,
		G_N_ELEMENTS(words));
	tcase_add_test(tests, fifty_sources_are_named);
	tcase_add_test(tests, a_line_without_end_is_cut);
	tcase_add_loop_test(
		tests, what_tcpdump_does_wrong_is_told_and_not_kept, 0, G_N_ELEMENTS(faults));
	tcase_add_test(tests, without_tcpdump_nothing_is_printed);
	tcase_add_test(tests, a_file_that_was_compressed_meanwhile_is_found);
	g_autofree char *tcpdump = tcpdump_path();
	if (!tcpdump) {
		puts("skipped: what needs tcpdump");
		return;
	}
	tcase_add_test(tests, packets_are_told_in_tcpdumps_own_lines);
	tcase_add_test(tests, each_wish_gets_its_own);
	tcase_add_test(tests, a_packet_that_tcpdump_cannot_bear_costs_its_own_finding_only);
	tcase_add_test(tests, nothing_is_read_twice);
	tcase_add_test(tests, whoever_has_twenty_reads_no_more);
	tcase_add_test(tests, a_later_hour_is_not_read_for_whom_the_first_fill);
	tcase_add_test(tests, lines_outlast_the_packets);
	tcase_add_test(tests, packets_that_nobody_printed_in_time_are_told);
	tcase_add_test(tests, a_file_that_was_replaced_is_read_again);
	tcase_add_test(tests, a_damaged_file_is_told_each_time);
	tcase_add_loop_test(tests, a_cache_that_is_none_is_passed_over, 0, 8);
	tcase_add_test(tests, a_folder_that_cannot_be_written_is_told_once);
}

int
main(void)
{
	return suite_run("packets", add_tests);
}
