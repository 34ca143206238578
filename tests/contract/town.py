"""town.py: a hall and its crier on a folder of their own, for tests; and a folder for a bot that is to serve the town."""
import asyncio
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from demo import BUILD, ROOT, Demo
from town_hall import Hall


class Town:
    """`async with Town() as town`: the hall is open in this process, the crier runs beside it."""

    workspace = "hall/town"

    def __init__(self, port=False, cert=None):
        self.folder = Path(tempfile.mkdtemp(prefix="town-"))
        self.port, self.cert, self.crier = port, cert, None
        self.token_file = self.folder / "token"
        self.token_file.write_text(secrets.token_hex(24) + "\n")
        self.token_file.chmod(0o600)
        self.address = "127.0.0.1:0" if port else f"unix:{self.folder}/crier.sock"

    async def __aenter__(self):
        self.hall = await Hall(str(self.folder / "hall.sock")).open()
        await self.start()
        return self

    async def __aexit__(self, *_):
        if self.crier is not None:
            self.crier.kill()
            self.crier.wait()
        await self.hall.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def start(self):
        """Comes back when the crier listens; on a port it takes the same one again."""
        arguments = [sys.executable, HERE / "town_crier.py", "--address", self.address, "--hall", self.hall.path, "--workspace", self.workspace]
        if self.port:
            arguments += ["--token-file", self.token_file]
        if self.cert:
            arguments += ["--cert-file", self.cert[0], "--key-file", self.cert[1]]
        with open(self.folder / "crier.err", "a", encoding="utf-8") as errors:
            self.crier = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        crier = self.crier
        line = await asyncio.get_running_loop().run_in_executor(None, crier.stdout.readline)
        if self.crier is not crier:
            return  # ended while it started
        if not line.startswith("ready "):
            raise SystemExit(f"the crier did not start: {self.errors()}")
        self.address = line.split()[1]

    def errors(self):
        return (self.folder / "crier.err").read_text(encoding="utf-8")

    def stop(self, number=signal.SIGTERM):
        self.crier.send_signal(number)
        code = self.crier.wait(10)
        self.crier = None
        return code

    async def kill_and_start(self):
        self.stop(signal.SIGKILL)
        await self.start()


class TownBot(Demo):
    """A real bot and its Redis; `links` are those of its mentord.yaml, `workspaces` what its scheme knows. No web adapter."""

    def __init__(self, links, env=None, workspaces=()):
        self.links, self.workspaces = links, ", ".join((Town.workspace, *workspaces))
        super().__init__(env=env)

    def write_files(self, files):
        self.folder.chmod(0o700)
        scheme = (ROOT / "deploy/demo/scheme.yaml").read_text().replace("web/city", self.workspaces)
        people = (ROOT / "deploy/demo/people.csv").read_text().replace("web/city", Town.workspace)
        config = "scheme: city-pilot\ndemo: yes\ndata: data\ndemo_scheme: scheme.yaml\ndemo_people: people.csv\nlinks:\n"
        config += "".join("  - { " + ", ".join(f"{key}: {value}" for key, value in link.items()) + " }\n" for link in self.links)
        for name, text in (("scheme.yaml", scheme), ("people.csv", people), ("mentord.yaml", config)):
            (self.folder / name).write_text(text)

    def start(self):
        with open(self.folder / "up.err", "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen([BUILD / "mentord", "up", "--config", self.folder / "mentord.yaml"], env=self.env,
                                            stdout=subprocess.PIPE, stderr=errors, text=True)
        return self

    def log(self):
        """Of the bot; when it wrote none, what the supervisor said."""
        path = self.folder / "data/mentord.log"
        return path.read_text() if path.exists() else (self.folder / "up.err").read_text()

    async def logged(self, pattern, deadline_s=20):
        """The first line of the log that fits."""
        end = asyncio.get_running_loop().time() + deadline_s
        while not (found := re.search(f"(?m)^.*{pattern}.*$", self.log())):
            if asyncio.get_running_loop().time() > end:
                raise TimeoutError(f"`{pattern}` does not stand in the log:\n{self.log()}\n{(self.folder / 'up.err').read_text()}")
            await asyncio.sleep(0.02)
        return found[0]

    def end(self):
        """Ctrl-C, whatever it was doing; its folder goes too."""
        try:
            return self.stop() if self.process else None
        finally:
            self.remove()
