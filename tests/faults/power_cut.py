#!/usr/bin/python3
"""power_cut.py: the power goes at random moments while people live through a story: what the disk had not promised to keep is gone.

Under every process lies power_cut.so (power_cut.c), which writes down what a finished fsync covers. At a cut all processes die at
once; then each file loses what stands behind its last fsync (all of it, or all but a part by chance), names that no folder's fsync
covered vanish, and renames that none covered are undone: the Redis log, its manifest, the key files, the adapter's journal. After
each cut there are two starts, with more of the story in between: a torn transaction can come back at the second. The disk takes its
time, so that cuts fall between a write and its fsync; every second one falls at a named point, where keys, journal or a commit are half there.
A control in which Redis syncs once a second must lose something that was acknowledged.
"""
import argparse
import asyncio
import collections
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from demo import BUILD
from kill_rounds import Crowd, Report, Story, run, tidy_up
from people import Stuck

CUT, SLOW_US = "power cut", 15000
POINTS = ("key_written", "journal_written", "key_renamed", "commit_sent", "key_synced", "journal_before")
REPAIR_BYTES_MAX = 4 << 20
HITS, ROUNDS_MIN = {"Redis' log": 10, "the journal": 10, "a key": 15}, 30  # of so many cuts one at least
ONCE_A_SECOND = "#!/bin/bash\nexec {real} \"$@\" < <(sed 's/^appendfsync always/appendfsync everysec/')\n"


def kind_of(path):
    """Of what a lost byte or name would hurt; the rest may be lost at any time."""
    return "Redis' log" if path.suffix == ".aof" else "a key" if path.parent.name == "keys" else "the journal" if path.name == "journal" else "something else"


class Disk:
    """What the ledger says, and what is left of a folder of files after a cut."""

    def __init__(self, ledger, chance):
        self.ledger, self.chance = ledger, chance
        self.cut_bytes = self.cut_files = self.names_gone = 0
        self.hit = collections.Counter()  # what each cut took something of

    def read(self):
        synced, names = {}, []
        for line in self.ledger.read_text().splitlines():
            what, *rest = line.split(" ")
            if what == "S":
                synced[int(rest[0])] = int(rest[1])
            elif what == "D":
                names = [one for one in names if os.path.dirname(one[-2]) != rest[0]]
            elif what == "C":
                synced[int(rest[0])] = 0
                names.append(("C", rest[1], ""))
            else:
                names.append(("R", rest[0], rest[1], rest[2]))
        return synced, names

    def cut(self, folder):
        synced, names = self.read()
        hit = {kind_of(Path(name[2] or name[1])) for name in reversed(names) if self.undo(name)}
        hit |= {kind_of(path) for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and self.shorten(path, synced)}
        self.hit.update(hit)
        self.ledger.write_text("")
        for kept in self.ledger.parent.glob(self.ledger.name + ".*"):
            kept.unlink()
        for path in folder.rglob("*"):  # what the next life begins with is there for good
            if path.is_file():
                info = path.stat()
                with open(self.ledger, "a") as ledger:
                    ledger.write(f"S {info.st_ino} {info.st_size}\n")

    def undo(self, name):
        """A name that was never promised: the disk may have the state before it. True when there was such a name."""
        gone = os.path.exists(name[1] if name[0] == "C" else name[2])
        self.names_gone += gone
        if name[0] == "C":
            Path(name[1]).unlink(missing_ok=True)
            return gone
        _, before, after, kept = name
        if gone:
            os.rename(after, before)
        if kept != "-":
            os.rename(kept, after)
        return gone

    def shorten(self, path, synced):
        info = path.stat()
        safe = min(synced.get(info.st_ino, 0), info.st_size)
        if self.chance.random() < 0.5:  # some of the rest may have arrived by itself
            safe = self.chance.randint(safe, info.st_size)
        if safe == info.st_size:
            return False
        os.truncate(path, safe)
        self.cut_bytes += info.st_size - safe
        self.cut_files += 1
        return True


class Powered:
    """Puts the library under a world's processes, and lets the power go."""

    def lay(self, every_second):
        ledger = self.demo.folder / "ledger"
        ledger.touch()
        self.disk = Disk(ledger, self.chance)
        self.demo.env.update(POWER_CUT_LEDGER=str(ledger), POWER_CUT_SLOW_US=str(SLOW_US), LD_PRELOAD=str(BUILD / "power_cut.so"))
        if every_second:
            programs = self.demo.folder / "programs"
            programs.mkdir()
            (programs / "redis-server").write_text(ONCE_A_SECOND.format(real="/usr/bin/redis-server"))
            (programs / "redis-server").chmod(0o755)
            self.demo.env["PATH"] = f"{programs}:{self.demo.env['PATH']}"

    async def power_goes(self):
        """All stop at one moment, and nobody writes while the others die."""
        self.demo.process.send_signal(signal.SIGSTOP)  # it starts nobody again
        pids = [self.demo.process.pid, *self.demo.children().values()]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):  # died at a point a moment ago
                    os.kill(pid, number)
        self.demo.process.wait()
        self.demo.process.stdout.close()
        self.gone(pids[1:])
        self.disk.cut(self.demo.folder / "data")
        self.kills["power cut"] += 1
        await self.start_again()

    @property
    def mended(self):
        """How many bytes each repair of Redis' log cut, as the log says."""
        return [int(cut) for cut in re.findall(r" repair bytes=(\d+)", (self.demo.folder / "up.err").read_text())]

    @staticmethod
    def gone(pids):
        """Children of a dead supervisor are somebody else's to bury: their files are closed when nothing is left of them."""
        end = time.monotonic() + 10
        while time.monotonic() < end and any(os.path.exists(f"/proc/{pid}/fd/0") for pid in pids):
            time.sleep(0.005)


class PoweredStory(Powered, Story):
    async def kill(self, victim):
        if not victim.startswith(CUT):
            await super().kill(victim)
            return
        point = victim.removeprefix(CUT)[1:]
        if point:
            await self.strike(point)
        await self.power_goes()

    async def scene(self):
        verdict = await super().scene()
        words = [self.demo.build / "mentord", "health", "--config", self.demo.folder / "mentord.yaml"]
        said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        verdict.found("lost", "vault_closed" in said or "served" not in said, f"keys: {said}")
        return verdict


class PoweredCrowd(Powered, Crowd):
    async def recovered(self):
        """A bot that forgot which ids it gave out gives them again, and the adapter takes its answers for old ones: that is loss too."""
        with contextlib.suppress(Stuck):
            await super().recovered()


async def cut_now(world):
    await asyncio.sleep(0.15)
    await world.power_goes()


def plan_of(rounds):
    """Every second cut at a named point; behind each cut a second start."""
    cuts = [CUT if number % 2 == 0 else f"{CUT} {POINTS[number // 2 % len(POINTS)]}" for number in range(rounds)]
    return [one for cut in cuts for one in (cut, "all at once")]


def show(world, title):
    disk = world.disk
    print(f"  {title}: {world.kills['power cut']} power cuts took {disk.cut_bytes} bytes of {disk.cut_files} files and {disk.names_gone} names; "
          f"Redis' log was torn and mended {len(world.mended)} times, at most {max(world.mended, default=0)} bytes were cut", flush=True)
    print("  cuts that took something of: " + ", ".join(f"{kind} {count}" for kind, count in sorted(disk.hit.items())), flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    print(f"power_cut: seed {options.seed}; again with: tests/faults/power_cut.py --rounds {options.rounds} --seed {options.seed}", flush=True)
    report = Report()
    story = PoweredStory(plan_of(options.rounds), 12, options.seed)
    story.lay(every_second=False)
    verdict, code = run(story, f"a story with {options.rounds} power cuts, each followed by two starts")
    show(story, "the disk")
    report.check(verdict.good and code == 0, "nothing that was acknowledged is lost or doubled")
    for kind, share in HITS.items():
        report.check(story.disk.hit[kind] >= options.rounds // share or options.rounds < ROUNDS_MIN, f"of {options.rounds} cuts at least every {share}th took something of {kind}")
    report.check(story.mended or options.rounds < ROUNDS_MIN, "Redis' log was torn, and mended")
    report.check(all(0 < cut <= REPAIR_BYTES_MAX for cut in story.mended), f"each repair says how much it cut, {REPAIR_BYTES_MAX} bytes at most")
    tidy_up(story, verdict.good and code == 0, verdict)
    for title, every_second in (("control, the crowd alone", False), ("control, Redis syncs once a second (lost must be > 0)", True)):
        crowd = PoweredCrowd(4, cut_now, options.seed)
        crowd.lay(every_second)
        crowd.recovery_s = 3 if every_second else 40  # it may never come back
        verdict, code = run(crowd, title)
        good = verdict.counts["lost"] > 0 if every_second else verdict.good and code == 0
        show(crowd, "the disk")
        report.check(good, title)
        tidy_up(crowd, good, verdict)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
