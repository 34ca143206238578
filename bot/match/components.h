/* components.h: the parts a score is made of: one row each, with its weight, its reader and its words. */
#ifndef MENTORD_MATCH_COMPONENTS_H
#define MENTORD_MATCH_COMPONENTS_H

#include "bot/match/answers.h"
#include "bot/match/match.h"

/* COMPONENT(NAME, name, weight): match_<name>_read and match_<name>_say live in <name>.c. Only the ratio of the weights
 * counts: a score is what was answered, rescaled to SCORE_MAX. */
#define MATCH_COMPONENT_LIST(COMPONENT) \
  COMPONENT(TOPICS, topics, 4000)       \
  COMPONENT(STYLE, style, 1000)         \
  COMPONENT(GRADE, grade, 1000)         \
  COMPONENT(TIMES, times, 1000)         \
  COMPONENT(PLACE, place, 800)          \
  COMPONENT(HOW, how, 600)
#define MATCH_COMPONENT_AS_ENUM(NAME, name, weight) MATCH_##NAME,
enum match_component { MATCH_COMPONENT_LIST(MATCH_COMPONENT_AS_ENUM) MATCH_COMPONENT_MAX_ };
#undef MATCH_COMPONENT_AS_ENUM

enum match_standing {
  MATCH_OFF,           /* this programme does not ask it */
  MATCH_MENTEE_SILENT, /* left out, the rest is rescaled */
  MATCH_MENTOR_SILENT, /* takes the average of the mentors who answered */
  MATCH_KNOWN          /* both said enough */
};

struct match_part {
  enum match_standing standing;
  int value;           /* 0…SCORE_MAX; MATCH_KNOWN only */
  uint32_t shared;     /* what the two have in common, as the component's own bits: for its words */
};

struct match_codes {   /* each NULL when there is nothing to say */
  const char *reason, *weak;
};

#define MATCH_COMPONENT_AS_READER(NAME, name, weight)                   \
  struct match_part match_##name##_read(const struct match_sides *sides); \
  struct match_codes match_##name##_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena);
MATCH_COMPONENT_LIST(MATCH_COMPONENT_AS_READER)
#undef MATCH_COMPONENT_AS_READER

/* What most components start from. */
enum match_standing match_standing(bool asked, bool mentee_spoke, bool mentor_spoke);
/* "code:one,two" of the names whose bit is set. */
const char *match_code_list(struct arena *arena, const char *code, const char *const *names, size_t count, uint32_t mask);

int match_component_weight(enum match_component which);
struct match_part match_component_read(enum match_component which, const struct match_sides *sides);
struct match_codes match_component_say(enum match_component which, const struct match_sides *sides, const struct match_part *part,
                                       struct arena *arena);

#endif
