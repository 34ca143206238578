#!/usr/bin/python3
"""town_suite.py: opens a town hall, starts the crier, and lets link_client.py's suite and bad frames go through it, over a socket and a port.

usage: town_suite.py
"""
import argparse
import asyncio
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import websockets

from link_bot import FILE_BYTES_MAX, Adapter, Failed
from link_client import rows
from town import HERE, Town

POKE = """/usr/bin/python3 -c 'import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect("%s");
s.sendall(b"{\\"do\\":\\"say\\",\\"as\\":\\"aisha\\",\\"where\\":\\"crier\\",\\"text\\":\\"hello\\"}\\n"); s.recv(100)'"""


def files_are_whole(shown):
    """What the suite's checks sent, each once: of the size that was said, and the text as link_client.py made it."""
    text = rows(FILE_BYTES_MAX).decode()
    whole = all(file["name"] == "people.csv" and file["bytes"] == len(file["text"].encode()) for file in shown)
    return whole and [file["text"] for file in shown] == [text, "a", text[1:] + "x\n", text, text]


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
        shown = [entry["file"] for entry in town.hall.log if "file" in entry]
        said += f"ok   {len(shown)} files stand in the hall as they were\n" if files_are_whole(shown) else f"FAILED what stands in the hall: {shown}\n"
        ended, complaints = town.stop(), town.errors()
        said += f"FAILED the crier ended with {ended}\n" if ended else ""
        said += f"FAILED the crier complained:\n{complaints}" if complaints else ""
        return said, bool(process.returncode or frames.returncode or ended or complaints or not files_are_whole(shown))


async def kill_in_a_file(where):
    """The crier is killed behind the first piece, or before or behind its post: told again, the hall shows the file once. Behind the
    post the bot need not have the bytes any more."""
    async with Town() as town:
        town.hall.at_post = lambda point: point == where and bool(town.stop(signal.SIGKILL))
        adapter = Adapter(argparse.Namespace(address=town.address, workspace=town.workspace, person="aisha", timeout=5.0, token_file=None))
        data = rows(FILE_BYTES_MAX)
        action, link = adapter.upload(data), await adapter.greet()
        await link.send(action)
        try:
            if where == "pieces":
                await link.send_piece(await link.must_hear("blob_get"), data)
                town.stop(signal.SIGKILL)
            await link.serve(action, data)
            return f"FAILED it was not killed: {where}\n", True
        except (Failed, websockets.ConnectionClosed):
            town.hall.at_post = lambda point: False
        await town.start()
        link = await adapter.greet()
        await link.send(action)
        done, asked = await link.serve(action, None if where == "after" else data)
        shown = [entry["file"]["text"] for entry in town.hall.log if "file" in entry]
        good = done["result"] == "sent" and shown == [data.decode()] and (asked == []) == (where == "after")
        await link.ws.close()
        return (f"ok   killed in a file, {where}: it stands there once\n" if good else f"FAILED killed in a file, {where}: {done}, {asked}, {len(shown)} files\n"), not good


async def main():
    on = {False: "a unix socket", True: "a port, with a token"}
    results = await asyncio.gather(*(suite(port) for port in on))
    for place, (said, _) in zip(on.values(), results):
        print(f"# the town crier on {place}\n{said}", end="", flush=True)
    for where in ("pieces", "before", "after"):
        results.append(await kill_in_a_file(where))
        print(results[-1][0], end="", flush=True)
    return 1 if any(failed for _, failed in results) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
