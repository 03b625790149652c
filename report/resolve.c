#include "config.h"

#include "report/resolve.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

enum {
	THREADS = 8,
	TRY_SECONDS = 2,
	TRIES = 2,
	ANSWER_SIZE = 4096,
};

typedef struct {
	ResolveItem *items;
	gsize n_items;
	gint64 deadline; /* by g_get_monotonic_time */
	gsize next;      /* atomic */
} Work;

char *
resolve_question(const Address *address)
{
	guint8 octets[16];
	GString *out = g_string_new(NULL);

	if (address->family == 4) {
		for (guint shift = 0; shift < 32; shift += 8)
			g_string_append_printf(
				out, "%u.", (guint)(address->low >> shift) & 0xff);
		g_string_append(out, "in-addr.arpa");
	} else {
		address_to_v6(address, octets);
		for (guint i = 16; i-- > 0;)
			g_string_append_printf(
				out, "%x.%x.", octets[i] & 0xfu, (guint)octets[i] >> 4);
		g_string_append(out, "ip6.arpa");
	}
	return g_string_free(out, FALSE);
}

ResolveResult
resolve_read(const guint8 *answer, gsize length, char *name)
{
	char found[RESOLVE_NAME_SIZE];
	gboolean any = FALSE;
	ns_msg message;
	ns_rr record;

	if (length > G_MAXUINT16 || ns_initparse(answer, (int)length, &message) != 0)
		return RESOLVE_FAILED;
	if (ns_msg_getflag(message, ns_f_rcode) == ns_r_nxdomain)
		return RESOLVE_NONE;
	if (ns_msg_getflag(message, ns_f_rcode) != ns_r_noerror)
		return RESOLVE_FAILED;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		if (ns_parserr(&message, ns_s_an, i, &record) != 0)
			return RESOLVE_FAILED;
		if (ns_rr_type(record) != ns_t_ptr || ns_rr_class(record) != ns_c_in)
			continue;
		if (ns_name_uncompress(ns_msg_base(message), ns_msg_end(message),
			    ns_rr_rdata(record), found, sizeof found) < 0)
			return RESOLVE_FAILED;
		if (!any || strcmp(found, name) < 0)
			g_strlcpy(name, found, RESOLVE_NAME_SIZE);
		any = TRUE;
	}
	/* The root is nobody's name. */
	return any && name[0] != '\0' && strcmp(name, ".") != 0 ? RESOLVE_NAME : RESOLVE_NONE;
}

static gboolean
begin(struct __res_state *state)
{
	if (res_ninit(state) != 0)
		return FALSE;
	state->retrans = TRY_SECONDS;
	state->retry = TRIES;
	/* A long answer is read as far as it came: what is asked over TCP has no deadline. */
	state->options |= RES_IGNTC;
	return TRUE;
}

static gboolean
has_none(const struct __res_state *state)
{
	return state->res_h_errno == HOST_NOT_FOUND || state->res_h_errno == NO_DATA;
}

static void
ask(struct __res_state *state, ResolveItem *item)
{
	guint8 answer[ANSWER_SIZE];
	char name[RESOLVE_NAME_SIZE];
	g_autofree char *question = resolve_question(&item->address);
	int length = res_nquery(state, question, ns_c_in, ns_t_ptr, answer, sizeof answer);

	if (length > 0)
		item->result = resolve_read(answer, MIN((gsize)length, sizeof answer), name);
	else if (has_none(state))
		item->result = RESOLVE_NONE;
	if (item->result == RESOLVE_NAME)
		item->name = g_strdup(name);
}

gboolean
resolve_works(void)
{
	struct __res_state state = {0};
	guint8 answer[ANSWER_SIZE];

	if (!begin(&state))
		return FALSE;
	gboolean works = res_nquery(&state, ".", ns_c_in, ns_t_ns, answer, sizeof answer) > 0 ||
			 has_none(&state);
	res_nclose(&state);
	return works;
}

static gpointer
ask_all(gpointer data)
{
	Work *work = data;
	struct __res_state state = {0};
	gsize i;

	if (!begin(&state))
		return NULL;
	while (g_get_monotonic_time() < work->deadline &&
		(i = __atomic_fetch_add(&work->next, 1, __ATOMIC_RELAXED)) < work->n_items)
		ask(&state, &work->items[i]);
	res_nclose(&state);
	return NULL;
}

gsize
resolve_all(ResolveItem *items, gsize n_items, guint seconds)
{
	Work work = {
		.items = items,
		.n_items = n_items,
		.deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC,
	};
	GThread *threads[THREADS];
	gsize n_threads = MIN(n_items, THREADS);

	for (gsize i = 0; i < n_items; i++)
		items[i].result = RESOLVE_FAILED;
	for (gsize i = 0; i < n_threads; i++)
		threads[i] = g_thread_new("resolve", ask_all, &work);
	for (gsize i = 0; i < n_threads; i++)
		g_thread_join(threads[i]);
	return MIN(work.next, n_items);
}
