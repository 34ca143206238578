#!/usr/bin/python3
"""jobs.py: a list of 100,000 people goes in while people write, and while bot and tool are killed. Counts decide; times are printed.

usage: BUILD=build jobs.py [--people 100000]
"""
import argparse
import csv
import os
import pty
import re
import select
import signal
import time

from place import BUILD, DEADLINE_S, Place, bench, settled, wait_for
from checks import COUNT, check

BAD = [  # a row, and a part of what is said about it
    ("b1,No Workspace,city,,,,", "is no account"), (",Nobody,city,,,,", "has no account"), ("web/city:x2,Else,citty,,,,", "no organisation"),
    ("web/city:x3,Grade,city,,konstable,,", "no grade"), ("web/city:x4,Line,city,,,sam,", "`line_manager` is no account"),
    ("web/city:x5,Own,city,,,web/city:x5,", "their own line manager"), ("web/city:x6,Topic,city,,,,juggling", "nobody is asked about the topic"),
    ("web/city:x7,Fields,city,,,", "this row has 6 fields"), ("web/city:u0,Twice,city,,,,", "a second time"), ("web/city:x9,\"a\tb\",city,,,,", "control character"),
]


def write_list(path, people, name, twice=2):
    """Twenty bad rows, spread; the first 3,000 people have a line manager, who is sealed."""
    step, bad = max(people // (twice * len(BAD) + 1), 1), []
    with open(path, "w", encoding="utf-8") as file:
        file.write("account,name,organisation,department,grade,line_manager,topics\n")
        line = 1
        for i in range(people):
            manager = f"web/city:u{i // 100}" if 100 <= i < 3000 else ""
            file.write(f"web/city:u{i},{name} {i},city,Custody,sergeant,{manager},networks;leading people\n")
            line += 1
            if i % step == step - 1 and len(bad) < twice * len(BAD):
                row, why = BAD[len(bad) % len(BAD)]
                file.write(row + "\n")
                line += 1
                bad.append((line, why))
    return bad


class Tool:
    """`mentord import` on a terminal of its own; what it shows is read as it comes."""

    def __init__(self, place, path):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(BUILD / "mentord", ["mentord", "import", "--config", str(place.config), "--left-out", str(path) + ".left", "--yes", str(path)])
        self.shown, self.code = "", None

    def read(self, seconds):
        end = time.monotonic() + seconds
        while self.code is None and select.select([self.fd], [], [], max(0.0, end - time.monotonic()))[0]:
            try:
                piece = os.read(self.fd, 65536)
            except OSError:
                piece = b""
            if not piece:
                self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
        return self.shown

    def progress(self):
        return [int(done.replace(",", "")) for done in re.findall(r"\r([\d,]+) of [\d,]+ rows", self.shown)]

    def wait_for(self, what, holds, seconds=DEADLINE_S):
        end = time.monotonic() + seconds
        while not holds() and self.code is None and time.monotonic() < end:
            self.read(0.05)
        check(what, holds(), self.shown[-600:])


def job(place, state=None):
    """The newest job of an import; None while there is none in that state."""
    found = [record for record in place.records("job") if record["kind"] == "import" and record.get("total", 0) > 1000]
    found.sort(key=lambda record: record["started_ms"])
    return found[-1] if found and state in (None, found[-1]["state"]) else None


def kill_bot(place):
    old = place.pids()["mentord"]
    os.kill(old, signal.SIGKILL)
    wait_for("the bot comes back", lambda: place.pids().get("mentord", old) != old)


def large(place, people):
    """Bad rows told, progress, people answered meanwhile, Ctrl-C, two kills of the bot, and in the end everybody once."""
    path = place.folder / "large.csv"
    bad, talks = write_list(path, people, "Listed"), 2 * people // 1000
    place.order("open 100 100 1")
    began = time.monotonic()
    tool = Tool(place, path)
    tool.wait_for("the tool shows how far the import is", lambda: len(tool.progress()) >= 1)
    preview_s = time.monotonic() - began
    for line, why in bad:
        check(f"line {line} is told: {why}", re.search(rf"large\.csv:{line}:\d+: .*{re.escape(why)}", tool.shown) is not None, tool.shown[:3000])
    check(f"and only these {len(bad)} rows are left out", f"{len(bad)} rows are left out" in tool.shown and tool.shown.count("large.csv:") == len(bad))
    place.ask(f"open 100 {talks} 1")
    tool.wait_for("it goes on", lambda: tool.progress()[-1] > tool.progress()[0])
    check("never backwards", tool.progress() == sorted(tool.progress()), tool.progress())
    os.kill(tool.pid, signal.SIGINT)
    tool.wait_for("Ctrl-C ends the tool", lambda: tool.code is not None)
    check("which says that the import goes on, and how to see it", "goes on without us" in tool.shown and "run the same command" in tool.shown, tool.shown[-300:])
    turns, _, p50, p99, _ = place.answer("people who write meanwhile")
    check("everybody who wrote meanwhile was answered", turns == talks, turns)
    check("and the import was still under way", job(place)["state"] == "running", job(place))
    bench("import_meanwhile_p50", p50, "ms")
    bench("import_meanwhile_p99", p99, "ms", wanted="<50")
    kills = 0
    for share in (0.2, 0.5, 0.8):
        before = wait_for("the import goes on", lambda: (lambda now: now if now and now["cursor"] > share * now["total"] else None)(job(place)))
        kills += before["state"] == "running"
        kill_bot(place)
        after = wait_for("the job is still there", lambda: job(place))
        check("killed, and it goes on from its cursor", after["cursor"] >= before["cursor"], (before, after))
    check(f"the bot was killed in the middle, {kills} times", kills >= 1)
    done = wait_for("the import ends", lambda: job(place, "done"))
    check("every row was handled, and none of them twice", done["changed"] == done["cursor"] == done["total"], done)
    bench("import_rows", people / (time.monotonic() - began), "people/s")
    bench("import_preview", preview_s, "s")
    return bad


def everybody_once(place, people, name):
    users = [record["accounts"][0]["user"] for record in place.records("person") if record.get("name", "").startswith(name + " ")]
    check(f"{people} people are there", len(users) == people, len(users))
    check("and each of them once", len(set(users)) == people)
    enrolled = [record["person"] for record in place.records("enrolment")]
    check("enrolled once at most", len(set(enrolled)) == len(enrolled))


def mended(place, bad):
    """Whoever corrects the rows that were left out imports them by themselves."""
    path = place.folder / "large.csv.left"
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with open(place.folder / "large.csv", encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    check("the rows that were left out stand in a file of their own", rows == [next(csv.reader([lines[line - 1]])) for line, _ in bad], rows)
    path.write_text(",".join(header) + "\n" + "".join(f"web/city:m{i},Mended {i},city,,,,\n" for i in range(len(rows))))
    tool = Tool(place, path)
    tool.wait_for("they are corrected, and imported by themselves", lambda: f"Done: {len(rows)} rows." in tool.shown)
    check("and none is left out", "left out" not in tool.shown, tool.shown)
    everybody_once(place, len(rows), "Mended")


def killed_tool(place):
    """kill -9 of the tool: the job ends all the same, and its file with line managers in it goes."""
    path = place.folder / "second.csv"
    write_list(path, 10000, "Renamed", 0)
    tool = Tool(place, path)
    tool.wait_for("a second list is under way", lambda: len(tool.progress()) >= 1)
    os.kill(tool.pid, signal.SIGKILL)
    tool.wait_for("its tool is killed", lambda: tool.code == -signal.SIGKILL)
    wait_for("the second import ends", lambda: job(place, "done"))
    everybody_once(place, 10000, "Renamed")
    wait_for("no spool file is left", lambda: not list((place.data / "spool").iterdir()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100000)
    options = parser.parse_args()
    place = Place()
    try:
        place.start()
        place.start_adapter()
        bad = large(place, options.people)
        settled(place)
        everybody_once(place, options.people, "Listed")
        mended(place, bad)
        killed_tool(place)
        place.stop()
    finally:
        place.remove()
    print(f"jobs: {COUNT[0]} checks passed")


main()
