#include "config.h"

#include "tests/bench/label_stage.h"
#include "tests/bench/label_truth.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	SNAP = 96,
	RECORD_SIZE = 16,
	OUTSIDE_PREFIXES = 1 << 22, /* /24s among the hosts of packet.h */
};

struct Actor {
	const Kind *kind; /* borrowed */
	guint number, of;
	guint64 first, last; /* first > last: sent nothing */
	gboolean v6;
	GArray *sources; /* owned: guint32 */
	Truth *truth;    /* owned */
};

typedef struct {
	guint64 at;
	guint32 serial;
	Packet packet;
} Record;

struct Stage {
	guint64 seed, end;
	guint percent;
	Random random;
	Home *home;        /* owned */
	GPtrArray *actors; /* owned: Actor */
	GArray *records;   /* owned: Record */
	guint8 *taken;     /* owned: one for each /24 outside */
};

static const Kind bystander = {"bystander", "ordinary", 0, "",
	"scan,coordinated-scan,decoy,flood,inverse-mapping,hijack", NULL};

static void
actor_free(gpointer data)
{
	Actor *actor = data;

	g_array_free(actor->sources, TRUE);
	truth_free(actor->truth);
	g_free(actor);
}

Stage *
stage_new(guint64 seed, guint days, guint percent)
{
	Stage *stage = g_new0(Stage, 1);

	stage->seed = seed;
	stage->end = days * DAY;
	stage->percent = percent;
	random_seed(&stage->random, seed);
	stage->home = home_new(&stage->random);
	stage->actors = g_ptr_array_new_with_free_func(actor_free);
	stage->records = g_array_new(FALSE, FALSE, sizeof(Record));
	stage->taken = g_malloc0(OUTSIDE_PREFIXES);
	return stage;
}

void
stage_free(Stage *stage)
{
	home_free(stage->home);
	g_ptr_array_free(stage->actors, TRUE);
	g_array_free(stage->records, TRUE);
	g_free(stage->taken);
	g_free(stage);
}

static Actor *
add_actor(Stage *stage, const Kind *kind, guint number, guint of)
{
	Actor *actor = g_new0(Actor, 1);

	actor->kind = kind;
	actor->number = number;
	actor->of = of;
	actor->first = G_MAXUINT64;
	actor->sources = g_array_new(FALSE, FALSE, sizeof(guint32));
	actor->truth = truth_new();
	g_ptr_array_add(stage->actors, actor);
	return actor;
}

Actor *
stage_bystander(Stage *stage)
{
	return add_actor(stage, &bystander, stage->actors->len, 0);
}

void
stage_play(Stage *stage, const Kind *kinds)
{
	for (const Kind *kind = kinds; kind->name != NULL; kind++) {
		const guint actors = MAX(kind->actors * stage->percent / 100, 1);

		for (guint i = 0; i < actors; i++) {
			random_seed(&stage->random,
				stage->seed << 32 ^ (guint64)g_str_hash(kind->name) << 12 ^ i);
			kind->play(stage, add_actor(stage, kind, i, actors));
		}
	}
}

const Home *
stage_home(const Stage *stage)
{
	return stage->home;
}

Random *
stage_random(Stage *stage)
{
	return &stage->random;
}

guint64
stage_end(const Stage *stage)
{
	return stage->end;
}

guint
actor_number(const Actor *actor)
{
	return actor->number;
}

guint
actor_of(const Actor *actor)
{
	return actor->of;
}

void
actor_speaks_v6(Actor *actor)
{
	actor->v6 = TRUE;
}

guint32
stage_host(Stage *stage, Actor *actor)
{
	guint32 prefix;

	do
		prefix = random_below(&stage->random, OUTSIDE_PREFIXES);
	while (stage->taken[prefix]);
	stage->taken[prefix] = TRUE;

	guint32 host = PACKET_OUTSIDE + prefix * 256 + 1 + random_below(&stage->random, 254);

	g_array_append_val(actor->sources, host);
	return host;
}

guint32
stage_neighbour(Stage *stage, Actor *actor, guint32 host)
{
	gboolean known;

	do {
		host = (host & ~0xffu) + 1 + random_below(&stage->random, 254);
		known = FALSE;
		for (guint i = 0; i < actor->sources->len; i++)
			known |= g_array_index(actor->sources, guint32, i) == host;
	} while (known);
	g_array_append_val(actor->sources, host);
	return host;
}

void
stage_send(Stage *stage, Actor *actor, guint64 at, const Packet *packet)
{
	const Record record = {at, stage->records->len, *packet};

	if (at >= stage->end)
		return;
	g_array_append_val(stage->records, record);
	truth_add(actor->truth, at, packet);
	actor->first = MIN(actor->first, at);
	actor->last = MAX(actor->last, at);
}

static int
by_time(const void *left, const void *right)
{
	const Record *a = left, *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

static void
write_capture(Stage *stage, FILE *file)
{
	const guint32 header[6] = {0xa1b23c4d, 2 | 4 << 16, 0, 0, SNAP, 1};
	guint8 frame[SNAP + 128];

	g_array_sort(stage->records, by_time);
	random_seed(&stage->random, ~stage->seed);
	fwrite(header, sizeof header, 1, file);
	for (guint i = 0; i < stage->records->len; i++) {
		const Record *record = &g_array_index(stage->records, Record, i);
		guint32 head[RECORD_SIZE / 4];

		head[0] = STAGE_START + (guint32)(record->at / SECOND);
		head[1] = (guint32)(record->at % SECOND);
		head[2] = packet_write(&record->packet, &stage->random, SNAP, frame, &head[3]);
		fwrite(head, sizeof head, 1, file);
		fwrite(frame, head[2], 1, file);
	}
}

static void
write_time(FILE *file, gint64 seconds)
{
	const time_t time = (time_t)(STAGE_START + seconds);
	struct tm parts;
	char text[32];

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&time, &parts));
	fputs(text, file);
}

static int
by_number(const void *left, const void *right)
{
	const guint32 *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static void
write_sources(const Actor *actor, FILE *file)
{
	char text[48];

	g_array_sort(actor->sources, by_number);
	for (guint i = 0; i < actor->sources->len; i++) {
		const guint32 source = g_array_index(actor->sources, guint32, i);

		if (i > 0)
			putc(',', file);
		if (!actor->v6) {
			fputs(packet_address(source, FALSE, text), file);
			continue;
		}
		/* 2a00:NUMBER::1, told by its /64 */
		packet_address(source, TRUE, text);
		text[strlen(text) - 1] = '\0';
		fprintf(file, "%s/64", text);
	}
}

static void
write_targets(const Actor *actor, FILE *file)
{
	g_autoptr(GArray) targets = truth_targets(actor->truth);
	char text[48];

	for (guint i = 0; i < targets->len; i++)
		fprintf(file, "%s%s", i > 0 ? "," : "",
			packet_address(g_array_index(targets, guint32, i), actor->v6, text));
	if (targets->len == 0)
		putc('-', file);
}

static void
write_actor(const Actor *actor, FILE *file)
{
	TruthWindow windows[SPAN_COUNT];

	truth_count(actor->truth, windows);
	fprintf(file, "%s-%u\t%s\t%s\t", actor->kind->name, actor->number + 1,
		actor->kind->name, actor->kind->judged);
	write_sources(actor, file);
	putc('\t', file);
	write_time(file, (gint64)(actor->first / SECOND));
	putc('\t', file);
	write_time(file, (gint64)(actor->last / SECOND));
	for (guint i = 0; i < SPAN_COUNT; i++) {
		fprintf(file, "\t%u@", windows[i].hosts);
		write_time(file, (gint64)windows[i].hour * 3600);
	}
	fprintf(file, "\t%u\t%s\t%s\t", truth_ports(actor->truth),
		*actor->kind->accepted != '\0' ? actor->kind->accepted : "-",
		*actor->kind->forbidden != '\0' ? actor->kind->forbidden : "-");
	write_targets(actor, file);
	putc('\n', file);
}

gboolean
stage_write(Stage *stage, FILE *capture, FILE *truth)
{
	write_capture(stage, capture);
	fprintf(truth, "# home=%s start=", PACKET_SITE);
	write_time(truth, 0);
	fputs(" end=", truth);
	write_time(truth, (gint64)(stage->end / SECOND));
	fputs("\n# name kind judged sources first last hosts_1h hosts_24h hosts_7d ports "
	      "accepted "
	      "forbidden targets\n",
		truth);
	for (guint i = 0; i < stage->actors->len; i++) {
		const Actor *actor = stage->actors->pdata[i];

		if (actor->first <= actor->last)
			write_actor(actor, truth);
	}
	return !ferror(capture) && fflush(capture) == 0 && !ferror(truth) && fflush(truth) == 0;
}
