/* generate.c: writes assignment problems of known families in the binary form: generate FAMILY MENTEES MENTORS PAIRS_EACH SEED FILE. */
#include "tests/bench/match/people.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* uniform: random candidates, random costs · people: profiles, the best PAIRS_EACH by score · equal: all costs alike · master: everybody
 * ranks the mentors alike · product: position times position · euclid: distance in a square. PAIRS_EACH 0: all mentors. */
struct problem { int32_t mentees, mentors; int64_t pairs; int32_t *seats, *mentor, *cost; int64_t *first; };

static void *room(size_t bytes) {
  void *made = calloc(bytes + 8, 1);
  if (made == NULL) exit(1);
  return made;
}

static void write_problem(const struct problem *problem, const char *path) {
  FILE *file = fopen(path, "wb");
  int32_t sides[3] = {problem->mentees, problem->mentors, 0};
  size_t pairs = (size_t)problem->pairs;
  if (file == NULL) exit(1);
  size_t written = fwrite("MMI1", 1, 4, file) + fwrite(sides, 4, 3, file) + fwrite(&problem->pairs, 8, 1, file);
  written += fwrite(problem->seats, 4, (size_t)problem->mentors, file) + fwrite(problem->first, 8, (size_t)problem->mentees + 1, file);
  written += fwrite(problem->mentor, 4, pairs, file) + fwrite(problem->cost, 4, pairs, file);
  if (fclose(file) != 0 || written != 9 + (size_t)problem->mentors + (size_t)problem->mentees + 2 * pairs) exit(1);
}

/* ---- families of costs: any candidates, one seat each ---- */
static double *where;

static int32_t family_cost(const char *family, const struct problem *problem, int32_t i, int32_t j) {
  const double *a = &where[2 * i], *b = &where[2 * (problem->mentees + j)];
  if (strcmp(family, "equal") == 0) return 5000;
  if (strcmp(family, "master") == 0) return (int32_t)(9999 * b[0]);
  if (strcmp(family, "product") == 0) return (int32_t)(9999.0 * (i + 1) / problem->mentees * (j + 1) / problem->mentors);
  if (strcmp(family, "euclid") == 0) return (int32_t)(7000 * sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])));
  return (int32_t)below(10000);
}

static int by_number(const void *a, const void *b) {
  return *(const int32_t *)a - *(const int32_t *)b;
}

static void draw_candidates(const struct problem *problem, int32_t each, int32_t mentee, int32_t *last_taken, int32_t *ret_mentors) {
  for (int32_t k = 0; k < each;) {
    int32_t j = each == problem->mentors ? k : (int32_t)below((uint32_t)problem->mentors);
    if (last_taken[j] == mentee + 1) continue;
    last_taken[j] = mentee + 1;
    ret_mentors[k++] = j;
  }
  qsort(ret_mentors, (size_t)each, sizeof *ret_mentors, by_number);
}

static void make_family(struct problem *problem, const char *family, int32_t each) {
  int32_t *last_taken = room((size_t)problem->mentors * 4);
  where = room((size_t)(problem->mentees + problem->mentors) * 16);
  for (int32_t k = 0; k < 2 * (problem->mentees + problem->mentors); k++) where[k] = below(1000000) / 1e6;
  for (int32_t j = 0; j < problem->mentors; j++) problem->seats[j] = 1;
  for (int32_t i = 0; i < problem->mentees; i++) {
    int32_t *mentors = problem->mentor + problem->pairs;
    draw_candidates(problem, each, i, last_taken, mentors);
    for (int32_t k = 0; k < each; k++) problem->cost[problem->pairs + k] = family_cost(family, problem, i, mentors[k]);
    problem->pairs += each;
    problem->first[i + 1] = problem->pairs;
  }
}

/* ---- people: the best by score ---- */
static int by_cost(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static int by_mentor(const void *a, const void *b) {
  uint32_t x = (uint32_t)*(const uint64_t *)a, y = (uint32_t)*(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void make_people(struct problem *problem, int32_t each) {
  struct person *mentors = room((size_t)problem->mentors * sizeof *mentors);
  uint64_t *found = room((size_t)problem->mentors * sizeof *found);
  for (int32_t j = 0; j < problem->mentors; j++) {
    mentors[j] = draw_person(true);
    problem->seats[j] = 1 + (int32_t)below(10);
  }
  for (int32_t i = 0; i < problem->mentees; i++) {
    struct person mentee = draw_person(false);
    int32_t count = 0;
    for (int32_t j = 0; j < problem->mentors; j++) {
      int32_t points = score(&mentee, &mentors[j]);
      if (points >= 0) found[count++] = (uint64_t)(10000 - points) << 32 | (uint32_t)j;
    }
    qsort(found, (size_t)count, sizeof *found, by_cost);
    if (count > each) count = each;
    qsort(found, (size_t)count, sizeof *found, by_mentor);
    for (int32_t k = 0; k < count; k++, problem->pairs++) {
      problem->mentor[problem->pairs] = (int32_t)(uint32_t)found[k];
      problem->cost[problem->pairs] = (int32_t)(found[k] >> 32);
    }
    problem->first[i + 1] = problem->pairs;
  }
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: generate uniform|people|equal|master|product|euclid MENTEES MENTORS PAIRS_EACH SEED FILE\n");
    return 2;
  }
  struct problem problem = {.mentees = (int32_t)strtol(argv[2], NULL, 10), .mentors = (int32_t)strtol(argv[3], NULL, 10)};
  int32_t each = (int32_t)strtol(argv[4], NULL, 10);
  if (each <= 0 || each > problem.mentors) each = problem.mentors;
  chance_state = strtoull(argv[5], NULL, 10);
  problem.seats = room((size_t)problem.mentors * 4);
  problem.first = room(((size_t)problem.mentees + 1) * 8);
  problem.mentor = room((size_t)problem.mentees * (size_t)each * 4);
  problem.cost = room((size_t)problem.mentees * (size_t)each * 4);
  if (strcmp(argv[1], "people") == 0) make_people(&problem, each);
  else make_family(&problem, argv[1], each);
  write_problem(&problem, argv[6]);
  return 0;
}
