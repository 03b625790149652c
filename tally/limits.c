#include "config.h"

#include "tally/limits.h"

void
limits_add(GPtrArray *limits, const char *detector, const char *what, guint64 n)
{
	if (n > 0)
		g_ptr_array_add(limits,
			g_strdup_printf("%s: %s: %" G_GUINT64_FORMAT, detector, what, n));
}
