#!/usr/bin/python3
"""backlog.py: an adapter is away, letters to many stand in line, the bot is killed (kill -9), the adapter comes back, and the bot dies once more just
when they may go, or a moment later: each of them is there once in the end, and none that was handed over is called new again. An adapter
that was started again believes that word: it looks on the platform for what is not called new, and sends what is, so that a lie is a letter twice.
"""
import argparse
import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

from board import Board
from floods import CALM, Adapter
from message_many import DEADLINE_S, Town, a_working_day
from town import TownBot
from troubled import check, checks

FAR, WEEK_MS = "far/town", 7 * 24 * 3600 * 1000
ROUNDS, PEOPLE, ANSWER_S = 5, 300, 0.02
POINTS = ("marks_kept", "row_due", "action_sent")


class FarBot(TownBot):
    """Its manager sits in one workspace, the people of the list in the other."""

    def __init__(self, folder):
        super().__init__([{"name": name, "address": f"unix:{folder}/{name}.sock", "workspaces": f"[{place}]"} for name, place in (("calm", CALM), ("far", FAR))],
                         workspaces=(CALM, FAR))

    def write_files(self, files):
        super().write_files(files)
        rows = ["account,name,organisation,department,grade,line_manager,role,trained,topics,apart", f"{CALM}:jo,Jo Patel,city,People,chief inspector,none,manager,yes,,"]
        rows += [f"{FAR}:u{i},Person {i},city,Custody,constable,,,,," for i in range(PEOPLE)]
        (self.folder / "people.csv").write_text("\n".join(rows) + "\n")


class Far(Adapter):
    """Started anew each time: it knows what stands on the platform only where it looks."""

    def __init__(self, path, platform):
        super().__init__(path, FAR)
        self.platform, self.looked, self.new = platform, 0, 0
        self.takes_s = lambda person: ANSWER_S

    def done(self, line):
        known = line["id"] in self.platform
        self.new += line.get("first", False)
        self.looked += not line.get("first", False)
        if line.get("first", False) or not known:
            self.platform[line["id"]] = self.platform.get(line["id"], 0) + 1
        super().done(line)

    async def leave(self):
        """Ends as a process does."""
        self.server.close()
        if self.ws is not None:
            await self.ws.close()
        await self.server.wait_closed()


async def until(what, condition, deadline_s=2 * DEADLINE_S):
    end = time.monotonic() + deadline_s
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return check(condition(), what)


def marks(bot):
    return bot.redis("HGET", "m:{city-pilot}:sent", ".marks")


async def letters_stand_in_line(bot, desk, number):
    """A week later, so that nobody has heard too often; the bot dies while they stand there."""
    due = a_working_day() + number * WEEK_MS
    desk.demo(change="clock_to", due=due)
    await until("its day has come", lambda: bot.records("scheme")["scheme"].get("offset_ms", 0) + time.time() * 1000 >= due - 1000)
    desk.cards.clear()
    desk.write("jo", f"message people This is letter {number}.")
    await desk.said("jo", "tell.preview")
    desk.write("jo", "1")
    await desk.said("jo", "tell.begun")
    await until(f"letter {number}: {PEOPLE} rows stand in line", lambda: len(bot.records("out")) >= PEOPLE)
    before = marks(bot)
    bot.kill("mentord")
    await until("the bot is back, and has said how far rows may have gone", lambda: marks(bot) != before)


async def one_round(bot, desk, board, platform, number, point, passing):
    await letters_stand_in_line(bot, desk, number)
    deaths, before = board.deaths(point), sum(platform.values())
    board.arm(point, passing)
    far = await Far(bot.links[1]["address"].removeprefix("unix:"), platform).open()
    await until(f"nothing stands in line after a death at {point}, passing {passing}", lambda: not bot.records("out"))
    check(board.deaths(point) == deaths + 1, f"it died there, and there alone: {board.deaths(point) - deaths}")
    check(sum(platform.values()) - before == PEOPLE, f"{sum(platform.values()) - before} letters arrived, for {PEOPLE} people")
    check(far.new >= PEOPLE - 100, f"{far.new} left for the first time, {far.looked} were looked for")
    await far.leave()


async def story(bot, desk, board, chance):
    await bot.logged("link_up")
    await until("the list is in", lambda: len(bot.records("person")) > PEOPLE)
    platform = {}  # how often each action was done there
    for number in range(ROUNDS):
        point = POINTS[number % len(POINTS)]
        await one_round(bot, desk, board, platform, number, point, 1 if point == "marks_kept" else 1 + chance.randrange(100))
    twice = [action for action, count in platform.items() if count > 1]
    check(len(platform) == ROUNDS * PEOPLE and not twice, f"{len(platform)} letters, lost {ROUNDS * PEOPLE - len(platform)}, twice {len(twice)}", twice[:10])


async def play(seed):
    folder = Path(tempfile.mkdtemp(prefix="backlog-"))
    desk, bot = await Town(f"{folder}/calm.sock").open(), FarBot(folder)
    board = Board(folder / "board")
    bot.env["MENTORD_FAULT_BOARD"] = str(folder / "board")
    try:
        bot.start()
        await story(bot, desk, board, random.Random(seed))
    finally:
        await desk.close()
        bot.end()
        rmtree(folder, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a bot that is killed leaves writes behind
    print(f"backlog: seed {options.seed}", flush=True)
    asyncio.run(play(options.seed))
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
