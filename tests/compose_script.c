#include "config.h"

#include "tests/compose_script.h"

#include <string.h>

#include "tests/compose_line.h"
#include "tests/compose_link.h"

enum { REPEAT_MAX = 1000000 };

typedef struct {
	guint64 time;                /* ns since 1970 */
	guint start, captured, wire; /* in Script.octets; captured of them */
} Frame;

typedef struct {
	const char *file;    /* borrowed */
	char **lines;        /* owned */
	guint line;          /* of the one being read, from 0 */
	ComposeNames *names; /* owned */
	ComposeLink link;
	guint64 date;  /* seconds since 1970 */
	guint64 shift; /* ns: how far a repetition has come */
	guint snap_length;
	gboolean nanoseconds, big_endian, sorted;
	GArray *frames;     /* owned */
	GByteArray *octets; /* owned: of all frames */
	guint32 link_type;  /* of the first frame */
} Script;

static void
script_clear(Script *script)
{
	g_clear_pointer(&script->lines, g_strfreev);
	g_clear_pointer(&script->names, compose_names_free);
	g_clear_pointer(&script->frames, g_array_unref);
	g_clear_pointer(&script->octets, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Script, script_clear)

static gboolean
read_time(Script *script, ComposeText *text, guint64 *time, GError **error)
{
	guint64 date = script->date, clock;

	if (compose_text_is_date(text) && !compose_text_date(text, &date, error))
		return FALSE;
	if (!compose_text_clock(text, script->nanoseconds ? 9 : 6, &clock, error))
		return FALSE;
	*time = date * 1000000000 + clock + script->shift;
	if (*time / 1000000000 > G_MAXUINT32)
		return compose_text_fail(text, error, "a time before 2106-02-07T06:28:16Z");
	return TRUE;
}

/* Takes what has been appended to octets since frame->start as one frame. */
static gboolean
add_frame(Script *script, const ComposeText *text, const ComposePacket *packet, guint before_ip,
	Frame *frame, GError **error)
{
	guint32 type = compose_link_type(&script->link);

	frame->wire = script->octets->len - frame->start;
	frame->captured = MIN(frame->wire, script->snap_length);
	if (packet->cut != COMPOSE_AS_IS)
		frame->captured = MIN(frame->captured, before_ip + (guint)packet->cut);
	if (packet->cut_frame != COMPOSE_AS_IS)
		frame->captured = MIN(frame->captured, (guint)packet->cut_frame);
	if (script->frames->len > 0 && type != script->link_type)
		return compose_text_fail(text, error,
			"one link type in a file: this is %u, the first packet's %u", type,
			script->link_type);
	script->link_type = type;
	g_array_append_val(script->frames, *frame);
	return TRUE;
}

static gboolean
read_frame(ComposeText *text, GByteArray *octets, GError **error)
{
	for (compose_text_at_end(text); *text->at != '\0'; text->at += 2) {
		guint8 octet;

		if (!g_ascii_isxdigit(text->at[0]) || !g_ascii_isxdigit(text->at[1]))
			return compose_text_fail(text, error, "pairs of hexadecimal digits");
		octet = (guint8)(g_ascii_xdigit_value(text->at[0]) << 4 |
				 g_ascii_xdigit_value(text->at[1]));
		g_byte_array_append(octets, &octet, 1);
	}
	return TRUE;
}

static gboolean
write_link(Script *script, const ComposeText *text, guint16 ethertype, guint length,
	GError **error)
{
	return compose_link_write(&script->link, ethertype, length, script->octets) ||
	       compose_text_fail(
		       text, error, "a link layer that can carry type 0x%04x", ethertype);
}

static gboolean
read_ip(Script *script, ComposeText *text, Frame *frame, GError **error)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	ComposeLink link = script->link;
	g_auto(ComposePacket) packet;
	gboolean fine;

	compose_packet_init(&packet);
	if (compose_text_accept(text, "snap 0:0:0:8:0"))
		compose_link_set_snap(&script->link);
	if (!compose_text_accept(text, "IP6"))
		compose_text_accept(text, "IP");
	if (!compose_line_read(script->names, text, &packet, error))
		return FALSE;
	compose_packet_write(&packet, octets);
	fine = write_link(
		script, text, packet.from.family == 4 ? 0x0800 : 0x86dd, octets->len, error);
	if (fine) {
		guint before_ip = script->octets->len - frame->start;

		g_byte_array_append(script->octets, octets->data, octets->len);
		fine = add_frame(script, text, &packet, before_ip, frame, error);
	}
	script->link = link;
	return fine;
}

static gboolean
read_packet(Script *script, ComposeText *text, GError **error)
{
	static const guint8 nothing[65535];
	g_auto(ComposePacket) whole;
	Frame frame = {.start = script->octets->len};
	guint64 ethertype = 0x0806, length = 28;

	compose_packet_init(&whole);
	if (!read_time(script, text, &frame.time, error))
		return FALSE;
	if (compose_text_accept(text, "frame")) {
		if (!read_frame(text, script->octets, error))
			return FALSE;
	} else if (compose_text_accept(text, "ethertype") || compose_text_accept(text, "arp")) {
		if (!compose_text_at_end(text) &&
			(!compose_text_number(text, 65535, &ethertype, error) ||
				!compose_text_number(text, 65535, &length, error)))
			return FALSE;
		if (!write_link(script, text, (guint16)ethertype, (guint)length, error))
			return FALSE;
		g_byte_array_append(script->octets, nothing, (guint)length);
	} else {
		return read_ip(script, text, &frame, error);
	}
	return add_frame(script, text, &whole, 0, &frame, error);
}

static gboolean
end_line(ComposeText *text, gboolean fine, GError **error)
{
	if (fine && !compose_text_at_end(text))
		return compose_text_fail(text, error, "the end of the line");
	return fine;
}

/* A directive, if the line is one: *found says. */
static gboolean
read_directive(Script *script, ComposeText *text, gboolean *found, GError **error)
{
	guint64 number;

	*found = TRUE;
	if (compose_text_accept(text, "date"))
		return end_line(text, compose_text_date(text, &script->date, error), error);
	if (compose_text_accept(text, "host"))
		return end_line(text, compose_names_define(script->names, text, error), error);
	if (compose_text_accept(text, "link"))
		return compose_link_read(&script->link, text, error);
	if (compose_text_accept(text, "snaplen")) {
		if (!compose_text_number(text, 262144, &number, error))
			return FALSE;
		script->snap_length = (guint)number;
		return end_line(text, TRUE, error);
	}
	if (compose_text_accept(text, "precision")) {
		script->nanoseconds = compose_text_accept(text, "nano");
		return end_line(text,
			script->nanoseconds || compose_text_expect(text, "micro", error),
			error);
	}
	if (compose_text_accept(text, "bigendian")) {
		script->big_endian = script->link.big_endian = TRUE;
		return end_line(text, TRUE, error);
	}
	if (compose_text_accept(text, "sorted")) {
		script->sorted = TRUE;
		return end_line(text, TRUE, error);
	}
	*found = FALSE;
	return TRUE;
}

/* One "{...}" of a repeated line, at its inside, for the k-th time. */
static gboolean
expand_field(ComposeText *text, guint k, GString *line, GError **error)
{
	guint64 start, step = 1, modulus = 0;
	gboolean down = FALSE;

	if (memchr(text->at, '|', strcspn(text->at, "}")) != NULL) {
		g_autofree char *inside = g_strndup(text->at, strcspn(text->at, "}"));
		g_auto(GStrv) turns = g_strsplit(inside, "|", -1);

		g_string_append(line, turns[k % g_strv_length(turns)]);
		text->at += strlen(inside);
		return compose_text_expect(text, "}", error);
	}
	if (!compose_text_number(text, G_MAXUINT32, &start, error))
		return FALSE;
	down = compose_text_accept(text, "-");
	if ((down || compose_text_accept(text, "+")) &&
		!compose_text_number(text, G_MAXUINT32, &step, error))
		return FALSE;
	if (compose_text_accept(text, "%") &&
		!compose_text_number(text, G_MAXUINT32, &modulus, error))
		return FALSE;
	step *= k;
	if (modulus > 0)
		step %= modulus;
	g_string_append_printf(line, "%" G_GUINT64_FORMAT, down ? start - step : start + step);
	return compose_text_expect(text, "}", error);
}

static char *
expand_line(Script *script, const char *source, guint k, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ComposeText text = {script->file, script->line + 1, source};

	while (*text.at != '\0') {
		gsize plain = strcspn(text.at, "{");

		g_string_append_len(line, text.at, (gssize)plain);
		text.at += plain;
		if (*text.at == '{') {
			text.at++;
			if (!expand_field(&text, k, line, error))
				return NULL;
		}
	}
	return g_string_free(g_steal_pointer(&line), FALSE);
}

/* A line's text without comment and blanks around; free with g_free. */
static char *
bare_line(const char *line)
{
	return g_strstrip(g_strndup(line, strcspn(line, "#\r")));
}

/* The packets of a repeat, from script->line to its "}", once. */
static gboolean
read_repetition(Script *script, guint end, guint k, GError **error)
{
	guint first = script->line;

	for (; script->line < end; script->line++) {
		g_autofree char *bare = bare_line(script->lines[script->line]);
		g_autofree char *line = expand_line(script, bare, k, error);
		ComposeText text = {script->file, script->line + 1, line};

		if (line == NULL)
			return FALSE;
		if (*line != '\0' && !read_packet(script, &text, error))
			return FALSE;
	}
	script->line = first;
	return TRUE;
}

static gboolean
read_repeat(Script *script, ComposeText *text, GError **error)
{
	guint64 n, every;
	guint end = script->line + 1;

	if (!compose_text_number(text, REPEAT_MAX, &n, error) ||
		!compose_text_expect(text, "every", error) ||
		!compose_text_duration(text, &every, error) ||
		!compose_text_expect(text, "{", error) || !end_line(text, TRUE, error))
		return FALSE;
	if (n > 0 && every > G_MAXINT64 / n)
		return compose_text_fail(text, error, "repetitions that end before 2106");
	for (; script->lines[end] != NULL; end++) {
		g_autofree char *bare = bare_line(script->lines[end]);

		if (strcmp(bare, "}") == 0)
			break;
		if (g_str_has_prefix(bare, "repeat")) {
			const ComposeText inner = {script->file, end + 1, bare};

			return compose_text_fail(&inner, error, "no repeat within a repeat");
		}
	}
	if (script->lines[end] == NULL)
		return compose_text_fail(text, error, "a line \"}\" after this");
	script->line++;
	for (guint k = 0; k < n; k++) {
		script->shift = k * every;
		if (!read_repetition(script, end, k, error))
			return FALSE;
	}
	script->shift = 0;
	script->line = end;
	return TRUE;
}

static int
compare_frames(gconstpointer a, gconstpointer b)
{
	const Frame *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start; /* as they stood */
}

static void
put32(const Script *script, GByteArray *file, guint32 number)
{
	guint32 ordered = script->big_endian ? GUINT32_TO_BE(number) : GUINT32_TO_LE(number);

	g_byte_array_append(file, (const guint8 *)&ordered, sizeof ordered);
}

static void
put16(const Script *script, GByteArray *file, guint16 number)
{
	guint16 ordered = script->big_endian ? GUINT16_TO_BE(number) : GUINT16_TO_LE(number);

	g_byte_array_append(file, (const guint8 *)&ordered, sizeof ordered);
}

static GByteArray *
write_file(Script *script)
{
	GByteArray *file = g_byte_array_new();
	guint64 unit = script->nanoseconds ? 1 : 1000;

	if (script->sorted)
		g_array_sort(script->frames, compare_frames);
	put32(script, file, script->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
	put16(script, file, 2);
	put16(script, file, 4);
	put32(script, file, 0);
	put32(script, file, 0);
	put32(script, file, script->snap_length);
	put32(script, file,
		script->frames->len > 0 ? script->link_type : compose_link_type(&script->link));
	for (guint i = 0; i < script->frames->len; i++) {
		const Frame *frame = &g_array_index(script->frames, Frame, i);

		put32(script, file, (guint32)(frame->time / 1000000000));
		put32(script, file, (guint32)(frame->time % 1000000000 / unit));
		put32(script, file, frame->captured);
		put32(script, file, frame->wire);
		g_byte_array_append(file, script->octets->data + frame->start, frame->captured);
	}
	return file;
}

GByteArray *
compose_script_read(const char *file, const char *text, GError **error)
{
	g_auto(Script) script = {
		.file = file,
		.lines = g_strsplit(text, "\n", -1),
		.names = compose_names_new(),
		.date = 946684800, /* 2000-01-01 */
		.snap_length = 65535,
		.frames = g_array_new(FALSE, FALSE, sizeof(Frame)),
		.octets = g_byte_array_new(),
	};

	compose_link_init(&script.link);
	for (; script.lines[script.line] != NULL; script.line++) {
		g_autofree char *line = bare_line(script.lines[script.line]);
		ComposeText at = {file, script.line + 1, line};
		gboolean found;

		if (*line == '\0')
			continue;
		if (compose_text_accept(&at, "repeat")) {
			if (!read_repeat(&script, &at, error))
				return NULL;
			continue;
		}
		if (!read_directive(&script, &at, &found, error) ||
			(!found && !read_packet(&script, &at, error)))
			return NULL;
	}
	return write_file(&script);
}
