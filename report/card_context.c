#include "config.h"

#include "report/card_context.h"

#include "report/fields.h"

enum { SOURCES_MAX = 8 };

void
card_context(GArray *fields, const Model *model, const Finding *finding)
{
	const char *label = "Context";
	char address[ADDRESS_TEXT_SIZE];

	for (guint i = 0; model->context && i < MIN(finding->sources->len, SOURCES_MAX); i++) {
		const Address *source =
			&g_array_index(finding->sources, FindingSource, i).source;
		g_auto(ContextFacts) facts = {0};
		if (!context_look_up(model->context, source, &facts, model->problems))
			continue;
		g_autofree char *line = context_line(&facts);
		fields_format(fields, label, "%s: %s", address_format(source, address), line);
		label = "";
	}
}
