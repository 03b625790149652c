/*
 * A capture to be imported, of any form that libpcap reads, as it is or as .gz or .zst, record
 * after record.
 */
#ifndef COLLECT_INPUT_H
#define COLLECT_INPUT_H

#include "collect/pcap_format.h"

typedef struct Input Input;

/* path: a file, or "-" for standard input. NULL and FAILURE_FAILED: not there, not readable, no
 * capture, or of a link type that files have no number for. */
Input *input_open(const char *path, GError **error);
void input_close(Input *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Input, input_close)

/* A path that can be opened again and gives the same: a plain file. */
gboolean input_is_plain(const char *path);

int input_link_type(const Input *input);       /* DLT_* */
guint32 input_snap_length(const Input *input); /* as the file tells it: 1..PCAP_CAPTURED_MAX */

/* Moves on to the next record. FALSE without error: the end. FALSE and FAILURE_PARTIAL: damaged
 * or cut short, the message names the file and after how many packets; all of them came out. */
gboolean input_next(Input *input, GError **error);

/* The record moved to: as it will lie in an hour file, a fraction beyond the second carried.
 * Both are owned by input, valid until it moves on. */
const PcapRecord *input_record(const Input *input);
const guint8 *input_frame(const Input *input);

/* Records passed over so far because their time is before 1970 or beyond 32 bits of seconds. */
guint64 input_bad_times(const Input *input);
/* Octets taken of the file as stored. */
guint64 input_position(const Input *input);

#endif
