#!/usr/bin/python3
"""town_story.py: a real bot serves the town: two people sign up, a manager matches them, both say yes, all in plain text.

Played twice. The first time nothing happens to the crier; the second time it is killed (kill -9) between the lines, and exactly
before and behind a post to the hall. Everybody must have been told the same both times: nothing lost, nothing twice.

usage: town_story.py [SEED]
"""
import asyncio
import collections
import random
import re
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from town import Town, TownBot
from checks import check, tell_count

AISHA = ["I want a mentor", "[yes", "[that is right", "[that is right", "[confidence, a career move", "[video", "[every two weeks", "[lunch",
         "no one", "[send", "[not now"]
BEN = ["I want to be a mentor", "[yes", "[that is right", "[that is right", "[confidence, a career move", "[video", "[every two weeks", "[1", "[lunch",
       "no one", "[send", "[not now"]
STORY = ([("aisha", line) for line in AISHA] + [("ben", line) for line in BEN] +
         [("jo", "applicants"), ("jo", "[accept all"), ("jo", "[mark trained"), ("jo", "[aisha, ben"), ("jo", "match"), ("jo", "[release"), ("jo", "[tell me"),
          ("aisha", "[yes"), ("ben", "[yes"), ("aisha", "pair"), ("ben", "my mentee")])
KILLS_BETWEEN = 8


class Killer:
    """Kills the crier: between two lines of the story, or at a post, where the hall tells of it."""

    def __init__(self, town, seed):
        self.town, self.chance = town, random.Random(seed)
        self.steps = set(self.chance.sample(range(1, len(STORY)), KILLS_BETWEEN))
        self.posts = set(zip(self.chance.sample(range(2, 30), 6), ["before", "after"] * 3))
        self.seen, self.kills, self.again = collections.Counter(), collections.Counter(), asyncio.Event()
        town.hall.at_post = self.at_post

    def at_post(self, point):
        self.seen[point] += 1
        if (self.seen[point], point) not in self.posts or self.town.crier is None:
            return False
        self.town.stop(signal.SIGKILL)
        self.kills[point] += 1
        self.again.set()
        return True

    async def keep_alive(self):
        """Somebody starts a crier that is gone, as a supervisor would."""
        while True:
            await self.again.wait()
            self.again.clear()
            if self.town.crier is None:
                await self.town.start()

    async def between(self, step):
        if step in self.steps and self.town.crier is not None:
            self.town.stop(signal.SIGKILL)
            self.kills["between"] += 1
            self.again.set()


def number_of(text, label):
    found = re.findall(r"(?m)^\s*(\d+)\. (.*)$", text)
    return next((number for number, words in found if words.lower().startswith(label)), None)


class Story:
    """Plays the lines; a line in brackets chooses by number what the newest message of this person offers."""

    def __init__(self, town):
        self.hall, self.answered = town.hall, collections.Counter()

    def offers(self, person, labels):
        """The numbers of these labels in the newest message that is not answered yet; None while it is not there."""
        newest = [entry for entry in self.hall.told(person) if entry["n"] > self.answered[person]][-1:]
        numbers = [number_of(entry["text"], label) for entry in newest for label in labels]
        return ", ".join(numbers) if numbers and all(numbers) else None

    async def line(self, person, line):
        labels = line[1:].split(", ") if line[0] == "[" else None
        text = line if labels is None else await self.hall.wait(f"{person} {line}", lambda: self.offers(person, labels))
        self.answered[person] = self.hall.say(person, text)
        await self.hall.wait(f"an answer to {person}: {line}", lambda: self.hall.told(person)[-1:] and self.hall.told(person)[-1]["n"] > self.answered[person])


def told(hall):
    """Person -> what they were told, in order of place; the order between people is nobody's business."""
    found = {}
    for entry in hall.log:
        if entry["from"] == "crier":
            found.setdefault(entry["where"], []).append(entry["text"])
    return found


async def nothing_waits(bot):
    for _ in range(500):
        if not bot.records("out"):
            return True
        await asyncio.sleep(0.02)
    return False


async def play(seed=None):
    async with Town() as town:
        bot = TownBot([{"name": "town", "address": town.address, "workspaces": f"[{town.workspace}]"}]).start()
        killer = Killer(town, seed) if seed is not None else None
        alive = asyncio.ensure_future(killer.keep_alive()) if killer else None
        try:
            await bot.logged("link_up")
            story = Story(town)
            for step, (person, line) in enumerate(STORY):
                if killer:
                    await killer.between(step)
                await story.line(person, line)
            await town.hall.wait("the managers hear of it", lambda: any("Aisha Khan" in entry["text"] for entry in town.hall.told("jo")[-1:]))
            check("nothing waits to be sent", await nothing_waits(bot), bot.records("out"))
            pairs = list(bot.records("pair").values())
            check("they are introduced", [pair["state"] for pair in pairs] == ["introduced"], pairs)
            refs = [entry["ref"] for entry in town.hall.log if entry["from"] == "crier"]
            check(f"{len(refs)} messages, each once", len(refs) == len(set(refs)), refs)
            check("the crier complained of nothing", town.errors() == "", town.errors())
            return told(town.hall), killer.kills if killer else {}
        except TimeoutError:
            print(bot.log()[-3000:], town.errors())
            raise
        finally:
            if alive:
                alive.cancel()
            bot.end()


async def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"# the town: a whole story, in plain text; and beside it the same, where the crier is killed; seed {seed}", flush=True)
    (calm, _), (wild, kills) = await asyncio.gather(play(), play(seed))
    check(f"killed {sum(kills.values())} times {dict(kills)}", kills["between"] >= 5 and kills["before"] >= 2 and kills["after"] >= 2, kills)
    for person in sorted(calm):
        check(f"{person} was told the same {len(calm[person])} things", calm[person] == wild.get(person), f"{calm[person]}\n{wild.get(person)}")
    check("and nobody else anything", set(wild) == set(calm), set(wild))
    tell_count()


if __name__ == "__main__":
    asyncio.run(main())
