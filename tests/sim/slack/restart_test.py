#!/usr/bin/python3
"""restart_test.py: mentord-slack dies with messages under way, while many people write: nobody is told twice, and nobody who wrote since waits
for what must be looked up. Slack answers 50 look-ups a minute: one for each answer would take the last of the crowd half a minute.
"""
import collections
import signal
import sys
import time

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count

UNDER_WAY, CROWD, WORDS, PATIENCE_S = ("rita", "sam", "aisha"), 30, "what can you do?", 12


def calls(harbour):
    return collections.Counter(call["method"] for call in harbour.slack.calls() if call["what"] == "call")


def die_with_messages_under_way(harbour):
    """Slack took these messages, and whoever sent them died before it said so."""
    slack = harbour.slack
    slack.say("inject", method="chat.postMessage", how="timeout_after", times=len(UNDER_WAY))
    for name in UNDER_WAY:
        slack.say("say", who=name, text=WORDS)
    for name in UNDER_WAY:
        wait(f"{name} reads it", lambda: slack.told(name))
    harbour.stop_adapter(signal.SIGKILL)
    slack.say("inject", clear=True)


def main():
    with Harbour() as harbour:
        slack = harbour.slack
        harbour.up()
        die_with_messages_under_way(harbour)
        before = calls(harbour)
        harbour.start_adapter()
        harbour.up(1)
        began = time.monotonic()
        slack.say("crowd", people=CROWD, window=CROWD, count=CROWD, text=WORDS)
        found = wait("all of the crowd are answered", lambda: (now := slack.say("crowd"))["answered"] == CROWD and now, 90, 0.05)
        took_s = time.monotonic() - began
        wait("nothing waits to be sent", lambda: not harbour.bot.records("out"))
        looked = calls(harbour)["conversations.history"] - before["conversations.history"]
        check(f"{CROWD} people who wrote right after the start are answered after {took_s:.1f} s", took_s < PATIENCE_S, found)
        check(f"{looked} look-ups, for the {len(UNDER_WAY)} messages that were under way", len(UNDER_WAY) <= looked <= 2 * len(UNDER_WAY), looked)
        check("nobody of the crowd was told more than they asked for", found["unasked"] == 0, found)
        for name in UNDER_WAY:
            told = [message["text"] for message in slack.told(name)]
            check(f"{name} was told once", len(told) == 1, told)
    tell_count()


if __name__ == "__main__":
    main()
