#!/usr/bin/python3
"""town_suite.py: opens a town hall, starts the crier, and lets link_client.py's suite and bad frames go through it, over a socket and a port.

usage: town_suite.py
"""
import asyncio
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from town import HERE, Town

POKE = """/usr/bin/python3 -c 'import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect("%s");
s.sendall(b"{\\"do\\":\\"say\\",\\"as\\":\\"aisha\\",\\"where\\":\\"crier\\",\\"text\\":\\"hello\\"}\\n"); s.recv(100)'"""


async def suite(port):
    """What the suite and the crier said, and how many of them failed; several run at once, since they mostly wait."""
    async with Town(port=port) as town:
        words = ["--address", town.address, *(["--token-file", town.token_file] if port else []), "--workspace", town.workspace,
                 "suite", "--person", "aisha", "--poke", POKE % town.hall.path]
        process = await asyncio.create_subprocess_exec(sys.executable, HERE / "link_client.py", *words, stdout=asyncio.subprocess.PIPE)
        said = (await process.communicate())[0].decode()
        words = ["adapter", town.address, town.workspace, *([town.token_file] if port else [])]
        frames = await asyncio.create_subprocess_exec(sys.executable, HERE / "bad_frames.py", *words, stdout=asyncio.subprocess.PIPE)
        said += (await frames.communicate())[0].decode()
        ended, complaints = town.stop(), town.errors()
        said += f"FAILED the crier ended with {ended}\n" if ended else ""
        said += f"FAILED the crier complained:\n{complaints}" if complaints else ""
        return said, bool(process.returncode or frames.returncode or ended or complaints)


async def main():
    on = {False: "a unix socket", True: "a port, with a token"}
    results = await asyncio.gather(*(suite(port) for port in on))
    for place, (said, _) in zip(on.values(), results):
        print(f"# the town crier on {place}\n{said}", end="", flush=True)
    return 1 if any(failed for _, failed in results) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
