"""demo.py: one `mentord up` on a folder of its own, for tests of the whole product: start, stop, kill, look into its Redis."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / os.environ.get("BUILD", "build")
DEMO_FILES = ("scheme.yaml", "people.csv", "play.yaml")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """`files` replaces files of deploy/demo by texts; `env` adds to the environment; `build` is where the programs are."""

    def __init__(self, files=None, env=None, build=BUILD):
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="mentord-")), free_port()
        self.write_files(files or {})
        self.env = {**os.environ, **(env or {})}
        self.build = build
        self.process = None

    def write_files(self, files):
        for name in DEMO_FILES:
            (self.folder / name).write_text(files.get(name, (ROOT / "deploy/demo" / name).read_text()))
        text = (ROOT / "deploy/demo/mentord.yaml").read_text()
        text = re.sub(r"(?m)^data:.*$", "data: data", text).replace("../../adapters/web/page", str(ROOT / "adapters/web/page"))
        (self.folder / "mentord.yaml").write_text(text)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        errors = open(self.folder / "up.err", "a")
        self.process = subprocess.Popen([self.build / "mentord", "up", "--config", self.folder / "mentord.yaml", "--port", str(self.port)],
                                        env=self.env, stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise SystemExit(f"mentord did not start: {(self.folder / 'up.err').read_text()}")
        return self

    def children(self):
        """Program name -> pid of what runs under `up` now."""
        found = {}
        try:
            pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        except OSError:
            return found
        for pid in pids:
            try:
                found[Path(f"/proc/{pid}/comm").read_text().strip()] = int(pid)
            except OSError:
                pass
        return found

    def kill(self, name):
        return self.signal(name, signal.SIGKILL)

    def signal(self, name, number):
        pid = self.children().get(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return True

    def kill_supervisor(self, with_children=False):
        """kill -9 of `up`; its children follow by themselves, or die with it as when a machine is switched off."""
        pids = [self.process.pid, *(self.children().values() if with_children else ())]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def start_again(self, seconds=30):
        """As a service manager does: until it starts. What is still ending holds its locks for a moment."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.start()
            except SystemExit:
                self.process.wait()
                self.process.stdout.close()
                if time.monotonic() > end:
                    raise

    def stop(self):
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=10)
        finally:
            self.process.stdout.close()

    def redis(self, *words, seconds=20):
        """One command as the tools' user, who may only read. A Redis that was just killed is given the time to come back."""
        folder = self.folder / "data/redis"
        end = time.monotonic() + seconds
        while True:
            password = (folder / "password.tool").read_text().strip()
            out = subprocess.run(["redis-cli", "-e", "-s", folder / "redis.sock", "--user", "mentord-tool", "--no-auth-warning", *words],
                                 env={**os.environ, "REDISCLI_AUTH": password}, capture_output=True, text=True, check=False)
            if out.returncode == 0:
                return out.stdout
            if time.monotonic() > end:
                raise AssertionError(f"redis-cli {' '.join(words)}: {out.stdout}{out.stderr}")
            time.sleep(0.1)

    def records(self, kind, scheme="city-pilot"):
        """Every record of a kind, by id, as Redis has it: HSCAN in one go."""
        lines = self.redis("HSCAN", f"m:{{{scheme}}}:{kind}", "0", "COUNT", "100000").splitlines()[1:]
        return {lines[i]: json.loads(lines[i + 1]) for i in range(0, len(lines) - 1, 2)}

    def person(self, user):
        for person in self.records("person").values():
            if any(account["user"] == user for account in person["accounts"]):
                return person["id"]
        return None

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
