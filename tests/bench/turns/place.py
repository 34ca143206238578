"""place.py: a demo in a folder of its own, with a scripted adapter at its link: what the benchmarks and the job rounds start from."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

ROOT = Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests"))

import waiting

BUILD = ROOT / os.environ.get("BUILD", "build")
DEADLINE_S = 120  # of what a hundred thousand people take


def figure(value):
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def bench(name, value, unit, reference=None, wanted=None):
    line = f"bench {name} {figure(value)} {unit}"
    if reference is not None:
        line += f" reference {figure(reference)} ratio {value / reference:.2f}" if reference else f" reference {figure(reference)}"
    if wanted is not None:
        line += f" wanted {wanted}"
    print(line, flush=True)


def wait_for(what, ask, seconds=DEADLINE_S):
    return waiting.wait_for(what, ask, seconds)


def want(condition, text):
    if not condition:
        raise SystemExit(f"bench: FAILED: {text}")


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

    def ask(self, line):
        self.adapter.stdin.write(line + "\n")
        self.adapter.stdin.flush()

    def order(self, line):
        """What the adapter answers: turns, seconds, p50, p99, cards."""
        self.ask(line)
        return self.answer(line)

    def answer(self, line):
        words = self.adapter.stdout.readline().split()
        while words == ["up"]:
            words = self.adapter.stdout.readline().split()
        want(len(words) == 5, f"the adapter did not finish «{line}» (exit {self.adapter.poll()}): see its log and the bot's")
        return [float(word) for word in words]

    def redis(self, *words):
        """One command as the tools' user, who may only read."""
        password = (self.data / "redis/password.tool").read_text().strip()
        return subprocess.run(["redis-cli", "-s", self.data / "redis/redis.sock", "--user", "mentord-tool", "--no-auth-warning", *words],
                              env={**os.environ, "REDISCLI_AUTH": password}, capture_output=True, text=True, check=True).stdout

    def records(self, kind):
        lines = self.redis("HSCAN", f"m:{{city-pilot}}:{kind}", "0", "COUNT", "10000000").splitlines()[1:]
        return [json.loads(line) for line in lines[1::2]]

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
