/* match_file.c: the two forms of an assignment problem in a file. No number from outside is believed before it is held against the size. */
#include "bot/match/match_file.h"

#include "bot/match/arcs.h"
#include "bot/match/match.h"

#include <stdio.h>
#include <string.h>

enum { NOTE_BYTES = 300, HEADER_BYTES = 24, PAIR_LINE_BYTES = 7 }; /* "a 1 1 0" */
static const char MAGIC[] = "MMI1";

size_t match_file_bytes(size_t bytes) {
  return bytes / PAIR_LINE_BYTES * (sizeof(struct arcs_pair) + 8) + bytes + (size_t)ASSIGN_SIDE_MAX * 2 * sizeof(int64_t) + 1024;
}

/* What was noted deeper gets its place in the file in front. */
static enum err placed(enum err err, const char *unit, size_t number) {
  char what[NOTE_BYTES];
  snprintf(what, sizeof what, "%s", err_note_text());
  err_note_clear();
  return err_note(err, "%s %zu: %s", unit, number, what);
}

/* ---- text ---- */
struct reading {
  const char *at, *end;     /* borrowed from the caller; what is left of the file */
  size_t line;
  size_t mentees, mentors, count, count_max;
  int32_t *seats;           /* the arena's; -1: not said */
  struct arcs_pair *pairs;  /* the arena's */
  struct arena *arena;      /* borrowed from the caller */
};

static enum err refuse(const struct reading *reading, const char *what) {
  return err_note(ERR_BAD_INPUT, "line %zu: %s", reading->line, what);
}

static void skip_blanks(struct reading *reading) {
  while (reading->at < reading->end && (*reading->at == ' ' || *reading->at == '\t' || *reading->at == '\r')) reading->at++;
}

static bool at_line_end(struct reading *reading) {
  skip_blanks(reading);
  return reading->at == reading->end || *reading->at == '\n';
}

/* A number of up to ten digits, from `least` to `most`. */
static bool read_number(struct reading *reading, uint64_t least, uint64_t most, uint64_t *ret_number) {
  uint64_t number = 0;
  int digits = 0;
  skip_blanks(reading);
  for (; reading->at < reading->end && *reading->at >= '0' && *reading->at <= '9' && digits < 11; reading->at++, digits++)
    number = number * 10 + (uint64_t)(*reading->at - '0');
  if (digits == 0 || digits > 10 || number < least || number > most) return false;
  *ret_number = number;
  return true;
}

static enum err read_header(struct reading *reading) {
  uint64_t mentees, mentors, pairs;
  skip_blanks(reading);
  if (reading->seats != NULL) return refuse(reading, "a second line that begins with p");
  if (reading->end - reading->at < 5 || memcmp(reading->at, "match", 5) != 0) return refuse(reading, "\"p match MENTEES MENTORS PAIRS\" is wanted");
  reading->at += 5;
  size_t pairs_max = (size_t)(reading->end - reading->at) / PAIR_LINE_BYTES;
  if (!read_number(reading, 0, ASSIGN_SIDE_MAX, &mentees) || !read_number(reading, 0, ASSIGN_SIDE_MAX, &mentors))
    return refuse(reading, "the number of mentees or mentors is none, or too large");
  if (!read_number(reading, 0, UINT32_MAX, &pairs) || pairs > pairs_max) return refuse(reading, "the file is too short for so many pairs");
  reading->mentees = (size_t)mentees;
  reading->mentors = (size_t)mentors;
  reading->count_max = (size_t)pairs;
  reading->seats = arena_alloc(reading->arena, (size_t)(mentors + 1) * sizeof *reading->seats);
  reading->pairs = arena_alloc(reading->arena, (size_t)pairs * sizeof *reading->pairs);
  memset(reading->seats, 0xff, (size_t)mentors * sizeof *reading->seats);
  return ERR_NONE;
}

static enum err read_seats(struct reading *reading) {
  uint64_t mentor, seats;
  if (!read_number(reading, 1, reading->mentors, &mentor)) return refuse(reading, "this mentor is nobody");
  if (!read_number(reading, 0, INT32_MAX, &seats)) return refuse(reading, "the number of seats is none, or too large");
  if (reading->seats[mentor - 1] >= 0) return refuse(reading, "the seats of this mentor were given before");
  reading->seats[mentor - 1] = (int32_t)seats;
  return ERR_NONE;
}

static enum err read_pair(struct reading *reading) {
  uint64_t mentee, mentor, cost;
  if (!read_number(reading, 1, reading->mentees, &mentee)) return refuse(reading, "this mentee is nobody");
  if (!read_number(reading, 1, reading->mentors, &mentor)) return refuse(reading, "this mentor is nobody");
  if (!read_number(reading, 0, SCORE_MAX, &cost)) return refuse(reading, "a cost is a number from 0 to 10000");
  if (reading->count == reading->count_max) return refuse(reading, "more pairs than the first line says");
  reading->pairs[reading->count++] = (struct arcs_pair){(uint32_t)mentee - 1, (uint32_t)mentor - 1, (int32_t)cost};
  return ERR_NONE;
}

static enum err read_line(struct reading *reading) {
  if (at_line_end(reading)) return ERR_NONE;
  char kind = *reading->at++;
  if (kind != 'c' && reading->at < reading->end && *reading->at > ' ') return refuse(reading, "lines begin with p, m, a or c");
  if (kind == 'c') {
    const char *newline = memchr(reading->at, '\n', (size_t)(reading->end - reading->at));
    reading->at = newline == NULL ? reading->end : newline;
    return ERR_NONE;
  }
  if (kind != 'p' && reading->seats == NULL) return refuse(reading, "the first line is \"p match MENTEES MENTORS PAIRS\"");
  enum err err = kind == 'p' ? read_header(reading)
               : kind == 'm' ? read_seats(reading)
               : kind == 'a' ? read_pair(reading)
                             : refuse(reading, "lines begin with p, m, a or c");
  if (err == ERR_NONE && !at_line_end(reading)) err = refuse(reading, "the line goes on");
  return err;
}

static enum err read_lines(struct reading *reading) {
  enum err err = ERR_NONE;
  while (reading->at < reading->end && err == ERR_NONE) {
    reading->line++;
    err = read_line(reading);
    if (err == ERR_NONE && reading->at < reading->end) reading->at++;
  }
  return err;
}

/* The line of the second pair of these two: it is looked for by reading the file again, since it is wanted once at most. */
static size_t line_of_second(const char *data, size_t bytes, const struct reading *read, uint32_t mentee, uint32_t mentor) {
  struct reading again = *read;
  size_t seen = 0, looked_at = 0;
  again.at = data;
  again.end = data + bytes;
  again.line = again.count = 0;
  for (; again.at < again.end; again.at += again.at < again.end) {
    again.line++;
    const char *newline = memchr(again.at, '\n', (size_t)(again.end - again.at));
    skip_blanks(&again);
    if (again.at < again.end && *again.at == 'a') {
      const struct arcs_pair *pair = &read->pairs[looked_at++];
      seen += pair->mentee == mentee && pair->mentor == mentor;
      if (seen == 2) break;
    }
    again.at = newline == NULL ? again.end : newline;
  }
  return again.line;
}

static size_t mentee_of(const struct assign_problem *problem, int64_t pair) {
  size_t mentee = 0;
  while (problem->first[mentee + 1] <= pair) mentee++;
  return mentee;
}

static enum err read_text(const char *data, size_t bytes, struct arena *arena, struct assign_problem *ret_problem) {
  struct reading reading = {.at = data, .end = data + bytes, .arena = arena};
  enum err err = read_lines(&reading);
  if (err != ERR_NONE) return err;
  if (reading.seats == NULL) return refuse(&reading, "there is no line \"p match MENTEES MENTORS PAIRS\"");
  if (reading.count != reading.count_max) return refuse(&reading, "the file ends before all pairs were given");
  for (size_t j = 0; j < reading.mentors; j++)
    if (reading.seats[j] < 0) reading.seats[j] = 1;
  *ret_problem = arcs_build(reading.mentees, reading.mentors, reading.seats, reading.pairs, reading.count, arena);
  int64_t pair;
  err = arcs_check(ret_problem, SCORE_MAX, &pair);
  if (err == ERR_NONE || pair < 0) return err == ERR_NONE ? ERR_NONE : placed(err, "line", reading.line);
  size_t mentee = mentee_of(ret_problem, pair);
  return placed(err, "line", line_of_second(data, bytes, &reading, (uint32_t)mentee, (uint32_t)ret_problem->mentor[pair]));
}

/* ---- binary ---- */
struct header { int32_t magic, mentees, mentors, zero; int64_t pairs; };

/* Each part must fit into what is left before its size is multiplied. */
static enum err check_header(const struct header *header, size_t bytes) {
  if (header->mentees < 0 || header->mentees > ASSIGN_SIDE_MAX) return err_note(ERR_LIMITED, "byte 4: %d mentees cannot be", header->mentees);
  if (header->mentors < 0 || header->mentors > ASSIGN_SIDE_MAX) return err_note(ERR_LIMITED, "byte 8: %d mentors cannot be", header->mentors);
  if (header->zero != 0) return err_note(ERR_BAD_INPUT, "byte 12: nothing may stand here");
  size_t people = (size_t)header->mentors * 4 + ((size_t)header->mentees + 1) * 8, left = bytes - HEADER_BYTES;
  if (people > left) return err_note(ERR_BAD_INPUT, "byte %zu: the file ends before the lists of people do", bytes);
  if (header->pairs < 0 || (uint64_t)header->pairs != (left - people) / 8 || (left - people) % 8 != 0)
    return err_note(ERR_BAD_INPUT, "byte 16: the pairs announced are not as many as the file holds");
  return ERR_NONE;
}

/* The offset of what arcs_check refused: a pair, or else the parts that come before them. */
static enum err check_parts(const struct assign_problem *problem, size_t pairs_at) {
  int64_t pair;
  enum err err = arcs_check(problem, SCORE_MAX, &pair);
  if (err == ERR_NONE) return ERR_NONE;
  return placed(err, "byte", pair < 0 ? (size_t)HEADER_BYTES : pairs_at + (size_t)pair * 4);
}

static enum err read_binary(const char *data, size_t bytes, struct arena *arena, struct assign_problem *ret_problem) {
  struct header header;
  if (bytes < HEADER_BYTES) return err_note(ERR_BAD_INPUT, "byte %zu: the file ends before its header does", bytes);
  if ((uintptr_t)data % _Alignof(int32_t) != 0) {
    char *copy = arena_alloc(arena, bytes);
    data = memcpy(copy, data, bytes);
  }
  memcpy(&header, data, sizeof header);
  enum err err = check_header(&header, bytes);
  if (err != ERR_NONE) return err;
  size_t mentees = (size_t)header.mentees, mentors = (size_t)header.mentors, first_at = HEADER_BYTES + mentors * 4;
  int64_t *first = arena_alloc(arena, (mentees + 1) * sizeof *first); /* in the file it need not be aligned */
  memcpy(first, data + first_at, (mentees + 1) * sizeof *first);
  if (first[mentees] != header.pairs) return err_note(ERR_BAD_INPUT, "byte %zu: the last list does not end with the pairs", first_at + mentees * 8);
  size_t pairs_at = first_at + (mentees + 1) * 8;
  const void *seats = data + HEADER_BYTES, *mentor = data + pairs_at, *cost = data + pairs_at + (size_t)header.pairs * 4;
  *ret_problem = (struct assign_problem){mentees, mentors, seats, first, mentor, cost};
  return check_parts(ret_problem, pairs_at);
}

enum err match_file_read(const char *data, size_t bytes, struct arena *arena, struct assign_problem *ret_problem) {
  bool binary = bytes >= 4 && memcmp(data, MAGIC, 4) == 0;
  return binary ? read_binary(data, bytes, arena, ret_problem) : read_text(data, bytes, arena, ret_problem);
}
