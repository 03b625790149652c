/*
 * The site's own hosts that many have a reason to call, by what they are: [targets]
 * infrastructure = 192.0.2.53 dns; 192.0.2.25 mail.
 */
#ifndef TALLY_INFRASTRUCTURE_H
#define TALLY_INFRASTRUCTURE_H

#include "common/address.h"
#include "common/settings.h"

extern const SettingGroup targets_group;

typedef struct Infrastructure Infrastructure;

/* settings: with targets_group; its texts are copied. */
Infrastructure *infrastructure_new(const Settings *settings);
void infrastructure_free(Infrastructure *infrastructure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Infrastructure, infrastructure_free)

/* "dns", by the most specific network that holds the address, the first of equal ones; NULL: it
 * is none. Owned by infrastructure. */
const char *infrastructure_role(const Infrastructure *infrastructure, const Address *address);

/* How many networks are named. */
guint infrastructure_size(const Infrastructure *infrastructure);

#endif
