#!/usr/bin/python3
"""files_test.py: files from the bot into Slack: byte for byte, once, whatever goes wrong at which step, and nothing of them in any log."""
import base64
import random
import signal
import sys
import time
from functools import partial

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from files_bot import FilesBot
from checks import check, side_by_side, tell_count

STEPS = ("conversations.open", "files.getUploadURLExternal", "upload_url", "files.completeUploadExternal", "files.info")
LIST = 'Name,Größe,"says"\n"O\'Neil, Ann","5\'7""","naïve – £5"\nŁukasz,=1+1,日本\n'.encode()
END_S = 75


class World:
    """A Slack, an adapter, and a bot that sends files; what one of its people got."""

    def __init__(self):
        self.harbour = Harbour(bot=False)
        self.count = 0

    def __enter__(self):
        self.harbour.__enter__()
        self.slack = self.harbour.slack
        self.harbour.up()
        self.bot = FilesBot(self.harbour).start()
        wait("the bot is there", lambda: self.bot.hello)
        return self

    def __exit__(self, *what):
        try:
            self.bot.end()
        finally:
            self.harbour.__exit__(*what)

    def name(self):
        """No two of them are called the same, so that each is found by itself."""
        self.count += 1
        return f"o{self.count}", f"people-{self.count}.csv"

    def got(self, who, name, kind="im"):
        """The messages with this file that stand there now."""
        return [m for m in self.slack.messages(who, kind) for f in m.get("files") or [] if f["name"] == name and f.get("mode") != "tombstone"]

    def saved(self, message):
        return base64.b64decode(self.slack.say("file", id=message["files"][0]["id"])["data"])

    def ended(self, ident, deadline_s=END_S):
        return wait(f"an end of {ident}", lambda: self.bot.ends.get(ident), deadline_s)

    def one_copy(self, what, who, ident, name, data):
        """It ended well, and stands there once, byte for byte."""
        end = self.ended(ident)
        found = self.got(who, name)
        check(what, end["result"] == "sent" and len(found) == 1 and self.saved(found[0]) == data and end["message"].endswith("/" + found[0]["ts"]),
              (end, [m["ts"] for m in found], self.bot.told[ident], self.calls()[-12:]))
        return end, found[0]

    def calls(self):
        return [call.get("method", call["what"]) for call in self.slack.calls()]

    def calm(self):
        self.slack.say("inject", clear=True)
        self.slack.say("settings", share_delay_ms=0, share_missing=0, tiers=1)


def happy(world):
    bot, slack = world.bot, world.slack
    check("the hello says how large a file may be", bot.hello["can"]["file_max"] == 4194304, bot.hello)
    ident, name = world.name()
    bot.upload("aisha", LIST, name, ident)
    end, message = world.one_copy("a list with quotes and umlauts arrives byte for byte", "aisha", ident, name, LIST)
    check("its words stand beside it, and are no markup", f"Here is {ident} <b>&</b> *more*." in message["shown"], message)
    large = random.Random(7).randbytes(1 << 20)
    ident, name = world.name()
    bot.upload("ben", large, name, ident)
    world.one_copy("so does 1 MB", "ben", ident, name, large)
    starts = [start for one, start in bot.gets if one == ident]
    check("its pieces were asked for one behind the other", starts == list(range(0, 1 << 20, 32768)), starts[:5])
    ident, name = world.name()
    bot.upload("ben", bytes(4 << 20), name, ident)
    world.one_copy("and the largest that there may be", "ben", ident, name, bytes(4 << 20))
    where = end["message"]
    bot.delete(where, "d1")
    world.ended("d1")
    check("by its message it is deleted like any other", not world.got("aisha", "people-1.csv"), where)
    general = next(one["id"] for one in slack.conversations("aisha") if one["name"] == "general")
    bot.upload(general, LIST, "for-all.csv", "g1")
    check("a room gets it too", world.ended("g1")["result"] == "sent" and any(f["name"] == "for-all.csv" for one in slack.conversations("aisha") if one["name"] == "general"
                                                                              for m in one["messages"] for f in m.get("files") or []))
    bot.upload(general, LIST, "for-one.csv", "g2", only=slack.ids["aisha"])
    check("for one person alone in a room: refused, never for all", (world.ended("g2")["result"], world.ended("g2")["why"]) == ("failed", "not_allowed"), world.ended("g2"))
    bot.upload("aisha", LIST, "late.csv", "g3", until=1000)
    check("what is of no use any more is not begun", world.ended("g3").get("why") == "too_late", world.ended("g3"))
    slack.say("change", who="ben", deleted=True)
    bot.upload("ben", LIST, "gone.csv", "g4")
    check("who has left gets none", world.ended("g4").get("why") == "person_gone", world.ended("g4"))
    slack.say("change", who="ben", deleted=False)


def twenty_at_once(world):
    """Files are no reason to wait for anybody who writes."""
    bot, slack = world.bot, world.slack
    data = {f"t{i}": random.Random(i).randbytes(200_000) for i in range(20)}
    bot.most_open = 0
    for ident, bytes_ in data.items():
        bot.upload("sam", bytes_, f"{ident}.csv", ident)
    waits = []
    for who in ("rita", "jo", "aisha", "ben"):
        began = time.monotonic()
        bot.send(who, "in between", f"m-{who}")
        world.ended(f"m-{who}")
        waits.append(time.monotonic() - began)
    for ident, bytes_ in data.items():
        end = world.ended(ident)
        found = world.got("sam", f"{ident}.csv")
        if end["result"] != "sent" or len(found) != 1 or world.saved(found[0]) != bytes_:
            check(f"{ident} arrives once", False, (end, found))
    check(f"20 files at once arrive once each; others' messages meanwhile took {max(waits):.2f} s at most", max(waits) < 0.5, waits)
    check("no more than two were under way at a time", bot.most_open <= 2, bot.most_open)


def each_step_goes_wrong(world, steps):
    bot, slack = world.bot, world.slack
    for step in steps:
        for how in ("500_before", "500_after", "429", "drop"):
            ident, name = world.name()
            slack.say("inject", method=step, how=how, retry_after=1)
            bot.upload("aisha", LIST, name, ident)
            world.one_copy(f"{how} at {step}: one copy in the end", "aisha", ident, name, LIST)
            world.calm()


def sharing_is_slow_or_fails(world):
    bot, slack = world.bot, world.slack
    slack.say("settings", share_delay_ms=3000)
    ident, name = world.name()
    bot.upload("aisha", LIST, name, ident)
    wait("the completion", lambda: world.calls()[-1] == "files.info")
    check("what is not shown yet is not called sent", ident not in bot.ends and not world.got("aisha", name))
    world.one_copy("what Slack shows after 3 s is sent then", "aisha", ident, name, LIST)
    world.calm()
    slack.say("settings", share_missing=1)
    ident, name = world.name()
    bot.upload("aisha", LIST, name, ident)
    world.one_copy("what Slack does not show is taken back and goes once more", "aisha", ident, name, LIST)
    slack.say("settings", share_delay_ms=18000)
    ident, name = world.name()
    before = world.calls().count("files.completeUploadExternal")
    bot.upload("aisha", LIST, name, ident)
    wait("the completion", lambda: world.calls().count("files.completeUploadExternal") > before)
    began = time.monotonic()
    slack.say("settings", share_delay_ms=0)
    world.one_copy("what Slack would show too late is taken back first", "aisha", ident, name, LIST)
    wait("the time when it would have come", lambda: time.monotonic() > began + 19)
    check("and still one when it would have come", len(world.got("aisha", name)) == 1, world.got("aisha", name))
    slack.say("settings", share_missing=9)
    ident, name = world.name()
    bot.upload("aisha", LIST, name, ident)
    end = world.ended(ident)
    check("what Slack never shows is told as failed", (end["result"], end["why"]) == ("failed", "not_shown") and not world.got("aisha", name), end)
    world.calm()
    slack.say("inject", method="files.completeUploadExternal", how="error", error="invalid_blocks")
    ident, name = world.name()
    bot.upload("aisha", LIST, name, ident)
    _, message = world.one_copy("where Slack refuses its blocks, its words go as text", "aisha", ident, name, LIST)
    check("and are no markup there either", f"Here is {ident} <b>&</b> *more*." in message["shown"], message)


def the_adapter_dies(world):
    """After each step's call was done, before its answer came; the next process knows nothing."""
    bot, slack, harbour = world.bot, world.slack, world.harbour
    for step in STEPS:
        ident, name = world.name()
        slack.say("inject", method=step, how="slow", delay_ms=20000)
        before = world.calls().count("upload" if step == "upload_url" else step)
        bot.upload("aisha", LIST, name, ident)
        wait(f"the call of {step}", lambda: world.calls().count("upload" if step == "upload_url" else step) > before)
        harbour.restart_adapter(signal.SIGKILL)
        world.calm()
        world.one_copy(f"killed at {step}: one copy in the end", "aisha", ident, name, LIST)
    slack.say("settings", share_delay_ms=4000)
    ident, name = world.name()
    before = world.calls().count("files.completeUploadExternal")
    bot.upload("aisha", LIST, name, ident)
    wait("the completion", lambda: world.calls().count("files.completeUploadExternal") > before)
    harbour.restart_adapter(signal.SIGKILL)
    world.one_copy("killed before Slack showed it: one copy in the end", "aisha", ident, name, LIST)
    time_out = time.monotonic() + 6  # a second copy would come late, too
    wait("the time of a late share", lambda: time.monotonic() > time_out)
    check("and still one after a while", len(world.got("aisha", name)) == 1, world.got("aisha", name))
    world.calm()


def the_bot_is_odd(world):
    """A link that breaks, a bot that lost its bytes, pieces that do not follow."""
    bot = world.bot
    large = random.Random(9).randbytes(300_000)
    once = []

    def odd(answer):
        """The third piece, once, is something else."""
        def piece(ident, start):
            if start != 65536 or once:
                return None
            once.append(ident)
            return answer
        return piece

    def broken(piece):
        bot.drop()
        return {**piece}

    rows = (("the link breaks in the middle", broken),
            ("the bot has lost the bytes", lambda piece: {k: v for k, v in piece.items() if k != "data"}),
            ("a piece that does not follow", lambda piece: {**piece, "from": 32768}),
            ("a piece that is no base64", lambda piece: {**piece, "data": "$$$$"}),
            ("an empty piece", lambda piece: {**piece, "data": ""}),
            ("a piece of another file", lambda piece: {**piece, "id": "other"}))
    for what, answer in rows:
        once.clear()
        bot.piece = odd(answer)
        ident, name = world.name()
        bot.upload("sam", large, name, ident)
        world.one_copy(f"{what}: begun anew, one copy", "sam", ident, name, large)
        starts = [start for one, start in bot.gets if one == ident]
        check("all of it was fetched anew", once and starts.count(0) == 2, starts)
    bot.piece = lambda ident, start: None
    ident, name = world.name()
    action = bot.upload("sam", large, name, ident)
    world.ended(action)
    check("after all that no file holds a place", world.harbour.adapter.poll() is None)


def change_rights(slack, team, change):
    """As an administrator does; heard at the adapter's next look at its token."""
    token = slack.bot_tokens[team]
    scopes = next(row["scopes"] for row in slack.say("facts")["tokens"] if row["token"] == token)
    slack.say("token", token=token, scopes=change(scopes))


def rights_are_missing():
    """A site that refuses the right: its bot hears so and sends words; the other workspace of the same process has its files all the while."""
    with Harbour(bot=False, teams=("harbour", "docks")) as harbour:
        slack = harbour.slack
        dora = {"person": slack.say("person", name="dora", real_name="Dora Dean", team=slack.teams["docks"])["user"]["id"]}
        change_rights(slack, "docks", lambda scopes: scopes.replace("files:read", "x:y"))
        harbour.restart_adapter(signal.SIGTERM)
        with FilesBot(harbour) as bot, FilesBot(harbour, f"slack/{slack.teams['docks']}") as docks:
            wait("both are there", lambda: bot.hello and docks.hello)
            bot.upload("sam", LIST, "given.csv", "r0")
            docks.upload("dora", LIST, "refused.csv", "r1", to=dora)
            wait("both ends", lambda: bot.ends.get("r0") and docks.ends.get("r1"))
            check("where the right is there, the file is", bot.ends["r0"]["result"] == "sent", bot.ends)
            check("where it is missing, nothing is begun", docks.ends["r1"]["result"] == "unsupported" and not docks.gets, (docks.ends, docks.gets))
            docks.instead("r1")
            wait("words", lambda: docks.ends.get("r1"))
            shown = [message["shown"] for message in slack.told("docks/dora")]
            check("and words go in its place, under the same id", docks.ends["r1"]["result"] == "sent" and len(shown) == 1 and "Here is r1" in shown[0], (docks.ends, shown))
            check("for which nobody looked", not any(call.get("method") == "conversations.history" for call in slack.calls()))
            harbour.restart_adapter(signal.SIGKILL)
            docks.upload("dora", LIST, "refused.csv", "r2", to=dora)
            wait("another end", lambda: docks.ends.get("r2"))
            check("also before the adapter knows its rights", docks.ends["r2"]["result"] == "unsupported", docks.told)
            change_rights(slack, "docks", lambda scopes: scopes.replace("x:y", "files:read"))
            harbour.restart_adapter(signal.SIGTERM)
            docks.upload("dora", LIST, "given.csv", "r3", to=dora)
            check("given again, files are sent", wait("its end", lambda: docks.ends.get("r3"))["result"] == "sent", docks.ends)


def nothing_in_logs(world):
    log = world.harbour.log()
    for secret in ("people-", ".csv", "/upload/", "Größe", "Here is", base64.b64encode(LIST).decode()[:24], *world.slack.tokens):
        check(f"no log holds {'a token' if secret.startswith('xo') or secret.startswith('xapp') else repr(secret)}", secret not in log, secret)
    check(f"of {len(log)} bytes of log", len(log) > 0)


def the_real_bot():
    """A manager asks for a list, and has it once, also when the adapter dies before it says so; who is no manager gets none."""
    with Harbour() as harbour:
        slack = harbour.slack
        harbour.up()
        wait("the managers are known", lambda: any(one["role"] == "manager" for one in harbour.bot.records("enrolment").values()))

        def lists(who):
            return [(m, f) for m in slack.told(who) for f in m.get("files") or []]

        slack.say("say", who="jo", text="export people")
        wait("a list", lambda: lists("jo"))
        message, file = lists("jo")[0]
        text = base64.b64decode(slack.say("file", id=file["id"])["data"]).decode()
        check("a manager who says export people has a list with the people in it", file["name"].endswith(".csv") and "Jo Patel" in text and "Here is your list" in message["shown"], text)
        slack.say("inject", method="files.completeUploadExternal", how="slow", delay_ms=20000)
        slack.say("say", who="jo", text="export people")
        wait("the next one", lambda: len(lists("jo")) == 2)
        harbour.restart_adapter(signal.SIGKILL)
        wait("nothing waits to be sent", lambda: not harbour.bot.records("out"), END_S)
        check("where the adapter dies behind it, the list is there once all the same", len(lists("jo")) == 2, lists("jo"))
        slack.say("say", who="rita", text="export people")
        wait("an answer", lambda: slack.told("rita"))
        check("who is no manager gets none", not lists("rita"), lists("rita"))
        change_rights(slack, "harbour", lambda scopes: scopes.replace("files:write", "x:y"))
        harbour.restart_adapter(signal.SIGTERM)
        slack.say("say", who="jo", text="export people")
        words = wait("the list in words", lambda: [m["shown"] for m in slack.told("jo") if "send files in this chat" in m["shown"]])
        check("where the right is missing, its first lines come in words", "Jo Patel" in words[0] and len(words) == 1 and len(lists("jo")) == 2, words)


def play(*parts):
    with World() as world:
        for part in parts:
            part(world)
            world.calm()
        nothing_in_logs(world)


def main():
    """Worlds beside each other: most of it is waiting for what Slack may still do."""
    steps = partial(each_step_goes_wrong, steps=STEPS)
    worlds = [(happy, twenty_at_once, the_bot_is_odd), (steps,), (sharing_is_slow_or_fails,), (the_adapter_dies,)]
    wanted, wrong = sys.argv[1:], 0
    alone = {"the_real_bot": the_real_bot, "rights_are_missing": rights_are_missing}
    if wanted and wanted[0] in alone:
        alone[wanted[0]]()
    elif wanted:
        play(*[steps if name == "steps" else globals()[name] for name in wanted])
    else:
        wrong = side_by_side([partial(play, *parts) for parts in worlds] + list(alone.values()))
    tell_count()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
