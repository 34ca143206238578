"""store.py: a Redis of the test's own, configured as deploy/README.md says under "A Redis of your own", behind a socket that can be slow."""
import asyncio
import contextlib
import os
import re
import signal
import subprocess
import time

from demo import ROOT, Demo

RIGHTS = re.search(r"That server needs:\n\n```\n(.*?)```", (ROOT / "deploy/README.md").read_text(), re.S).group(1)
PASSWORD = "0123456789abcdef"
READY_S = 15


class Store:
    def __init__(self, folder):
        self.folder, self.data = folder, folder / "store"
        self.socket, self.password_file = folder / "store.sock", folder / "store.password"
        self.password_file.write_text(PASSWORD + "\n")
        self.data.mkdir()
        self.process = None

    def start(self, *more):
        """Returns once it listens; it may still be loading."""
        lines = [RIGHTS.replace(">…", f">{PASSWORD}"), "port 0", 'save ""', f"dir {self.data}", f"unixsocket {self.socket}", "unixsocketperm 700", *more]
        self.process = subprocess.Popen(["redis-server", "-"], stdin=subprocess.PIPE, stdout=open(self.folder / "store.log", "a"), stderr=subprocess.STDOUT)
        self.process.stdin.write("\n".join(lines).encode() + b"\n")
        self.process.stdin.close()
        end = time.monotonic() + READY_S
        while self.admin("PING", check=False).split(" ")[0] not in ("PONG", "LOADING"):
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"Redis did not start: {(self.folder / 'store.log').read_text()[-2000:]}")
            time.sleep(0.02)
        return self

    def load(self, library=(ROOT / "state/commit.lua").read_bytes()):
        """Our functions, as the operator loads them."""
        self.admin("-x", "FUNCTION", "LOAD", "REPLACE", stdin=library)

    def admin(self, *words, check=True, stdin=b""):
        out = subprocess.run(["redis-cli", "-s", self.socket, *words], input=stdin, capture_output=True, check=False, timeout=20)
        text = (out.stdout + out.stderr).decode().strip()
        if check and (out.returncode != 0 or re.match(r"(ERR|OOM|NOPERM|LOADING|READONLY)", text)):
            raise SystemExit(f"Redis said to {words[:3]}: {text}")
        return text

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        self.process.wait(10)


class Slow:
    """A unix socket before another: answers come `late` seconds late, in their order."""

    def __init__(self, path, behind):
        self.path, self.behind, self.late = path, behind, 0.0

    async def open(self):
        self.server = await asyncio.start_unix_server(self.serve, self.path)
        os.chmod(self.path, 0o600)

    async def serve(self, reader, writer):
        try:
            there, back = await asyncio.open_unix_connection(self.behind)
        except OSError:
            writer.close()
            return
        queue = asyncio.Queue()
        tasks = [asyncio.create_task(one) for one in (self.forward(reader, back), self.gather(there, queue), self.answer(queue, writer))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, back):
            end.close()

    @staticmethod
    async def forward(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)

    @staticmethod
    async def gather(reader, queue):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                queue.put_nowait((time.monotonic(), data))

    async def answer(self, queue, writer):
        with contextlib.suppress(OSError):
            while True:
                came, data = await queue.get()
                await asyncio.sleep(max(0.0, came + self.late - time.monotonic()))
                writer.write(data)


class OwnDemo(Demo):
    """A demo on a Redis of the operator's own, reached through the slow socket."""

    def __init__(self, files=None):
        super().__init__(files)
        self.store = Store(self.folder)
        self.slow = Slow(self.folder / "slow.sock", self.store.socket)
        self.configure(f"redis: {{ socket: {self.slow.path}, password_file: {self.store.password_file} }}\n")

    def configure(self, text):
        with open(self.folder / "mentord.yaml", "a") as file:
            file.write(text)

    def redis(self, *words):
        return self.store.admin(*words) + "\n"
