/* render_parts.h: what the files of the renderer share; nobody else includes it. */
#ifndef MENTORD_RENDER_PARTS_H
#define MENTORD_RENDER_PARTS_H

#include "bot/render.h"

enum { RENDER_STANDARD_MAX = 9 };

/* One card being written for one reader. */
struct rendering {
  struct txn *view;            /* borrowed, like all here, until the card is done */
  struct words *words;
  struct arena *arena;
  const struct scheme *scheme;
  const struct person *reader; /* NULL: a room, or somebody who is gone */
  const char *zone;            /* theirs, or the scheme's; NULL until there is a date to write */
  const char *nobody;          /* what stands for {managers} when none may be named; NULL: some are */
  const char *standard[RENDER_STANDARD_MAX]; /* {me}, {managers} …; NULL until a sentence names them */
};

/* ---- render_params.c ---- */
void render_begin(struct rendering *rendering, struct txn *view, struct words *words, const char *reader, struct arena *arena);
const char *render_zone(struct rendering *rendering);
/* The sentence with its own parameters and the standard ones; its own come first. */
const char *render_sentence(struct rendering *rendering, const char *key, const struct param *params, size_t count);
const char *render_numbered(struct rendering *rendering, const char *key, const char *name, int64_t number);
const char *render_texted(struct rendering *rendering, const char *key, const char *name, const char *text);
/* What the link bounds more narrowly than text: a label, who sees the answer. */
const char *render_short(const char *text, struct arena *arena);
const char *render_choice(struct rendering *rendering, const struct choice *choice);

/* ---- render_plain.c ---- */
/* The whole card in plain text of at most `chars_max` characters. Facts that do not fit are left out from the end, and
 * said to be: *ret_lines is how many stand there. */
const char *render_plain(struct rendering *rendering, const struct out *out, const struct card *card, size_t chars_max, size_t *ret_lines);
/* Cut behind a whole line, else behind a word, else behind a character; the last line says that something is missing. */
const char *render_cut(struct rendering *rendering, const char *plain, size_t chars_max);
bool render_is_typed(const struct out *out); /* answered in words of one's own, or with a day */
const char *render_how_typed(struct rendering *rendering, const struct out *out, size_t numbered); /* numbered: choices beside it */
const char *render_also(struct rendering *rendering, const struct choice *extras, size_t count); /* NULL when there are none */
const char *render_left_out(struct rendering *rendering, size_t lines);

#endif
