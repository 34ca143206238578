/* slack_upload.h: a file's way into Slack: which call is next, and what an answer means. Its bytes are fetched and wiped elsewhere. Pure. */
#ifndef MENTORD_SLACK_UPLOAD_H
#define MENTORD_SLACK_UPLOAD_H

#include "adapters/slack/slack_answer.h"

/* STEP(NAME, METHOD, "what it is for"); nobody sees anything of a file before SHARE */
#define SLACK_UPLOAD_STEPS(STEP)                                                  \
  STEP(FETCH, METHOD_MAX_, "its bytes are wanted from the bot")                   \
  STEP(OPEN, OPEN, "which conversation is this person's")                         \
  STEP(PLACE, FILE_PLACE, "a place for so many bytes")                            \
  STEP(BYTES, FILE_BYTES, "there they go")                                        \
  STEP(SHARE, FILE_SHARE, "Slack shall show it, with its words")                  \
  STEP(LOOK, FILE_INFO, "does it? An \"ok\" before says only that it will")       \
  STEP(TAKE_BACK, FILE_DELETE, "it never did: so that it never will")             \
  STEP(OVER, METHOD_MAX_, "its end is known")
#define SLACK_UPLOAD_AS_ENUM(name, method, what) SLACK_UPLOAD_##name,
enum slack_upload_step { SLACK_UPLOAD_STEPS(SLACK_UPLOAD_AS_ENUM) SLACK_UPLOAD_MAX_ };
#undef SLACK_UPLOAD_AS_ENUM

/* SLACK_SHOWN_MS: so long an "ok" may take to be seen, and how long the pauses between two looks are at first and at most. */
enum { SLACK_SHOWN_MS = 15000, SLACK_LOOK_MS = 300, SLACK_LOOK_MS_MAX = 4000, SLACK_ALT_MAX = 1000, SLACK_MARK_BYTES_MAX = 200 };

struct slack_upload {
  enum slack_upload_step step;
  const struct action *action;   /* borrowed from the caller, as is the arena; what follows lives in the arena */
  struct arena *arena;
  const char *channel, *url, *file; /* url: a secret */
  bool plain;                    /* its blocks were refused: its words go as text */
  bool anew;                     /* it went wrong once, in a way that leaves nothing behind, and went again from the start */
  int takes;                     /* how often it was asked back */
  int64_t pause_ms, until_ms;    /* LOOK: the last pause; when to give up */
  struct slack_answer end;       /* OVER: SENT with its message, LATER, FAILED or AMBIGUOUS */
};

/* OVER at once for what cannot be: `only`, a file without bytes, words for more than one message. */
void slack_upload_begin(struct slack_upload *upload, const struct action *action, struct arena *arena);
/* FETCH is done with: all bytes are here. */
void slack_upload_fetched(struct slack_upload *upload);
/* The call of this step, neither FETCH nor OVER; BYTES want `raw` of the caller. */
void slack_upload_call(const struct slack_upload *upload, struct slack_call *ret_call);
/* What came back. Returns how long to wait before the next step; that may be FETCH once more. */
int64_t slack_upload_answer(struct slack_upload *upload, const struct slack_http *http, int64_t now_ms);
/* It ends here, for a reason of the caller's: nothing of it can be seen yet. */
void slack_upload_end(struct slack_upload *upload, enum action_result result, const char *why, int64_t wait_ms);

/* What was said where the file went (slack_out_ask), as answered: SENT with its message, NOT_FOUND or CANNOT_TELL. `bot_user` is us. Where
 * Slack shows no block's name, a file of ours, called and as large as this one, with words or without as this one, counts from `since_ms` on. */
void slack_upload_found(const struct action *action, const char *channel, const char *bot_user, int64_t since_ms, const struct slack_http *http,
                        struct arena *arena, struct slack_answer *ret_answer);

#endif
