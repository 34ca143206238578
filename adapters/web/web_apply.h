/* web_apply.h: what a line of the journal does to the platform. The same for a line that was just written and for one that
 * is replayed at start, so that a restart makes nothing new. */
#ifndef MENTORD_WEB_APPLY_H
#define MENTORD_WEB_APPLY_H

#include "adapters/web/web_events.h"
#include "adapters/web/web_line.h"
#include "adapters/web/web_rooms.h"

/* Changes rooms and events; a line that says what was said before (the same `n`, the same action id) changes nothing.
 * `scratch` holds what only this call needs; the caller clears it. */
void web_apply(struct web_rooms *rooms, struct web_events *events, const struct web_line *line, struct arena *scratch);

#endif
