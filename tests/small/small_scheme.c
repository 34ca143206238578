/* small_scheme.c: its records, put into a transaction one by one; all three return the transaction's copy. */
#include "tests/small/small_scheme.h"

#include "bot/jobs/jobs.h"

#define QUESTION_SET "q-pilot-1-1"

static void put_programme(struct txn *txn) {
  struct organisation *city = txn_add(txn, RECORD_ORGANISATION, "city");
  city->name = "City Police";
  city->grades = strs_of(txn_arena(txn), 3, "constable", "sergeant", "inspector");
  struct question_set *set = txn_add(txn, RECORD_QUESTION_SET, QUESTION_SET);
  set->questions.items = questions_default(txn_arena(txn), &set->questions.count);
  struct programme *programme = txn_add(txn, RECORD_PROGRAMME, SMALL_PROGRAMME);
  programme->training = TRAINING_OFF;
  programme->weeks = 26;
  programme->rhythm_minutes = 60;
  programme->rhythm_every_days = 14;
  programme->question_set = QUESTION_SET;
}

struct scheme *small_scheme_put(struct txn *txn) {
  struct scheme *scheme = txn_add(txn, RECORD_SCHEME, "scheme");
  scheme->version = RECORDS_VERSION;
  scheme->name = "City pilot";
  scheme->language = "en";
  scheme->zone = "Europe/London";
  scheme->contact_name = "Rosa Field";
  scheme->contact_how = "020 7946 0000";
  scheme->emergency = "999";
  put_programme(txn);
  return scheme;
}

struct person *small_person_put(struct txn *txn, const char *user, const char *name) {
  struct person *person = txn_add(txn, RECORD_PERSON, NULL);
  struct account *account = LIST_ADD(txn_arena(txn), &person->accounts);
  account->workspace = SMALL_WORKSPACE;
  account->user = user;
  person->name = name;
  person->organisation = "city";
  person->grade = "sergeant";
  person->line_state = LINE_NONE;
  return person;
}

struct enrolment *small_enrolment_put(struct txn *txn, const char *person, enum role role, enum enrolment_state state) {
  struct enrolment *enrolment = txn_add(txn, RECORD_ENROLMENT, NULL);
  enrolment->person = person;
  enrolment->programme = SMALL_PROGRAMME;
  enrolment->role = role;
  enrolment->state = state;
  enrolment->question_set = QUESTION_SET;
  return enrolment;
}
