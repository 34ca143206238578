#!/usr/bin/python3
"""town_crier.py: a whole adapter, for the chat of town_hall.py, in Python. Written from adapters/PROTOCOL.md alone.

usage: town_crier.py --address unix:/path|host:port --hall /path --workspace W [--token-file F] [--cert-file F --key-file F]
The platform shows plain text, and can change what it showed. The crier keeps nothing on disk: how far it read and what it did
last lie with the bot, as keeps. Prints `ready ADDRESS` when it listens.
"""
import argparse
import asyncio
import base64
import collections
import hmac
import json
import os
import re
import signal
import ssl
import sys
import time

from websockets.legacy.server import WebSocketServerProtocol, serve, unix_serve

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from town_lines import (FROM_BOT, ID_BYTES, KINDS, NAME_BYTES, PIECE_BYTES, TIME_MAX, WORD_BYTES, Refused, check_action, check_hello, cut, fence_of, is_id, is_whole,
                        may, must, need, piece_of, read_line)

MESSAGE_BYTES, HELLO_S, REMEMBERED, SLOTS = 65536, 5, 5000, 256
SUBPROTOCOL, CAN = "mentord.v1", {"buttons": 0, "edit": True, "text_max": 2000, "file_max": 2**19}
PIECE_S = 5  # as long as we wait for a piece
FINAL = ("sent", "failed", "unsupported")


class HallAway(Exception):
    """The platform took nothing."""


class HallLost(Exception):
    """The platform took it, and no answer came."""


class NoBytes(Exception):
    """The bot has not got this file now."""


# ---- the platform ----

class Hall:
    """Posts on one connection, listens on another; both are made again when they broke."""

    def __init__(self, path):
        self.path, self.reader, self.writer = path, None, None

    async def call(self, **line):
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_unix_connection(self.path)
        except OSError:
            raise HallAway from None
        try:
            self.writer.write(json.dumps(line).encode() + b"\n")
            answer = await asyncio.wait_for(self.reader.readline(), 5)
            if answer:
                return json.loads(answer)
        except (OSError, asyncio.TimeoutError):
            pass
        self.writer.close()
        self.writer = None
        raise HallLost

    async def listen(self, after):
        """Yields what people say; None whenever the connection broke."""
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self.path, limit=2**20)
                writer.write(json.dumps({"do": "listen", "after": after}).encode() + b"\n")
                while text := await reader.readline():
                    entry = json.loads(text)
                    if "from" in entry:
                        after = entry["n"]
                        yield entry
                writer.close()
            except OSError:
                pass
            yield None
            await asyncio.sleep(0.2)


# ---- a connection ----

class Socket(WebSocketServerProtocol):
    """What the library closes by itself gets the page's codes."""

    def fail_connection(self, code=1006, reason=""):
        super().fail_connection({1009: 4003, 1007: 4002}.get(code, code), reason)


class Link:
    """One connection of a bot: what leaves waits in a queue, so that a close goes behind it."""

    def __init__(self, ws):
        self.ws, self.out, self.open = ws, asyncio.Queue(), True
        self.greeted, self.granted, self.keeps_read = False, False, False
        self.credit, self.sent = 0, set()
        self.piece_asked, self.piece = None, None         # (action, from) of the one piece that we wait for; where it comes

    def say(self, **line):
        if self.open:
            self.out.put_nowait(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self, code, why=""):
        if self.open:
            self.open = False
            self.out.put_nowait((code, cut(why, 123)))

    def no_piece(self):
        """The connection is over, and with it the file that was on its way."""
        if self.piece_asked and not self.piece.done():
            self.piece.set_result(None)

    async def write(self):
        while isinstance(one := await self.out.get(), str):
            await self.ws.send(one)
        await self.ws.close(*one)


# ---- the adapter ----

class Crier:
    """All it remembers while it runs."""

    def __init__(self, args):
        self.args, self.workspace, self.hall = args, args.workspace, Hall(args.hall)
        self.fence, self.holder, self.links = None, None, set()
        self.events = collections.OrderedDict()          # id -> (number, line): without an ack, oldest first
        self.results, self.without_got = collections.OrderedDict(), {}
        self.actions = asyncio.Queue()
        self.version, self.slot, self.keep_ids = 0, 0, 0  # the highest version of any keep; where the next result goes
        self.keeping, self.keep_again, self.conflicts = {}, {}, set()
        self.read_to, self.cursor = None, 0              # how far the hall was read; what the bot was told of it
        self.tasks = set()

    def run(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    # ---- the life of a connection ----

    async def connection(self, ws):
        link = Link(ws)
        self.links.add(link)
        writing = self.run(link.write())
        hello_late = asyncio.get_running_loop().call_later(HELLO_S, lambda: link.greeted or link.close(4006, "no hello within 5 seconds"))
        try:
            async for message in ws:
                self.take_message(link, message)
        except Exception as error:  # pylint: disable=broad-except; whatever ended it, the connection is over
            if not hasattr(error, "rcvd"):
                raise
        finally:
            hello_late.cancel()
            link.open = False
            writing.cancel()
            link.no_piece()
            self.links.discard(link)
            if self.holder is link:
                self.holder = None

    def take_message(self, link, message):
        try:
            must(isinstance(message, str), "a binary message")
            for text in message.split("\n"):
                if text and link.open:
                    self.take(link, read_line(text))
        except Refused as refused:
            self.let_go(link)
            link.close(refused.code, refused.why)

    def let_go(self, link):
        """A connection that is being closed holds nothing."""
        link.no_piece()
        if self.holder is link:
            self.holder = None

    def take(self, link, line):
        t = line["t"]
        if not link.greeted:
            must(t == "hello", "a line before hello", 4006)
            self.take_hello(link, line)
            return
        must(t != "hello" and t in FROM_BOT, "a line that may not come here", 4006)
        must(t != "clock", "this is no demonstration", 4006)
        getattr(self, f"take_{t}")(link, line)

    # ---- hello ----

    def token_is_right(self, token):
        if self.args.token_file is None:
            return True
        with open(self.args.token_file, encoding="ascii") as file:
            wanted = file.readline().strip()
        return isinstance(token, str) and hmac.compare_digest(wanted.encode(), token.encode())

    def take_hello(self, link, line):
        check_hello(line)
        must(self.token_is_right(line.get("token")), "token missing or wrong", 4001)
        fences = [fence_of(one["fence"]) for one in line["serves"] if one["workspace"] == self.workspace]
        must(fences, "none of these workspaces is here", 4004)
        fence = fences[0]
        held = self.holder is not None
        must(self.fence is None or fence > self.fence or (fence == self.fence and not held), "another bot has a higher fence", 4005)
        if held:
            self.holder.no_piece()
            self.holder.say(t="bye", why="fenced", workspace=self.workspace)
            self.holder.close(4005, "another bot has a higher fence")
        self.fence, self.holder = fence, link
        link.greeted, link.granted, link.credit = True, True, line["credits"]
        link.say(t="hello", v=1, platform="town", workspaces=[{"id": self.workspace, "name": "The town"}], can=CAN)
        for done in self.without_got.values():
            link.say(**done)
        for puts in self.keeping.values():  # nobody said that they are kept
            self.keep_again.update(puts)
        self.keeping.clear()
        self.read_keeps(link)

    def take_bye(self, link, line):
        need(line, "why", is_id)
        if may(line, "workspace", is_id) in (None, self.workspace):
            self.let_go(link)
            link.close(1000)

    # ---- keeps ----

    def read_keeps(self, link):
        self.keep_ids += 1
        link.keeps_read = False
        link.say(t="keep_get", id=f"k{self.keep_ids}", workspace=self.workspace, prefix="")

    def put(self, key, value):
        """What lies with the bot can be read there: only numbers and ids, so it needs no key."""
        self.version += 1
        return {"key": key, "version": self.version, "blob": base64.b64encode(json.dumps(value).encode()).decode()}

    def keep(self, **values):
        if self.holder is None or not self.holder.keeps_read:
            self.keep_again.update(values)
            return
        self.keep_ids += 1
        self.keeping[f"k{self.keep_ids}"] = values
        self.holder.say(t="keep", id=f"k{self.keep_ids}", workspace=self.workspace, put=[self.put(key, value) for key, value in values.items()])

    def take_keep_is(self, link, line):
        need(line, "id", is_id)
        for blob in need(line, "blobs", lambda value: isinstance(value, list)):
            must(isinstance(blob, dict) and is_id(blob.get("key")) and is_whole(blob.get("version"), 0, 10**15 - 1), "keep_is.blobs is out of bounds")
            self.learn(blob)
        if may(line, "more", lambda value: isinstance(value, bool)) or link is not self.holder:
            return
        link.keeps_read = True
        if self.read_to is None:  # the first bot since this process began
            self.read_to = self.cursor
            self.run(self.listen())
        for key, value in list(self.keep_again.items()):
            del self.keep_again[key]
            self.keep(**{key: value})
        self.repair_conflicts(link)
        self.pump()

    def learn(self, blob):
        fresh = self.read_to is None
        newest = blob["version"] > self.version
        self.version = max(self.version, blob["version"])
        if not fresh or not blob["blob"]:
            return
        value = json.loads(base64.b64decode(blob["blob"]))
        if blob["key"] == "cursor":
            self.cursor = value
            return
        self.results[value["id"]] = value
        if newest:
            self.slot = int(blob["key"].removeprefix("done")) + 1

    def repair_conflicts(self, link):
        for event in self.conflicts:
            if event in self.events:
                number, line = self.events[event]
                self.events[event] = (number, self.with_cursor(number, line))
                link.sent.discard(event)  # its credit comes back in a line of its own
        self.conflicts.clear()

    def take_kept(self, link, line):
        name = need(line, "id", is_id)
        conflict = may(line, "conflict", lambda value: isinstance(value, list))
        values = self.keeping.pop(name, {})
        if not conflict:
            return
        self.keep_again.update(values)
        if name in self.events:
            self.conflicts.add(name)
        if link is self.holder:
            self.read_keeps(link)

    # ---- what people say ----

    async def listen(self):
        async for entry in self.hall.listen(self.read_to):
            if entry is None:
                if self.holder:
                    self.holder.say(t="notice", what="hall_down", say="The town hall does not answer: is it open?")
                continue
            self.read_to = entry["n"]
            line = self.event_of(entry)
            if line is not None:
                self.events[line["id"]] = (entry["n"], line)
                self.pump()

    def event_of(self, entry):
        direct, text = entry["where"] == "crier", entry["text"]
        if not direct:
            called = re.match(r"@?crier[,: ]+", text, re.IGNORECASE)
            if not called:
                return None
            text = text[called.end():]
        line = {"t": "event", "id": f"{self.workspace}/{entry['n']}", "workspace": self.workspace, "at": entry["at"],
                "person": {"id": entry["from"], "name": cut(entry["name"], NAME_BYTES)},
                "room": {"id": f"@{entry['from']}", "kind": "direct"} if direct else {"id": entry["where"], "kind": "public"}}
        command = re.match(r"/([a-z]+)\s*(.*)", text, re.DOTALL)
        if command:
            return {**line, "kind": "command", "command": cut(command[1], ID_BYTES), "args": cut(command[2], WORD_BYTES)}
        return {**line, "kind": "text", "text": cut(text, WORD_BYTES)}

    def with_cursor(self, number, line):
        """The event brings with it how far the hall need not be read again: never past one that has no ack yet."""
        first = next(iter(self.events.values()))[0]
        self.cursor = number if first == number else first - 1
        return {**line, "put": [self.put("cursor", self.cursor)]}

    def pump(self):
        """Sends what waits, while there is credit; what was sent before goes out as it was."""
        link = self.holder
        if link is None or not link.keeps_read:
            return
        for event, (number, line) in list(self.events.items()):
            if link.credit == 0:
                return
            if event in link.sent or event in self.conflicts:
                continue
            if "put" not in line:
                line = self.with_cursor(number, line)
                self.events[event] = (number, line)
            link.credit -= 1
            link.sent.add(event)
            link.say(**line)

    def take_ack(self, _link, line):
        may(line, "reply", lambda value: isinstance(value, dict))  # nothing here shows a sentence for a moment
        self.events.pop(need(line, "id", is_id), None)
        if not self.events and self.read_to is not None and self.cursor != self.read_to:
            self.cursor = self.read_to
            self.keep(cursor=self.cursor)

    def take_credit(self, link, line):
        link.credit += need(line, "n", lambda value: is_whole(value, 1, 10**6))
        self.pump()

    # ---- files: one at a time, a piece at a time, all of them on one connection ----

    async def fetch(self, link, line):
        data = b""
        while len(data) < line["file"]["bytes"]:
            link.piece_asked, link.piece = (line["id"], len(data)), asyncio.get_running_loop().create_future()
            link.say(t="blob_get", id=line["id"], workspace=self.workspace, **{"from": len(data)})
            try:
                piece = await asyncio.wait_for(link.piece, PIECE_S)
            except asyncio.TimeoutError:
                raise NoBytes from None
            finally:
                link.piece_asked = None
            if not piece or len(piece) > min(PIECE_BYTES, line["file"]["bytes"] - len(data)):
                raise NoBytes
            data += piece
        return data

    def take_blob_is(self, link, line):
        piece = piece_of(line)
        if (line["id"], line["from"]) == link.piece_asked and not link.piece.done():
            link.piece.set_result(piece)

    # ---- what the bot asks for ----

    def take_action(self, link, line):
        need(line, "id", is_id)
        need(line, "kind", is_id)
        must(need(line, "workspace", is_id) == self.workspace, "a workspace that is not here", 4004)
        if line["kind"] in KINDS:
            check_action(line)
        self.actions.put_nowait((link, line))

    def take_ask(self, link, line):
        need(line, "id", is_id)
        self.actions.put_nowait((link, line))

    def take_got(self, _link, line):
        self.without_got.pop(need(line, "id", is_id), None)

    async def work(self):
        """One after the other: that keeps every order there is."""
        while True:
            link, line = await self.actions.get()
            if link is not self.holder:
                continue  # its successor has them
            done = self.results.get(line["id"]) or await (self.look_up(line) if line["t"] == "ask" else self.do(link, line))
            if done["result"] in FINAL or link is self.holder:  # else it comes again
                self.finish({"id": line["id"], **done})

    def finish(self, done):
        if done["result"] in FINAL and done["id"] not in self.results:
            self.results[done["id"]] = done
            while len(self.results) > REMEMBERED:
                self.results.popitem(last=False)
            self.keep(**{f"done{self.slot % SLOTS}": done})  # before the done: the bot has both, or asks again
            self.slot += 1
        if done["result"] in FINAL:
            self.without_got[done["id"]] = {"t": "done", **done}
        if self.holder:
            self.holder.say(t="done", **done)

    async def do(self, link, line):
        try:
            if line["kind"] not in KINDS:
                return {"result": "unsupported"}
            if line.get("until", TIME_MAX) < time.time() * 1000:
                return {"result": "failed", "why": "too_late"}
            return await (self.do_upload(link, line) if line["kind"] == "upload" else getattr(self, f"do_{line['kind']}")(line))
        except (HallAway, NoBytes):
            return {"result": "later", "seconds": 1}
        except HallLost:
            return {"result": "ambiguous"}

    async def do_upload(self, link, line):
        if line["file"]["bytes"] > CAN["file_max"]:
            return {"result": "failed", "why": "too_large"}
        before = await self.look_up(line)
        if before["result"] == "sent":
            return before
        try:
            text = (await self.fetch(link, line)).decode()
        except UnicodeDecodeError:
            return {"result": "failed", "why": "not_text"}  # the hall shows nothing else
        return await self.do_send(line, file={"name": line["file"]["name"], "bytes": line["file"]["bytes"], "text": text})

    async def do_send(self, line, **file):
        if "only" in line:
            return {"result": "failed", "why": "not_allowed"}
        before = await self.look_up(line)  # the last process may have done it, and died before it said so
        if before["result"] == "sent":
            return before
        where = f"@{line['to']['person']}" if "person" in line["to"] else line["to"]["room"]
        answer = await self.hall.call(do="post", where=where, text=line.get("card", {}).get("plain", ""), ref=line["id"], **file)
        if "error" in answer:
            return {"result": "failed", "why": "person_gone" if "person" in line["to"] else "room_gone"}
        return {"result": "sent", "message": str(answer["n"])}

    async def change(self, line, **what):
        number = int(line["message"]) if line["message"].isdigit() else 0
        answer = await self.hall.call(n=number, **what)
        if "error" in answer:
            return {"result": "failed", "why": "message_gone"}
        return {"result": "sent", "message": line["message"]}

    async def do_edit(self, line):
        return await self.change(line, do="change", text=line["card"]["plain"])

    async def do_delete(self, line):
        return await self.change(line, do="strike")

    async def look_up(self, line):
        try:
            found = await self.hall.call(do="find", ref=line["id"])
        except (HallAway, HallLost):
            return {"result": "cannot_tell"}
        return {"result": "sent", "message": str(found["n"])} if found["n"] else {"result": "not_found"}


# ---- the process ----

def check_place(args):
    if args.address.startswith("unix:"):
        folder = os.stat(os.path.dirname(args.address[5:]))
        if folder.st_uid != os.geteuid() or folder.st_mode & 0o077:
            raise SystemExit(f"{args.address}: the folder must be ours alone (mode 0700)")
    elif args.token_file is None:
        raise SystemExit("a port needs --token-file")
    elif not args.address.startswith("127.") and args.cert_file is None:
        raise SystemExit("off this machine a port needs --cert-file and --key-file")


async def no_other_subprotocol(_path, headers):
    offered = re.split(r"\s*,\s*", headers.get("Sec-WebSocket-Protocol", ""))
    return None if SUBPROTOCOL in offered else (400, [], b"this is a link: mentord.v1\n")


async def listen(args, crier):
    options = {"subprotocols": [SUBPROTOCOL], "compression": None, "max_size": MESSAGE_BYTES, "ping_interval": 3, "ping_timeout": 3,
               "close_timeout": 2, "create_protocol": Socket, "process_request": no_other_subprotocol}
    if args.address.startswith("unix:"):
        await unix_serve(crier.connection, args.address[5:], **options)
        return args.address
    if args.cert_file:
        options["ssl"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        options["ssl"].load_cert_chain(args.cert_file, args.key_file)
    host, port = args.address.rsplit(":", 1)
    server = await serve(crier.connection, host, int(port), **options)
    return f"{host}:{server.sockets[0].getsockname()[1]}"


async def main(args):
    check_place(args)
    crier = Crier(args)
    crier.run(crier.work())
    end = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: end.done() or end.set_result(None))
    print("ready", await listen(args, crier), flush=True)
    await end
    for link in list(crier.links):
        link.close(1001, "the crier goes home")
    await asyncio.sleep(0.1)  # for the close frames
    return 0


def read_arguments():
    parser = argparse.ArgumentParser(description="A town's crier: an adapter for the chat of town_hall.py.")
    parser.add_argument("--address", required=True, help="unix:/path or host:port")
    parser.add_argument("--hall", required=True, help="the hall's unix socket")
    parser.add_argument("--workspace", required=True, help="what it speaks for")
    parser.add_argument("--token-file", help="the secret; a port needs one")
    parser.add_argument("--cert-file", help="with --key-file: TLS")
    parser.add_argument("--key-file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(read_arguments())))
