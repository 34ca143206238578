/* render_params.c: what stands in the gaps of a sentence: the scheme's words, names, lists, dates; and what only its owner may read. */
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "bot/base/zone.h"
#include "bot/cards.h"
#include "bot/may_see.h"
#include "bot/render_parts.h"
#include "bot/schedule.h"

enum { NAMED_MAX = 4 }; /* of more managers three are named, and the rest counted */
enum { SHORT_BYTES_MAX = 1000 }; /* a link takes 1024 bytes of what is no text of its own: names that people gave may be long */

/* ---- texts that are not ours ---- */
/* Control characters, line ends, and what turns the reading direction of the text behind it. */
static bool breaks_a_line(UChar32 c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true; /* negative: no UTF-8 */
  return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* What people or platforms wrote, on one line: no line of ours can be forged, nor the reading direction turned. Itself, where
 * there is nothing to change. */
static const char *one_line(const char *text, struct arena *arena) {
  if (text == NULL || text_is_plain(text)) return text;
  char *line = arena_text(arena, text);
  size_t bytes = strlen(text), length = 0;
  for (size_t at = 0; at < bytes;) {
    size_t start = at;
    UChar32 c;
    U8_NEXT(text, at, bytes, c);
    if (breaks_a_line(c)) {
      line[length++] = ' ';
      continue;
    }
    memcpy(line + length, text + start, at - start);
    length += at - start;
  }
  line[length] = '\0';
  return line;
}

/* ---- people ---- */
static const struct person *person_of(struct rendering *rendering, const char *id) {
  return id == NULL ? NULL : txn_get(rendering->view, RECORD_PERSON, id);
}

/* "Aisha" of "Aisha Khan", and of "Khan, Aisha". */
static const char *first_name(const struct person *person, struct arena *arena) {
  const char *name = one_line(person->name, arena);
  if (name == NULL) return NULL;
  const char *comma = strchr(name, ',');
  if (comma != NULL && comma[1 + strspn(comma + 1, " ")] != '\0') name = comma + 1;
  name += strspn(name, " ");
  return arena_text_n(arena, name, strcspn(name, " "));
}

static const char *full_name(struct rendering *rendering, const char *id) {
  const struct person *person = person_of(rendering, id);
  if (person == NULL || person->name == NULL) return render_sentence(rendering, W("people.former"), NULL, 0);
  return one_line(person->name, rendering->arena);
}

/* The row is older than what is known now: of somebody who turned out to report to this reader it says no name. */
static const char *name_for_reader(struct rendering *rendering, const char *id) {
  bool named = rendering->reader == NULL || id == NULL || may_be_named(rendering->view, rendering->reader->id, id);
  return named ? full_name(rendering, id) : render_sentence(rendering, W("people.no_name"), NULL, 0);
}

static const char *short_name(struct rendering *rendering, const char *id) {
  const struct person *person = person_of(rendering, id);
  const char *name = person == NULL ? NULL : first_name(person, rendering->arena);
  return name == NULL || name[0] == '\0' ? full_name(rendering, id) : name;
}

/* First names; full ones where two of them would read the same. */
static struct strs names_of(struct rendering *rendering, struct strs persons) {
  struct strs firsts = {0}, names = {0};
  for (size_t i = 0; i < persons.count; i++) firsts = strs_plus(rendering->arena, firsts, short_name(rendering, persons.items[i]));
  for (size_t i = 0; i < persons.count; i++) {
    bool twice = false;
    for (size_t k = 0; k < persons.count; k++) twice = twice || (k != i && strcmp(firsts.items[i], firsts.items[k]) == 0);
    names = strs_plus(rendering->arena, names, twice ? full_name(rendering, persons.items[i]) : firsts.items[i]);
  }
  return names;
}

/* ---- the managers this reader may be told of ---- */
static bool is_named_to(struct rendering *rendering, const struct enrolment *enrolment) {
  if (enrolment == NULL || enrolment->role != ROLE_MANAGER || enrolment->state != ENROLMENT_ACCEPTED) return false;
  const struct person *manager = person_of(rendering, enrolment->person);
  if (manager == NULL || manager->gone_ms != 0) return false;
  if (rendering->reader == NULL) return true;
  if (strcmp(manager->id, rendering->reader->id) == 0) return false; /* nobody is told of themselves */
  return may_manage(rendering->view, manager->id, rendering->reader->id);
}

static struct strs with_manager(struct rendering *rendering, struct strs managers, const struct enrolment *enrolment) {
  if (!is_named_to(rendering, enrolment) || strs_has(managers, enrolment->person)) return managers;
  return strs_plus(rendering->arena, managers, enrolment->person);
}

/* Every card may need them, so the many enrolments that are no manager's are passed by without a look-up; then those that
 * this turn has made or changed. */
static struct strs managers_of(struct rendering *rendering) {
  struct strs managers = {0};
  const struct model *model = txn_model(rendering->view);
  const struct txn_op *ops;
  for (size_t i = 0; i < model_count(model, RECORD_ENROLMENT); i++) {
    const struct enrolment *enrolment = model_at(model, RECORD_ENROLMENT, i);
    if (enrolment->role != ROLE_MANAGER) continue;
    managers = with_manager(rendering, managers, txn_get(rendering->view, RECORD_ENROLMENT, enrolment->id));
  }
  size_t changed = txn_ops(rendering->view, &ops);
  for (size_t i = 0; i < changed; i++) {
    if (ops[i].op == TXN_PUT && ops[i].kind == RECORD_ENROLMENT) managers = with_manager(rendering, managers, ops[i].record);
  }
  return managers;
}

static const char *managers_text(struct rendering *rendering) {
  struct strs managers = managers_of(rendering);
  size_t others = managers.count > NAMED_MAX ? managers.count - (NAMED_MAX - 1) : 0;
  managers.count -= others;
  struct strs names = names_of(rendering, managers);
  if (others > 0) names = strs_plus(rendering->arena, names, render_numbered(rendering, W("people.others"), "count", (int64_t)others));
  if (names.count > 0) return words_join(rendering->words, names.items, names.count, rendering->arena);
  rendering->nobody = render_sentence(rendering, W("people.no_managers"), NULL, 0);
  return rendering->nobody;
}

/* ---- the standard parameters ---- */
static const char *said_or(struct rendering *rendering, const char *said, const char *key) {
  if (said != NULL && said[0] != '\0') return one_line(said, rendering->arena);
  return render_sentence(rendering, key, NULL, 0);
}

static const char *mentee_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->mentee_word, W("word.mentee"));
}

static const char *mentor_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->mentor_word, W("word.mentor"));
}

static const char *programme_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->programme_word, W("word.programme"));
}

static const char *scheme_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->name, W("people.no_scheme"));
}

static const char *me_text(struct rendering *rendering) {
  const char *name = rendering->reader == NULL ? NULL : first_name(rendering->reader, rendering->arena);
  return said_or(rendering, name, W("people.unnamed"));
}

static const char *contact_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->contact_name, W("people.no_contact"));
}

static const char *contact_how_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->contact_how, W("people.no_contact_how"));
}

static const char *emergency_text(struct rendering *rendering) {
  return said_or(rendering, rendering->scheme->emergency, W("people.no_emergency"));
}

static const struct {
  const char *name;
  const char *(*text)(struct rendering *rendering);
} standard[RENDER_STANDARD_MAX] = {
    {"mentee", mentee_text}, {"mentor", mentor_text},   {"programme", programme_text},     {"scheme", scheme_text},      {"me", me_text},
    {"managers", managers_text}, {"contact", contact_text}, {"contact_how", contact_how_text}, {"emergency", emergency_text}};

/* Found when the first sentence names it: most name none, and the managers take a walk through all enrolments. */
static const char *standard_text(struct rendering *rendering, size_t which) {
  if (rendering->standard[which] == NULL) {
    rendering->standard[which] = "…"; /* should its own sentence name it */
    rendering->standard[which] = standard[which].text(rendering);
  }
  return rendering->standard[which];
}

static const struct scheme *scheme_of(struct txn *view) {
  static const struct scheme nothing = {.id = "scheme", .zone = "Etc/UTC", .language = "en", .name = ""};
  const struct scheme *scheme = txn_get(view, RECORD_SCHEME, "scheme");
  return scheme == NULL ? &nothing : scheme;
}

void render_begin(struct rendering *rendering, struct txn *view, struct words *words, const char *reader, struct arena *arena) {
  *rendering = (struct rendering){.view = view, .words = words, .arena = arena, .scheme = scheme_of(view)};
  rendering->reader = person_of(rendering, reader);
}

const char *render_zone(struct rendering *rendering) {
  if (rendering->zone == NULL) rendering->zone = schedule_zone(rendering->scheme, rendering->reader);
  return rendering->zone;
}

/* ---- a row's own parameters ---- */
static bool is_reader(const struct rendering *rendering, const char *person) {
  return rendering->reader != NULL && strcmp(rendering->reader->id, person) == 0;
}

/* Opened for the person alone whose line it is: anybody else gets NULL, and reads "…". */
static const char *line_text(struct rendering *rendering, const char *person) {
  if (!is_reader(rendering, person)) return NULL;
  const char *manager = txn_line(rendering->view, person);
  if (manager == NULL || manager[0] == '\0') return render_sentence(rendering, W("people.no_line"), NULL, 0);
  return manager[0] == '?' ? one_line(manager + 1, rendering->arena) : full_name(rendering, manager);
}

/* The model answers for pairs of people, whoever of the two asked: it has no list that could be shown. */
static const char *apart_text(struct rendering *rendering, const char *person) {
  return is_reader(rendering, person) ? render_sentence(rendering, W("people.apart"), NULL, 0) : NULL;
}

/* As people say how long something takes: minutes up to ten, then in fives, from an hour on in halves of one. */
static const char *span_text(struct rendering *rendering, int64_t minutes) {
  int64_t halves = minutes / 30 + (minutes % 30 >= 15), step = minutes > 10 ? 5 : 1;
  if (minutes < 58) return render_numbered(rendering, W("span.minutes"), "count", minutes < 1 ? 1 : (minutes + step / 2) / step * step);
  return render_numbered(rendering, halves % 2 == 0 ? W("span.hours") : W("span.hours_half"), "count", halves / 2);
}

/* One of a list that is not of people. */
static const char *item_text(struct rendering *rendering, const struct param *param, const char *value) {
  return param->kind == PARAM_WORDS ? render_sentence(rendering, value, NULL, 0) : one_line(value, rendering->arena);
}

static const char *list_text(struct rendering *rendering, const struct param *param) {
  struct strs texts = {0};
  if (param->kind == PARAM_PEOPLE) texts = names_of(rendering, param->values);
  else if (param->values.count == 1) return item_text(rendering, param, param->values.items[0]);
  for (size_t i = 0; i < param->values.count && param->kind != PARAM_PEOPLE; i++) {
    texts = strs_plus(rendering->arena, texts, item_text(rendering, param, param->values.items[i]));
  }
  return words_join(rendering->words, texts.items, texts.count, rendering->arena);
}

static const char *one_text(struct rendering *rendering, const struct param *param) {
  const char *value = param->values.count == 0 ? NULL : param->values.items[0];
  if (value == NULL) return param->kind == PARAM_WORDS ? "" : NULL; /* no words at all is a true answer, no name is none */
  switch (param->kind) {
    case PARAM_PERSON: return name_for_reader(rendering, value);
    case PARAM_SPAN: return span_text(rendering, strtoll(value, NULL, 10));
    case PARAM_LINE: return line_text(rendering, value);
    case PARAM_APART: return apart_text(rendering, value);
    default: return list_text(rendering, param);
  }
}

/* False: what stands there is no day, since the question was asked in another way once; it is shown as it is. */
static bool day_of(const struct param *param, int64_t *ret_ms) {
  struct civil civil;
  if (param->kind != PARAM_DAY || param->values.count == 0 || !civil_parse(param->values.items[0], &civil)) return false;
  *ret_ms = zone_ms("Etc/UTC", &civil); /* as WORDS_DAY wants it */
  return true;
}

static bool is_counted(enum param_kind kind) {
  return kind == PARAM_NUMBER || kind == PARAM_DATE || kind == PARAM_TIME;
}

static struct words_param own_param(struct rendering *rendering, const struct param *param) {
  struct words_param own = {.name = param->name, .kind = WORDS_TEXT};
  if (day_of(param, &own.number)) {
    own.kind = WORDS_DAY;
  } else if (!is_counted(param->kind)) {
    own.text = one_text(rendering, param);
  } else if (param->values.count > 0) {
    own.kind = param->kind == PARAM_NUMBER ? WORDS_NUMBER : param->kind == PARAM_DATE ? WORDS_DATE : WORDS_TIME;
    own.number = strtoll(param->values.items[0], NULL, 10);
    if (own.kind != WORDS_NUMBER) (void)render_zone(rendering);
  }
  return own;
}

/* ---- sentences ---- */
static bool begins_a_sentence(const char *text, const char *at) {
  return at == text || (at - text >= 2 && at[-1] == ' ' && strchr(".?", at[-2]) != NULL);
}

/* Names begin with a capital wherever they stand; "your programme manager", which stands in for them, only at a beginning. */
static const char *with_capitals(struct rendering *rendering, const char *text) {
  const char *nobody = rendering->nobody;
  size_t bytes = strlen(nobody), first_bytes = 0, capital_bytes = 0;
  char capital[U8_MAX_LENGTH + 1] = {0};
  UChar32 first;
  U8_NEXT(nobody, first_bytes, bytes, first);
  U8_APPEND_UNSAFE(capital, capital_bytes, u_toupper(first < 0 ? 0xFFFD : first));
  for (size_t from = 0;;) {
    const char *at = strstr(text + from, nobody);
    if (at == NULL) return text;
    from = (size_t)(at - text) + bytes;
    if (!begins_a_sentence(text, at)) continue;
    text = arena_format(rendering->arena, "%.*s%s%s", (int)(at - text), text, capital, at + first_bytes);
    from = from + capital_bytes - first_bytes;
  }
}

struct asked { /* a sentence for what stands in all of them */
  struct rendering *rendering;
  bool names_managers;
};

static const char *standard_named(void *who, const char *name) {
  struct asked *asked = who;
  for (size_t i = 0; i < RENDER_STANDARD_MAX; i++) {
    if (strcmp(standard[i].name, name) != 0) continue;
    asked->names_managers = asked->names_managers || standard[i].text == managers_text;
    return standard_text(asked->rendering, i);
  }
  return NULL;
}

static const char *finish(struct rendering *rendering, const char *key, const struct words_param *params, size_t count) {
  struct asked asked = {.rendering = rendering};
  const struct words_more more = {.text = standard_named, .who = &asked};
  const char *text = words_format_more(rendering->words, key, params, count, &more, rendering->zone, rendering->arena);
  bool stand_in = asked.names_managers && rendering->nobody != NULL && rendering->nobody[0] != '\0';
  return stand_in ? with_capitals(rendering, text) : text;
}

const char *render_sentence(struct rendering *rendering, const char *key, const struct param *params, size_t count) {
  struct words_param *all = arena_alloc(rendering->arena, count * sizeof *all);
  size_t own = 0;
  for (size_t i = 0; i < count; i++) {
    if (params[i].name != NULL) all[own++] = own_param(rendering, &params[i]);
  }
  return finish(rendering, key, all, own);
}

const char *render_numbered(struct rendering *rendering, const char *key, const char *name, int64_t number) {
  const struct words_param own = {.name = name, .kind = WORDS_NUMBER, .number = number};
  return finish(rendering, key, &own, 1);
}

const char *render_texted(struct rendering *rendering, const char *key, const char *name, const char *text) {
  const struct words_param own = {.name = name, .kind = WORDS_TEXT, .text = text};
  return finish(rendering, key, &own, 1);
}

const char *render_short(const char *text, struct arena *arena) {
  size_t bytes = SHORT_BYTES_MAX;
  if (text == NULL || strlen(text) <= bytes) return text;
  while (!U8_IS_SINGLE(text[bytes]) && !U8_IS_LEAD(text[bytes])) bytes--;
  return arena_format(arena, "%.*s…", (int)bytes, text);
}

const char *render_choice(struct rendering *rendering, const struct choice *choice) {
  const char *label = choice->label != NULL ? choice->label : choice->value;
  if (choice->words != NULL) label = render_sentence(rendering, choice->words, choice->params.items, choice->params.count);
  else if (label != NULL) label = one_line(label, rendering->arena);
  return label == NULL ? "…" : render_short(label, rendering->arena);
}
