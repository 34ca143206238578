#!/usr/bin/python3
"""sockets_test.py: Slack's connections come and go, and nobody notices: 100 refreshes and drops, and both connections lost again and again.

Slack's own view decides: the simulator measures how long no connection was there, and counts what was delivered to nobody.
"""
import sys
import time

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count

TURNS, DROP_EVERY, LOSSES, LOSS_MS_MAX = 100, 20, 6, 2000
WRITERS = 20  # one alone would write more than the bot takes from one
CLOSE_MS = 150  # between the word that a connection goes and its end
STEADY_S = 2.2  # a connection that lived so long is made again at once


def gaps(slack):
    return slack.say("measures")["gaps"]


def disturb(slack, turn):
    """Slack asks one connection to go; now and then one is gone without a word, in one of three ways."""
    if turn % DROP_EVERY == DROP_EVERY - 1:
        time.sleep(STEADY_S)
        slack.say("socket", what=("reset", "close", "close_no_fin")[turn // DROP_EVERY % 3])
    else:
        slack.say("socket", what="disconnect", reason=("refresh_requested", "warning")[turn % 2], close_ms=CLOSE_MS)


def refreshes(harbour):
    """One after the other, the connections take turns; people write all the while."""
    slack, people = harbour.slack, [f"writer-{i}" for i in range(WRITERS)]
    for name in people:
        slack.say("person", name=name, quiet=True)
    for turn in range(TURNS):
        number = slack.say("measures")["opened"]
        disturb(slack, turn)
        slack.say("say", who=people[turn % len(people)], text=f"hello {turn}")
        wait("another connection", lambda: slack.say("measures")["opened"] > number)
        harbour.settled()
    wait("all acknowledged", lambda: slack.say("measures")["waiting"] == 0)
    found = slack.say("measures")
    check(f"{TURNS - TURNS // DROP_EVERY} refreshes and {TURNS // DROP_EVERY} drops: the longest time without a connection is {found['gaps']['longest_us'] // 1000} ms",
          found["gaps"]["count"] == 0 and found["opened"] >= TURNS, found)
    check(f"{found['acks']['count']} envelopes, each acknowledged in time, p99 {found['acks']['p99_us']} µs; none delivered to nobody",
          found["acks"]["late"] == 0 and found["deliveries"]["0"] == 0 and found["given_up"] == 0, found)


def losses(harbour):
    slack = harbour.slack
    for turn in range(LOSSES):
        time.sleep(STEADY_S)
        opened = slack.say("measures")["opened"]
        slack.say("socket", what=("reset", "close", "close_no_fin")[turn % 3], connection="all")
        wait("two new connections", lambda: slack.say("measures")["opened"] >= opened + 2)
        harbour.up()
    found = gaps(slack)
    check(f"both lost {LOSSES} times: {found['count']} gaps, the longest {found['longest_us'] // 1000} ms (wanted: under {LOSS_MS_MAX})",
          found["count"] >= LOSSES - 2 and found["longest_us"] < LOSS_MS_MAX * 1000, found)


def oddities(harbour):
    """What would end others: it is survived, and the next words are answered."""
    slack, opened = harbour.slack, harbour.measures()["opened"]
    slack.say("settings", retry_1_ms=100, retry_2_ms=100, retry_3_ms=100)
    for what in ("app_rate_limited", "garbage", "unknown", "big"):
        slack.say("socket", what=what)
    told = len(slack.told("jo"))
    slack.say("say", who="jo", text="status")
    wait("an answer after oddities", lambda: len(slack.told("jo")) > told)
    check("rate limits, garbage, unknown types and 1 MB are survived", harbour.adapter.poll() is None)
    wait("what nobody can read is given up", lambda: harbour.measures()["waiting"] == 0)
    check("and cost no connection, however often they come again", harbour.measures()["opened"] == opened, harbour.log())


def away(harbour):
    """The bot is gone: words wait and come again, a command gets the sentence that Slack allows."""
    slack = harbour.slack
    slack.say("settings", retry_1_ms=300, retry_2_ms=600, retry_3_ms=900)
    harbour.bot.stop()
    envelope = slack.say("run", who="jo", command="/mentor", text="status")["envelope_id"]
    slack.say("say", who="ben", text="I want to be a mentor")
    said = next(row["envelope_id"] for row in reversed(slack.say("envelope", last=10)["envelopes"]) if row["type"] == "events_api")
    taken = wait("the command is answered", lambda: slack.say("envelope", id=envelope) if slack.say("envelope", id=envelope)["state"] != "waiting" else None)
    check("a command nobody can store in time is answered within 3 s, with a sentence", taken["state"] == "acked" and "try again" in str(taken["answer"]), taken)
    check("words are not acknowledged while nobody stored them", slack.say("envelope", id=said)["acks"] == 0, slack.say("envelope", id=said))
    harbour.bot.start()
    wait("the words are answered", lambda: slack.told("ben"))
    time.sleep(1)
    welcomes = [message["shown"] for message in slack.told("ben") if "mentoring bot" in message["shown"]]
    check("and they are answered once when the bot is back", len(welcomes) == 1, slack.told("ben"))


def once(harbour):
    slack = harbour.slack
    slack.say("settings", duplicate=1)
    slack.say("inject", method="chat.postMessage", how="500_after", times=1)
    slack.say("say", who="sam", text="status")
    wait("an answer", lambda: slack.told("sam"))
    time.sleep(5)  # what would come a second time comes after the look-up
    check("an envelope that comes twice and a post that ends in 500 after it was accepted: one answer", len(slack.told("sam")) == 1, slack.told("sam"))
    slack.say("settings", duplicate=0)


def strangers(harbour):
    """More people than Slack tells us of in a minute: who they are is not waited for in vain."""
    slack = harbour.slack
    slack.say("crowd", people=100, rate=100, seconds=1)
    wait("all acknowledged", lambda: slack.say("crowd")["acked"] == 100)
    acks = slack.say("crowd")["acks"]
    check(f"a hundred strangers in a second: half of them acknowledged within {acks['p50_us'] // 1000} ms (wanted: under 500)", acks["p50_us"] < 500_000, acks)


def main():
    with Harbour() as harbour:
        # Hours of refreshes in seconds: more addresses a minute than Slack would give; it soon forgets a socket that was closed by half, and
        # soon brings again what a slow machine could not acknowledge before its connection went.
        harbour.slack.say("settings", tiers=0, ghost_ms=50, retry_2_ms=500, retry_3_ms=500)
        harbour.up()
        harbour.slack.say("measures", forget=True)
        refreshes(harbour)
        losses(harbour)
        oddities(harbour)
        once(harbour)
        away(harbour)
        strangers(harbour)
    tell_count()


if __name__ == "__main__":
    main()
