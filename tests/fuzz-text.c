/*
 * Fuzz target of everything that reads what a user writes: addresses, home, durations, times.
 * What is read must print, and what is printed must be read again as the same.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>

#include "common/home.h"
#include "common/hour.h"
#include "common/json.h"

static void
try_address(const char *text)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address address, again;

	if (address_parse(text, &address) &&
		(!address_parse(address_format(&address, buffer), &again) ||
			address_compare(&address, &again) != 0))
		g_error("%s printed as %s", text, buffer);
}

static void
try_home(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Home) home = home_new(text, &error);

	if (home == NULL)
		return;
	g_autoptr(Home) again = home_new(home_text(home), NULL);
	if (again == NULL || strcmp(home_text(home), home_text(again)) != 0 ||
		memcmp(home_table_v4(home), home_table_v4(again), 65536) != 0)
		g_error("%s printed as %s", text, home_text(home));
}

static void
try_time(const char *text)
{
	char buffer[HOUR_TEXT_SIZE];
	gint64 time, again;

	if (hour_parse_time(text, &time, NULL) &&
		(!hour_parse_time(hour_format_s(time, buffer), &again, NULL) || time != again))
		g_error("%s printed as %s", text, buffer);
	if (hour_parse_duration(text, &time, NULL) && (time <= 0 || time > G_MAXUINT32))
		g_error("%s is no duration", text);
}

static void
try_json(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_string(out, text);
	if (!g_utf8_validate(out->str, (gssize)out->len, NULL))
		g_error("JSON that is no UTF-8");
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	try_address(text);
	try_home(text);
	try_time(text);
	try_json(text);
	return 0;
}
