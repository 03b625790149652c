#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/manifest.h"

#define FULL                                                                                   \
	"{\"sensor\":\"dmz\",\"hour\":\"2017-09-10T01:30:00Z\",\"packets\":3,\"bytes\":"       \
	"4000000000,\"octets\":264,\"first\":\"2017-09-10T01:30:00Z\",\"last\":"               \
	"\"2017-09-10T02:29:59.000000001Z\",\"began\":\"2017-09-10T01:30:00.5Z\","             \
	"\"ended\":null,\"dropped_kernel\":7,\"dropped_interface\":null,"                      \
	"\"discarded\":2,\"snap_length\":128,\"link_type\":\"EN10MB\",\"filter\":\"not port "  \
	"22\",\"interface\":\"eth0\",\"digest\":\"00ff00000000abcd\",\"clean\":false,"         \
	"\"reason\":\"killed\",\"imported\":false,\"program\":\"gnomon-collect 0.1.0\","       \
	"\"version\":1}\n"

static Manifest *
full_manifest(void)
{
	Manifest *manifest = manifest_new("dmz", 1505007000);

	manifest->packets = 3;
	manifest->bytes = G_GUINT64_CONSTANT(4000000000);
	manifest->octets = 264;
	manifest->first = G_GUINT64_CONSTANT(1505007000000000000);
	manifest->last = G_GUINT64_CONSTANT(1505010599000000001);
	manifest->began = G_GUINT64_CONSTANT(1505007000500000000);
	manifest->dropped_kernel = 7;
	manifest->discarded = 2;
	manifest->snap_length = 128;
	g_free(manifest->link_type);
	manifest->link_type = g_strdup("EN10MB");
	g_free(manifest->filter);
	manifest->filter = g_strdup("not port 22");
	g_free(manifest->interface);
	manifest->interface = g_strdup("eth0");
	manifest->digest = G_GUINT64_CONSTANT(0xff00000000abcd);
	manifest->cut_short = TRUE;
	g_free(manifest->reason);
	manifest->reason = g_strdup("killed");
	g_free(manifest->program);
	manifest->program = g_strdup("gnomon-collect 0.1.0");
	return manifest;
}

START_TEST(a_manifest_is_written_as_the_header_says)
{
	g_autoptr(Manifest) manifest = full_manifest();
	g_autoptr(GString) text = g_string_new(NULL);

	manifest_format(manifest, text);
	ck_assert_str_eq(text->str, FULL);
}
END_TEST

START_TEST(what_is_written_is_read_as_the_same)
{
	g_autoptr(Manifest) manifest = manifest_parse(FULL, strlen(FULL), "a.json", NULL);

	ck_assert_ptr_nonnull(manifest);
	ck_assert_str_eq(manifest->sensor, "dmz");
	ck_assert_int_eq(manifest->hour, 1505007000);
	ck_assert_uint_eq(manifest->packets, 3);
	ck_assert_uint_eq(manifest->bytes, G_GUINT64_CONSTANT(4000000000));
	ck_assert_uint_eq(manifest->octets, 264);
	ck_assert_uint_eq(manifest->first, G_GUINT64_CONSTANT(1505007000000000000));
	ck_assert_uint_eq(manifest->last, G_GUINT64_CONSTANT(1505010599000000001));
	ck_assert_uint_eq(manifest->began, G_GUINT64_CONSTANT(1505007000500000000));
	ck_assert_uint_eq(manifest->ended, MANIFEST_UNKNOWN);
	ck_assert_uint_eq(manifest->dropped_kernel, 7);
	ck_assert_uint_eq(manifest->dropped_interface, MANIFEST_UNKNOWN);
	ck_assert_uint_eq(manifest->discarded, 2);
	ck_assert_uint_eq(manifest->snap_length, 128);
	ck_assert_str_eq(manifest->link_type, "EN10MB");
	ck_assert_str_eq(manifest->filter, "not port 22");
	ck_assert_str_eq(manifest->interface, "eth0");
	ck_assert_uint_eq(manifest->digest, G_GUINT64_CONSTANT(0xff00000000abcd));
	ck_assert(manifest->cut_short);
	ck_assert_str_eq(manifest->reason, "killed");
	ck_assert(!manifest->imported);
	ck_assert_str_eq(manifest->program, "gnomon-collect 0.1.0");
}
END_TEST

START_TEST(a_new_manifest_is_read_again)
{
	g_autoptr(Manifest) manifest = manifest_new("dmz", 0);
	g_autoptr(GString) text = g_string_new(NULL);

	manifest_format(manifest, text);
	g_autoptr(Manifest) copy = manifest_parse(text->str, text->len, "a.json", NULL);
	ck_assert_ptr_nonnull(copy);
	ck_assert_uint_eq(copy->first, MANIFEST_UNKNOWN);
	ck_assert_uint_eq(copy->last, MANIFEST_UNKNOWN);
	ck_assert_uint_eq(copy->dropped_kernel, MANIFEST_UNKNOWN);
	ck_assert(!copy->cut_short);
}
END_TEST

/* FULL with one piece replaced, and what must be said of it; NULL: it is a manifest. */
static const struct {
	const char *old, *new, *said;
} changes[] = {
	{"\"version\":1", "\"version\":1,\"later\":{\"deep\":[1.5]}", NULL},
	{"\"bytes\":4000000000", "\"bytes\":9223372036854775807", NULL},
	{"\"discarded\":2", "\"discarded\":null", NULL},
	{"\"ended\":null,", "", NULL},
	{"\"ended\":null", "\"ended\":7", "ended: expected a time"},
	{"T01:30:00Z\",\"last", "T01:30:00.5Z\",\"last", NULL},
	{"\"version\":1", "\"version\":2", "version: expected 1"},
	{"\"version\":1", "\"version\":1.0", "version: expected 1"},
	{"\"sensor\":\"dmz\"", "\"sensor\":7", "sensor: expected a text"},
	{"\"sensor\":\"dmz\"", "\"sensor\":\"d\\u0000z\"", "line 1: expected JSON"},
	{"\"sensor\":\"dmz\"", "\"sensor\":\"d\377z\"", "line 1: expected JSON"},
	{"\"packets\":3", "\"packets\":-1", "packets: expected a whole number"},
	{"\"packets\":3", "\"packets\":3.0", "packets: expected a whole number"},
	{"\"packets\":3", "\"packets\":\"3\"", "packets: expected a whole number"},
	{"\"packets\":3", "\"packets\":null", "packets: expected a whole number"},
	{"\"packets\":3", "\"packets\":9223372036854775808", "line 1: expected JSON"},
	{"\"packets\":3", "\"packets\":1e999", "line 1: expected JSON"},
	{"\"packets\":3", "\"packets\":3,\"packets\":4", "line 1: expected JSON"},
	{"\"packets\":3,", "", "packets: missing, expected a whole number"},
	{"\"snap_length\":128", "\"snap_length\":4294967296", "snap_length: expected"},
	{"2017-09-10T01:30:00Z\",\"packets", "2017-09-10 01:30\",\"packets", "hour: expected"},
	{"59.000000001Z", "59.0000000011Z", "last: expected a time"},
	{"59.000000001Z", "59.Z", "last: expected a time"},
	{"59.000000001Z", "59.5", "last: expected a time"},
	{"2017-09-10T02:29", "9999-12-31T02:29", "last: expected a time"},
	{"2017-09-10T02:29", "2016-09-10T02:29", "first, last: expected"},
	{"\"2017-09-10T02:29:59.000000001Z\"", "null", "first, last: expected"},
	{"00ff00000000abcd", "0ff00000000abcd", "digest: expected 16 hex digits"},
	{"00ff00000000abcd", "0xff00000000abcd", "digest: expected 16 hex digits"},
	{"00ff00000000abcd", "+0ff00000000abcd", "digest: expected 16 hex digits"},
	{"\"clean\":false", "\"clean\":0", "clean: expected true or false"},
	{"{\"sensor\"", "[{\"sensor\"", "line 2: expected JSON"},
	{FULL, "[]", "expected an object"},
	{FULL, "null", "line 1: expected JSON"},
	{FULL, "", "expected JSON"},
};

START_TEST(a_changed_manifest_is_told_with_name_place_and_what_was_expected)
{
	const char *at = strstr(FULL, changes[_i].old);
	g_autoptr(GString) text = g_string_new(FULL);
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_nonnull(at);
	g_string_erase(text, at - FULL, (gssize)strlen(changes[_i].old));
	g_string_insert(text, at - FULL, changes[_i].new);
	g_autoptr(Manifest) manifest = manifest_parse(text->str, text->len, "a.json", &error);
	if (!changes[_i].said) {
		ck_assert_msg(manifest != NULL, "%s", error ? error->message : "");
		return;
	}
	ck_assert_ptr_null(manifest);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_msg(g_str_has_prefix(error->message, "a.json: no manifest: "), "%s",
		error->message);
	ck_assert_msg(strstr(error->message, changes[_i].said) != NULL, "%s", error->message);
}
END_TEST

START_TEST(what_is_deep_or_long_is_refused)
{
	g_autofree char *deep = g_malloc(1 << 20), *longer = g_malloc((1 << 20) + 1);

	memset(deep, '[', 1 << 20);
	memset(longer, ' ', (1 << 20) + 1);
	ck_assert_ptr_null(manifest_parse(deep, 1 << 20, "a.json", NULL));
	ck_assert_ptr_null(manifest_parse(longer, (1 << 20) + 1, "a.json", NULL));
}
END_TEST

START_TEST(a_saved_manifest_is_loaded_and_what_is_no_plain_file_is_refused)
{
	g_autofree char *folder = g_dir_make_tmp("manifest.XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "0130.json", NULL);
	g_autoptr(Manifest) manifest = full_manifest();
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(manifest_load(path, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "0130.json: cannot be read: No such"));
	ck_assert(manifest_save(manifest, path, NULL));
	g_autoptr(Manifest) copy = manifest_load(path, NULL);
	ck_assert_ptr_nonnull(copy);
	ck_assert_uint_eq(copy->digest, manifest->digest);
	ck_assert_ptr_null(manifest_load(folder, NULL));
	ck_assert_ptr_null(manifest_load("/dev/zero", NULL));
	g_unlink(path);
	g_rmdir(folder);
}
END_TEST

START_TEST(no_text_of_a_manifest_speaks_to_a_terminal)
{
	g_autoptr(Manifest) manifest = full_manifest();

	g_free(manifest->reason);
	manifest->reason = g_strdup("it\x1b]0;x\a\nis \xc2\x9b \xc3\xbc\x7f");
	g_autoptr(GString) text = g_string_new(NULL);
	manifest_format(manifest, text);
	g_autoptr(Manifest) copy = manifest_parse(text->str, text->len, "a.json", NULL);
	ck_assert_ptr_nonnull(copy);
	ck_assert_str_eq(copy->reason, "it?]0;x??is ? \xc3\xbc?");
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, a_manifest_is_written_as_the_header_says);
	tcase_add_test(tests, what_is_written_is_read_as_the_same);
	tcase_add_test(tests, a_new_manifest_is_read_again);
	tcase_add_loop_test(tests,
		a_changed_manifest_is_told_with_name_place_and_what_was_expected, 0,
		G_N_ELEMENTS(changes));
	tcase_add_test(tests, no_text_of_a_manifest_speaks_to_a_terminal);
	tcase_add_test(tests, what_is_deep_or_long_is_refused);
	tcase_add_test(tests, a_saved_manifest_is_loaded_and_what_is_no_plain_file_is_refused);
}

int
main(void)
{
	return suite_run("manifest", add_tests);
}
