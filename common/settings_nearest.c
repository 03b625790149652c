/*
 * Which of some names a slip of the pen most likely meant: the one at the least distance, where
 * a letter put in, left out, or taken for another counts one, and so do two that changed
 * places. Source: Damerau 1964, in the form of "optimal string alignment".
 */
#include "config.h"

#include "common/settings.h"

#include <string.h>

enum { LENGTH_MAX = 32 }; /* a longer text is no slip of any name */

static guint
distance(const char *a, const char *b)
{
	guint rows[LENGTH_MAX + 1][LENGTH_MAX + 1];
	guint length_a = (guint)strlen(a), length_b = (guint)strlen(b);

	for (guint i = 0; i <= length_a; i++) {
		for (guint k = 0; k <= length_b; k++) {
			if (i == 0 || k == 0) {
				rows[i][k] = i + k;
				continue;
			}
			guint least = rows[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
			least = MIN(least, MIN(rows[i - 1][k], rows[i][k - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				least = MIN(least, rows[i - 2][k - 2] + 1);
			rows[i][k] = least;
		}
	}
	return rows[length_a][length_b];
}

const char *
settings_nearest(const char *text, const char *const *names)
{
	const char *nearest = NULL;
	guint least = G_MAXUINT;

	if (strlen(text) > LENGTH_MAX)
		return NULL;
	for (; *names; names++) {
		gsize length = strlen(*names);
		/* Of a short name not much may be wrong, or everything is near it. */
		guint limit = length < 6 ? 1 : 2;
		guint far = length > LENGTH_MAX ? G_MAXUINT : distance(text, *names);
		if (far <= limit && far < least) {
			nearest = *names;
			least = far;
		}
	}
	return nearest;
}
