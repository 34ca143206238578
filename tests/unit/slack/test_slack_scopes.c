/* test_slack_scopes.c: a right is there only when the whole of its name stands in the list. */
#include "adapters/slack/slack_scopes.h"

#include <criterion/criterion.h>

Test(slack_scopes, a_right_is_found_by_its_whole_name) {
  static const char some[] = "chat:write,files:read, im:history";
  cr_expect(slack_scopes_hold(some, "chat:write") && slack_scopes_hold(some, "files:read") && slack_scopes_hold(some, "im:history"));
  cr_expect_not(slack_scopes_hold(some, "files:write"));
  cr_expect_not(slack_scopes_hold("chat:write.public,xfiles:read,files:readers", "chat:write"));
  cr_expect_not(slack_scopes_hold("chat:write.public,xfiles:read,files:readers", "files:read"));
  cr_expect(slack_scopes_hold("files:readers,files:read", "files:read"), "the second one is it");
  cr_expect_not(slack_scopes_hold("", "files:read"));
}
