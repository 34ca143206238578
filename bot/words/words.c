/* words.c: the catalogue in memory: each sentence read once, finished as often as it is said; where it has to choose, by ICU. */
#include "bot/words/words.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/ulistformatter.h>
#include <unicode/umsg.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#include "bot/base/json.h"
#include "bot/base/map.h"
#include "bot/base/text.h"
#include "bot/base/zone.h"
#include "bot/words/words_pattern.h"

enum { WORDS_MAGIC = 0x776f7264, JSON_BYTES_MAX = 1048576, LANGUAGE_BYTES_MAX = 32, NAME_UNITS_MAX = 64, PARTS_MAX = 64 };
static const char nothing[] = "…";

struct sentence {
  char *key;                    /* owned */
  char *text;                   /* owned; as it stands in the catalogue */
  struct words_pattern pattern; /* owned */
  UMessageFormat *format;       /* owned; NULL: it has nothing to choose */
};

struct words {
  uint32_t magic;
  char locale[LANGUAGE_BYTES_MAX + 8];
  struct sentence *sentences; /* owned */
  size_t count;
  struct map *by_key;         /* owned; its values are borrowed from `sentences` */
  UNumberFormat *numbers;     /* owned, like the two below */
  UDateFormat *dates;         /* only for the names of days and months */
  UListFormatter *lists;
  int64_t missing;
};

static const struct words *checked(const struct words *words) {
  assert(words != NULL && words->magic == WORDS_MAGIC);
  return words;
}

/* ---- UTF-8 outside, UTF-16 inside ICU ---- */
/* Bytes that are no UTF-8 become U+FFFD. */
static UChar *to_units(const char *utf8, struct arena *arena) {
  UErrorCode status = U_ZERO_ERROR;
  size_t bytes = strlen(utf8);
  assert(bytes < INT32_MAX / 4);
  UChar *units = arena_alloc(arena, (bytes + 1) * sizeof *units);
  u_strFromUTF8WithSub(units, (int32_t)bytes + 1, NULL, utf8, (int32_t)bytes, 0xFFFD, NULL, &status);
  assert(U_SUCCESS(status));
  return units;
}

static char *to_utf8(const UChar *units, int32_t count, struct arena *arena) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t capacity = count * 3 + 1;
  char *utf8 = arena_alloc(arena, (size_t)capacity);
  u_strToUTF8WithSub(utf8, capacity, NULL, units, count, 0xFFFD, NULL, &status);
  assert(U_SUCCESS(status));
  return utf8;
}

static const char *clean(const char *utf8, struct arena *arena) {
  if (text_utf8_valid(utf8, strlen(utf8))) return utf8;
  const UChar *units = to_units(utf8, arena);
  return to_utf8(units, u_strlen(units), arena);
}

/* ---- loading ---- */
static enum err wrong(const char *key, const char *why) {
  return err_note(ERR_BAD_INPUT, "the sentence \"%s\": %s", key, why);
}

static UMessageFormat *compile(const struct words *words, const char *numbered) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError place;
  struct arena *arena = arena_new(WORDS_PATTERN_BYTES_MAX * 3);
  UMessageFormat *format = umsg_open(to_units(numbered, arena), -1, words->locale, &place, &status);
  arena_free(arena);
  if (U_SUCCESS(status)) return format;
  umsg_close(format);
  return NULL;
}

static enum err load_sentence(struct words *words, const cJSON *item) {
  struct sentence *sentence = &words->sentences[words->count];
  if (!cJSON_IsString(item)) return wrong(item->string, "it is not a text");
  const char *why = words_pattern_read(item->valuestring, &sentence->pattern);
  if (why != NULL) return wrong(item->string, why);
  words->count++;
  sentence->key = strdup(item->string);
  sentence->text = strdup(item->valuestring);
  assert(sentence->key != NULL && sentence->text != NULL);
  if (sentence->pattern.chooses) sentence->format = compile(words, sentence->pattern.numbered);
  if (sentence->pattern.chooses && sentence->format == NULL) return wrong(item->string, "ICU cannot read it: has each choice its \"other\"?");
  (void)map_put(words->by_key, sentence->key, sentence);
  return ERR_NONE;
}

static enum err load_sentences(struct words *words, const cJSON *root) {
  const cJSON *item;
  if (!cJSON_IsObject(root)) return err_note(ERR_BAD_INPUT, "the catalogue is not one JSON object");
  words->sentences = calloc((size_t)cJSON_GetArraySize(root) + 1, sizeof *words->sentences);
  assert(words->sentences != NULL);
  cJSON_ArrayForEach(item, root) {
    enum err err = load_sentence(words, item);
    if (err != ERR_NONE) return err;
  }
  return ERR_NONE;
}

static enum err open_formats(struct words *words, const char *language) {
  UErrorCode status = U_ZERO_ERROR;
  if (strlen(language) > LANGUAGE_BYTES_MAX) return err_note(ERR_BAD_INPUT, "that is not the name of a language");
  strncpy(words->locale, strcmp(language, "en") == 0 ? "en_001" : language, sizeof words->locale - 1);
  for (char *dash = words->locale; *dash != '\0'; dash++) *dash = *dash == '-' ? '_' : *dash;
  words->numbers = unum_open(UNUM_DECIMAL, NULL, 0, words->locale, NULL, &status);
  words->dates = udat_open(UDAT_PATTERN, UDAT_PATTERN, words->locale, u"Etc/UTC", -1, u"EEEE", -1, &status);
  words->lists = ulistfmt_open(words->locale, &status);
  if (U_FAILURE(status)) return err_note(ERR_INTERNAL, "ICU has no data: %s", u_errorName(status));
  return ERR_NONE;
}

enum err words_load(const char *language, const char *json, size_t bytes, struct words **ret_words) {
  CLEANUP(json_freep) cJSON *root = NULL;
  enum err err = json_parse(json, bytes, JSON_BYTES_MAX, &root);
  if (err != ERR_NONE) return err;
  struct words *words = calloc(1, sizeof *words);
  assert(words != NULL);
  words->magic = WORDS_MAGIC;
  words->by_key = map_new();
  err = open_formats(words, language);
  if (err == ERR_NONE) err = load_sentences(words, root);
  if (err != ERR_NONE) {
    words_free(words);
    return err;
  }
  *ret_words = words;
  return ERR_NONE;
}

struct words *words_free(struct words *words) {
  if (words == NULL) return NULL;
  assert(words->magic == WORDS_MAGIC);
  for (size_t i = 0; i < words->count; i++) {
    struct sentence *sentence = &words->sentences[i];
    if (sentence->format != NULL) umsg_close(sentence->format);
    words_pattern_done(&sentence->pattern);
    free(sentence->key);
    free(sentence->text);
  }
  free(words->sentences);
  map_free(words->by_key, NULL);
  if (words->numbers != NULL) unum_close(words->numbers);
  if (words->dates != NULL) udat_close(words->dates);
  if (words->lists != NULL) ulistfmt_close(words->lists);
  words->magic = 0;
  free(words);
  return NULL;
}

/* ---- questions ---- */
bool words_has(const struct words *words, const char *key) {
  return map_get(checked(words)->by_key, key) != NULL;
}

int64_t words_missing(const struct words *words) {
  return checked(words)->missing;
}

void words_each(const struct words *words, void (*each)(void *who, const char *key, const char *pattern), void *who) {
  for (size_t i = 0; i < checked(words)->count; i++) each(who, words->sentences[i].key, words->sentences[i].text);
}

/* ---- dates ---- */
static const char *date_name(const struct words *words, UDateFormatSymbolType which, int index, struct arena *arena) {
  UErrorCode status = U_ZERO_ERROR;
  UChar units[NAME_UNITS_MAX];
  int32_t count = udat_getSymbols(words->dates, which, index, units, NAME_UNITS_MAX, &status);
  assert(U_SUCCESS(status) && count < NAME_UNITS_MAX);
  return to_utf8(units, count, arena);
}

static const char *const date_keys[] = {[WORDS_DATE] = "date.day", [WORDS_TIME] = "date.time", [WORDS_SHORT_TIME] = "date.short", [WORDS_DAY] = "date.full"};

static const char *date_text(struct words *words, const struct words_param *param, const char *zone, struct arena *arena) {
  bool brief = param->kind == WORDS_SHORT_TIME, day = param->kind == WORDS_DAY;
  struct civil civil = zone_civil(zone_known(zone) && !day ? zone : "Etc/UTC", param->number);
  int weekday = civil.weekday % 7 + 1; /* ICU counts from Sunday, 1 */
  const char *key = date_keys[param->kind];
  struct words_param parts[] = {
      {.name = "weekday", .text = date_name(words, brief ? UDAT_SHORT_WEEKDAYS : UDAT_WEEKDAYS, weekday, arena)},
      {.name = "day", .text = arena_format(arena, "%d", civil.day)},
      {.name = "month", .text = date_name(words, brief ? UDAT_SHORT_MONTHS : UDAT_MONTHS, civil.month - 1, arena)},
      {.name = "clock", .text = arena_format(arena, "%02d:%02d", civil.hour, civil.minute)},
      {.name = "year", .text = arena_format(arena, "%d", civil.year)}};
  const char *behind = param->kind == WORDS_DATE ? "" : parts[day ? 4 : 3].text;
  if (words_has(words, key)) return words_format(words, key, parts, ARRAY_LEN(parts), zone, arena);
  return arena_format(arena, "%s %s %s%s%s", parts[0].text, parts[1].text, parts[2].text, behind[0] == '\0' ? "" : " ", behind);
}

/* ---- a finished sentence ---- */
struct finishing {
  struct words *words;
  const struct words_param *params; /* borrowed from the caller */
  size_t count;
  const struct words_more *more;    /* borrowed from the caller; NULL: nobody is asked */
  const char *zone;
  struct arena *arena;
};

static const struct words_param *find_param(const struct finishing *finishing, const char *name) {
  for (size_t i = 0; i < finishing->count; i++) {
    if (strcmp(finishing->params[i].name, name) == 0) return &finishing->params[i];
  }
  return NULL;
}

static const char *number_text(const struct finishing *finishing, int64_t number) {
  UErrorCode status = U_ZERO_ERROR;
  UChar units[NAME_UNITS_MAX];
  int32_t count = unum_formatInt64(finishing->words->numbers, number, units, NAME_UNITS_MAX, NULL, &status);
  assert(U_SUCCESS(status));
  return to_utf8(units, count, finishing->arena);
}

/* A text that was given, or that somebody knows; NULL: it is missing. */
static const char *text_of(const struct finishing *finishing, const struct words_param *param, const char *name) {
  if (param != NULL) return param->text;
  return finishing->more == NULL ? NULL : finishing->more->text(finishing->more->who, name);
}

static const char *param_text(struct finishing *finishing, const char *name) {
  const struct words_param *param = find_param(finishing, name);
  if (param != NULL && param->kind == WORDS_NUMBER) return number_text(finishing, param->number);
  if (param != NULL && param->kind != WORDS_TEXT) return date_text(finishing->words, param, finishing->zone, finishing->arena);
  const char *text = text_of(finishing, param, name);
  if (text != NULL) return clean(text, finishing->arena);
  finishing->words->missing++;
  return nothing;
}

static double param_number(struct finishing *finishing, const char *name) {
  const struct words_param *param = find_param(finishing, name);
  if (param != NULL && param->kind == WORDS_NUMBER) return (double)param->number;
  if (param != NULL) finishing->words->missing++; /* absent ones were counted with their text */
  return 0;
}

/* ICU reads as many as the pattern numbers, texts as pointers and numbers as doubles, and never the rest. */
static int32_t call_icu(const UMessageFormat *format, const UChar *const *texts, const double *numbers, UChar *units, int32_t capacity,
                        UErrorCode *ret_status) {
  static_assert(WORDS_PATTERN_TEXTS_MAX == 16 && WORDS_PATTERN_NUMBERS_MAX == 4, "one argument below for each");
  *ret_status = U_ZERO_ERROR;
  return umsg_format(format, units, capacity, ret_status, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6],
                     texts[7], texts[8], texts[9], texts[10], texts[11], texts[12], texts[13], texts[14], texts[15], numbers[0],
                     numbers[1], numbers[2], numbers[3]);
}

static char *choose(struct finishing *finishing, const struct sentence *sentence, const char *const *texts) {
  const struct words_pattern *pattern = &sentence->pattern;
  const UChar *in_units[WORDS_PATTERN_TEXTS_MAX];
  double numbers[WORDS_PATTERN_NUMBERS_MAX] = {0};
  size_t capacity = strlen(pattern->numbered) + 1; /* enough unless a text stands there twice */
  for (size_t i = 0; i < WORDS_PATTERN_TEXTS_MAX; i++) {
    in_units[i] = i < pattern->text_count ? to_units(texts[i], finishing->arena) : u"";
    capacity += (size_t)u_strlen(in_units[i]);
  }
  for (size_t i = 0; i < pattern->number_count; i++) numbers[i] = param_number(finishing, pattern->numbers[i]);
  assert(capacity < INT32_MAX / 4);
  UErrorCode status;
  UChar *units = arena_alloc(finishing->arena, capacity * sizeof *units);
  int32_t count = call_icu(sentence->format, in_units, numbers, units, (int32_t)capacity, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) {
    units = arena_alloc(finishing->arena, ((size_t)count + 1) * sizeof *units);
    count = call_icu(sentence->format, in_units, numbers, units, count + 1, &status);
  }
  assert(U_SUCCESS(status));
  return to_utf8(units, count, finishing->arena);
}

/* Nearly every sentence has nothing to choose: its words, and the texts in their places. */
static char *put_together(const struct finishing *finishing, const struct words_pattern *pattern, const char *const *texts) {
  size_t bytes[WORDS_PATTERN_TEXTS_MAX], total = 0;
  for (size_t i = 0; i < pattern->text_count; i++) bytes[i] = strlen(texts[i]);
  for (size_t i = 0; i < pattern->piece_count; i++) {
    const struct words_piece *piece = &pattern->pieces[i];
    total += piece->bytes + (piece->text < 0 ? 0 : bytes[piece->text]);
  }
  char *sentence = arena_alloc(finishing->arena, total + 1), *at = sentence;
  for (size_t i = 0; i < pattern->piece_count; i++) {
    const struct words_piece *piece = &pattern->pieces[i];
    at = mempcpy(at, piece->words, piece->bytes);
    if (piece->text >= 0) at = mempcpy(at, texts[piece->text], bytes[piece->text]);
  }
  return sentence;
}

static char *finish(struct finishing *finishing, const struct sentence *sentence) {
  const struct words_pattern *pattern = &sentence->pattern;
  const char *texts[WORDS_PATTERN_TEXTS_MAX];
  for (size_t i = 0; i < pattern->text_count; i++) texts[i] = param_text(finishing, pattern->texts[i]);
  return pattern->chooses ? choose(finishing, sentence, texts) : put_together(finishing, pattern, texts);
}

char *words_format_more(struct words *words, const char *key, const struct words_param *params, size_t count, const struct words_more *more,
                        const char *zone, struct arena *arena) {
  const struct sentence *sentence = map_get(checked(words)->by_key, key);
  if (sentence == NULL) return arena_format(arena, "[%s]", key);
  struct finishing finishing = {.words = words, .params = params, .count = count, .more = more, .zone = zone, .arena = arena};
  return finish(&finishing, sentence);
}

char *words_format(struct words *words, const char *key, const struct words_param *params, size_t count, const char *zone,
                   struct arena *arena) {
  return words_format_more(words, key, params, count, NULL, zone, arena);
}

char *words_join(struct words *words, const char *const *parts, size_t count, struct arena *arena) {
  const UChar **texts = arena_alloc(arena, (count + 1) * sizeof *texts);
  size_t units_max = 1;
  assert(checked(words) != NULL && count < INT32_MAX / 4);
  if (count == 1) return arena_text(arena, clean(parts[0], arena));
  for (size_t i = 0; i < count; i++) {
    texts[i] = to_units(parts[i], arena);
    units_max += (size_t)u_strlen(texts[i]) + PARTS_MAX; /* a language's own "and" is never so long */
  }
  UErrorCode status = U_ZERO_ERROR;
  UChar *units = arena_alloc(arena, units_max * sizeof *units);
  int32_t written = ulistfmt_format(words->lists, texts, NULL, (int32_t)count, units, (int32_t)units_max, &status);
  assert(U_SUCCESS(status));
  return to_utf8(units, written, arena);
}
