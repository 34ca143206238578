/* fuzz.h: what every fuzz target shares: bytes taken piece by piece, a check that ends the run, a file that is only memory. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "bot/base/arena.h"

/* ---- libFuzzer calls these; each target has its own ---- */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* A promise that does not hold is a finding: the fuzzer keeps the input and says where. */
#define FUZZ_MUST(holds, ...)                                    \
  do {                                                           \
    if (!(holds)) {                                              \
      (void)fprintf(stderr, "fuzz: %s does not hold: ", #holds); \
      (void)fprintf(stderr, __VA_ARGS__);                        \
      (void)fprintf(stderr, "\n");                               \
      abort();                                                   \
    }                                                            \
  } while (0)

struct feed {
  const char *at; /* borrowed from the fuzzer for one input */
  size_t left;
};
struct piece {
  const char *data; /* borrowed from the fuzzer for one input; no NUL behind it */
  size_t bytes;
};

unsigned feed_byte(struct feed *feed);                /* 0 when nothing is left */
struct piece feed_until(struct feed *feed, char end); /* without the end, which is taken too */
/* A text of the arena as links let it through: no NUL, good UTF-8. NULL otherwise. */
const char *piece_text(struct piece piece, struct arena *arena);

/* Puts the bytes into a file that has no name and is on no disk; its path is good until the next call. */
const char *fuzz_file(const uint8_t *data, size_t bytes);

#endif
