/* tell.c: a manager's message to many: its words and for how many they are is shown first; sent after a yes, stopped at a word. */
#include <string.h>

#include "bot/base/text.h"
#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/jobs/jobs.h"
#include "bot/schedule.h"

enum { TEXT_CHARS_MAX = 1000, A_WEEK_MAX = 2 };

static struct announcement *announcement_of(struct talking *talking) {
  return txn_edit(talking->turn->txn, RECORD_ANNOUNCEMENT, talking->talk->subject);
}

/* ---- those that are on their way, or were ---- */
static const char *running(struct turn *turn) {
  struct strs announcements = txn_all(turn->txn, RECORD_ANNOUNCEMENT);
  for (size_t i = announcements.count; i > 0; i--) {
    const struct announcement *one = txn_get(turn->txn, RECORD_ANNOUNCEMENT, announcements.items[i - 1]);
    if (one->due_ms != 0) return one->id;
  }
  return NULL;
}

static void show_or_stop(struct turn *turn, const char *id, bool stop) {
  struct announcement *announcement = txn_edit(turn->txn, RECORD_ANNOUNCEMENT, id);
  if (stop) telling_stop(turn, announcement);
  else (void)card_command(turn, telling_show(turn, announcement), "message stop", W("tell.button.stop"));
}

/* Two a week, whoever sends them: people would hear of a third only next week. */
static bool is_often(struct turn *turn) {
  struct strs announcements = txn_all(turn->txn, RECORD_ANNOUNCEMENT);
  size_t count = 0;
  for (size_t i = 0; i < announcements.count; i++) {
    const struct announcement *one = txn_get(turn->txn, RECORD_ANNOUNCEMENT, announcements.items[i]);
    count += one->text != NULL && one->sent_ms > turn->now_ms - INT64_C(7) * SCHEDULE_DAY_MS;
  }
  return count >= A_WEEK_MAX;
}

/* ---- the words ---- */
static bool set_words(struct turn *turn, struct announcement *announcement, const char *text) {
  bool fits = text_utf8_count(text) <= TEXT_CHARS_MAX;
  if (fits) {
    announcement->text = arena_text(turn->arena, text);
  } else {
    struct out *out = card_to(turn, turn->person, W("intake.too_long"));
    param_number(WITH(turn, out), turn, "max", TEXT_CHARS_MAX);
  }
  return fits;
}

static void text_ask(struct talking *talking) {
  struct out *out = engine_ask(talking, W("tell.ask"));
  out->input = IN_TEXT;
  out->choose_max = TEXT_CHARS_MAX;
}

static enum reading text_read(struct talking *talking, const struct heard *heard) {
  return set_words(talking->turn, announcement_of(talking), heard->text) ? READ_OK : READ_AGAIN;
}

/* ---- the preview ---- */
static void preview_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct announcement *announcement = announcement_of(talking);
  struct param params[TELLING_PARAMS] = {0};
  struct out *out = engine_ask(talking, W("tell.preview"));
  param_number(WITH(turn, out), turn, "count", (int64_t)telling_count(turn, announcement));
  telling_say_time(turn, out, announcement);
  struct line *line = card_line(turn, out, W("tell.letter"));
  telling_letter(turn, announcement, params);
  for (size_t i = 0; i < TELLING_PARAMS; i++) *WITH(turn, line) = params[i];
  card_choice(turn, out, "send", W("tell.button.send"), NULL)->primary = true;
  (void)card_choice(turn, out, "not", W("tell.button.not"), NULL);
}

static void begin(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct announcement *announcement = announcement_of(talking);
  announcement->total = (int64_t)telling_count(turn, announcement);
  announcement->sent_ms = turn->now_ms;
  announcement->due_ms = turn->now_ms + 1;
  txn_audit(turn->txn, talking->talk->person, "sent to many", announcement->id);
  struct out *out = card_to(turn, talking->talk->person, W("tell.begun"));
  param_number(WITH(turn, out), turn, "count", announcement->total);
  telling_say_time(turn, out, announcement);
  (void)card_command(turn, out, "message stop", W("tell.button.stop"));
}

static void forget(struct talking *talking) {
  txn_drop(talking->turn->txn, RECORD_ANNOUNCEMENT, talking->talk->subject);
  (void)card_to(talking->turn, talking->talk->person, W("tell.not_sent"));
}

/* Two managers may have had a preview before them: whoever presses later waits, or it would be a third one this week. */
static bool may_begin(struct turn *turn) {
  const char *id = running(turn);
  if (id != NULL) show_or_stop(turn, id, false);
  else if (is_often(turn)) (void)card_to(turn, turn->person, W("tell.often"));
  else return true;
  return false;
}

static enum reading preview_read(struct talking *talking, const struct heard *heard) {
  bool send = strcmp(heard->values.items[0], "send") == 0;
  if (send && !may_begin(talking->turn)) return READ_AGAIN;
  if (send) begin(talking);
  else forget(talking);
  return READ_OK;
}

static const struct step tell_steps[] = {{.name = "text", .ask = text_ask, .read = text_read, .then = "preview", .flags = STEP_TYPED},
                                         {.name = "preview", .ask = preview_ask, .read = preview_read, .then = STEP_END, .yes = "send", .no = "not"}};
static const struct reminder tell_reminders[] = {{2, false, REMIND_END}};

const struct flow tell_flow = {.name = "tell", .steps = tell_steps, .step_count = ARRAY_LEN(tell_steps), .reminders = tell_reminders,
                               .reminder_count = ARRAY_LEN(tell_reminders), .cancel = forget};

/* ---- the command ---- */
static enum audience audience_of(struct turn *turn, const char *args, const char **ret_text) {
  char *word = text_fold(turn->arena, args);
  word[strcspn(word, " ")] = '\0';
  *ret_text = args + strcspn(args, " ");
  *ret_text += strspn(*ret_text, " ");
  return audience_from(word);
}

static const char *refused(struct turn *turn) {
  if (turn->event->scarce) return W("announce.no_room");
  if (turn_programme(turn) == NULL) return W("round.no_programme");
  return is_often(turn) ? W("tell.often") : NULL;
}

static void ask_for_whom(struct turn *turn) {
  struct out *out = card_to(turn, turn->person, W("tell.whom"));
  (void)card_command(turn, out, "message mentees", W("word.tell.mentees"));
  (void)card_command(turn, out, "message mentors", W("word.tell.mentors"));
  (void)card_command(turn, out, "message everyone", W("word.tell.everyone"));
  (void)card_command(turn, out, "message people", W("word.tell.people"));
}

void command_message(struct turn *turn, const char *args) {
  const char *text, *id = running(turn);
  bool stop = strcmp(text_fold(turn->arena, args), "stop") == 0;
  if (id != NULL) {
    show_or_stop(turn, id, stop);
    return;
  }
  enum audience audience = audience_of(turn, args, &text);
  const char *why = refused(turn);
  if (why != NULL) {
    (void)card_to(turn, turn->person, why);
    return;
  }
  if (audience <= AUDIENCE_NOBODY) {
    ask_for_whom(turn);
    return;
  }
  struct announcement *announcement = txn_add(turn->txn, RECORD_ANNOUNCEMENT, NULL);
  announcement->programme = turn_programme(turn)->id;
  announcement->by = turn->person;
  announcement->audience = audience;
  bool worded = text[0] != '\0' && set_words(turn, announcement, text);
  (void)engine_start(turn, turn->person, "tell", worded ? "preview" : "text", announcement->id, false);
}
