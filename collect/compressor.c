#include "config.h"

#include "collect/compressor.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/compress.h"
#include "common/failure.h"

typedef struct {
	char *path; /* owned */
	gboolean told;
} Job;

struct Compressor {
	int level;
	void (*say)(const char *message);
	GThread *thread;
	gint stop; /* atomic */
	GMutex lock;
	GCond changed;
	/* Under lock. */
	GQueue fresh; /* of Job * */
	gboolean busy;
	/* The thread's. */
	GQueue failed; /* of Job * */
};

static void
job_free(gpointer data)
{
	Job *job = data;

	g_free(job->path);
	g_free(job);
}

/* This thread alone gives way to all others, in processor and disk; where it may not, it works
 * as they do. */
static void
give_way(void)
{
	/* Source: ioprio_set(2), which glibc does not declare. */
	enum { IOPRIO_WHO_PROCESS = 1, IOPRIO_CLASS_IDLE = 3, IOPRIO_CLASS_SHIFT = 13 };
	const struct sched_param none = {0};
	const int lowest = 19;

	(void)sched_setscheduler(0, SCHED_IDLE, &none);
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), lowest);
	(void)syscall(
		SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT);
}

/* Tries each job in turn; those that fail stay. */
static void
work(Compressor *compressor, GQueue *jobs)
{
	Job *job;

	while (!g_atomic_int_get(&compressor->stop) && (job = g_queue_pop_head(jobs))) {
		g_autoptr(GError) error = NULL;

		if (compress_file(job->path, compressor->level, &compressor->stop, &error)) {
			job_free(job);
			continue;
		}
		if (!job->told && !g_atomic_int_get(&compressor->stop))
			compressor->say(error->message);
		job->told = TRUE;
		g_queue_push_tail(&compressor->failed, job);
	}
}

/* Until there is something to do: a new file, or time to try again. */
static void
wait_for_work(Compressor *compressor)
{
	gint64 deadline =
		g_get_monotonic_time() + (gint64)COMPRESSOR_RETRY_SECONDS * G_TIME_SPAN_SECOND;

	while (g_queue_is_empty(&compressor->fresh) && !g_atomic_int_get(&compressor->stop))
		if (g_queue_is_empty(&compressor->failed))
			g_cond_wait(&compressor->changed, &compressor->lock);
		else if (!g_cond_wait_until(&compressor->changed, &compressor->lock, deadline))
			break;
}

/* The failed ones, which are older, then the fresh ones. */
static void
take_jobs(Compressor *compressor, GQueue *jobs)
{
	Job *job;

	while ((job = g_queue_pop_head(&compressor->failed)))
		g_queue_push_tail(jobs, job);
	while ((job = g_queue_pop_head(&compressor->fresh)))
		g_queue_push_tail(jobs, job);
}

static gpointer
run(gpointer data)
{
	Compressor *compressor = data;
	GQueue jobs = G_QUEUE_INIT;

	give_way();
	g_mutex_lock(&compressor->lock);
	while (!g_atomic_int_get(&compressor->stop)) {
		take_jobs(compressor, &jobs);
		g_mutex_unlock(&compressor->lock);
		work(compressor, &jobs);
		g_mutex_lock(&compressor->lock);
		compressor->busy = !g_queue_is_empty(&compressor->fresh);
		g_cond_broadcast(&compressor->changed);
		wait_for_work(compressor);
	}
	g_mutex_unlock(&compressor->lock);
	g_queue_clear_full(&jobs, job_free);
	return NULL;
}

Compressor *
compressor_new(int level, void (*say)(const char *message), GError **error)
{
	g_autoptr(Compressor) compressor = g_new0(Compressor, 1);

	compressor->level = level;
	compressor->say = say;
	g_mutex_init(&compressor->lock);
	g_cond_init(&compressor->changed);
	g_queue_init(&compressor->fresh);
	g_queue_init(&compressor->failed);
	compressor->thread = g_thread_try_new("compressor", run, compressor, error);
	return compressor->thread ? g_steal_pointer(&compressor) : NULL;
}

void
compressor_add(Compressor *compressor, const char *path)
{
	Job *job = g_new0(Job, 1);

	job->path = g_strdup(path);
	g_mutex_lock(&compressor->lock);
	g_queue_push_tail(&compressor->fresh, job);
	compressor->busy = TRUE;
	g_cond_broadcast(&compressor->changed);
	g_mutex_unlock(&compressor->lock);
}

void
compressor_wait(Compressor *compressor)
{
	g_mutex_lock(&compressor->lock);
	while (compressor->busy)
		g_cond_wait(&compressor->changed, &compressor->lock);
	g_mutex_unlock(&compressor->lock);
}

void
compressor_free(Compressor *compressor)
{
	if (!compressor)
		return;
	g_atomic_int_set(&compressor->stop, TRUE);
	if (compressor->thread) {
		g_mutex_lock(&compressor->lock);
		g_cond_broadcast(&compressor->changed);
		g_mutex_unlock(&compressor->lock);
		g_thread_join(compressor->thread);
	}
	g_queue_clear_full(&compressor->fresh, job_free);
	g_queue_clear_full(&compressor->failed, job_free);
	g_mutex_clear(&compressor->lock);
	g_cond_clear(&compressor->changed);
	g_free(compressor);
}
