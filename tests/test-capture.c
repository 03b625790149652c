#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <zlib.h>
#include <zstd.h>

#include "common/failure.h"
#include "tally/capture.h"
#include "tests/suite.h"

static char *folder; /* for composed files */
static char *path;   /* one of them */

static void
set_up(void)
{
	folder = g_dir_make_tmp("test-capture-XXXXXX", NULL);
	ck_assert_ptr_nonnull(folder);
	path = g_build_filename(folder, "x.pcap", NULL);
}

static void
tear_down(void)
{
	g_unlink(path);
	g_rmdir(folder);
	g_free(path);
	g_free(folder);
}

/* ---- composing ---- */

typedef struct {
	gboolean nanoseconds, swapped;
} Form;

static const Form forms[] = {{FALSE, FALSE}, {FALSE, TRUE}, {TRUE, FALSE}, {TRUE, TRUE}};

static void
put32(GByteArray *to, const Form *form, guint32 number)
{
	number = form->swapped ? GUINT32_SWAP_LE_BE(number) : number;
	g_byte_array_append(to, (const guint8 *)&number, sizeof number);
}

static void
put16(GByteArray *to, const Form *form, guint16 number)
{
	number = form->swapped ? GUINT16_SWAP_LE_BE(number) : number;
	g_byte_array_append(to, (const guint8 *)&number, sizeof number);
}

static void
put_header(GByteArray *to, const Form *form, guint32 link_type)
{
	put32(to, form, form->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
	put16(to, form, 2);
	put16(to, form, 4);
	put32(to, form, 0);
	put32(to, form, 0);
	put32(to, form, 65535);
	put32(to, form, link_type);
}

static void
put_filling(GByteArray *to, guint32 seed, guint32 length)
{
	for (guint32 i = 0; i < length; i++) {
		guint8 octet = (guint8)(seed * 31 + i);
		g_byte_array_append(to, &octet, 1);
	}
}

static void
put_record(GByteArray *to, const Form *form, guint32 i, guint32 captured)
{
	put32(to, form, 1505000000 + i);
	put32(to, form, i);
	put32(to, form, captured);
	put32(to, form, captured + 4);
	put_filling(to, i, captured);
}

/* Records of many lengths, some longer than the snapshot length; record i holds put_filling's
 * octets. */
static guint32
length_of(guint32 i)
{
	return i % 97 == 13 ? 100000 : (i * 7919) % 200;
}

static GByteArray *
compose(const Form *form, guint32 n)
{
	GByteArray *octets = g_byte_array_new();

	put_header(octets, form, 1);
	for (guint32 i = 0; i < n; i++)
		put_record(octets, form, i, length_of(i));
	return octets;
}

static void
write_file(const guint8 *octets, gsize length)
{
	ck_assert(g_file_set_contents(path, (const char *)octets, (gssize)length, NULL));
}

/* ---- packing ---- */

typedef GByteArray *(*Pack)(const guint8 *octets, gsize length);

static GByteArray *
pack_not(const guint8 *octets, gsize length)
{
	GByteArray *packed = g_byte_array_new();

	return g_byte_array_append(packed, octets, (guint)length);
}

static void
append_member(GByteArray *packed, const guint8 *octets, gsize length)
{
	z_stream z = {0};

	ck_assert_int_eq(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	g_autofree guint8 *out = g_malloc(deflateBound(&z, length));
	z.next_in = (guint8 *)octets;
	z.avail_in = (uInt)length;
	z.next_out = out;
	z.avail_out = (uInt)deflateBound(&z, length);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	g_byte_array_append(packed, out, (guint)z.total_out);
	deflateEnd(&z);
}

static void
append_frame(GByteArray *packed, const guint8 *octets, gsize length)
{
	g_autofree guint8 *out = g_malloc(ZSTD_compressBound(length));
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1); /* as the zstd command does */
	gsize size = ZSTD_compress2(context, out, ZSTD_compressBound(length), octets, length);
	ck_assert(!ZSTD_isError(size));
	g_byte_array_append(packed, out, (guint)size);
	ZSTD_freeCCtx(context);
}

static GByteArray *
pack_gzip(const guint8 *octets, gsize length)
{
	GByteArray *packed = g_byte_array_new();

	append_member(packed, octets, length);
	return packed;
}

static GByteArray *
pack_gzip_members(const guint8 *octets, gsize length)
{
	static const guint8 padding[700];
	GByteArray *packed = g_byte_array_new();

	append_member(packed, octets, length / 3);
	append_member(packed, octets, 0);
	append_member(packed, octets + length / 3, length - length / 3);
	return g_byte_array_append(packed, padding, sizeof padding);
}

static GByteArray *
pack_zstd(const guint8 *octets, gsize length)
{
	GByteArray *packed = g_byte_array_new();

	append_frame(packed, octets, length);
	return packed;
}

static GByteArray *
pack_zstd_frames(const guint8 *octets, gsize length)
{
	GByteArray *packed = g_byte_array_new();

	append_frame(packed, octets, 10);
	append_frame(packed, octets, 0);
	append_frame(packed, octets + 10, length - 10);
	return packed;
}

static const Pack packs[] = {
	pack_not, pack_gzip, pack_gzip_members, pack_zstd, pack_zstd_frames};

/* ---- reading back ---- */

/* Reads all chunks, sees that records are compose's from `first` on, in order; returns how
 * many. */
static guint32
read_composed(Capture *capture, guint32 records, GError **error)
{
	CaptureChunk chunk = {0};
	guint32 i = 0;

	while (capture_next(capture, records, &chunk, error)) {
		const guint8 *at = chunk.data;

		ck_assert_uint_ge(chunk.n_records, 1);
		ck_assert_uint_le(chunk.n_records, records);
		for (guint32 k = 0; k < chunk.n_records; k++, i++) {
			CaptureRecord record;

			at = capture_record(&chunk, at, &record);
			ck_assert_uint_eq(
				record.time, (1505000000 + i) * SECOND_NS +
						     i * (chunk.nanoseconds ? 1u : 1000u));
			ck_assert_uint_eq(record.captured, length_of(i));
			ck_assert_uint_eq(record.wire, length_of(i) + 4);
			for (guint32 octet = 0; octet < record.captured; octet++)
				if (record.frame[octet] != (guint8)(i * 31 + octet))
					ck_abort_msg("record %u, octet %u", i, octet);
		}
		ck_assert_ptr_eq(at, chunk.data + chunk.length);
	}
	capture_chunk_clear(&chunk);
	return i;
}

START_TEST(every_form_reads_back_as_composed)
{
	enum { N = 500 };
	const Form *form = &forms[(guint)_i % G_N_ELEMENTS(forms)];
	Pack pack = packs[(guint)_i / G_N_ELEMENTS(forms)];
	g_autoptr(GByteArray) plain = compose(form, N);
	g_autoptr(GByteArray) packed = pack(plain->data, plain->len);
	g_autoptr(GError) error = NULL;

	write_file(packed->data, packed->len);
	for (guint32 records = 1; records <= 4096; records *= 64) {
		g_autoptr(Capture) capture = capture_open(path, &error);
		guint64 size;

		ck_assert_msg(capture != NULL, "%s", error ? error->message : "");
		ck_assert_uint_eq(read_composed(capture, records, &error), N);
		ck_assert_msg(error == NULL, "%s", error ? error->message : "");
		ck_assert_uint_eq(capture_position(capture, &size), packed->len);
		ck_assert_uint_eq(size, packed->len);
		ck_assert_uint_eq(capture_bad_times(capture), 0);
		ck_assert_str_eq(capture_name(capture), path);
	}
}
END_TEST

typedef struct {
	const char *path;
	const guint8 *octets;
	gsize length, step;
} Writer;

static gpointer
write_slowly(gpointer data)
{
	const Writer *writer = data;
	int fd = open(writer->path, O_WRONLY);

	for (gsize at = 0; fd >= 0 && at < writer->length;) {
		gssize put =
			write(fd, writer->octets + at, MIN(writer->step, writer->length - at));
		if (put <= 0)
			break;
		at += (gsize)put;
	}
	close(fd);
	return NULL;
}

START_TEST(a_pipe_is_read_like_a_file)
{
	enum { N = 120 };
	static const gsize steps[] = {1, 4096, 1 << 20};
	g_autoptr(GByteArray) plain = compose(&forms[0], _i == 0 ? 20 : N);
	g_autoptr(GByteArray) packed = packs[_i](plain->data, plain->len);

	for (gsize i = _i == 0 ? 0 : 1; i < G_N_ELEMENTS(steps); i++) {
		const Writer writer = {path, packed->data, packed->len, steps[i]};
		g_autoptr(GError) error = NULL;

		ck_assert_int_eq(mkfifo(path, 0600), 0);
		GThread *thread = g_thread_new("writer", write_slowly, (gpointer)&writer);
		g_autoptr(Capture) capture = capture_open(path, &error);
		ck_assert_ptr_nonnull(capture);
		ck_assert_uint_eq(read_composed(capture, 7, &error), _i == 0 ? 20 : N);
		ck_assert_ptr_null(error);
		g_thread_join(thread);
		g_unlink(path);
	}
}
END_TEST

START_TEST(standard_input_is_read_like_a_file)
{
	enum { N = 30 };
	g_autoptr(GByteArray) plain = compose(&forms[1], N);
	g_autoptr(GError) error = NULL;

	write_file(plain->data, plain->len);
	ck_assert_ptr_nonnull(freopen(path, "r", stdin));
	g_autoptr(Capture) capture = capture_open("-", &error);
	ck_assert_ptr_nonnull(capture);
	ck_assert_str_eq(capture_name(capture), "standard input");
	ck_assert_uint_eq(read_composed(capture, 100, &error), N);
	ck_assert_ptr_null(error);
}
END_TEST

START_TEST(a_pipe_that_stays_silent_can_be_closed)
{
	g_autoptr(GByteArray) packed = g_byte_array_sized_new(3 << 20);
	g_autoptr(GError) error = NULL;
	int ends[2];

	/* More than one buffer, so that reading begins while the writer's end stays open. */
	put_header(packed, &forms[0], 1);
	for (guint32 i = 0; packed->len < 3 << 20; i++)
		put_record(packed, &forms[0], i, length_of(i));
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ends[0] = open(path, O_RDWR);
	ck_assert_int_ge(ends[0], 0);
	const Writer writer = {path, packed->data, packed->len, 1 << 16};
	GThread *thread = g_thread_new("writer", write_slowly, (gpointer)&writer);
	Capture *capture = capture_open(path, &error);
	CaptureChunk chunk = {0};
	ck_assert(capture_next(capture, 5, &chunk, &error));
	capture_chunk_clear(&chunk);
	g_thread_join(thread);
	capture_close(capture);
	close(ends[0]);
}
END_TEST

/* Oracle: how many whole records the prefix holds, counted while composing. */
START_TEST(every_prefix_gives_its_whole_records_and_says_what_is_missing)
{
	enum { N = 6 };
	const Form *form = &forms[_i];
	g_autoptr(GByteArray) octets = g_byte_array_new();
	gsize ends[N + 1];

	put_header(octets, form, 1);
	ends[0] = octets->len;
	for (guint32 i = 0; i < N; i++) {
		put_record(octets, form, i, length_of(i));
		ends[i + 1] = octets->len;
	}
	for (gsize length = 0; length <= octets->len; length++) {
		g_autoptr(GError) error = NULL;
		guint32 whole = 0;

		write_file(octets->data, length);
		g_autoptr(Capture) capture = capture_open(path, &error);
		if (length < ends[0]) {
			ck_assert_ptr_null(capture);
			ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
			ck_assert_ptr_nonnull(strstr(error->message, path));
			continue;
		}
		while (whole < N && ends[whole + 1] <= length)
			whole++;
		ck_assert_ptr_nonnull(capture);
		ck_assert_uint_eq(read_composed(capture, 4, &error), whole);
		if (ends[whole] == length) {
			ck_assert_ptr_null(error);
			continue;
		}
		g_autofree char *where = g_strdup_printf(
			"%s: octet %zu: cut short: expected ", path, ends[whole]);
		ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
		ck_assert_msg(g_str_has_prefix(error->message, where), "%s", error->message);
	}
}
END_TEST

START_TEST(packed_data_that_is_cut_gives_what_is_there_and_says_so)
{
	enum { N = 400 };
	g_autoptr(GByteArray) plain = compose(&forms[0], N);
	g_autoptr(GByteArray) packed = packs[_i](plain->data, plain->len);
	guint32 before = 0;

	for (gsize length = 1; length < packed->len; length += 1 + packed->len / 23) {
		g_autoptr(GError) error = NULL;

		write_file(packed->data, length);
		g_autoptr(Capture) capture = capture_open(path, &error);
		if (!capture) {
			ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
			ck_assert_uint_eq(before, 0);
			continue;
		}
		guint32 records = read_composed(capture, 64, &error);
		ck_assert_uint_ge(records, before);
		before = records;
		ck_assert_msg(records == N || g_error_matches(error, FAILURE, FAILURE_PARTIAL),
			"%zu octets: %u records, whole", length, records);
	}
	ck_assert_uint_gt(before, 0);
}
END_TEST

START_TEST(packed_data_that_is_changed_never_passes_for_whole)
{
	enum { N = 60 };
	Pack pack = packs[_i];
	g_autoptr(GByteArray) plain = compose(&forms[0], N);
	g_autoptr(GByteArray) packed = pack(plain->data, plain->len);

	guint8 *octet = packed->data + packed->len / 2;
	*octet = (guint8) ~*octet;
	write_file(packed->data, packed->len);
	g_autoptr(GError) error = NULL;
	g_autoptr(Capture) capture = capture_open(path, &error);
	if (capture) {
		CaptureChunk chunk = {0};
		while (capture_next(capture, 64, &chunk, &error))
			;
		capture_chunk_clear(&chunk);
		ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
	}
	ck_assert_ptr_nonnull(error);
}
END_TEST

START_TEST(a_captured_length_too_great_is_damage_where_it_stands)
{
	static const guint32 lengths[] = {
		CAPTURE_FRAME_MAX + 1, 0x7fffffff, 0xffffffff, 0xfffffff0};

	for (gsize form = 0; form < G_N_ELEMENTS(forms); form++) {
		for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
			g_autoptr(GByteArray) plain = compose(&forms[form], 3);
			gsize at = plain->len;
			g_autoptr(GError) error = NULL;

			for (guint k = 0; k < 4; k++)
				put32(plain, &forms[form], k == 2 ? lengths[i] : 1);
			put_filling(plain, 1, 1000);
			g_autoptr(GByteArray) packed = packs[_i](plain->data, plain->len);
			write_file(packed->data, packed->len);
			g_autoptr(Capture) capture = capture_open(path, &error);
			ck_assert_ptr_nonnull(capture);
			ck_assert_uint_eq(read_composed(capture, 64, &error), 3);
			ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
			g_autofree char *what = g_strdup_printf(
				"damaged: captured length %u, expected at most 262144",
				lengths[i]);
			g_autofree char *where = g_strdup_printf(": octet %zu", at);
			ck_assert_msg(
				strstr(error->message, what) && strstr(error->message, where),
				"%s", error->message);
		}
	}
}
END_TEST

START_TEST(the_greatest_captured_length_is_read_whole)
{
	static const guint8 zeros[CAPTURE_FRAME_MAX];
	const Form *form = &forms[0];
	g_autoptr(GByteArray) plain = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	CaptureChunk chunk = {0};
	guint32 n = 0;

	put_header(plain, form, 1);
	for (guint32 i = 0; i < 20; i++) {
		for (guint k = 0; k < 4; k++)
			put32(plain, form, k >= 2 ? CAPTURE_FRAME_MAX : i);
		g_byte_array_append(plain, zeros, sizeof zeros);
	}
	g_autoptr(GByteArray) packed = packs[_i](plain->data, plain->len);
	write_file(packed->data, packed->len);
	g_autoptr(Capture) capture = capture_open(path, &error);
	while (capture_next(capture, 1000, &chunk, &error))
		n += chunk.n_records;
	capture_chunk_clear(&chunk);
	ck_assert_ptr_null(error);
	ck_assert_uint_eq(n, 20);
}
END_TEST

START_TEST(a_fraction_beyond_the_second_is_carried)
{
	g_autoptr(GByteArray) plain = g_byte_array_new();
	CaptureChunk chunk = {0};
	CaptureRecord record;

	put_header(plain, &forms[_i], 101);
	put32(plain, &forms[_i], 100);
	put32(plain, &forms[_i], 0xffffffff);
	put32(plain, &forms[_i], 0);
	put32(plain, &forms[_i], 0);
	write_file(plain->data, plain->len);
	g_autoptr(Capture) capture = capture_open(path, NULL);
	ck_assert(capture_next(capture, 1, &chunk, NULL));
	capture_record(&chunk, chunk.data, &record);
	ck_assert_uint_eq(
		record.time, 100 * SECOND_NS + G_GUINT64_CONSTANT(0xffffffff) *
						       (forms[_i].nanoseconds ? 1 : 1000));
	ck_assert_uint_eq(chunk.link_type, 101);
	capture_chunk_clear(&chunk);
}
END_TEST

START_TEST(checksum_bits_are_no_part_of_the_link_type)
{
	g_autoptr(GByteArray) plain = g_byte_array_new();
	CaptureChunk chunk = {0};

	put_header(plain, &forms[_i], 0x24000001); /* two octets of checksum after each frame */
	put_record(plain, &forms[_i], 0, 0);
	write_file(plain->data, plain->len);
	g_autoptr(Capture) capture = capture_open(path, NULL);
	ck_assert(capture_next(capture, 1, &chunk, NULL));
	ck_assert_uint_eq(chunk.link_type, 1);
	capture_chunk_clear(&chunk);
}
END_TEST

/* ---- pcapng, and older pcap, through libpcap ---- */

static void
put_interface(GByteArray *to, const Form *form, guint16 link_type)
{
	put32(to, form, 1);
	put32(to, form, 32);
	put16(to, form, link_type);
	put16(to, form, 0);
	put32(to, form, 0); /* no snapshot length */
	put16(to, form, 9); /* if_tsresol: 10^-9 s */
	put16(to, form, 1);
	g_byte_array_append(to, (const guint8[]){9, 0, 0, 0}, 4);
	put32(to, form, 0); /* end of options */
	put32(to, form, 32);
}

static void
put_packet(GByteArray *to, const Form *form, guint64 time, guint32 i, guint32 captured)
{
	static const guint8 padding[4];
	guint32 size = 32 + (captured + 3) / 4 * 4;

	put32(to, form, 6);
	put32(to, form, size);
	put32(to, form, 0);
	put32(to, form, (guint32)(time >> 32));
	put32(to, form, (guint32)time);
	put32(to, form, captured);
	put32(to, form, captured + 4);
	put_filling(to, i, captured);
	g_byte_array_append(to, padding, (4 - captured % 4) % 4);
	put32(to, form, size);
}

static GByteArray *
compose_pcapng(const Form *form, guint32 n)
{
	GByteArray *octets = g_byte_array_new();

	put32(octets, form, 0x0a0d0d0a);
	put32(octets, form, 28);
	put32(octets, form, 0x1a2b3c4d);
	put16(octets, form, 1);
	put16(octets, form, 0);
	put32(octets, form, 0xffffffff);
	put32(octets, form, 0xffffffff);
	put32(octets, form, 28);
	put_interface(octets, form, 1);
	for (guint32 i = 0; i < n; i++)
		put_packet(octets, form, (1505000000 + i) * SECOND_NS + i, i, length_of(i));
	return octets;
}

START_TEST(pcapng_reads_back_as_composed)
{
	enum { N = 300 };
	Pack pack = packs[_i / 2];
	g_autoptr(GByteArray) plain = compose_pcapng(&forms[_i % 2], N);
	g_autoptr(GByteArray) packed = pack(plain->data, plain->len);
	g_autoptr(GError) error = NULL;

	write_file(packed->data, packed->len);
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert_msg(capture != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(read_composed(capture, 17, &error), N);
	ck_assert_msg(error == NULL, "%s", error ? error->message : "");
}
END_TEST

START_TEST(pcapng_cut_short_gives_what_is_there)
{
	g_autoptr(GByteArray) plain = compose_pcapng(&forms[0], 5);
	g_autoptr(GError) error = NULL;

	write_file(plain->data, plain->len - 3);
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert_ptr_nonnull(capture);
	ck_assert_uint_eq(read_composed(capture, 17, &error), 4);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
	ck_assert_msg(g_str_has_prefix(error->message, path), "%s", error->message);
}
END_TEST

START_TEST(times_that_do_not_fit_are_left_out_and_counted)
{
	g_autoptr(GByteArray) plain = compose_pcapng(&forms[0], 2);
	g_autoptr(GError) error = NULL;

	put_packet(plain, &forms[0], G_GUINT64_CONSTANT(0x100000000) * SECOND_NS, 9, 10);
	put_packet(plain, &forms[0], 1505000002 * SECOND_NS + 2, 2, length_of(2));
	write_file(plain->data, plain->len);
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert_uint_eq(read_composed(capture, 17, &error), 3);
	ck_assert_ptr_null(error);
	ck_assert_uint_eq(capture_bad_times(capture), 1);
}
END_TEST

START_TEST(older_pcap_is_read_by_libpcap)
{
	g_autoptr(GByteArray) plain = compose(&forms[_i], 4);
	g_autoptr(GError) error = NULL;
	const guint16 minor = forms[_i].swapped ? GUINT16_SWAP_LE_BE(3) : 3;

	memcpy(plain->data + 6, &minor, sizeof minor);
	write_file(plain->data, plain->len);
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert_ptr_nonnull(capture);
	CaptureChunk chunk = {0};
	ck_assert(capture_next(capture, 100, &chunk, &error));
	ck_assert_uint_eq(chunk.n_records, 4);
	ck_assert(chunk.nanoseconds && !chunk.swapped);
	capture_chunk_clear(&chunk);
}
END_TEST

/* ---- what is no capture ---- */

static const struct {
	const char *name;
	const char *content; /* NULL: no file */
	const char *expected;
} refused[] = {
	{"nothing", "", "expected pcap, pcapng, .gz or .zst of one, found an empty file"},
	{"text", "Once upon a midnight dreary", "found 4f 6e 63 65 20 75 70 6f ..."},
	{"one octet", "x", "found 78"},
	{"no file", NULL, "expected a capture: No such file or directory"},
};

START_TEST(what_is_no_capture_is_refused_with_what_was_expected)
{
	g_autoptr(GError) error = NULL;

	if (refused[_i].content)
		write_file((const guint8 *)refused[_i].content, strlen(refused[_i].content));
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert_ptr_null(capture);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert(g_str_has_prefix(error->message, path));
	ck_assert_msg(
		strstr(error->message, refused[_i].expected) != NULL, "%s", error->message);
	ck_assert_ptr_null(strchr(error->message, '\n'));
}
END_TEST

START_TEST(a_folder_is_refused)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(capture_open(folder, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_ptr_nonnull(strstr(error->message, "found a directory"));
}
END_TEST

START_TEST(packed_nothing_is_refused)
{
	g_autoptr(GByteArray) packed = packs[_i]((const guint8 *)"", 0);
	g_autoptr(GError) error = NULL;

	write_file(packed->data, packed->len);
	ck_assert_ptr_null(capture_open(path, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_msg(
		strstr(error->message, "found an empty file") != NULL, "%s", error->message);
}
END_TEST

START_TEST(a_file_made_shorter_while_it_is_read_is_told)
{
	g_autoptr(GByteArray) plain = compose(&forms[0], 400);
	g_autoptr(GError) error = NULL;
	CaptureChunk chunk = {0};

	write_file(plain->data, plain->len);
	g_autoptr(Capture) capture = capture_open(path, &error);
	ck_assert(capture_next(capture, 10, &chunk, &error));
	ck_assert_int_eq(truncate(path, 30), 0);
	ck_assert(!capture_next(capture, 10, &chunk, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
	ck_assert_msg(strstr(error->message, "became shorter") != NULL, "%s", error->message);
	capture_chunk_clear(&chunk);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, every_form_reads_back_as_composed, 0,
		G_N_ELEMENTS(forms) * G_N_ELEMENTS(packs));
	tcase_add_loop_test(tests, a_pipe_is_read_like_a_file, 0, G_N_ELEMENTS(packs));
	tcase_add_test(tests, standard_input_is_read_like_a_file);
	tcase_add_test(tests, a_pipe_that_stays_silent_can_be_closed);
	tcase_add_loop_test(tests,
		every_prefix_gives_its_whole_records_and_says_what_is_missing, 0,
		G_N_ELEMENTS(forms));
	tcase_add_loop_test(tests, packed_data_that_is_cut_gives_what_is_there_and_says_so, 1,
		G_N_ELEMENTS(packs));
	tcase_add_loop_test(tests, packed_data_that_is_changed_never_passes_for_whole, 1,
		G_N_ELEMENTS(packs));
	tcase_add_loop_test(tests, a_captured_length_too_great_is_damage_where_it_stands, 0,
		G_N_ELEMENTS(packs));
	tcase_add_loop_test(
		tests, the_greatest_captured_length_is_read_whole, 0, G_N_ELEMENTS(packs));
	tcase_add_loop_test(
		tests, a_fraction_beyond_the_second_is_carried, 0, G_N_ELEMENTS(forms));
	tcase_add_loop_test(
		tests, checksum_bits_are_no_part_of_the_link_type, 0, G_N_ELEMENTS(forms));
	tcase_add_loop_test(tests, pcapng_reads_back_as_composed, 0, 2 * G_N_ELEMENTS(packs));
	tcase_add_test(tests, pcapng_cut_short_gives_what_is_there);
	tcase_add_test(tests, times_that_do_not_fit_are_left_out_and_counted);
	tcase_add_loop_test(tests, older_pcap_is_read_by_libpcap, 0, 2);
	tcase_add_loop_test(tests, what_is_no_capture_is_refused_with_what_was_expected, 0,
		G_N_ELEMENTS(refused));
	tcase_add_test(tests, a_folder_is_refused);
	tcase_add_loop_test(tests, packed_nothing_is_refused, 1, G_N_ELEMENTS(packs) - 1);
	tcase_add_test(tests, a_file_made_shorter_while_it_is_read_is_told);
}

int
main(void)
{
	return suite_run("capture", add_tests);
}
