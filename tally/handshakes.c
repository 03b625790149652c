#include "config.h"

#include "tally/handshakes.h"

#include "common/hour.h"

enum {
	SHUT_PART = 4,   /* one in so many of what a connect scan asks for is shut, at least */
	ASK_PACKETS = 8, /* inbound packets for each port asked, at most, of a connect scan */
};

gboolean
handshakes_is_halfopen(const Handshakes *handshakes, guint n)
{
	return handshakes->halfopen > 0 && handshakes->completed <= handshakes->halfopen &&
	       handshakes->targets - handshakes->completed >= n &&
	       (!handshakes->has_data || handshakes->halfopen >= n);
}

gboolean
handshakes_is_connect(const Handshakes *handshakes, guint n)
{
	return handshakes->completed > handshakes->halfopen && handshakes->targets >= n &&
	       !handshakes->has_data && handshakes->shut * SHUT_PART >= handshakes->asks &&
	       handshakes->packets <= handshakes->asks * ASK_PACKETS;
}

/* What a row adds; a row without SYNs adds nothing. */
typedef struct {
	gint64 hour;
	guint32 target; /* number */
	gboolean completed, halfopen;
	guint32 asks, shut;
	guint64 packets;
} Asked;

static gboolean
read_row(const SubjectRow *row, Asked *asked)
{
	const Contact *contacts = row->member->contacts;

	*asked = (Asked){.hour = row->pair->hour};
	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++) {
		const Contact *contact = &contacts[row->pair->contacts + i];
		if (contact->kind <= KIND_NULL)
			asked->packets += contact->packets;
		if (contact->kind != KIND_SYN)
			continue;
		asked->asks++;
		asked->shut += !(contact->answered & ANSWER_SYNACK);
		asked->completed |= (contact->answered & ANSWER_COMPLETED) != 0;
		asked->halfopen |= (contact->answered & ANSWER_HALFOPEN) != 0;
	}
	return asked->asks > 0;
}

/* How many rows of each target the window holds. */
typedef struct {
	guint32 rows, completed, halfopen;
} Held;

static void
hold(Handshakes *window, Held *held, const Asked *asked)
{
	window->targets += held->rows++ == 0;
	window->completed += asked->completed && held->completed++ == 0;
	window->halfopen += asked->halfopen && held->halfopen++ == 0;
	window->asks += asked->asks;
	window->shut += asked->shut;
	window->packets += asked->packets;
}

static void
let_go(Handshakes *window, Held *held, const Asked *asked)
{
	window->targets -= --held->rows == 0;
	window->completed -= asked->completed && --held->completed == 0;
	window->halfopen -= asked->halfopen && --held->halfopen == 0;
	window->asks -= asked->asks;
	window->shut -= asked->shut;
	window->packets -= asked->packets;
}

static gboolean
has_data(const Subject *subject, gint64 start, gint64 length)
{
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_traits; k++) {
			const TraitHour *item = &member->traits[k];
			if (item->hour >= start && item->hour < start + length &&
				(item->trait.kind == KIND_ACK ||
					item->trait.kind == KIND_FINACK) &&
				item->trait.payload_max > 0)
				return TRUE;
		}
	}
	return FALSE;
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const Asked *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

/* What the rows of [from, to) add, by hour; n_targets: how many numbers. */
static GArray *
list_asked(const Subject *subject, gint64 from, gint64 to, guint32 *n_targets)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Asked));
	g_autoptr(GArray) rows = subject_rows(subject);
	const SubjectRow *row = (const SubjectRow *)(gpointer)rows->data;

	*n_targets = 0;
	for (guint i = 0; i < rows->len; i++) {
		Asked asked;
		if (i == 0 ||
			address_compare(&row[i - 1].pair->target, &row[i].pair->target) != 0)
			++*n_targets;
		if (row[i].pair->hour < from || row[i].pair->hour >= to ||
			!read_row(&row[i], &asked))
			continue;
		asked.target = *n_targets - 1;
		g_array_append_val(list, asked);
	}
	g_array_sort(list, compare_hours);
	return list;
}

void
handshakes_find(const Subject *subject, gint64 length, guint n, GArray *windows)
{
	guint32 n_targets;

	if (!(subject->answered & (ANSWER_COMPLETED | ANSWER_HALFOPEN)) ||
		subject->n_targets < n)
		return;

	g_autoptr(GArray) list = list_asked(subject, G_MININT64, G_MAXINT64, &n_targets);
	const Asked *asked = (const Asked *)(gpointer)list->data;
	g_autofree Held *held = g_new0(Held, n_targets + 1);
	Handshakes window = {0};
	guint oldest = 0, next = 0;

	while (next < list->len) {
		window.start = asked[next].hour + HOUR_SECONDS - length;
		for (; next < list->len && asked[next].hour < window.start + length; next++)
			hold(&window, &held[asked[next].target], &asked[next]);
		for (; asked[oldest].hour < window.start; oldest++)
			let_go(&window, &held[asked[oldest].target], &asked[oldest]);
		if (!handshakes_is_halfopen(&window, n) && !handshakes_is_connect(&window, n))
			continue;
		Handshakes whole = window;
		whole.has_data = has_data(subject, window.start, length);
		if (handshakes_is_halfopen(&whole, n) || handshakes_is_connect(&whole, n))
			g_array_append_val(windows, whole);
	}
}

Handshakes
handshakes_in(const Subject *subject, gint64 start, gint64 length)
{
	guint32 n_targets;
	g_autoptr(GArray) list = list_asked(subject, start, start + length, &n_targets);
	g_autofree Held *held = g_new0(Held, n_targets + 1);
	Handshakes window = {.start = start, .has_data = has_data(subject, start, length)};

	for (guint i = 0; i < list->len; i++) {
		const Asked *asked = &g_array_index(list, Asked, i);
		hold(&window, &held[asked->target], asked);
	}
	return window;
}
