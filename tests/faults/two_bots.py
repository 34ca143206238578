#!/usr/bin/python3
"""two_bots.py: two bots on one Redis and one adapter: one serves, one stands by, and they change places while people write.

The owner is killed, or halted past its lease and woken again, or stopped as an operator stops it. Each has a data folder of its
own; the keys are one folder for both, as they must be. Times are printed beside the wanted ones. A hand-over that never comes
fails, and so do an event that was lost, one that was done twice, answers out of order, and a bot that serves with an old fence.
First the same is tried with a library that looks at neither fence nor head nor event ids: what it does wrong must be seen.
"""
import argparse
import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

from demo import BUILD, ROOT
from people import Stuck
from store import OwnDemo
from troubled import CARE, WELL, Troubled, check, checks

SAID = {"help": "help.text", "privacy": "privacy.text", "bye": "smalltalk.bye", "joke": "smalltalk.joke"}
WANTED_S = {"killed": 6.0, "halted": 6.0, "stopped": 1.0}
WRITES_MAX, PAUSE_S, HANDOVER_S = 90, 0.3, 20
HEAD_SAID = re.compile(rb'"HSET" "m:\{city-pilot\}:head" "seq" "(\d+)"')
LIBRARY, FENCELESS = ROOT / "state/commit.lua", ROOT / "tests/faults/no_fence.patch"


def without_fence():
    return subprocess.run(["patch", "-s", "-o", "-", LIBRARY, FENCELESS], capture_output=True, check=True).stdout


class Bot:
    def __init__(self, demo, name):
        self.demo, self.name = demo, name
        self.data, self.config, self.log_file = demo.folder / name, demo.folder / f"{name}.yaml", demo.folder / f"{name}.log"
        self.data.mkdir(mode=0o700)
        text = (demo.folder / "mentord.yaml").read_text()
        text = re.sub(r"(?m)^data:.*$", f"data: {self.data}\nkeys: {demo.folder}/keys\nkey_file: {demo.folder}/wrapping.key", text)
        self.config.write_text(text.replace("- name: web\n", f"- name: web\n    address: unix:{demo.folder}/run/web.sock\n"))
        self.process = None

    def start(self):
        self.process = subprocess.Popen([BUILD / "mentord", "run", "--config", self.config], stderr=open(self.log_file, "a"), start_new_session=True)
        return self

    def log(self):
        return self.log_file.read_text()

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()


class Two(Troubled):
    def __init__(self, seed, library):
        self.library = library
        super().__init__(OwnDemo(self.files()), "two bots")
        self.chance, self.written, self.times, self.over, self.heads, self.went_back = random.Random(seed), {}, {}, False, 0, 0
        for folder in ("run", "keys", "data"):
            (self.demo.folder / folder).mkdir(mode=0o700)
        self.bots = [Bot(self.demo, "one"), Bot(self.demo, "two")]

    # ---- what runs ----
    def start_web(self):
        folder = self.demo.folder
        (folder / "commands.json").write_text(subprocess.run([BUILD / "mentord", "commands"], capture_output=True, text=True, check=True).stdout)
        words = [BUILD / "mentord-web", "--port", str(self.demo.port), "--link", f"unix:{folder}/run/web.sock", "--data", folder / "data/web",
                 "--pages", ROOT / "adapters/web/page", "--play", folder / "play.yaml", "--commands", folder / "commands.json", "--demo"]
        self.web = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=open(folder / "web.log", "w"))

    def web_log(self):
        return (self.demo.folder / "web.log").read_text()

    async def serving(self, but=None, seconds=HANDOVER_S):
        """The bot that serves; None when none did in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for bot in self.bots:
                if bot is not but and self.health(bot.config)["exit"] == WELL:
                    return bot
            await asyncio.sleep(0.02)
        return None

    def other(self, bot):
        return self.bots[1 - self.bots.index(bot)]

    async def standing_by(self, bot):
        return await self.until_health(lambda health: health["exit"] == CARE and self.says(health, "stands_by", "this one stands by"), config=bot.config)

    # ---- the people ----
    async def life(self, member):
        """Writes and does not wait for answers: they must come in this order."""
        mine = self.written.setdefault(member.user, [])
        while not self.over and len(mine) < WRITES_MAX:
            word = self.chance.choice(list(SAID))
            await member.say(word)
            mine.append(SAID[word])
            self.hall.due[member.user, SAID[word]] += 1
            pause = time.monotonic() + PAUSE_S
            while time.monotonic() < pause:
                await member.hear(max(0.01, pause - time.monotonic()))

    def shown(self, member):
        return [message["card"]["key"] for message in member.cards() if message["card"].get("key") in SAID.values()]

    async def all_shown(self, seconds=30):
        end = time.monotonic() + seconds
        for member in self.hall.members:
            while len(self.shown(member)) < len(self.written[member.user]) and time.monotonic() < end:
                await member.hear(0.1)

    async def one_more(self):
        """Somebody's next answer: the hand-over is over when a person sees it."""
        watcher = self.hall.watcher
        await watcher.help()
        end = time.monotonic() + HANDOVER_S
        while watcher.shown("help.text") < self.hall.due[watcher.user, "help.text"]:
            if time.monotonic() > end:
                raise Stuck("nobody answers after a hand-over")
            await watcher.hear(0.05)

    async def watch_head(self):
        """Two owners that both write number their commits each for itself: then the head goes back."""
        reader, writer = await asyncio.open_unix_connection(self.demo.store.socket, limit=1 << 24)
        writer.write(b"MONITOR\r\n")
        head = 0
        while line := await reader.readline():
            if said := HEAD_SAID.search(line):
                self.heads += 1
                self.went_back += int(said[1]) < head
                head = int(said[1])
        writer.close()

    # ---- changing places ----
    async def change(self, how, leave):
        owner = await self.serving()
        if not check(owner, f"{how}: somebody served before"):
            raise Stuck("nobody serves")
        heir = self.other(owner)
        check(await self.standing_by(heir), f"{how}: the other stood by")
        fence = self.health(owner.config)["fence"]
        leave(owner)
        begin = time.monotonic()
        served = await self.serving(but=owner)
        took = time.monotonic() - begin
        if not check(served is heir, f"{how}: the other serves now"):
            raise Stuck(f"no hand-over in {HANDOVER_S} s")
        await self.one_more()
        answered = time.monotonic() - begin
        self.times.setdefault(how, []).append(took)
        health = self.health(heir.config)
        check(tuple(map(int, health["fence"].split("."))) > tuple(map(int, fence.split("."))), f"{how}: under a higher fence", (fence, health["fence"]))
        check(not health["troubles"], f"{how}: with every sealed fact opened", health["troubles"])
        print(f"   {how}: {took:.2f} s until the other served, {answered:.2f} s until somebody saw an answer; wanted {WANTED_S[how]:.0f} s", flush=True)
        return owner

    async def kill(self):
        owner = await self.change("killed", lambda bot: bot.process.kill())
        owner.process.wait()
        owner.start()

    async def halt(self):
        owner = await self.change("halted", lambda bot: bot.process.send_signal(signal.SIGSTOP))
        refused, fenced = self.web_log().count("code=4005"), owner.log().count(" fenced ")
        owner.process.send_signal(signal.SIGCONT)
        check(await self.standing_by(owner), "halted: once woken it stands by")
        check(self.web_log().count("code=4005") > refused, "halted: the adapter closed the link of the lower fence")
        check(owner.log().count(" fenced ") == fenced + 1, "halted: the fence refused it, once, and its log says so")

    async def halted_and_woken(self):
        owner = await self.change("halted", lambda bot: bot.process.send_signal(signal.SIGSTOP))
        owner.process.send_signal(signal.SIGCONT)
        await self.one_more()

    async def stop(self):
        owner = await self.change("stopped", lambda bot: bot.process.send_signal(signal.SIGTERM))
        check(await asyncio.get_running_loop().run_in_executor(None, owner.process.wait, 10) == 0, "stopped: it ended as asked")
        owner.start()

    async def begin(self):
        """Both open the key folder before there is a key in it: whoever serves later must find what the other made. The second's
        data folder is a copy of the first's, as an operator makes it: they must not take each other for themselves."""
        self.start_web()
        self.bots[0].start()
        end = time.monotonic() + HANDOVER_S
        while not (self.demo.folder / "wrapping.key").exists() and time.monotonic() < end:
            await asyncio.sleep(0.02)
        shutil.copy(self.bots[0].data / "owner", self.bots[1].data / "owner")
        self.bots[1].start()
        for bot in self.bots:
            check(await self.until_health(lambda health: self.says(health, "store_down", "See that it runs"), config=bot.config), f"{bot.name} waits for Redis")
        self.demo.store.start()
        await self.demo.slow.open()
        self.demo.store.load(self.library)

    async def live(self, changes):
        await self.begin()
        check(await self.serving(), "one of the two serves")
        await self.one_more()
        watching = asyncio.create_task(self.watch_head())
        lives = [asyncio.create_task(self.life(member)) for member in self.hall.members]
        try:
            for change in changes:
                await change()
        finally:
            self.over = True
            await asyncio.gather(*lives)
        await self.all_shown()
        watching.cancel()

    async def unfenced(self):
        """A bot that wakes up writes what it had read before it hears that somebody else serves."""
        await self.live([self.halted_and_woken])
        left = len(self.demo.records("out"))
        check(self.went_back > 0, f"control: without fence, order and event ids two bots write at once: the head went back {self.went_back} times, "
              f"{left} rows wait that nobody sends")

    async def story(self, rounds):
        await self.live(rounds * [self.kill, self.halt, self.stop])
        check(self.heads > 0 and self.went_back == 0, f"in {self.heads} commits the head never went back: one bot wrote at a time", self.went_back)
        for member in self.hall.members:
            check(self.shown(member) == self.written[member.user], f"{member.user}: {len(self.written[member.user])} answers, in the order of what was written",
                  list(zip(self.written[member.user], self.shown(member))))
        await self.judge()
        for how, times in self.times.items():
            print(f"bench handover_{how} {max(times):.2f} s wanted <{WANTED_S[how]:.0f}: the longest of {len(times)}", flush=True)

    def end(self):
        for bot in self.bots:
            bot.end()
        self.web.send_signal(signal.SIGTERM)
        self.web.wait(10)
        if self.demo.store.process is not None:
            self.demo.store.stop()


async def play(two, story):
    try:
        await story
    except Stuck as stuck:
        check(False, str(stuck))
    finally:
        two.over = True
        await two.close()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = arguments.parse_args()
    print(f"two_bots: seed {options.seed}", flush=True)
    for library, story in ((without_fence(), Two.unfenced), (LIBRARY.read_bytes(), lambda two: two.story(options.rounds))):
        two = Two(options.seed, library)
        try:
            asyncio.run(play(two, story(two)))
        finally:
            two.end()
        if checks["failed"]:
            print(f"what is left lies in {two.demo.folder}")
            break
        two.demo.remove()
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
