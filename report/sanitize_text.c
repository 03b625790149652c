#include "config.h"

#include "report/sanitize_text.h"

#include <string.h>

enum { NUMBER_MIN = 8, NUMBER_MAX = 10 }; /* digits of a number that may be an address */

static gboolean
is_separator(char c)
{
	return c == '.' || c == ':';
}

static gboolean
is_part(char c)
{
	return g_ascii_isxdigit(c) || is_separator(c);
}

/* How much of what begins at text is an address, as much of it as can be: up to a separator, or to
 * what cannot be of one. 0: nothing. */
static gsize
read_address(const char *text, Address *address)
{
	char copy[ADDRESS_TEXT_SIZE];
	gsize length = 0, separators = 0;

	while (length < sizeof copy - 1 && is_part(text[length]))
		separators += is_separator(text[length++]);
	for (; separators > 1; length--) {
		memcpy(copy, text, length);
		copy[length] = '\0';
		if (!is_part(text[length]) || is_separator(text[length]))
			if (address_parse(copy, address))
				return length;
		separators -= is_separator(text[length - 1]);
	}
	return 0;
}

/* "/24" of a network; 0: none. */
static gsize
read_bits(const char *text, const Address *address, Network *network)
{
	guint bits = 0;
	gsize length = 1;

	if (text[0] != '/' || !g_ascii_isdigit(text[1]))
		return 0;
	for (; length < 4 && g_ascii_isdigit(text[length]); length++)
		bits = bits * 10 + (guint)g_ascii_digit_value(text[length]);
	if (bits > network_most_bits(address->family))
		return 0;
	*network = (Network){address_mask(address, bits), (guint8)bits};
	return address_compare(&network->first, address) == 0 ? length : 0;
}

/* An address or network that becomes another is appended as that; returns how much of text it
 * was, 0: none. */
static gsize
take_address(GString *out, const Sanitize *sanitize, const char *text)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address address, result;
	Network network;
	gsize length = read_address(text, &address), bits;

	if (length == 0)
		return 0;
	bits = read_bits(text + length, &address, &network);
	result = bits ? sanitize_network(sanitize, &network).first
		      : sanitize_address(sanitize, &address);
	if (address_compare(&address, &result) == 0)
		return 0;
	g_string_append(out, address_format(&result, buffer));
	g_string_append_len(out, text + length, (gssize)bits);
	return length + bits;
}

/* The same of a number that stands alone. */
static gsize
take_number(GString *out, const Sanitize *sanitize, const char *text)
{
	gsize length = strspn(text, "0123456789");
	guint64 number;

	if (length < NUMBER_MIN || length > NUMBER_MAX || g_ascii_isalpha(text[length]) ||
		(is_separator(text[length]) && g_ascii_isdigit(text[length + 1])))
		return 0;
	number = g_ascii_strtoull(text, NULL, 10);
	if (number > G_MAXUINT32)
		return 0;
	Address address = address_from_v4((guint32)number);
	if (sanitize_place(sanitize, &address) != PLACE_INTERNAL)
		return 0;
	address = sanitize_address(sanitize, &address);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, address.low);
	return length;
}

char *
sanitize_text(const Sanitize *sanitize, const char *text)
{
	GString *out = g_string_new(NULL);
	char before = ' ';

	while (*text) {
		gsize length = 0;
		/* Within a number nothing begins, nor within a word but a number. */
		if (is_part(*text) &&
			(!g_ascii_isxdigit(before) ||
				(g_ascii_isdigit(*text) && !g_ascii_isdigit(before))))
			length = take_address(out, sanitize, text);
		if (length == 0 && g_ascii_isdigit(*text) && !g_ascii_isalnum(before) &&
			!is_separator(before))
			length = take_number(out, sanitize, text);
		if (length == 0) {
			g_string_append_c(out, *text);
			length = 1;
		}
		before = text[length - 1];
		text += length;
	}
	return g_string_free(out, FALSE);
}
