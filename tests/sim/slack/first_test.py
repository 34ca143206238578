#!/usr/bin/python3
"""first_test.py: what somebody meets in their first days with the bot in Slack, on a real bot and Redis: their own page, where answers stand."""
import sys

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count


def page(slack, who):
    """What stands on this person's own page, in words; empty: Slack's own "work in progress"."""
    return (slack.say("see", who=who).get("home") or {}).get("shown", "")


def own_page(harbour):
    """App Home says what bare /mentor says, anew at each look, and nothing is written into the direct messages for it."""
    slack = harbour.slack
    slack.say("home", who="aisha")
    wait("a page", lambda: "Sign up" in page(slack, "aisha"))
    check("the first look at the own page writes no message", slack.told("aisha") == [], slack.told("aisha"))
    slack.say("click", who="aisha", what="Sign up", where="home")
    wait("its button works", lambda: any("Yes, start" in message["shown"] for message in slack.told("aisha")))
    slack.say("home", who="aisha")
    wait("the next look finds it as it is now", lambda: "begun to sign up" in page(slack, "aisha"))


def own_page_without_a_bot(harbour):
    slack = harbour.slack
    slack.say("settings", retry_1_ms=300, retry_2_ms=600, retry_3_ms=900)
    harbour.bot.stop()
    wait("the link is down", lambda: "link_down" in harbour.log())
    slack.say("home", who="ben")
    wait("a page that says where to write", lambda: "direct messages" in page(slack, "ben"))
    harbour.bot.start()
    wait("the bot's own page, once it is back", lambda: "Sign up" in page(slack, "ben"))


def main():
    with Harbour() as harbour:
        harbour.up()
        own_page(harbour)
        own_page_without_a_bot(harbour)
    tell_count()


if __name__ == "__main__":
    main()
