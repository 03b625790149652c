/*
 * An hour held in memory, made by dice: what a tally is written from, and the oracle of what
 * must come back.
 */
#ifndef TESTS_TALLY_MODEL_H
#define TESTS_TALLY_MODEL_H

#include "tally/reader.h"
#include "tally/writer.h"

typedef struct {
	Address address;
	guint32 first_pair, n_pairs;
	guint32 first_trait, n_traits;
} ModelSource;

typedef struct {
	GArray *sources;  /* of ModelSource */
	GArray *pairs;    /* of Pair; contacts not set: those of pair i begin at starts[i] */
	GArray *starts;   /* of guint32 */
	GArray *contacts; /* of Contact */
	GArray *traits;   /* of Trait */
	HourFacts *hour;
} Model;

typedef struct {
	guint32 v4, v6;    /* sources of each family */
	guint32 pairs;     /* of a source: 1 to so many */
	guint32 contacts;  /* of a pair: 0 to so many */
	gboolean extremes; /* numbers from all their range, not only as hours have them */
	gboolean run;
	guint32 spoke; /* of each family */
} ModelPlan;

Model *model_new(const ModelPlan *plan, guint32 seed);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

/* Hands everything to a writer; finishing is left to the caller. */
void model_write(const Model *model, Writer *writer);

/* NULL when the reader, opened with parts, gives what the model holds from its source `from`
 * on; else what differs; free with g_free. A run's model is compared with its sequence
 * numbers. */
char *model_compare(const Model *model, Reader *reader, guint parts, guint32 from);

#endif
