#!/usr/bin/python3
"""kill_rounds.py: kill -9 while many people live through whole stories; then counts what was lost or done twice.

A round is one kill and the recovery from it: somebody's `help` is answered again. Processes die at random, and at each named
point of bot/base/fault.h. "Acknowledged" is what a page was told is stored. people.py plays the people, judge.py compares what
they were told with what is there at the end. Two controls must show that the counting works: a Lua library that forgets event
ids (twice > 0), and a bot that acknowledges before it commits (lost > 0).
"""
import argparse
import asyncio
import collections
import contextlib
import random
import signal
import subprocess
import sys
import time
import traceback
from concurrent import futures
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from board import LISTS, POINTS, STARTS, SUPERVISOR, Board
from demo import BUILD, Demo
from judge import Truth, Verdict, judge, judge_cards, quiet
from people import HELP, SPARE, Hall, Stuck, files_of

# How often each is chosen. A new supervisor starts children without a pause, so its death keeps the rounds short.
VICTIMS = {"bot": 3, "web": 2, "redis": 3, "supervisor": 3, "all at once": 3}
PROGRAM = {"bot": "mentord", "web": "mentord-web", "redis": "redis-server"}
STORY_ROUNDS = 75       # of one story at most
EVENTS_MIN = 1000       # acknowledged in all
STRIKES = 5             # at each point, once there are rounds enough for it
ROUND_S, STRIKE_S, CALM_S, DRAIN_S = 2.0, 0.3, 60, 3
LIST_S, SLOW_S = 10, 1.0
STRIKE_TRIES, MISSES = 12, 2
SABOTAGED = BUILD / "sabotage"
LIBRARY = {"MENTORD_LIBRARY": str(SABOTAGED / "commit.lua")}


class World:
    """A demo of our own with its people, its fault board, and whoever is killed."""

    recovery_s = 40

    def __init__(self, mentees, seed, env=None, build=BUILD):
        self.chance = random.Random(seed)
        self.demo = Demo(files_of(mentees, mentees + SPARE), env, build)
        self.board = Board(self.demo.folder / "board")
        self.demo.env["MENTORD_FAULT_BOARD"] = str(self.demo.folder / "board")
        self.hall = Hall(self.demo, mentees, mentees + SPARE)
        self.kills, self.recovery, self.lists = collections.Counter(), [], []
        self.starting = asyncio.Lock()

    async def play(self):
        guard = asyncio.create_task(self.watch_over())
        try:
            return await self.scene()
        except Stuck as stuck:
            verdict = Verdict()
            verdict.found("wrong", 1, str(stuck))
            return verdict
        finally:
            self.hall.closed = True
            await asyncio.gather(guard, *(person.close() for person in self.hall.everybody))

    # ---- killing ----
    async def kill(self, victim):
        if victim in PROGRAM:
            self.kills[victim] += self.demo.kill(PROGRAM[victim])
            return
        self.demo.kill_supervisor(with_children=victim == "all at once")
        self.kills[victim] += 1
        await self.start_again()

    async def start_again(self):
        async with self.starting:
            if self.demo.process.poll() is None:
                return
            self.demo.process.stdout.close()
            await asyncio.get_running_loop().run_in_executor(None, self.demo.start_again)

    async def watch_over(self):
        """A point may strike the supervisor just after we gave up waiting for it: whoever finds it dead starts it again."""
        while not self.hall.closed:
            await self.start_again()
            await asyncio.sleep(0.2)

    def bring_list(self):
        """An operator's list of two more people: an entry of the control list, a job, and keys to make."""
        number = len(self.lists)
        path = self.demo.folder / f"list{number}.csv"
        path.write_text("account,name,organisation\n" + "".join(f"web/city:x{number}{i},New {number} {i},city\n" for i in "ab"))
        words = [self.demo.build / "mentord", "import", "--config", self.demo.folder / "mentord.yaml", "--yes", path]
        self.lists.append(subprocess.Popen(words, env={**self.demo.env, "MENTORD_FAULT_BOARD": ""}, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    async def struck(self, point, before, supervisor):
        """Whether somebody died there; a dead supervisor is started again, unless whoever watches over it was quicker."""
        end = time.monotonic() + STRIKE_S
        while time.monotonic() < end and self.board.deaths(point) == before:
            await asyncio.sleep(0.002)
        if self.board.deaths(point) == before:
            return False
        if point in SUPERVISOR:
            supervisor.wait(5)
            await self.start_again()
        return True

    async def strike(self, point):
        """Somebody dies at this point, soon. Where it is passed at a start only, somebody is killed for it. False: nobody did."""
        before, supervisor = self.board.deaths(point), self.demo.process
        if point in LISTS:
            self.bring_list()
            if point in STARTS:  # keys are made at the bot's next start
                with contextlib.suppress(subprocess.TimeoutExpired):
                    await asyncio.get_running_loop().run_in_executor(None, self.lists[-1].wait, LIST_S)
        self.board.arm(point, self.board.draw(point, self.chance))
        for attempt in range(STRIKE_TRIES):
            if point in STARTS and attempt % 3 == 0:
                self.demo.kill(PROGRAM[STARTS[point]])
            elif attempt > 0:
                await self.hall.watcher.help()
            if await self.struck(point, before, supervisor):
                return True
        self.board.arm(point, 0)
        return False

    async def recovered(self):
        watcher, begin = self.hall.watcher, time.monotonic()
        asking = asyncio.create_task(watcher.help())
        while not asking.done() or watcher.shown(HELP) < self.hall.due[watcher.user, HELP]:
            await (asyncio.wait([asking], timeout=0.05) if not asking.done() else watcher.hear(0.05))
            if time.monotonic() - begin > self.recovery_s:
                raise Stuck(f"no answer {self.recovery_s} s after {self.kills}; see {self.demo.folder}")
        await asking
        self.recovery.append(time.monotonic() - begin)

    # ---- lists that were brought ----
    def judge_lists(self, verdict):
        found = collections.Counter(account["user"] for person in self.demo.records("person").values() for account in person["accounts"])
        for number, tool in enumerate(self.lists):
            with contextlib.suppress(subprocess.TimeoutExpired):
                tool.wait(10)
            if tool.poll() is None:
                tool.kill()
                tool.wait()
            for user in (f"x{number}a", f"x{number}b"):
                verdict.found("lost", tool.returncode == 0 and found[user] == 0, f"{user} was on a list")
                verdict.found("twice", found[user] - 1, f"{user} was on a list")


class Story(World):
    """Everybody signs up, is matched and introduced, while the plan's kills fall: names of points, or of victims."""

    def __init__(self, plan, events, seed):
        super().__init__(max(4, min(24, len(plan) * events // 60)), seed)
        self.plan, self.events, self.missed = list(plan), events, collections.Counter()

    async def round(self, what):
        mark = self.hall.events + self.events
        await self.hall.until(lambda: self.hall.events >= mark, ROUND_S)
        await asyncio.sleep(self.chance.random() * 0.05)
        if what not in POINTS:
            await self.kill(what)
        elif not await self.strike(what):
            self.missed[what] += 1
            self.plan += [what] if self.missed[what] <= MISSES else []
        await self.recovered()

    async def all_kills(self):
        for what in self.plan:  # it may grow
            await self.round(what)
            if self.recovery[-1] > SLOW_S:  # a child died so often that its supervisor makes it wait: a new one does not
                await self.kill("supervisor")
                await self.recovered()

    async def live(self):
        hall, span = self.hall, len(self.plan) * self.events * 0.5
        lives = [member.run(self.chance.random() * span, random.Random(self.chance.random())) for member in hall.members]
        tasks = [asyncio.create_task(life) for life in [*lives, hall.jo.run(), hall.kim.run()]]
        kills = asyncio.create_task(self.all_kills())
        done, _ = await asyncio.wait([kills, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task  # the kills are over, or what troubled somebody comes up here
        hall.calm = True
        ended = await hall.until(lambda: hall.jo.rests() and all(m.introduced() for m in hall.mentees), CALM_S)
        hall.closed = True
        await asyncio.gather(*tasks)
        return ended

    async def scene(self):
        ended = await self.live()
        verdict = await judge(self.hall)
        verdict.found("wrong", not ended, "the story did not come to its end")
        self.judge_lists(verdict)
        return verdict


class Crowd(World):
    """Everybody writes `help` and nothing else, as fast as they may: enough to see whether a bot loses or repeats. `hurt` does the harm."""

    def __init__(self, rounds, hurt, seed, env=None, build=BUILD):
        super().__init__(4, seed, env, build)
        self.rounds, self.hurt = rounds, hurt

    async def scene(self):
        hall = self.hall
        for _ in range(self.rounds):
            await self.recovered()
            writing = [asyncio.create_task(person.help()) for person in hall.members]
            await self.hurt(self)
            await asyncio.gather(*writing)
            for member in hall.members:
                await member.help()
        everybody = hall.members
        await self.recovered()
        end = time.monotonic() + DRAIN_S
        while time.monotonic() < end and any(m.shown(HELP) < hall.due[m.user, HELP] for m in everybody):
            for member in everybody:
                await member.hear(0.02)
        verdict = Verdict()
        quiet(self.demo)
        truth = Truth(self.demo)
        for member in everybody:
            await judge_cards(member, truth, verdict)
        return verdict


async def die_before_the_acknowledgement(world):
    await world.strike("commit_back")


async def stop_the_store_then_kill_it(world):
    """What the bot sends now goes nowhere; what it acknowledges before it is kept is lost."""
    world.demo.signal("redis-server", signal.SIGSTOP)
    await asyncio.sleep(0.15)
    await world.kill("redis")


def stop(world):
    """The exit code; None when Ctrl-C did not end it."""
    for tool in world.lists:
        if tool.poll() is None:
            tool.kill()
    try:
        return world.demo.stop()
    except subprocess.TimeoutExpired:
        world.demo.kill_supervisor(with_children=True)
        return None


def run(world, title):
    world.demo.start()
    begin = time.monotonic()
    try:
        verdict = asyncio.run(world.play())
    except Exception:  # pylint: disable=broad-exception-caught; one story's trouble is told, and the others are played
        verdict = Verdict()
        verdict.found("wrong", 1, traceback.format_exc())
    code = stop(world)
    slow = sorted(world.recovery) or [0.0]
    kills = ", ".join(f"{name} {world.kills[name]}" for name in VICTIMS)
    struck = sum(world.board.deaths(name) for name in POINTS)
    print(f"{title}: {time.monotonic() - begin:.0f} s; killed at random: {kills}; at points: {struck}; {len(world.hall.mentees)} mentees, {world.hall.events} events "
          f"acknowledged, recovery {slow[len(slow) // 2]:.2f} s in the middle, {slow[-1]:.2f} s at most; {verdict}, exit {code}", flush=True)
    return verdict, code


def tidy_up(world, good, verdict):
    """Keeps the folder of what went wrong."""
    if good:
        world.demo.remove()
        return
    for note in verdict.notes[:40]:
        print(f"  {note}")
    print(f"  what is left lies in {world.demo.folder}", flush=True)


def plan_of(rounds, chance):
    """Each point as often as there is room for it, half of the rounds at most; the rest is chance."""
    times = min(STRIKES, rounds // (2 * len(POINTS))) if rounds < 2 * STRIKES * len(POINTS) - 70 else STRIKES
    plan = POINTS * times + chance.choices(list(VICTIMS), VICTIMS.values(), k=rounds - times * len(POINTS))
    chance.shuffle(plan)
    return plan, times


class Report:
    def __init__(self):
        self.total, self.passed, self.failed, self.events = Verdict(), 0, 0, 0
        self.deaths, self.kills = collections.Counter(), collections.Counter()

    def check(self, good, what):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAILED: {what}")

    def story(self, world, verdict, code):
        self.events += world.hall.events
        self.total.counts.update(verdict.counts)
        self.kills.update(world.kills)
        self.deaths.update({name: world.board.deaths(name) for name in POINTS})
        good = verdict.good and code == 0
        self.check(good, "a story with nothing lost, doubled or stuck")
        tidy_up(world, good, verdict)


def stories(options, report):
    chance = random.Random(options.seed)
    plan, times = plan_of(options.rounds, chance)
    events = max(5, -(-int(EVENTS_MIN * 1.1) // options.rounds))
    count = -(-len(plan) // STORY_ROUNDS)
    parts = [plan[len(plan) * i // count:len(plan) * (i + 1) // count] for i in range(count)]
    worlds = [Story(part, events, chance.randrange(1 << 30)) for part in parts]
    titles = [f"story {i + 1} of {count}, {len(part)} rounds" for i, part in enumerate(parts)]
    with futures.ThreadPoolExecutor(options.jobs) as pool:
        for world, ended in zip(worlds, pool.map(run, worlds, titles)):
            report.story(world, *ended)
    print("killed at random: " + ", ".join(f"{victim} {report.kills[victim]}" for victim in VICTIMS))
    print("struck at points: " + ", ".join(f"{name} {report.deaths[name]}" for name in POINTS))
    print(f"in all: {options.rounds} rounds, {report.events} events acknowledged; {report.total}")
    few = [name for name in POINTS if report.deaths[name] < times]
    spared = [victim for victim in VICTIMS if report.kills[victim] < STRIKES]
    report.check(not spared or options.rounds < 300, f"each kind of process killed at random {STRIKES} times; fewer: {spared}")
    report.check(not few, f"each point struck {times} times; fewer: {few}")
    report.check(report.events >= EVENTS_MIN or options.rounds < 60, f"{EVENTS_MIN} events acknowledged")


def controls(options, report):
    for title, hurt, env, build, wanted in (
            ("control, nothing is sabotaged", die_before_the_acknowledgement, {}, BUILD, None),
            ("control, the store dies", stop_the_store_then_kill_it, {}, BUILD, None),
            ("control, a library that forgets event ids (twice must be > 0)", die_before_the_acknowledgement, LIBRARY, BUILD, "twice"),
            ("control, a bot that acknowledges first (lost must be > 0)", stop_the_store_then_kill_it, {}, SABOTAGED, "lost")):
        world = Crowd(3, hurt, options.seed, env, build)
        verdict, code = run(world, title)
        good = verdict.good and code == 0 if wanted is None else verdict.counts[wanted] > 0
        report.check(good, title)
        tidy_up(world, good, verdict)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    arguments.add_argument("--jobs", type=int, default=2, help="stories at a time: most of a round is waiting")
    options = arguments.parse_args()
    print(f"kill_rounds: seed {options.seed}; again with: tests/faults/kill_rounds.py --rounds {options.rounds} --seed {options.seed}", flush=True)
    report = Report()
    controls(options, report)
    stories(options, report)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
