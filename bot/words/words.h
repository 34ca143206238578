/* words.h: the catalogue: every sentence by its key, in ICU message format, one file a language. */
#ifndef MENTORD_WORDS_H
#define MENTORD_WORDS_H

#include "bot/base/arena.h"
#include "bot/base/err.h"

struct words;

/* Who is asked for a text that the sentence names and that was not given, when it is needed; NULL: nobody knows it. */
struct words_more {
  const char *(*text)(void *who, const char *name);
  void *who;
};

/* "Friday 6 March", "Friday 6 March at 10:00", "Fri 6 Mar, 10:00", "Friday 6 March 2026": put together by the sentences date.day,
 * date.time, date.short and date.full of the catalogue, from {weekday} {day} {month} {year} {clock}. WORDS_DAY is a day of the
 * calendar, its midnight in UTC: no zone moves it. */
enum words_kind { WORDS_TEXT, WORDS_NUMBER, WORDS_DATE, WORDS_TIME, WORDS_SHORT_TIME, WORDS_DAY };
struct words_param {
  const char *name;
  enum words_kind kind;
  const char *text;   /* WORDS_TEXT */
  int64_t number;     /* WORDS_NUMBER, or milliseconds */
};

/* `json`: {"key":"sentence", …}, flat. Every pattern is compiled here: ERR_BAD_INPUT with the key in the note. `language` is
 * "de" or "pt-BR"; "en" is the English of the world: no comma before "and". */
enum err words_load(const char *language, const char *json, size_t bytes, struct words **ret_words) MUST_CHECK;
struct words *words_free(struct words *words);
bool words_has(const struct words *words, const char *key);
/* The finished sentence, in the arena. A parameter the pattern does not name is ignored; of two with one name the first
 * holds; one it names and does not get is written as "…" (and counted: words_missing; a plural then chooses as for 0). An
 * unknown key gives the key itself in brackets. `zone` is for dates; NULL or unknown is UTC. Texts are never read as patterns. */
char *words_format(struct words *words, const char *key, const struct words_param *params, size_t count, const char *zone,
                   struct arena *arena);
char *words_format_more(struct words *words, const char *key, const struct words_param *params, size_t count, const struct words_more *more,
                        const char *zone, struct arena *arena);
/* "a, b and c" as the language writes it. */
char *words_join(struct words *words, const char *const *parts, size_t count, struct arena *arena);
int64_t words_missing(const struct words *words);
/* For tests and documentation: each key with its pattern. */
void words_each(const struct words *words, void (*each)(void *who, const char *key, const char *pattern), void *who);

#endif
