/* link_frame.h: the lines of the link, both ways, as structs and as JSON. Pure: no socket, no clock. PROTOCOL.md is the contract. */
#ifndef MENTORD_LINK_FRAME_H
#define MENTORD_LINK_FRAME_H

#include "bot/base/arena.h"
#include "bot/base/err.h"
#include "bot/base/text.h"
#include "bot/message.h"

enum { LINK_VERSION = 1, LINK_FRAME_BYTES_MAX = 65536, LINK_KEEP_BYTES_MAX = 32768, LINK_CREDITS = 256, LINK_KEEPS_MAX = 256 };
enum { LINK_FILE_BYTES_MAX = 4 * 1024 * 1024, LINK_PIECE_BYTES_MAX = 32768 }; /* a file; what one blob_is brings of it */
enum { LINK_ID_BYTES_MAX = 512, LINK_NAME_BYTES_MAX = 1024, LINK_TEXT_BYTES_MAX = 32768, LINK_DATE_BYTES_MAX = 10 }; /* ids and tokens; names; words; days */
enum { LINK_ARENA_BYTES_MAX = 6 * 1024 * 1024 }; /* an arena of this size holds what any one line decodes to */
#define LINK_SUBPROTOCOL "mentord.v1"

/* CLOSE(NAME, code, "why") */
#define LINK_CLOSE_LIST(CLOSE)                                              \
  CLOSE(VERSION, 4000, "no common version of the protocol")                 \
  CLOSE(TOKEN, 4001, "the token is missing or wrong")                       \
  CLOSE(FRAME, 4002, "a line that is not a frame of this protocol")         \
  CLOSE(TOO_LARGE, 4003, "a frame of more than 64 KiB")                     \
  CLOSE(WORKSPACE, 4004, "a workspace this link may not speak for")         \
  CLOSE(FENCED, 4005, "another bot serves this workspace now")              \
  CLOSE(ORDER, 4006, "a frame that may not come here, or without credit")
#define LINK_CLOSE_AS_ENUM(name, code, why) LINK_CLOSE_##name = code,
enum link_close { LINK_CLOSE_LIST(LINK_CLOSE_AS_ENUM) };
#undef LINK_CLOSE_AS_ENUM

/* LINE(NAME, "t", who may send it: A adapter, B bot, AB both) */
#define LINK_LINE_LIST(LINE)                                                          \
  LINE(HELLO, "hello", "AB") LINE(EVENT, "event", "A") LINE(ACK, "ack", "B")          \
  LINE(ACTION, "action", "B") LINE(DONE, "done", "A") LINE(GOT, "got", "B")           \
  LINE(ASK, "ask", "B") LINE(KEEP_GET, "keep_get", "A") LINE(KEEP_IS, "keep_is", "B") \
  LINE(KEEP, "keep", "A") LINE(KEPT, "kept", "B") LINE(CREDIT, "credit", "B")         \
  LINE(BLOB_GET, "blob_get", "A") LINE(BLOB_IS, "blob_is", "B")                       \
  LINE(NOTICE, "notice", "A") LINE(CLOCK, "clock", "B") LINE(BYE, "bye", "AB")
#define LINK_LINE_AS_ENUM(name, text, from) LINE_##name,
enum link_line { LINK_LINE_LIST(LINK_LINE_AS_ENUM) LINE_MAX_ };
#undef LINK_LINE_AS_ENUM

struct link_workspace { /* hello, both ways */
  const char *id;
  const char *name;   /* from the adapter */
  const char *fence;  /* from the bot: "3.17", incarnation and epoch */
};

struct link_blob { /* keep */
  const char *key;
  int64_t version;
  const char *blob; /* base64 of at most LINK_KEEP_BYTES_MAX bytes; the adapter's own secret */
};

/* One line. Only the fields of its own type are set; everything is borrowed from the arena it was read into. */
struct link_frame {
  enum link_line line;
  const char *id;            /* event, ack, action, done, got, ask, keep_get, keep_is, keep, kept, blob_get, blob_is */
  const char *workspace;     /* event, action, keep_get, keep, blob_get, blob_is; bye: NULL means all */
  /* hello */
  int version;
  const char *bot, *platform, *token;
  struct link_workspace *workspaces;
  size_t workspace_count;
  int credits;               /* hello (bot), credit */
  struct capabilities can;
  bool demo;                 /* the adapter takes clock frames and may send demo events */
  /* event: keeps may ride along; action */
  struct event event;
  struct action action;
  const char *reply;         /* ack: what to show at once, one sentence; stored nowhere */
  /* done */
  enum action_result result;
  const char *message, *why;
  int64_t wait_ms;           /* on the wire in whole seconds */
  /* keep, event, keep_is, kept */
  struct link_blob *blobs;
  size_t blob_count;
  bool more;
  const char *prefix;
  const char *const *conflicts;
  size_t conflict_count;
  const char *what, *say;    /* notice (with why); bye's why */
  /* blob_get, blob_is */
  int64_t from;              /* the piece's first byte in its file */
  const char *data;          /* blob_is: base64 of at most LINK_PIECE_BYTES_MAX bytes; NULL: the bot has no such file now */
  /* clock (workspace says whose): the scheme's time, and what is due next in words */
  int64_t now_ms, next_ms;
  const char *next;
};

/* Reads one line. ERR_BAD_INPUT with a note that names the place (close 4002); unknown fields are ignored; unknown `t`
 * is ERR_BAD_INPUT too. Everything in *ret_frame lives in `arena` (of LINK_ARENA_BYTES_MAX). An action or event of a kind
 * we do not know comes as ACTION_INVALID_ or EVENT_INVALID_ with id and workspace only; a hello of another version, with
 * its version only. */
enum err link_frame_decode(const char *line, size_t bytes, struct arena *arena, struct link_frame *ret_frame) MUST_CHECK;
/* Takes over all that its type carries; texts and lists are copied into `arena`. */
void link_frame_copy(const struct link_frame *frame, struct arena *arena, struct link_frame *ret_copy);
/* Is it complete for its type and within all bounds? ERR_BAD_INPUT with a note that names the place. */
enum err link_frame_check(const struct link_frame *frame) MUST_CHECK;
/* Adds one line, with its newline. What link_frame_check refuses is not written; what does not fit leaves the text full. */
enum err link_frame_encode(const struct link_frame *frame, struct text *text) MUST_CHECK;
const char *link_line_name(enum link_line line);
bool link_line_from_bot(enum link_line line);
bool link_line_from_adapter(enum link_line line);

#endif
