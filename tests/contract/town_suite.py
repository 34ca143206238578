#!/usr/bin/python3
"""town_suite.py: opens a town hall, starts the crier, and lets link_client.py's suite go through it, over a socket and over a port.

usage: town_suite.py
"""
import asyncio
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from town import HERE, Town

POKE = """/usr/bin/python3 -c 'import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect("%s");
s.sendall(b"{\\"do\\":\\"say\\",\\"as\\":\\"aisha\\",\\"where\\":\\"crier\\",\\"text\\":\\"hello\\"}\\n"); s.recv(100)'"""


async def suite(town, *token):
    arguments = ["--address", town.address, *token, "--workspace", town.workspace, "suite", "--person", "aisha", "--poke", POKE % town.hall.path]
    process = await asyncio.create_subprocess_exec(sys.executable, HERE / "link_client.py", *arguments)
    return await process.wait()


async def main():
    failed = 0
    for port in (False, True):
        async with Town(port=port) as town:
            print(f"# the town crier on {'a port, with a token' if port else 'a unix socket'}", flush=True)
            failed += await suite(town, *(["--token-file", town.token_file] if port else []))
            ended = town.stop()
            failed += ended != 0
            if ended:
                print(f"FAILED the crier ended with {ended}")
            said = town.errors()
            if said:
                failed += 1
                print(f"FAILED the crier complained:\n{said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
