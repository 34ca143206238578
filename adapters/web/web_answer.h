/* web_answer.h: what one of the others would do now: play.yaml's answers, on the cards as they were rendered. Pure. */
#ifndef MENTORD_WEB_ANSWER_H
#define MENTORD_WEB_ANSWER_H

#include "adapters/web/web_line.h"
#include "adapters/web/web_rooms.h"

/* Fills kind, person, room or message, and what is said or chosen; the caller gives number, times and `n`. False when this
 * person has nothing to answer. A card whose key has an answer that is not among its choices is left alone, and its key
 * goes to *ret_misfit (NULL: none). Everything lives in `arena`, in `rooms`, or in the play. */
bool web_answer_next(const struct web_rooms *rooms, const struct web_play_person *person, struct arena *arena,
                     struct web_line *ret_line, const char **ret_misfit);

#endif
