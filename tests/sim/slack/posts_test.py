#!/usr/bin/python3
"""posts_test.py: whatever becomes of Slack's answer to a post, what was said stands once in the person's direct messages.

Slack is ill behind the post or before it, answers never, or after we stopped waiting, or the connection ends; then the same again while
every envelope comes twice and all connections are refreshed, closed and reset. Each kind of trouble meets somebody of their own."""
import sys
import time

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count

OUR_PATIENCE_S = 10  # how long mentord-slack waits for an answer
# Slack's trouble, and whether the post was taken all the same
TROUBLES = {"500_after": True, "500_before": False, "timeout_after": True, "timeout": False, "drop": True, "slow": True, "429": False}
LOOKED_UP = [how for how in TROUBLES if how != "429"]
BREAKS = ({"what": "disconnect", "reason": "refresh_requested", "close_ms": 150}, {"what": "close"}, {"what": "reset"},
          {"what": "disconnect", "reason": "warning", "close_ms": 150})


def posts_to(slack, person):
    return [call for call in slack.calls() if call["what"] == "call" and call["method"] == "chat.postMessage" and call["args"]["channel"] == person]


def write_all(slack, people):
    for (how, name), person in people.items():
        slack.say("inject", method="chat.postMessage", channel=person, how=how, times=1, delay_ms=(OUR_PATIENCE_S + 2) * 1000, retry_after=1)
        slack.say("say", who=name, text="hello")


def break_all(harbour):
    """Until the last answer is there, all connections go, one way after another."""
    for one in BREAKS:
        opened = harbour.measures()["opened"]
        harbour.slack.say("socket", connection="all", **one)
        wait("new connections", lambda: harbour.measures()["opened"] >= opened + 2)
        harbour.up()


def play(harbour, word, broken):
    slack = harbour.slack
    people = {(how, f"{word}-{i}"): slack.say("person", name=f"{word}-{i}", quiet=True)["user"]["id"] for i, how in enumerate(TROUBLES)}
    looked = sum(call.get("method") == "conversations.history" for call in slack.calls())
    slack.say("settings", duplicate=int(broken))
    began = time.monotonic()
    write_all(slack, people)
    if broken:
        break_all(harbour)
    wait("everybody reads an answer", lambda: all(slack.told(name) for _, name in people), 60)
    wait("nothing waits to be sent", lambda: not harbour.bot.records("out"), 60)
    check(f"{word}: the last answer was given up for lost and settled after {time.monotonic() - began:.0f} s", time.monotonic() - began > OUR_PATIENCE_S)
    for (how, name), person in people.items():
        told, posts = slack.told(name), posts_to(slack, person)
        wanted = 1 if TROUBLES[how] else 2
        check(f"{word}: {how}: {len(posts)} post{'s' if len(posts) > 1 else ''}, one message", len(told) == 1 and len(posts) == wanted, [told, posts])
    looked = sum(call.get("method") == "conversations.history" for call in slack.calls()) - looked
    check(f"{word}: {looked} look-ups for {len(LOOKED_UP)} posts whose end nobody knew", looked >= len(LOOKED_UP), slack.calls()[-30:])
    slack.say("settings", duplicate=0)


def main():
    with Harbour() as harbour:
        harbour.slack.say("settings", tiers=0, ghost_ms=50, retry_2_ms=500, retry_3_ms=500)
        harbour.up()
        play(harbour, "calm", False)
        play(harbour, "broken", True)
    tell_count()


if __name__ == "__main__":
    main()
