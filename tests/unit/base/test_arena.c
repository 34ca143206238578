/* test_arena.c: what an arena hands out, and where it refuses. */
#include "bot/base/arena.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static bool all_zero(const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != 0) return false;
  return true;
}

Test(arena, pieces_are_aligned_zeroed_and_apart) {
  static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 5000, 16384, 40000, 3};
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  char *pieces[ARRAY_LEN(sizes)];
  for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
    pieces[i] = arena_alloc(arena, sizes[i]);
    cr_assert_eq((uintptr_t)pieces[i] % 16, 0, "piece of %zu bytes", sizes[i]);
    cr_assert(all_zero(pieces[i], sizes[i]));
    memset(pieces[i], (int)i + 1, sizes[i]);
  }
  for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
    for (size_t j = 0; j < sizes[i]; j++) cr_assert_eq(pieces[i][j], (char)(i + 1));
}

Test(arena, texts_are_copies) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(4096);
  char source[] = "hello";
  char *copy = arena_text(arena, source), *part = arena_text_n(arena, source, 4);
  source[0] = 'j';
  cr_assert_str_eq(copy, "hello");
  cr_assert_str_eq(part, "hell");
  cr_assert_null(arena_text(arena, NULL));
  cr_assert_null(arena_text_n(arena, NULL, 0));
  cr_assert_str_eq(arena_format(arena, "%s-%d", "pair", 17), "pair-17");
  cr_assert_str_eq(arena_format(arena, "%s", ""), "");
}

/* Past the end of a chunk, with and without another piece behind it: what stood there stays, the rest is zero, others are untouched. */
Test(arena, makes_a_piece_longer) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(4 << 20);
  for (size_t behind = 0; behind < 2; behind++) {
    char *piece = NULL, *other = arena_alloc(arena, 16);
    memset(other, 0x77, 16);
    for (size_t bytes = 0; bytes < 40000; bytes += 777) {
      piece = arena_longer(arena, piece, bytes, bytes + 777);
      cr_assert_eq((uintptr_t)piece % 16, 0);
      cr_assert(all_zero(piece + bytes, 777), "%zu", bytes);
      memset(piece + bytes, 0x5a, 777);
      for (size_t i = 0; i < bytes; i++) cr_assert_eq(piece[i], 0x5a);
      if (behind > 0) cr_assert(all_zero(arena_alloc(arena, 5), 5));
    }
    for (size_t i = 0; i < 16; i++) cr_assert_eq(other[i], 0x77);
    arena_clear(arena);
  }
}

Test(arena, counts_what_it_made_longer, .signal = SIGABRT) {
  struct arena *arena = arena_new(1000);
  char *piece = arena_alloc(arena, 10);
  piece = arena_longer(arena, piece, 10, 900);
  cr_assert(arena_bytes(arena) >= 900 && arena_bytes(arena) <= 1000);
  arena_longer(arena, piece, 900, 1100);
}

Test(arena, joins_texts) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(4096);
  cr_assert_str_eq(ARENA_JOIN(arena, "web/city", "/", "p7"), "web/city/p7");
  cr_assert_str_eq(ARENA_JOIN(arena, "", ""), "");
  cr_assert_str_eq(arena_join(arena, NULL, 0), "");
}

/* Short texts go by way of a buffer, long ones do not: each length must arrive whole. */
Test(arena, formats_each_length) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  char source[600] = "";
  for (size_t length = 0; length + 1 < sizeof source; length++) {
    cr_assert_str_eq(arena_format(arena, "%s", source), source, "%zu bytes", length);
    source[length] = (char)('a' + length % 26);
  }
}

Test(arena, counts_what_it_hands_out) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(4096);
  cr_assert_eq(arena_bytes(arena), 0);
  arena_alloc(arena, 100);
  cr_assert(arena_bytes(arena) >= 100 && arena_bytes(arena) < 100 + 16);
  arena_clear(arena);
  cr_assert_eq(arena_bytes(arena), 0);
}

Test(arena, is_usable_and_zeroed_after_clear) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1000);
  arena_clear(arena);
  for (int turn = 0; turn < 1000; turn++) {
    char *piece = arena_alloc(arena, 900);
    cr_assert(all_zero(piece, 900));
    memset(piece, 0x5a, 900);
    arena_clear(arena);
  }
}

Test(arena, is_usable_after_a_large_piece_and_clear) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  for (int turn = 0; turn < 3; turn++) {
    arena_alloc(arena, 10);
    char *large = arena_alloc(arena, 900000);
    cr_assert(all_zero(large, 900000));
    memset(large, 1, 900000);
    arena_clear(arena);
  }
}

Test(arena, takes_exactly_its_maximum) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(64);
  arena_alloc(arena, 32);
  arena_alloc(arena, 32);
  cr_assert_eq(arena_bytes(arena), 64);
}

Test(arena, aborts_past_its_maximum, .signal = SIGABRT) {
  struct arena *arena = arena_new(64);
  arena_alloc(arena, 32);
  arena_alloc(arena, 33);
}

Test(arena, aborts_on_many_small_pieces, .signal = SIGABRT) {
  struct arena *arena = arena_new(1000);
  for (int i = 0; i < 1001; i++) arena_alloc(arena, 1);
}

Test(arena, aborts_on_a_size_that_would_wrap_round, .signal = SIGABRT) {
  arena_alloc(arena_new(SIZE_MAX), SIZE_MAX - 3);
}

Test(arena, aborts_on_what_is_no_arena, .signal = SIGABRT) {
  char *stale = calloc(1, 256);
  arena_alloc((struct arena *)(void *)stale, 1);
}

Test(arena, free_takes_null) {
  struct arena *none = NULL;
  cr_assert_null(arena_free(NULL));
  cr_assert_null(arena_free(arena_new(10)));
  arena_freep(&none);
  cr_assert_null(none);
}
