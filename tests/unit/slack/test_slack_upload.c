/* test_slack_upload.c: a file's way into Slack: every step, every way it goes wrong, and never two copies. */
#include "adapters/slack/slack_upload.h"

#include <string.h>

#include "hear.h"

static void begin(void) {
  hear_arena = arena_new((size_t)SLACK_OUT_ARENA_BYTES_MAX * 8);
}

TestSuite(slack_upload, .init = begin, .fini = hear_end);

static const struct attachment csv = {.blob = "b1", .name = "people.csv", .type = "text/csv", .bytes = 48211};
static const struct card words = {.text = "Here is <your> list.", .plain = "Here is <your> list."};
static const struct action to_jo = {.kind = ACTION_UPLOAD, .id = "o93", .workspace = "slack/T01", .person = "U1", .file = &csv, .card = &words};

static const char *field(const struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++)
    if (strcmp(call->fields[i].name, name) == 0) return call->fields[i].value;
  return NULL;
}

static const char *wants(const struct slack_upload *upload, const char *name) {
  struct slack_call call;
  slack_upload_call(upload, &call);
  return field(&call, name);
}

static int64_t now_ms = 1000000;

static int64_t answer(struct slack_upload *upload, int status, const char *body) {
  const char *said = body == NULL ? NULL : quoted(body);
  int64_t wait_ms = slack_upload_answer(upload, &(struct slack_http){.status = status, .body = said, .bytes = said == NULL ? 0 : strlen(said)}, now_ms);
  now_ms += wait_ms;
  return wait_ms;
}

#define OPENED "{'ok':true,'channel':{'id':'D1'}}"
#define PLACED "{'ok':true,'upload_url':'https://files.slack.com/upload/v1/x','file_id':'F1'}"
#define OK "{'ok':true}"
#define NOT_YET "{'ok':true,'file':{'id':'F1','shares':{}}}"
#define SHOWN "{'ok':true,'file':{'id':'F1','shares':{'private':{'D1':[{'ts':'5.5'}]}}}}"

/* Up to this step, all going well. */
static struct slack_upload at(enum slack_upload_step step, const struct action *action) {
  struct slack_upload upload;
  slack_upload_begin(&upload, action, hear_arena);
  if (upload.step < step) slack_upload_fetched(&upload);
  static const struct { enum slack_upload_step step; const char *body; } rows[] = {
      {SLACK_UPLOAD_OPEN, OPENED}, {SLACK_UPLOAD_PLACE, PLACED}, {SLACK_UPLOAD_BYTES, "OK - 48211"}, {SLACK_UPLOAD_SHARE, OK}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (upload.step == rows[i].step && upload.step < step) (void)answer(&upload, 200, rows[i].body);
  cr_assert_eq(upload.step, step);
  return upload;
}

static void look_in_vain(struct slack_upload *upload) {
  int looks = 0;
  int64_t began_ms = now_ms;
  while (upload->step == SLACK_UPLOAD_LOOK) {
    (void)answer(upload, 200, NOT_YET);
    cr_assert_lt(++looks, 20);
  }
  cr_expect(looks >= 5 && now_ms - began_ms <= SLACK_SHOWN_MS, "%d looks", looks);
  cr_assert_eq(upload->step, SLACK_UPLOAD_TAKE_BACK);
}

/* ---- when all goes well ---- */

Test(slack_upload, a_file_goes_by_three_steps_and_is_seen) {
  struct slack_upload upload = at(SLACK_UPLOAD_OPEN, &to_jo);
  struct slack_call call;
  cr_expect_str_eq(wants(&upload, "users"), "U1");
  (void)answer(&upload, 200, OPENED);
  cr_expect(strcmp(wants(&upload, "filename"), "people.csv") == 0 && strcmp(wants(&upload, "length"), "48211") == 0);
  cr_expect_null(wants(&upload, "alt_txt"), "only pictures have one");
  (void)answer(&upload, 200, PLACED);
  slack_upload_call(&upload, &call);
  cr_expect(call.method == SLACK_FILE_BYTES && strcmp(call.url, "https://files.slack.com/upload/v1/x") == 0);
  (void)answer(&upload, 200, "OK - 48211");
  cr_expect_str_eq(wants(&upload, "files"), "[{\"id\":\"F1\",\"title\":\"people.csv\"}]");
  cr_expect_str_eq(wants(&upload, "channel_id"), "D1");
  cr_expect(strstr(wants(&upload, "blocks"), "said.0.file.o93") != NULL && strstr(wants(&upload, "blocks"), "<your>") != NULL);
  cr_expect_null(wants(&upload, "initial_comment"), "beside it Slack leaves blocks out");
  (void)answer(&upload, 200, OK);
  cr_expect_str_eq(wants(&upload, "file"), "F1");
  int64_t first_ms = answer(&upload, 200, NOT_YET), second_ms = answer(&upload, 200, NOT_YET);
  cr_expect(first_ms > 0 && second_ms > first_ms, "pauses grow");
  (void)answer(&upload, 200, SHOWN);
  cr_expect(upload.step == SLACK_UPLOAD_OVER && upload.end.result == RESULT_SENT);
  cr_expect_str_eq(upload.end.message, "D1/5.5");
}

Test(slack_upload, a_room_is_not_opened_and_may_be_public) {
  struct action to_room = to_jo;
  to_room.person = NULL;
  to_room.room = "C7";
  struct slack_upload upload = at(SLACK_UPLOAD_LOOK, &to_room);
  (void)answer(&upload, 200, "{'ok':true,'file':{'shares':{'public':{'C8':[{'ts':'1.1'}]}}}}");
  cr_expect_eq(upload.step, SLACK_UPLOAD_LOOK, "another channel is not this one");
  (void)answer(&upload, 200, "{'ok':true,'file':{'shares':{'public':{'C7':[{'ts':'2.2'}]}}}}");
  cr_expect_str_eq(upload.end.message, "C7/2.2");
}

Test(slack_upload, a_picture_says_what_it_shows) {
  static const struct attachment png = {.blob = "b1", .name = "../how/it\\went.png", .type = "image/png", .bytes = 9};
  struct action action = to_jo;
  action.file = &png;
  struct slack_upload upload = at(SLACK_UPLOAD_PLACE, &action);
  cr_expect_str_eq(wants(&upload, "alt_txt"), "Here is <your> list.");
  cr_expect_null(strpbrk(wants(&upload, "filename"), "/\\"), "no folder is left in %s", wants(&upload, "filename"));
  action.card = NULL;
  upload = at(SLACK_UPLOAD_SHARE, &action);
  cr_expect(wants(&upload, "blocks") == NULL && wants(&upload, "initial_comment") == NULL, "without words there are none");
}

/* ---- what cannot be ---- */

Test(slack_upload, what_cannot_be_begins_nothing) {
  static const struct attachment empty = {.blob = "b1", .name = "x", .type = "text/csv"};
  static char much[40000];
  memset(much, 'x', sizeof much - 1);
  const struct card long_words = {.text = much, .plain = much};
  struct action actions[] = {to_jo, to_jo, to_jo, to_jo};
  actions[0].only = "U1";
  actions[1].file = NULL;
  actions[2].file = &empty;
  actions[3].card = &long_words;
  static const char *const whys[] = {"not_allowed", "broken", "broken", "too_large"};
  for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
    struct slack_upload upload;
    slack_upload_begin(&upload, &actions[i], hear_arena);
    cr_assert_eq(upload.step, SLACK_UPLOAD_OVER, "row %zu", i);
    cr_expect(upload.end.result == RESULT_FAILED && strcmp(upload.end.why, whys[i]) == 0, "row %zu: %s", i, upload.end.why);
  }
}

/* ---- trouble ---- */

static const char *result_name(const struct slack_upload *upload) {
  return upload->step == SLACK_UPLOAD_OVER ? action_result_name(upload->end.result) : "on its way";
}

Test(slack_upload, each_word_of_slacks_has_its_end) {
  static const struct { enum slack_upload_step step; const char *word, *result, *why; } rows[] = {
      {SLACK_UPLOAD_OPEN, "user_not_found", "failed", "person_gone"},
      {SLACK_UPLOAD_OPEN, "user_disabled", "failed", "person_gone"},
      {SLACK_UPLOAD_OPEN, "ratelimited", "later", NULL},
      {SLACK_UPLOAD_OPEN, "invalid_auth", "later", NULL},
      {SLACK_UPLOAD_PLACE, "file_uploads_disabled", "failed", "not_allowed"},
      {SLACK_UPLOAD_PLACE, "file_upload_size_restricted", "failed", "too_large"},
      {SLACK_UPLOAD_PLACE, "storage_limit_reached", "failed", "not_allowed"},
      {SLACK_UPLOAD_PLACE, "alt_txt_too_large", "failed", "too_large"},
      {SLACK_UPLOAD_PLACE, "missing_argument", "failed", "broken"},
      {SLACK_UPLOAD_PLACE, "missing_scope", "failed", "not_allowed"},
      {SLACK_UPLOAD_PLACE, "internal_error", "later", NULL},
      {SLACK_UPLOAD_SHARE, "channel_not_found", "failed", "person_gone"},
      {SLACK_UPLOAD_SHARE, "invalid_channel", "failed", "person_gone"},
      {SLACK_UPLOAD_SHARE, "not_in_channel", "failed", "person_gone"},
      {SLACK_UPLOAD_SHARE, "is_archived", "failed", "person_gone"},
      {SLACK_UPLOAD_SHARE, "access_denied", "failed", "not_allowed"},
      {SLACK_UPLOAD_SHARE, "posting_to_channel_denied", "failed", "not_allowed"},
      {SLACK_UPLOAD_SHARE, "ratelimited", "later", NULL},
      {SLACK_UPLOAD_SHARE, "file_update_failed", "on its way", NULL}, /* perhaps it was done: it is looked for */
      {SLACK_UPLOAD_SHARE, "internal_error", "on its way", NULL},
      {SLACK_UPLOAD_LOOK, "file_not_found", "on its way", NULL},
      {SLACK_UPLOAD_LOOK, "ratelimited", "on its way", NULL},
      {SLACK_UPLOAD_LOOK, "invalid_auth", "on its way", NULL},
      {SLACK_UPLOAD_LOOK, "file_deleted", "failed", "not_shown"},
      {SLACK_UPLOAD_LOOK, "access_denied", "ambiguous", NULL},
      {SLACK_UPLOAD_LOOK, "not_visible", "ambiguous", NULL},
      {SLACK_UPLOAD_LOOK, "missing_scope", "ambiguous", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_upload upload = at(rows[i].step, &to_jo);
    (void)answer(&upload, 200, arena_format(hear_arena, "{'ok':false,'error':'%s'}", rows[i].word));
    cr_expect_str_eq(result_name(&upload), rows[i].result, "row %zu: %s", i, rows[i].word);
    if (rows[i].why != NULL) cr_expect_str_eq(upload.end.why, rows[i].why, "row %zu: %s", i, rows[i].word);
  }
}

Test(slack_upload, an_answer_that_does_not_come_is_met_by_what_may_have_been_done) {
  static const int statuses[] = {SLACK_NEVER_LEFT, SLACK_NO_ANSWER, 500, 503, 429};
  for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
    for (enum slack_upload_step step = SLACK_UPLOAD_OPEN; step <= SLACK_UPLOAD_LOOK; step++) {
      struct slack_upload upload = at(step, &to_jo);
      (void)answer(&upload, statuses[i], NULL);
      bool may_be_shown = step == SLACK_UPLOAD_SHARE && (statuses[i] == SLACK_NO_ANSWER || statuses[i] >= 500);
      if (may_be_shown || step == SLACK_UPLOAD_LOOK) cr_expect_eq(upload.step, SLACK_UPLOAD_LOOK, "status %d at step %d", statuses[i], step);
      else cr_expect_str_eq(result_name(&upload), "later", "status %d at step %d", statuses[i], step);
    }
  }
}

Test(slack_upload, an_answer_that_says_too_little_is_none) {
  static const struct { enum slack_upload_step step; const char *body; } rows[] = {
      {SLACK_UPLOAD_OPEN, OK}, {SLACK_UPLOAD_PLACE, OK}, {SLACK_UPLOAD_PLACE, "{'ok':true,'file_id':'F1'}"}, {SLACK_UPLOAD_PLACE, "x"},
      {SLACK_UPLOAD_PLACE, "{'ok':true,'upload_url':7,'file_id':'F1'}"}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_upload upload = at(rows[i].step, &to_jo);
    (void)answer(&upload, 200, rows[i].body);
    cr_expect_str_eq(result_name(&upload), "later", "row %zu", i);
  }
}

Test(slack_upload, refused_blocks_go_as_words_once) {
  struct slack_upload upload = at(SLACK_UPLOAD_SHARE, &to_jo);
  (void)answer(&upload, 200, "{'ok':false,'error':'invalid_blocks'}");
  cr_assert_eq(upload.step, SLACK_UPLOAD_SHARE);
  cr_expect_str_eq(wants(&upload, "initial_comment"), "Here is &lt;your&gt; list.");
  cr_expect_null(wants(&upload, "blocks"));
  (void)answer(&upload, 200, "{'ok':false,'error':'invalid_blocks'}");
  cr_expect_str_eq(result_name(&upload), "failed");
}

Test(slack_upload, a_place_that_ran_out_is_asked_for_once_more) {
  static const struct { enum slack_upload_step step; int status; const char *body; } rows[] = {
      {SLACK_UPLOAD_BYTES, 404, "no"}, {SLACK_UPLOAD_BYTES, 400, "no"}, {SLACK_UPLOAD_SHARE, 200, "{'ok':false,'error':'file_not_found'}"}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_upload upload = at(rows[i].step, &to_jo);
    (void)answer(&upload, rows[i].status, rows[i].body);
    cr_assert_eq(upload.step, SLACK_UPLOAD_FETCH, "row %zu", i);
    slack_upload_fetched(&upload);
    (void)answer(&upload, 200, PLACED);
    if (rows[i].step == SLACK_UPLOAD_SHARE) (void)answer(&upload, 200, "OK");
    (void)answer(&upload, rows[i].status, rows[i].body);
    cr_expect_str_eq(result_name(&upload), "failed", "row %zu: not for ever", i);
  }
  struct slack_upload upload = at(SLACK_UPLOAD_BYTES, &to_jo);
  (void)answer(&upload, 413, "no");
  cr_expect_str_eq(upload.end.why, "too_large");
}

/* ---- never two copies ---- */

Test(slack_upload, what_is_never_shown_is_taken_back_before_it_goes_again) {
  struct slack_upload upload = at(SLACK_UPLOAD_LOOK, &to_jo);
  look_in_vain(&upload);
  cr_expect_str_eq(wants(&upload, "file"), "F1");
  (void)answer(&upload, 200, OK);
  cr_assert_eq(upload.step, SLACK_UPLOAD_FETCH);
  slack_upload_fetched(&upload);
  (void)answer(&upload, 200, "{'ok':true,'upload_url':'https://files.slack.com/upload/v1/y','file_id':'F2'}");
  (void)answer(&upload, 200, "OK");
  cr_expect_not_null(strstr(wants(&upload, "files"), "F2"));
  (void)answer(&upload, 200, OK);
  look_in_vain(&upload);
  (void)answer(&upload, 200, "{'ok':false,'error':'file_not_found'}");
  cr_expect_str_eq(result_name(&upload), "failed", "a manager hears of it");
  cr_expect_str_eq(upload.end.why, "not_shown");
}

Test(slack_upload, what_cannot_be_taken_back_does_not_go_again) {
  struct slack_upload upload = at(SLACK_UPLOAD_LOOK, &to_jo);
  look_in_vain(&upload);
  (void)answer(&upload, 200, "{'ok':false,'error':'cant_delete_file'}");
  cr_expect(strcmp(result_name(&upload), "failed") == 0 && strcmp(upload.end.why, "not_shown") == 0);
  upload = at(SLACK_UPLOAD_LOOK, &to_jo);
  look_in_vain(&upload);
  for (int i = 0; i < 3; i++) {
    cr_expect_eq(upload.step, SLACK_UPLOAD_TAKE_BACK);
    (void)answer(&upload, SLACK_NO_ANSWER, NULL);
  }
  cr_expect_str_eq(result_name(&upload), "ambiguous", "Slack is away: nobody knows");
}

/* ---- looked up ---- */

#define HISTORY(message) "{'ok':true,'has_more':false,'messages':[{'ts':'9.9','user':'U1','text':'x'}," message "]}"
#define OUR_FILE(user, ts, blocks, name, size) \
  "{'ts':'" ts "','user':'" user "','subtype':'file_share','blocks':[" blocks "],'files':[{'id':'F1','name':'" name "','size':" size "}]}"
#define WORDS "{'type':'section','block_id':'b1'}"
#define MARK(id) "{'type':'section','block_id':'said.0.file." id "'}"

Test(slack_upload, it_is_found_by_its_mark_or_else_by_name_and_size) {
  static const struct { int status; const char *body; enum action_result result; } rows[] = {
      {200, HISTORY(OUR_FILE("UBOT", "500.1", MARK("o93"), "people.csv", "48211")), RESULT_SENT},
      {200, HISTORY(OUR_FILE("UBOT", "5.1", MARK("o93"), "other.csv", "1")), RESULT_SENT}, /* the mark alone says it */
      {200, HISTORY(OUR_FILE("UBOT", "500.1", MARK("o9"), "people.csv", "48211")), RESULT_NOT_FOUND}, /* of the export before */
      {200, HISTORY(OUR_FILE("U1", "500.1", MARK("o93"), "people.csv", "48211")), RESULT_NOT_FOUND}, /* they sent it back */
      {200, HISTORY(OUR_FILE("UBOT", "500.1", WORDS, "people.csv", "48211")), RESULT_SENT},
      {200, HISTORY(OUR_FILE("UBOT", "499.9", WORDS, "people.csv", "48211")), RESULT_NOT_FOUND}, /* older than it can be */
      {200, HISTORY(OUR_FILE("UBOT", "500.1", WORDS, "people.csv", "48210")), RESULT_NOT_FOUND},
      {200, HISTORY(OUR_FILE("UBOT", "500.1", WORDS, "pairs.csv", "48211")), RESULT_NOT_FOUND},
      {200, HISTORY(OUR_FILE("UBOT", "500.1", "", "people.csv", "48211")), RESULT_NOT_FOUND}, /* without words: another one */
      {200, "{'ok':true,'has_more':true,'messages':[]}", RESULT_CANNOT_TELL},
      {200, "{'ok':true}", RESULT_CANNOT_TELL},
      {200, "{'ok':false,'error':'missing_scope'}", RESULT_CANNOT_TELL},
      {500, "{'ok':true,'messages':[]}", RESULT_CANNOT_TELL},
      {SLACK_NO_ANSWER, NULL, RESULT_CANNOT_TELL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_answer found;
    const char *body = rows[i].body == NULL ? NULL : quoted(rows[i].body);
    const struct slack_http http = {.status = rows[i].status, .body = body, .bytes = body == NULL ? 0 : strlen(body)};
    slack_upload_found(&to_jo, "D1", "UBOT", 500000, &http, hear_arena, &found);
    cr_expect_eq(found.result, rows[i].result, "row %zu: %s", i, action_result_name(found.result));
    if (found.result == RESULT_SENT) cr_expect_eq(strncmp(found.message, "D1/5", 4), 0);
  }
}
