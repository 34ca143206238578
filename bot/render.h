/* render.h: a row of the outbox becomes a card: words, names and dates put in, cut down to what a link can show. Pure. */
#ifndef MENTORD_RENDER_H
#define MENTORD_RENDER_H

#include "bot/message.h"
#include "bot/words/words.h"
#include "state/txn.h"

/* In `arena`, but for texts that are borrowed from `out` and `view`, which is only read. Choices become tokens "talk.step.nonce.position" (a value that begins with
 * "do:" is its own token) and, always, a numbered list in card.plain; where the link shows fewer buttons than there are
 * choices, the input becomes a select, or nothing but the plain list. Every sentence gets the parameters of cards.h. */
void render_card(const struct out *out, struct txn *view, struct words *words, const struct capabilities *can,
                 struct arena *arena, struct card *ret_card);
/* A copy of a row that carries somebody's own words, with one line for each paragraph of `plain` before its own lines: to be
 * rendered at once, and never stored. */
const struct out *render_relayed(const struct out *out, const char *plain, struct arena *arena);
/* One sentence: for the ack's reply. `reader` is a person's id, or NULL. */
const char *render_line(const struct line *line, struct txn *view, struct words *words, const char *reader, struct arena *arena);
/* What stands on a choice. */
const char *render_label(const struct choice *choice, struct txn *view, struct words *words, const char *reader, struct arena *arena);
/* "Wed 13 Jan, 10:00: reminder to Ben" in the scheme's zone: for the demo's clock. */
const char *render_due(const struct due *due, struct txn *view, struct words *words, struct arena *arena);

#endif
