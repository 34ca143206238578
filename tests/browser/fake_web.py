#!/usr/bin/python3
"""fake_web.py: a small stand-in for mentord-web: serves the page and speaks adapters/web/PAGE.md with canned words.

Saying the name of a card ("select_many") into a direct room brings that card; any answer closes it and brings the next
one. `python3 fake_web.py [port]` keeps it running for a look at the page."""
import asyncio
import collections
import http
import json
import os
import sys
import threading

import websockets.exceptions
import websockets.server

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "adapters", "web", "page")
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
START_MS = 1799661600000  # Mon 11 Jan 2027, 10:00
HOUR_MS = 3600000

def buttons(*labels):
    return [{"token": f"7.x.4.{i}", "label": label, **({"primary": True} if i == 0 else {})} for i, label in enumerate(labels)]

def extras(*labels):
    return [{"token": f"7.x.4.e{i}", "label": label} for i, label in enumerate(labels)]

TOPICS = buttons("Confidence", "Career move", "Working across organisations", "Leading people", "Returning after a break", "Something else")
CARDS = {
    "buttons": {
        "key": "intake.welcome", "input": "buttons", "choices": buttons("Shall we start?", "What is this?"),
        "text": "Hi Aisha, I'm the mentoring bot for the City pilot. Sam and Jo run it. I can help you find a mentor.\n\n"
                "Signing up takes about four minutes, and you can stop and come back. First I'll show you who sees what.",
        "who": "Sam and Jo. I never pass anything to your line manager.",
        "plain": "Hi Aisha, I'm the mentoring bot for the City pilot.\n1. Shall we start?\n2. What is this?\nType the number or the words."},
    "select_many": {
        "key": "intake.topics", "input": "select_many", "title": "What would you like to work on?", "progress": "3 of 6", "max": 3,
        "text": "This counts most in finding a good match. Not sure? Say skip, and I'll ask again later.",
        "who": "Sam, Jo, and a mentor we suggest to you.", "choices": TOPICS, "input_token": "7.topics.4", "input_label": "Pick up to three",
        "extras": extras("Back", "Skip", "Why do you ask?"), "plain": "What would you like to work on? Pick up to three.\n1. Confidence\n2. Career move"},
    "select_one": {
        "key": "intake.how", "input": "select_one", "title": "How would you like to meet?", "progress": "4 of 6", "text": "You can change it later.",
        "who": "Sam and Jo.", "choices": [{**one, "primary": False} for one in buttons("In person", "By video", "Either is fine")], "input_label": "How we meet",
        "extras": extras("Back", "Skip"), "plain": "How would you like to meet?\n1. In person\n2. By video\n3. Either is fine"},
    "review": {
        "key": "intake.review", "input": "select_one", "text": "Here is what you told me. Is it all right?", "who": "Sam and Jo.",
        "choices": [{"token": "7.x.4.0", "label": "Send my answers", "primary": True}, {"token": "7.x.4.1", "label": "Change topics"},
                    {"token": "7.x.4.2", "label": "Change my times"}],
        "plain": "Here is what you told me.\n1. Send my answers\n2. Change topics\n3. Change my times"},
    "text": {
        "key": "intake.about", "input": "text", "title": "Anything a mentor should know?", "progress": "5 of 6", "text": "One or two sentences are plenty.",
        "who": "A mentor we suggest to you.", "input_token": "7.about.4", "input_label": "In your own words", "chars_max": 500,
        "extras": extras("Back", "Skip"), "plain": "Anything a mentor should know? Type it, or say skip."},
    "text_short": {
        "key": "intake.grade", "input": "text", "text": "What is your job title?", "who": "Sam and Jo.", "input_token": "7.grade.4",
        "input_label": "Job title", "chars_max": 60, "plain": "What is your job title?"},
    "date": {
        "key": "intake.start", "input": "date", "title": "When could you start?", "progress": "5 of 6", "text": "A rough day is fine. You can change it later.",
        "lines": ["From Monday 11 January 2027 to Friday 12 March 2027", "Your day so far: Monday 1 March 2027"], "who": "Sam and Jo.",
        "input_token": "7.start.4", "input_label": "The day", "date_min": "2027-01-11", "date_max": "2027-03-12", "date_set": "2027-03-01",
        "choices": [{"token": "7.x.4.0", "label": "Keep this day"}], "extras": extras("Back", "Skip"), "plain": "When could you start? Write a date, such as 1 March."},
    "newer": {
        "key": "intake.wave", "input": "hologram", "text": "Wave at me.", "lines": ["A fact"], "who": "Sam and Jo.", "input_token": "7.wave.4",
        "extras": extras("Skip"), "plain": "Wave at me.\n- A fact\nOr write wave."},
    "person": {
        "key": "intake.keep_apart", "input": "person", "title": "Is there somebody you would rather not be matched with?", "progress": "6 of 6",
        "text": "No reason needed. They will never hear of it.", "who": "Nobody. It is sealed.", "input_token": "7.apart.4",
        "input_label": "Name", "choices": [{"token": "7.x.4.0", "label": "No one"}], "extras": extras("Back"), "plain": "Is there somebody? Type a name, or no one."},
    "facts": {
        "key": "intake.review", "input": "buttons", "title": "Please check your answers", "text": "Is everything right?",
        "lines": ["Topics: confidence, career move", "Meet: by video, every two weeks", "When: lunchtime", "Kept apart from: one person (sealed)"],
        "who": "Sam and Jo.", "choices": buttons("Send", "Change something"), "plain": "Please check your answers. 1. Send 2. Change something"},
    "extras": {"key": "pair.stuck", "input": "none", "text": "I am still here. What would help?", "extras": extras("Ask for help", "Take a break"), "plain": "1. Ask for help 2. Take a break"},
    "none": {"key": "intake.enough", "input": "none", "text": "Thank you, Aisha. I'll write by Friday 22 January, even if there is no news yet.", "plain": "Thank you, Aisha."},
}
FILE = {"name": "people-2027-01-11.csv", "type": "text/csv", "bytes": 48211, "href": "/file/0123456789abcdef0123456789abcdef"}
RING = ["buttons", "select_many", "select_one", "text", "text_short", "date", "newer", "person", "facts", "extras", "none", "review"]
PEOPLE = [("aisha", "Aisha Khan", "web/city", "mentee, custody"), ("ben", "Ben Okoro", "web/city", "mentor, policy"), ("jo", "Jo Ellis", "web/city", "programme manager"),
          ("sam", "Sam Whitfield", "web/city", "programme manager"), ("mei", "Mei Chen", "web/harbour", "mentor, finance"), ("tom", "Tom Adeyemi", "web/harbour", "mentee")]
COMMANDS = [("join", "", "Sign up as a mentee or a mentor", "everyone"), ("next", "", "See what happens now", "everyone"),
            ("me", "", "See or change your answers", "everyone"), ("pause", "[until DATE]", "Take a break", "everyone"),
            ("privacy", "", "See who sees what", "everyone"), ("help", "", "See what you can say", "everyone"),
            ("match", "", "Suggest pairs for everybody who waits", "managers"), ("match what-if", "…", "Try another weighting, without sending", "managers")]
STEPS = [("join", "Sign up as Aisha", "Say that you would like a mentor, and answer the questions.", "aisha", "I want a mentor"),
         ("everyone", "Let everyone else answer", "Press the button below: the others sign up too.", None, None),
         ("match", "Be Jo and match", "Jo runs the programme. Type /mentor match and look at the suggestion.", "jo", "/mentor match"),
         ("yes", "Say yes as Ben", "Ben has been asked to mentor. Answer his card.", "ben", None)]
ROOMS = [("c:everyone", "public", "# everyone"), ("c:custody", "public", "# custody"), ("p:aisha-ben", "private", "Aisha & Ben")]


class FakeWeb:
    """`received` holds every frame a page sent; `push` sends one to all pages; `away(True)` refuses every connection."""

    def __init__(self, port=0):
        self.received, self.pages, self.is_away = [], {}, False
        self.loop, ready = asyncio.new_event_loop(), threading.Event()
        self.reset()
        threading.Thread(target=self._run, args=(port, ready), daemon=True).start()
        ready.wait()

    def reset(self):
        self.messages, self.count, self.now, self.done = collections.defaultdict(list), 0, START_MS, set()
        self.unread = {"ben": 2, "jo": 1}
        for person, _, _, _ in PEOPLE:
            self.add(f"d:{person}", "bot", card=CARDS["buttons"])
        self.add("c:everyone", "jo", text="Welcome, everybody. The pilot starts today.")
        self.add("p:aisha-ben", "bot", text="Aisha, meet Ben. Ben, meet Aisha.", at=START_MS - 26 * HOUR_MS)
        self.add("p:aisha-ben", "ben", text="Hello Aisha, lunch on Thursday?")

    def add(self, room, who, text=None, card=None, at=None, only=None, file=None):
        self.count += 1
        name = "Mentor bot" if who == "bot" else next(p[1] for p in PEOPLE if p[0] == who)
        message = {"id": f"m{self.count}", "from": who, "name": name, "at": at or self.now, "text": text or (card or {}).get("plain", "")}
        message.update({"card": dict(card)} if card else {}, **({"only": only} if only else {}), **({"file": file} if file else {}))
        self.messages[room].append(message)
        return message

    def clock(self):
        return {"now": self.now, "words": "Mon 11 Jan 2027, 10:00" if self.now == START_MS else "Tue 12 Jan 2027, 10:00", "zone": "Europe/London",
                "next": self.now + 50 * HOUR_MS, "next_words": "reminder to Ben, Wed 13 Jan"}

    def state(self, me):
        rooms = [{"id": f"d:{me}", "kind": "direct", "name": "Mentor bot", "unread": 0}] + [
            {"id": i, "kind": k, "name": n, "unread": 1 if i == "c:custody" else 0} for i, k, n in ROOMS]
        return {"t": "state", "me": me, "rooms": rooms, "messages": {room["id"]: self.messages[room["id"]] for room in rooms}, "clock": self.clock(), "link": True,
                "people": [{"id": i, "name": n, "workspace": w, "about": a, "unread": self.unread.get(i, 0)} for i, n, w, a in PEOPLE],
                "commands": [dict(zip(("name", "args", "help", "who"), c)) for c in COMMANDS],
                "checklist": [dict(zip(("id", "title", "how", "as", "say"), s), done=s[0] in self.done) for s in STEPS]}

    # ---- what a page sends ----

    async def say(self, me, room, text):
        await self.show(room, self.add(room, me, text=text))
        if text in CARDS:
            await self.show(room, self.add(room, "bot", card=CARDS[text]))
        elif room.startswith("d:"):
            await self.show(room, self.add(room, "bot", text=f"You said: {text}"))

    async def answer(self, me, frame):
        room, message = next((r, m) for r, all_ in self.messages.items() for m in all_ if m["id"] == frame["message"])
        card = message["card"]
        labels = {c["token"]: c["label"] for c in card.get("choices", []) + card.get("extras", [])}
        values = frame.get("values", {})
        said = labels.get(frame["token"]) or values.get("text") or ", ".join(labels[t] for t in values.get("choice", []))
        card["closed"] = True
        await self.show(room, message)
        await self.show(room, self.add(room, me, text=said))
        kind = next(k for k in RING if CARDS[k]["key"] == card["key"])
        await self.show(room, self.add(room, "bot", card=CARDS[RING[(RING.index(kind) + 1) % len(RING)]]))

    async def show(self, room, message):
        await self._push({"t": "message", "room": room, "message": message})

    async def take(self, page, frame):
        kind, me = frame["t"], self.pages[page]
        if kind == "be":
            known = frame.get("person") in [p[0] for p in PEOPLE] or "person" not in frame
            if not known:
                return await page.send(json.dumps({"t": "refused", "say": "Nobody here has that name."}))
            self.pages[page] = frame.get("person", "aisha")
            return await page.send(json.dumps(self.state(self.pages[page])))
        if "n" in frame:
            if frame.get("text") == "refuse me":
                return await page.send(json.dumps({"t": "refused", "n": frame["n"], "say": "That is longer than I can read. Please send it in two parts."}))
            await page.send(json.dumps({"t": "stored", "n": frame["n"]}))
        if kind == "say":
            await self.say(me, frame["room"], frame["text"])
        elif kind in ("press", "form"):
            await self.answer(me, frame)
        elif kind == "reset":
            self.reset()
            await page.send(json.dumps(self.state(me)))
        elif kind in ("clock_next", "clock_to"):
            self.now = frame.get("due", self.now + 50 * HOUR_MS)
            await self._push({"t": "clock", **self.clock()})
        elif kind == "everyone":
            self.done.add("everyone")
            for frame in ({"t": "busy", "what": "everyone", "done": 12}, {"t": "checklist", "id": "everyone", "done": True}, {"t": "idle"}):
                await self._push(frame)
        return None

    # ---- the wire ----

    async def _page(self, page):
        self.pages[page] = "aisha"
        try:
            async for text in page:
                self.received.append(json.loads(text))
                await self.take(page, self.received[-1])
        except websockets.exceptions.ConnectionClosed:
            pass  # a page may go at any time
        finally:
            del self.pages[page]

    async def _http(self, path, headers):
        name = path.split("?")[0].lstrip("/") or "index.html"
        if name == "page":
            return (http.HTTPStatus.SERVICE_UNAVAILABLE, [], b"away") if self.is_away else None
        file = os.path.join(PAGE, os.path.basename(name))
        if not os.path.isfile(file):
            return http.HTTPStatus.NOT_FOUND, [], b"no such file"
        with open(file, "rb") as opened:
            return http.HTTPStatus.OK, [("Content-Type", TYPES[os.path.splitext(file)[1]]), ("Cache-Control", "no-store"),
                                        ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")], opened.read()

    async def _push(self, frame):
        await asyncio.gather(*(page.send(json.dumps(frame)) for page in list(self.pages)))

    def push(self, frame):
        asyncio.run_coroutine_threadsafe(self._push(frame), self.loop).result(5)

    def away(self, is_away):
        self.is_away = is_away
        if is_away:
            for page in list(self.pages):
                asyncio.run_coroutine_threadsafe(page.close(), self.loop).result(5)

    def _run(self, port, ready):
        async def serve():
            server = await websockets.server.serve(self._page, "127.0.0.1", port, process_request=self._http, subprotocols=["mentord.page.1"])
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            ready.set()
            await asyncio.Future()
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(serve())


if __name__ == "__main__":
    print(FakeWeb(int(sys.argv[1]) if len(sys.argv) > 1 else 0).url, flush=True)
    threading.Event().wait()
