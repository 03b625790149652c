#include "config.h"

#include "collect/notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
notify_open(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = g_getenv("NOTIFY_SOCKET");
	gsize length = path ? strlen(path) : 0;

	if (length < 2 || length >= sizeof address.sun_path ||
		(path[0] != '/' && path[0] != '@'))
		return -1;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@') /* of the abstract kind, which begins with NUL */
		address.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
notify_send(int fd, const char *state)
{
	gsize length = strlen(state);

	/* A manager that does not listen is its own affair. */
	if (fd >= 0 && write(fd, state, length) != (gssize)length)
		g_debug("the service manager was not told: %s", state);
}
