/* line.c: a manager who is not recused enters somebody's line manager: entered, never read; the person is told that it was done. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/people.h"
#include "bot/sealing.h"

enum { NAME_CHARS_MAX = 80 };

static void line_ask(struct talking *talking) {
  bool may = may_manage(talking->turn->txn, talking->talk->person, talking->talk->subject); /* it may have been lost since */
  struct out *out = engine_ask(talking, may ? W("line.ask") : W("person.unknown"));
  if (may) param_person(WITH(talking->turn, out), talking->turn, "person", talking->talk->subject);
  (void)card_choice(talking->turn, out, "none", W("line.button.none"), NULL);
  out->input = IN_PERSON;
  out->choose_max = NAME_CHARS_MAX;
  out->who = W("who.rules_only");
}

static void keep(struct talking *talking, enum line_state state, const char *manager) {
  struct turn *turn = talking->turn;
  struct person *person = turn_edit_person(turn, talking->talk->subject);
  person->line_state = state;
  sealing_put(turn, &person->line, person->id, "person.line", manager);
  txn_audit(turn->txn, talking->talk->person, "entered line manager", person->id);
  struct out *out = card_to(turn, talking->talk->person, W("line.kept"));
  param_person(WITH(turn, out), turn, "person", person->id);
  struct out *told = card_to(turn, person->id, W("line.told"));
  param_person(WITH(turn, told), turn, "manager", talking->talk->person);
  (void)card_command(turn, told, "me", W("command.button.me"));
}

static enum reading line_read(struct talking *talking, const struct heard *heard) {
  struct turn *turn = talking->turn;
  if (!may_manage(turn->txn, talking->talk->person, talking->talk->subject)) {
    (void)card_to(turn, talking->talk->person, W("person.unknown"));
    return READ_OK;
  }
  if (heard->values.count == 0 && text_utf8_count(heard->text) > NAME_CHARS_MAX) {
    struct out *out = card_to(turn, talking->talk->person, W("intake.too_long"));
    param_number(WITH(turn, out), turn, "max", NAME_CHARS_MAX);
    return READ_AGAIN;
  }
  if (heard->values.count > 0) keep(talking, LINE_NONE, "");
  else keep(talking, LINE_GIVEN, people_sealed_name(turn, heard->text));
  return READ_OK;
}

static const struct step line_steps[] = {{.name = "ask", .ask = line_ask, .read = line_read, .then = STEP_END, .yes = "", .no = "", .flags = STEP_TYPED | STEP_NAME}};
static const struct reminder line_reminders[] = {{7, false, REMIND_END}};

const struct flow line_flow = {.name = "line", .steps = line_steps, .step_count = ARRAY_LEN(line_steps),
                               .reminders = line_reminders, .reminder_count = ARRAY_LEN(line_reminders)};

void command_line(struct turn *turn, const char *args) {
  if (args[0] == '\0') {
    (void)card_to(turn, turn->person, W("line.how"));
    return;
  }
  const char *person = command_person(turn, args);
  if (person == NULL) return;
  if (may_manage(turn->txn, turn->person, person)) (void)engine_start(turn, turn->person, "line", "ask", person, false);
  else (void)card_to(turn, turn->person, W("person.unknown"));
}
