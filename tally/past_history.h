/*
 * A store's memory as the detector of campaigns asks for it.
 */
#ifndef TALLY_PAST_HISTORY_H
#define TALLY_PAST_HISTORY_H

#include "tally/past.h"
#include "tally/port_history.h"

/*
 * past: borrowed. Days of 24 h that begin at another hour than 0 UTC are answered by the UTC day that
 * holds most of them. KIND_SYN stands for all requests of TCP. Of several sensors the sources are
 * added up: rather too many, so that the past makes no campaign of what is usual. When the past
 * cannot be read, its shortfalls say so.
 */
PortHistory past_history(Past *past);

#endif
