/*
 * A vertical scan: one source, many service ports of one target, by requests.
 *
 * What is a service that was asked for: the port of a TCP request; the port of UDP where the
 * source spoke first. UDP is left out where it reads as answers (all of it from one port under
 * 1024), and on the ports that a traceroute walks through.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge.h"

enum {
	SERVICES = 2 * 65536, /* TCP ports, then UDP ports */
	TRACEROUTE_FIRST = 33434,
	TRACEROUTE_LAST = TRACEROUTE_FIRST + 3 * 30 - 1, /* three probes for each of 30 hops */
};

static const DetectorParameter parameters[] = {
	{"ports", "ports", "service ports of one target that a source must ask for", 20, 2,
		65536},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, 0},
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0},
};

/* Which services a window holds, and how many of its rows' contacts name each. */
typedef struct {
	guint32 *named; /* by service; owned; all zero between targets */
	guint services;
} Count;

/* 0 .. SERVICES - 1, or -1 where the contact asks for no service. */
static int
service_of(const Contact *contact, gboolean with_udp)
{
	gboolean traced = contact->port >= TRACEROUTE_FIRST && contact->port <= TRACEROUTE_LAST;

	if (contact->kind == KIND_UDP)
		return with_udp && contact->port != 0 && !traced ? 65536 + contact->port : -1;
	if (kind_table[contact->kind].class == CLASS_REQUEST &&
		kind_table[contact->kind].port == 'd')
		return contact->port;
	return -1;
}

static void
count_row(Count *count, const SubjectRow *row, gboolean with_udp, int sign)
{
	for (guint32 i = 0; i < row->pair->n_contacts; i++) {
		int service =
			service_of(&row->member->contacts[row->pair->contacts + i], with_udp);
		if (service < 0)
			continue;
		if (sign > 0)
			count->services += count->named[service]++ == 0;
		else
			count->services -= --count->named[service] == 0;
	}
}

/*
 * Slides a window over the rows (by hour) of one target. It stops where its last hour is one
 * with data: any other window holds the rows of one of these, or fewer, and begins later.
 */
static void
slide(const Detector *detector, const DetectorCase *at, const SubjectRow *rows, guint n_rows,
	gint64 length, gboolean with_udp, Count *count, GArray *fired)
{
	FindingWindow window = {detector, 0, length, 0, at->values[0], rows[0].pair->target};
	guint oldest = 0;

	for (guint i = 0; i < n_rows; i++) {
		window.start = rows[i].pair->hour + HOUR_SECONDS - length;
		for (; rows[oldest].pair->hour < window.start; oldest++)
			count_row(count, &rows[oldest], with_udp, -1);
		count_row(count, &rows[i], with_udp, 1);
		window.count = count->services;
		if (window.count >= window.threshold &&
			(i + 1 == n_rows || rows[i + 1].pair->hour != rows[i].pair->hour))
			g_array_append_val(fired, window);
	}
	for (; oldest < n_rows; oldest++)
		count_row(count, &rows[oldest], with_udp, -1);
}

static gboolean
may_ask_by_udp(const Subject *subject)
{
	Trait udp;
	gboolean found = FALSE;

	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_traits; k++) {
			if (member->traits[k].trait.kind != KIND_UDP)
				continue;
			if (found)
				trait_merge(&udp, &member->traits[k].trait);
			else
				udp = member->traits[k].trait;
			found = TRUE;
		}
	}
	return !judge_is_udp_answer(found ? &udp : NULL);
}

/* Whether any target of the source has so many contacts: spares nearly all sources the rest. */
static gboolean
has_contacts(const SourceFacts *facts, guint n)
{
	guint64 contacts = 0;

	for (guint32 i = 0; i < facts->n_pairs; i++) {
		if (i > 0 && address_compare(
				     &facts->pairs[i - 1].target, &facts->pairs[i].target) != 0)
			contacts = 0;
		contacts += facts->pairs[i].n_contacts;
		if (contacts >= n)
			return TRUE;
	}
	return FALSE;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	if (at->subject->n_contacts < at->values[0])
		return;
	if (at->subject->n_members == 1 && !has_contacts(at->subject->members, at->values[0]))
		return;

	g_autoptr(GArray) array = subject_rows(at->subject);
	g_autofree guint32 *named = g_new0(guint32, SERVICES);
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	gboolean with_udp = may_ask_by_udp(at->subject);
	Count count = {named, 0};

	for (guint first = 0, next; first < array->len; first = next) {
		guint64 contacts = 0;
		for (next = first; next < array->len; next++) {
			if (address_compare(
				    &rows[first].pair->target, &rows[next].pair->target) != 0)
				break;
			contacts += rows[next].pair->n_contacts;
		}
		for (gsize w = 0; w < G_N_ELEMENTS(windows) && contacts >= at->values[0]; w++)
			slide(detector, at, rows + first, next - first, windows[w].length,
				with_udp, &count, fired);
	}
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE], target[ADDRESS_TEXT_SIZE];

	finding->verdict = VERDICT_SCAN;
	finding_for(finding, VERDICT_SCAN,
		"%u service ports of %s in %s from %s (threshold %u)", told->count,
		address_format(&told->target, target),
		finding_format_length(told->length, length), hour_format_s(told->start, start),
		told->threshold);
	judge_manner(at, finding);
}

const Detector detect_portscan = {
	.name = "port-scan",
	.title = "Many service ports of one target",
	.topic = TOPIC_HOURLY,
	.origin = "second seed (\"would look exactly like a multiple service port scan\")",
	.misses = "ports spread over many targets or sources",
	.mistakes = "file transfers and remote calls to many ports of one server, a load "
		    "balancer's last step",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
