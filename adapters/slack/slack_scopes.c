/* slack_scopes.c: which rights a token has: "chat:write,im:write,…", as Slack's header x-oauth-scopes lists them. */
#include "adapters/slack/slack_scopes.h"

#include <string.h>

bool slack_scopes_hold(const char *scopes, const char *scope) {
  size_t bytes = strlen(scope);
  for (const char *at = strstr(scopes, scope); at != NULL; at = strstr(at + 1, scope)) {
    bool begins = at == scopes || at[-1] == ',' || at[-1] == ' ', ends = at[bytes] == '\0' || at[bytes] == ',' || at[bytes] == ' ';
    if (begins && ends) return true;
  }
  return false;
}
