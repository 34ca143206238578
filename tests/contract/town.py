"""town.py: a hall and its crier on a folder of their own, for tests; and a folder for a bot that is to serve the town."""
import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from town_hall import Hall

HERE = Path(__file__).resolve().parent


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
            self.crier.stdout.close()
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
        line = await asyncio.get_running_loop().run_in_executor(None, self.crier.stdout.readline)
        if not line.startswith("ready "):
            raise SystemExit(f"the crier did not start: {self.errors()}")
        self.address = line.split()[1]

    def errors(self):
        return (self.folder / "crier.err").read_text(encoding="utf-8")

    def stop(self, number=signal.SIGTERM):
        self.crier.send_signal(number)
        code = self.crier.wait(10)
        self.crier.stdout.close()
        self.crier = None
        return code

    async def kill_and_start(self):
        self.stop(signal.SIGKILL)
        await self.start()
