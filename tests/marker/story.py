"""story.py: plays a whole story over the page's WebSocket: every sealed field that exists is filled, each by somebody who may."""
import asyncio
import csv
import dataclasses
import io
import json
import re
import time
import urllib.request

import websockets

from demo import ROOT
from waiting import DEADLINE_S, wait_for

QUESTIONS = """questions:
  - { id: topics, kind: several, max: 3, options: [conflict, confidence, networks, career_move] }
  - { id: how_often, kind: choice, options: [weekly, fortnightly, monthly] }
  - { id: capacity, kind: number, who: mentor, max: 3 }
  - { id: access, kind: text, sealed: yes, text: "What must we know so that you can take part?" }
  - { id: trusted, kind: person, sealed: yes, text: "Whom may we call if you are unwell?" }
  - { id: bio, kind: text, extra: yes }
  - { id: identity_consent, kind: consent, extra: yes }
  - { id: identity, kind: text, extra: yes, sealed: yes, max: 300 }
"""


@dataclasses.dataclass
class Names:
    """What goes into the sealed fields of one playing. Accounts in the lists, names where somebody types."""

    list_line: str     # people.csv: line_manager of Mina
    list_apart: str    # people.csv: apart of Cleo
    list_shown: str    # how the bot shows list_line to Mina
    later_line: str    # an import later: line_manager of Sam, who has one already
    later_new: str     # … and of Rita, who had none
    later_apart: str   # … and whom she is kept apart from
    line: str          # Aisha types it in the chat
    line_again: str    # Ben, and he changes his mind
    apart: str         # Aisha, two names
    entered: str       # Jo types it for Cleo, in the chat
    entered_field: str # Jo types it for Omar, into the card's field
    entered_person: str  # Jo chooses them for Mina from the list of people; if "", types entered_field again
    access: str        # a scheme's own sealed text: Aisha in the chat, Ben in the field
    trusted: str       # a scheme's own sealed person, likewise
    identity: str
    department: str = "Custody"


def people_csv(changes):
    """The demo's people with other fields: {user: {column: value}}."""
    rows = list(csv.DictReader(io.StringIO((ROOT / "deploy/demo/people.csv").read_text())))
    for row in rows:
        row.update(changes.get(row["account"].split(":")[1], {}))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def files_of(names):
    changes = {"mina": {"line_manager": names.list_line}, "cleo": {"line_manager": "", "apart": names.list_apart},
               "aisha": {"line_manager": "web/city:rita", "department": names.department}}
    scheme = (ROOT / "deploy/demo/scheme.yaml").read_text()
    return {"people.csv": people_csv(changes), "scheme.yaml": re.sub(r"(?m)^questions:.*\n", QUESTIONS, scheme)}


def is_settled(demo):
    """Nothing waits to be sent, no job runs, the clock stands."""
    if demo.records("out") or demo.redis("LLEN", "m:{city-pilot}:control").strip() != "0":
        return False
    return not any(job["state"] == "running" for job in demo.records("job").values()) and \
        not any(one.get("clock_target_ms") for one in demo.records("scheme").values())


def settled(demo):
    wait_for("everything is done", lambda: is_settled(demo))


class Page:
    """One tab: is somebody, says, presses, fills in, and waits for the card that answers."""

    def __init__(self, demo, killing=(), watch=lambda: None):
        self.demo, self.socket, self.me, self.count = demo, None, None, 0
        self.rooms, self.before, self.clock = {}, set(), 0
        self.lists = {}               # the files that were handed over, as bytes
        self.killing = list(killing)  # programs to kill -9, one at each `say` that asks for it
        self.watch = watch            # called at each change of person

    async def open(self):
        self.socket = await websockets.connect(f"ws://127.0.0.1:{self.demo.port}/page", subprotocols=["mentord.page.1"],
                                               origin=f"http://127.0.0.1:{self.demo.port}", max_size=None, compression=None)
        return self

    async def close(self):
        await self.socket.close()

    # ---- hearing ----
    def take(self, frame):
        if frame["t"] == "state":
            self.me = frame["me"]
            self.rooms = {room: {m["id"]: m for m in messages} for room, messages in frame["messages"].items()}
            self.clock = frame.get("clock", {}).get("now", self.clock)
        elif frame["t"] == "message":
            self.rooms.setdefault(frame["room"], {})[frame["message"]["id"]] = frame["message"]
        elif frame["t"] == "gone":
            self.rooms.get(frame["room"], {}).pop(frame["message"], None)
        elif frame["t"] == "clock":
            self.clock = frame["now"]
        elif frame["t"] == "refused":
            raise AssertionError(f"{self.me}: refused: {frame['say']}")

    async def until(self, what, true):
        """Takes frames until `true(frame)`; None: nothing new is needed."""
        end = time.monotonic() + DEADLINE_S
        found = true(None)
        while not found:
            try:
                frame = json.loads(await asyncio.wait_for(self.socket.recv(), max(0.01, end - time.monotonic())))
            except asyncio.TimeoutError:
                raise AssertionError(f"{self.me}: waited for {what}; last: {self.last()}") from None
            self.take(frame)
            found = true(frame)
        return found

    def room(self):
        return self.rooms.setdefault(f"d:{self.me}", {})

    def newest(self):
        return sorted(self.room().values(), key=lambda m: -int(m["id"][1:]))

    def last(self):
        return [(m["from"], (m.get("card") or {}).get("key"), m.get("text")) for m in self.newest()[:3]]

    async def hear(self, key, words=""):
        """The bot's card of this key, new since the last thing done here."""
        def card(_):
            for message in self.newest():
                if message["id"] not in self.before and (message.get("card") or {}).get("key") == key:
                    return message
            return None
        message = await self.until(key, card)
        shown = json.dumps(message["card"], ensure_ascii=False)
        assert words in shown, f"{self.me}: {key} does not say {words!r}: {shown}"
        settled(self.demo)
        return message

    def file_of(self, message):
        """As a browser saves it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.demo.port}{message['file']['href']}", timeout=DEADLINE_S) as answer:
            data = answer.read()
        assert len(data) == message["file"]["bytes"], message["file"]
        return data

    # ---- doing ----
    async def be(self, person):
        settled(self.demo)
        self.watch()
        self.before = set()
        await self.socket.send(json.dumps({"t": "be", "person": person}))
        await self.until(f"being {person}", lambda frame: frame and frame["t"] == "state" and frame["me"] == person)

    async def send(self, key, words="", kill=False, **frame):
        self.count += 1
        n = f"n{self.count}"
        self.before = set(self.room())
        await self.socket.send(json.dumps({**frame, "n": n}))
        await self.until("stored", lambda got: got and got["t"] == "stored" and got["n"] == n)
        if kill and self.killing:
            name = self.killing.pop(0)
            assert self.demo.kill(name), f"no {name} to kill"
        return await self.hear(key, words)

    async def say(self, text, key, words="", kill=False, room=None):
        return await self.send(key, words, kill, t="say", room=room or f"d:{self.me}", text=text)

    async def open_card(self, what, has):
        def card_of(_):
            for message in self.newest():
                card = message.get("card") or {}
                if not card.get("closed") and has(card):
                    return message["id"], card
            return None
        return await self.until(what, card_of)

    async def press(self, label, key, words=""):
        def tokens(card):
            both = card.get("choices", []) + card.get("extras", [])
            return [one["token"] for one in both if one["label"].lower().startswith(label.lower())]
        message, card = await self.open_card(label, tokens)
        return await self.send(key, words, t="press", message=message, token=tokens(card)[0])

    async def pick(self, labels, key):
        message, card = await self.open_card(f"a list with {labels}", lambda one: one.get("input") == "select_many")
        chosen = [one["token"] for one in card["choices"] if one["label"].startswith(tuple(labels))]
        assert len(chosen) == len(labels), f"{labels} of {card['choices']}"
        return await self.send(key, t="form", message=message, token=card["input_token"], values={"choice": chosen})

    async def fill(self, key, kill=False, **values):
        message, card = await self.open_card("a field", lambda one: one.get("input") in ("text", "person"))
        return await self.send(key, "", kill, t="form", message=message, token=card["input_token"], values=values)

    async def clock_next(self):
        before = self.clock
        await self.socket.send(json.dumps({"t": "clock_next"}))
        await self.until("the clock", lambda _: self.clock > before + 3600000)
        settled(self.demo)


# ---- the story ----
async def aisha_signs_up(page, names):
    await page.be("aisha")
    await page.say("I want a mentor", "intake.limits")
    await page.press("Yes, start", "intake.about_you", names.department)
    await page.press("That is right", "intake.line_manager_known", "Rita Stone")
    await page.say(names.line, "intake.topics", kill=True)
    await page.pick(["Confidence", "A career move"], "intake.how_often")
    await page.press("Every two weeks", "intake.own_question", "take part")
    await page.say(names.access, "intake.own_question", "unwell")
    await page.say(names.trusted, "intake.apart")
    await page.say(names.apart, "intake.review", kill=True)
    await page.press("Send", "intake.enough")
    await page.press("Yes, ask me", "intake.bio")
    await page.say("skip", "intake.identity_consent")
    await page.press("Yes, ask me", "intake.identity")
    await page.say(names.identity, "intake.end", kill=True)


async def ben_signs_up(page, names):
    await page.be("ben")
    await page.say("I want to be a mentor", "intake.limits")
    await page.press("Yes, start", "intake.about_you")
    await page.press("That is right", "intake.line_manager_known", "Rita Stone")
    await page.say(names.entered, "intake.topics.mentor")
    await page.pick(["Confidence", "A career move"], "intake.how_often")
    await page.press("Every two weeks", "intake.capacity")
    await page.press("1", "intake.own_question", "take part")
    await page.fill("intake.own_question", text=names.access)
    await page.fill("intake.apart", text=names.trusted)
    await page.say(names.apart, "intake.review")
    await page.press("Change my line manager", "intake.line_manager_known", names.entered)
    await page.say(names.line_again, "intake.review")
    await page.press("Send", "intake.enough")
    await page.press("Not now", "intake.end")


async def cleo_would_rather_tell(page, names):
    await page.be("cleo")
    await page.say("I want to be a reserve", "intake.limits")
    await page.press("Yes, start", "intake.about_you")
    await page.press("That is right", "intake.line_manager")
    await page.press("I would rather tell", "intake.topics.mentor")
    await page.pick(["Confidence"], "intake.how_often")
    await page.press("Every two weeks", "intake.capacity")
    await page.press("1", "intake.own_question", "take part")
    await page.say("skip", "intake.own_question", "unwell")
    await page.say("skip", "intake.apart_known")
    await page.press("That is right", "intake.review")
    await page.press("Send", "intake.enough")
    await page.press("Not now", "intake.end")


async def mina_begins(page, names):
    await page.be("mina")
    await page.say("I want a mentor", "intake.limits")
    await page.press("Yes, start", "intake.about_you")
    await page.press("That is right", "intake.line_manager_known", names.list_shown)


async def jo_runs_it(page, names):
    await page.be("jo")
    await page.say("/mentor line @cleo", "line.ask", "Cleo", room="everyone")
    await page.say(names.entered, "line.kept", kill=True)
    await page.say("/mentor line @omar", "line.ask", "Omar")
    await page.fill("line.kept", text=names.entered_field)
    await page.say("/mentor line @mina", "line.ask", "Mina")
    await page.fill("line.kept", **({"person": names.entered_person} if names.entered_person else {"text": names.entered_field}))
    await page.say(f"/mentor line @cleo {names.entered_field}", "person.unknown")
    await page.say("/mentor applicants", "applicants.list")
    await page.press("Accept all", "applicants.accepted_all")
    await page.press("Mark trained", "applicants.train")
    await page.pick(["Aisha", "Ben"], "applicants.nobody")
    await page.say("/mentor people", "people.all")
    await page.say("/mentor match", "round.review", "Aisha Khan with Ben Okoro")
    await page.press("Release", "round.after_no_question")
    await page.press("Tell me", "round.released")


async def both_say_yes(page):
    await page.be("aisha")
    await page.press("Yes, please", "proposal.yes_mentee")
    await page.be("ben")
    await page.press("Yes, please", "introduction.both_yes")


async def play(page, names, imports):
    """The whole of it. `imports()` runs the later import with `mentord import`."""
    await mina_begins(page, names)
    await aisha_signs_up(page, names)
    await ben_signs_up(page, names)
    assert page.demo.kill("mentord"), "no bot to kill"
    await cleo_would_rather_tell(page, names)
    await jo_runs_it(page, names)
    await both_say_yes(page)
    await asyncio.get_running_loop().run_in_executor(None, imports)
    await page.be("aisha")
    await page.say("me", "intake.review")
    await page.press("Change my line manager", "intake.line_manager_known", names.line)
    await page.press("That is right", "intake.review")
    await page.press("Change who is kept apart", "intake.apart_known")
    await page.press("That is right", "intake.review")
    await page.press("That is all", "intake.end")
    await page.clock_next()  # the bot reminds Mina, who stopped at her line manager
    await page.clock_next()
    await page.be("jo")
    await page.say("/mentor pairs", "pairs.all", "Aisha Khan")
    for name in ("people", "pairs"):
        page.lists[name] = page.file_of(await page.say(f"/mentor export {name}", f"export.{name}"))
