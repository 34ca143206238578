#!/usr/bin/python3
"""bad_frames.py: what may not come over a link, in one table for each end, and the close code that adapters/PROTOCOL.md gives it.

usage: bad_frames.py adapter ADDRESS WORKSPACE [TOKEN_FILE]   this plays a bot that errs, against any adapter
       bad_frames.py bot                                      this plays adapters that err, against a real bot that also serves the town
Every wait has a deadline. Prints what failed, and the count.
"""
import asyncio
import json
import re
import sys
import tempfile
import time
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.legacy.client import connect, unix_connect
from websockets.legacy.server import unix_serve

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

SUBPROTOCOL, DEADLINE_S, MESSAGE_BYTES = "mentord.v1", 15, 65536
TEXT, BINARY = 1, 2
SECRET = "zebra-words"  # stands in what is refused, and may not stand in a log
failed = []


def lines(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects)


def raw(opcode, *parts):
    """Frames by hand: the first has the opcode, those behind it continue it."""
    return [(number == len(parts) - 1, 0 if number else opcode, part) for number, part in enumerate(parts)]


def check(what, good, seen=""):
    if not good:
        failed.append(what)
        print(f"FAILED {what}: {seen}", flush=True)


async def send(ws, what):
    if isinstance(what, str):
        await ws.send(what)
        return
    for final, opcode, data in what:
        await ws.write_frame(final, opcode, data)


async def close_code(ws, wait_s=DEADLINE_S):
    try:
        while True:
            await asyncio.wait_for(ws.recv(), wait_s)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    except asyncio.TimeoutError:
        return None


# ---- what no end may say: (what it is, the message, its code) ----

def anywhere(line):
    """`line` is a good line of this direction, with an id: the rest is what can be done to it."""
    text = json.dumps(line)
    first = text[1:]
    return [
        ("no JSON", SECRET, 4002),
        ("half a line", text[:-1], 4002),
        ("a list", "[]", 4002),
        ("a number", "7", 4002),
        ("two objects in a line", text + text, 4002),
        ("an unknown t", lines({"t": "dance"}), 4002),
        ("no t", lines({"id": "x"}), 4002),
        ("t is no text", lines({"t": 7}), 4002),
        ("no id", lines({**line, "id": None}), 4002),
        ("an empty id", lines({**line, "id": ""}), 4002),
        ("an id that is no text", lines({**line, "id": {"a": 1}}), 4002),
        ("an id of 513 bytes", lines({**line, "id": "x" * 513}), 4002),
        ("an id with a control character", lines({**line, "id": "x\ny"}), 4002),
        ("a key twice", '{"x":1,"x":2,' + first, 4002),
        ("a key twice, deep inside", '{"x":{"y":[{"z":1,"z":2}]},' + first, 4002),
        ("an escaped NUL", '{"x":"\\u0000",' + first, 4002),
        ("a lone surrogate", '{"x":"\\ud800",' + first, 4002),
        ("17 lists in each other", '{"x":' + "[" * 16 + "]" * 16 + "," + first, 4002),
        ("17 objects in each other", '{"x":' + '{"x":' * 15 + "{}" + "}" * 15 + "," + first, 4002),
        ("60,000 lists in each other", "[" * 60000, 4002),
        ("a bad line behind a good one", text + "\n" + SECRET, 4002),
        ("a binary message", raw(BINARY, text.encode()), 4002),
        ("bytes that are no UTF-8", raw(TEXT, b'{"x":"\xff\xfe",' + first.encode()), 4002),
        ("half a character at the end", raw(TEXT, b'{"x":"' + "ü".encode()[:1]), 4002),
        ("a byte too many", text + " " * (MESSAGE_BYTES + 1 - len(text)), 4003),
        ("a megabyte", " " * 2**20, 4003),
        ("a byte too many, in fragments", raw(TEXT, *[text.encode()] + [b" " * 1024] * 64), 4003),
        ("the head of a frame that says it has 2^40 bytes", "huge", 4003),
    ]


def huge(masks):
    """Only the beginning of a frame: who believes its head waits for ever, or takes the memory."""
    return bytes([0x81, (0x80 if masks else 0) | 127]) + (2**40).to_bytes(8, "big") + (b"\0\0\0\0" if masks else b"")


async def say(ws, what, masks):
    try:
        if what == "huge":
            ws.transport.write(huge(masks))
        else:
            await send(ws, what)
    except ConnectionClosed:
        pass  # closed at its first bytes; close_code tells how


# ---- against an adapter ----

def with_files(send_it):
    """Only where files are sent: of a kind that it cannot do, an adapter looks at nothing else."""
    file = {"blob": "x", "name": "a.csv", "type": "text/csv", "bytes": 1}
    upload = {**send_it, "kind": "upload", "file": file}
    bad = [("no file", None), ("a file that is a text", "x"), ("a file without bytes", {**file, "bytes": None}), ("a file of 4 MiB and a byte", {**file, "bytes": 2**22 + 1}),
           ("a file of bytes below 0", {**file, "bytes": -1}), ("a file without a blob", {**file, "blob": None}), ("a file without a name", {**file, "name": None}),
           ("a name of 513 bytes", {**file, "name": "x" * 513}), ("a name with a newline", {**file, "name": "a\nb"}), ("a file without a type", {**file, "type": None})]
    return [("an upload to nobody", lines({**upload, "to": None}), 4002)] + [(f"an upload with {what}", lines({**upload, "file": one}), 4002) for what, one in bad]


def for_adapters(workspace, hello, can):
    """(what, the bot's first message, the one behind the hellos or None, code)"""
    piece = {"t": "blob_is", "id": "x", "workspace": workspace, "from": 0, "data": "eA=="}
    got = {"t": "got", "id": "x"}
    send_it = {"t": "action", "id": "x", "workspace": workspace, "kind": "send", "to": {"person": "nobody-here"}, "card": {"plain": "x"}}
    first = [
        ("rubbish", SECRET, 4002), ("a byte too many", " " * (MESSAGE_BYTES + 1), 4003), ("a binary message", raw(BINARY, b"{}"), 4002),
        ("another line", lines(got), 4006), ("an action", lines(send_it), 4006), ("another version", lines({**hello, "v": 2}), 4000),
        ("no version", lines({**hello, "v": None}), 4002), ("a version that is no number", lines({**hello, "v": "1"}), 4002),
        ("serves nothing that is here", lines({**hello, "serves": [{"workspace": "nowhere/at-all", "fence": "9.9"}]}), 4004),
        ("serves nothing at all", lines({**hello, "serves": []}), 4004), ("no serves", lines({**hello, "serves": None}), 4002),
        ("no credits", lines({**hello, "credits": None}), 4002), ("credits below 0", lines({**hello, "credits": -1}), 4002),
        ("65,537 credits", lines({**hello, "credits": 65537}), 4002), ("a workspace of serves without a name", lines({**hello, "serves": [{"fence": "9.9"}]}), 4002),
        ("no name", lines({**hello, "bot": None}), 4002),
    ]
    first += [(f"the fence {fence}", lines({**hello, "serves": [{"workspace": workspace, "fence": fence}]}), 4002) for fence in ("", "9", "9.", ".9", "9.9.9", "-1.1", "a.b", "1,1", "1.1" + "0" * 15, "1" + "0" * 15 + ".1")]
    if "token" in hello:
        token = hello["token"]
        wrong = [("no token", None), ("an empty token", ""), ("half of the token", token[:-1]), ("a longer token", token + "x"),
                 ("another token", token[:-1] + ("x" if token[-1] != "x" else "y")), ("a token in capitals", token.swapcase())]
        first += [(what, lines({**hello, "token": one}), 4001) for what, one in wrong]
    behind = anywhere(got) + [
        ("a second hello", lines(hello), 4006), ("an event", lines({"t": "event", "id": "e", "workspace": workspace, "at": 1, "kind": "text", "person": {"id": "a"}, "text": "x"}), 4006),
        ("a done", lines({"t": "done", "id": "x", "result": "sent"}), 4006), ("a notice", lines({"t": "notice", "what": "x"}), 4006),
        ("a keep", lines({"t": "keep", "id": "k", "workspace": workspace, "put": []}), 4006),
        ("a keep_get", lines({"t": "keep_get", "id": "k", "workspace": workspace, "prefix": ""}), 4006),
        ("a blob_get", lines({"t": "blob_get", "id": "x", "workspace": workspace, "from": 0}), 4006),
        ("a piece without an id", lines({**piece, "id": None}), 4002), ("a piece of no workspace", lines({**piece, "workspace": None}), 4002),
        ("a piece from nowhere", lines({**piece, "from": None}), 4002), ("a piece from before the file", lines({**piece, "from": -1}), 4002),
        ("a piece from behind the largest file", lines({**piece, "from": 2**22}), 4002), ("a piece from half a byte", lines({**piece, "from": 0.5}), 4002),
        ("a piece that is no base64", lines({**piece, "data": "?!"}), 4002), ("a piece of 32,772 bytes", lines({**piece, "data": "A" * 43696}), 4002),
        ("an action for another workspace", lines({**send_it, "workspace": "nowhere/at-all"}), 4004),
        ("an action without a workspace", lines({**send_it, "workspace": None}), 4002), ("an action without a kind", lines({**send_it, "kind": None}), 4002),
        ("a send to nobody", lines({**send_it, "to": None}), 4002), ("a send without a card", lines({**send_it, "card": None}), 4002),
        ("a card without plain", lines({**send_it, "card": {"text": "x"}}), 4002), ("a card that is a text", lines({**send_it, "card": "x"}), 4002),
        ("32,769 bytes of words", lines({**send_it, "card": {"plain": "x" * 32769}}), 4002), ("a time in words", lines({**send_it, "until": "tomorrow"}), 4002),
        ("a time before 1970", lines({**send_it, "until": -1}), 4002), ("a time behind the year 9999", lines({**send_it, "until": 253402300800000}), 4002),
        ("an edit without a message", lines({**send_it, "kind": "edit"}), 4002), ("credit without a number", lines({"t": "credit"}), 4002),
        ("credit in words", lines({"t": "credit", "n": "many"}), 4002), ("credit below 0", lines({"t": "credit", "n": -5}), 4002),
        ("a bye without a reason", lines({"t": "bye"}), 4002), ("keeps that are no list", lines({"t": "keep_is", "id": "k", "blobs": {}}), 4002),
    ]
    behind += with_files(send_it) if can.get("file_max") else []
    return [(f"first: {what}", message, None, code) for what, message, code in first] + [(what, None, message, code) for what, message, code in behind]


async def against_adapter(address, workspace, token_file=None):
    token = Path(token_file).read_text(encoding="ascii").strip() if token_file else None
    incarnation, rows = int(time.time()), 0

    def hello():
        nonlocal rows
        rows += 1
        line = {"t": "hello", "v": 1, "bot": "bad", "serves": [{"workspace": workspace, "fence": f"{incarnation}.{10**6 + rows}"}], "credits": 0}
        return {**line, "token": token} if token else line

    def dial():
        options = {"subprotocols": [SUBPROTOCOL], "compression": None, "max_size": None, "close_timeout": 2}
        return unix_connect(address[5:], "ws://localhost/", **options) if address.startswith("unix:") else connect(f"ws://{address}/", **options)

    async def what_it_can():
        async with dial() as ws:
            await send(ws, lines(hello()))
            return json.loads((await asyncio.wait_for(ws.recv(), DEADLINE_S)).split("\n")[0]).get("can", {})

    async def one(what, first, behind, code):
        async with dial() as ws:
            if first is not None:
                await say(ws, first, True)
            else:
                await send(ws, lines(hello()))
                await asyncio.wait_for(ws.recv(), DEADLINE_S)
                await say(ws, behind, True)
            got = await close_code(ws)
            check(what, got == code, f"wanted close {code}, got {got}")

    table = for_adapters(workspace, hello(), await what_it_can())
    for row in table:
        await one(*row)
    print(f"bad frames to the adapter: {len(table)} rows, {len(failed)} failed")


# ---- against the bot ----

def for_bots(workspace, other):
    """(what, the adapter's first message, the one behind the hellos or None, code)"""
    hello = {"t": "hello", "v": 1, "platform": "bad", "workspaces": [{"id": workspace, "name": "Bad"}], "can": {"edit": True}}
    event = {"t": "event", "id": "e1", "workspace": workspace, "at": int(time.time() * 1000), "kind": "text", "person": {"id": "x"}, "room": {"id": "D", "kind": "direct"}, "text": SECRET}
    many = [{**event, "id": f"e{number}"} for number in range(257)]
    get = {"t": "blob_get", "id": "x", "workspace": workspace, "from": 0}
    questions = [{"t": "keep_get", "id": f"k{number}", "workspace": workspace, "prefix": "q"} for number in range(256)] + [get]
    first = [
        ("rubbish", SECRET, 4002), ("an event", lines(event), 4006), ("another version", lines({**hello, "v": 2}), 4000),
        ("a bot's hello", lines({"t": "hello", "v": 1, "bot": "b", "serves": [], "credits": 1}), 4006), ("no platform", lines({**hello, "platform": None}), 4002),
        ("speaks for another workspace only", lines({**hello, "workspaces": [{"id": other}]}), 4004), ("speaks for none", lines({**hello, "workspaces": []}), 4004),
        ("nothing", None, 4006), ("a byte too many", " " * (MESSAGE_BYTES + 1), 4003), ("a binary message", raw(BINARY, b"{}"), 4002),
        ("a workspace without an id", lines({**hello, "workspaces": [{"name": "x"}]}), 4002), ("can is a list", lines({**hello, "can": []}), 4002),
    ]
    behind = anywhere({"t": "done", "id": "x", "result": "sent"}) + [
        ("a second hello", lines(hello), 4006), ("an ack", lines({"t": "ack", "id": "x"}), 4006), ("a got", lines({"t": "got", "id": "x"}), 4006),
        ("an ask", lines({"t": "ask", "id": "x"}), 4006), ("a credit", lines({"t": "credit", "n": 5}), 4006), ("a clock", lines({"t": "clock", "now": 1}), 4006),
        ("an action", lines({"t": "action", "id": "x", "workspace": workspace, "kind": "delete", "message": "m"}), 4006),
        ("a piece of a file", lines({"t": "blob_is", "id": "x", "workspace": workspace, "from": 0}), 4006), ("257 questions at once", lines(*questions), 4006),
        ("a demo event", lines({**event, "kind": "demo", "change": "reset"}), 4006), ("more events than credit", lines(*many), 4006),
        ("an event of another link's workspace", lines({**event, "workspace": other}), 4004), ("one of no workspace", lines({**event, "workspace": "nowhere/x"}), 4004),
        ("a keep of another link's workspace", lines({"t": "keep", "id": "k", "workspace": other, "put": []}), 4004),
        ("a keep_get of another link's workspace", lines({"t": "keep_get", "id": "k", "workspace": other, "prefix": ""}), 4004),
        ("a blob_get of another link's workspace", lines({**get, "workspace": other}), 4004), ("a blob_get without an id", lines({**get, "id": None}), 4002),
        ("a blob_get of no workspace", lines({**get, "workspace": None}), 4002), ("a blob_get from nowhere", lines({**get, "from": None}), 4002),
        ("a blob_get from before the file", lines({**get, "from": -1}), 4002), ("a blob_get from behind the largest file", lines({**get, "from": 2**22}), 4002),
        ("a blob_get from in words", lines({**get, "from": "0"}), 4002),
        ("an event without a person", lines({**event, "person": None}), 4002), ("a person without an id", lines({**event, "person": {"name": "x"}}), 4002),
        ("an event without words", lines({**event, "text": None}), 4002), ("32,769 bytes of words", lines({**event, "text": "x" * 32769}), 4002),
        ("a name of 1,025 bytes", lines({**event, "person": {"id": "x", "name": "x" * 1025}}), 4002), ("no time", lines({**event, "at": None}), 4002),
        ("a time in words", lines({**event, "at": "now"}), 4002), ("half a millisecond", lines({**event, "at": 1.5}), 4002),
        ("a timer of the bot's own", lines({**event, "kind": "timer"}), 4002), ("a result that is none", lines({"t": "done", "id": "x", "result": "perhaps"}), 4002),
        ("a press without a button", lines({**event, "kind": "press"}), 4002), ("65 puts", lines({**event, "put": [{"key": f"k{i}", "version": 1, "blob": ""} for i in range(65)]}), 4002),
        ("a blob of 32,772 bytes", lines({**event, "put": [{"key": "k", "version": 1, "blob": "A" * 43696}]}), 4002),
        ("a version of 16 digits", lines({**event, "put": [{"key": "k", "version": 10**15, "blob": ""}]}), 4002),
        ("a version below 0", lines({**event, "put": [{"key": "k", "version": -1, "blob": ""}]}), 4002),
        ("a time behind the year 9999", lines({**event, "at": 253402300800000}), 4002),
        ("later, in more than a week", lines({"t": "done", "id": "x", "result": "later", "seconds": 604801}), 4002),
        ("later, in half a second", lines({"t": "done", "id": "x", "result": "later", "seconds": 0.5}), 4002),
        ("a version in words", lines({**event, "put": [{"key": "k", "version": "new", "blob": ""}]}), 4002),
        ("a blob that is no base64", lines({**event, "put": [{"key": "k", "version": 1, "blob": "?!"}]}), 4002),
    ]
    return [(f"first: {what}", message, None, code) for what, message, code in first], [(what, lines(hello), message, code) for what, message, code in behind]


class BadAdapter:
    """One link of the bot; each connection gets the next row of its table, and in the end a good hello."""

    def __init__(self, name, folder):
        self.name, self.path, self.workspace = name, f"{folder}/{name}.sock", f"bad/{name}"
        self.rows, self.codes, self.came, self.done = [], [], [], asyncio.Event()

    async def open(self):
        await unix_serve(self.connection, self.path, subprotocols=[SUBPROTOCOL], compression=None, max_size=None, ping_interval=None, close_timeout=2)

    async def connection(self, ws):
        self.came.append(time.monotonic())
        await asyncio.wait_for(ws.recv(), DEADLINE_S)
        if len(self.codes) == len(self.rows):
            await ws.send(lines({"t": "hello", "v": 1, "platform": "good", "workspaces": [{"id": self.workspace}]}))
            await ws.wait_closed()
            return
        what, first, behind, code = self.rows[len(self.codes)]
        for message in (first, behind):
            if message is not None:
                await say(ws, message, False)
        got = await close_code(ws)
        check(f"to the bot: {what}", got == code, f"wanted close {code}, got {got}")
        self.codes.append(code)
        if len(self.codes) == len(self.rows):
            self.done.set()


LINKS = 14


def share_out(adapters, other):
    """Each link gets one row before the hello at most, and the rows behind it in turn: so each close is logged."""
    for number, adapter in enumerate(adapters):
        first, behind = for_bots(adapter.workspace, other)
        adapter.rows = first[number:number + 1] + behind[number::len(adapters)]


def told(log, name):
    return re.findall(rf"(?m)^.* link_refused link={name} code=(\d+) wait_ms=\d+ note=(.+)$", log)


async def town_goes_on(town, stop):
    """Somebody asks for help again and again, and is answered each time, whatever the other links do."""
    asked = 0
    while not stop.is_set():
        said = town.hall.say("aisha", "help")
        await town.hall.wait("help", lambda said=said: [entry for entry in town.hall.told("aisha") if entry["n"] > said], DEADLINE_S)
        asked += 1
        await asyncio.sleep(0.2)  # a pace, not a wait for anything
    return asked


async def against_bot():
    from town import Town, TownBot  # pylint: disable=import-outside-toplevel; the adapter's half needs no bot
    with tempfile.TemporaryDirectory(prefix="bad-") as folder:
        async with Town() as town:
            adapters = [BadAdapter(f"b{number}", folder) for number in range(LINKS)]
            share_out(adapters, town.workspace)
            always = BadAdapter("always", folder)  # never says anything right
            always.rows = [(f"rubbish {number}", SECRET, None, 4002) for number in range(6)]
            for adapter in adapters + [always]:
                await adapter.open()
            links = [{"name": "town", "address": town.address, "workspaces": f"[{town.workspace}]"}]
            links += [{"name": one.name, "address": f"unix:{one.path}", "workspaces": f"[{one.workspace}]"} for one in adapters + [always]]
            bot, stop = TownBot(links, workspaces=[one.workspace for one in adapters]).start(), asyncio.Event()
            try:
                await bot.logged("link_up link=town")
                going_on = asyncio.ensure_future(town_goes_on(town, stop))
                await asyncio.wait_for(asyncio.gather(*(one.done.wait() for one in adapters + [always])), 50)
                stop.set()
                asked = await going_on
                for one in adapters:
                    await bot.logged(f"link_refused link={one.name} code={one.codes[-1]} ")
                await asyncio.wait_for(there_again(adapters), DEADLINE_S)
                look_at_log(bot.log(), adapters, always)
                answers = [entry for entry in town.hall.told("aisha") if entry["ref"]]
                check("the town was answered once each time", asked == len(answers) and asked > 3, f"{asked} asked, {len(answers)} answers")
                print(f"bad frames to the bot: {sum(len(one.rows) for one in adapters)} rows on {LINKS} links, {asked} questions answered beside them, {len(failed)} failed")
            finally:
                bot.end()


async def there_again(adapters):
    """Each of them is connected once more than it has rows: the bot came back after the last of them too."""
    while not all(len(one.came) > len(one.rows) for one in adapters):
        await asyncio.sleep(0.02)


def look_at_log(log, adapters, always):
    for one in adapters:
        lines_of = told(log, one.name)
        check(f"{one.name}: one line each", [int(code) for code, _ in lines_of] == one.codes, f"{lines_of}, wanted {one.codes}")
    check("the same refusal again is not logged again", len(told(log, always.name)) == 1, told(log, always.name))
    check("nothing that was refused stands in the log", SECRET not in log, re.findall(f"(?m)^.*{SECRET}.*$", log)[:3])
    down = re.findall("(?m)^.*link_(?:down|refused) link=town.*$", log)
    check("the other link never went down", "link=town" in log and not down, down)
    gaps = [behind - before for before, behind in zip(always.came, always.came[1:])]
    check("it comes back, later each time", all(0.04 < gap < 6 for gap in gaps) and gaps[4] > 2 * gaps[0], gaps)


def main():
    if sys.argv[1:2] == ["adapter"]:
        asyncio.run(against_adapter(*sys.argv[2:]))
    elif sys.argv[1:] == ["bot"]:
        asyncio.run(against_bot())
    else:
        raise SystemExit(__doc__)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
