/* slack_text.c: Slack's way of writing words, and plain text.
 * "tell <@U1|ann> about R&amp;D <https://x.example|here>"  <->  "tell @Ann Lee about R&D here (https://x.example)" */
#include "adapters/slack/slack_text.h"

#include <string.h>

#include "adapters/slack/slack_emoji.h"

/* Slack cuts texts at 40,000 characters: no honest one is longer than this. What a mention becomes may be longer than it was. */
enum { RAW_BYTES_MAX = 65536, PLAIN_BYTES_MAX = 2 * RAW_BYTES_MAX, ESCAPED_MAX = sizeof "&amp;" - 1 };

static const struct escape {
  char plain;
  const char *escaped;
} escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}};

const char *slack_text_kept(struct text *text, struct arena *arena) {
  assert(!text->full);
  const char *copy = arena_text(arena, text_str(text));
  text_done(text);
  return copy;
}

/* ---- from Slack ---- */

/* The character that an escape at `at` stands for, or 0. */
static char escape_at(const char *at, size_t *ret_bytes) {
  for (size_t i = 0; *at == '&' && i < ARRAY_LEN(escapes); i++) {
    size_t bytes = strlen(escapes[i].escaped);
    if (strncmp(at, escapes[i].escaped, bytes) != 0) continue;
    *ret_bytes = bytes;
    return escapes[i].plain;
  }
  return '\0';
}

static void add_unescaped(struct text *text, const char *raw, size_t bytes) {
  for (size_t i = 0; i < bytes;) {
    size_t used = 1;
    char plain = escape_at(raw + i, &used);
    if (plain == '\0' || i + used > bytes) {
      plain = raw[i];
      used = 1;
    }
    text_add_n(text, &plain, 1);
    i += used;
  }
}

struct token { /* what stands between '<' and '>' */
  const char *body, *label; /* label: behind the '|', or NULL */
  size_t body_bytes, label_bytes;
};

static void add_label(struct text *text, const char *mark, const struct token *token) {
  const char *said = token->label != NULL && token->label_bytes > 0 ? token->label : token->body;
  size_t bytes = said == token->label ? token->label_bytes : token->body_bytes;
  if (bytes > 0 && said[0] != mark[0]) text_add(text, mark);
  add_unescaped(text, said, bytes);
}

static void add_person(struct text *text, struct token token, const struct slack_self *self, bool ids, struct arena *arena) {
  token.body++;
  token.body_bytes--;
  const char *id = arena_text_n(arena, token.body, token.body_bytes);
  const char *name = ids || self->name_of == NULL ? NULL : self->name_of(self->who, id);
  if (name != NULL) text_addf(text, "@%s", name);
  else text_addf(text, "@%s", id); /* a label is whatever the person calls themselves: the id is certain */
}

/* "<!here>", "<!subteam^S1|@team>", "<!date^…|on Monday>" */
static void add_special(struct text *text, struct token token) {
  token.body++;
  token.body_bytes--;
  const char *caret = memchr(token.body, '^', token.body_bytes);
  bool date = strncmp(token.body, "date^", 5) == 0;
  if (caret != NULL) token.body_bytes = (size_t)(caret - token.body);
  add_label(text, date ? "" : "@", &token);
}

static void add_link(struct text *text, const struct token *token) {
  struct token link = *token;
  bool mail = strncmp(link.body, "mailto:", 7) == 0 && link.body_bytes > 7;
  if (mail) link.body += 7, link.body_bytes -= 7;
  bool same = link.label == NULL || link.label_bytes == 0 ||
              (link.label_bytes <= link.body_bytes && memcmp(link.body + link.body_bytes - link.label_bytes, link.label, link.label_bytes) == 0);
  if (!same) {
    add_unescaped(text, link.label, link.label_bytes);
    text_add(text, " (");
  }
  add_unescaped(text, link.body, link.body_bytes);
  if (!same) text_add(text, ")");
}

static void add_token(struct text *text, const struct token *token, const struct slack_self *self, bool ids, struct arena *arena) {
  struct token channel = *token;
  switch (token->body_bytes == 0 ? '\0' : token->body[0]) {
    case '@': add_person(text, *token, self, ids, arena); break;
    case '!': add_special(text, *token); break;
    case '#':
      channel.body++;
      channel.body_bytes--;
      add_label(text, "#", &channel);
      break;
    default: add_link(text, token);
  }
}

/* The token that begins at `at`; its length with both brackets, or 0 when nothing closes it. */
static size_t token_at(const char *at, struct token *ret_token) {
  size_t bytes = strcspn(at + 1, "<>\n");
  if (*at != '<' || at[1 + bytes] != '>') return 0;
  const char *bar = memchr(at + 1, '|', bytes);
  struct token token = {.body = at + 1, .body_bytes = bytes};
  if (bar != NULL) {
    token.body_bytes = (size_t)(bar - token.body);
    token.label = bar + 1;
    token.label_bytes = bytes - token.body_bytes - 1;
  }
  *ret_token = token;
  return bytes + 2;
}

static const char *at_most(const char *raw, struct arena *arena) {
  return strnlen(raw, RAW_BYTES_MAX + 1) > RAW_BYTES_MAX ? slack_text_bounded(raw, RAW_BYTES_MAX, arena) : raw;
}

const char *slack_text_plain(const char *raw, const struct slack_self *self, bool ids, struct arena *arena) {
  CLEANUP(text_done) struct text text;
  text_init(&text, PLAIN_BYTES_MAX); /* what does not fit is left out: the link takes less anyway */
  raw = at_most(raw, arena);
  while (*raw != '\0') {
    struct token token;
    size_t plain = strcspn(raw, "<");
    add_unescaped(&text, raw, plain);
    raw += plain;
    size_t bytes = *raw == '<' ? token_at(raw, &token) : 0;
    if (bytes > 0) add_token(&text, &token, self, ids, arena);
    else if (*raw != '\0') text_add_n(&text, raw, bytes = 1);
    raw += bytes;
  }
  return slack_emoji_shown(arena_text(arena, text_str(&text)), arena);
}

const char *slack_text_unescape(const char *raw, struct arena *arena) {
  struct text text;
  text_init(&text, RAW_BYTES_MAX);
  raw = at_most(raw, arena);
  add_unescaped(&text, raw, strlen(raw));
  return slack_text_kept(&text, arena);
}

const char *slack_text_called(const char *raw, const char *bot_user, struct arena *arena) {
  if (bot_user == NULL) return NULL;
  size_t id = strlen(bot_user);
  raw = at_most(raw, arena);
  for (const char *at = strstr(raw, "<@"); at != NULL; at = strstr(at + 2, "<@")) {
    struct token token;
    size_t bytes = token_at(at, &token);
    if (bytes == 0 || token.body_bytes != id + 1 || memcmp(token.body + 1, bot_user, id) != 0) continue;
    const char *behind = at + bytes;
    if (at == raw) behind += strspn(behind, " \t\n,:");
    return arena_format(arena, "%.*s%s", (int)(at - raw), raw, behind);
  }
  return NULL;
}

/* ---- bounds ---- */

const char *slack_text_bounded(const char *text, size_t bytes_max, struct arena *arena) {
  size_t bytes = strlen(text);
  if (bytes > bytes_max) bytes = bytes_max;
  while (text[bytes] != '\0' && bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80) bytes--;
  char *copy = arena_text_n(arena, text, bytes);
  for (char *c = copy; *c != '\0'; c++)
    if (((unsigned char)*c < ' ' && *c != '\n') || *c == 0x7f) *c = ' ';
  return copy;
}

/* ---- to Slack ---- */

static const char *escaped_of(char c) {
  for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
    if (escapes[i].plain == c) return escapes[i].escaped;
  return NULL;
}

void slack_text_escape(const char *plain, struct text *text) {
  while (*plain != '\0') {
    size_t bytes = strcspn(plain, "&<>");
    text_add_n(text, plain, bytes);
    plain += bytes;
    if (*plain != '\0') text_add(text, escaped_of(*plain++));
  }
}

/* How many characters the one at `at` takes once escaped: 0 for the later bytes of one. */
static size_t weight(char c) {
  if (c == '&' || c == '<' || c == '>') return strlen(escaped_of(c));
  return ((unsigned char)c & 0xc0) == 0x80 ? 0 : 1;
}

size_t slack_text_chars(const char *plain) {
  size_t chars = text_utf8_count(plain);
  for (plain = strpbrk(plain, "&<>"); plain != NULL; plain = strpbrk(plain + 1, "&<>")) chars += weight(*plain) - 1;
  return chars;
}

/* The last place in the second half of `bytes` bytes behind which a line, else a word, ends; 0: none. */
static size_t good_end(const char *plain, size_t bytes) {
  size_t space = 0;
  for (size_t at = bytes; at > bytes / 2; at--) {
    if (plain[at - 1] == '\n') return at;
    if (plain[at - 1] == ' ' && space == 0) space = at;
  }
  return space;
}

/* True without counting: even if each of its bytes had to be escaped. */
static bool is_far_below(const char *plain, size_t chars_max) {
  return strnlen(plain, chars_max / ESCAPED_MAX + 1) <= chars_max / ESCAPED_MAX;
}

size_t slack_text_fit(const char *plain, size_t chars_max) {
  size_t bytes = 0;
  if (is_far_below(plain, chars_max)) return strlen(plain);
  for (size_t chars = 0; plain[bytes] != '\0'; bytes++) {
    chars += weight(plain[bytes]);
    if (chars > chars_max) break;
  }
  if (plain[bytes] == '\0') return bytes;
  size_t end = good_end(plain, bytes);
  return end == 0 ? bytes : end;
}

const char *slack_text_short(const char *plain, size_t chars_max, struct arena *arena) {
  size_t bytes = 0;
  if (is_far_below(plain, chars_max) || slack_text_chars(plain) <= chars_max) return arena_text(arena, plain);
  for (size_t chars = 0; chars + weight(plain[bytes]) < chars_max; bytes++) chars += weight(plain[bytes]);
  while (bytes > 0 && ((unsigned char)plain[bytes] & 0xc0) == 0x80) bytes--;
  return arena_format(arena, "%.*s…", (int)bytes, plain);
}
