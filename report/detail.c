#include "config.h"

#include "report/detail.h"

#include <string.h>

#include "common/hour.h"
#include "tally/members.h"

void
detail_free(Detail *detail)
{
	g_array_unref(detail->marks);
	g_array_unref(detail->targets);
	g_array_unref(detail->hours);
	g_free(detail);
}

/* A group of the finding's sources, as those that read them again take it. */
static Group *
group_of(const Finding *finding)
{
	Group *group = group_new(finding_window(finding, 0), finding->scope, finding->verdict);

	for (guint i = 0; i < MIN(finding->sources->len, DETAIL_SOURCES); i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		group_add(group, &source->source, source->bits);
	}
	group_settle(group);
	return group;
}

/* The cards' findings in cards, and for each its group. */
static GPtrArray *
list_groups(const Model *model, GPtrArray *cards)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);

	for (guint topic = 0; topic < TOPICS; topic++) {
		const ModelList *list = &model->topics[topic];
		for (guint i = 0; i < list->n_cards; i++) {
			g_ptr_array_add(cards, list->findings->pdata[i]);
			g_ptr_array_add(groups, group_of(list->findings->pdata[i]));
		}
	}
	return groups;
}

/* Whether the contact is of what the finding is about. */
static gboolean
is_meant(const Finding *finding, const PairHour *pair, const Contact *contact)
{
	const FindingWindow *window = finding_window(finding, 0);

	if (contact->packets == 0 || contact->kind >= KIND_CONTACTS)
		return FALSE;
	if (finding->scope == SCOPE_TARGET)
		return address_compare(&pair->target, &window->target) == 0;
	return finding->scope != SCOPE_PORT ||
	       (contact->kind == window->service_kind && contact->port == window->service_port);
}

/* index: of the source in the finding. */
static void
add_marks(Detail *detail, const Finding *finding, const Subject *subject, guint32 index)
{
	for (guint32 m = 0; m < subject->n_members; m++) {
		const SourceFacts *facts = &subject->members[m];
		for (guint32 i = 0; i < facts->n_pairs; i++) {
			const PairHour *pair = &facts->pairs[i];
			const Contact *contact = facts->contacts + pair->contacts;
			guint64 hour = (guint64)pair->hour * SECOND_NS;
			guint before = detail->marks->len;
			for (guint32 k = 0; k < pair->n_contacts; k++, contact++) {
				DetailMark mark = {pair->target, hour + contact->first,
					hour + contact->last, contact->packets, index,
					contact->port, contact->kind};
				if (is_meant(finding, pair, contact))
					g_array_append_val(detail->marks, mark);
			}
			if (detail->marks->len > before)
				g_array_append_val(detail->hours, pair->hour);
		}
	}
}

static void
add_sports(Detail *detail, const Subject *subject)
{
	for (guint32 m = 0; m < subject->n_members; m++)
		for (guint32 i = 0; i < subject->members[m].n_traits; i++) {
			const Trait *trait = &subject->members[m].traits[i].trait;
			if (!(trait->seen & TRAIT_PORTS))
				continue;
			detail->sports_min = MIN(detail->sports_min, trait->sport_min);
			detail->sports_max = MAX(detail->sports_max, trait->sport_max);
		}
}

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

static int
compare_marks(gconstpointer a, gconstpointer b)
{
	const DetailMark *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	int order = address_compare(&x->target, &y->target);
	if (order == 0)
		order = (x->source > y->source) - (x->source < y->source);
	if (order == 0)
		order = (int)x->kind - y->kind;
	return order != 0 ? order : (int)x->port - y->port;
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* Sorts, and leaves each once. */
static void
make_distinct(GArray *items, GCompareFunc compare)
{
	gsize size = g_array_get_element_size(items);
	guint n = 0;

	g_array_sort(items, compare);
	for (guint i = 0; i < items->len; i++) {
		char *last = items->data + (gsize)(n - (n > 0)) * size;
		if (n > 0 && compare(last, items->data + i * size) == 0)
			continue;
		memmove(items->data + n++ * size, items->data + i * size, size);
	}
	g_array_set_size(items, n);
}

/* Distinct targets; then of too many marks one in every so many. */
static void
settle(Detail *detail)
{
	GArray *marks = detail->marks;

	for (guint i = 0; i < marks->len; i++)
		g_array_append_val(detail->targets, g_array_index(marks, DetailMark, i).target);
	make_distinct(detail->targets, compare_addresses);
	make_distinct(detail->hours, compare_hours);

	g_array_sort(marks, compare_marks);
	detail->n_marks = marks->len;
	guint every = (marks->len + DETAIL_MARKS - 1) / DETAIL_MARKS;
	for (guint i = 0; every > 1 && i * every < marks->len; i++)
		g_array_index(marks, DetailMark, i) =
			g_array_index(marks, DetailMark, i * every);
	if (every > 1)
		g_array_set_size(marks, (marks->len + every - 1) / every);
}

static Detail *
detail_of(const Finding *finding, const Members *members, const Group *group)
{
	Detail *detail = g_new0(Detail, 1);
	Subject subject;

	detail->marks = g_array_new(FALSE, FALSE, sizeof(DetailMark));
	detail->targets = g_array_new(FALSE, FALSE, sizeof(Address));
	detail->hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	detail->from = finding->profile->start;
	detail->to = finding->profile->start + finding->profile->length;
	detail->sports_min = G_MAXUINT16 + 1;
	for (guint i = 0; i < group->sources->len; i++)
		if (members_subject(members, i, &subject)) {
			add_marks(detail, finding, &subject, i);
			add_sports(detail, &subject);
		}
	settle(detail);
	return detail;
}

GHashTable *
detail_read(GPtrArray *readers, const Model *model, GError **error)
{
	g_autoptr(GHashTable) details =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)detail_free);
	g_autoptr(GPtrArray) cards = g_ptr_array_new();
	g_autoptr(GPtrArray) groups = list_groups(model, cards);
	Reader **all = (Reader **)readers->pdata;

	for (guint next = 0, first = 0; first < groups->len; first = next) {
		g_autoptr(Recall) recall = recall_read(all, readers->len, groups, &next, error);
		if (!recall)
			return NULL;
		for (guint i = first; i < next; i++) {
			const Finding *finding = cards->pdata[i];
			const Group *group = groups->pdata[i];
			gint64 from = finding->profile->start;
			g_autoptr(Members) members = members_read(all, readers->len, recall,
				(const GroupSource *)(gpointer)group->sources->data,
				group->sources->len, from, from + finding->profile->length,
				error);
			if (!members)
				return NULL;
			g_hash_table_insert(
				details, (gpointer)finding, detail_of(finding, members, group));
		}
	}
	return g_steal_pointer(&details);
}
