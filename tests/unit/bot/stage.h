/* stage.h: a small scheme in memory on which turns are played, each of them twice: the same inputs must give the same bytes. */
#ifndef TEST_STAGE_H
#define TEST_STAGE_H

#include "bot/engine.h"
#include "bot/turn.h"

enum { STAGE_ROWS_MAX = 256, STAGE_MINUTE_MS = 60000, STAGE_DAY_MS = 86400000 };
#define STAGE_NOW_MS INT64_C(1799661600000) /* Monday 11 January 2027, 10:00 in London */

struct stage {
  struct words *words;                     /* owned */
  struct model *model;                     /* owned */
  struct arena *arena;                     /* owned: texts that outlive a turn */
  struct txn *open;                        /* while records are put by hand */
  struct arena *turn_arena;                /* owned: the last turn's, or the open transaction's */
  int64_t now_ms;
  uint64_t events;
  /* of the last event */
  enum err err;
  const char *reply;                       /* its key, or NULL */
  const struct out *rows[STAGE_ROWS_MAX];  /* what it put into the outbox, in order */
  size_t row_count;
  const char *ops;                         /* "put person p1 {…}\n", "drop …", "audit …": as they would be kept */
  struct txn *last;
};

void stage_init(struct stage *stage);
void stage_done(struct stage *stage);
#define STAGE(name) CLEANUP(stage_done) struct stage name; stage_init(&name)
/* Without scheme and programme, as before the first apply. */
void stage_init_empty(struct stage *stage);

/* ---- records by hand: between stage_hand and stage_apply ---- */
struct txn *stage_hand(struct stage *stage);
void stage_apply(struct stage *stage);
/* A person "aisha" with an account web/city:aisha, nobody above them; their id. */
const char *stage_person(struct stage *stage, const char *user, const char *name);
/* An accepted, trained enrolment, or in another state; its id. */
const char *stage_enrol(struct stage *stage, const char *user, enum role role, enum enrolment_state state);
/* Both: a person with an accepted enrolment. */
void stage_add(struct stage *stage, const char *user, const char *name, enum role role);
/* The same in the open transaction, named like their user: a hundred are one stage_apply. */
void stage_join(struct stage *stage, const char *user, enum role role, const char *organisation);
void stage_line(struct stage *stage, const char *user, const char *manager_user);
/* jo manages; aisha is a mentee, ben a mentor, all accepted, lines known. */
void stage_cast(struct stage *stage);
/* A pair of two persons with enrolments, in this state, made by hand; its id. */
const char *stage_pair(struct stage *stage, const char *mentee, const char *mentor, enum pair_state state);

/* ---- events: each is run twice and applied once ---- */
void stage_run(struct stage *stage, const struct event *event);
void stage_text(struct stage *stage, const char *user, const char *text);
void stage_room_text(struct stage *stage, const char *user, const char *text);
void stage_command(struct stage *stage, const char *user, const char *line, enum room_kind room);
void stage_press(struct stage *stage, const char *user, const char *token);
void stage_choose(struct stage *stage, const char *user, const char *value); /* a press on an offer of their open talk */
void stage_due(struct stage *stage, const char *record, int64_t due_ms);
void stage_talk_due(struct stage *stage, const char *talk); /* at its own due time: the clock goes there */
/* Somebody whom stage_person made signs up as a mentee until they are asked this step: about_you, line_manager, ask/topics … */
const struct talk *stage_signing_up(struct stage *stage, const char *user, const char *step);
void stage_control(struct stage *stage, const char *json);
void stage_result(struct stage *stage, const struct out *row, enum action_result result, const char *message);

/* ---- looking ---- */
const char *stage_id(struct stage *stage, const char *user);
const struct person *stage_get_person(struct stage *stage, const char *user);
const struct enrolment *stage_enrolment(struct stage *stage, const char *user);
const struct talk *stage_talk(struct stage *stage, const char *user); /* the open one; NULL: none */
const char *stage_step(struct stage *stage, const char *user); /* where that one stands; "nothing" without one */
size_t stage_open_talks(struct stage *stage, const char *user);
const struct talk *stage_last_talk(struct stage *stage, const char *user);
const struct pair *stage_last_pair(struct stage *stage);
const struct round *stage_last_round(struct stage *stage);
/* The row of the last event to this person with this key (kind send); NULL: none. */
const struct out *stage_said(struct stage *stage, const char *user, const char *key);
size_t stage_told(struct stage *stage, const char *user); /* how many rows they got */
bool stage_names(struct stage *stage, const struct out *row, const char *user); /* a parameter of it is that person */
bool stage_has_line(const struct out *row, const char *key);
bool stage_offers(const struct out *row, const char *value); /* one of its choices stands for that */
int64_t stage_number(const struct out *row, const char *param); /* -1: it has no such parameter */
const struct answer *stage_answer(const struct enrolment *enrolment, const char *question); /* NULL: none */
const char *stage_token(struct stage *stage, const struct talk *talk, const char *choice); /* choice: an offer's value, or "back" … */
bool stage_ops_have(struct stage *stage, const char *text);
size_t stage_audits(struct stage *stage, const char *what);

/* "said to them": fails with the keys that were said instead. */
#define SAID(stage, user, key) cr_assert_not_null(stage_said(stage, user, key), "%s was not told %s, but: %s", user, key, stage_all(stage))
#define NOT_SAID(stage, user, key) cr_assert_null(stage_said(stage, user, key), "%s was told %s", user, key)
const char *stage_all(struct stage *stage); /* "aisha:next.welcome jo:…" */

#endif
