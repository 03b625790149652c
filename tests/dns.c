/*
 * A name server for tests, on 127.0.0.1: what it answers is told by the first label of the
 * question, the last number of an IPv4 address. A line on stdout for each question.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

enum { PORT = 53, SIZE = 512, HEAD = 12 };

#define BYTES(text) (const guint8 *)text, sizeof text - 1

/* What follows the question, after the owner, type, class and TTL: length and name. */
static const struct {
	guint label;
	guint8 rcode;
	gboolean silent;
	const guint8 *octets;
	gsize length;
} answers[] = {
	{1, 0, FALSE, BYTES("\0\x11\7scanner\7example\0")},
	{2, 3, FALSE, NULL, 0}, /* NXDOMAIN */
	{3, 2, FALSE, NULL, 0}, /* SERVFAIL */
	{4, 0, TRUE, NULL, 0},
	{5, 0, FALSE, BYTES("\0\x17\x09<b>x</b>\n\3\xe2\x80\xae\7example\0")},
	{6, 0, FALSE, BYTES("\0\x17\7cut")},
};

/* The question's labels as text, up to its end; FALSE: it is none. */
static gboolean
read_question(const guint8 *octets, gsize length, GString *text, gsize *end)
{
	gsize at = HEAD;

	while (at < length && octets[at] > 0 && octets[at] < 64 && at + octets[at] < length) {
		g_string_append_len(text, (const char *)octets + at + 1, octets[at]);
		g_string_append_c(text, '.');
		at += octets[at] + 1u;
	}
	*end = at + 5;
	return at < length && octets[at] == 0 && *end <= length;
}

/* Makes the question an answer; returns its length, 0: none. */
static gsize
answer(guint8 *octets, gsize length)
{
	static const guint8 owner[] = {0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60};
	g_autoptr(GString) text = g_string_new(NULL);
	guint label, n = 0;
	gsize end;

	if (!read_question(octets, length, text, &end))
		return 0;
	printf("%s\n", text->str);
	fflush(stdout);
	label = (guint)g_ascii_strtoull(text->str, NULL, 10);
	while (n < G_N_ELEMENTS(answers) - 1 && answers[n].label != label)
		n++;
	if (answers[n].silent)
		return 0;
	octets[2] = 0x85;
	octets[3] = 0x80 | (answers[n].label == label ? answers[n].rcode : 3);
	memset(octets + 6, 0, 6);
	if (answers[n].label != label || !answers[n].octets)
		return end;
	octets[7] = 1;
	memcpy(octets + end, owner, sizeof owner);
	memcpy(octets + end + sizeof owner, answers[n].octets, answers[n].length);
	return end + sizeof owner + answers[n].length;
}

int
main(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = g_htons(PORT)};
	guint8 octets[SIZE * 2];
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	own.sin_addr.s_addr = g_htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) != 0) {
		perror("dns");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof from;
		gssize length = recvfrom(fd, octets, SIZE, 0, (struct sockaddr *)&from, &size);
		gsize made = length > HEAD ? answer(octets, (gsize)length) : 0;
		if (made > 0)
			sendto(fd, octets, made, 0, (struct sockaddr *)&from, size);
	}
}
