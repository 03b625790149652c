/*
 * Known sources as lines of text: "CIDR-or-ADDRESS [ports=22,53] [until=2027-01-31] [reason]".
 */
#include "config.h"

#include "tally/known_private.h"

#include <string.h>

enum { LINE_MAX_OCTETS = 4096 };

#define BLANKS " \t\r\v\f"

/* The word at *text, which is ended with a NUL; *text goes on behind it and the blanks after
 * it. */
static char *
take_word(char **text)
{
	char *word = *text;
	char *end = word + strcspn(word, BLANKS);

	if (*end != '\0')
		*end++ = '\0';
	*text = end + strspn(end, BLANKS);
	return word;
}

/* The value of "ports=22" at the start of text, where it is that key's and not given yet. */
static const char *
take_value(char **text, const char *key, const char *given)
{
	gsize length = strlen(key);

	if (given || strncmp(*text, key, length) != 0)
		return given;
	return take_word(text) + length;
}

/* text: a line without its end, and without blanks around it. */
static void
take_line(const KnownReading *reading, guint line, char *text)
{
	KnownDefaults said = {NULL};
	Network network;
	g_autoptr(GError) error = NULL;
	const char *word = take_word(&text);

	for (const char *before = NULL; before != text;) {
		before = text;
		said.ports = take_value(&text, "ports=", said.ports);
		said.until = take_value(&text, "until=", said.until);
	}
	/* Many lists have their reasons as comments. */
	if (*text == '#' || *text == ';')
		text += 1 + strspn(text + 1, "#;" BLANKS);
	if (*text != '\0')
		said.reason = text;
	if (network_parse(word, &network, &error))
		known_add(reading, line, &network, &said);
	else
		known_complain(reading, line, "%s", error->message);
}

void
known_text_take(const KnownReading *reading, char *text, gsize length)
{
	char *end = text + length;

	for (guint line = 1; text < end; line++) {
		char *stop = memchr(text, '\n', (gsize)(end - text));
		char *next = stop ? stop + 1 : end;
		gsize octets = (gsize)((stop ? stop : end) - text);
		text[octets] = '\0';
		if (octets > LINE_MAX_OCTETS)
			known_complain(reading, line, "expected at most %d octets in a line",
				LINE_MAX_OCTETS);
		else if (strlen(text) != octets)
			known_complain(reading, line, "expected text, found an octet of 0");
		else if (*g_strstrip(text) != '\0' && *text != '#' && *text != ';')
			take_line(reading, line, text);
		text = next;
	}
}
