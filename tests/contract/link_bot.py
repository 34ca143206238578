"""link_bot.py: the bot's side of the link for link_client.py's checks: one connection, and fences that only rise. Written from adapters/PROTOCOL.md alone."""
import asyncio
import base64
import json
import time

import websockets

SUBPROTOCOL = "mentord.v1"
MESSAGE_BYTES_MAX, PIECE_BYTES_MAX, FILE_BYTES_MAX, ASKED_MAX = 65536, 32768, 2**22, 256


class Failed(Exception):
    """A check did not hold; the text says what was wanted and what came."""


class Skipped(Exception):
    """A check could not be made; the text says what it needs."""


def want(condition, text):
    if not condition:
        raise Failed(text)


class Link:
    """One connection. Lines come one by one; what an adapter asks of every bot (keeps) is answered on the way."""

    def __init__(self, ws, wait_s):
        self.ws, self.wait_s, self.lines = ws, wait_s, []

    async def send(self, *lines):
        await self.ws.send("".join(json.dumps(line) + "\n" for line in lines))

    async def answer_keeps(self, line):
        answers = {"keep_get": {"t": "keep_is", "blobs": []}, "keep": {"t": "kept"}}
        if line["t"] not in answers:
            return
        try:
            await self.send({**answers[line["t"]], "id": line["id"]})
        except websockets.ConnectionClosed:
            pass  # it asked before it closed; what it said in between is still to be read

    async def next_line(self, wait_s):
        deadline = time.monotonic() + wait_s
        while not self.lines:
            message = await asyncio.wait_for(self.ws.recv(), max(0.0, deadline - time.monotonic()))
            want(isinstance(message, str), "a binary message came")
            self.lines = [json.loads(part) for part in message.split("\n") if part.strip()]
        line = self.lines.pop(0)
        await self.answer_keeps(line)
        return line

    async def hear(self, t, wait_s=None, **fields):
        """The next line of this kind, or of one of these kinds, with these fields; others before it are dropped. None when none comes in time."""
        deadline = time.monotonic() + (wait_s or self.wait_s)
        while True:
            try:
                line = await self.next_line(max(0.0, deadline - time.monotonic()))
            except asyncio.TimeoutError:
                return None
            if line["t"] in ((t,) if isinstance(t, str) else t) and all(line.get(name) == value for name, value in fields.items()):
                return line

    async def must_hear(self, t, **fields):
        try:
            line = await self.hear(t, **fields)
        except websockets.ConnectionClosed as closed:
            raise Failed(f"wanted {t} {fields}, it closed with {code_of(closed)}") from closed
        want(line is not None, f"wanted {t} {fields}, nothing came within {self.wait_s} s")
        return line

    async def send_piece(self, get, data):
        """Answers a blob_get from `data`; None: there are no such bytes."""
        line = {"t": "blob_is", "id": get["id"], "workspace": get["workspace"], "from": get["from"]}
        if data is not None:
            line["data"] = base64.b64encode(data[get["from"]:get["from"] + PIECE_BYTES_MAX]).decode()
        await self.send(line)

    async def serve(self, action, data):
        """Gives it the pieces of one file until its `done`; returns that, and from where pieces were asked."""
        asked = []
        while True:
            line = await self.must_hear(("blob_get", "done"), id=action["id"])
            if line["t"] == "done":
                return line, asked
            asked.append(line["from"])
            want(line["from"] < action["file"]["bytes"], f"a piece from {line['from']} of {action['file']['bytes']} bytes")
            await self.send_piece(line, data)

    async def close_code(self, wait_s=None):
        """Waits for the adapter to close; None when it does not."""
        try:
            while True:
                await asyncio.wait_for(self.ws.recv(), wait_s or self.wait_s)
        except websockets.ConnectionClosed as closed:
            return code_of(closed)
        except asyncio.TimeoutError:
            return None

    async def must_close(self, code, why):
        got = await self.close_code()
        want(got == code, f"{why}: wanted close {code}, got {'no close' if got is None else got}")


def code_of(closed):
    return closed.rcvd.code if closed.rcvd else 1006


class Adapter:
    """The adapter under test: how to reach it, and fences that only rise."""

    def __init__(self, args):
        self.args = args
        self.incarnation, self.epoch, self.actions = int(time.time()), 0, 0
        self.token = open(args.token_file, encoding="ascii").read().strip() if args.token_file else None

    def fence(self):
        self.epoch += 1
        return f"{self.incarnation}.{self.epoch}"

    def action_id(self):
        self.actions += 1
        return f"suite-{self.incarnation}-{self.actions}"

    async def open(self, subprotocol=SUBPROTOCOL):
        options = {"subprotocols": [subprotocol], "compression": None, "max_size": MESSAGE_BYTES_MAX, "close_timeout": 1}
        if self.args.address.startswith("unix:"):
            ws = await websockets.unix_connect(self.args.address[5:], "ws://localhost/", **options)
        else:
            ws = await websockets.connect(f"ws://{self.args.address}/", **options)
        return Link(ws, self.args.timeout)

    def hello(self, **changes):
        line = {"t": "hello", "v": 1, "bot": "suite", "serves": [{"workspace": self.args.workspace, "fence": self.fence()}], "credits": 0}
        if self.token:
            line["token"] = self.token
        line.update(changes)
        return line

    async def greet(self, **changes):
        link = await self.open()
        await link.send(self.hello(**changes))
        link.hello = await link.must_hear("hello")
        return link

    def serves(self, fence):
        return [{"workspace": self.args.workspace, "fence": fence}]

    def action(self, kind="send", **changes):
        line = {"t": "action", "id": self.action_id(), "workspace": self.args.workspace, "kind": kind, "order": "suite",
                "to": {"person": self.args.person}, "card": {"text": "A test of the link.", "plain": "A test of the link."}}
        line.update(changes)
        return line

    def upload(self, data, name="people.csv", **changes):
        action = self.action("upload", file={"blob": "x", "name": name, "type": "text/csv", "bytes": len(data)}, **changes)
        action["file"]["blob"] = action["id"]
        return action

    async def poke(self):
        if not self.args.poke:
            raise Skipped("needs --poke, a command that makes the platform produce one event")
        process = await asyncio.create_subprocess_shell(self.args.poke, stdout=asyncio.subprocess.DEVNULL)
        want(await process.wait() == 0, "the --poke command failed")
        await asyncio.sleep(0.2)  # two pokes at once may look like one to a signal or a file
