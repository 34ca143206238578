#!/usr/bin/python3
"""groups_test.py: a pair's group message, in a workspace that lets the app read those (`manifest --group-history`) and in one that does not.

Where it may, what was said stands there once, whatever became of Slack's answer; channels are not read even with every right there is. Where
it may not, nothing is read, and what nobody knows is said once more. What the two said there, right before it is read, is on no link, in no
log and nowhere in what the bot keeps."""
import json
import signal
import sys
import urllib.parse
import urllib.request
from functools import partial

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from deeds_test import LONG, die
from files_bot import FilesBot
from played_bot import PlayedBot
from story_test import STORY, Player, nothing_waits
from checks import check, side_by_side, tell_count

LIST = b"Name\nAnn\n"
MARKERS = ("between the two of us alone: aardvark", "nobody else should know of the okapi")
SCOPE = "mpim:history"


class Open(Harbour):
    manifest_options = ("--group-history",)


class ListeningBot(PlayedBot):
    """Keeps all that the adapter says."""

    def greet(self):
        super().greet()
        self.wire = getattr(self, "wire", [])
        hear = self.link.ws.recv

        async def heard():
            self.wire.append(await hear())
            return self.wire[-1]
        self.link.ws.recv = heard
        return self


def call(slack, method, **args):
    """As the app itself calls Slack."""
    asked = urllib.request.Request(slack.api + method, urllib.parse.urlencode(args).encode(), {"authorization": f"Bearer {slack.bot_token}"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)


def open_group(slack, *people):
    """Slack opens the same one, whoever asks again."""
    return call(slack, "conversations.open", users=",".join(slack.ids[name] for name in people))["channel"]["id"]


def talk(slack, group, people):
    """The two write to each other. What they wrote comes with whatever is read there, and never by itself."""
    sent = lambda: [one["envelope_id"] for one in slack.say("envelope", last=500)["envelopes"] if one["type"] == "events_api"]
    before = sent()
    for who, words in zip(people, MARKERS):
        slack.say("say", who=who, where=group, text=words)
    check("no word of the two came by itself", sent() == before, sent())


def looked(slack, channel):
    return sum(one["what"] == "call" and one["method"] == "conversations.history" and one["args"].get("channel") == channel for one in slack.calls())


def parts(slack, who, channel, ident):
    of = [m["metadata"]["event_payload"] for one in slack.conversations(who) if one["id"] == channel for m in one["messages"] if m.get("metadata")]
    return [one["part"] for one in of if one["action"] == ident]


class Group:
    """One room, and what the bot does there."""

    def __init__(self, harbour, bot, channel, who):
        self.harbour, self.slack, self.bot, self.channel, self.who = harbour, harbour.slack, bot, channel, who

    def card(self, ident, text="Your next meeting is on Monday.", **more):
        return {**self.bot.card(self.who, text, ident, order=f"order/{ident}"), "to": {"room": self.channel}, **more}

    def parts(self, ident):
        return parts(self.slack, self.who, self.channel, ident)

    def looked(self):
        return looked(self.slack, self.channel)

    def post_with(self, how, action, skip=0):
        self.slack.say("inject", method="chat.postMessage", channel=self.channel, how=how, skip=skip)
        self.bot.say(action)

    def lose(self, how, ident):
        """Its end as it is told first, and as it is told to who asks."""
        self.post_with(how, self.card(ident))
        first = self.bot.done(ident)["result"]
        self.slack.say("inject", clear=True)
        if first == "ambiguous":
            self.bot.ask(ident)
        return first, self.bot.done(ident) if first == "ambiguous" else None

    def kill_behind(self, ident, text="Shall we meet?", skip=0, **more):
        """Slack took it (all parts but those behind `skip`), and whoever sent it died before the answer; its bot comes with it again."""
        action = self.card(ident, text, **more)
        self.post_with("timeout_after", action, skip)
        wait(f"{ident} stands there", lambda: len(self.parts(ident)) == skip + 1)
        die(self.harbour, self.bot)
        self.bot.say(action)
        return self.bot.done(ident)


def where_it_may(group):
    slack, bot = group.slack, group.bot
    for how in ("500_after", "drop"):
        first, told = group.lose(how, f"open-{how}")
        check(f"may read: {how}: found, and not said twice", (first, told["result"], group.parts(f"open-{how}")) == ("ambiguous", "sent", [1]), (first, told))
    first, told = group.lose("500_before", "open-before")
    check("may read: 500 before it was taken: Slack knows that it does not stand there", (first, told["result"]) == ("ambiguous", "not_found"), (first, told))
    before = group.looked()
    bot.say(group.card("open-before"))
    check("so it is said, without another look", bot.done("open-before")["result"] == "sent" and group.parts("open-before") == [1] and group.looked() == before)
    told = group.kill_behind("open-kill")
    check("may read: killed with the answer on its way: once", told["result"] == "sent" and group.parts("open-kill") == [1], told)
    told = group.kill_behind("open-long", LONG, skip=1)
    check("may read: killed in the middle of a long one: only what is missing follows", told["result"] == "sent" and group.parts("open-long") == [1, 2, 3],
          (told, group.parts("open-long")))
    bot.say(group.card("open-short", "One moment."))
    message = bot.done("open-short")["message"]
    told = group.kill_behind("open-edit", LONG, kind="edit", message=message)
    check("may read: killed behind a long edit: only what is missing follows", told["result"] == "sent" and group.parts("open-edit") == [2, 3], (told, group.parts("open-edit")))
    slack.say("inject", method="conversations.history", how="429", retry_after=30)
    action = group.card("open-busy", "Perhaps said.")
    group.post_with("timeout_after", action)
    wait("it stands there", lambda: group.parts("open-busy"))
    group.harbour.restart_adapter(signal.SIGKILL)
    bot.greet()
    bot.say(action)
    told = bot.done("open-busy")
    slack.say("inject", clear=True)
    check("may read: while Slack does not say, nothing is said a second time", told["result"] == "later" and group.parts("open-busy") == [1], told)


def never_a_channel(group):
    """With every right to read that Slack has; each is opened first, and only a group message is."""
    slack, bot, harbour = group.slack, group.bot, group.harbour
    scopes = next(token["scopes"] for token in slack.say("facts")["tokens"] if token["token"] == slack.bot_token)
    slack.say("token", token=slack.bot_token, scopes=f"{scopes},groups:history,channels:history")
    harbour.restart_adapter()
    bot.greet()
    for name, private in (("choir", True), ("square", False)):
        slack.say("channel", name=name, private=private, members=["ben", "mentor"])
        there = Group(harbour, bot, next(one["id"] for one in slack.conversations("ben") if one["name"] == name), "ben")
        slack.say("say", who="ben", where=f"#{name}", text=MARKERS[0])
        first, told = there.lose("500_after", f"{name}-lost")
        check(f"#{name}: nobody can tell, and nothing of it was read", (first, told["result"], there.looked()) == ("ambiguous", "cannot_tell", 0), (first, told, there.looked()))
    before = group.looked()
    first, told = group.lose("500_after", "open-again")
    check("the group message still is", told["result"] == "sent" and group.looked() == before + 1, told)
    slack.say("token", token=slack.bot_token, scopes=scopes)


def the_right_is_taken_away(group):
    """Slack refuses before its next list of our rights tells us: it is asked once, not for each message."""
    slack, bot, before = group.slack, group.bot, group.looked()
    scopes = next(token["scopes"] for token in slack.say("facts")["tokens"] if token["token"] == slack.bot_token)
    slack.say("token", token=slack.bot_token, scopes=scopes.replace(f",{SCOPE}", ""))
    ends = [group.lose("500_after", f"taken{i}")[1]["result"] for i in range(4)]
    check("without the right nobody can tell", ends == ["cannot_tell"] * 4, ends)
    check("Slack was asked once for four messages", group.looked() == before + 1, group.looked() - before)
    slack.say("token", token=slack.bot_token, scopes=scopes)


def where_it_may_not(group):
    before = group.looked()
    first, told = group.lose("500_after", "shut-500")
    check("may not read: 500 after it was taken: nobody can tell", (first, told["result"]) == ("ambiguous", "cannot_tell"), (first, told))
    told = group.kill_behind("shut-kill")
    check("may not read: what another process may have said is said once more", told["result"] == "sent" and group.parts("shut-kill") == [1, 1], told)
    check("may not read: Slack's list of our rights was enough", group.looked() - before <= 1, group.looked() - before)


def files(group, allowed):
    """A file that Slack took right before the adapter died."""
    slack, harbour = group.slack, group.harbour
    slack.say("inject", clear=True)
    bot = FilesBot(harbour).start()
    wait("the files' bot is there", lambda: bot.hello)
    ident = f"file-{allowed}"
    count = lambda: sum(one.get("method") == "files.completeUploadExternal" for one in slack.calls())
    before = count()
    slack.say("inject", method="files.completeUploadExternal", how="slow", delay_ms=20000)
    bot.upload(group.channel, LIST, f"{ident}.csv", ident)
    wait("its completion", lambda: count() > before)
    harbour.restart_adapter(signal.SIGKILL)
    slack.say("inject", clear=True)
    end = wait("its end", lambda: bot.ends.get(ident), 75)
    there = [f for one in slack.conversations(group.who) if one["id"] == group.channel for m in one["messages"] for f in m.get("files") or [] if f["name"] == f"{ident}.csv"]
    wanted = ("sent", None) if allowed else ("failed", "cannot_tell")
    check(f"a file: {'found, one copy' if allowed else 'nobody can tell, and it is not sent twice'}", (end["result"], end.get("why")) == wanted and len(there) == 1, (end, there))
    bot.end()


def actions_alone(harbour, allowed):
    """With a bot that is only played, one action at a time."""
    slack = harbour.slack
    slack.say("settings", tiers=0)  # a fault shall meet a post, not Slack's word to wait
    harbour.up(1)
    bot = ListeningBot(harbour).greet()
    group = Group(harbour, bot, open_group(slack, "aisha", "ben"), "aisha")
    talk(slack, group.channel, ("aisha", "ben"))
    for play in (where_it_may, never_a_channel, the_right_is_taken_away) if allowed else (where_it_may_not,):
        play(group)
    check_unheard(group, "\n".join(bot.wire), allowed)
    bot.end()
    files(group, allowed)


def check_unheard(group, wire, allowed):
    read = call(group.slack, "conversations.history", channel=group.channel, limit=200)
    shown = json.dumps(read)
    if allowed:
        check(f"{group.looked()} times that was read in which the two talk", group.looked() > 5 and all(words in shown for words in MARKERS), read)
    else:
        check("Slack itself keeps what they say from the app", read.get("error") == "missing_scope", read)
    check(f"none of it is on the link ({len(wire)} bytes)", len(wire) > 500 and not any(words in wire for words in MARKERS))


def a_pair_is_introduced(harbour, allowed):
    """The real bot: Slack takes what it says first in the new group message, and answers 500."""
    slack, player = harbour.slack, Player(harbour)
    slack.say("settings", tiers=0)
    harbour.up()
    group = open_group(slack, "aisha", "ben")
    talk(slack, group, ("aisha", "ben"))
    slack.say("inject", method="chat.postMessage", channel=group, how="500_after")
    for person, line in STORY:
        player.line(person, line)
    wait("they are introduced", lambda: [pair["state"] for pair in harbour.bot.records("pair").values()] == ["introduced"])
    wait("nothing waits to be sent", lambda: nothing_waits(harbour.bot))
    said = [m for one in slack.conversations("aisha") if one["id"] == group for m in one["messages"] if m["from"] == "mentor"]
    first = said[0]["metadata"]["event_payload"]["action"]
    times = parts(slack, "aisha", group, first)
    once = len({m["metadata"]["event_payload"]["action"] for m in said})
    if allowed:
        check(f"a bot that may look: each of {once} messages stands in the pair's group message once", times == [1] and len(said) == once, said)
        check("it was looked up there", looked(slack, group) == 1, looked(slack, group))
    else:
        check("a bot that may not: it asks, nobody can tell, and it says it once more", times == [1, 1] and len(said) == once + 1, said)
        check("nothing was read there", looked(slack, group) == 0, looked(slack, group))


def doctor_says(harbour, allowed):
    found = harbour.doctor()
    word = f"the app may read them ({SCOPE})" if allowed else f"the app cannot read them (no {SCOPE})"
    check(f"the doctor says as a fact: {word}", found.returncode == 0 and f"  ok    group messages: {word}" in found.stdout, found.stdout)


def main():
    """Four worlds beside each other: most of it is waiting until Slack has settled."""

    def play(kind, bot, *parts):
        with kind(bot=bot) as harbour:
            for part in parts:
                part(harbour, kind is Open)

    worlds = [(kind, *parts) for kind in (Open, Harbour) for parts in ((False, doctor_says, actions_alone), (True, a_pair_is_introduced))]
    wrong = side_by_side([partial(play, *world) for world in worlds])
    tell_count()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
