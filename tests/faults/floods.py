#!/usr/bin/python3
"""floods.py: who writes a thousand messages a second slows only themselves, and an adapter that floods, or never reads, costs others nothing.

A real bot and its Redis, with adapters written here, beside the one under trial a calm one whose people ask for help once a second. In each
trial all of them are answered, the bot's private memory (RssAnon) stays below a bound, who goes too far is closed with 4006 and nothing
else, and the log does not grow. Then a bot written here does the same to a real mentord-web. Counts and bounds decide.

The calm people's p99 is compared with that of the run just before, as `bench` lines: for whoever reads them on a machine that has
nothing else to do. --counts leaves this out, and is shorter.
"""
import argparse
import asyncio
import collections
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."), os.path.join(os.path.dirname(os.path.abspath(__file__)), "../contract")]

from demo import BUILD, ROOT, free_port
from town import TownBot
from troubled import check, checks
from websockets.exceptions import ConnectionClosed
from websockets.legacy.client import unix_connect
from websockets.legacy.server import unix_serve

CALM, WILD = "calm/town", "wild/town"
PEOPLE, EVERY_S, DEADLINE_S = 20, 1.0, 40
SLOWER = 3                            # wanted: calm people's p99 at most so many times that of the run before
LATE_MS = 1000                        # who is served after the flood only has waited longer
OUT_OF_ORDER = 4006
FLOOD_EACH_S, ANSWER_S = 1000, 0.05   # the flooder; how long the platform takes for one of their answers
ANSWERS_KEPT = 32 + 256               # rows that may wait for one person: the bot's bound, and what was under way when it was reached
LOG_BYTES = 200000
GROWTH_MB = 24                        # an 8 MiB queue and its neighbours, never a multiple of what was sent


def private_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"process {pid} is gone")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


class Memory:
    """The most that was seen while it watched."""

    def __init__(self, pid):
        self.pid, self.first, self.most = pid, private_mb(pid), 0.0
        self.task = asyncio.create_task(self.watch())

    async def watch(self):
        while True:
            self.most = max(self.most, private_mb(self.pid))
            await asyncio.sleep(0.1)

    def grown(self):
        self.task.cancel()
        return max(self.most, private_mb(self.pid)) - self.first


class Adapter:
    """Speaks for one workspace. What it may not send yet waits in the order it came, as with a platform that is read in one line."""

    def __init__(self, path, workspace):
        self.path, self.workspace = path, workspace
        self.ws, self.credit, self.numbers, self.connections = None, 0, itertools.count(1), 0
        self.waiting, self.unacked, self.sent = collections.deque(), {}, 0
        self.answers, self.replies, self.codes = collections.Counter(), collections.Counter(), []
        self.takes_s = lambda person: 0.0   # how long the platform takes
        self.heard = lambda person: None
        self.deaf, self.silent, self.held = False, False, []  # reads nothing; answers nothing; what it did not answer

    async def open(self):
        self.server = await unix_serve(self.serve, self.path, subprotocols=["mentord.v1"], compression=None, max_size=None, ping_interval=None, max_queue=64)
        os.chmod(self.path, 0o600)
        return self

    async def serve(self, ws, _path=None):
        hello = json.loads(await ws.recv())
        await ws.send(json.dumps({"t": "hello", "v": 1, "platform": "flood", "workspaces": [{"id": self.workspace, "name": "Town"}], "can": {"text_max": 2000}, "demo": True}))
        self.ws, self.credit, self.connections = ws, hello["credits"], self.connections + 1
        self.waiting.extendleft(reversed(self.unacked.values()))
        self.unacked = {}
        try:
            self.flush()
            async for message in ws:
                for text in message.split("\n"):
                    if text:
                        self.take(json.loads(text))
                while self.deaf:
                    await asyncio.sleep(0.05)
        except ConnectionClosed:
            pass
        self.codes.append(ws.close_code)
        if self.ws is ws:
            self.ws = None

    def take(self, line):
        if line["t"] == "ack":
            self.unacked.pop(line["id"], None)
            self.replies[bool(line.get("reply"))] += 1
        elif line["t"] == "credit":
            self.credit += line["n"]
            self.flush()
        elif line["t"] == "action" and self.silent:
            self.held.append(line)
        elif line["t"] == "action":
            asyncio.get_running_loop().call_later(self.takes_s(line["to"].get("person")), self.done, line)

    def done(self, line):
        self.answers[line["to"].get("person")] += 1
        self.heard(line["to"].get("person"))
        self.say({"t": "done", "id": line["id"], "result": "sent", "message": f"m{line['id']}"})

    def say(self, *lines):
        if self.ws is not None and self.ws.open:
            text = "".join(json.dumps(line) + "\n" for line in lines)
            asyncio.ensure_future(self.push(self.ws, text))

    @staticmethod
    async def push(ws, text):
        try:
            await ws.send(text)
        except ConnectionClosed:
            pass

    def write(self, person, text="help"):
        number = f"{self.workspace}/{next(self.numbers)}"
        self.waiting.append({"t": "event", "id": number, "workspace": self.workspace, "at": int(time.time() * 1000), "kind": "text",
                             "person": {"id": person, "name": person.title()}, "room": {"id": f"d-{person}", "kind": "direct"}, "text": text})
        self.flush()

    def flush(self):
        batch = []
        while self.ws is not None and self.credit > 0 and self.waiting:
            event = self.waiting.popleft()
            self.unacked[event["id"]] = event
            self.credit -= 1
            self.sent += 1
            batch.append(event)
            if len(batch) == 64:
                self.say(*batch)
                batch = []
        if batch:
            self.say(*batch)

    async def close(self):
        self.deaf = False
        self.server.close()


class Calm:
    """Twenty people who ask for help once a second, and look at the clock."""

    def __init__(self, adapter):
        self.adapter, self.asked, self.waits = adapter, collections.defaultdict(collections.deque), []
        before = adapter.heard
        adapter.heard = lambda person: (self.hear(person), before(person))

    def hear(self, person):
        if self.asked[person]:
            self.waits.append((time.monotonic() - self.asked[person].popleft()) * 1000)

    async def ask(self, person, seconds, lag):
        await asyncio.sleep(lag)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.asked[person].append(time.monotonic())
            self.adapter.write(person)
            await asyncio.sleep(EVERY_S)

    async def run(self, seconds):
        """p99 in ms of the answers to what was asked in these seconds; all of it is answered."""
        self.waits = []
        people = [f"calm{i}" for i in range(PEOPLE)]
        await asyncio.gather(*(self.ask(person, seconds, i * EVERY_S / PEOPLE) for i, person in enumerate(people)))
        end = time.monotonic() + DEADLINE_S
        while any(self.asked.values()) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        check(not any(self.asked.values()), f"everybody calm was answered, {len(self.waits)} times", dict(self.asked))
        return percentile(self.waits, 0.99)


class Trials:
    def __init__(self, bot, calm, wild, compare):
        self.bot, self.calm, self.wild, self.compare = bot, calm, wild, compare
        self.pid, self.seconds = bot.children()["mentord"], 5 if compare else 3

    async def trial(self, name, people, provoke, bound_mb=GROWTH_MB):
        """`provoke` runs while the calm people ask; both sides of the comparison come from this same minute."""
        before = await people.run(3) if self.compare else None
        memory = Memory(self.pid)
        work = asyncio.ensure_future(provoke())
        during = await people.run(self.seconds)
        await work
        late = sum(1 for wait in people.waits if wait > LATE_MS)
        check(late * 10 <= len(people.waits), f"{name}: of {len(people.waits)} answers to others {late} took more than {LATE_MS} ms, a tenth may", sorted(people.waits)[-5:])
        grown = memory.grown()
        if self.compare:
            print(f"bench others_p99 {during:.1f} ms reference {before:.1f} ratio {during / before:.2f} wanted <={SLOWER}: {name}", flush=True)
        check(grown <= bound_mb, f"{name}: the bot grew by {grown:.1f} MB to {private_mb(self.pid):.1f}, bound {bound_mb}", grown)

    async def outbox(self):
        """Rows that wait to be sent, as the bot itself says once a second."""
        return json.loads((self.bot.folder / "data/health.json").read_text())["outbox"]

    async def until(self, good, seconds=DEADLINE_S):
        end = time.monotonic() + seconds
        while not (found := await good()) and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return found


async def one_person(trials):
    """On the calm people's own link."""
    adapter, most = trials.calm, [0]

    async def sample():
        while True:
            most[0] = max(most[0], await trials.outbox())
            await asyncio.sleep(0.2)

    sampling = asyncio.create_task(sample())
    adapter.takes_s = lambda person: ANSWER_S if person == "flooder" else 0.0

    async def flood():
        begin, written = time.monotonic(), 0
        while (gone := time.monotonic() - begin) < trials.seconds:
            for _ in range(int(gone * FLOOD_EACH_S) - written):
                adapter.write("flooder")
                written += 1
            await asyncio.sleep(0.005)
        print(f"   the flooder wrote {written} times in {trials.seconds} s, {adapter.answers['flooder']} answers came meanwhile, {adapter.replies[True]} times the acknowledgement said why not", flush=True)

    await trials.trial("one person writes 1,000 times a second", Calm(adapter), flood)
    sampling.cancel()
    check(most[0] <= ANSWERS_KEPT, f"at most {most[0]} answers waited for the flooder, bound {ANSWERS_KEPT}", most[0])
    async def settled():
        return not adapter.unacked and not adapter.waiting and not await trials.outbox()
    await trials.until(settled)
    check(not adapter.unacked and not adapter.waiting, "every event of the flooder was acknowledged", (len(adapter.unacked), len(adapter.waiting)))
    check(adapter.replies[True] > 0, "the flooder was told that they write too fast")
    before = adapter.answers["flooder"]
    adapter.write("flooder")
    end = time.monotonic() + DEADLINE_S
    while adapter.answers["flooder"] == before and time.monotonic() < end:
        await asyncio.sleep(0.02)
    check(adapter.answers["flooder"] > before, "and is answered again once their answers have come")


async def raw_flood(adapter, line, seconds, too_far, lines_a_message=32):
    """The same kind of line as fast as the socket takes it; what comes is never read. It comes back as often as it is sent away.
    How many went out, and with which codes it was closed; who goes too far goes on until that has happened."""
    end, sent, codes = time.monotonic() + seconds, 0, collections.Counter()

    def goes_on():
        return time.monotonic() < (end + DEADLINE_S if too_far and not +codes else end)

    while goes_on():
        ws, adapter.deaf = adapter.ws, True
        try:
            while ws is not None and goes_on():
                await asyncio.wait_for(ws.send("".join(json.dumps(line(next(adapter.numbers))) + "\n" for _ in range(lines_a_message))), 1)
                sent += lines_a_message
                await asyncio.sleep(0)
        except (ConnectionClosed, asyncio.TimeoutError):
            codes[ws.close_code] += ws.close_code is not None  # a send that only waited was closed by nobody
        adapter.deaf = False
        await asyncio.sleep(0.02)
    return sent, +codes


async def wild_up(trials):
    end = time.monotonic() + DEADLINE_S
    while (trials.wild.ws is None or not trials.wild.ws.open) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    check(trials.wild.ws is not None and trials.wild.ws.open, "the wild adapter's link is up")


async def adapters(trials):
    """What an adapter can send without credit, and events up to its credit, without ever reading."""
    wild = trials.wild
    blob = "A" * 20000
    kinds = {  # what is sent; must it be closed for it?
        "events without reading": (True, lambda n: {"t": "event", "id": f"w{n}", "workspace": WILD, "at": int(time.time() * 1000), "kind": "text",
                                             "person": {"id": f"w{n % 50}"}, "room": {"id": "d", "kind": "direct"}, "text": "help"}),
        "results nobody asked for": (False, lambda n: {"t": "done", "id": f"o-none-{n}", "result": "sent", "message": "m"}),
        "keeps": (True, lambda n: {"t": "keep", "id": f"k{n}", "workspace": WILD, "put": [{"key": f"key{n % 4}", "version": n, "blob": "AAAA"}]}),
        "questions for large keeps": (True, lambda n: {"t": "keep_get", "id": f"g{n}", "workspace": WILD, "prefix": ""}),
        "notices": (False, lambda n: {"t": "notice", "what": "noise", "why": "x" * 500, "say": "y" * 500}),
    }
    await wild_up(trials)
    for key in range(8):
        wild.say({"t": "keep", "id": f"large{key}", "workspace": WILD, "put": [{"key": f"large{key}", "version": next(wild.numbers), "blob": blob}]})
    for name, (too_far, line) in kinds.items():
        await wild_up(trials)
        log = trials.bot.folder / "data/mentord.log"
        log_bytes = log.stat().st_size

        async def provoke(line=line, name=name, too_far=too_far):
            sent, codes = await raw_flood(wild, line, trials.seconds, too_far)
            check(set(codes) == ({OUT_OF_ORDER} if too_far else set()), f"{name}: {sent} lines, closed {codes[OUT_OF_ORDER]} times with {OUT_OF_ORDER}", codes)

        await trials.trial(name, Calm(trials.calm), provoke)
        log_bytes = log.stat().st_size - log_bytes
        check(log_bytes < LOG_BYTES, f"{name}: the log grew by {log_bytes} bytes, bound {LOG_BYTES}")


async def never_read(trials, rows):
    """So many rows wait for people of an adapter that answers nothing, and then reads nothing either."""
    wild = trials.wild
    await wild_up(trials)
    wild.silent = True
    for number in range(rows):
        wild.write(f"many{number}")

    async def written():
        return not wild.waiting and not wild.unacked
    await trials.until(written, 3 * DEADLINE_S)

    async def waiting():
        return await trials.outbox() >= rows
    check(await trials.until(waiting), f"{rows} rows wait for people of an adapter that answers nothing", await trials.outbox())
    wild.deaf = True

    async def provoke():
        await asyncio.sleep(trials.seconds)

    await trials.trial(f"{rows} rows for an adapter that never reads", Calm(trials.calm), provoke)
    wild.deaf = wild.silent = False
    for line in wild.held:
        wild.done(line)

    async def empty():
        return await trials.outbox() == 0
    check(await trials.until(empty, 3 * DEADLINE_S), "it reads and answers again: every row goes out")


# ---- the other end: a bot that floods mentord-web ----
class Web:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="flood-"))
        (self.folder / "link").mkdir(mode=0o700)
        words = [BUILD / "mentord-web", "--port", str(free_port()), "--link", f"unix:{self.folder}/link/web.sock", "--data", self.folder / "web",
                 "--pages", ROOT / "adapters/web/page", "--play", ROOT / "deploy/demo/play.yaml", "--demo"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=open(self.folder / "web.log", "w"))

    async def bot(self, fence):
        end = time.monotonic() + DEADLINE_S
        while True:
            try:
                ws = await unix_connect(f"{self.folder}/link/web.sock", "ws://link/", subprotocols=["mentord.v1"], compression=None, max_size=None, ping_interval=None, max_queue=4)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.02)
        await ws.send(json.dumps({"t": "hello", "v": 1, "bot": "flood", "serves": [{"workspace": "web/city", "fence": f"1.{fence}"}], "credits": 256}))
        return ws

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        rmtree(self.folder, ignore_errors=True)


async def web_flooded(seconds):
    """Actions that are done before (so that the journal does not grow), asks, gots: never reading what comes back."""
    web = Web()
    try:
        card = {"key": "help.text", "text": "x" * 200, "plain": "x" * 200}
        kinds = {
            "one action, again and again": lambda n: {"t": "action", "id": "same", "order": "web/city/aisha", "workspace": "web/city", "kind": "send", "to": {"person": "aisha"}, "card": card},
            "questions": lambda n: {"t": "ask", "id": f"q{n}"},
            "kinds nobody knows": lambda n: {"t": "action", "id": f"u{n}", "order": "web/city/aisha", "workspace": "web/city", "kind": "dance"},
            "confirmations": lambda n: {"t": "got", "id": f"q{n}"},
        }
        for number, (name, line) in enumerate(kinds.items()):
            ws = await web.bot(number + 1)
            memory, sent, end = Memory(web.process.pid), 0, time.monotonic() + seconds
            try:
                while time.monotonic() < end:
                    await asyncio.wait_for(ws.send("".join(json.dumps(line(sent + i)) + "\n" for i in range(64))), 1)
                    sent += 64
                    await asyncio.sleep(0)
            except (ConnectionClosed, asyncio.TimeoutError) as over:
                name += f" (then {type(over).__name__} {ws.close_code})"
            grown = memory.grown()
            check(grown <= GROWTH_MB and web.process.poll() is None, f"mentord-web, {name}: {sent} lines, grew by {grown:.1f} MB, bound {GROWTH_MB}", grown)
            ws.transport.abort()
    finally:
        web.end()


async def play(rows, compare):
    folder = Path(tempfile.mkdtemp(prefix="flood-"))
    calm, wild = await Adapter(f"{folder}/calm.sock", CALM).open(), await Adapter(f"{folder}/wild.sock", WILD).open()
    bot = TownBot([{"name": "calm", "address": f"unix:{folder}/calm.sock", "workspaces": f"[{CALM}]"},
                   {"name": "wild", "address": f"unix:{folder}/wild.sock", "workspaces": f"[{WILD}]"}], workspaces=(CALM, WILD)).start()
    try:
        await bot.logged("link_up link=calm")
        trials = Trials(bot, calm, wild, compare)
        await one_person(trials)
        await adapters(trials)
        await never_read(trials, rows)
    finally:
        await calm.close()
        await wild.close()
        bot.end()
        rmtree(folder, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=20000)
    arguments.add_argument("--counts", action="store_true", help="compare no waits; shorter")
    options = arguments.parse_args()
    random.seed(1)
    asyncio.run(play(options.rows, not options.counts))
    asyncio.run(web_flooded(1.5 if options.counts else 2.5))
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
