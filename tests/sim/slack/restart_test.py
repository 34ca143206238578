#!/usr/bin/python3
"""restart_test.py: mentord-slack dies with messages under way, while many people write: nobody is told twice, and nobody who wrote since waits
for what must be looked up. Slack answers 50 look-ups a minute: one for each answer would take the last of the crowd half a minute.
Then it is away while a manager writes to many, and the bot is killed before it comes back: what stood in line is not looked up either.
"""
import collections
import signal
import sys
import time

sys.dont_write_bytecode = True

from harbour import Bot, Harbour, wait
from checks import check, tell_count
from desk import WORKSPACE, Desk

UNDER_WAY, CROWD, WORDS, PATIENCE_S = ("rita", "sam", "aisha"), 30, "what can you do?", 12
MANY, LETTER = 60, "We meet in room 12."


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


def a_crowd_writes():
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


# ---- a bot that is killed while mentord-slack is away ----
class DeskBot(Bot):
    """Its manager sits at the desk; many people of Slack's are on its list."""

    def __init__(self, harbour, many):
        self.many, self.desk_path = many, harbour.folder / "desk.sock"
        super().__init__(harbour.workspace, harbour.address, harbour.slack.ids)

    def write_files(self, files):
        super().write_files(files)
        scheme, people, config = (self.folder / name for name in ("scheme.yaml", "people.csv", "mentord.yaml"))
        scheme.write_text(scheme.read_text().replace(self.workspace, f"{self.workspace}, {WORKSPACE}"))
        rows = [row for row in people.read_text().splitlines() if "Jo Patel" not in row]
        columns = rows[0].count(",")
        rows += [f"{WORKSPACE}:jo,Jo Patel,city,People,chief inspector,none,manager,yes,,"]
        rows += [f"{self.workspace}:{user},Person {number},city" + "," * (columns - 2) for number, user in enumerate(self.many)]
        people.write_text("\n".join(rows) + "\n")
        config.write_text(config.read_text() + f"  - {{ name: desk, address: unix:{self.desk_path}, workspaces: [{WORKSPACE}] }}\n")


class DeskHarbour(Harbour):
    def make_bot(self):
        self.many = [self.slack.say("person", name=f"many{number}", real_name=f"Person {number}", tz="Europe/London")["user"]["id"] for number in range(MANY)]
        return DeskBot(self, self.many)


def kill_the_bot(bot):
    """It is back when it has said what it found, so that the next life believes it: a look a row is what a death before that costs."""
    marks = bot.redis("HGET", "m:{city-pilot}:sent", ".marks")
    check("the bot said how far rows may have gone", '"fence"' in marks, marks)
    bot.kill("mentord")
    wait("the bot is back", lambda: bot.redis("HGET", "m:{city-pilot}:sent", ".marks") != marks)


def a_manager_writes_to_all(harbour, desk):
    """While mentord-slack is away: their rows stand in line."""
    desk.write(f"message people {LETTER}")
    wait("the preview", lambda: desk.was_told("tell.preview"))
    desk.write("1")
    wait("all of it stands in line", lambda: len(harbour.bot.records("out")) >= MANY + len(UNDER_WAY))
    wait("the manager was told that it began", lambda: desk.was_told("tell.begun"))


def letters(harbour):
    """To how many of the list it went, and how many of them it reached more than once."""
    told = [sum(LETTER in message["text"] for message in harbour.slack.told(f"many{number}")) for number in range(MANY)]
    return sum(count > 0 for count in told), sum(count > 1 for count in told)


def a_backlog_over_a_restart():
    harbour = DeskHarbour(bot=False)
    with harbour, Desk(str(harbour.folder / "desk.sock")) as desk:
        harbour.start_bot()
        harbour.up()
        wait("the list is in", lambda: len(harbour.bot.records("person")) >= MANY)
        desk.work_begins()
        die_with_messages_under_way(harbour)
        a_manager_writes_to_all(harbour, desk)
        waiting = len(harbour.bot.records("out"))
        kill_the_bot(harbour.bot)
        kill_the_bot(harbour.bot)
        before = calls(harbour)
        began = time.monotonic()
        harbour.start_adapter()
        wait("nothing waits to be sent", lambda: not harbour.bot.records("out"), 150, 0.2)
        took_s = time.monotonic() - began
        looked = calls(harbour)["conversations.history"] - before["conversations.history"]
        check(f"{waiting} rows that stood in line while the bot was killed twice left within {took_s:.0f} s", waiting >= MANY, waiting)
        check(f"{looked} look-ups, for the {len(UNDER_WAY)} messages that were under way", len(UNDER_WAY) <= looked <= 2 * len(UNDER_WAY), looked)
        check(f"{MANY} people have the letter, each once", letters(harbour) == (MANY, 0), letters(harbour))
        for name in UNDER_WAY:
            told = [message["text"] for message in harbour.slack.told(name)]
            check(f"{name} was told once, and has the letter once", len(told) == 2 and sum(LETTER in text for text in told) == 1, told)


def main():
    a_crowd_writes()
    a_backlog_over_a_restart()
    tell_count()


if __name__ == "__main__":
    main()
