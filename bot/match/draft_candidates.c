/* draft_candidates.c: a round's people as the engine's search for likely pairs wants them: who wants what, who offers it, and how cheap
 * a pair can be at least.
 *
 * Of all parts of a score only topics are promised anything: the others are taken as if they were met in full. Each part counts for a
 * mentee with whichever mentor, or with none of them (points.c), so a mentee's weights have one sum. Two offers are no topics: to have
 * said "any", and to have said nothing, which counts as the average. */
#include <string.h>

#include "bot/base/map.h"
#include "bot/match/answers.h"
#include "bot/match/candidates.h"
#include "bot/match/draft.h"

enum { TOPIC_ANY, TOPIC_SILENT, TOPIC_SPOKEN, TOPIC_FIRST, WANTED_MAX = 32, WISHES_MAX = WANTED_MAX + 2 };

struct topics { /* text -> number */
  struct map *numbers; /* owned; the number plus one, as a pointer */
  size_t count;
};

struct lists {
  const struct match_draft *draft;
  struct topics topics;
  int64_t *offered_first, *wanted_first, *term_first;
  uint32_t *offered;
  struct candidates_wish *wanted;
  int32_t *apart;
};

static uint32_t topic_number(struct topics *topics, const char *name) {
  uintptr_t known = (uintptr_t)map_get(topics->numbers, name);
  if (known == 0) {
    known = ++topics->count;
    (void)map_put(topics->numbers, name, (void *)known);
  }
  return (uint32_t)(TOPIC_FIRST + known - 1);
}

/* The topics somebody named, each once, without "other". */
static struct strs topics_said(const struct match_said *said, struct arena *arena) {
  struct strs topics = {arena_alloc(arena, (said->values.count + 1) * sizeof *topics.items), 0};
  for (size_t i = 0; said->how == MATCH_SAID && i < said->values.count; i++) {
    const char *value = said->values.items[i];
    if (strcmp(value, "other") != 0 && !strs_has(topics, value)) topics.items[topics.count++] = value;
  }
  return topics;
}

/* ---- what mentors offer ---- */
static void offer(struct lists *lists, struct arena *arena, size_t mentor) {
  struct match_said said = match_said(lists->draft->table.mentors.items[mentor].enrolment, "topics");
  struct strs topics = topics_said(&said, arena);
  int64_t at = lists->offered_first[mentor];
  if (said.how == MATCH_SAID_ANY) lists->offered[at++] = TOPIC_ANY;
  else lists->offered[at++] = topics.count == 0 ? TOPIC_SILENT : TOPIC_SPOKEN;
  for (size_t i = 0; i < topics.count; i++) lists->offered[at++] = topic_number(&lists->topics, topics.items[i]);
  lists->offered_first[mentor + 1] = at;
}

static void offers(struct lists *lists, struct arena *arena) {
  const struct match_people *mentors = &lists->draft->table.mentors;
  size_t most = 0;
  for (size_t j = 0; j < mentors->count; j++) most += match_said(mentors->items[j].enrolment, "topics").values.count + 1;
  lists->offered_first = arena_alloc(arena, (mentors->count + 1) * sizeof *lists->offered_first);
  lists->offered = arena_alloc(arena, (most + 1) * sizeof *lists->offered);
  for (size_t j = 0; j < mentors->count; j++) offer(lists, arena, j);
}

/* ---- what mentees want, and what it can be worth ---- */
static int64_t weights_of(const struct match_averages *averages) {
  int64_t weights = 0;
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++)
    if (averages->of[c] != MATCH_NO_AVERAGE) weights += match_component_weight((enum match_component)c);
  return weights;
}

/* Rounded up, and one more for the rounding of the score and one for that of the cost: a promise may be too low, never too high. */
static int32_t worth(const struct lists *lists, int64_t value, int64_t weights) {
  int64_t points = match_component_weight(MATCH_TOPICS) * value / weights + 2;
  return (int32_t)(points / lists->draft->step + 1);
}

static void want(struct lists *lists, struct arena *arena, size_t mentee) {
  const struct match_averages *averages = &lists->draft->table.averages[mentee];
  struct match_said said = match_said(lists->draft->table.mentees.items[mentee].enrolment, "topics");
  struct strs topics = topics_said(&said, arena);
  int64_t at = lists->wanted_first[mentee], weights = weights_of(averages);
  int average = averages->of[MATCH_TOPICS];
  bool counts = average != MATCH_NO_AVERAGE && weights > 0;
  int64_t others = counts ? weights - match_component_weight(MATCH_TOPICS) : weights;
  int64_t least = weights == 0 ? SCORE_MAX / 2 : SCORE_MAX - others * SCORE_MAX / weights;
  lists->apart[mentee] = least > 2 * lists->draft->step ? (int32_t)((least - 2) / lists->draft->step - 1) : 0;
  lists->wanted_first[mentee + 1] = at;
  if (!counts) return;
  lists->wanted[at++] = (struct candidates_wish){TOPIC_ANY, worth(lists, SCORE_MAX, weights)};
  lists->wanted[at++] = (struct candidates_wish){TOPIC_SILENT, worth(lists, average, weights)};
  if (said.how == MATCH_SAID_ANY) lists->wanted[at++] = (struct candidates_wish){TOPIC_SPOKEN, worth(lists, SCORE_MAX, weights)};
  for (size_t i = 0; i < topics.count && i < WANTED_MAX; i++) {
    size_t of = topics.count < WANTED_MAX ? topics.count : WANTED_MAX;
    lists->wanted[at++] = (struct candidates_wish){topic_number(&lists->topics, topics.items[i]), worth(lists, SCORE_MAX / (int64_t)of + 1, weights)};
  }
  lists->wanted_first[mentee + 1] = at;
}

static void wishes(struct lists *lists, struct arena *arena) {
  size_t mentees = lists->draft->table.mentees.count;
  lists->wanted_first = arena_alloc(arena, (mentees + 1) * sizeof *lists->wanted_first);
  lists->term_first = arena_alloc(arena, (mentees + 1) * sizeof *lists->term_first);
  lists->wanted = arena_alloc(arena, mentees * WISHES_MAX * sizeof *lists->wanted);
  lists->apart = arena_alloc(arena, mentees * sizeof *lists->apart);
  for (size_t i = 0; i < mentees; i++) want(lists, arena, i);
}

/* ---- the search ---- */
static int32_t cost(void *context, size_t mentee, size_t mentor) {
  const struct match_draft *draft = context;
  return match_draft_allows(draft, mentee, mentor) ? match_draft_cost(draft, mentee, mentor) : -1;
}

static void tell(void *context, enum candidates_stage stage, size_t done, size_t all) {
  static const struct match_way ways[] = {[CANDIDATES_LISTS] = {45, 70}, [CANDIDATES_SOLVE] = {70, 70}, [CANDIDATES_PROOF] = {70, 95}};
  const struct match_draft *draft = context;
  (void)match_table_goes_on(&draft->table, ways[stage], done, all);
}

enum err match_draft_candidates(const struct match_draft *draft, struct assign_result *ret_result) {
  const struct match_table *table = &draft->table;
  struct lists lists = {.draft = draft, .topics = {.numbers = map_new()}};
  struct candidates_report report;
  offers(&lists, txn_arena(table->txn));
  wishes(&lists, txn_arena(table->txn));
  struct candidates_problem problem = {
      .mentees = table->mentees.count, .mentors = table->mentors.count, .topics = TOPIC_FIRST + lists.topics.count, .seats = draft->seats_left,
      .offered_first = lists.offered_first, .offered = lists.offered, .wanted_first = lists.wanted_first, .wanted = lists.wanted,
      .term_first = lists.term_first, .apart = lists.apart, .cost = cost, .context = (void *)(uintptr_t)draft};
  struct candidates_options options = {.cancel = table->work->cancel, .progress = tell, .context = (void *)(uintptr_t)draft};
  enum err err = candidates_solve(&problem, &options, txn_arena(table->txn), ret_result, &report);
  (void)map_free(lists.topics.numbers, NULL);
  return err;
}
