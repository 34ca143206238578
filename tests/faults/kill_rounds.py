#!/usr/bin/python3
"""kill_rounds.py: kill -9 of bot, web adapter and Redis at random while people write; then counts what was lost or done twice.

Every message asks for `help`; each must be answered exactly once. "Acknowledged" is what the page was told is stored.
A second, short run with a sabotaged copy of the Lua library (no check of event ids) must show something done twice:
a test that cannot fail proves nothing.
"""
import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from pathlib import Path

import websockets

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demo import ROOT, Demo

PEOPLE = 24
KEY = "help.text"
FAULT = {"MENTORD_FAULT": "commit_back:30", "MENTORD_FAULT_DEATHS": "3"}


def many_people():
    """A play of PEOPLE invented people, and a list that knows the first."""
    people = "".join(f"  - {{ id: u{i}, workspace: web/city, name: Person {i}, about: invented }}\n" for i in range(PEOPLE))
    play = "zone: Europe/London\nworkspaces:\n  - { id: web/city, name: City }\npeople:\n" + people
    return {"play.yaml": play, "people.csv": "account,name\nweb/city:u0,Person 0\n"}


class People:
    """Everybody at the page: sends until the page says stored, and counts the answers."""

    def __init__(self, demo, chance):
        self.demo, self.chance = demo, chance
        self.asked, self.stored = {}, set()
        self.answers = {}
        self.number = 0

    @contextlib.asynccontextmanager
    async def page(self):
        page = await self.connected()
        try:
            yield page
        finally:
            await page.close()

    async def connected(self):
        while True:
            try:
                return await websockets.connect(f"ws://127.0.0.1:{self.demo.port}/page", subprotocols=["mentord.page.1"],
                                                origin=f"http://127.0.0.1:{self.demo.port}", open_timeout=5, max_size=None)
            except (OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                await asyncio.sleep(0.05)

    async def write(self, count):
        """Sends `count` messages from people at random; each is sent again until it is stored."""
        wanted = []
        for _ in range(count):
            self.number += 1
            wanted.append((f"n{self.number}", f"u{self.chance.randrange(PEOPLE)}"))
        while wanted:
            try:
                async with self.page() as page:
                    for n, person in list(wanted):
                        await page.send(json.dumps({"t": "be", "person": person}))
                        await page.send(json.dumps({"t": "say", "n": n, "room": f"d:{person}", "text": "help"}))
                        while True:
                            message = json.loads(await asyncio.wait_for(page.recv(), 5))
                            if message["t"] == "stored" and message["n"] == n:
                                break
                            if message["t"] == "refused" and message.get("n") == n:
                                raise SystemExit(f"kill_rounds: refused: {message}")
                        wanted.remove((n, person))
                        self.asked[n] = person
                        self.stored.add(n)
            except (OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                await asyncio.sleep(0.05)

    async def count_answers(self):
        """Per person: how many `help` they wrote, and how many answers they have."""
        self.answers = {}
        async with self.page() as page:
            for i in range(PEOPLE):
                person = f"u{i}"
                await page.send(json.dumps({"t": "be", "person": person}))
                while True:
                    message = json.loads(await asyncio.wait_for(page.recv(), 10))
                    if message["t"] == "state" and message["me"] == person:
                        break
                room = message["messages"].get(f"d:{person}", [])
                wrote = sum(1 for m in room if m["from"] == person and m.get("text") == "help")
                got = sum(1 for m in room if m["from"] == "bot" and (m.get("card") or {}).get("key") == KEY)
                self.answers[person] = (wrote, got)
        return self.answers

    async def drain(self, seconds):
        """Waits until everybody has at least as many answers as questions."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                answers = await self.count_answers()
            except (OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                continue
            if sum(w for w, _ in answers.values()) >= len(self.stored) and all(got >= wrote for wrote, got in answers.values()):
                break
            await asyncio.sleep(0.3)

    def result(self):
        asked = {}
        for n in self.stored:
            asked[self.asked[n]] = asked.get(self.asked[n], 0) + 1
        lost = sum(max(0, asked.get(p, 0) - got) for p, (_, got) in self.answers.items())
        twice = sum(max(0, got - asked.get(p, 0)) for p, (_, got) in self.answers.items())
        return len(self.stored), lost, twice


async def rounds(demo, people, chance, count, per_round):
    kills = {"mentord": 0, "mentord-web": 0, "redis-server": 0}
    await people.write(PEOPLE)
    for number in range(count):
        writing = asyncio.create_task(people.write(per_round))
        await asyncio.sleep(chance.random() * 0.4)
        name = chance.choice(list(kills))
        kills[name] += demo.kill(name)
        await asyncio.wait_for(writing, 60)
        if number % 10 == 9:
            print(f"  round {number + 1} of {count}: {len(people.stored)} acknowledged, kills {kills}", flush=True)
    await people.drain(60)
    return kills


def play(title, count, per_round, seed, env):
    chance = random.Random(seed)
    demo = Demo(many_people(), env)
    demo.env["MENTORD_FAULT_FILE"] = str(demo.folder / "deaths")
    demo.start()
    people = People(demo, chance)
    try:
        kills = asyncio.run(rounds(demo, people, chance, count, per_round))
    finally:
        code = demo.stop()
    acknowledged, lost, twice = people.result()
    deaths = demo.folder / "deaths"
    kills["at the fault point"] = len(deaths.read_text()) if deaths.exists() else 0
    print(f"{title}: {count} rounds, kills {kills}, {acknowledged} events acknowledged, lost {lost}, twice {twice}, exit {code}")
    if (lost == twice == 0 or "MENTORD_LIBRARY" in env) and code == 0:
        demo.remove()
    else:
        print(f"  what is left lies in {demo.folder}")
    return acknowledged, lost, twice, code


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    print(f"kill_rounds: seed {options.seed}; again with: make faults ROUNDS={options.rounds} (seed by tests/faults/kill_rounds.py --seed)")
    per_round = max(20, -(-1000 // options.rounds))
    passed = failed = 0
    acknowledged, lost, twice, code = play("kill rounds", options.rounds, per_round, options.seed, {})
    good = lost == 0 and twice == 0 and acknowledged >= 1000 and code == 0
    passed, failed = passed + good, failed + (not good)
    _, lost, twice, _ = play("bot dies between commit and acknowledgement", 3, 40, options.seed, FAULT)
    passed, failed = passed + (lost == twice == 0), failed + (lost + twice > 0)
    sabotage = {**FAULT, "MENTORD_LIBRARY": str(ROOT / "tests/faults/commit_sabotaged.lua")}
    _, _, twice, _ = play("the same with a sabotaged library (twice must be > 0)", 3, 40, options.seed, sabotage)
    passed, failed = passed + (twice > 0), failed + (twice == 0)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
