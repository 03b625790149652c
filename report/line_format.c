#include "config.h"

#include "report/line_format.h"

#include <string.h>

static const LineFormat *const table[] = {
	&line_json,
};

const LineFormat *
line_format_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}
