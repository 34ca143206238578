/* tools_invite.c: the first manager's code: twelve characters drawn here and printed once; Redis holds no more than their hash. */
#include <stdio.h>
#include <string.h>

#include "bot/base/random.h"
#include "bot/edge/tools_parts.h"
#include "state/secrecy.h"

/* 30 that nobody takes for another. Twelve of them are 59 bits: who reads the hash cannot try them all in 15 minutes. */
static const char letters[] = "23456789abcdefghjkmnpqrstvwxyz";
enum { LETTERS = sizeof letters - 1, GROUPS = 3, GROUP_BYTES = 4, CODE_BYTES = sizeof "code" + GROUPS * (1 + GROUP_BYTES), ENTRY_BYTES = 200 };

/* Every letter as likely as any other: what lies past the last whole multiple is drawn again. */
static char draw_letter(void) {
  const unsigned fair = 256 - 256 % LETTERS;
  unsigned char number;
  do random_bytes(&number, sizeof number);
  while (number >= fair);
  return letters[number % LETTERS];
}

static void draw_code(char code[CODE_BYTES]) {
  memcpy(code, "code", sizeof "code");
  for (size_t i = 0; i < GROUPS * (1 + GROUP_BYTES); i++) code[strlen("code") + i] = i % (1 + GROUP_BYTES) == 0 ? '-' : draw_letter();
  code[CODE_BYTES - 1] = '\0';
}

static void tell(const char *code) {
  (void)printf("%s\n\nWhoever is to manage the programme sends this to the bot in a direct message, within 15 minutes. It works once.\n"
               "Hand it over where nobody else can read it.\n", code);
}

/* The bot compares folded texts; the code has no capitals, so it is its own folding. */
static int invite(struct tools_store *store, const char *code) {
  char id[TOOLS_ID_BYTES], hash[HASH_TEXT_BYTES], entry[ENTRY_BYTES];
  tools_id("invite", id);
  hash_text(NULL, code, hash);
  (void)snprintf(entry, sizeof entry, "{\"id\":\"%s\",\"kind\":\"invite\",\"code_hash\":\"%s\"}", id, hash);
  if (tools_store_push(store, entry) != ERR_NONE) return tools_say_note();
  enum tools_end end = tools_store_wait(store, id, "The invitation", 0);
  if (end != TOOLS_REFUSED) tell(code);
  return end == TOOLS_DONE ? 0 : 1;
}

int tools_invite(const struct config *config) {
  struct tools_store *store;
  char code[CODE_BYTES];
  err_note_clear();
  if (secrecy_start() != ERR_NONE || !random_init() || tools_store_open(config, &store) != ERR_NONE) return tools_say_note();
  draw_code(code);
  int exit_code = invite(store, code);
  explicit_bzero(code, sizeof code);
  (void)tools_store_free(store);
  return exit_code;
}
