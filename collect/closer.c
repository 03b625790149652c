#include "config.h"

#include "collect/closer.h"

struct Closer {
	GThreadPool *thread;    /* owned */
	Compressor *compressor; /* borrowed */
	void (*say)(const char *message);
};

static void
close_file(gpointer task, gpointer data)
{
	Closer *closer = data;
	g_autoptr(HourFile) file = task;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = hour_file_close(file, &error);

	if (!path)
		closer->say(error->message);
	else if (closer->compressor)
		compressor_add(closer->compressor, path);
}

Closer *
closer_new(Compressor *compressor, void (*say)(const char *message), GError **error)
{
	g_autofree Closer *closer = g_new0(Closer, 1);

	closer->compressor = compressor;
	closer->say = say;
	closer->thread = g_thread_pool_new(close_file, closer, 1, TRUE, error);
	return closer->thread ? g_steal_pointer(&closer) : NULL;
}

void
closer_free(Closer *closer)
{
	if (!closer)
		return;
	g_thread_pool_free(closer->thread, FALSE, TRUE);
	g_free(closer);
}

void
closer_add(Closer *closer, HourFile *file)
{
	g_thread_pool_push(closer->thread, file, NULL);
}
