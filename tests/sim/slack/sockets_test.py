#!/usr/bin/python3
"""sockets_test.py: Slack's connections come and go, and nobody notices: 100 refreshes and drops, and both connections lost again and again.

Slack's own view decides: the simulator measures how long no connection was there, and counts what was delivered to nobody.
"""
import itertools
import json
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from harbour import BUILD, PEOPLE, Harbour, wait
from checks import check, tell_count

TURNS, DROP_EVERY, LOSSES, LOSS_MS_MAX = 100, 20, 6, 2000
WRITERS = 20  # one alone would write more than the bot takes from one
CLOSE_MS = 150  # between the word that a connection goes and its end
MARKER = "zebra-marker"  # in what nobody may read in a log
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


def monsters(harbour):
    """Frames that no Slack should send, whole and in pieces. What can be read is answered; of the rest the log says where, and not what."""
    slack, turns = harbour.slack, itertools.cycle(PEOPLE)  # one alone would wait for each answer: a second lies between two posts to a chat
    for who in PEOPLE:
        answered(slack, who, "the first words", lambda: slack.say("say", who=who, text="status"))
    for pieces in (0, 700):
        slack.say("settings", fragment_bytes=pieces)
        how = "in pieces" if pieces else "whole"
        for number, (name, words, more) in enumerate(readable()):
            who = next(turns)
            text = envelope(harbour, who, f"{number}-{pieces}", words, **more)
            answered(slack, who, f"{name}, {how}", lambda: slack.say("socket", what="garbage", text=text))
            check(f"{name}, {how}: answered", harbour.adapter.poll() is None)
        for name, wish in unreadable(harbour):
            who, before = next(turns), len(left_out(harbour))
            slack.say("socket", what="garbage", **wish)
            line = wait(f"a line about {name}, {how}", lambda: left_out(harbour)[before:])[0]
            harbour.up()
            answered(slack, who, f"words behind {name}, {how}", lambda: slack.say("say", who=who, text="status"))
            check(f"{name}, {how}: left out, said in {len(line)} bytes, and the next words are answered", harbour.adapter.poll() is None and len(line) < 400, line)
    slack.say("settings", fragment_bytes=0)
    check("nothing of what stood in them is in the log", MARKER not in harbour.log(), harbour.log())


def disorder(harbour, seed):
    """What each of them wrote comes in any order and over both connections, each event three times under other envelopes: one answer to each."""
    slack, chance = harbour.slack, random.Random(seed)
    people = [who for who in PEOPLE if who != "ben"]  # he is asked something, and hears the question again
    harbour.settled()
    connections = [one["number"] for one in harbour.measures()["connections"]]
    before = {who: len(slack.told(who)) for who in people}
    unknown = harbour.measures()["acks"]["unknown"]
    events = [envelope(harbour, who, f"order-{who}-{i}", "status", ts=f"{time.time() - i:.6f}") for who in people for i in range(3)]
    frames = [json.dumps({**json.loads(event), "envelope_id": f"order-{copy}-{i}"}) for copy in range(3) for i, event in enumerate(events)]
    chance.shuffle(frames)
    for frame in frames:
        slack.say("socket", what="garbage", text=frame, connection=chance.choice(connections))
    wait("each envelope is acknowledged", lambda: harbour.measures()["acks"]["unknown"] - unknown >= len(frames))
    for who in people:
        answered(slack, who, "the last words", lambda: slack.say("say", who=who, text="help"))
        wait(f"all answers to {who}", lambda: len(slack.told(who)) - before[who] >= 4)
    counts = {who: len(slack.told(who)) - before[who] for who in people}
    check(f"{len(events)} events out of order, each three times over two connections, seed {seed}: {len(frames)} acknowledgements, one answer each",
          set(counts.values()) == {4} and harbour.measures()["acks"]["unknown"] - unknown == len(frames), counts)


def answered(slack, who, what, deed):
    told = len(slack.told(who))
    deed()
    wait(f"an answer to {what}", lambda: len(slack.told(who)) > told)


def left_out(harbour):
    return [line for line in harbour.log().splitlines() if " event_refused " in line or "more than 1 MiB" in line]


def envelope(harbour, who, number, text, **more):
    """Somebody's message, as Slack would bring it."""
    slack = harbour.slack
    room = next(one["id"] for one in slack.conversations(who) if one["kind"] == "im")
    event = {"type": "message", "channel_type": "im", "channel": room, "user": slack.ids[who], "text": text, "ts": f"{time.time():.6f}", **more}
    payload = {"type": "event_callback", "team_id": slack.team, "event_id": f"EvMONSTER{number}", "event": event}
    return json.dumps({"envelope_id": f"monster-{number}", "type": "events_api", "accepts_response_payload": False, "payload": payload})


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


def readable():
    return [("words with NULs", "sta\0tus\0", {}), ("words with lone surrogates", "\ud800 status \udc00 \udbff", {}),
            ("a message with forty levels below it", "status", {"blocks": nested(40)}), ("a message of 900 kB", "status", {"filler": "x" * 900_000})]


def unreadable(harbour):
    start = f'{{"envelope_id":"m","type":"events_api","text":"{MARKER}'
    return [
        ("200,000 levels", {"text": f'["{MARKER}",' + "[" * 200_000}),
        ("a message with 400 levels below it", {"text": envelope(harbour, "jo", "deepest", MARKER, blocks=nested(400))}),
        ("a NUL", {"hex": (start.encode() + b'\0"}').hex()}),
        ("half a character", {"hex": (start.encode() + b'\xc3"}').hex()}),
        ("a surrogate in UTF-8", {"hex": (start.encode() + b'\xed\xa0\x80"}').hex()}),
        ("a text without end", {"text": start + "x" * 900_000}),
        ("two megabytes", {"text": envelope(harbour, "jo", "largest", MARKER * 200_000)}),
        ("a key twice", {"text": start + f'","text":"{MARKER}"}}'}),
        ("a list", {"text": json.dumps([MARKER])}),
        ("an envelope whose id is a number", {"text": json.dumps({"envelope_id": 7, "type": "events_api", "payload": MARKER})}),
    ]


def away(harbour):
    """The bot is gone: words wait and come again, a command gets the sentence that Slack allows."""
    slack = harbour.slack
    slack.say("settings", retry_1_ms=300, retry_2_ms=600, retry_3_ms=900)
    harbour.bot.stop()
    before = len(slack.told("jo"))
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
    answered(slack, "jo", "the words behind the command", lambda: slack.say("say", who="jo", text="privacy"))
    said = [message for message in slack.told("jo")[before:] if not message["ephemeral"]]  # the sentence alone is
    check("the command is forgotten: who was told to try again gets no answer to the first try", len(said) == 1, said)


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


def health(harbour, wanted, word):
    """The exit code of `mentord health`, and what it says."""
    words = [BUILD / "mentord", "health", "--config", harbour.bot.folder / "mentord.yaml"]
    found = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    return (found.returncode == wanted and word in found.stdout) or None


def known_to_the_bot(harbour):
    """A bot whose adapter is there and whose Slack is not serves nobody, and its health says so: to a bot that comes later, too."""
    wait("health is well", lambda: health(harbour, 0, "People are being served"))
    harbour.slack.say("inject", method="apps.connections.open", how="error", error="internal_error", times=1000)
    harbour.slack.say("socket", what="reset", connection="all")
    said = f"platform_down: Nothing is heard of {harbour.workspace} (internal_error)."
    wait("health knows that Slack is not heard", lambda: health(harbour, 2, said))
    harbour.bot.stop()
    harbour.bot.start()
    check("a bot that comes later is told, too", wait("health knows it again", lambda: health(harbour, 2, said)))
    harbour.slack.say("inject", clear=True)
    check("and when it is heard again", wait("health is well again", lambda: health(harbour, 0, "People are being served")))
    harbour.write_token("bot.token", harbour.slack.bot_token, 0o644)
    harbour.restart_adapter()
    check("and why a token is not taken", wait("health knows the token's file", lambda: health(harbour, 2, f"{harbour.workspace} ({harbour.folder}/bot.token")))
    harbour.write_token("bot.token", harbour.slack.bot_token)
    harbour.restart_adapter()
    wait("health is well at last", lambda: health(harbour, 0, "People are being served"))


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
        monsters(harbour)
        disorder(harbour, int(sys.argv[1]) if len(sys.argv) > 1 else 7)
        known_to_the_bot(harbour)
    tell_count()


if __name__ == "__main__":
    main()
