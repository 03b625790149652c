#include "config.h"

#include "report/incident_packets.h"

#include <string.h>

#include "common/hour.h"
#include "common/output.h"
#include "report/scrub.h"
#include "report/tcpdump.h"
#include "report/text.h"
#include "tally/captures.h"
#include "tally/decode.h"
#include "tally/kind.h"
#include "tally/lacking.h"
#include "tally/options.h"
#include "tally/pick.h"
#include "tally/pile.h"
#include "tally/savefile.h"

enum { OTHER_TYPE = SCRUB_COUNT, REASONS }; /* after scrub's own */

typedef struct {
	const Home *home;         /* borrowed */
	const Sanitize *sanitize; /* borrowed; NULL: as they are */
	Kind kind;                /* of the service that it is about; KIND_NONE: any */
	guint16 port;             /* of that */
	Pile *pile;               /* owned; NULL: no file is wanted */
	guint32 link_type;        /* of the first packet; the number in files */
	guint64 n, left_out[REASONS];
	GArray *first; /* owned; of PickPacket, frames owned: the oldest, by time */
	GError *error; /* owned; the pile cannot be written */
} Taking;

static void
packet_clear(gpointer data)
{
	g_free(((PickPacket *)data)->frame);
}

static void
taking_clear(Taking *taking)
{
	pile_free(taking->pile);
	g_array_unref(taking->first);
	g_clear_error(&taking->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Taking, taking_clear)

void
incident_packets_free(IncidentPackets *packets)
{
	g_ptr_array_unref(packets->texts);
	g_free(packets->reasons);
	g_free(packets->problem);
	g_free(packets);
}

/* ---- packet by packet ---- */

/* Among the oldest, after those of the same time. */
static void
keep_first(Taking *taking, const CaptureRecord *record)
{
	GArray *first = taking->first;
	guint at = first->len;

	while (at > 0 && g_array_index(first, PickPacket, at - 1).time > record->time)
		at--;
	if (at >= INCIDENT_PACKETS_SHOWN)
		return;
	PickPacket packet = {.time = record->time,
		.frame = g_memdup2(record->frame, record->captured),
		.captured = record->captured,
		.wire = record->wire,
		.link_type = taking->link_type};
	g_array_insert_val(first, at, packet);
	if (first->len > INCIDENT_PACKETS_SHOWN)
		g_array_set_size(first, INCIDENT_PACKETS_SHOWN);
}

static void
keep(Taking *taking, const CaptureRecord *record)
{
	keep_first(taking, record);
	if (taking->pile && !taking->error)
		pile_add(taking->pile, record, &taking->error);
}

static void
keep_scrubbed(Taking *taking, const CaptureRecord *record, guint32 link_type)
{
	const LinkType *link = link_find(link_type);
	ScrubPacket packet;
	ScrubOutcome outcome = scrub_packet(taking->sanitize, link ? link->function : NULL,
		record->frame, record->captured, record->wire, &packet);

	if (outcome != SCRUB_KEPT) {
		taking->left_out[outcome]++;
		return;
	}
	keep(taking, &(CaptureRecord){record->time, packet.octets, packet.length, packet.wire});
}

/* Whether one kind is of the other's protocol; of ICMP all are. */
static gboolean
are_alike(Kind a, Kind b)
{
	if (kind_table[a].port == 't' || kind_table[b].port == 't')
		return kind_table[a].port == kind_table[b].port;
	return a != KIND_OTHER && b != KIND_OTHER && (a == KIND_UDP) == (b == KIND_UDP);
}

/* Whether the packet goes to the service, or comes from it. As the tallies see it: BPF looks into no
 * frame with a tag unless it is told to, and then into no other. */
static gboolean
is_of_service(const Taking *taking, const CaptureRecord *record, guint32 link_type)
{
	Observation items[2];
	guint8 v6[4 * 16];
	ObservationList list = {.items = items, .v6 = v6};
	CaptureTotals totals = {0};
	const LinkType *link = link_find(link_type);

	if (taking->kind == KIND_NONE)
		return TRUE;
	decode_frame(link ? link->function : NULL, taking->home, record->time, record->frame,
		record->captured, record->wire, &list, &totals);
	return list.n > 0 && are_alike(taking->kind, (Kind)items[0].kind) &&
	       (kind_table[taking->kind].port == 't' || items[0].sport == taking->port ||
		       items[0].dport == taking->port);
}

/* PickListener. */
static void
take_packet(gpointer data, guint rule, const CaptureRecord *record, guint32 link_type,
	gboolean nanoseconds)
{
	Taking *taking = data;

	(void)rule, (void)nanoseconds;
	if (!is_of_service(taking, record, link_type))
		return;
	if (taking->n++ == 0)
		taking->link_type = taking->sanitize ? (guint32)SCRUB_LINK_TYPE : link_type;
	if (taking->sanitize)
		keep_scrubbed(taking, record, link_type);
	else if (link_type == taking->link_type)
		keep(taking, record);
	else
		taking->left_out[OTHER_TYPE]++;
}

/* ---- which of them ---- */

/* The home's networks. */
static GArray *
home_networks(const Home *home)
{
	GArray *networks = g_array_new(FALSE, FALSE, sizeof(Network));
	g_auto(GStrv) texts = g_strsplit(home_text(home), ",", -1);

	for (char **text = texts; *text; text++) {
		Network network;
		if (network_parse(*text, &network, NULL))
			g_array_append_val(networks, network);
	}
	return networks;
}

static Pick *
make_pick(const Site *site, const Incident *incident, GError **error)
{
	g_autoptr(GArray) sources = incident_sources(incident);
	g_autoptr(GArray) targets = home_networks(site->home);
	g_autoptr(Pick) pick = pick_new(site->home);

	if (incident->target.family != 0) {
		g_array_set_size(targets, 1);
		g_array_index(targets, Network, 0) = (Network){
			incident->target, (guint8)network_most_bits(incident->target.family)};
	}
	const PickRule rule = {
		.sources = (const Network *)(gpointer)sources->data,
		.n_sources = sources->len,
		.targets = (const Network *)(gpointer)targets->data,
		.n_targets = targets->len,
		.from = (guint64)incident->from * SECOND_NS,
		.to = (guint64)incident->to * SECOND_NS,
	};
	return pick_add(pick, &rule, error) ? g_steal_pointer(&pick) : NULL;
}

/* ---- out of which files ---- */

/* The hours of its windows in which somebody was hit; all of them, where none is known. */
static GArray *
hours_of(const Incident *incident)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint i = 0; i < incident->hours->len; i++) {
		gint64 hour = g_array_index(incident->hours, gint64, i);
		if (hour >= incident->from && hour < incident->to)
			g_array_append_val(hours, hour);
	}
	for (gint64 hour = incident->from; hours->len == 0 && hour < incident->to;)
		for (; hour < incident->to; hour += HOUR_SECONDS)
			g_array_append_val(hours, hour);
	return hours;
}

/* The files of the hours (of const char *, borrowed from captures), each once. */
static GPtrArray *
list_files(Captures *captures, const GArray *hours, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < hours->len; i++) {
		g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(CapturesFile));
		if (!captures_list(captures, g_array_index(hours, gint64, i), files, error))
			return NULL;
		for (guint k = 0; k < files->len; k++) {
			char *path = g_array_index(files, CapturesFile, k).file->path;
			if (g_hash_table_add(listed, path))
				g_ptr_array_add(paths, path);
		}
	}
	return g_steal_pointer(&paths);
}

static gboolean
tell_lacking(Captures *captures, const GArray *hours, gint64 now, GPtrArray *shortfalls,
	GError **error)
{
	for (guint i = 0, next; i < hours->len; i = next) {
		gint64 first = g_array_index(hours, gint64, i), last = first;
		for (next = i + 1; next < hours->len &&
				   g_array_index(hours, gint64, next) == last + HOUR_SECONDS;
			next++)
			last += HOUR_SECONDS;
		if (!lacking_tell(captures, first, last, now, shortfalls, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_files(const Site *site, const Incident *incident, Taking *taking, gint64 now,
	GPtrArray *shortfalls, GError **error)
{
	const PickListener listener = {.data = taking, .found = take_packet};
	g_autoptr(Captures) captures = captures_new(site, NULL, error);
	g_autoptr(GArray) hours = hours_of(incident);
	g_autoptr(GPtrArray) paths = captures ? list_files(captures, hours, error) : NULL;
	g_autoptr(Pick) pick = paths ? make_pick(site, incident, error) : NULL;

	if (!pick || !tell_lacking(captures, hours, now, shortfalls, error))
		return FALSE;
	for (guint i = 0; i < paths->len; i++) {
		g_autoptr(GError) problem = NULL;
		if (!pick_read(pick, paths->pdata[i], &listener, &problem))
			g_ptr_array_add(shortfalls, g_strdup(problem->message));
		if (taking->error) {
			g_propagate_error(error, g_steal_pointer(&taking->error));
			return FALSE;
		}
	}
	if (pick_problem(pick, 0))
		g_ptr_array_add(shortfalls, g_strdup(pick_problem(pick, 0)));
	return TRUE;
}

/* ---- what is made of them ---- */

static gboolean
put(gpointer output, const guint8 *octets, gsize length, GError **error)
{
	return output_write(output, octets, length, error);
}

static gboolean
write_file(Taking *taking, const char *path, GError **error)
{
	g_autoptr(Output) output = output_new(path, error);
	guint8 header[SAVEFILE_HEADER];
	guint32 type = taking->n ? taking->link_type : (guint32)LINK_RAW;

	savefile_header(header, type, TRUE);
	return output && output_write(output, header, sizeof header, error) &&
	       pile_take(taking->pile, 0, TRUE, put, output, error) &&
	       output_finish(output, error);
}

static void
print_first(const Taking *taking, IncidentPackets *packets)
{
	g_autoptr(GPtrArray) first = g_ptr_array_new();
	g_autoptr(GPtrArray) texts = NULL;
	g_autoptr(GError) problem = NULL;
	g_autofree char *tcpdump = tcpdump_path();

	for (guint i = 0; i < taking->first->len; i++)
		g_ptr_array_add(first, &g_array_index(taking->first, PickPacket, i));
	if (!tcpdump) {
		packets->problem = g_strdup("tcpdump is not installed");
		return;
	}
	texts = tcpdump_print(tcpdump, (const PickPacket *const *)first->pdata, first->len,
		options_temp_folder(), &problem);
	if (texts)
		g_ptr_array_extend_and_steal(packets->texts, g_steal_pointer(&texts));
	else
		packets->problem = g_strdup(problem->message);
}

static void
tell_left_out(const Taking *taking, IncidentPackets *packets)
{
	g_autoptr(GString) reasons = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (guint i = 0; i < REASONS; i++) {
		if (taking->left_out[i] == 0)
			continue;
		packets->left_out += taking->left_out[i];
		text_item(reasons, "%s: %s",
			i == OTHER_TYPE ? "another link type than the first packet's"
					: scrub_outcome_name((ScrubOutcome)i),
			text_number(taking->left_out[i], number));
	}
	if (reasons->len > 0)
		packets->reasons = g_strdup(reasons->str);
}

IncidentPackets *
incident_packets_find(const Site *site, const Incident *incident, const Sanitize *sanitize,
	const char *path, gint64 now, GPtrArray *shortfalls, GError **error)
{
	g_auto(Taking) taking = {.home = site->home,
		.sanitize = sanitize,
		.kind = incident->kind ? kind_from_name(incident->kind, KIND_CONTACTS)
				       : KIND_NONE,
		.port = incident->port,
		.first = g_array_new(FALSE, FALSE, sizeof(PickPacket))};

	g_array_set_clear_func(taking.first, packet_clear);
	if (path && !(taking.pile = pile_new(options_temp_folder(), error)))
		return NULL;
	if (!read_files(site, incident, &taking, now, shortfalls, error) ||
		(path && !write_file(&taking, path, error)))
		return NULL;
	IncidentPackets *packets = g_new0(IncidentPackets, 1);
	packets->n = taking.n;
	packets->texts = g_ptr_array_new_with_free_func(g_free);
	tell_left_out(&taking, packets);
	if (taking.first->len > 0)
		print_first(&taking, packets);
	return packets;
}
