#include "config.h"

#include "collect/say.h"

#include "common/failure.h"
#include "common/message.h"

void
say(const char *message)
{
	message_print("gnomon-collect", message);
}

void
say_format(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	say(text);
}

int
say_error(const GError *error)
{
	/* Settings tell all that is wrong, a line each. */
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

	for (guint i = 0; lines[i]; i++)
		if (lines[i][0] != '\0')
			say(lines[i]);
	return error->domain == FAILURE ? error->code : FAILURE_FAILED;
}
