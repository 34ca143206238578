/* intake_about.c: which role, and where somebody works: confirmed as imported, or asked for bit by bit. */
#include "bot/flows/intake_parts.h"

/* ---- role ---- */
void role_ask(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.role"), W("who.managers"), 2);
  static const struct { const char *value, *words; } roles[] = {
      {"mentee", W("intake.button.mentee")}, {"mentor", W("intake.button.mentor")},
      {"both", W("intake.button.both")}, {"reserve", W("intake.button.reserve")}};
  for (size_t i = 0; i < ARRAY_LEN(roles); i++) (void)card_choice(talking->turn, out, roles[i].value, roles[i].words, NULL);
}

enum reading role_read(struct talking *talking, const struct heard *heard) {
  bool both = strcmp(heard->values.items[0], "both") == 0;
  engine_set_slot(talking->turn, talking->talk, "both", both ? "1" : NULL);
  intake_enrolment(talking)->role = both ? ROLE_MENTEE : role_from(heard->values.items[0]);
  return READ_OK;
}

/* ---- about you ---- */
/* What is still missing, in order; "confirm" when everything is there. Bits that were skipped are not asked again. */
static const char *missing(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct person *person = turn_person(turn, talking->talk->person);
  const char *asked = engine_slot(talking->talk, "about");
  if (asked == NULL) asked = "";
  if (person->organisation == NULL && strstr(asked, "organisation") == NULL) return "organisation";
  if (person->department == NULL && strstr(asked, "department") == NULL) return "department";
  if (person->grade == NULL && strstr(asked, "grade") == NULL) return "grade";
  return NULL;
}

static void only_organisation(struct talking *talking) {
  struct strs organisations = txn_all(talking->turn->txn, RECORD_ORGANISATION);
  const struct person *person = turn_person(talking->turn, talking->talk->person);
  if (person->organisation == NULL && organisations.count == 1) intake_person(talking)->organisation = organisations.items[0];
}

/* Everything known: show it. Something missing: ask for that first. */
static const char *about_step(struct talking *talking) {
  only_organisation(talking);
  const char *detail = missing(talking);
  if (detail == NULL) return "about_you";
  return arena_format(talking->turn->arena, "about_you/%s", detail);
}

const char *role_next(struct talking *talking) {
  return intake_onward(talking, about_step(talking));
}

static void ask_known(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct person *person = turn_person(turn, talking->talk->person);
  const struct organisation *organisation = txn_get(turn->txn, RECORD_ORGANISATION, person->organisation == NULL ? "" : person->organisation);
  struct out *out = intake_ask(talking, W("intake.about_you"), W("who.managers_and_match"), 2);
  param_text(WITH(turn, out), turn, "organisation", organisation == NULL ? "–" : organisation->name);
  param_text(WITH(turn, out), turn, "department", person->department == NULL ? "–" : person->department);
  param_text(WITH(turn, out), turn, "grade", person->grade == NULL ? "–" : person->grade);
  card_choice(turn, out, "right", W("intake.button.right"), NULL)->primary = true;
  if (txn_all(turn->txn, RECORD_ORGANISATION).count > 1) (void)card_choice(turn, out, "organisation", W("intake.button.organisation"), NULL);
  (void)card_choice(turn, out, "department", W("intake.button.department"), NULL);
  (void)card_choice(turn, out, "grade", W("intake.button.grade"), NULL);
}

static void ask_organisation(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.organisation"), W("who.managers_and_match"), 2);
  struct strs organisations = txn_all(talking->turn->txn, RECORD_ORGANISATION);
  for (size_t i = 0; i < organisations.count; i++) {
    const struct organisation *organisation = txn_get(talking->turn->txn, RECORD_ORGANISATION, organisations.items[i]);
    (void)card_choice(talking->turn, out, organisation->id, NULL, organisation->name);
  }
}

static void ask_department(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.department"), W("who.managers_and_match"), 2);
  out->input = IN_TEXT;
  out->choose_max = 60;
}

static void ask_grade(struct talking *talking) {
  const struct person *person = turn_person(talking->turn, talking->talk->person);
  const struct organisation *organisation =
      txn_get(talking->turn->txn, RECORD_ORGANISATION, person->organisation == NULL ? "" : person->organisation);
  struct out *out = intake_ask(talking, W("intake.grade"), W("who.managers_and_match"), 2);
  for (size_t i = 0; organisation != NULL && i < organisation->grades.count; i++) {
    (void)card_choice(talking->turn, out, organisation->grades.items[i], NULL, organisation->grades.items[i]);
  }
  if (out->choices.count == 0) out->input = IN_TEXT;
  out->choose_max = 60;
}

static bool detail_is(struct talking *talking, const char *detail) {
  return strcmp(engine_detail(talking), detail) == 0;
}

void about_ask(struct talking *talking) {
  if (detail_is(talking, "organisation")) ask_organisation(talking);
  else if (detail_is(talking, "department")) ask_department(talking);
  else if (detail_is(talking, "grade")) ask_grade(talking);
  else ask_known(talking);
}

unsigned about_flags(struct talking *talking) {
  if (detail_is(talking, "department")) return STEP_TYPED;
  return detail_is(talking, "grade") && talking->talk->offers.count == 0 ? STEP_TYPED : 0;
}

static void mark_asked(struct talking *talking) {
  const char *asked = engine_slot(talking->talk, "about");
  const char *longer = arena_format(talking->turn->arena, "%s %s", asked == NULL ? "" : asked, engine_detail(talking));
  engine_set_slot(talking->turn, talking->talk, "about", longer);
}

enum reading about_read(struct talking *talking, const struct heard *heard) {
  const char *said = heard->values.count > 0 ? heard->values.items[0] : heard->text;
  struct person *person = intake_person(talking);
  engine_set_slot(talking->turn, talking->talk, "change", NULL);
  if (engine_detail(talking)[0] == '\0') {
    if (strcmp(said, "right") != 0) engine_set_slot(talking->turn, talking->talk, "change", said);
    return READ_OK;
  }
  mark_asked(talking);
  if (text_utf8_count(said) > 60) {
    struct out *out = card_to(talking->turn, person->id, W("intake.too_long"));
    param_number(WITH(talking->turn, out), talking->turn, "max", 60);
    return READ_AGAIN;
  }
  if (detail_is(talking, "organisation")) person->organisation = said;
  else if (detail_is(talking, "department")) person->department = said;
  else person->grade = said;
  return READ_OK;
}

void about_skip(struct talking *talking) {
  engine_set_slot(talking->turn, talking->talk, "change", NULL);
  mark_asked(talking);
}

const char *about_next(struct talking *talking) {
  const char *change = engine_slot(talking->talk, "change");
  if (change != NULL) return arena_format(talking->turn->arena, "about_you/%s", change);
  if (engine_detail(talking)[0] != '\0') return about_step(talking);
  return intake_onward(talking, "line_manager");
}
