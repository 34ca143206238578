/* test_json.c: each thing the reader refuses, what it finds, and that it can read whatever the writer wrote. */
#include "bot/base/json.h"

#include <criterion/criterion.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 65536 };

/* What is read into an arena, of the size promised, is refused in the same words, or is the same tree. */
static void assert_same_in_an_arena(const char *text, size_t bytes, enum err wanted, const cJSON *wanted_root) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(JSON_TREE_BYTES_MAX(bytes));
  char *note = strdup(err_note_text());
  const cJSON *root = NULL;
  err_note_clear();
  cr_assert_eq(json_parse_in(arena, text, bytes, (struct json_bounds){BYTES_MAX, JSON_DEPTH_MAX}, &root), wanted, "%.*s", (int)bytes, text);
  cr_assert_str_eq(err_note_text(), note);
  cr_assert_eq(root != NULL, wanted == ERR_NONE);
  char *printed = cJSON_PrintUnformatted(root), *wanted_print = cJSON_PrintUnformatted(wanted_root);
  if (root != NULL) cr_assert_str_eq(printed, wanted_print);
  free(printed);
  free(wanted_print);
  free(note);
}

/* From a copy of exactly its size, so that the sanitizer sees a byte too many. */
static enum err parse_n(const char *text, size_t bytes, cJSON **ret_root) {
  char *exact = malloc(bytes + (bytes == 0));
  memcpy(exact, text, bytes);
  err_note_clear();
  enum err err = json_parse(exact, bytes, BYTES_MAX, ret_root);
  assert_same_in_an_arena(exact, bytes, err, err == ERR_NONE ? *ret_root : NULL);
  free(exact);
  return err;
}

static cJSON *parsed(const char *text) {
  cJSON *root = NULL;
  cr_assert_eq(parse_n(text, strlen(text), &root), ERR_NONE, "%s: %s", text, err_note_text());
  cr_assert_not_null(root);
  return root;
}

static void assert_taken(const char *text) {
  cJSON *root = parsed(text);
  json_freep(&root);
}

/* ---- refusals ---- */

static void assert_refused_n(const char *text, size_t bytes, const char *note) {
  cJSON *root = NULL;
  cr_assert_eq(parse_n(text, bytes, &root), ERR_BAD_INPUT, "taken: %s", text);
  cr_assert_null(root);
  cr_assert_not_null(strstr(err_note_text(), note), "%s: note is '%s', not '%s'", text, err_note_text(), note);
}

static void assert_refused(const char *text, const char *note) {
  assert_refused_n(text, strlen(text), note);
}

Test(json, refuses_more_bytes_than_allowed) {
  cJSON *root = NULL;
  cr_assert_eq(json_parse("[1,2]", 5, 4, &root), ERR_BAD_INPUT);
  cr_assert_not_null(strstr(err_note_text(), "5 bytes, at most 4"));
  cr_assert_null(root);
  cr_assert_eq(json_parse("[1,2]", 5, 5, &root), ERR_NONE);
  json_freep(&root);
}

Test(json, takes_many_neighbours_at_one_depth) {
  assert_taken("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[{},{},{}]]");
}

static void nest(struct text *text, int depth, const char *open, const char *close) {
  text_clear(text);
  for (int i = 0; i < depth; i++) text_add(text, open);
  text_add(text, "1");
  for (int i = 0; i < depth; i++) text_add(text, close);
}

Test(json, refuses_nesting_past_16) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 400000);
  nest(&text, 16, "[", "]");
  assert_taken(text_str(&text));
  nest(&text, 16, "{\"a\":", "}");
  assert_taken(text_str(&text));
  nest(&text, 17, "[", "]");
  assert_refused(text_str(&text), "byte 17: nested too deep");
  nest(&text, 17, "{\"a\":", "}");
  assert_refused(text_str(&text), "nested too deep");
  nest(&text, 30000, "[", "]");
  assert_refused(text_str(&text), "nested too deep");
}

Test(json, nests_as_deep_as_it_is_told) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 100000);
  for (int levels = 500; levels <= 501; levels++) {
    CLEANUP(json_freep) cJSON *root = NULL;
    err_note_clear();
    nest(&text, levels, "[", "]");
    cr_expect_eq(json_parse_deep(text_str(&text), text.length, 100000, 500, &root), levels == 500 ? ERR_NONE : ERR_BAD_INPUT);
  }
}

Test(json, refuses_trailing_bytes) {
  assert_refused("{} x", "byte 3: something stands behind");
  assert_refused("1 2", "something stands behind");
  assert_refused("{}{}", "something stands behind");
  assert_refused_n("{}\0", 3, "something stands behind");
}

Test(json, refuses_invalid_utf8) {
  assert_refused("\"a\xff\"", "byte 2: not UTF-8");
  assert_refused("\"\xc0\x80\"", "not UTF-8");
  assert_refused("\"\xed\xa0\x80\"", "not UTF-8");
  assert_refused("{\"\xe2\x82\":1}", "not UTF-8");
  assert_refused("\"\xf0\x9f\x98", "not UTF-8");
  assert_refused("\xff", "no value");
}

Test(json, refuses_a_nul_escaped_or_raw) {
  assert_refused("\"a\\u0000b\"", "an escaped NUL");
  assert_refused("{\"a\\u0000\":1}", "an escaped NUL");
  assert_refused_n("\"a\0b\"", 5, "a control character");
}

Test(json, refuses_lone_surrogates) {
  assert_refused("\"\\ud800\"", "a lone surrogate");
  assert_refused("\"\\udc00\"", "a lone surrogate");
  assert_refused("\"\\ud800x\"", "a lone surrogate");
  assert_refused("\"\\ud800\\n\"", "a lone surrogate");
  assert_refused("\"\\ud800\\ud800\"", "a lone surrogate");
  assert_refused("\"\\ud800\\u\"", "a lone surrogate");
}

Test(json, refuses_a_key_twice) {
  assert_refused("{\"a\":1,\"b\":2,\"a\":3}", "in the top: the key a stands twice");
  assert_refused("{\"person\":{\"id\":1,\"\\u0069d\":2}}", "in person: the key id stands twice");
  assert_refused("{\"rows\":[{},{\"x\":1,\"x\":1}]}", "in rows: the key x stands twice");
  assert_refused("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"b\":9}", "in the top: the key b stands twice");
  assert_taken("{\"a\":{\"a\":1},\"A\":[{\"a\":1},{\"a\":2}]}");
}

Test(json, refuses_what_cjson_alone_would_take) {
  assert_refused("01", "something stands behind");
  assert_refused("1.", "without digits behind its point");
  assert_refused("[1.e5]", "without digits behind its point");
  assert_refused("1e", "without digits in its exponent");
  assert_refused("1e+", "without digits in its exponent");
  assert_refused("-", "no value");
  assert_refused("+1", "no value");
  assert_refused(".5", "no value");
  assert_refused("\"a\nb\"", "a control character");
  assert_refused("\"\x1f\"", "a control character");
  assert_refused("\xef\xbb\xbf{}", "no value"); /* a byte order mark */
  assert_refused("[\v1]", "no value");
}

Test(json, refuses_broken_json) {
  static const char *const texts[] = {"",        " ",      "{",      "[",         "[1",      "[1,",    "[1,]",     "[,1]",  "{,}",
                                      "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{\"a\" 1}", "{1:2}", "[1 2]",  "]",     "}",
                                      "\"a",     "\"\\",   "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "nul",  "nulll",   "True",  "'a'",
                                      "[1}",     "{\"a\":1]", "NaN", "Infinity", "0x10",    "tru",    "// c\n1", "\"\\u"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) assert_refused(texts[i], "JSON, byte ");
}

Test(json, refuses_a_number_too_long_for_cjson) {
  assert_refused("1111111111111111111111111111111111111111111111111111111111111111", "more than 63");
  assert_taken("111111111111111111111111111111111111111111111111111111111111111");
}

Test(json, names_the_place_without_breaking_a_character) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 1000);
  for (int i = 0; i < 2; i++) {
    text_add(&text, i == 0 ? "{\"x" : "\"x");
    for (int j = 0; j < 100; j++) text_add(&text, "é");
    text_add(&text, i == 0 ? "\":1," : "\":1}");
  }
  assert_refused(text_str(&text), "stands twice");
  cr_assert(text_utf8_valid(err_note_text(), strlen(err_note_text())));
}

Test(json, many_keys_are_checked_in_good_time, .timeout = 10) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 2000000);
  text_add(&text, "{");
  for (int i = 0; i < 100000; i++) text_addf(&text, "\"%d\":1,", i);
  text_add(&text, "\"last\":1}");
  cJSON *root = NULL;
  cr_assert_eq(json_parse(text_str(&text), text.length, 2000000, &root), ERR_NONE);
  json_freep(&root);
  memcpy(strstr(text.data, "\"last\""), "\"4711\"", 6);
  cr_assert_eq(json_parse(text_str(&text), text.length, 2000000, &root), ERR_BAD_INPUT);
  cr_assert_not_null(strstr(err_note_text(), "the key 4711 stands twice"));
}

/* ---- look-ups ---- */

static const char sample[] =
    " {\"t\":\"event\",\"T\":\"other\",\"person\":{\"id\":\"U1\",\"account\":{\"name\":\"Aïsha \\ud83d\\ude00\"}},"
    "\"n\":42,\"neg\":-7,\"half\":1.5,\"big\":9007199254740991,\"bigger\":9007199254740992,\"huge\":1e300,\"inf\":1e999,\"exp\":1e3,"
    "\"yes\":true,\"no\":false,\"null\":null,\"list\":[{\"id\":1}],\"empty\":\"\"}\n";

Test(json, finds_by_path_and_exact_key) {
  CLEANUP(json_freep) cJSON *root = parsed(sample);
  cr_assert_str_eq(json_str(root, "t"), "event");
  cr_assert_str_eq(json_str(root, "T"), "other");
  cr_assert_str_eq(json_str(root, "person.id"), "U1");
  cr_assert_str_eq(json_str(root, "person.account.name"), "Aïsha 😀");
  cr_assert_str_eq(json_str(root, "empty"), "");
  cr_assert(cJSON_IsArray(json_at(root, "list")));
  cr_assert(cJSON_IsNull(json_at(root, "null")));
}

/* parsed() compares what the arena's tree says with cJSON's. */
Test(json, says_what_each_escape_means) {
  static const char text[] = "{\"k\\u0065y\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t \\u0041b\\u00e9c\\u20ACd\\uD83d\\uDC4b\",\"ends\":\"\\n\",\"both\":\"\\\\n\\\\\"}";
  CLEANUP(json_freep) cJSON *root = parsed(text);
  cr_assert_str_eq(json_str(root, "key"), "\"\\/\b\f\n\r\t Abéc€d👋");
  cr_assert_str_eq(json_str(root, "both"), "\\n\\");
}

Test(json, what_is_absent_or_of_another_type_is_null) {
  static const char *const paths[] = {"", ".", "x", "Person.id", "person.ID", "person.", "person.id.x", "perso", "persons", "list.id", ".t"};
  CLEANUP(json_freep) cJSON *root = parsed(sample);
  for (size_t i = 0; i < ARRAY_LEN(paths); i++) cr_assert_null(json_at(root, paths[i]), "%s", paths[i]);
  cr_assert_null(json_at(NULL, "t"));
  cr_assert_null(json_str(root, "n"));
  cr_assert_null(json_str(root, "null"));
  cr_assert_null(json_str(root, "person"));
  cr_assert_str_eq(json_str_or(root, "n", "none"), "none");
  cr_assert_str_eq(json_str_or(root, "t", "none"), "event");
}

Test(json, ints_are_whole_and_within_2_to_the_53) {
  static const char *const others[] = {"half", "bigger", "huge", "inf", "t", "yes", "null", "absent"};
  CLEANUP(json_freep) cJSON *root = parsed(sample);
  int64_t value = 0;
  cr_assert(json_int(root, "n", &value) && value == 42);
  cr_assert(json_int(root, "neg", &value) && value == -7);
  cr_assert(json_int(root, "exp", &value) && value == 1000);
  cr_assert(json_int(root, "big", &value) && value == INT64_C(9007199254740991));
  for (size_t i = 0; i < ARRAY_LEN(others); i++) cr_assert_not(json_int(root, others[i], &value), "%s", others[i]);
  cr_assert_eq(value, INT64_C(9007199254740991));
  cr_assert_eq(json_int_or(root, "half", 9), 9);
  cr_assert_eq(json_int_or(root, "n", 9), 42);
}

Test(json, bools_have_a_default) {
  CLEANUP(json_freep) cJSON *root = parsed(sample);
  cr_assert(json_bool_or(root, "yes", false));
  cr_assert_not(json_bool_or(root, "no", true));
  cr_assert(json_bool_or(root, "n", true));
  cr_assert_not(json_bool_or(root, "absent", false));
}

Test(json, a_tree_in_an_arena_stays_within_its_bytes) {
  CLEANUP(text_done) struct text text;
  text_init(&text, BYTES_MAX);
  text_add(&text, "[0");
  while (text.length < BYTES_MAX - 3) text_add(&text, ",0");
  text_add(&text, "]");
  assert_taken(text_str(&text));
}

Test(json, any_value_may_stand_at_the_top) {
  static const char *const texts[] = {"1", "-0", "0.5e-7", "\"\"", "true", "null", "[]", "{}", "\t[ ]\r\n", "\"\\u00e9\\/\\b\""};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) assert_taken(texts[i]);
}

/* ---- the writer ---- */

Test(json, writes_with_commas_and_escapes) {
  CLEANUP(text_done) struct text text;
  struct json_out out;
  text_init(&text, 1000);
  json_out_init(&out, &text);
  json_open(&out, NULL, '{');
  json_put_str(&out, "t", "a\"b\\c\n\x01\x7f é\xff");
  json_put_str(&out, "absent", NULL);
  json_put_int(&out, "n", INT64_MIN);
  json_open(&out, "list", '[');
  json_put_int(&out, NULL, 1);
  json_put_str(&out, NULL, "x");
  json_open(&out, NULL, '{');
  json_close(&out, '}');
  json_open(&out, NULL, '[');
  json_close(&out, ']');
  json_close(&out, ']');
  json_put_bool(&out, "k\"", true);
  json_put_raw(&out, "raw", "{\"a\":false}");
  json_close(&out, '}');
  cr_assert_str_eq(text_str(&text), "{\"t\":\"a\\\"b\\\\c\\n\\u0001\x7f é\xef\xbf\xbd\",\"n\":-9223372036854775808,"
                                    "\"list\":[1,\"x\",{},[]],\"k\\\"\":true,\"raw\":{\"a\":false}}");
  cr_assert_not(text.full);
}

Test(json, a_writer_out_of_room_says_so) {
  CLEANUP(text_done) struct text text;
  struct json_out out;
  text_init(&text, 10);
  json_out_init(&out, &text);
  json_open(&out, NULL, '{');
  json_put_str(&out, "key", "value");
  json_close(&out, '}');
  cr_assert(text.full);
  cr_assert_leq(text.length, 10);
}

Test(json, writes_as_deep_as_it_reads) {
  CLEANUP(text_done) struct text text;
  struct json_out out;
  text_init(&text, 1000);
  json_out_init(&out, &text);
  for (int i = 0; i < JSON_DEPTH_MAX; i++) json_open(&out, NULL, '[');
  for (int i = 0; i < JSON_DEPTH_MAX; i++) json_close(&out, ']');
  assert_taken(text_str(&text));
}

Test(json, writing_deeper_is_our_bug, .signal = SIGABRT) {
  struct text text;
  struct json_out out;
  text_init(&text, 1000);
  json_out_init(&out, &text);
  for (int i = 0; i <= JSON_DEPTH_MAX; i++) json_open(&out, NULL, '[');
}

/* ---- both together, on dice with a fixed seed ---- */

static uint32_t dice_state = 20270111;

static uint32_t dice(uint32_t sides) {
  dice_state ^= dice_state << 13;
  dice_state ^= dice_state >> 17;
  dice_state ^= dice_state << 5;
  return dice_state % sides;
}

Test(json, what_is_written_can_be_read_back) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 10000);
  for (int round = 0; round < 20000; round++) {
    char value[24] = "";
    size_t length = dice(sizeof value);
    for (size_t i = 0; i < length; i++) value[i] = (char)(1 + dice(255));
    struct json_out out;
    text_clear(&text);
    json_out_init(&out, &text);
    json_open(&out, NULL, '{');
    json_put_str(&out, "v", value);
    json_close(&out, '}');
    CLEANUP(json_freep) cJSON *root = parsed(text_str(&text));
    const char *back = json_str(root, "v");
    cr_assert(text_utf8_valid(back, strlen(back)));
    if (text_utf8_valid(value, length)) cr_assert_str_eq(back, value);
  }
}

static void assert_texts_valid(const cJSON *node) {
  const cJSON *child;
  if (node->string != NULL) cr_assert(text_utf8_valid(node->string, strlen(node->string)));
  if (cJSON_IsString(node)) cr_assert(text_utf8_valid(node->valuestring, strlen(node->valuestring)));
  cJSON_ArrayForEach(child, node) assert_texts_valid(child);
}

/* The strict reading and cJSON never disagree: what the first lets through, the second takes. */
Test(json, spoiled_samples_are_read_or_refused) {
  static const char pieces[] = "{}[]\",:\\u0dD8e+-.1 ntf\x80\xc3\xa9\xff\x01";
  size_t taken = 0, refused = 0;
  for (int round = 0; round < 60000; round++) {
    char text[sizeof sample];
    size_t bytes = sizeof sample - 1 - dice(2) * dice(sizeof sample - 1);
    memcpy(text, sample, sizeof sample);
    for (uint32_t i = dice(3); i > 0; i--) text[dice((uint32_t)bytes)] = pieces[dice(sizeof pieces - 1)];
    CLEANUP(json_freep) cJSON *root = NULL;
    enum err err = parse_n(text, bytes, &root);
    taken += err == ERR_NONE;
    refused += err == ERR_BAD_INPUT;
    if (err == ERR_NONE) assert_texts_valid(root);
    else cr_assert_null(strstr(err_note_text(), "cJSON does not take"), "%.*s", (int)bytes, text);
  }
  cr_assert_eq(taken + refused, 60000);
  cr_assert(taken > 1000 && refused > 1000, "%zu taken, %zu refused", taken, refused);
}

/* `letters` letters, one of which is `c`: raw it is taken if it is plain, and what is written of it comes back. */
static void assert_seen(int c, int place, int letters) {
  CLEANUP(text_done) struct text text;
  CLEANUP(json_freep) cJSON *raw = NULL, *written = NULL;
  char word[24], line[26];
  struct json_out out;
  memset(word, 'x', sizeof word);
  word[letters] = '\0';
  word[place] = (char)c;
  (void)snprintf(line, sizeof line, "\"%s\"", word);
  err_note_clear();
  bool taken = json_parse(line, strlen(line), 1000, &raw) == ERR_NONE, plain = c >= ' ' && c < 128 && c != '"' && c != '\\';
  cr_assert_eq(taken, plain, "byte %d at %d of %d", c, place, letters);
  if (c >= 128) return;
  text_init(&text, 1000);
  json_out_init(&out, &text);
  json_put_str(&out, NULL, word);
  cr_assert_eq(json_parse(text_str(&text), text.length, 1000, &written), ERR_NONE, "byte %d at %d of %d", c, place, letters);
  cr_assert_str_eq(written->valuestring, word);
}

/* Plain text is gone over in strides of eight: a byte that is none is seen wherever it stands. */
Test(json, sees_every_byte_at_every_place) {
  static const int lengths[] = {1, 7, 8, 9, 15, 16, 19};
  for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
    for (int place = 0; place < lengths[i]; place++) {
      for (int c = 1; c < 256; c++) assert_seen(c, place, lengths[i]);
    }
  }
}

/* ---- what others said ---- */

static const char said_between[] = "what two people said to each other";
static int kept_words;

/* Looks at each piece of memory as it is given back. */
static void look_and_free(void *memory) {
  size_t bytes = memory == NULL ? 0 : malloc_usable_size(memory);
  if (memory != NULL && memmem(memory, bytes, said_between, sizeof said_between - 1) != NULL) kept_words++;
  free(memory);
}

Test(json, what_others_said_is_wiped_before_its_memory_is_given_back) {
  cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = look_and_free};
  const char *words = "{\"messages\":[{\"text\":\"what two people said to each other\",\"blocks\":[[\"what two people said to each other\"]]}]}";
  void (*const frees[])(cJSON **) = {json_freep, json_wipep};
  cJSON_InitHooks(&hooks);
  for (size_t i = 0; i < 2; i++) {
    cJSON *root = NULL;
    cr_assert_eq(json_parse(words, strlen(words), 1000, &root), ERR_NONE, "%s", err_note_text());
    kept_words = 0;
    frees[i](&root);
    cr_expect_null(root);
    cr_expect_eq(kept_words, i == 0 ? 2 : 0, "%d pieces held it", kept_words);
  }
  cJSON *none = NULL;
  json_wipep(&none);
  cJSON_InitHooks(NULL);
}
