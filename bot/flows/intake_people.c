/* intake_people.c: two answers that name somebody else. Both are sealed in the turn that hears them; rows carry no name. */
#include "bot/flows/intake_parts.h"
#include "bot/people.h"
#include "bot/sealing.h"

enum { NAME_CHARS_MAX = 80, NAMES_CHARS_MAX = 300 };

/* Said kindly; what is longer than this could not even be sealed. */
static bool is_too_long(struct talking *talking, const char *text, int64_t chars_max) {
  if (text_utf8_count(text) <= (size_t)chars_max) return false;
  struct out *out = card_to(talking->turn, talking->talk->person, W("intake.too_long"));
  param_number(WITH(talking->turn, out), talking->turn, "max", chars_max);
  return true;
}

/* What we know is put into the sentence when it is sent: the row holds whose it is, never the name. */
static void offer_known(struct turn *turn, struct out *out, struct param param) {
  *WITH(turn, out) = param;
  card_choice(turn, out, "right", W("intake.button.right"), NULL)->primary = true;
}

/* ---- line manager ---- */
void line_manager_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct person *person = turn_person(turn, talking->talk->person);
  bool known = person->line_state == LINE_IMPORTED || person->line_state == LINE_GIVEN;
  struct out *out = intake_ask(talking, known ? W("intake.line_manager_known") : W("intake.line_manager"), W("who.rules_only"), 2);
  out->choose_max = NAME_CHARS_MAX;
  if (known) offer_known(turn, out, (struct param){.name = "line", .kind = PARAM_LINE, .values = strs_of(turn->arena, 1, person->id)});
  (void)card_choice(turn, out, "none", W("intake.button.no_line"), NULL);
  (void)card_choice(turn, out, "tell", W("intake.button.tell_manager"), NULL);
}

static void keep_line(struct talking *talking, enum line_state state, const char *manager) {
  struct person *person = intake_person(talking);
  const char *before = txn_line(talking->turn->txn, person->id);
  person->line_state = state;
  if (manager == NULL && before == NULL) return;
  sealing_put(talking->turn, &person->line, person->id, "person.line", manager == NULL ? "" : manager);
}

/* "My line manager is Sam" and "Sam" mean the same person. */
enum reading line_manager_read(struct talking *talking, const struct heard *heard) {
  const char *chosen = heard->values.count > 0 ? heard->values.items[0] : "";
  if (strcmp(chosen, "right") == 0) {
    if (intake_person(talking)->line_state == LINE_IMPORTED) intake_person(talking)->line_state = LINE_GIVEN;
  } else if (strcmp(chosen, "none") == 0) {
    keep_line(talking, LINE_NONE, NULL);
  } else if (strcmp(chosen, "tell") == 0) {
    keep_line(talking, LINE_ASK_MANAGER, NULL);
  } else if (is_too_long(talking, heard->text, NAME_CHARS_MAX)) {
    return READ_AGAIN;
  } else {
    struct strs meant = people_meant(talking->turn, heard->text);
    if (strs_has(meant, talking->talk->person)) {
      (void)card_to(talking->turn, talking->talk->person, W("intake.line_manager_self"));
      return READ_AGAIN;
    }
    keep_line(talking, LINE_GIVEN, people_sealed_name(talking->turn, heard->text));
  }
  return READ_OK;
}

/* ---- kept apart ---- */
void apart_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct person *person = turn_person(turn, talking->talk->person);
  bool known = person->apart_state == ANSWER_ANSWERED && person->apart != NULL;
  struct out *out = intake_ask(talking, known ? W("intake.apart_known") : W("intake.apart"), W("who.rules_only"), questions_steps(talking));
  out->choose_max = NAMES_CHARS_MAX;
  if (known) offer_known(turn, out, (struct param){.name = "apart", .kind = PARAM_APART, .values = strs_of(turn->arena, 1, person->id)});
  (void)card_choice(turn, out, "nobody", W("intake.button.nobody"), NULL);
}

static void keep_apart(struct talking *talking, enum answer_state state, const char *names) {
  struct person *person = intake_person(talking);
  person->apart_state = state;
  if (names[0] == '\0') sealing_drop(talking->turn, &person->apart);
  else sealing_put(talking->turn, &person->apart, person->id, "person.apart", names);
}

static const char *sealed_names(struct turn *turn, const char *text) {
  char **parts;
  const char *names = "";
  size_t count = text_split(turn->arena, text, ',', &parts);
  for (size_t i = 0; i < count; i++) {
    names = arena_format(turn->arena, "%s%s%s", names, i == 0 ? "" : "\n", people_sealed_name(turn, parts[i]));
  }
  return names;
}

enum reading apart_read(struct talking *talking, const struct heard *heard) {
  const char *chosen = heard->values.count > 0 ? heard->values.items[0] : "";
  if (strcmp(chosen, "right") == 0) return READ_OK;
  if (chosen[0] == '\0' && is_too_long(talking, heard->text, NAMES_CHARS_MAX)) return READ_AGAIN;
  if (strcmp(chosen, "nobody") == 0) keep_apart(talking, ANSWER_ANSWERED, "");
  else keep_apart(talking, ANSWER_ANSWERED, sealed_names(talking->turn, heard->text));
  return READ_OK;
}

void apart_skip(struct talking *talking) {
  keep_apart(talking, ANSWER_SKIPPED, "");
}
