/* link_pipe.c: puts fragments together, cuts frames into lines, packs lines into frames, closes politely and in bounded time. */
#include "adapters/kit/link_pipe.h"
#include "adapters/kit/link_flush.h"
#include "adapters/kit/link_heart.h"
#include "bot/base/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x4c50697e, WRITES_MAX = 16 }; /* one WRITEABLE sends at most 1 MiB, then others have their turn */

/* Lines that leave as one WebSocket message. */
struct parcel {
  struct parcel *next; /* owned */
  struct text text;    /* owned; LWS_PRE bytes of room, then the lines */
};

struct link_pipe {
  uint32_t magic;
  const struct link_pipe_owner *owner; /* borrowed from the end that made it; NULL once that left */
  void *who;                           /* borrowed from the owner */
  struct lws *wsi;                     /* borrowed from libwebsockets until link_pipe_gone; NULL before it is open */
  struct link_flush flush;             /* it wants to write */
  struct link_heart heart;             /* beats from opened to gone */
  struct arena *arena;                 /* owned; holds one frame at a time */
  struct text in, line;                /* owned; one message being put together, one line being written */
  struct parcel *first, *last;         /* owned, from first on; what waits to be sent */
  size_t waiting;                      /* bytes in them */
  bool greeted;
  bool closing;   /* one of the two ends has begun to close */
  bool said_why;  /* the close frame is libwebsockets' now */
  int close_code;
  char close_note[LINK_NOTE_BYTES + 1];
};

struct link_pipe *link_pipe_new(const struct link_pipe_owner *owner, void *who) {
  struct link_pipe *pipe = calloc(1, sizeof *pipe);
  assert(pipe != NULL);
  pipe->magic = MAGIC;
  pipe->owner = owner;
  pipe->who = who;
  pipe->arena = arena_new(LINK_ARENA_BYTES_MAX);
  text_init(&pipe->in, LINK_FRAME_BYTES_MAX);
  text_init(&pipe->line, LINK_FRAME_BYTES_MAX);
  return pipe;
}

static void pop_parcel(struct link_pipe *pipe) {
  struct parcel *parcel = pipe->first;
  pipe->waiting -= parcel->text.length - LWS_PRE;
  pipe->first = parcel->next;
  if (pipe->first == NULL) pipe->last = NULL;
  text_done(&parcel->text);
  free(parcel);
}

static void throw_away(struct link_pipe *pipe) {
  while (pipe->first != NULL) pop_parcel(pipe);
}

struct link_pipe *link_pipe_free(struct link_pipe *pipe) {
  if (pipe == NULL) return NULL;
  assert(pipe->magic == MAGIC);
  throw_away(pipe);
  text_done(&pipe->in);
  text_done(&pipe->line);
  pipe->arena = arena_free(pipe->arena);
  pipe->magic = 0;
  free(pipe);
  return NULL;
}

bool link_pipe_is_open(const struct link_pipe *pipe) {
  return pipe != NULL && pipe->wsi != NULL && !pipe->closing;
}

/* ---- out ---- */

static struct parcel *add_parcel(struct link_pipe *pipe) {
  static const char room[LWS_PRE]; /* libwebsockets writes the frame's head in front of the data */
  struct parcel *parcel = calloc(1, sizeof *parcel);
  assert(parcel != NULL);
  text_init(&parcel->text, LWS_PRE + LINK_FRAME_BYTES_MAX);
  text_add_n(&parcel->text, room, sizeof room);
  if (pipe->last == NULL) pipe->first = parcel;
  else pipe->last->next = parcel;
  pipe->last = parcel;
  return parcel;
}

static void queue_line(struct link_pipe *pipe) {
  struct parcel *parcel = pipe->last;
  bool fits = parcel != NULL && parcel->text.bytes_max - parcel->text.length >= pipe->line.length;
  if (!fits) parcel = add_parcel(pipe);
  text_add_n(&parcel->text, pipe->line.data, pipe->line.length);
  pipe->waiting += pipe->line.length;
}

static int write_waiting(void *who) {
  return link_pipe_writeable(who);
}

enum err link_pipe_send(struct link_pipe *pipe, const struct link_frame *frame) {
  if (!link_pipe_is_open(pipe) || pipe->waiting > LINK_QUEUE_BYTES_MAX) return err_note(ERR_AGAIN, "the link takes nothing now");
  text_clear(&pipe->line);
  if (link_frame_encode(frame, &pipe->line) != ERR_NONE) return ERR_BAD_INPUT;
  if (pipe->line.full) return err_note(ERR_BAD_INPUT, "%s: a line of more than 64 KiB", link_line_name(frame->line));
  queue_line(pipe);
  fault_point(FAULT_frame_waiting);
  link_flush_soon(&pipe->flush, pipe->wsi, write_waiting, pipe);
  return ERR_NONE;
}

static bool write_parcel(struct link_pipe *pipe) {
  struct text *text = &pipe->first->text;
  size_t bytes = text->length - LWS_PRE;
  int written = lws_write(pipe->wsi, (unsigned char *)text->data + LWS_PRE, bytes, LWS_WRITE_TEXT);
  fault_point(FAULT_frame_written);
  if (written < (int)bytes) return false;
  pop_parcel(pipe);
  return true;
}

int link_pipe_writeable(struct link_pipe *pipe) {
  assert(pipe->magic == MAGIC);
  bool choked = false;
  if (pipe->said_why) return 0;
  if (!link_heart_writeable(&pipe->heart)) return -1;
  for (int i = 0; i < WRITES_MAX && pipe->first != NULL && !choked; i++) {
    if (!write_parcel(pipe)) return -1;
    choked = lws_partial_buffered(pipe->wsi) != 0;
  }
  /* Closing while libwebsockets still holds half a frame would lose that frame and the close code. */
  if (pipe->closing && pipe->first == NULL && !choked) lws_set_timer_usecs(pipe->wsi, 1);
  else if (pipe->closing || pipe->first != NULL) lws_callback_on_writable(pipe->wsi);
  return 0;
}

/* ---- closing ---- */

static void note_close(struct link_pipe *pipe, int code, const char *note, size_t bytes) {
  size_t length = bytes < LINK_NOTE_BYTES ? bytes : LINK_NOTE_BYTES;
  while (length > 0 && !text_utf8_valid(note, length)) length--;
  pipe->close_code = code;
  memcpy(pipe->close_note, note, length);
  pipe->close_note[length] = '\0';
}

void link_pipe_close(struct link_pipe *pipe, int code, const char *note) {
  assert(pipe->magic == MAGIC);
  if (!link_pipe_is_open(pipe)) return;
  pipe->closing = true;
  note_close(pipe, code, note, strlen(note));
  lws_set_timeout(pipe->wsi, PENDING_TIMEOUT_CLOSE_SEND, LINK_CLOSE_S); /* for a peer that does not read */
  lws_callback_on_writable(pipe->wsi);
}

void link_pipe_drop(struct link_pipe *pipe, int code, const char *note) {
  throw_away(pipe);
  link_pipe_close(pipe, code, note);
}

struct link_pipe *link_pipe_leave(struct link_pipe *pipe) {
  if (pipe == NULL) return NULL;
  assert(pipe->magic == MAGIC);
  link_pipe_close(pipe, LINK_CLOSE_AWAY, "");
  pipe->owner = NULL;
  if (pipe->wsi == NULL) pipe->closing = true; /* still connecting: link_pipe_opened closes it */
  return NULL;
}

void link_pipe_peer_closes(struct link_pipe *pipe, const unsigned char *reason, size_t bytes) {
  assert(pipe->magic == MAGIC);
  pipe->said_why = true; /* libwebsockets answers with the same code */
  throw_away(pipe);
  if (pipe->closing) return;
  pipe->closing = true;
  if (bytes < 2) return;
  note_close(pipe, reason[0] << 8 | reason[1], (const char *)reason + 2, bytes - 2);
}

void link_pipe_distrust(struct link_pipe *pipe, const char *why) {
  char note[LINK_NOTE_BYTES + 1];
  assert(pipe->magic == MAGIC);
  (void)snprintf(note, sizeof note, "its certificate is refused: %s; see ca_file", why);
  note_close(pipe, 0, note, strlen(note));
}

void link_pipe_gone(struct link_pipe *pipe, const char *note, size_t bytes) {
  assert(pipe->magic == MAGIC);
  if (pipe->close_code == 0 && note != NULL && pipe->close_note[0] == '\0') note_close(pipe, 0, note, bytes);
  pipe->wsi = NULL;
  link_flush_drop(&pipe->flush);
  link_heart_stop(&pipe->heart);
  if (pipe->owner != NULL) pipe->owner->gone(pipe->who, pipe->close_code, pipe->close_note);
  (void)link_pipe_free(pipe);
}

/* ---- in ---- */

void link_pipe_opened(struct link_pipe *pipe, struct lws *wsi) {
  assert(pipe->magic == MAGIC);
  bool left = pipe->closing;
  fault_point(FAULT_link_open);
  pipe->wsi = wsi;
  pipe->closing = false;
  link_heart_start(&pipe->heart, wsi);
  if (left) {
    link_pipe_close(pipe, LINK_CLOSE_AWAY, "");
    return;
  }
  lws_set_timer_usecs(wsi, LINK_HELLO_S * LWS_US_PER_SEC);
  pipe->owner->open(pipe->who);
}

void link_pipe_heard(struct link_pipe *pipe) {
  assert(pipe->magic == MAGIC);
  link_heart_heard(&pipe->heart);
}

void link_pipe_greeted(struct link_pipe *pipe) {
  assert(pipe->magic == MAGIC);
  pipe->greeted = true;
}

/* Of all callbacks only this one (and RECEIVE) can send a close code: libwebsockets 4.1.6 takes -1 from WRITEABLE, and a
 * timeout, for a dead socket. And a hello does not cancel the timer: LWS_SET_TIMER_USEC_CANCEL makes it fire at once. */
int link_pipe_timer(struct link_pipe *pipe) {
  assert(pipe->magic == MAGIC);
  if (!pipe->greeted) link_pipe_close(pipe, LINK_CLOSE_ORDER, "no hello within 5 seconds");
  if (!pipe->closing || pipe->said_why || pipe->first != NULL) return 0;
  pipe->said_why = true;
  lws_close_reason(pipe->wsi, (enum lws_close_status)pipe->close_code, (unsigned char *)pipe->close_note,
                   strlen(pipe->close_note));
  return -1;
}

static void take_line(struct link_pipe *pipe, const char *line, size_t bytes) {
  struct link_frame frame;
  err_note_clear();
  arena_clear(pipe->arena);
  if (link_frame_decode(line, bytes, pipe->arena, &frame) != ERR_NONE) {
    link_pipe_close(pipe, LINK_CLOSE_FRAME, err_note_text());
    err_note_clear();
    return;
  }
  pipe->owner->frame(pipe->who, &frame);
}

static void take_message(struct link_pipe *pipe, const char *data, size_t bytes) {
  while (bytes > 0 && !pipe->closing) {
    const char *end = memchr(data, '\n', bytes);
    size_t length = end == NULL ? bytes : (size_t)(end - data), step = end == NULL ? bytes : length + 1;
    if (length > 0) take_line(pipe, data, length);
    data += step;
    bytes -= step;
  }
}

/* True when what is still missing of its frame, by its head, is more than it may have; it closes then. */
static bool is_too_large(struct link_pipe *pipe, size_t bytes) {
  size_t missing = lws_remaining_packet_payload(pipe->wsi);
  bool is = missing > LINK_FRAME_BYTES_MAX || pipe->in.length + bytes + missing > LINK_FRAME_BYTES_MAX;
  if (is) link_pipe_close(pipe, LINK_CLOSE_TOO_LARGE, "a message may have 64 KiB");
  return is;
}

void link_pipe_look(struct link_pipe *pipe) {
  assert(pipe->magic == MAGIC);
  if (link_pipe_is_open(pipe)) (void)is_too_large(pipe, 0);
}

/* A message that crosses a read comes in pieces, however small; one that is too large is refused before it is stored. */
int link_pipe_received(struct link_pipe *pipe, const char *data, size_t bytes) {
  assert(pipe->magic == MAGIC);
  link_heart_heard(&pipe->heart);
  if (pipe->closing || is_too_large(pipe, bytes)) return 0;
  if (lws_frame_is_binary(pipe->wsi)) {
    link_pipe_close(pipe, LINK_CLOSE_FRAME, "a binary message, lines are text");
    return 0;
  }
  text_add_n(&pipe->in, data, bytes);
  if (!lws_is_final_fragment(pipe->wsi)) return 0;
  fault_point(FAULT_frame_heard);
  take_message(pipe, text_str(&pipe->in), pipe->in.length);
  text_clear(&pipe->in);
  return 0;
}
