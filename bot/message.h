/* message.h: what came in (event) and what goes out (action, card), in words no platform owns. Flat, borrowed, immutable.
 * Every text is UTF-8 and lives as long as the arena it was made in; NULL means "not said". Times are milliseconds since
 * 1970, UTC. adapters/PROTOCOL.md shows the same shapes as JSON.
 * tidy: size: one flat shape for all that crosses the link, read as one page. */
#ifndef MENTORD_MESSAGE_H
#define MENTORD_MESSAGE_H

#include "bot/base/base.h"

/* KIND(NAME, "name on the link"). The part up to EVENT_TIMER comes from adapters; the rest is derived inside the bot. */
#define EVENT_LIST(KIND)                                                                        \
  KIND(TEXT, "text")           /* somebody wrote words to the bot */                            \
  KIND(PRESS, "press")         /* pressed a button, or chose from a select */                   \
  KIND(FORM, "form")           /* sent in several choices or typed fields at once */            \
  KIND(COMMAND, "command")     /* a slash command */                                            \
  KIND(DIRECTORY, "directory") /* a person joined, changed, or is gone */                       \
  KIND(ROOM, "room")           /* a room was made, renamed, archived, left */                   \
  KIND(HOME, "home")           /* looks at their own page, where the platform has one */          \
  KIND(DEMO, "demo")           /* clock_next, clock_to, reset: demo links only */               \
  KIND(TIMER, "timer")         /* a record's due time came */                                   \
  KIND(RESULT, "result")       /* what became of an action */                                   \
  KIND(CONTROL, "control")     /* a tool's entry in the control list: apply, import, invite */  \
  KIND(JOB, "job")             /* the next piece of long work */

#define EVENT_AS_ENUM(name, text) EVENT_##name,
enum event_kind { EVENT_LIST(EVENT_AS_ENUM) EVENT_MAX_, EVENT_INVALID_ = -1 };
#undef EVENT_AS_ENUM

enum room_kind { ROOM_DIRECT, ROOM_PRIVATE, ROOM_PUBLIC, ROOM_KIND_MAX_ };
enum action_result { RESULT_SENT, RESULT_LATER, RESULT_FAILED, RESULT_AMBIGUOUS, RESULT_NOT_FOUND, RESULT_CANNOT_TELL, RESULT_UNSUPPORTED, RESULT_MAX_ };

struct field_value { /* one field of a form */
  const char *name;
  const char *const *values;
  size_t value_count;
};

struct workspace_pace { /* of messages to many in a workspace */
  const char *workspace;
  int per_minute;        /* as its link said; 0: no limit worth naming */
  size_t waiting;        /* rows that stand there already */
};

struct event {
  enum event_kind kind;
  bool again;            /* TEXT, COMMAND; set by the edge: the same came less than a minute ago under another id */
  bool crowded;          /* TIMER; set by the edge: many rows wait to be sent, so none are made that nobody waits for */
  bool scarce;           /* set by the edge: the disk is nearly full, so nothing that brings much work is begun */
  size_t round_side;     /* set by the edge: a round of more people a side is made by a job, not in this turn; 0: MATCH_SIDE_MAX */
  size_t queued;         /* TIMER; set by the edge: of what this record wrote to people, so much has not left yet */
  const struct workspace_pace *paces; /* what people say and press; set by the edge: the workspaces whose links said so, up or not */
  size_t pace_count;
  const char *id;        /* unique for three days within its workspace: what duplicates are known by */
  const char *workspace; /* "web/city" */
  int64_t at_ms;         /* the platform's own time stamp */
  uint8_t seed[16];      /* fresh random bytes, drawn by the edge; the turn's only source of chance */

  struct { const char *id, *name, *zone, *language; } person; /* as the platform knows them; id is NULL for derived events */
  struct { const char *id; enum room_kind kind; const char *name; } room;

  const char *text;            /* TEXT */
  const char *message;         /* PRESS, FORM: the platform's id of the message that carried it */
  const char *button;          /* PRESS, FORM: the token the bot gave: "talk.step.nonce.choice" */
  const struct field_value *values; /* FORM */
  size_t value_count;
  const char *command, *args;  /* COMMAND */
  const char *change;          /* DIRECTORY: joined|changed|gone; ROOM: made|renamed|archived|left; DEMO: what */
  const char *record;          /* TIMER: "talk/7"; JOB: the job's id */
  int64_t due_ms;              /* TIMER: the due time that came; DEMO: where to go */
  const char *action;          /* RESULT: the outbox row */
  enum action_result result;
  const char *why, *new_message; /* RESULT: failed why; the platform's id of what was sent */
  int64_t wait_ms;             /* RESULT_LATER */
  const char *payload;         /* CONTROL, JOB: JSON of its own kind, at most 1 MiB */
};

/* ---- going out ---- */
enum card_input { INPUT_NONE, INPUT_BUTTONS, INPUT_SELECT_ONE, INPUT_SELECT_MANY, INPUT_TEXT, INPUT_PERSON, INPUT_DATE, INPUT_MAX_ };

struct card_choice {
  const char *token; /* what comes back in event.button */
  const char *label;
  bool primary;
};

/* One message. `plain` says all of it in plain text, choices as a numbered list: any link can show that. */
struct card {
  const char *key;                 /* the catalogue key of what is said: for tests, checklists and scripts; never shown */
  const char *title;               /* NULL: none */
  const char *text;
  const char *const *lines;        /* facts under the text, one a line */
  size_t line_count;
  const char *who;                 /* who sees the answer; NULL: nothing is asked */
  const char *progress;            /* "3 of 6"; NULL: none */
  enum card_input input;
  const struct card_choice *choices; /* the question's own answers */
  size_t choice_count;
  size_t choose_max;               /* SELECT_MANY: at most so many */
  const char *input_token;         /* TEXT, PERSON, DATE, SELECT_MANY: what the answer is sent under */
  const char *input_label;
  size_t input_chars_max;
  const char *date_min, *date_max; /* DATE: the first and the last day that may be chosen, "2027-01-11"; NULL: any */
  const char *date_set;            /* DATE: the day that was chosen before; NULL: none */
  const struct card_choice *extras; /* Back, Skip, Why: buttons that are no answer */
  size_t extra_count;
  const char *plain;
};

/* A file for somebody. Its bytes do not ride along: whoever sends it on fetches them, a piece at a time. */
struct attachment {
  const char *blob;      /* what its bytes are fetched under */
  const char *name;      /* "people-2027-01-11.csv": a plain file name, no folder */
  const char *type;      /* "text/csv" */
  size_t bytes;          /* 1 to LINK_FILE_BYTES_MAX */
};

/* ACTION(NAME, "name on the link") */
#define ACTION_LIST(ACTION)                                                                            \
  ACTION(SEND, "send") ACTION(EDIT, "edit") ACTION(DELETE, "delete") ACTION(FORM, "form")              \
  ACTION(HOME, "home") ACTION(ROOM_OPEN, "room_open") ACTION(ROOM_INVITE, "room_invite")               \
  ACTION(ROOM_LEAVE, "room_leave") ACTION(UPLOAD, "upload")

#define ACTION_AS_ENUM(name, text) ACTION_##name,
enum action_kind { ACTION_LIST(ACTION_AS_ENUM) ACTION_MAX_, ACTION_INVALID_ = -1 };
#undef ACTION_AS_ENUM

struct action {
  enum action_kind kind;
  const char *id;        /* the outbox row, "o88": never used twice */
  const char *order;     /* actions with the same order go out one after the other */
  const char *workspace;
  const char *person;    /* platform user id: their direct message; or … */
  const char *room;      /* … this room */
  const char *only;      /* in a room, shown to this user alone */
  const char *message;   /* EDIT, DELETE: the platform's message id */
  const char *const *members; /* ROOM_OPEN, ROOM_INVITE: platform user ids */
  size_t member_count;
  const char *room_name; /* ROOM_OPEN */
  const struct card *card;    /* UPLOAD: what is said beside the file */
  const struct attachment *file; /* UPLOAD */
  int64_t until_ms;      /* of no use later; 0: no end */
  bool first;            /* it never left the bot before; false: it may have */
};

/* What an adapter said it can show. Zero and false are always a true answer. */
struct capabilities {
  int buttons;           /* how many in one message; 0: none, choices become a numbered list */
  bool select, form, edit, ephemeral, image, rooms, may_repeat_with_new_id;
  int text_max;          /* characters in one message */
  int file_max;          /* bytes of the largest file; 0: none can be sent */
  int per_minute;        /* direct messages of one to many in a workspace; 0: no limit worth naming */
};

const char *event_kind_name(enum event_kind kind);
enum event_kind event_kind_from(const char *name); /* EVENT_INVALID_ when unknown */
const char *action_kind_name(enum action_kind kind);
enum action_kind action_kind_from(const char *name);
const char *room_kind_name(enum room_kind kind); /* direct, private, public */
enum room_kind room_kind_from(const char *name); /* ROOM_PUBLIC for what is unknown: the careful answer */
const char *action_result_name(enum action_result result);
bool action_result_from(const char *name, enum action_result *ret_result);
const char *card_input_name(enum card_input input);
enum card_input card_input_from(const char *name); /* INPUT_NONE when unknown */

#endif
