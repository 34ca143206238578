"""files_bot.py: a bot that sends files over the link as the real one does, for tests: what is `later` comes again, what is `ambiguous` is asked for."""
import asyncio
import base64
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "contract"))

import websockets
from link_client import Adapter, Failed

PIECE_BYTES = 32768
ENDS = ("sent", "failed", "unsupported")


class FilesBot:
    """`piece(action, from)` may say what else to answer to a blob_get: a line, "nothing", or None for the piece as it is."""

    def __init__(self, harbour, workspace=None):
        self.harbour, self.loop, self.workspace = harbour, asyncio.new_event_loop(), workspace or harbour.workspace
        self.adapter = Adapter(SimpleNamespace(address=harbour.address, workspace=self.workspace, token_file=None, timeout=30))
        self.link, self.hello, self.actions, self.bytes, self.said = None, None, {}, {}, set()
        self.ends, self.told, self.due, self.gets, self.open_gets, self.most_open = {}, {}, {}, [], set(), 0
        self.piece, self.wanted = lambda action, start: None, True
        self.task = None
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def start(self):
        self.task = asyncio.run_coroutine_threadsafe(self.live(), self.loop)
        return self

    async def live(self):
        """Comes back whenever the link goes, with a higher fence, and says again what has no end."""
        while self.wanted:
            try:
                self.link = await self.adapter.greet(credits=256)
            except (OSError, Failed, websockets.WebSocketException):
                await asyncio.sleep(0.05)
                continue
            self.hello = self.link.hello
            self.due = {ident: 0 for ident in self.actions if ident not in self.ends}
            try:
                await self.serve()
            except (websockets.ConnectionClosed, Failed):
                self.open_gets.clear()

    async def serve(self):
        while self.wanted:
            now = time.monotonic()
            for ident in [one for one, when in self.due.items() if when <= now]:
                del self.due[ident]
                await self.say(ident)
            line = await self.hear_any(0.02)
            if line is not None:
                await self.take(line)
        await self.link.ws.close()

    async def hear_any(self, wait_s):
        try:
            return await self.link.next_line(wait_s)
        except asyncio.TimeoutError:
            return None

    async def say(self, ident):
        first = {} if ident in self.said else {"first": True}
        self.said.add(ident)
        await self.link.send({**self.actions[ident], **first})

    async def take(self, line):
        if line["t"] == "blob_get":
            await self.give(line)
        elif line["t"] == "done" and line["id"] in self.actions:
            await self.note(line)

    async def give(self, line):
        ident, start = line["id"], line["from"]
        self.gets.append((ident, start))
        self.open_gets = {one for one in self.open_gets if one not in self.ends} | {ident}
        self.most_open = max(self.most_open, len(self.open_gets))
        data = self.bytes.get(ident)
        answer = {"t": "blob_is", "id": ident, "workspace": line["workspace"], "from": start}
        if data is not None:
            answer["data"] = base64.b64encode(data[start:start + PIECE_BYTES]).decode()
        other = self.piece(ident, start)
        if other != "nothing":
            await self.link.send(other(answer) if callable(other) else answer)
        if other is None and data is not None and start + PIECE_BYTES >= len(data):
            self.open_gets.discard(ident)

    async def note(self, line):
        ident, result = line["id"], line["result"]
        self.told.setdefault(ident, []).append(line)
        if result == "later":
            self.due[ident] = time.monotonic() + line["seconds"]
        elif result == "ambiguous":
            await self.link.send({"t": "ask", "id": ident})
        elif result in ("not_found", "cannot_tell"):
            self.due[ident] = time.monotonic()
        elif result in ENDS:
            self.ends[ident] = line
            await self.link.send({"t": "got", "id": ident})

    # ---- what tests do ----

    def run(self, deed):
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(30)

    async def add(self, action, data):
        self.actions[action["id"]], self.bytes[action["id"]] = action, data
        self.due[action["id"]] = 0

    def upload(self, who, data, name, ident, mime="text/csv", **more):
        """A file for one of the simulator's people, or for a room by its id; `to` in `more` overrules it."""
        to = {"person": self.harbour.slack.ids[who]} if who in self.harbour.slack.ids else {"room": who}
        action = {"t": "action", "id": ident, "workspace": self.workspace, "kind": "upload", "order": f"order/{ident}", "to": to,
                  "file": {"blob": ident, "name": name, "type": mime, "bytes": len(data)},
                  "card": {"text": f"Here is {ident} <b>&</b> *more*.", "plain": f"Here is {ident} <b>&</b> *more*."}, **more}
        self.run(self.add(action, data))
        return ident

    def instead(self, ident):
        """What the real bot does where an upload is unsupported: its words, under the same id."""
        del self.ends[ident]
        self.run(self.add({key: value for key, value in {**self.actions[ident], "kind": "send"}.items() if key != "file"}, None))

    def send(self, who, text, ident):
        action = {"t": "action", "id": ident, "workspace": self.workspace, "kind": "send", "order": f"order/{ident}",
                  "to": {"person": self.harbour.slack.ids[who]}, "card": {"text": text, "plain": text}}
        self.run(self.add(action, None))
        return ident

    def delete(self, message, ident):
        self.run(self.add({"t": "action", "id": ident, "workspace": self.workspace, "kind": "delete", "message": message}, None))
        return ident

    def drop(self):
        """The connection breaks; it comes back by itself."""
        self.loop.call_soon_threadsafe(self.link.ws.transport.abort)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.wanted = False
        self.task.result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
