#!/usr/bin/python3
"""clocks.py: the machine's clock jumps by +1 h, -2 h and +30 days under bot, page and Redis, while people write.

clock_skew.c lies under all processes. A jump is not believed: people are answered, nobody is reminded, the scheme's time goes on as the time
since boot counts it, the lease stays where it is, and health and log say what to do. Then bots are killed and started under a wrong clock.
"""
import asyncio
import re
import struct
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from demo import BUILD, Demo
from troubled import CARE, Troubled, check, checks, run

HOUR_S, LOOK_S = 3600, 3
JUMPS = {"+1 h": HOUR_S, "-2 h": -2 * HOUR_S, "+30 days": 30 * 24 * HOUR_S}
SAYS = "Reminders and deadlines stand still. Set the clock right"


class Clocked(Troubled):
    def __init__(self):
        super().__init__(Demo(self.files()), "clocks")
        self.file = self.demo.folder / "skew"
        self.turn(0)
        self.demo.env.update(LD_PRELOAD=str(BUILD / "clock_skew.so"), CLOCK_SKEW=str(self.file))

    def turn(self, seconds):
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

    def scheme_ms(self):
        """What the last commit says of the scheme's time."""
        return int(self.demo.redis("HGET", "m:{city-pilot}:head", "now"))

    async def waits(self):
        """Somebody is asked something, and would be reminded in some days."""
        self.patient = self.hall.watchers[-1]
        await self.patient.say("join")
        end = time.monotonic() + 10
        while not self.talk() and time.monotonic() < end:
            await self.patient.hear(0.1)
        check(self.talk(), "somebody is asked something, and is to be reminded")

    def talk(self):
        return [talk for talk in self.demo.records("talk").values() if talk.get("due_ms") and talk["state"] == "open"]

    async def reminded(self):
        """Cards that came by themselves, within a while in which timers would have run."""
        end = time.monotonic() + LOOK_S
        while time.monotonic() < end:
            await self.patient.hear(0.2)
        return self.patient.shown("intake.remind")

    async def jump(self, name, seconds):
        check(await self.well(), f"{name}: all was well before")
        await self.write()
        fence, before, began = self.health()["fence"], self.scheme_ms(), time.monotonic()
        self.turn(seconds)
        health = await self.until_health(lambda health: health["exit"] == CARE and self.says(health, "clock_jump", SAYS))
        check(health and health["serving"], f"{name}: people are served, and health says what to do")
        said = [int(found) for found in re.findall(r" clock_jump \S+ seconds=(-?\d+) note=\"[^\n]*" + SAYS, self.log())]
        check(said and abs(said[-1] - seconds) <= 1, f"{name}: the log says by how much", said)
        await self.write()
        await self.answered()
        check(await self.reminded() == 0, f"{name}: nobody is reminded of what is due in days")
        await self.write()
        await self.answered()
        gone, passed = (self.scheme_ms() - before) / 1000, time.monotonic() - began
        check(0 <= gone <= passed + 5, f"{name}: the scheme's time went on for {gone:.0f} s, as it should", passed)
        check(self.health()["fence"] == fence, f"{name}: the lease is where it was")
        self.turn(0)
        check(await self.well(), f"{name}: set right again, all is well")

    async def start(self, name, seconds):
        """A bot that is killed and begins under a wrong clock."""
        self.turn(seconds)
        self.demo.kill("mentord")
        await self.write()
        await self.answered()
        check(await self.reminded() == 0, f"{name}: a bot that begins under this clock serves people, and reminds nobody")
        self.turn(0)
        self.demo.kill("mentord")
        await self.write()
        await self.answered()
        check(await self.well(), f"{name}: and so does the next one, under the right clock")

    async def story(self):
        await asyncio.get_running_loop().run_in_executor(None, self.demo.start)
        await self.write()
        await self.waits()
        for name, seconds in JUMPS.items():
            await self.jump(name, seconds)
        for name in ("+1 h", "-2 h"):
            await self.start(name, JUMPS[name])
        await self.judge()


def main():
    run(Clocked)
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
