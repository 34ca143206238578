/* edge_lab.h: files to be read wrong: written into a folder of the test's own, and what was said about them as one text. */
#ifndef MENTORD_EDGE_LAB_H
#define MENTORD_EDGE_LAB_H

#include "bot/base/arena.h"
#include "bot/edge/trouble.h"

struct lab {
  struct arena *arena;       /* owned: what is read lives here */
  struct troubles troubles;
  char folder[64];
};

void lab_begin(struct lab *lab);
void lab_end(struct lab *lab);
const char *lab_write(struct lab *lab, const char *name, const char *text); /* the path, in the arena */
const char *lab_write_bytes(struct lab *lab, const char *name, const char *data, size_t bytes);
/* Every trouble as "line:column: what\n", without the file. */
const char *lab_told(struct lab *lab);
/* `text` with the first `from` in it made `to`; both must be there to be changed. */
const char *lab_instead(struct lab *lab, const char *text, const char *from, const char *to);
/* Random damage: bytes changed, cut, doubled, from one seed. Returns the new length; at most bytes_max. */
size_t lab_damage(uint64_t *seed, char *data, size_t bytes, size_t bytes_max);

#endif
