#!/usr/bin/python3
"""turns.py: how fast, how heavy: a real bot, its private Redis with appendfsync always, and a scripted adapter at the real link.

usage: BUILD=build turns.py [--people 2000] [--turns 5] [--seconds 5] [--no-people]
Prints lines `bench NAME VALUE UNIT [reference VALUE ratio R] [wanted W]`. Only broken counts fail, never a slow machine.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / os.environ.get("BUILD", "build")
sys.path.insert(0, str(Path(__file__).resolve().parent))
import calls  # noqa: E402

DEADLINE_S = 120
DEPTH = 2  # calls of the commit function under way at once, as in state/store_redis_commit.c


def bench(name, value, unit, reference=None, wanted=None):
    line = f"bench {name} {value:.4g} {unit}" if value < 1000 else f"bench {name} {value:.0f} {unit}"
    if reference is not None:
        line += f" reference {reference:.0f} ratio {value / reference:.2f}"
    if wanted is not None:
        line += f" wanted {wanted}"
    print(line, flush=True)


def want(condition, text):
    if not condition:
        raise SystemExit(f"bench: FAILED: {text}")


def wait_for(what, ask, seconds=DEADLINE_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.02)
    raise SystemExit(f"bench: FAILED: {what} did not come within {seconds} s")


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


class Place:
    """A folder with a demo of its own: `mentord up` starts Redis and the bot; the adapter is ours."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mb-"))
        self.data = self.folder / "data"
        for name in ("scheme.yaml", "people.csv"):
            (self.folder / name).write_text((ROOT / "deploy/demo" / name).read_text())
        self.config = self.folder / "mentord.yaml"
        self.config.write_text("scheme: city-pilot\ndemo: yes\ndata: data\ndemo_scheme: scheme.yaml\ndemo_people: people.csv\n"
                               "links:\n  - { name: bench, workspaces: [web/city] }\n")
        self.up = self.adapter = None

    def start(self):
        served = self.log().count(" store_up ")
        self.up = subprocess.Popen([BUILD / "mentord", "up", "--config", self.config], stdout=subprocess.DEVNULL,
                                   stderr=open(self.folder / "up.err", "a"))
        wait_for("a bot that serves", lambda: self.log().count(" store_up ") > served)
        return self

    def log(self):
        path = self.data / "mentord.log"
        return path.read_text() if path.exists() else ""

    def pids(self):
        found = {}
        for pid in Path(f"/proc/{self.up.pid}/task/{self.up.pid}/children").read_text().split():
            found[Path(f"/proc/{pid}/comm").read_text().strip()] = int(pid)
        return found

    def start_adapter(self):
        self.adapter = subprocess.Popen([BUILD / "bench-turns-adapter", f"unix:{self.data}/run/bench.sock"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=open(self.folder / "adapter.err", "w"), text=True)
        want(self.adapter.stdout.readline() == "up\n", "the link did not come up")

    def order(self, line):
        """What the adapter answers: turns, seconds, p50, p99, cards."""
        self.adapter.stdin.write(line + "\n")
        self.adapter.stdin.flush()
        words = self.adapter.stdout.readline().split()
        want(len(words) == 5, f"the adapter did not finish «{line}» (exit {self.adapter.poll()}): see its log and the bot's")
        return [float(word) for word in words]

    def aof(self):
        """The file that Redis appends to, and how long it is."""
        path = max((self.data / "redis/appendonlydir").glob("*.incr.aof"))
        return path, path.stat().st_size

    def stop(self):
        if self.adapter is not None:
            self.adapter.stdin.close()
            self.adapter.wait(10)
            self.adapter.stdout.close()
            self.adapter = None
        self.up.send_signal(signal.SIGINT)
        want(self.up.wait(30) == 0, "mentord up did not end cleanly")

    def remove(self):
        if self.adapter is not None:
            self.adapter.kill()
        if self.up is not None and self.up.poll() is None:
            self.up.terminate()
            self.up.wait(30)
        if os.environ.get("KEEP") is None:
            rmtree(self.folder, ignore_errors=True)


def settled(place):
    """The append-only file has not grown for a while: results that ride alone are in it too."""
    size, since = place.aof()[1], time.monotonic()
    end = since + DEADLINE_S
    while time.monotonic() - since < 0.3 and time.monotonic() < end:
        if place.aof()[1] != size:
            size, since = place.aof()[1], time.monotonic()
        time.sleep(0.02)


def ceiling(place, start, path):
    """The same calls again by bare hiredis, into a scheme of their own."""
    data = path.read_bytes()[start:]
    plan = place.folder / "calls"
    named, count, size = calls.write(data, calls.kinds_of((ROOT / "state/records.def").read_text()), plan)
    done = subprocess.run([BUILD / "bench-turns-ceiling", place.data / "redis/redis.sock", "mentord", place.data / "redis/password.bot",
                           "ceiling", plan, str(DEPTH)], capture_output=True, text=True)
    want(done.returncode == 0, done.stderr)
    _, seconds, again = done.stdout.split()
    want(int(again) == count, "calls were lost on the way")
    return named, named / float(seconds), count, size / named, len(data) / named


def durable_turns(place, options):
    pids = {**place.pids(), "adapter": place.adapter.pid}
    place.order(f"closed {options.people} 1")  # they become people
    settled(place)
    path, start = place.aof()
    before = {name: cpu_s(pid) for name, pid in pids.items()}
    turns, seconds, p50, p99, cards = place.order(f"closed {options.people} {options.turns}")
    settled(place)
    spent = {name: cpu_s(pid) - before[name] for name, pid in pids.items()}
    want(place.aof()[0] == path, "Redis began another file in between")
    rate = turns / seconds
    named, reference, count, call_bytes, file_bytes = ceiling(place, start, path)
    want(named == int(turns), f"{int(turns)} turns were acknowledged, {named} are in the append-only file")
    bench("durable_turns", rate, "turns/s", reference, "ratio>=0.7")
    bench("turns_per_call", turns / count, "turns")
    bench("bytes_per_turn", call_bytes, "bytes", file_bytes)
    bench("latency_closed_p50", p50, "ms")
    bench("latency_closed_p99", p99, "ms")
    for name, label in (("mentord", "bot"), ("adapter", "adapter"), ("redis-server", "redis")):
        bench(f"cpu_{label}", spent[name] / turns * 1e6, "us/turn")
    return rate


def latency(place, options, rate):
    for name, share, wanted in (("half", 0.5, "<20"), ("full", 1.0, None)):
        _, _, p50, p99, _ = place.order(f"open {options.people} {rate * share:.1f} {options.seconds}")
        settled(place)
        bench(f"latency_{name}_p50", p50, "ms")
        bench(f"latency_{name}_p99", p99, "ms", wanted=wanted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    place = Place()
    try:
        place.start()
        place.start_adapter()
        bot = place.pids()["mentord"]
        time.sleep(1)  # the demo's first people are in by then
        bench("idle_memory", memory_mb(bot, "RssAnon"), "MB", wanted="<6")
        bench("idle_rss", memory_mb(bot, "VmRSS"), "MB")
        latency(place, options, durable_turns(place, options))
        place.stop()
    finally:
        place.remove()


main()
