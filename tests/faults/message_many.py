#!/usr/bin/python3
"""message_many.py: a manager writes to 20,000 people, and bot and Redis are killed (kill -9) meanwhile: each is told once, and never do
more rows wait than the bound says, so that people who ask for help in between are answered as before.
"""
import argparse
import asyncio
import collections
import datetime
import logging
import os
import random
import re
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

from floods import ANSWER_S, CALM, DEADLINE_S, PEOPLE, Adapter, Calm
from demo import ROOT
from town import TownBot
from troubled import check, checks

BOUND = int(re.search(r"SERVE_OUTBOX_LONG = (\d+)", (ROOT / "bot/edge/serve_bounds.h").read_text())[1])
OTHERS = 100  # rows of people who ask for help meanwhile
WORDS = "The course room has changed. We meet in room 12."


class ManyBot(TownBot):
    def __init__(self, links, people):
        self.people = people
        super().__init__(links, workspaces=(CALM,))

    def write_files(self, files):
        super().write_files(files)
        rows = ["account,name,organisation,department,grade,line_manager,role,trained,topics,apart", f"{CALM}:jo,Jo Patel,city,People,chief inspector,none,manager,yes,,"]
        rows += [f"{CALM}:u{i},Person {i},city,Custody,constable,,,,," for i in range(self.people)]
        (self.folder / "people.csv").write_text("\n".join(rows) + "\n")


class Town(Adapter):
    """Shows once what comes twice under one id, as an adapter must, and remembers which letters it showed."""

    def __init__(self, path):
        super().__init__(path, CALM)
        self.shown, self.letters, self.cards, self.again = {}, collections.Counter(), {}, 0

    def done(self, line):
        self.again += line["id"] in self.shown
        if line["id"] not in self.shown and line["kind"] == "send":
            person = line["to"].get("person")
            self.shown[line["id"]] = True
            self.cards.setdefault(person, {})[line["card"].get("key")] = line["card"]
            self.letters[person] += line["card"].get("key") == "tell.letter" and WORDS in line["card"]["plain"]
        super().done(line)

    async def said(self, person, key):
        end = time.monotonic() + DEADLINE_S
        while key not in self.cards.get(person, {}) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        check(key in self.cards.get(person, {}), f"{person} is told {key}", list(self.cards.get(person, {})))
        return self.cards.get(person, {}).get(key, {"plain": ""})["plain"]

    def demo(self, **fields):
        self.waiting.append({"t": "event", "id": f"demo/{next(self.numbers)}", "workspace": CALM, "at": int(time.time() * 1000), "kind": "demo", **fields})
        self.flush()


def a_working_day():
    """11 o'clock on a day from Monday to Friday, tomorrow at the earliest: nobody is written to at night."""
    day = datetime.datetime.now(datetime.timezone.utc).replace(hour=11, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    return int(day.timestamp() * 1000)


class Rows:
    """How many rows wait in Redis, counted there again and again: the bot's own count comes every two seconds, and may be wrong."""

    def __init__(self, bot):
        self.bot, self.most, self.looks, self.over = bot, 0, 0, False
        self.task = asyncio.create_task(self.watch())

    async def watch(self):
        while not self.over:
            rows = await asyncio.get_running_loop().run_in_executor(None, self.bot.records, "out")
            self.most, self.looks = max(self.most, len(rows)), self.looks + 1

    async def end(self):
        self.over = True
        await self.task


async def story(bot, town, people, chance):
    begin = time.monotonic()
    await bot.logged("link_up")
    end = time.monotonic() + 2 * DEADLINE_S
    while not any(job["state"] == "done" and job["kind"] == "import" for job in bot.records("job").values()) and time.monotonic() < end:
        await asyncio.sleep(0.2)
    print(f"   {people} people came in within {time.monotonic() - begin:.1f} s", flush=True)
    town.demo(change="clock_to", due=a_working_day())
    calm = Calm(town)
    before = await calm.run(3)
    everybody = people + 1 + PEOPLE  # the list, jo, and those who ask meanwhile
    town.write("jo", f"message people {WORDS}")
    preview = await town.said("jo", "tell.preview")
    check(f"{everybody:,} people" in preview and WORDS in preview and not sum(town.letters.values()), "the preview says for how many, and shows the words; nobody was told", preview)
    town.takes_s = lambda person: 0.0 if person.startswith("calm") or person == "jo" else ANSWER_S
    town.write("jo", "1")
    await town.said("jo", "tell.begun")
    begin, kills, rows = time.monotonic(), 0, Rows(bot)
    at = sorted(chance.sample(range(people // 20, people * 9 // 10), 5))
    asking = asyncio.create_task(calm.run(4))
    while sum(town.letters.values()) < everybody and time.monotonic() - begin < 4 * DEADLINE_S:
        if kills < len(at) and asking.done() and sum(town.letters.values()) > at[kills]:
            name = "redis-server" if kills == 2 else "mentord"
            if bot.kill(name):  # else it is still on its way back from the last one
                kills += 1
                print(f"   kill -9 of {name} after {sum(town.letters.values())} letters", flush=True)
        await asyncio.sleep(0.05)
    took, during = time.monotonic() - begin, await asking
    await rows.end()
    await town.said("jo", "tell.done")
    check(sum(1 for count in town.letters.values() if count == 1) == everybody, f"{everybody} people were told, each once, in {took:.0f} s",
          [one for one in town.letters.items() if one[1] > 1][:10])
    check(kills == len(at), f"with {kills} kills in between; {town.again} actions came again under their ids and were shown once")
    check(BOUND * 20 <= people or people < 10000, "the bound is a small part of the people", BOUND)
    check(BOUND // 2 <= rows.most <= BOUND + OTHERS, f"at most {rows.most} rows waited in Redis in {rows.looks} looks, bound {BOUND} and {OTHERS} for what others asked", rows.most)
    check(rows.looks >= 20, "it was looked often enough", rows.looks)
    print(f"   others' p99 {during:.1f} ms meanwhile, {before:.1f} ms before", flush=True)
    record = next(iter(bot.records("announcement").values()))
    check(record["told"] == record["total"] == everybody and not record.get("due_ms"), "its record says so", record)


async def play(people, seed):
    folder = Path(tempfile.mkdtemp(prefix="many-"))
    town = await Town(f"{folder}/calm.sock").open()
    bot = ManyBot([{"name": "calm", "address": f"unix:{folder}/calm.sock", "workspaces": f"[{CALM}]"}], people).start()
    try:
        await story(bot, town, people, random.Random(seed))
    finally:
        await town.close()
        bot.end()
        rmtree(folder, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--people", type=int, default=20000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a bot that is killed leaves writes behind
    print(f"message_many: seed {options.seed}", flush=True)
    asyncio.run(play(options.people, options.seed))
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
