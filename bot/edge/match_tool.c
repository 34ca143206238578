/* match_tool.c: reads the file, starts the clock, solves, and prints one line. */
#include "bot/edge/match_tool.h"

#include "bot/base/options.h"
#include "bot/match/match_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STDIN_BYTES_MAX = 1 << 30, EXIT_UNSOLVED = 1, EXIT_INPUT = 2 };

#define SOLVE_OPTION_LIST(OPTION)                                                                      \
  OPTION(SWITCH, fair, "--fair", NULL, NULL, "the dearest pair as cheap as can be, before the sum")    \
  OPTION(SWITCH, pairs, "--pairs", NULL, NULL, "print who goes with whom, numbered from 1")            \
  OPTION(SWITCH, help, "--help", NULL, NULL, "print this, and end")

struct solving {
  SOLVE_OPTION_LIST(OPTION_FIELD)
  const char *file;
  char *data;                     /* owned; mapped, or from malloc for standard input */
  size_t bytes;
  bool mapped;
};

/* CPU time, since a machine that is shared makes any other clock lie. */
static double cpu_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static long rss_mb(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_maxrss + 1023) / 1024;
}

/* ---- input ---- */
static bool read_stdin(struct solving *solving) {
  size_t room = 0;
  for (ssize_t got = 1; got > 0; solving->bytes += (size_t)got) {
    if (solving->bytes == room) {
      if (room >= STDIN_BYTES_MAX) return false;
      room = room == 0 ? 1 << 16 : room * 2;
      solving->data = realloc(solving->data, room);
      assert(solving->data != NULL);
    }
    got = read(STDIN_FILENO, solving->data + solving->bytes, room - solving->bytes);
    if (got < 0) return false;
  }
  return true;
}

static bool map_file(struct solving *solving) {
  struct stat stat;
  int fd = open(solving->file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool fine = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode);
  if (fine && stat.st_size > 0) {
    void *data = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    fine = data != MAP_FAILED;
    solving->mapped = fine;
    solving->data = fine ? data : NULL;
    solving->bytes = fine ? (size_t)stat.st_size : 0;
  }
  close(fd);
  return fine;
}

static void release(struct solving *solving) {
  if (solving->mapped) munmap(solving->data, solving->bytes);
  else free(solving->data);
}

/* ---- the command line ---- */
#define SOLVE_ROW(...) OPTION_ROW(struct solving, __VA_ARGS__),
static const struct option rows[] = {SOLVE_OPTION_LIST(SOLVE_ROW)};
static const struct options table = {.program = "match-solve", .rows = rows, .count = ARRAY_LEN(rows)};

static void help_line(const char *name, const char *value, const char *help) {
  printf("  %-8s%s %s\n", name, value, help);
}

static enum err read_arguments(int argc, char **argv, struct solving *solving) {
  struct option_words words = {.words = &solving->file, .max = 1};
  enum err err = options_read(&table, argc, (const char *const *)argv, solving, &words);
  if (err != ERR_NONE || solving->help || solving->file != NULL) return err;
  return err_note(ERR_BAD_INPUT, "a FILE is missing, - for standard input; match-solve --help says more");
}

/* ---- output ---- */
static void print_pairs(const struct assign_problem *problem, const struct assign_result *result) {
  for (size_t i = 0; i < problem->mentees; i++)
    if (result->mentor_of[i] != ASSIGN_NOBODY) printf("%zu %d\n", i + 1, result->mentor_of[i] + 1);
}

static int solve(const struct solving *solving, const struct assign_problem *problem) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(assign_result_bytes(problem->mentees, problem->mentors));
  struct assign_options options = {.fair = solving->fair};
  struct assign_result result;
  double start_s = cpu_s();
  enum err err = assign_solve(problem, &options, arena, &result);
  double solve_s = cpu_s() - start_s;
  if (err != ERR_NONE) {
    fprintf(stderr, "match-solve: %s: %s\n", solving->file, err_note_text());
    return err == ERR_INTERNAL ? EXIT_UNSOLVED : EXIT_INPUT;
  }
  printf("matched %zu cost %" PRId64 " certificate ok solve %.6f s rss %ld MB\n", result.matched, result.cost, solve_s, rss_mb());
  if (solving->pairs) print_pairs(problem, &result);
  return 0;
}

int match_tool(int argc, char **argv) {
  struct solving solving = {0};
  struct assign_problem problem;
  if (read_arguments(argc, argv, &solving) != ERR_NONE) {
    fprintf(stderr, "match-solve: %s\n", err_note_text());
    return EXIT_INPUT;
  }
  if (solving.help) {
    printf("usage: match-solve [--fair] [--pairs] FILE\n  FILE: text or binary as bot/match/README.md says, - for standard input\n");
    options_help(&table, help_line);
    return 0;
  }
  bool fine = strcmp(solving.file, "-") == 0 ? read_stdin(&solving) : map_file(&solving);
  int code = EXIT_INPUT;
  if (!fine) {
    fprintf(stderr, "match-solve: %s cannot be read\n", solving.file);
  } else {
    CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(solving.bytes));
    enum err err = match_file_read(solving.data == NULL ? "" : solving.data, solving.bytes, arena, &problem);
    if (err != ERR_NONE) fprintf(stderr, "match-solve: %s: %s\n", solving.file, err_note_text());
    else code = solve(&solving, &problem);
  }
  release(&solving);
  return code;
}
