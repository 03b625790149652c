#include "config.h"

#include "tally/learnt.h"

enum {
	ANSWER_READ = ANSWER_SYNACK | ANSWER_RST | ANSWER_UNREACH | ANSWER_COMPLETED |
		      ANSWER_HALFOPEN,
	PORTS_TOLD = 4,  /* one by one; of more only sums and the most telling */
	PORTS_NAMED = 8, /* of these */
};

/* One port of one target in one hour. */
typedef struct {
	guint32 key;    /* kind << 16 | port */
	guint32 target; /* number */
	guint8 answered;
} Item;

static int
compare_items(gconstpointer a, gconstpointer b)
{
	const Item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->target > y->target) - (x->target < y->target);
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const LearntPort *x = a, *y = b;

	if (x->kind != y->kind)
		return (int)x->kind - y->kind;
	if (x->targets != y->targets)
		return x->targets > y->targets ? -1 : 1;
	return (int)x->port - y->port;
}

static void
add_target(LearntPort *port, guint8 answered)
{
	port->targets++;
	if (answered & ANSWER_SYNACK) {
		port->open++;
		port->completed += (answered & ANSWER_COMPLETED) != 0;
		port->halfopen += (answered & ANSWER_HALFOPEN) != 0;
	} else if (answered & ANSWER_RST) {
		port->reset++;
	} else if (answered & ANSWER_UNREACH) {
		port->unreachable++;
	}
}

static void
list_row(GArray *items, const SubjectRow *row, guint32 target, guint32 kinds)
{
	const Contact *contacts = row->member->contacts;

	for (guint32 i = 0; contacts && i < row->pair->n_contacts; i++) {
		const Contact *contact = &contacts[row->pair->contacts + i];
		Item item = {(guint32)contact->kind << 16 | contact->port, target,
			contact->answered & ANSWER_READ};
		/* Within a conversation the port of an ACK was given up. */
		if (contact->kind == KIND_ACK && contact->port == 0)
			continue;
		if (contact->kind < KIND_CONTACTS && (kinds >> contact->kind & 1))
			g_array_append_val(items, item);
	}
}

GArray *
learnt_ports(const Subject *subject, gint64 start, gint64 length, guint32 kinds)
{
	GArray *ports = g_array_new(FALSE, TRUE, sizeof(LearntPort));
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
	g_autoptr(GArray) rows = subject_rows(subject);
	const SubjectRow *row = (const SubjectRow *)(gpointer)rows->data;
	guint32 target = 0;

	for (guint i = 0; i < rows->len; i++) {
		target += i > 0 &&
			  address_compare(&row[i - 1].pair->target, &row[i].pair->target) != 0;
		if (row[i].pair->hour >= start && row[i].pair->hour < start + length)
			list_row(items, &row[i], target, kinds);
	}
	g_array_sort(items, compare_items);

	const Item *item = (const Item *)(gpointer)items->data;
	for (guint i = 0, next; i < items->len; i = next) {
		guint8 answered = 0;
		for (next = i; next < items->len && compare_items(&item[next], &item[i]) == 0;
			next++)
			answered |= item[next].answered;
		if (i == 0 || item[i - 1].key != item[i].key)
			g_array_set_size(ports, ports->len + 1);
		LearntPort *port = &g_array_index(ports, LearntPort, ports->len - 1);
		port->kind = (guint8)(item[i].key >> 16);
		port->port = (guint16)item[i].key;
		add_target(port, answered);
	}
	g_array_sort(ports, compare_ports);
	return ports;
}

static guint32
count_silent(const LearntPort *port)
{
	return port->targets - port->open - port->reset - port->unreachable;
}

G_GNUC_PRINTF(3, 4)
static void
add_part(GString *text, guint64 n, const char *format, ...)
{
	va_list arguments;

	if (n == 0)
		return;
	g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " ",
		text->len > 0 && text->str[text->len - 1] != ' ' ? ", " : "", n);
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
}

/* What a reset says, which depends on what it answers. */
static const char *
reset_name(Kind kind)
{
	return kind == KIND_ACK ? "sent a reset" : "closed (a reset)";
}

static void
tell_numbers(GString *text, const LearntPort *port)
{
	add_part(text, port->open, "open");
	if (port->completed > 0)
		g_string_append_printf(text, " (handshake completed with %u)", port->completed);
	if (port->halfopen > 0)
		g_string_append_printf(text, " (half-open, reset by it, %u)", port->halfopen);
	add_part(text, port->reset, "%s", reset_name((Kind)port->kind));
	add_part(text, port->unreachable, "unreachable");
	add_part(text, count_silent(port), "silent");
}

/* The ports that an analyst asks for first: open ones; where silence may be that, silent ones
 * beside others that were reset. */
static void
name_ports(GString *text, const LearntPort *ports, guint n)
{
	gboolean by_silence = ports[0].kind != KIND_SYN && ports[0].kind != KIND_ACK;
	guint named = 0;

	for (guint i = 0; i < n; i++) {
		guint32 telling = by_silence ? count_silent(&ports[i]) : ports[i].open;
		if (telling == 0 || named++ >= PORTS_NAMED)
			continue;
		g_string_append_printf(text, "%s%u",
			named > 1    ? ", "
			: by_silence ? "; silent: "
				     : "; open: ",
			ports[i].port);
	}
	if (named > PORTS_NAMED)
		g_string_append_printf(text, " and %u more", named - PORTS_NAMED);
}

static const char *
reading(Kind kind)
{
	switch (kind) {
	case KIND_SYN:
		return "a SYN-ACK says open, a reset closed, silence filtered or nobody there";
	case KIND_ACK:
		return "a reset in answer to a bare ACK says that the host lives and no filter "
		       "stands between, nothing of the port (RFC 793)";
	default:
		return "closed ports answer with a reset, open ones stay silent (RFC 793), and "
		       "so do filters and hosts that are not there";
	}
}

/* The n ports of one kind. */
static void
say_kind(const LearntPort *ports, guint n, Finding *finding)
{
	static const char *const names[KIND_CONTACTS] = {[KIND_SYN] = "SYN",
		[KIND_XMAS] = "xmas",
		[KIND_FIN] = "FIN",
		[KIND_ACK] = "bare ACK",
		[KIND_NULL] = "null"};
	g_autoptr(GString) text = g_string_new(NULL);
	LearntPort sum = {.kind = ports[0].kind};

	if (n <= PORTS_TOLD) {
		for (guint i = 0; i < n; i++) {
			g_string_append_printf(
				text, "%sport %u: ", i > 0 ? "; " : "", ports[i].port);
			tell_numbers(text, &ports[i]);
		}
	} else {
		for (guint i = 0; i < n; i++) {
			sum.targets += ports[i].targets;
			sum.open += ports[i].open;
			sum.completed += ports[i].completed;
			sum.halfopen += ports[i].halfopen;
			sum.reset += ports[i].reset;
			sum.unreachable += ports[i].unreachable;
		}
		g_string_append_printf(text, "%u ports, %u in all: ", n, sum.targets);
		tell_numbers(text, &sum);
		name_ports(text, ports, n);
	}
	finding_for(finding, VERDICT_SCAN, "learnt by %s: %s: %s", names[ports[0].kind],
		text->str, reading((Kind)ports[0].kind));
}

void
learnt_say(const Subject *subject, gint64 start, gint64 length, guint32 kinds, Finding *finding)
{
	g_autoptr(GArray) array = learnt_ports(subject, start, length, kinds);
	const LearntPort *ports = (const LearntPort *)(gpointer)array->data;

	for (guint first = 0, next; first < array->len; first = next) {
		for (next = first + 1;
			next < array->len && ports[next].kind == ports[first].kind; next++)
			;
		say_kind(ports + first, next - first, finding);
	}
}
