#!/usr/bin/python3
"""poison.py: a message that kills the bot twice is set aside: its writer is told, and everybody else is answered.

The fault board plays the fault: whoever passes `turn_done` next dies. Only one person writes until it has struck twice, so it is
the same message both times. A third death must not come: the point is armed a third time and not passed for that message.
"""
import asyncio
import random
import sys

sys.dont_write_bytecode = True

from judge import Truth, quiet
from kill_rounds import Verdict, World, run, tidy_up
from people import HELP

POINT, SET_ASIDE, PATIENCE_S = "turn_done", "turn.set_aside", 20


class Poisoned(World):
    async def shown(self, person, key):
        """Waits until this person sees one card more of this key than before."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while person.shown(key) == 0 and asyncio.get_running_loop().time() < end:
            await person.hear(0.05)
        return person.shown(key)

    async def dies(self, deaths):
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while self.board.deaths(POINT) < deaths and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.005)
        self.board.arm(POINT, 1)

    async def scene(self):
        verdict, unlucky, others = Verdict(), self.hall.members[0], self.hall.members[1:]
        await self.recovered()
        self.board.arm(POINT, 1)
        await unlucky.say("help")
        await self.dies(1)
        await self.dies(2)
        verdict.found("missing", await self.shown(unlucky, SET_ASIDE) != 1, "its writer was not told")
        verdict.found("wrong", self.board.deaths(POINT) != 2, f"it killed the bot {self.board.deaths(POINT)} times")
        self.board.arm(POINT, 0)
        verdict.found("wrong", unlucky.shown(HELP), "it was done after all")
        for person in others:
            await person.help()
            verdict.found("missing", await self.shown(person, HELP) != 1, f"{person.user} was not answered")
        await unlucky.help()
        verdict.found("missing", await self.shown(unlucky, HELP) != 1, "its writer is not answered any more")
        print(f"   poison: it killed the bot {self.board.deaths(POINT)} times and was set aside; its writer and {len(others)} others were answered", flush=True)
        quiet(self.demo)
        log = (self.demo.folder / "data/mentord.log").read_text()
        verdict.found("wrong", log.count("event_poison") != 1, f"the log says event_poison {log.count('event_poison')} times")
        verdict.found("wrong", Truth(self.demo).audit["set aside", "text"] != 1, "the audit does not say that it was set aside")
        return verdict


def main():
    world = Poisoned(4, random.SystemRandom().randrange(1 << 30))
    verdict, code = run(world, "a message that kills the bot")
    good = verdict.good and code == 0
    tidy_up(world, good, verdict)
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
