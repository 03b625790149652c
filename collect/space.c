#include "config.h"

#include "collect/space.h"

#include <sys/statvfs.h>

guint64
space_free(const char *folder)
{
	struct statvfs info;

	return statvfs(folder, &info) == 0 ? (guint64)info.f_bavail * info.f_frsize
					   : G_MAXUINT64;
}

gboolean
space_is_enough(const char *folder, guint64 keep_free, gboolean again)
{
	struct statvfs info;

	if (statvfs(folder, &info) != 0)
		return TRUE; /* writing will tell */
	guint64 margin = (guint64)info.f_blocks * info.f_frsize / 50;
	guint64 needed =
		keep_free + (again ? CLAMP(margin, SPACE_MARGIN_MIN, SPACE_MARGIN_MAX) : 0);
	return (guint64)info.f_bavail * info.f_frsize >= needed;
}
