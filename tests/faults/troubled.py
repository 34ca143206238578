"""troubled.py: people who write while something is wrong, and an operator who reads `mentord health` and the log meanwhile."""
import asyncio
import json
import subprocess
import time

from judge import Truth, Verdict, judge_cards, quiet
from demo import ROOT
from people import HELP, Hall, Stuck, files_of

PEOPLE = 3
HEALTH_S, ANSWER_S = 25, 30
DOWN, CARE, WELL = 2, 1, 0
checks = {"passed": 0, "failed": 0}


def check(good, what, seen=""):
    checks["passed" if good else "failed"] += 1
    print(f"{'ok' if good else 'FAILED'} {what}" + ("" if good else f"\n   {seen}"), flush=True)
    return good


class Troubled:
    """`demo` runs; its people write `help`, the smallest thing that is kept and answered."""

    def __init__(self, demo, title):
        self.demo, self.title, self.hall = demo, title, Hall(demo, PEOPLE, PEOPLE)
        self.config = demo.folder / "mentord.yaml"

    @staticmethod
    def files():
        return files_of(PEOPLE, PEOPLE)

    # ---- the operator ----
    def health(self, config=None):
        out = subprocess.run([self.demo.build / "mentord", "health", "--json", "--config", config or self.config], capture_output=True, text=True, check=False)
        health = json.loads(out.stdout)
        health["exit"] = out.returncode
        return health

    def documented(self):
        """Exit codes of the commands that deploy/README.md gives for this."""
        page = (ROOT / "deploy/README.md").read_text().split("## Is it well?")[1].split("\n## ")[0]
        lines = [line.split("#")[0].split() for line in page.splitlines() if line.startswith("sudo -u mentord mentord health")]
        words = [[self.demo.build / "mentord", *line[4:], "--config", self.config] for line in lines]
        return [subprocess.run(one, capture_output=True, check=False).returncode for one in words]

    async def until_health(self, good, seconds=HEALTH_S, config=None):
        """The first health that is so; None when none was in time."""
        end = time.monotonic() + seconds
        while True:
            health = await asyncio.get_running_loop().run_in_executor(None, self.health, config)
            if good(health):
                return health
            if time.monotonic() > end:
                print(f"   the last health: {health}")
                return None
            await asyncio.sleep(0.1)

    def log(self):
        return (self.demo.folder / "data/mentord.log").read_text()

    # ---- the people ----
    async def write(self):
        await asyncio.gather(*(member.help() for member in self.hall.members))

    async def answered(self):
        """Everybody has seen every answer that is due."""
        end = time.monotonic() + ANSWER_S
        for member in self.hall.members:
            while member.shown(HELP) < self.hall.due[member.user, HELP]:
                if time.monotonic() > end:
                    raise Stuck(f"{self.title}: {member.user} was not answered in {ANSWER_S} s; see {self.demo.folder}")
                await member.hear(0.1)

    # ---- one trouble ----
    async def well(self):
        await self.answered()
        return await self.until_health(lambda health: health["exit"] == WELL)

    @staticmethod
    def says(health, tag, words):
        return any(one["tag"] == tag and words in one["say"] for one in health.get("troubles", []))

    async def trouble(self, name, provoke, lift, tag, words):
        """Nothing is acknowledged while it lasts; health and log say what to do; afterwards everybody is answered."""
        begin = time.monotonic()
        check(await self.well(), f"{name}: all was well before")
        writing = asyncio.create_task(self.write())
        await provoke()
        await writing
        await self.write()  # some troubles show only when something is to be kept
        first = await self.until_health(lambda health: health["exit"] == DOWN and self.says(health, tag, words))
        if check(first, f"{name}: health says nobody is served, {tag}, \"{words}\""):
            await self.write()
            await self.write()
            later = await self.until_health(lambda health: health["boot_ms"] >= first["boot_ms"] + 2000)
            check(later and later["acks"] == first["acks"] and later["exit"] == DOWN, f"{name}: nothing was acknowledged while {len(self.hall.members)} people wrote four times",
                  (first["acks"], later))
            say = next(one["say"] for one in first["troubles"] if one["tag"] == tag and words in one["say"])
            check(any(f" {tag} " in line and say in line for line in self.log().splitlines()), f"{name}: the log says the same", say)
        await lift()
        lifted = time.monotonic()
        await self.answered()
        answered = time.monotonic() - lifted
        check(await self.well(), f"{name}: all is well again")
        print(f"   {name}: everybody was answered {answered:.1f} s after it was over; {time.monotonic() - begin:.1f} s in all", flush=True)

    async def judge(self):
        verdict = Verdict()
        later = asyncio.get_running_loop().run_in_executor  # the slow socket lives on our loop
        verdict.found("missing", not await later(None, quiet, self.demo), "rows wait in the outbox and do not leave")
        truth = await later(None, Truth, self.demo)
        for member in self.hall.members:
            await judge_cards(member, truth, verdict)
        written = sum(self.hall.due.values())
        check(verdict.good and written > 0, f"{self.title}: {written} events acknowledged to people; {verdict}", verdict.notes[:20])

    async def close(self):
        self.hall.closed = True
        await asyncio.gather(*(person.close() for person in self.hall.everybody))

    def end(self):
        """What else goes once the demo has ended."""


async def play(world):
    try:
        await world.story()
    except Stuck as stuck:
        check(False, str(stuck))
    finally:
        await world.close()


def run(make):
    """A world's whole story; its folder stays when something failed."""
    world = make()
    failed, begin = checks["failed"], time.monotonic()
    try:
        asyncio.run(play(world))
    finally:
        code = world.demo.stop() if world.demo.process is not None and world.demo.process.poll() is None else None
        world.end()
    check(code == 0, f"{world.title}: ended as asked, after {time.monotonic() - begin:.0f} s")
    if checks["failed"] == failed:
        world.demo.remove()
    else:
        print(f"what is left lies in {world.demo.folder}")
