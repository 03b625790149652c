/*
 * The shapes of traffic that the generator knows. To add one: a function and a line in
 * shape.c's table.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "tests/bench/traffic.h"

typedef struct {
	const char *name;
	const char *help;
	void (*run)(const Traffic *plan, Sink *sink);
} Shape;

/* NULL: no shape has that name. */
const Shape *shape_find(const char *name);

/* All of them with their help, for --help; free with g_free. */
char *shape_list(void);

#endif
