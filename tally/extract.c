#include "config.h"

#include "tally/extract.h"

#include "common/failure.h"
#include "tally/decode.h"
#include "tally/pile.h"
#include "tally/savefile.h"

struct Extract {
	Pick *pick; /* owned: of one rule */
	Pile *pile; /* owned */
	gboolean nanoseconds;
	guint32 link_type; /* the number in files; of no meaning while the pile is empty */
	guint64 packets;   /* of the captures before the one at hand */
	/* of the one at hand */
	guint64 read, left_out;
	guint32 other_type;
	void (*tell)(gpointer data, guint64 packets, guint64 position, guint64 size);
	gpointer data;
	GError *error; /* owned; the pile cannot be written */
};

Extract *
extract_new(const Home *home, const PickRule *rule, const char *folder, GError **error)
{
	g_autoptr(Extract) extract = g_new0(Extract, 1);

	extract->pick = pick_new(home);
	if (!pick_add(extract->pick, rule, error))
		return NULL;
	extract->pile = pile_new(folder, error);
	return extract->pile ? g_steal_pointer(&extract) : NULL;
}

void
extract_free(Extract *extract)
{
	if (!extract)
		return;
	pick_free(extract->pick);
	pile_free(extract->pile);
	g_clear_error(&extract->error);
	g_free(extract);
}

/* PickListener. */
static void
take_packet(gpointer data, guint rule, const CaptureRecord *record, guint32 link_type,
	gboolean nanoseconds)
{
	Extract *extract = data;

	(void)rule;
	if (extract->error)
		return;
	if (pile_size(extract->pile) == 0)
		extract->link_type = link_type;
	if (link_type != extract->link_type) {
		extract->other_type = link_type;
		extract->left_out++;
		return;
	}
	extract->nanoseconds |= nanoseconds;
	pile_add(extract->pile, record, &extract->error);
}

/* PickListener. */
static gboolean
take_progress(gpointer data, guint64 packets, guint64 position, guint64 size)
{
	Extract *extract = data;

	extract->read = packets;
	if (extract->tell)
		extract->tell(extract->data, extract->packets + packets, position, size);
	return extract->error == NULL;
}

/* "Ethernet", or the number of a type that the decoder does not know. */
static char *
link_text(guint32 type)
{
	const LinkType *known = link_find(type);

	return known ? g_strdup(known->name) : g_strdup_printf("%u", type);
}

static char *
left_out_text(const Extract *extract, const char *path)
{
	g_autofree char *other = link_text(extract->other_type);
	g_autofree char *first = link_text(extract->link_type);

	return g_strdup_printf("%s: %" G_GUINT64_FORMAT
			       " packet%s left out: link type %s, expected %s as in the first",
		path, extract->left_out, extract->left_out == 1 ? "" : "s", other, first);
}

gboolean
extract_read(Extract *extract, const char *path,
	void (*tell)(gpointer data, guint64 packets, guint64 position, guint64 size),
	gpointer data, GPtrArray *shortfalls, gboolean *opened, GError **error)
{
	const PickListener listener = {extract, take_packet, take_progress};
	gboolean problem_told = pick_problem(extract->pick, 0) != NULL;
	g_autoptr(GError) problem = NULL;

	extract->tell = tell;
	extract->data = data;
	extract->read = extract->left_out = 0;
	*opened = pick_read(extract->pick, path, &listener, &problem) ||
		  g_error_matches(problem, FAILURE, FAILURE_PARTIAL);
	extract->packets += extract->read;
	if (problem)
		g_ptr_array_add(shortfalls, g_strdup(problem->message));
	if (extract->left_out)
		g_ptr_array_add(shortfalls, left_out_text(extract, path));
	if (!problem_told && pick_problem(extract->pick, 0))
		g_ptr_array_add(shortfalls, g_strdup(pick_problem(extract->pick, 0)));
	if (!extract->error)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&extract->error));
	return FALSE;
}

gboolean
extract_has_before(const Extract *extract, guint64 n, guint64 time)
{
	return pile_has_before(extract->pile, n, time);
}

guint64
extract_size(const Extract *extract)
{
	return pile_size(extract->pile);
}

gboolean
extract_write(Extract *extract, guint64 n,
	gboolean (*put)(gpointer data, const guint8 *octets, gsize length, GError **error),
	gpointer data, GError **error)
{
	guint8 header[SAVEFILE_HEADER];

	savefile_header(header,
		pile_size(extract->pile) ? extract->link_type : (guint32)LINK_ETHERNET,
		extract->nanoseconds);
	return put(data, header, sizeof header, error) &&
	       pile_take(extract->pile, n, extract->nanoseconds, put, data, error);
}
