/* test_json_peek.c: what json_peek finds is what json.h finds; where it finds nothing, nobody is misled. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/base/json_peek.h"

#define FRAME "{\"a\":{\"type\":\"wrong\",\"b\":[1,{\"c\":\"}\"}]},\"text\":\"say \\\"type\\\":\\\"no\\\" \\\\\",\"n\":-1.5e3 ,\"yes\":true,\"no\":false," \
              "\"payload\" : { \"event\":{\"blocks\":[{\"bot_id\":\"inner\"}],\"bot_id\":\"B1\"}},\"type\":\"events_api\"}"

static const char *peek(const char *json, const char *path) {
  static char slot[32];
  return json_peek_text(json, strlen(json), path, slot, sizeof slot) ? slot : NULL;
}

Test(json_peek, finds_what_stands_at_the_end_of_its_path) {
  cr_assert_str_eq(peek(FRAME, "type"), "events_api");
  cr_assert_str_eq(peek(FRAME, "a.type"), "wrong");
  cr_assert_str_eq(peek(FRAME, "payload.event.bot_id"), "B1");
  cr_assert(json_peek_true(FRAME, strlen(FRAME), "yes"));
  cr_assert_not(json_peek_true(FRAME, strlen(FRAME), "no"));
  cr_assert_not(json_peek_true(FRAME, strlen(FRAME), "type"));
}

Test(json_peek, finds_nothing_else) {
  static const char *const paths[] = {"b", "c", "bot_id", "payload.bot_id", "n", "yes", "a", "payload.event", "text", "typ", "types", "", "type.x"};
  for (size_t i = 0; i < ARRAY_LEN(paths); i++) cr_expect_null(peek(FRAME, paths[i]), "%s", paths[i]);
  cr_expect_null(peek("{\"id\":\"a\\u0062\"}", "id"), "an escape");
  cr_expect_null(peek("{\"id\":\"a\nb\"}", "id"), "a control character");
  cr_expect_null(peek("{\"id\":\"01234567890123456789012345678901\"}", "id"), "no room");
  cr_expect_str_eq(peek("{\"id\":\"0123456789012345678901234567890\"}", "id"), "0123456789012345678901234567890");
}

/* A frame that is cut anywhere, or spoiled in one byte, is no trouble; a value found in a cut one is the right one. */
Test(json_peek, reads_no_further_than_it_may) {
  size_t length = strlen(FRAME);
  for (size_t cut = 0; cut < length; cut++) {
    char *copy = malloc(cut == 0 ? 1 : cut), slot[32];
    memcpy(copy, FRAME, cut);
    if (json_peek_text(copy, cut, "payload.event.bot_id", slot, sizeof slot)) cr_expect_str_eq(slot, "B1");
    cr_expect_not(json_peek_text(copy, cut, "type", slot, sizeof slot) && strcmp(slot, "events_api") != 0);
    for (size_t at = 0; at < cut; at += 3) {
      copy[at] = "{}[]\"\\,: "[(cut + at) % 9];
      (void)json_peek_text(copy, cut, "payload.event.bot_id", slot, sizeof slot);
      (void)json_peek_true(copy, cut, "yes");
      copy[at] = FRAME[at];
    }
    free(copy);
  }
}
