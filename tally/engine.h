/*
 * From captures to hourly tallies: reads chunks, decodes, fills contact tables (one an hour and
 * shard), spills them to sorted runs when the budget is full, and writes each hour. Threads
 * share the work by source, so that a source's packets stay in the order of the files.
 */
#ifndef TALLY_ENGINE_H
#define TALLY_ENGINE_H

#include "common/home.h"
#include "tally/intake.h"
#include "tally/reader.h"

typedef struct {
	const Home *home; /* borrowed */
	guint grid_minutes;
	const char *sensor; /* borrowed; "" for captures without a store */
	const Signature *signatures;
	gsize n_signatures;
	guint64 budget;     /* octets for contact tables; beyond it runs go to `folder` */
	const char *folder; /* borrowed; for runs and unnamed tallies */
	guint threads;      /* 1 or more */
	/* Only packets of the hour that begins at `hour` (seconds since 1970) are taken. It is
	 * there even if there are none, and tells what was not read of any of the files. */
	gboolean one_hour;
	gint64 hour;
	const gint *stop; /* borrowed; NULL, or once it is not 0 engine_read fails soon */
	void (*progress)(gpointer data, guint64 packets, guint64 position, guint64 size);
	gpointer progress_data;
} EngineSettings;

/* What the work came to, for messages and bench. */
typedef struct {
	guint files_read; /* files of which at least the header was read */
	/* of char *: one line for each file not read to its end; owned by the engine */
	GPtrArray *shortfalls;
	guint64 packets;
	/* when the tables were fullest: contacts and traits in them, octets of each with their
	 * indexes */
	guint64 contacts, traits;
	guint64 table_octets, trait_octets;
	guint64 runs; /* spilled */
	/* seconds of work, all threads together; write holds sort */
	double read, decode, table, sort, write;
} EngineReport;

typedef struct Engine Engine;

/* digest_settings of home, grid and signatures. */
guint64 engine_digest(const EngineSettings *settings);

Engine *engine_new(const EngineSettings *settings);
void engine_free(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

/*
 * Reads all packets of the files ("-": standard input). TRUE when at least one was read as a
 * capture; files that were not, or not to their end, are told in the report's shortfalls (exit
 * status 3). FALSE, with the first file's error: none was. FALSE also when spilling failed
 * (disk full).
 */
gboolean engine_read(Engine *engine, const char *const *files, guint n_files, GError **error);
const EngineReport *engine_report(const Engine *engine);
/* After engine_read: of the file with this number; owned by the engine. */
const IntakeFile *engine_file(const Engine *engine, guint i);

/* The hours that had packets, ascending. */
guint engine_n_hours(const Engine *engine);
gint64 engine_hour(const Engine *engine, guint i);

/* What hour i's tally will say of itself, for what packets do not tell (inputs, drops, a cut
 * known from elsewhere); owned by the engine. */
HourFacts *engine_facts(Engine *engine, guint i);

/* Writes hour i's tally to path (see writer_new); each hour once. The hour's tables are gone
 * afterwards. */
gboolean engine_write(Engine *engine, guint i, const char *path, GError **error);
/* The same to an unnamed file in the settings' folder, opened for reading. */
Reader *engine_open(Engine *engine, guint i, guint parts, GError **error);

#endif
