#include "config.h"

#include "tally/group.h"

Group *
group_new(const FindingWindow *window, FindingScope scope, Verdict verdict)
{
	Group *group = g_new0(Group, 1);

	group->window = *window;
	group->scope = scope;
	group->verdict = verdict;
	group->sources = g_array_new(FALSE, FALSE, sizeof(GroupSource));
	group->evidence = finding_evidence_new();
	return group;
}

void
group_free(Group *group)
{
	if (group->profile)
		profile_free(group->profile);
	g_array_unref(group->sources);
	g_array_unref(group->evidence);
	g_free(group);
}

void
group_add(Group *group, const Address *source, guint8 bits)
{
	GroupSource item = {*source, bits};

	g_array_append_val(group->sources, item);
}

void
group_for(Group *group, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_evidence_add(group->evidence, verdict, FALSE, format, arguments);
	va_end(arguments);
}

void
group_against(Group *group, Verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_evidence_add(group->evidence, verdict, TRUE, format, arguments);
	va_end(arguments);
}

static int
compare_sources(gconstpointer a, gconstpointer b)
{
	const GroupSource *x = a, *y = b;
	int order = address_compare(&x->source, &y->source);

	return order != 0 ? order : (int)x->bits - y->bits;
}

void
group_settle(Group *group)
{
	GroupSource *sources = (GroupSource *)(gpointer)group->sources->data;
	guint kept = 0;

	g_array_sort(group->sources, compare_sources);
	for (guint i = 0; i < group->sources->len; i++)
		if (kept == 0 || compare_sources(&sources[kept - 1], &sources[i]) != 0)
			sources[kept++] = sources[i];
	g_array_set_size(group->sources, kept);
}

gboolean
group_has(const Group *group, const Address *source, guint8 bits)
{
	GroupSource wanted = {*source, bits};

	return g_array_binary_search(group->sources, &wanted, compare_sources, NULL);
}

char *
group_format_ttls(guint least, guint greatest, char *buffer)
{
	if (least == greatest)
		g_snprintf(buffer, GROUP_TTLS_SIZE, "TTL %u", least);
	else
		g_snprintf(buffer, GROUP_TTLS_SIZE, "TTLs from %u to %u", least, greatest);
	return buffer;
}
