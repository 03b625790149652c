/*
 * reform FORM INPUT.pcap OUTPUT [FIRST STEP]: the same records in another of the forms a capture
 * can have; with FIRST and STEP only every STEP-th record, from number FIRST (counted from 0).
 * Knows nothing of the reader it is there to test, and reads whole pcap files only.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/failure.h"

/* Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. */
#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define NG_SECTION 0x0a0d0d0au
#define NG_ORDER 0x1a2b3c4du

enum {
	FILE_HEADER = 24,
	RECORD_HEADER = 16,
	NG_INTERFACE = 1,
	NG_PACKET = 6,
	NG_PACKET_HEADER = 20,
	NG_OPTION_RESOLUTION = 9,
};

typedef struct {
	const char *name;
	gboolean swapped; /* the byte order is not this machine's */
	gboolean nano;    /* times in nanoseconds, whatever they were in */
	gboolean ng;
} Form;

static const Form forms[] = {
	{"pcap", .swapped = FALSE},
	{"swapped", .swapped = TRUE},
	{"nano", .nano = TRUE},
	{"nano-swapped", .swapped = TRUE, .nano = TRUE},
	{"pcapng", .ng = TRUE},
	{"pcapng-swapped", .swapped = TRUE, .ng = TRUE},
};

typedef struct {
	const guint8 *octets; /* borrowed */
	gsize length;
	gboolean swapped, nano;
} Input;

typedef struct {
	GByteArray *octets; /* owned */
	const Form *form;
} Output;

typedef struct {
	guint32 seconds, fraction; /* fraction: as the input has it */
	guint32 captured, wire;
	const guint8 *frame;
} Record;

static guint32
get(const Input *input, gsize at)
{
	guint32 number;

	memcpy(&number, input->octets + at, sizeof number);
	return input->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

static void
put(Output *output, guint32 number)
{
	if (output->form->swapped)
		number = GUINT32_SWAP_LE_BE(number);
	g_byte_array_append(output->octets, (const guint8 *)&number, sizeof number);
}

static void
put_short(Output *output, guint16 number)
{
	if (output->form->swapped)
		number = GUINT16_SWAP_LE_BE(number);
	g_byte_array_append(output->octets, (const guint8 *)&number, sizeof number);
}

static void
put_frame(Output *output, const Record *record)
{
	g_byte_array_append(output->octets, record->frame, record->captured);
}

static gboolean
input_open(Input *input)
{
	if (input->length < FILE_HEADER)
		return FALSE;
	for (guint swapped = 0; swapped < 2; swapped++) {
		input->swapped = swapped != 0;
		guint32 magic = get(input, 0);
		input->nano = magic == MAGIC_NANO;
		if (input->nano || magic == MAGIC_MICRO)
			return TRUE;
	}
	return FALSE;
}

/* Reads the record at *at and moves on; FALSE when there is none, or not all of it. */
static gboolean
input_next(const Input *input, gsize *at, Record *record)
{
	gsize left = input->length - *at;

	if (left < RECORD_HEADER)
		return FALSE;
	record->seconds = get(input, *at);
	record->fraction = get(input, *at + 4);
	record->captured = get(input, *at + 8);
	record->wire = get(input, *at + 12);
	record->frame = input->octets + *at + RECORD_HEADER;
	if (record->captured > left - RECORD_HEADER)
		return FALSE;
	*at += RECORD_HEADER + record->captured;
	return TRUE;
}

static guint32
nanoseconds(const Input *input, const Record *record)
{
	return input->nano ? record->fraction : record->fraction * 1000;
}

static void
write_pcap_header(Output *output, const Input *input)
{
	put(output, output->form->nano || input->nano ? MAGIC_NANO : MAGIC_MICRO);
	put_short(output, 2);
	put_short(output, 4);
	put(output, 0);
	put(output, 0);
	put(output, get(input, 16));
	put(output, get(input, 20));
}

static void
write_pcap_record(Output *output, const Input *input, const Record *record)
{
	put(output, record->seconds);
	put(output, output->form->nano ? nanoseconds(input, record) : record->fraction);
	put(output, record->captured);
	put(output, record->wire);
	put_frame(output, record);
}

static void
write_ng_header(Output *output, const Input *input)
{
	const guint32 section = 28, interface = 32;

	put(output, NG_SECTION);
	put(output, section);
	put(output, NG_ORDER);
	put_short(output, 1);
	put_short(output, 0);
	put(output, G_MAXUINT32); /* how long the section is: not said */
	put(output, G_MAXUINT32);
	put(output, section);

	put(output, NG_INTERFACE);
	put(output, interface);
	put_short(output, (guint16)get(input, 20));
	put_short(output, 0);
	put(output, get(input, 16));
	put_short(output, NG_OPTION_RESOLUTION);
	put_short(output, 1);
	g_byte_array_append(output->octets, (const guint8 *)"\x09\0\0\0", 4); /* 10^-9 s */
	put(output, 0); /* the end of the options */
	put(output, interface);
}

static void
write_ng_record(Output *output, const Input *input, const Record *record)
{
	guint64 time =
		record->seconds * G_GUINT64_CONSTANT(1000000000) + nanoseconds(input, record);
	guint32 padding = -record->captured & 3;
	guint32 block = 8 + NG_PACKET_HEADER + record->captured + padding + 4;

	put(output, NG_PACKET);
	put(output, block);
	put(output, 0);
	put(output, (guint32)(time >> 32));
	put(output, (guint32)time);
	put(output, record->captured);
	put(output, record->wire);
	put_frame(output, record);
	g_byte_array_append(output->octets, (const guint8 *)"\0\0\0", padding);
	put(output, block);
}

/* FALSE: the input is no pcap file, or ends amid a record. */
static gboolean
reform(Input *input, Output *output, guint64 first, guint64 step)
{
	gboolean ng = output->form->ng;
	gsize at = FILE_HEADER;
	Record record;

	if (!input_open(input))
		return FALSE;
	(ng ? write_ng_header : write_pcap_header)(output, input);
	for (guint64 n = 0; input_next(input, &at, &record); n++)
		if (n >= first && (n - first) % step == 0)
			(ng ? write_ng_record : write_pcap_record)(output, input, &record);
	return at == input->length;
}

static const Form *
find_form(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
		if (g_str_equal(forms[i].name, name))
			return &forms[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *contents = NULL;
	g_autoptr(GByteArray) octets = g_byte_array_new();
	Output output = {.octets = octets, .form = argc > 1 ? find_form(argv[1]) : NULL};
	Input input = {0};

	if ((argc != 4 && argc != 6) || !output.form) {
		fprintf(stderr, "usage: reform FORM INPUT.pcap OUTPUT [FIRST STEP]\n");
		return FAILURE_USAGE;
	}
	guint64 first = argc == 6 ? g_ascii_strtoull(argv[4], NULL, 10) : 0;
	guint64 step = argc == 6 ? g_ascii_strtoull(argv[5], NULL, 10) : 1;

	if (!g_file_get_contents(argv[2], &contents, &input.length, &error)) {
		fprintf(stderr, "reform: %s\n", error->message);
		return FAILURE_FAILED;
	}
	input.octets = (const guint8 *)contents;
	if (!reform(&input, &output, first, MAX(step, 1))) {
		fprintf(stderr, "reform: %s: expected a whole pcap file\n", argv[2]);
		return FAILURE_FAILED;
	}
	if (!g_file_set_contents(argv[3], (const char *)octets->data, octets->len, &error)) {
		fprintf(stderr, "reform: %s\n", error->message);
		return FAILURE_FAILED;
	}
	return 0;
}
