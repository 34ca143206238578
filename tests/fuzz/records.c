/* records.c: fuzzes the decoder of records: what decodes is written, read and written again as the same bytes.
 * An input is the name of a kind, a line's end, and JSON. */
#include "state/records.h"

#include <string.h>

#include "tests/fuzz/kit/fuzz.h"

static void encode(enum record_kind kind, const void *record, struct text *ret_text) {
  text_init(ret_text, 2 * RECORD_JSON_BYTES_MAX);
  record_encode(kind, record, ret_text);
  FUZZ_MUST(!ret_text->full, "%s grew past its bound", record_kind_name(kind));
}

static void check_again(enum record_kind kind, const void *record, struct arena *arena) {
  CLEANUP(text_done) struct text first, second, shown;
  void *again;
  encode(kind, record, &first);
  FUZZ_MUST(record_decode(kind, text_str(&first), first.length, arena, &again) == ERR_NONE, "%s", text_str(&first));
  encode(kind, again, &second);
  FUZZ_MUST(strcmp(text_str(&first), text_str(&second)) == 0, "%s became %s", text_str(&first), text_str(&second));
  FUZZ_MUST(record_same(kind, record, again), "%s", text_str(&first));
  void *packed = record_pack(kind, again);
  FUZZ_MUST(record_same(kind, packed, record_copy(kind, record, arena)), "%s", text_str(&first));
  free(packed);
  text_init(&shown, 2 * RECORD_JSON_BYTES_MAX);
  record_export(kind, record, "SPM", &shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct feed feed = {(const char *)data, bytes};
  char name[32];
  void *record;
  struct piece kind_name = feed_until(&feed, '\n');
  if (kind_name.bytes >= sizeof name) return 0;
  (void)snprintf(name, sizeof name, "%.*s", (int)kind_name.bytes, kind_name.data);
  enum record_kind kind = record_kind_from(name);
  if (kind == RECORD_KIND_INVALID_) return 0;
  /* Exactly the promised bound: past it the arena aborts. */
  struct arena *arena = arena_new(16 * feed.left + (1 << 20)), *other = arena_new(64 << 20);
  err_note_clear();
  enum err err = record_decode(kind, feed.at, feed.left, arena, &record);
  if (err == ERR_NONE) check_again(kind, record, other);
  else FUZZ_MUST(err == ERR_BAD_INPUT && err_note_text()[0] != '\0', "refused as %s", err_name(err));
  (void)arena_free(arena);
  (void)arena_free(other);
  return 0;
}
