/* timed.h: what each timed program needs around what it times: CPU time, zeroed memory, an end on errors, a problem from a file. */
#ifndef BENCH_TIMED_H
#define BENCH_TIMED_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "bot/match/match_file.h"

/* Of this process, in milliseconds: others who use the machine meanwhile do not count. */
static inline double cpu_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline void must(enum err err) {
  if (err == ERR_NONE) return;
  fprintf(stderr, "%s: %s\n", err_name(err), err_note_text());
  exit(1);
}

/* Never NULL, even of 0 bytes. The caller frees. */
static inline void *room(size_t bytes) {
  void *made = calloc(1, bytes + 1);
  if (made == NULL) exit(2);
  return made;
}

/* It borrows from the file's bytes, which the arena holds; `more_bytes` are left in it for the caller. Ends the program without a file. */
static inline struct arena *problem_open(const char *path, size_t more_bytes, struct assign_problem *ret_problem) {
  struct stat stat_of;
  FILE *file = path == NULL ? NULL : fopen(path, "rb");
  if (file == NULL || fstat(fileno(file), &stat_of) != 0) exit(2);
  size_t bytes = (size_t)stat_of.st_size;
  struct arena *arena = arena_new(bytes + match_file_bytes(bytes) + more_bytes);
  char *data = arena_alloc(arena, bytes);
  if (fread(data, 1, bytes, file) != bytes) exit(2);
  fclose(file);
  must(match_file_read(data, bytes, arena, ret_problem));
  return arena;
}

#endif
