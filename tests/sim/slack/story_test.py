#!/usr/bin/python3
"""story_test.py: a whole story through Slack: two people sign up, a manager matches them, both say yes and get their group message.

Played twice on a real bot, Redis, mentord-slack and the simulated Slack. The first time nothing goes wrong. The second time, all
along, connections are told to refresh, closed, reset and lost, envelopes come twice, posts end in errors after they were accepted
and before, and each process is killed or stopped in the middle. Everybody must have been told the same both times: nothing lost,
nothing twice, no secret and no word of anybody's in any log.

usage: story_test.py [SEED]
"""
import collections
import random
import re
import signal
import sys

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count

MARKER = "zebra-marker"
AISHA = ["I want a mentor", "[Yes, start", "[That is right", "[That is right", "[Confidence|A career move", "[Video", "[Every two weeks", "[Lunch", f"no one {MARKER}",
         "[Send", "[Not now"]
BEN = ["I want to be a mentor", "[Yes, start", "[That is right", "[That is right", "[Confidence|A career move", "[Video", "[Every two weeks", "[1", "[Lunch",
       f"no one {MARKER}", "[Send", "[Not now"]
STORY = ([("aisha", line) for line in AISHA] + [("ben", line) for line in BEN] +
         [("jo", "applicants"), ("jo", "[Accept all"), ("jo", "[Mark trained"), ("jo", "[Aisha|Ben"), ("jo", "match"), ("jo", "[Release"), ("jo", "[Tell me"),
          ("aisha", "[Yes"), ("ben", "[Yes"), ("aisha", "pair"), ("ben", "my mentee")])
LISTS = ("multi_static_select", "static_select", "checkboxes", "radio_buttons")


class Player:
    """Plays the lines: plain words are written, a line in brackets chooses what the newest message of this person offers."""

    def __init__(self, harbour):
        self.harbour, self.slack, self.seen, self.pressed_again = harbour, harbour.slack, collections.Counter(), 0
        self.triggers = set()  # of each press: nobody may ever read one in a log

    def newest(self, person):
        """The last message with something to press, if it is newer than this person's last deed."""
        told = [message for message in self.slack.told(person) if not message["ephemeral"]]
        return told[-1] if len(told) > self.seen[person] and told[-1].get("buttons") else None

    def choose(self, person, labels):
        """True once it was pressed; false while it is not there."""
        message = self.newest(person)
        parts = message["buttons"] if message else []
        button = next((part for part in parts if part["type"] == "button" and part["label"].lower().startswith(labels[0].lower())), None)
        choice = next((part for part in parts if part["type"] in LISTS), None)
        fits = choice and all(re.search(rf"(\[| \| ){re.escape(label)}", message["shown"], re.I) for label in labels)
        if not button and not fits:
            return False
        told = len(self.slack.told(person))
        if button:
            self.press(person, button["value"], message)
        else:
            whole = [re.search(rf"(?:\[| \| )({re.escape(label)}[^|\]]*?)(?= \| |\])", message["shown"], re.I)[1] for label in labels]
            many = choice["type"] in ("multi_static_select", "checkboxes")
            self.press(person, choice["action_id"], message, value=whole if many else whole[0])
            send = next((part for part in parts if part["action_id"].startswith("send")), None)
            if many:
                self.press(person, send["action_id"], message)
        self.seen[person] = told
        return True

    def press(self, person, what, message, **more):
        """Slack shows a warning beside a button whose press nobody took within 3 s; its person presses again."""
        def taken():
            envelope = self.slack.say("envelope", id=click["envelope_id"])
            return envelope["state"] if envelope["state"] in ("acked", "late", "given_up") else None
        for _ in range(12):
            click = self.slack.say("click", who=person, what=what, ts=message["ts"], **more)
            self.triggers.add(click["trigger_id"])
            if wait("a press is taken, or not", taken) == "acked":
                return
            self.pressed_again += 1
            self.harbour.up(1)
        raise AssertionError(f"{person} pressed {what} twelve times in vain")

    def line(self, person, line):
        if line[0] == "[":
            wait(f"{person} is offered {line}", lambda: self.choose(person, line[1:].split("|")))
        else:
            self.seen[person] = len(self.slack.told(person))
            self.slack.say("say", who=person, text=line)
        wait(f"an answer to {person}: {line}", lambda: len(self.slack.told(person)) > self.seen[person])


class Troubles:
    """One trouble before each line of the story, in an order drawn from the seed; each kind several times."""

    def __init__(self, harbour, seed):
        self.harbour, self.chance, self.done = harbour, random.Random(seed), collections.Counter()
        kinds = ["refresh", "warning", "close", "reset", "both", "half_open", "late_500", "early_500", "drop", "limited", "double", "adapter", "adapter_stop", "bot"]
        self.plan = []
        while len(self.plan) < len(STORY):
            self.chance.shuffle(kinds)
            self.plan += kinds

    def socket(self, **wish):
        self.harbour.slack.say("socket", **wish)

    def inject(self, how, **more):
        self.harbour.slack.say("inject", method="chat.postMessage", how=how, times=1, **more)

    def before(self, step):
        kind = self.plan[step]
        self.done[kind] += 1
        self.harbour.slack.say("settings", duplicate=0)
        if kind not in ("adapter", "adapter_stop", "bot"):
            self.harbour.up(1)
        getattr(self, kind)()

    def refresh(self):
        self.socket(what="disconnect", reason="refresh_requested", close_ms=300)

    def warning(self):
        self.socket(what="disconnect", reason="warning", close_ms=500)

    def close(self):
        self.socket(what="close")

    def reset(self):
        self.socket(what="reset")

    def both(self):
        self.socket(what="reset", connection="all")

    def half_open(self):
        self.socket(what="half_open")

    def late_500(self):
        self.inject("500_after")

    def early_500(self):
        self.inject("500_before")

    def drop(self):
        self.inject("drop")

    def limited(self):
        self.inject("429", retry_after=1)

    def double(self):
        self.harbour.slack.say("settings", duplicate=1)

    def adapter(self):
        self.harbour.restart_adapter(signal.SIGKILL)

    def adapter_stop(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            code = self.harbour.restart_adapter(number)
            check(f"{number.name}: mentord-slack stops when it is told to", code == 0, code)

    def bot(self):
        self.harbour.bot.kill("mentord")


def told(slack, people):
    """Person -> what stands in their DM now, in order: each message's last words."""
    return {person: [message["shown"] for message in slack.told(person)] for person in people}


def nothing_waits(bot):
    try:
        return not bot.records("out")
    except Exception:  # the bot's Redis is on its way back
        return False


def secrets_of(harbour):
    slack = harbour.slack
    return [MARKER, slack.bot_token, slack.app_token, "ticket=", "xoxb-", "xapp-", "/respond/", "response_url", "trigger"]


def check_logs(harbour, triggers):
    check(f"{len(triggers)} presses had each a trigger of its own", len(triggers) > 20, triggers)
    logs = {"mentord-slack": harbour.log(), "the bot": harbour.bot.log()}
    for name, log in logs.items():
        check(f"the log of {name} ({len(log)} bytes) holds no secret and nobody's words", log and not any(secret in log for secret in [*secrets_of(harbour), *triggers]),
              [line for line in log.splitlines() if any(secret in line for secret in secrets_of(harbour))])


def check_marker_was_said(harbour):
    said = [message["text"] for message in harbour.slack.messages("aisha")]
    check("the marked words were really said", any(MARKER in text for text in said), said)


def play(seed=None):
    with Harbour() as harbour:
        slack, player = harbour.slack, Player(harbour)
        slack.say("settings", retry_1_ms=200, retry_2_ms=1000, retry_3_ms=3000, ack_ms=3000, ghost_ms=4000)
        harbour.up()
        troubles = Troubles(harbour, seed) if seed is not None else None
        for step, (person, line) in enumerate(STORY):
            if troubles:
                troubles.before(step)
            player.line(person, line)
        slack.say("inject", clear=True)
        group = wait("their group message", lambda: slack.messages("aisha", "mpim"))
        check("both read the same group message", [m["ts"] for m in group] == [m["ts"] for m in slack.messages("ben", "mpim")], group)
        wait("nothing waits to be sent", lambda: nothing_waits(harbour.bot))
        pairs = list(harbour.bot.records("pair").values())
        check("they are introduced", [pair["state"] for pair in pairs] == ["introduced"], pairs)
        groups = [c for c in slack.conversations("aisha") if c["kind"] == "mpim"]
        check("one group message of the three", len(groups) == 1 and sorted(groups[0]["members"]) == ["aisha", "ben", "mentor"], groups)
        check_marker_was_said(harbour)
        check_logs(harbour, player.triggers)
        everything = told(slack, ("aisha", "ben", "jo"))
        everything["the pair"] = [message["shown"] for message in group]
        return everything, {**troubles.done, "pressed again": player.pressed_again} if troubles else {}, harbour.measures()


def differences(calm, wild):
    return "\n".join(f"- {a}\n+ {b}" for a, b in zip(calm + ["(nothing)"] * len(wild), wild + ["(nothing)"] * len(calm)) if a != b)


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"# a whole story through Slack; then the same with troubles, seed {seed}", flush=True)
    calm, _, measures = play()
    print(f"# calm: {measures['acks']}", flush=True)
    wild, done, measures = play(seed)
    print(f"# wild: {dict(done)}\n# {measures['acks']}", flush=True)
    again = done.pop("pressed again")
    check(f"{sum(done.values())} troubles of {len(done)} kinds, {again} presses that Slack could not bring in time", len(done) == 14 and min(done.values()) >= 2, done)
    for person in sorted(calm):
        check(f"{person} was told the same {len(calm[person])} things", calm[person] == wild[person], differences(calm[person], wild[person]))
    tell_count()


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored, and by all that is started here
    main()
