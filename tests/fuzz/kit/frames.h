/* frames.h: what must hold of every frame that one end of a link hands over, or sends. */
#ifndef TEST_FUZZ_FRAMES_H
#define TEST_FUZZ_FRAMES_H

#include "adapters/kit/link_frame.h"

/* A frame that came in is complete, and written and read again it is the same. */
void frames_check(const struct link_frame *frame);
/* Each line of what an end sent is one that the other end takes from it. Returns how many there were of each kind. */
void frames_check_sent(const struct text *sent, bool from_bot, size_t ret_counts[LINE_MAX_]);

#endif
