#include "config.h"

#include "tally/scene.h"

/* The first sighting whose source is not before the address. */
static guint
lower_bound(const GArray *hijacks, const Address *address)
{
	guint low = 0, high = hijacks->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const SceneHijack *item = &g_array_index(hijacks, SceneHijack, middle);
		if (address_compare(&item->hijack.source, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

guint
scene_hijacks(const Scene *scene, const Subject *subject, guint *first)
{
	const Address *last = &subject->members[subject->n_members - 1].source;
	guint next;

	if (!scene->hijacks || scene->hijacks->len == 0)
		return *first = 0;
	*first = next = lower_bound(scene->hijacks, &subject->members[0].source);
	while (next < scene->hijacks->len &&
		address_compare(&g_array_index(scene->hijacks, SceneHijack, next).hijack.source,
			last) <= 0)
		next++;
	return next - *first;
}
