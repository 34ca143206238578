#!/usr/bin/env python3
"""mentord-web from both sides: a browser's page and a bot that is played here. Run by web_suite.sh.

usage: web_story.py MENTORD_WEB PAGES
       web_story.py poke PORT PERSON     says one thing through a page: an event for link_client.py's suite
Every wait has a deadline; nothing sleeps. Prints one line a check and its count; exits 1 at the first that fails.
"""
import asyncio
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import websockets

PLAY = """
zone: Europe/London
workspaces:
  - { id: web/city, name: City Police }
people:
  - { id: aisha, workspace: web/city, name: Aisha Khan, about: Wants a mentor. }
  - { id: ben, workspace: web/city, name: Ben Okoro, about: Can mentor. }
  - { id: cleo, workspace: web/city, name: Cleo March, about: Reserve mentor. }
  - { id: jo, workspace: web/city, name: Jo Patel, about: Runs the pilot. }
rooms:
  - { id: everyone, workspace: web/city, name: "# everyone" }
  - { id: custody, workspace: web/city, name: "# custody", people: [aisha, jo] }
checklist:
  - { id: all, title: Let them answer, how: Press it., done: { key: intake.enough, person: ben } }
answers:
  never: [applicants.list]
  default:
    intake.limits: 1
    intake.topics: [Confidence, career move]
    intake.line_manager: { say: Rita Stone }
    intake.enough: Later
    applicants.list: 1
  people:
    ben: { start: I want to be a mentor }
    cleo: { start: I want to be a reserve, intake.line_manager: no line manager }
"""
ACTIONS = itertools.count(1)
DEADLINE_S = float(os.environ.get("DEADLINE_S", "10"))
checks = 0


def check(what, good, seen=""):
    global checks
    checks += 1
    if not good:
        print(f"FAILED {what} {seen}")
        raise SystemExit(1)
    print(f"ok {what}")


class Web:
    """The process under test, with its folders."""

    def __init__(self, program, pages, play=PLAY, extra_env=None):
        self.program, self.pages = program, pages
        self.folder = tempfile.mkdtemp(prefix="web-story.")
        self.play = f"{self.folder}/play.yaml"
        with open(self.play, "w", encoding="utf-8") as file:
            file.write(play)
        self.socket = f"{self.folder}/web.sock"
        self.commands = f"{self.folder}/commands.json"
        with open(self.commands, "w", encoding="utf-8") as file:
            file.write('[{"name":"match","args":"","help":"Find pairs","who":"manager"}]')
        self.env = {**os.environ, **(extra_env or {})}
        self.process, self.port = None, None

    def arguments(self, port=0):
        return [self.program, "--port", str(port), "--link", f"unix:{self.socket}", "--data", f"{self.folder}/data", "--pages", self.pages,
                "--play", self.play, "--commands", self.commands, "--demo"]

    def start(self, env=None):
        self.process = subprocess.Popen(self.arguments(), stdout=subprocess.PIPE, stderr=open(f"{self.folder}/log", "a"),
                                        env={**self.env, **(env or {})}, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready http://127.0.0.1:"):
            with open(f"{self.folder}/log", encoding="utf-8") as file:
                print(file.read())
            check("it gets ready", False, line)
        self.port = int(line.strip().rstrip("/").rsplit(":", 1)[1])

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        code = self.process.wait(DEADLINE_S)
        if number != signal.SIGKILL:
            check(f"{number.name}: ends cleanly, and said one line only", code == 0 and rest == "", f"{code} {rest!r}")
        return code

    def log(self):
        with open(f"{self.folder}/log", encoding="utf-8") as file:
            return file.read()

    def journal(self):
        with open(f"{self.folder}/data/journal", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def remove(self):
        shutil.rmtree(self.folder)


class Page:
    """One tab."""

    def __init__(self, socket):
        self.socket, self.heard = socket, []

    @classmethod
    async def open(cls, web, person=None):
        socket = await websockets.connect(f"ws://127.0.0.1:{web.port}/page", subprotocols=["mentord.page.1"],
                                          origin=f"http://127.0.0.1:{web.port}", compression=None, max_size=2**25)
        page = cls(socket)
        page.first = await page.be(person)
        return page

    async def say(self, **frame):
        await self.socket.send(json.dumps(frame))

    async def be(self, person):
        await self.say(t="be", **({"person": person} if person else {}))
        return await self.wait(lambda frame: frame["t"] == "state")

    async def wait(self, wanted):
        while True:
            for index, frame in enumerate(self.heard):
                if wanted(frame):
                    del self.heard[index]
                    return frame
            self.heard.append(json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE_S)))

    async def quiet(self, t):
        """Everything that is on its way has come: `be` is answered behind it. None of it may be a `t`."""
        me = self.first["me"] if not hasattr(self, "me") else self.me
        await self.be(me)
        return not any(frame["t"] == t for frame in self.heard)

    async def write(self, room, text, n=None):
        n = n or f"n{random.random()}"
        await self.say(t="say", n=n, room=room, text=text)
        return await self.wait(lambda frame: frame.get("n") == n)

    async def close(self):
        await self.socket.close()


class Bot:
    """A bot as the link sees it."""

    def __init__(self, socket):
        self.socket, self.heard = socket, []

    @classmethod
    async def open(cls, web, credits=256, fence="1.1"):
        socket = await websockets.unix_connect(web.socket, "ws://localhost/", subprotocols=["mentord.v1"], compression=None)
        bot = cls(socket)
        await bot.send(t="hello", v=1, bot="b1", serves=[{"workspace": "web/city", "fence": fence}], credits=credits)
        bot.hello = await bot.wait(lambda frame: frame["t"] == "hello")
        return bot

    async def send(self, **frame):
        await self.socket.send(json.dumps(frame) + "\n")

    async def wait(self, wanted):
        while True:
            for index, frame in enumerate(self.heard):
                if wanted(frame):
                    del self.heard[index]
                    return frame
            lines = await asyncio.wait_for(self.socket.recv(), DEADLINE_S)
            self.heard += [json.loads(line) for line in lines.splitlines() if line]

    async def event(self, ack=True, **reply):
        event = await self.wait(lambda frame: frame["t"] == "event")
        if ack:
            await self.send(t="ack", id=event["id"], **({"reply": reply} if reply else {}))
        return event

    @staticmethod
    def action_id():
        """Of no other action of this run, whichever bot sends it: the page remembers what it did."""
        return f"o-{next(ACTIONS)}"

    async def act(self, kind, action=None, **rest):
        action = action or self.action_id()
        await self.send(t="action", id=action, order="x", workspace="web/city", kind=kind, **rest)
        return await self.wait(lambda frame: frame["t"] == "done" and frame["id"] == action)

    async def close(self):
        await self.socket.close()


def card(text, key=None, **rest):
    return {"text": text, "plain": text, **({"key": key} if key else {}), **rest}


def buttons(*labels, token="7.x.1"):
    return {"input": "buttons", "choices": [{"token": f"{token}.{i}", "label": label} for i, label in enumerate(labels)]}


def is_message(room=None, text=None):
    return lambda frame: (frame["t"] == "message" and room in (None, frame["room"])
                          and text in (None, frame["message"].get("card", frame["message"])["text"]))


# ---- the stories ----

def fetch(web, path="/", method="GET", **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}{path}", method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


async def upgrade(web, path="/page", origin=None, host=None, subprotocol="mentord.page.1", version="HTTP/1.1"):
    """The status line's number when a WebSocket is asked for; 0 when there was no answer that is HTTP/1.1."""
    lines = [f"GET {path} {version}", f"Host: {host or f'127.0.0.1:{web.port}'}", "Connection: Upgrade", "Upgrade: websocket",
             "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Sec-WebSocket-Protocol: {subprotocol}"]
    answer = await raw(web, lines + ([f"Origin: {origin}"] if origin else []))
    return int(answer.split()[1]) if answer.startswith("HTTP/1.1 ") else 0


async def raw(web, lines):
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write("\r\n".join(lines + ["", ""]).encode())
    answer = await asyncio.wait_for(reader.read(), DEADLINE_S)
    writer.close()
    return answer.decode(errors="replace")


async def story_door(web):
    here = f"127.0.0.1:{web.port}"
    status, headers, body = fetch(web)
    check("the start page", status == 200 and b"<html" in body.lower(), status)
    check("its policy", headers["content-security-policy"].startswith("default-src 'self'"), headers)
    check("nosniff, no-store", headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store", headers)
    types = {"/link.js": "text/javascript", "/icon.svg": "image/svg+xml"}
    for path, kind in types.items():
        status, headers, _ = fetch(web, path)
        check(f"type of {path}", status == 200 and headers["content-type"].startswith(kind), headers)
    status, _, body = fetch(web, "/", "HEAD")
    check("HEAD has no body", status == 200 and body == b"", body)
    for path in ("/nothing.js", "/../web.c", "/%2e%2e/web.c", "//etc/passwd", "/page"):
        check(f"nothing at {path}", fetch(web, path)[0] in (403, 404), fetch(web, path)[0])
    check("POST is refused", fetch(web, "/", "POST")[0] == 405)
    check("another host", fetch(web, "/", Host="evil.example")[0] == 403)
    check("another host, said kindly", b"only to this machine" in fetch(web, "/", Host="evil.example")[2])
    check("another port", fetch(web, "/", Host="127.0.0.1:1")[0] == 403)
    check("localhost is us", fetch(web, "/", Host=f"localhost:{web.port}")[0] == 200)
    check("another origin", fetch(web, "/", Origin="http://evil.example")[0] == 403)
    check("a socket of another origin", await upgrade(web, origin="http://evil.example") == 403)
    check("a socket without origin", await upgrade(web) == 403)
    check("a socket in HTTP/1.0", await upgrade(web, origin=f"http://{here}", version="HTTP/1.0") == 403)
    check("a socket by another name", await upgrade(web, origin=f"http://{here}", host="evil.example") == 403)
    check("a socket elsewhere", await upgrade(web, "/other", f"http://{here}") == 403)
    check("another subprotocol", await upgrade(web, origin=f"http://{here}", subprotocol="x") in (0, 403))
    check("the link's subprotocol is not on this port", await upgrade(web, "/", f"http://{here}", subprotocol="mentord.v1") in (0, 403))
    answer = await raw(web, ["GET / HTTP/1.1", f"Host: {here}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"])
    check("no h2c", "101" not in answer, answer)
    taken = subprocess.run([*web.arguments(web.port)[:5], "--data", f"{web.folder}/other", *web.arguments()[7:]], capture_output=True, text=True,
                           timeout=DEADLINE_S, check=False)
    check("a taken port says the way out", taken.returncode == 1 and f"Port {web.port} is taken. Choose another: make run PORT=" in taken.stderr, taken)
    locked = subprocess.run(web.arguments(), capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    check("a second one on the same folder", locked.returncode == 1 and "uses the folder" in locked.stderr, locked)
    real = subprocess.run(web.arguments()[:-1], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    check("not without --demo", real.returncode == 1 and "demo: true" in real.stderr, real)


async def story_words(web):
    bot = await Bot.open(web)
    check("hello", bot.hello["demo"] and bot.hello["can"] == {"buttons": 8, "select": True, "form": True, "edit": True, "ephemeral": True,
                                                              "rooms": True, "text_max": 4000, "file_max": 2**22}, bot.hello)
    aisha, ben = await Page.open(web, "aisha"), await Page.open(web, "ben")
    check("state", aisha.first["me"] == "aisha" and aisha.first["commands"][0]["name"] == "match" and aisha.first["link"])
    check("rooms", [room["id"] for room in aisha.first["rooms"]] == ["d:aisha", "everyone", "custody"], aisha.first["rooms"])
    stored = await aisha.write("d:aisha", "hi", "n1")
    check("stored", stored["t"] == "stored" and stored["message"].startswith("m"), stored)
    await aisha.wait(is_message("d:aisha", "hi"))
    event = await bot.event(say="Welcome.")
    check("text event", (event["kind"], event["text"], event["person"]["id"], event["room"]["kind"]) == ("text", "hi", "aisha", "direct"), event)
    check("the ack's reply", (await aisha.wait(lambda frame: frame["t"] == "toast"))["say"] == "Welcome.")
    await aisha.write("d:aisha", "hi", "n1")
    await aisha.write("d:aisha", "/mentor match Aisha with Ben")
    event = await bot.event()
    check("the same n is one message", event["kind"] == "command", event)
    check("/mentor is dropped", (event["command"], event["args"]) == ("match", "Aisha with Ben"), event)
    await aisha.write("d:aisha", "/pairs  quiet")
    event = await bot.event()
    check("a slash command", (event["command"], event["args"]) == ("pairs", "quiet"), event)
    await aisha.write("d:aisha", "/mentor")
    check("/mentor alone", (await bot.event())["command"] == "next")
    await aisha.write("everyone", "good morning")
    await ben.wait(is_message("everyone", "good morning"))
    unread = await aisha.wait(lambda frame: frame["t"] == "unread" and frame["person"] == "ben")
    check("unread", unread["rooms"] == {"everyone": 1} and unread["total"] == 1, unread)
    await aisha.write("everyone", "/me")
    event = await bot.event()
    check("chatter goes to nobody's bot; a command does", event["kind"] == "command" and event["room"]["kind"] == "public", event)
    await aisha.write("everyone", "@Mentor what now")
    check("called by name", (await bot.event())["text"] == "@Mentor what now")
    await ben.wait(is_message("everyone", "@Mentor what now"))
    check("a slash command in a room is its writer's", not any(is_message(None, "/me")(frame) for frame in ben.heard))
    for bad, why in (({"t": "say", "n": "x1", "room": "d:ben", "text": "hi"}, "not in that room"),
                     ({"t": "say", "n": "x2", "room": "d:aisha", "text": " \n "}, "Write something"),
                     ({"t": "say", "n": "x3", "room": "d:aisha", "text": "x" * 4001}, "4001 characters"),
                     ({"t": "press", "n": "x4", "message": "m999", "token": "t"}, "not there"),
                     ({"t": "shout", "n": "x5"}, "Reload")):
        await aisha.say(**bad)
        refused = await aisha.wait(lambda frame, n=bad["n"]: frame.get("n") == n)
        check(f"refused: {why}", refused["t"] == "refused" and why in refused["say"], refused)
    await aisha.write("d:aisha", "🙂" * 4000)
    check("4000 characters fit", (await bot.event())["text"] == "🙂" * 4000)
    for page in (aisha, ben):
        await page.close()
    await bot.close()


async def story_cards(web):
    bot = await Bot.open(web, fence="1.2")
    aisha, ben = await Page.open(web, "aisha"), await Page.open(web, "ben")
    done = await bot.act("send", "o-same", to={"person": "aisha"}, card=card("Shall we?", **buttons("Yes", "No")))
    shown = await aisha.wait(is_message("d:aisha", "Shall we?"))
    check("sent and shown", done["result"] == "sent" and shown["message"]["id"] == done["message"], (done, shown))
    check("the card is the link's", shown["message"]["card"]["choices"][1] == {"token": "7.x.1.1", "label": "No"}, shown)
    again = await bot.act("send", "o-same", to={"person": "aisha"}, card=card("Shall we?"))
    check("the same id: the same answer, shown once", again == done and await aisha.quiet("message"), again)
    await bot.send(t="ask", id="o-same")
    check("ask", (await bot.wait(lambda frame: frame["t"] == "done"))["message"] == done["message"])
    await bot.send(t="ask", id="o-never")
    check("ask for nothing", (await bot.wait(lambda frame: frame["t"] == "done"))["result"] == "not_found")
    for name, rest, result, why in (("nobody", {"to": {"person": "zoe"}}, "failed", "person_gone"), ("nowhere", {"to": {"room": "p77"}}, "failed", "room_gone"),
                                    ("too late", {"to": {"person": "ben"}, "until": 1}, "failed", "too_late")):
        answer = await bot.act("send", card=card("x"), **rest)
        check(name, (answer["result"], answer.get("why")) == (result, why), answer)
    for kind in ("home", "dance"):
        check(f"{kind} is unsupported", (await bot.act(kind, to={"person": "ben"}, card=card("x")))["result"] == "unsupported")
    for n in ("p1", "p2"):
        await aisha.say(t="press", n=n, message=done["message"], token="7.x.1.0")
        await aisha.wait(lambda frame, n=n: frame.get("n") == n and frame["t"] == "stored")
        event = await bot.event()
        check("press", (event["kind"], event["button"], event["message"]) == ("press", "7.x.1.0", done["message"]), event)
    await aisha.say(t="form", n="f1", message=done["message"], token="7.x.1", values={"choice": ["7.x.1.0", "7.x.1.1"], "text": "so"})
    event = await bot.event()
    check("form", event["form"] == "7.x.1" and event["values"] == {"choice": ["7.x.1.0", "7.x.1.1"], "text": "so"}, event)
    await bot.act("edit", message=done["message"], card=card("You chose: Yes"))
    edited = await aisha.wait(is_message("d:aisha", "You chose: Yes"))
    check("edited: closed", edited["message"]["id"] == done["message"] and edited["message"]["card"]["closed"] is True, edited)
    await bot.act("edit", message=done["message"], card=card("Once more?", **buttons("Yes")))
    edited = await aisha.wait(is_message("d:aisha", "Once more?"))
    check("edited with buttons: open", "closed" not in edited["message"]["card"], edited)
    check("delete", (await bot.act("delete", message=done["message"]))["result"] == "sent")
    await aisha.wait(lambda frame: frame["t"] == "gone" and frame["message"] == done["message"])
    check("gone is gone", (await bot.act("edit", message=done["message"], card=card("x")))["why"] == "message_gone")
    room = await bot.act("room_open", members=["aisha", "ben"], name="Aisha & Ben")
    await aisha.wait(lambda frame: frame["t"] == "room" and frame["room"]["name"] == "Aisha & Ben")
    await ben.wait(lambda frame: frame["t"] == "room" and frame["room"]["id"] == room["message"])
    await bot.act("send", to={"room": room["message"]}, card=card("Meet each other."))
    await bot.act("send", to={"room": room["message"]}, only="ben", card=card("Only Ben."))
    check("only", (await ben.wait(is_message(room["message"], "Only Ben.")))["message"]["only"] == "ben")
    await aisha.wait(is_message(room["message"], "Meet each other."))
    check("only one sees it", await aisha.quiet("message"))
    cleo = await Page.open(web, "cleo")
    await bot.act("room_invite", to={"room": room["message"]}, members=["cleo"])
    await cleo.wait(is_message(room["message"], "Meet each other."))
    check("a newcomer reads what was said", await cleo.quiet("message"))
    check("room_leave", (await bot.act("room_leave", to={"room": room["message"]}))["result"] == "sent")
    check("and it is left", (await bot.act("send", to={"room": room["message"]}, card=card("x")))["why"] == "room_gone")
    await aisha.say(t="read", room=room["message"], message="m1")
    for page in (aisha, ben, cleo):
        await page.close()
    await bot.close()


async def story_restart(web):
    aisha = await Page.open(web, "aisha")
    first = await aisha.write("d:aisha", "kept while the bot is away", "k1")
    check("no bot, and still stored", first["t"] == "stored" and not aisha.first["link"])
    bot = await Bot.open(web, fence="1.3")
    event = await bot.event(ack=False)
    await aisha.write("d:aisha", "second", "k2")
    second = await bot.event(ack=False)
    await bot.close()
    bot = await Bot.open(web, fence="1.3", credits=1)
    check("sent again to a new link", await bot.event(ack=False) == event)
    check("no more than credit allows", not bot.heard)
    await bot.send(t="credit", n=5)
    check("in order", await bot.event(ack=False) == second)
    done = await bot.act("send", "o-restart", to={"person": "aisha"}, card=card("Before."))
    await bot.send(t="ack", id=event["id"])
    await bot.act("send", to={"person": "aisha"}, card=card("Behind the ack."))
    unread = [person["unread"] for person in (await aisha.be("ben"))["people"]]
    web.stop(signal.SIGKILL)
    web.start()
    bot = await Bot.open(web, fence="1.4")
    aisha = await Page.open(web, "aisha")
    after = await bot.event(ack=False)
    check("after kill -9: only what was never acked, under the same id", after["id"] in (event["id"], second["id"]), after)
    if after["id"] == event["id"]:  # the ack need not be on the disk at once
        after = await bot.event(ack=False)
    check("the second event, the same id", after == second, after)
    await bot.send(t="ack", id=after["id"])
    texts = [message.get("card", message)["text"] for message in aisha.first["messages"]["d:aisha"]]
    check("messages are there", texts[-2:] == ["Before.", "Behind the ack."] and "kept while the bot is away" in texts, texts)
    check("unread survives", [person["unread"] for person in aisha.first["people"]] == unread, (aisha.first["people"], unread))
    again = await bot.act("send", "o-restart", to={"person": "aisha"}, card=card("Before."))
    check("the same answer after a restart, shown once", again == done and await aisha.quiet("message"), again)
    await aisha.write("d:aisha", "second", "k2")
    await aisha.write("d:aisha", "third", "k3")
    check("the same n after a restart", (await bot.event())["text"] == "third")
    await aisha.close()
    await bot.close()


async def story_torn(web):
    web.stop()
    with open(f"{web.folder}/data/journal", "ab") as file:
        file.write(b'{"j":99999,"k":"say","at":1,"per')
    web.start()
    check("a torn line is cut, and the log says so", "repair" in web.log())
    check("the journal is whole again", web.journal()[-1]["j"] < 99999)
    web.stop(signal.SIGHUP)
    check("a closed terminal ends it in order", web.log().rstrip().endswith("stop exit=0"), web.log()[-300:])
    with open(f"{web.folder}/data/journal", "rb") as file:
        lines = file.readlines()
    with open(f"{web.folder}/data/journal", "wb") as file:
        file.writelines([lines[0], b"nonsense\n", *lines[1:]])
    broken = subprocess.run(web.arguments(), capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    check("a bad line in the middle stops it, with its place", broken.returncode == 1 and "journal:2:" in broken.stderr, broken)
    with open(f"{web.folder}/data/journal", "wb") as file:
        file.writelines(lines)
    web.start()


async def story_kills(web):
    """Killed at both fault points: what was `stored` is sent once under one id; what was not is repeated by the page."""
    said = []
    for point in ("journal_before:3", "journal_after:3", "journal_before:4", "journal_after:4"):
        web.stop(signal.SIGKILL)
        web.start({"MENTORD_FAULT": point})
        try:
            aisha = await Page.open(web, "aisha")
            for i in range(9):
                said.append(f"{point} {i}")
                await aisha.write("d:aisha", said[-1], said[-1])
        except (websockets.ConnectionClosed, ConnectionError):
            pass
        web.process.wait(DEADLINE_S)
        check(f"killed at {point}", web.process.returncode == -signal.SIGKILL)
        web.start()
        aisha = await Page.open(web, "aisha")
        await aisha.write("d:aisha", said[-1], said[-1])
        await aisha.close()
    bot = await Bot.open(web, fence="1.5")
    heard = [(await bot.event()) for _ in said]
    check("every event once and in order", [event["text"] for event in heard] == said, [event["text"] for event in heard])
    check("ids differ", len({event["id"] for event in heard}) == len(heard))
    page = await Page.open(web, "aisha")
    shown = [message["text"] for message in page.first["messages"]["d:aisha"] if "journal_" in message.get("text", "")]
    check("shown once each", shown == said, shown)
    await page.close()
    await bot.close()


async def story_demo(web):
    bot = await Bot.open(web, fence="1.6")
    aisha, ben = await Page.open(web, "aisha"), await Page.open(web, "ben")
    await bot.send(t="clock", workspace="web/city", now=1799661600000, next_at=1799748000000, next="reminder to Ben, Tue 12 Jan")
    clock = await aisha.wait(lambda frame: frame["t"] == "clock")
    check("the clock", clock["words"].startswith("Mon 11 Jan 2027, 10:0") and clock["next_words"] == "reminder to Ben, Tue 12 Jan", clock)
    await aisha.say(t="clock_next")
    event = await bot.event()
    check("clock_next", (event["kind"], event["change"]) == ("demo", "clock_next"), event)
    await aisha.say(t="clock_to", due=1799748000000)
    check("clock_to", (await bot.event())["due"] == 1799748000000)
    stored = await aisha.write("d:aisha", "at the scheme's time")
    message = await aisha.wait(lambda frame: frame["t"] == "message" and frame["message"]["id"] == stored["message"])
    check("shown with the scheme's time", abs(message["message"]["at"] - 1799661600000) < 60000, message)
    event = await bot.event()
    check("sent with the system's time", event["at"] < message["message"]["at"] or event["at"] > 1799661600000 + 60000, event)
    numbers = [line["j"] for line in web.journal()]
    await aisha.say(t="reset")
    event = await bot.event(ack=False)
    check("reset goes to the bot", event["change"] == "reset", event)
    refused = await ben.write("d:ben", "too early")
    check("nobody writes while it starts over", refused["t"] == "refused" and "starting over" in refused["say"], refused)
    await bot.send(t="ack", id=event["id"])
    for page in (aisha, ben):
        state = await page.wait(lambda frame: frame["t"] == "state")
        check("a fresh state", all(not messages for messages in state["messages"].values()), state["messages"])
    lines = web.journal()
    check("the journal begins anew, its numbers go on", lines[0]["k"] == "start" and lines[0]["j"] > max(numbers), lines)
    await aisha.write("d:aisha", "new world")
    check("and events have new ids", (await bot.event())["id"].split("/")[2].split("-")[0] == lines[0]["journal"])
    for side in (aisha, ben, bot):
        await side.close()
    web.stop()
    web.start()
    page = await Page.open(web, "aisha")
    check("a restart after it", [message["text"] for message in page.first["messages"]["d:aisha"]] == ["new world"])
    await page.close()


async def story_everyone(web):
    """The bot asks everybody who writes three questions, then says enough."""
    bot = await Bot.open(web, fence="1.7")
    aisha = await Page.open(web, "aisha")
    if aisha.first["messages"]["d:aisha"]:
        await aisha.say(t="reset")
        await bot.event()
        await aisha.wait(lambda frame: frame["t"] == "state")
    progress, heard = {}, []
    topics = [{"token": f"9.topics.1.{i}", "label": label} for i, label in enumerate(["Confidence", "A career move", "Leading people"])]
    steps = [("intake.limits", buttons("Shall we start?", "What is this?")),
             ("intake.topics.mentor", {"input": "select_many", "max": 3, "input_token": "9.topics.1", "choices": topics}),
             ("intake.line_manager", {"input": "buttons", "choices": [{"token": "9.line.1.0", "label": "I have no line manager"}]}),
             ("intake.enough", buttons("More questions", "Later"))]

    async def play():
        while True:
            event = await bot.event()
            person = event["person"]["id"]
            heard.append(event)
            if person == "jo":
                continue
            step = progress.setdefault(person, 0)
            progress[person] += 1
            if step < len(steps):
                await bot.act("send", to={"person": person}, card=card(f"question {step}", key=steps[step][0], **steps[step][1]))

    await bot.act("send", to={"person": "jo"}, card=card("Who applied", key="applicants.list", **buttons("Accept all")))
    player = asyncio.create_task(play())
    await aisha.say(t="everyone")
    await aisha.wait(lambda frame: frame["t"] == "busy")
    await aisha.wait(lambda frame: frame["t"] == "idle")
    player.cancel()
    check("all who start have answered", progress == {"ben": 5, "cleo": 5}, progress)
    check("managers and the asking person are left alone", not any(event["person"]["id"] in ("jo", "aisha") for event in heard))
    ben, cleo = ([event for event in heard if event["person"]["id"] == person] for person in ("ben", "cleo"))
    check("through a page's doors", [event["kind"] for event in ben] == ["text", "press", "form", "text", "press"], ben)
    check("labels and numbers as rendered", (ben[1]["button"], ben[2]["values"], ben[3]["text"], ben[4]["button"])
          == ("7.x.1.0", {"choice": ["9.topics.1.0", "9.topics.1.1"]}, "Rita Stone", "7.x.1.1"), ben)
    check("by part of a label", cleo[3]["button"] == "9.line.1.0", cleo)
    await aisha.wait(lambda frame: frame["t"] == "checklist" and frame["id"] == "all" and frame["done"])
    await aisha.say(t="everyone")
    await aisha.wait(lambda frame: frame["t"] == "idle")
    check("pressed again: nothing to do", len(heard) == 10, len(heard))
    check("no text of a person's is in the log", "career" not in web.log() and "Rita" not in web.log())
    await aisha.close()
    await bot.close()


async def poke(port, person):
    socket = await websockets.connect(f"ws://127.0.0.1:{port}/page", subprotocols=["mentord.page.1"], origin=f"http://127.0.0.1:{port}")
    page, n = Page(socket), f"poke-{random.random()}"
    await page.be(person)
    await page.write(f"d:{person}", "hello", n)
    await page.close()


async def main():
    if sys.argv[1] == "poke":
        return await poke(sys.argv[2], sys.argv[3])
    web = Web(*sys.argv[1:3])
    web.start()
    try:
        for story in (story_door, story_words, story_cards, story_restart, story_torn, story_kills, story_demo, story_everyone):
            print(f"# {story.__name__}")
            await story(web)
        web.stop()
        check("no trouble in the log", " trouble " not in web.log(), web.log())
    finally:
        web.process.kill()  # what ended is left alone
        web.remove()
    print(f"{checks} checks")
    return None


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored, and by all that is started here
    asyncio.run(main())
