#!/usr/bin/python3
"""power_cut.py: the power goes at random moments while people live through a story: what the disk had not promised to keep is gone.

Under every process lies power_cut.so (power_cut.c), which writes down what a finished fsync covers. At a cut all processes die at
once; then each file loses what stands behind its last fsync (all of it, or all but a part by chance), names that no folder's fsync
covered vanish, and renames that none covered are undone: the Redis log, its manifest, the key files, the adapter's journal. After
each cut there are two starts, with more of the story in between: a torn transaction can come back at the second.
A control in which Redis syncs once a second must lose something that was acknowledged.
"""
import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from demo import BUILD
from kill_rounds import Crowd, Report, Story, run, tidy_up
from people import Stuck

ONCE_A_SECOND = "#!/bin/bash\nexec {real} \"$@\" < <(sed 's/^appendfsync always/appendfsync everysec/')\n"


class Disk:
    """What the ledger says, and what is left of a folder of files after a cut."""

    def __init__(self, ledger, chance):
        self.ledger, self.chance = ledger, chance
        self.cut_bytes = self.cut_files = self.names_gone = 0

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
        for name in reversed(names):
            self.undo(name)
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.shorten(path, synced)
        self.ledger.write_text("")
        for kept in self.ledger.parent.glob(self.ledger.name + ".*"):
            kept.unlink()
        for path in folder.rglob("*"):  # what the next life begins with is there for good
            if path.is_file():
                info = path.stat()
                with open(self.ledger, "a") as ledger:
                    ledger.write(f"S {info.st_ino} {info.st_size}\n")

    def undo(self, name):
        """A name that was never promised: the disk may have the state before it."""
        if name[0] == "C":
            if os.path.exists(name[1]):
                os.unlink(name[1])
                self.names_gone += 1
            return
        _, before, after, kept = name
        if os.path.exists(after):
            os.rename(after, before)
            self.names_gone += 1
        if kept != "-":
            os.rename(kept, after)

    def shorten(self, path, synced):
        info = path.stat()
        safe = min(synced.get(info.st_ino, 0), info.st_size)
        if self.chance.random() < 0.5:  # some of the rest may have arrived by itself
            safe = self.chance.randint(safe, info.st_size)
        if safe < info.st_size:
            os.truncate(path, safe)
            self.cut_bytes += info.st_size - safe
            self.cut_files += 1


class Powered:
    """Puts the library under a world's processes, and lets the power go."""

    def lay(self, every_second):
        ledger = self.demo.folder / "ledger"
        ledger.touch()
        self.disk = Disk(ledger, self.chance)
        self.demo.env.update(POWER_CUT_LEDGER=str(ledger), LD_PRELOAD=str(BUILD / "power_cut.so"))
        if every_second:
            programs = self.demo.folder / "programs"
            programs.mkdir()
            (programs / "redis-server").write_text(ONCE_A_SECOND.format(real="/usr/bin/redis-server"))
            (programs / "redis-server").chmod(0o755)
            self.demo.env["PATH"] = f"{programs}:{self.demo.env['PATH']}"

    async def power_goes(self):
        """All stop at one moment, and nobody writes while the others die."""
        pids = [self.demo.process.pid, *self.demo.children().values()]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, number)
        self.demo.process.wait()
        self.demo.process.stdout.close()
        self.gone(pids[1:])
        self.disk.cut(self.demo.folder / "data")
        self.kills["power cut"] += 1
        await self.start_again()

    @property
    def mended(self):
        return (self.demo.folder / "up.err").read_text().count(" repair ")

    @staticmethod
    def gone(pids):
        """Children of a dead supervisor are somebody else's to bury: their files are closed when nothing is left of them."""
        end = time.monotonic() + 10
        while time.monotonic() < end and any(os.path.exists(f"/proc/{pid}/fd/0") for pid in pids):
            time.sleep(0.005)


class PoweredStory(Powered, Story):
    async def kill(self, victim):
        if victim == "power cut":
            await self.power_goes()
        else:
            await super().kill(victim)


class PoweredCrowd(Powered, Crowd):
    recovery_s = 3

    async def recovered(self):
        """A bot that forgot which ids it gave out gives them again, and the adapter takes its answers for old ones: that is loss too."""
        with contextlib.suppress(Stuck):
            await super().recovered()


async def cut_now(world):
    await asyncio.sleep(0.15)
    await world.power_goes()


def show(world, title):
    disk = world.disk
    print(f"  {title}: {world.kills['power cut']} power cuts took {disk.cut_bytes} bytes of {disk.cut_files} files and {disk.names_gone} names; "
          f"Redis' log was torn and mended {world.mended} times", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    print(f"power_cut: seed {options.seed}; again with: tests/faults/power_cut.py --rounds {options.rounds} --seed {options.seed}", flush=True)
    report = Report()
    story = PoweredStory(["power cut", "all at once"] * options.rounds, 12, options.seed)
    story.lay(every_second=False)
    verdict, code = run(story, f"a story with {options.rounds} power cuts, each followed by two starts")
    show(story, "the disk")
    report.check(verdict.good and code == 0, "nothing that was acknowledged is lost or doubled")
    report.check(story.disk.cut_bytes > 0 or options.rounds < 5, "the cuts took something away")
    tidy_up(story, verdict.good and code == 0, verdict)
    for title, every_second in (("control, the crowd alone", False), ("control, Redis syncs once a second (lost must be > 0)", True)):
        crowd = PoweredCrowd(4, cut_now, options.seed)
        crowd.lay(every_second)
        verdict, code = run(crowd, title)
        good = verdict.counts["lost"] > 0 if every_second else verdict.good and code == 0
        show(crowd, "the disk")
        report.check(good, title)
        tidy_up(crowd, good, verdict)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
