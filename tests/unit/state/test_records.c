/* test_records.c: records there and back, what is refused and where, the order of ids, and the lists inside records. */
#include "state/records.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/records_walk.h"
#include "tests/unit/state/record_fill.h"

enum { ARENA_BYTES = 64 << 20 };

static char *encoded(enum record_kind kind, const void *record) {
  struct text text;
  text_init(&text, 4 << 20);
  record_encode(kind, record, &text);
  cr_assert(!text.full);
  return text.data; /* the caller frees */
}

static void assert_same_json(enum record_kind kind, const void *a, const char *json) {
  char *again = encoded(kind, a);
  cr_assert_str_eq(again, json);
  free(again);
}

static void *decoded(enum record_kind kind, const char *json, struct arena *arena) {
  void *record = NULL;
  err_note_clear();
  enum err err = record_decode(kind, json, strlen(json), arena, &record);
  cr_assert_eq(err, ERR_NONE, "%s in %s", err_note_text(), json);
  return record;
}

/* ---- there and back ---- */

/* Everything that makes one record out of another has to give the same one; the arena of the first is gone by then. */
static void round_trip(struct chance *chance, enum record_kind kind, unsigned sparse) {
  struct arena *first = arena_new(ARENA_BYTES), *second = arena_new(ARENA_BYTES);
  void *record = record_fill(chance, kind, "x7", sparse, first);
  char *json = encoded(kind, record);
  void *packed = record_pack(kind, record), *copy = record_copy(kind, record, second), *back = decoded(kind, json, second);
  cr_assert(record_same(kind, record, packed) && record_same(kind, record, copy) && record_same(kind, record, back));
  arena_free(first);
  assert_same_json(kind, packed, json);
  assert_same_json(kind, copy, json);
  assert_same_json(kind, back, json);
  cr_assert_str_eq(record_id(kind, packed), "x7");
  free(packed);
  free(json);
  arena_free(second);
}

Test(records, every_kind_comes_back_with_every_field_set) {
  struct chance chance = chance_new("records round trip");
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++)
    for (int i = 0; i < 30; i++) round_trip(&chance, (enum record_kind)kind, 0);
}

Test(records, every_kind_comes_back_with_some_fields_set) {
  struct chance chance = chance_new("records round trip, sparse");
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++)
    for (unsigned i = 0; i < 40; i++) round_trip(&chance, (enum record_kind)kind, 1 + i % 5);
}

Test(records, a_full_record_writes_each_of_its_fields) {
  struct chance chance = chance_new("records all fields");
  struct arena *arena = arena_new(ARENA_BYTES);
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    const struct record_shape *shape = record_info((enum record_kind)kind)->shape;
    char *json = encoded((enum record_kind)kind, record_fill(&chance, (enum record_kind)kind, "x7", 0, arena));
    for (size_t i = 0; i < shape->field_count; i++) {
      char *key = arena_format(arena, "\"%s\":", shape->fields[i].name);
      cr_assert_not_null(strstr(json, key), "%s.%s", shape->name, shape->fields[i].name);
    }
    free(json);
  }
  arena_free(arena);
}

Test(records, an_empty_record_writes_its_id_and_its_enums) {
  struct person person = {.id = "p1"};
  assert_same_json(RECORD_PERSON, &person, "{\"id\":\"p1\",\"line_state\":\"unknown\",\"apart_state\":\"not_asked\"}");
  struct room room = {.id = "g1"};
  assert_same_json(RECORD_ROOM, &room, "{\"id\":\"g1\"}");
}

Test(records, one_person_as_it_stands_in_the_store) {
  struct account accounts[] = {{.workspace = "web/city", .user = "U1"}};
  struct person person = {.id = "p17", .name = "Zoë \"Z\"", .accounts = {.items = accounts, .count = 1}, .lead = true,
                          .line_state = LINE_GIVEN, .line = "s18", .limits_version = 2, .limits_ms = 1772445600123};
  assert_same_json(RECORD_PERSON, &person,
                   "{\"id\":\"p17\",\"name\":\"Zoë \\\"Z\\\"\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"U1\"}],"
                   "\"line_state\":\"given\",\"line\":\"s18\",\"apart_state\":\"not_asked\",\"lead\":true,\"limits_version\":2,"
                   "\"limits_ms\":1772445600123}");
}

/* ---- reading ---- */

Test(records, unknown_fields_are_ignored_and_missing_ones_are_empty) {
  struct arena *arena = arena_new(ARENA_BYTES);
  const struct person *person = decoded(
      RECORD_PERSON, "{\"later\":{\"a\":[1,{}]},\"id\":\"p1\",\"accounts\":[{\"user\":\"U\",\"new\":null}],\"x\":null,\"ID\":7}", arena);
  cr_assert_str_eq(person->id, "p1");
  cr_assert_null(person->name);
  cr_assert_eq(person->accounts.count, 1);
  cr_assert_str_eq(person->accounts.items[0].user, "U");
  cr_assert_null(person->accounts.items[0].workspace);
  cr_assert_eq(person->line_state, LINE_UNKNOWN);
  cr_assert(!person->lead && person->gone_ms == 0);
  const struct job *job = decoded(RECORD_JOB, "{\"id\":\"imp\",\"hash\":\"5eed\",\"cursor\":3}", arena); /* a field that jobs once had */
  cr_assert_eq(job->cursor, 3);
  const struct pair *pair = decoded(RECORD_PAIR, "{\"id\":\"x1\",\"reasons\":[]}", arena);
  cr_assert(pair->reasons.count == 0 && pair->reasons.items == NULL);
  arena_free(arena);
}

struct refusal {
  enum record_kind kind;
  const char *json, *note;
};

static const struct refusal refusals[] = {
    {RECORD_PERSON, "{\"id\":\"p1\",\"accounts\":[{\"user\":\"U\"},{\"user\":7}]}", "person.accounts[1].user: a text is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"accounts\":{\"user\":\"U\"}}", "person.accounts: a list is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"accounts\":[[]]}", "person.accounts[0]: an object is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"name\":null}", "person.name: a text is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"line\":true}", "person.line: a text is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"lead\":1}", "person.lead: true or false is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"gone_ms\":\"1\"}", "person.gone_ms: a whole number is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"gone_ms\":1.5}", "person.gone_ms: a whole number is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"gone_ms\":9007199254740992}", "person.gone_ms: a whole number is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"gone_ms\":1e300}", "person.gone_ms: a whole number is expected"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"line_state\":\"secret words\"}",
     "person.line_state: one of these is expected: unknown imported given none ask_manager"},
    {RECORD_PERSON, "{\"id\":\"p1\",\"line_state\":2}",
     "person.line_state: one of these is expected: unknown imported given none ask_manager"},
    {RECORD_PERSON, "{\"name\":\"Aisha\"}", "person.id: an id is expected"},
    {RECORD_PERSON, "{\"id\":\"\"}", "person.id: an id is expected"},
    {RECORD_PERSON, "[]", "person: an object is expected"},
    {RECORD_PERSON, "\"p1\"", "person: an object is expected"},
    {RECORD_PAIR, "{\"id\":\"x1\",\"reasons\":[\"a\",null]}", "pair.reasons[1]: a text is expected"},
    {RECORD_PAIR, "{\"id\":\"x1\",\"reasons\":\"a\"}", "pair.reasons: a list is expected"},
    {RECORD_OUT, "{\"id\":\"o1\",\"lines\":[{\"params\":[{},{\"values\":[\"a\",7]}]}]}",
     "out.lines[0].params[1].values[1]: a text is expected"},
    {RECORD_OUT, "{\"id\":\"o1\",\"lines\":[{\"params\":[{\"kind\":\"x\"}]}]}",
     "out.lines[0].params[0].kind: one of these is expected: text number"},
    {RECORD_OUT, "{\"id\":\"o1\",\"id\":\"o2\"}", "JSON, in the top: the key id stands twice"},
};

Test(records, what_is_wrong_is_refused_with_its_place) {
  struct arena *arena = arena_new(ARENA_BYTES);
  for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
    char untouched;
    void *record = &untouched;
    err_note_clear();
    enum err err = record_decode(refusals[i].kind, refusals[i].json, strlen(refusals[i].json), arena, &record);
    cr_assert_eq(err, ERR_BAD_INPUT, "%s", refusals[i].json);
    cr_assert_eq(strncmp(err_note_text(), refusals[i].note, strlen(refusals[i].note)), 0, "%s", err_note_text());
    cr_assert_eq(record, &untouched);
  }
  arena_free(arena);
}

Test(records, half_a_record_is_refused_wherever_it_ends) {
  struct chance chance = chance_new("records truncation");
  struct arena *arena = arena_new(ARENA_BYTES);
  char *json = encoded(RECORD_OUT, record_fill(&chance, RECORD_OUT, "o1", 0, arena));
  for (size_t bytes = 0; bytes < strlen(json); bytes++) {
    void *record = NULL;
    err_note_clear();
    cr_assert_eq(record_decode(RECORD_OUT, json, bytes, arena, &record), ERR_BAD_INPUT);
    cr_assert_null(record);
    cr_assert_str_neq(err_note_text(), "");
  }
  free(json);
  arena_free(arena);
}

/* {"id":"x","<key>":[<item>,<item>,…]} */
static char *long_list(const char *key, const char *item, size_t count) {
  struct text text;
  text_init(&text, 64 << 20);
  text_addf(&text, "{\"id\":\"x\",\"%s\":[", key);
  for (size_t i = 0; i < count; i++) text_addf(&text, "%s%s", i == 0 ? "" : ",", item);
  text_add(&text, "]}");
  return text.data;
}

Test(records, lists_and_bytes_have_an_end) {
  struct arena *arena = arena_new(ARENA_BYTES);
  void *record = NULL;
  char *fits = long_list("members", "\"p1\"", RECORD_LIST_MAX), *over = long_list("members", "\"p1\"", RECORD_LIST_MAX + 1);
  char *objects = long_list("choices", "{}", RECORD_LIST_MAX + 1), *bytes = long_list("nobody_knows", "\"\"", 100000);
  cr_assert_eq(((struct out *)decoded(RECORD_OUT, fits, arena))->members.count, RECORD_LIST_MAX);
  cr_assert_eq(record_decode(RECORD_OUT, over, strlen(over), arena, &record), ERR_BAD_INPUT);
  cr_assert_str_eq(err_note_text(), "out.members: a list of more than 4096 is not taken");
  cr_assert_eq(record_decode(RECORD_OUT, objects, strlen(objects), arena, &record), ERR_BAD_INPUT);
  cr_assert_eq(record_decode(RECORD_OUT, bytes, strlen(bytes), arena, &record), ERR_BAD_INPUT);
  free(fits);
  free(over);
  free(objects);
  free(bytes);
  arena_free(arena);
}

/* Many empty objects are the worst: three bytes each, a struct each. */
Test(records, what_decoding_takes_of_the_arena_is_bounded) {
  struct text item;
  text_init(&item, 1 << 20);
  text_add(&item, "{\"params\":[");
  for (int i = 0; i < 4000; i++) text_add(&item, i == 0 ? "{}" : ",{}");
  text_add(&item, "]}");
  char *json = long_list("lines", text_str(&item), 21);
  size_t bytes = strlen(json);
  cr_assert(bytes < RECORD_JSON_BYTES_MAX && bytes > RECORD_JSON_BYTES_MAX - 16384, "%zu", bytes);
  struct arena *arena = arena_new(ARENA_BYTES);
  decoded(RECORD_OUT, json, arena);
  cr_assert(arena_bytes(arena) <= 16 * bytes + (1 << 20), "%zu", arena_bytes(arena));
  arena_free(arena);
  free(json);
  text_done(&item);
}

Test(records, what_could_not_be_read_again_makes_the_text_full) {
  const char *texts[RECORD_LIST_MAX + 1];
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) texts[i] = "a";
  struct out out = {.id = "o1", .members = {.items = texts, .count = RECORD_LIST_MAX}};
  struct text text;
  text_init(&text, 1 << 20);
  record_encode(RECORD_OUT, &out, &text);
  cr_assert(!text.full);
  out.members.count++;
  text_clear(&text);
  record_encode(RECORD_OUT, &out, &text);
  cr_assert(text.full);
  text_done(&text);
}

/* ---- the order of ids ---- */

Test(records, ids_are_ordered_by_text_then_number) {
  static const char *const ascending[] = {"",     "1",      "2",       "10",        "-",          "e1",         "e2",
                                          "p",    "p0",     "p07",     "p7",        "p7a",        "p7b",        "p9",
                                          "p10",  "p10-1",  "p99999",  "p100000",   "p2000000000000000", "p3000000000000000", "p18446744073709551616",   "p18446744073709551617",
                                          "pa",   "pilot",  "pilot-1", "pilot-1-2", "pilot-1-10", "pilot-2",    "s1"};
  for (size_t i = 0; i < ARRAY_LEN(ascending); i++)
    for (size_t j = 0; j < ARRAY_LEN(ascending); j++) {
      int order = record_id_order(ascending[i], ascending[j]), wanted = (i > j) - (i < j);
      cr_assert_eq((order > 0) - (order < 0), wanted, "%s and %s", ascending[i], ascending[j]);
      if (i <= j) cr_assert(record_id_key(ascending[i]) <= record_id_key(ascending[j]), "%s and %s", ascending[i], ascending[j]);
    }
}

Test(records, the_key_of_an_id_tells_most_ids_apart) {
  static const char *const ascending[] = {"7", "8", "p", "p0", "p1", "p2", "p10", "p281474976710000", "pa", "pb", "q1"};
  for (size_t i = 1; i < ARRAY_LEN(ascending); i++)
    cr_assert(record_id_key(ascending[i - 1]) < record_id_key(ascending[i]), "%s", ascending[i]);
}

static void some_id(struct chance *chance, char id[8]) {
  static const char bytes[] = "0019ab-\xc3";
  size_t length = chance_below(chance, 7);
  for (size_t i = 0; i < length; i++) id[i] = bytes[chance_below(chance, sizeof bytes - 1)];
  id[length] = '\0';
}

static int sign(int order) {
  return (order > 0) - (order < 0);
}

Test(records, the_order_of_ids_is_an_order) {
  struct chance chance = chance_new("id order");
  for (int i = 0; i < 200000; i++) {
    char a[8], b[8], c[8];
    some_id(&chance, a);
    some_id(&chance, b);
    some_id(&chance, c);
    int ab = sign(record_id_order(a, b)), bc = sign(record_id_order(b, c)), ac = sign(record_id_order(a, c));
    cr_assert_eq(ab, -sign(record_id_order(b, a)), "%s %s", a, b);
    cr_assert_eq(ab == 0, strcmp(a, b) == 0, "%s %s", a, b);
    if (ab < 0) cr_assert(record_id_key(a) <= record_id_key(b), "%s %s", a, b);
    if (ab == bc && ab != 0) cr_assert_eq(ac, ab, "%s %s %s", a, b, c);
  }
}

/* ---- same ---- */

/* Changes one field after the other, and each time the two must differ. */
Test(records, every_field_counts_when_two_are_compared) {
  struct chance chance = chance_new("records same");
  struct arena *arena = arena_new(ARENA_BYTES);
  for (int k = 0; k < RECORD_KIND_MAX_; k++) {
    enum record_kind kind = (enum record_kind)k;
    const struct record_shape *shape = record_info(kind)->shape;
    void *full = record_fill(&chance, kind, "x7", 0, arena), *empty = arena_alloc(arena, shape->bytes);
    for (size_t i = 0; i < shape->field_count; i++) {
      const struct record_field *field = &shape->fields[i];
      if (field->type == FIELD_ENUM && field_enum(full, field->offset) == 0) continue;
      size_t end = i + 1 < shape->field_count ? shape->fields[i + 1].offset : shape->bytes;
      char *other = record_copy(kind, full, arena);
      memcpy(other + field->offset, (char *)empty + field->offset, end - field->offset);
      cr_assert(!record_same(kind, full, other) && !record_same(kind, other, full), "%s.%s", shape->name, field->name);
    }
  }
  arena_free(arena);
}

/* ---- who sees what ---- */

Test(records, export_shows_what_the_letters_allow) {
  struct chance chance = chance_new("records export");
  struct arena *arena = arena_new(ARENA_BYTES);
  struct answer answers[] = {{.question = "topics", .values = strs_of(arena, 1, "career")}};
  struct enrolment enrolment = {.id = "e1", .person = "p1", .question_set = "q1", .answers = {.items = answers, .count = 1}};
  struct text text;
  text_init(&text, 1 << 20);
  record_export(RECORD_ENROLMENT, &enrolment, "C", &text);
  cr_assert_str_eq(text_str(&text), "{\"id\":\"e1\",\"person\":\"p1\",\"role\":\"mentee\",\"state\":\"prefilled\"}");
  text_clear(&text);
  record_export(RECORD_ENROLMENT, &enrolment, "M", &text);
  cr_assert_not_null(strstr(text_str(&text), "\"answers\":[{\"question\":\"topics\",\"state\":\"not_asked\",\"values\":[\"career\"]}]"));
  cr_assert_null(strstr(text_str(&text), "question_set"));
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++) { /* '-' is nobody, even when somebody asks for it */
    text_clear(&text);
    record_export((enum record_kind)kind, record_fill(&chance, (enum record_kind)kind, "x", 0, arena), "-", &text);
    cr_assert_str_eq(text_str(&text), "{}");
  }
  text_done(&text);
  arena_free(arena);
}

Test(records, the_document_has_a_line_for_each_field) {
  struct text text;
  text_init(&text, 1 << 20);
  record_document(&text);
  const char *document = text_str(&text);
  cr_assert(!text.full);
  size_t part_count;
  const struct record_shape *const *parts = record_parts(&part_count);
  cr_assert_gt(part_count, 5);
  for (size_t i = 0; i < RECORD_KIND_MAX_ + part_count; i++) {
    const struct record_shape *shape = i < RECORD_KIND_MAX_ ? record_info((enum record_kind)i)->shape : parts[i - RECORD_KIND_MAX_];
    for (size_t j = 0; j < shape->field_count; j++) {
      char row[100];
      snprintf(row, sizeof row, "\n| %s | %s | ", shape->name, shape->fields[j].name);
      cr_assert_not_null(strstr(document, row), "%s", row);
    }
  }
  cr_assert_not_null(strstr(document, "Redis key `m:{scheme}:talk`, ends 30 days after its last word."));
  cr_assert_not_null(strstr(document, "| talk | state | open, queued, done, given_up | personal | S |  |"));
  cr_assert_not_null(strstr(document, "| person | line | reference | sealed | S | the line manager"));
  text_done(&text);
}

/* ---- names ---- */

Test(records, kinds_fields_and_values_are_found_by_name) {
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++)
    cr_assert_eq(record_kind_from(record_kind_name((enum record_kind)kind)), kind);
  cr_assert_eq(record_kind_from("sealed"), RECORD_SEALED);
  cr_assert_eq(record_kind_from("persons"), RECORD_KIND_INVALID_);
  cr_assert_eq(record_kind_from(NULL), RECORD_KIND_INVALID_);
  cr_assert_eq(record_field(RECORD_TALK, "due_ms")->type, FIELD_TIME);
  cr_assert_eq(record_field(RECORD_TALK, "due_ms")->offset, offsetof(struct talk, due_ms));
  cr_assert_null(record_field(RECORD_TALK, "due"));
  cr_assert_str_eq(role_name(ROLE_RESERVE), "reserve");
  cr_assert_eq(role_from("reserve"), ROLE_RESERVE);
  cr_assert_eq(role_from("Reserve"), ROLE_INVALID_);
  cr_assert_eq(role_from(NULL), ROLE_INVALID_);
  cr_assert_str_eq(role_name(ROLE_INVALID_), "?");
  cr_assert_str_eq(role_name(ROLE_MAX_), "?");
}

/* ---- lists ---- */

Test(records, strs_are_copied_never_shared) {
  struct arena *arena = arena_new(ARENA_BYTES);
  char word[] = "one";
  struct strs list = strs_of(arena, 2, word, "two");
  word[0] = 'X';
  struct strs longer = strs_plus(arena, list, "three"), other = strs_plus(arena, list, "drei"), none = strs_of(arena, 0);
  cr_assert_eq(list.count, 2);
  cr_assert_str_eq(list.items[0], "one");
  cr_assert_str_eq(longer.items[2], "three");
  cr_assert_str_eq(other.items[2], "drei");
  cr_assert(strs_has(longer, "two") && !strs_has(list, "three") && !strs_has(none, "one"));
  none = strs_plus(arena, none, "a");
  cr_assert(none.count == 1 && strs_has(none, "a"));
  arena_free(arena);
}

Test(records, a_list_grows_without_touching_what_others_hold) {
  struct arena *arena = arena_new(ARENA_BYTES);
  struct account fixed[] = {{.user = "U0"}};
  struct person literal = {.id = "p1", .accounts = {.items = fixed, .count = 1}};
  LIST_ADD(arena, &literal.accounts)->user = "U1"; /* made by hand: copied */
  cr_assert(literal.accounts.items != fixed && literal.accounts.count == 2);
  struct person shared = literal; /* both go on from the same items */
  LIST_ADD(arena, &literal.accounts)->user = "U2";
  struct account *added = LIST_ADD(arena, &shared.accounts);
  cr_assert(added->user == NULL && added->workspace == NULL);
  added->user = "V2";
  cr_assert_str_eq(literal.accounts.items[2].user, "U2");
  cr_assert_str_eq(shared.accounts.items[2].user, "V2");
  struct person by_hand = literal;
  struct account three[] = {{.user = "A"}, {.user = "B"}, {.user = "C"}};
  by_hand.accounts.items = three; /* list_add's own mark is still there, but these are not its items */
  LIST_ADD(arena, &by_hand.accounts)->user = "D";
  cr_assert(by_hand.accounts.items != three && by_hand.accounts.count == 4);
  cr_assert_str_eq(by_hand.accounts.items[0].user, "A");
  struct person *copy = record_copy(RECORD_PERSON, &literal, arena);
  LIST_ADD(arena, &copy->accounts)->user = "U3";
  cr_assert(literal.accounts.count == 3 && copy->accounts.count == 4);
  literal.accounts.count = 1; /* made shorter by hand, then longer again */
  LIST_ADD(arena, &literal.accounts)->user = "W";
  cr_assert_str_eq(literal.accounts.items[1].user, "W");
  cr_assert_str_eq(shared.accounts.items[1].user, "U1");
  arena_free(arena);
}

Test(records, a_long_list_takes_memory_in_proportion) {
  struct arena *arena = arena_new(ARENA_BYTES);
  struct round round = {.id = "r1"};
  for (int i = 0; i < 4096; i++) LIST_ADD(arena, &round.matches)->score = i;
  for (int i = 0; i < 4096; i++) cr_assert_eq(round.matches.items[i].score, i);
  cr_assert(arena_bytes(arena) < 3 * 4096 * sizeof(struct match), "%zu", arena_bytes(arena));
  arena_free(arena);
}
