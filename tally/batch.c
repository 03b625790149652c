#include "config.h"

#include "tally/batch.h"

/* What the workers share. */
typedef struct {
	const BatchSettings *settings;
	GArray *hours;
	EngineSettings engine; /* of each */
	GMutex strays;         /* HourJob.lock */
	gint next;             /* atomic: the hour to be begun next */
} Work;

static gboolean
is_stopped(const Work *work)
{
	return work->engine.stop && g_atomic_int_get(work->engine.stop) != 0;
}

static gpointer
work_on(gpointer data)
{
	Work *work = data;

	while (!is_stopped(work)) {
		guint i = (guint)g_atomic_int_add(&work->next, 1);
		if (i >= work->hours->len)
			break;
		BatchHour *hour = &g_array_index(work->hours, BatchHour, i);
		const HourJob job = {
			.spool = work->settings->spool,
			.store = work->settings->store,
			.sensor = hour->sensor,
			.hour = hour->hour,
			.engine = work->engine,
			.strays = hour->strays,
			.lock = &work->strays,
		};
		gint64 start = g_get_monotonic_time();
		hour->begun = TRUE;
		hour_job_run(&job, &hour->result);
		hour->spent_us = (guint64)(g_get_monotonic_time() - start);
	}
	return NULL;
}

void
batch_run(const BatchSettings *settings, GArray *hours)
{
	guint threads = MAX(settings->engine.threads, 1), workers = MIN(threads, hours->len);
	g_autofree GThread **others = g_new0(GThread *, threads);
	Work work = {.settings = settings, .hours = hours, .engine = settings->engine};

	if (workers == 0)
		return;
	work.engine.threads = threads / workers;
	work.engine.budget = settings->engine.budget / workers;
	g_mutex_init(&work.strays);
	for (guint i = 1; i < workers; i++)
		others[i] = g_thread_new("hour", work_on, &work);
	work_on(&work);
	for (guint i = 1; i < workers; i++)
		g_thread_join(others[i]);
	g_mutex_clear(&work.strays);
}

void
batch_clear(GArray *hours)
{
	for (guint i = 0; i < hours->len; i++) {
		BatchHour *hour = &g_array_index(hours, BatchHour, i);
		if (hour->begun)
			hour_result_clear(&hour->result);
	}
	g_array_set_size(hours, 0);
}
