#include "config.h"

#include "tally/digest.h"

#include <string.h>
#include <xxhash.h>

guint64
digest_settings(
	const char *home, guint grid_minutes, const Signature *signatures, gsize n_signatures)
{
	XXH64_state_t *state = XXH64_createState();
	guint64 digest;

	XXH64_reset(state, 0);
	XXH64_update(state, home, strlen(home) + 1);
	XXH64_update(state, &grid_minutes, sizeof grid_minutes);
	for (gsize i = 0; i < n_signatures; i++) {
		const Signature *s = signatures + i;
		XXH64_update(state, s->name, strlen(s->name) + 1);
		XXH64_update(state, &s->fields, sizeof s->fields);
		XXH64_update(state, s->low, sizeof s->low);
		XXH64_update(state, s->high, sizeof s->high);
	}
	digest = XXH64_digest(state);
	XXH64_freeState(state);
	return digest;
}
