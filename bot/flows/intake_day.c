/* intake_day.c: a question whose answer is a day: its bounds, the words for one, and what to say when it is none. */
#include "bot/date_read.h"
#include "bot/flows/intake_parts.h"
#include "bot/schedule.h"

enum { DAYS_AHEAD_DEFAULT = 366, EXAMPLE_DAYS = 14 };

struct bounds { /* from today, where the person is */
  struct civil today;
  char first[11], last[11], example[11];
};

static void put_days(const struct civil *today, int64_t days, char ret_iso[11]) {
  struct civil day = civil_plus_days(today, (int)days);
  civil_print(&day, ret_iso);
}

static struct bounds bounds_of(struct talking *talking, const struct question *question) {
  struct turn *turn = talking->turn;
  const char *zone = schedule_zone(turn_scheme(turn), turn_person(turn, talking->talk->person));
  int64_t days = question->choose_max > 0 ? question->choose_max : DAYS_AHEAD_DEFAULT;
  struct bounds bounds = {.today = zone_civil(zone, turn->now_ms)};
  put_days(&bounds.today, 0, bounds.first);
  put_days(&bounds.today, days, bounds.last);
  put_days(&bounds.today, days < EXAMPLE_DAYS ? days : EXAMPLE_DAYS, bounds.example);
  return bounds;
}

/* Days of four digits of year are ordered as texts are. */
static bool is_within(const struct bounds *bounds, const char *iso) {
  return strcmp(bounds->first, iso) <= 0 && strcmp(iso, bounds->last) <= 0;
}

static void put_day(struct turn *turn, struct param *param, const char *name, const char *iso) {
  param_day(param, turn, name, arena_text(turn->arena, iso)); /* bounds are on the stack */
}

/* ---- asking ---- */
void day_ask(struct talking *talking, struct out *out, const struct question *question) {
  struct turn *turn = talking->turn;
  struct bounds bounds = bounds_of(talking, question);
  struct line *line = card_line(turn, out, W("intake.date_days"));
  put_day(turn, WITH(turn, line), "first", bounds.first);
  put_day(turn, WITH(turn, line), "last", bounds.last);
  out->input = IN_DATE;
  out->choose_max = 0;
  out->date_min = arena_text(turn->arena, bounds.first);
  out->date_max = arena_text(turn->arena, bounds.last);
}

/* A day that is over by now is not offered again. */
void day_offer(struct talking *talking, struct out *out, const struct question *question, const char *iso) {
  struct turn *turn = talking->turn;
  struct bounds bounds = bounds_of(talking, question);
  struct civil day;
  if (!civil_parse(iso, &day) || !is_within(&bounds, iso)) return;
  param_day(WITH(turn, card_line(turn, out, W("intake.date_kept"))), turn, "date", iso);
  (void)card_choice(turn, out, "keep", W("intake.button.keep_date"), NULL);
  out->date_set = iso;
}

/* ---- reading ---- */
static struct out *say(struct talking *talking, const char *words) {
  return card_to(talking->turn, talking->talk->person, words);
}

static const char *refuse_unread(struct talking *talking, const struct bounds *bounds, const char *words) {
  struct turn *turn = talking->turn;
  struct out *out = say(talking, words);
  put_day(turn, WITH(turn, out), "example", bounds->example);
  return NULL;
}

static const char *refuse_far(struct talking *talking, const struct bounds *bounds, const char *iso) {
  struct turn *turn = talking->turn;
  struct out *out = say(talking, W("intake.date_bounds"));
  param_day(WITH(turn, out), turn, "date", iso);
  put_day(turn, WITH(turn, out), "first", bounds->first);
  put_day(turn, WITH(turn, out), "last", bounds->last);
  return NULL;
}

const char *day_read(struct talking *talking, const struct question *question, const char *text) {
  struct turn *turn = talking->turn;
  struct bounds bounds = bounds_of(talking, question);
  struct civil day;
  enum date_reading reading = date_read(turn->arena, text, &bounds.today, &day);
  if (reading == DATE_NOT_READ) return refuse_unread(talking, &bounds, W("intake.date_unread"));
  if (reading == DATE_NO_SUCH_DAY) return refuse_unread(talking, &bounds, W("intake.date_none"));
  char *iso = arena_text(turn->arena, bounds.first); /* as long */
  civil_print(&day, iso);
  if (!is_within(&bounds, iso)) return refuse_far(talking, &bounds, iso);
  if (!date_is_plain(text)) param_day(WITH(turn, say(talking, W("intake.date_read"))), turn, "date", iso);
  return iso;
}
