"""people.py: everybody in the kill rounds: each has a page, answers the card that is open, and sends again until it is stored.

A Hall holds what all of them share: what was acknowledged to whom, which cards are due because of it, and who comes when.
"""
import asyncio
import collections
import contextlib
import json
import time

import websockets

from demo import ROOT

WORDS = json.loads((ROOT / "bot/words/en.json").read_text())
HELP = "help.text"
HELPS_MAX = 60          # of one person: a page shows the newest 200 messages of a room
WATCHERS = 8
SPARE = 4               # so many more mentors than mentees, and so many may be refused: the last mentee still finds one
ANSWER_S, PAUSE_S = 60, 0.05
TALKATIVE = 0.4         # how often somebody asks for help instead of only answering
TOPICS = ["conflict", "confidence", "networks", "career_move"]
OFTEN = ["weekly", "fortnightly", "monthly"]
OWN = {"shift": "Which shift do you work?", "access": "What must we know so that you can take part?"}
QUESTIONS = f"""questions:
  - {{ id: topics, kind: several, max: 3, options: [{", ".join(TOPICS)}] }}
  - {{ id: how_often, kind: choice, options: [{", ".join(OFTEN)}] }}
  - {{ id: capacity, kind: number, who: mentor, max: 3 }}
  - {{ id: shift, kind: text, text: "{OWN["shift"]}" }}
  - {{ id: access, kind: text, sealed: yes, text: "{OWN["access"]}" }}
  - {{ id: bio, kind: text, extra: yes }}
"""


def label(key):
    return WORDS[key]


class Stuck(Exception):
    """Somebody waited in vain."""


class Hall:
    """`due[person, key]`: so many cards of this key that person must have been shown, since this was acknowledged."""

    def __init__(self, demo, mentees, mentors):
        self.demo = demo
        self.due, self.answers, self.decided = collections.Counter(), collections.defaultdict(dict), []
        self.events = self.count = self.connections = self.noes = 0
        self.applied = set()
        self.calm = False     # no more kills to come: nobody talks only to be heard
        self.closed = False   # the story is over
        self.moved = asyncio.Event()
        self.mentees = [Member(self, f"e{i}", "mentee") for i in range(mentees)]
        self.mentors = [Member(self, f"o{i}", "mentor") for i in range(mentors)]
        self.jo, self.kim = Lister(self, "jo"), Matcher(self, "kim")
        self.watchers = [Person(self, f"w{i}") for i in range(WATCHERS)]

    @property
    def members(self):
        return self.mentees + self.mentors

    @property
    def everybody(self):
        return self.members + [self.jo, self.kim] + self.watchers

    @property
    def watcher(self):
        """Somebody who only asks for help now and then, to see whether the bot answers."""
        return next(one for one in self.watchers if one.helps < HELPS_MAX)

    def acknowledged(self):
        self.events += 1
        self.moved.set()

    async def until(self, true, seconds=ANSWER_S):
        """Waits for something that acknowledgements bring about; False when the time is over."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                return False
            self.moved.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.moved.wait(), PAUSE_S)
        return True


def files_of(mentees, mentors):
    """The play, the list and the scheme for so many people."""
    users = [(f"e{i}", "constable", i) for i in range(mentees)] + [(f"o{i}", "inspector", i) for i in range(mentors)]
    cast = [(user, f"Person {user.upper()}") for user, _, _ in users] + [("jo", "Jo Patel"), ("kim", "Kim Brown"), ("rita", "Rita Stone")]
    cast += [(f"w{i}", f"Watcher {i}") for i in range(WATCHERS)]
    people = "".join(f"  - {{ id: {user}, workspace: web/city, name: {name}, about: invented }}\n" for user, name in cast)
    play = "zone: Europe/London\nworkspaces:\n  - { id: web/city, name: City }\npeople:\n" + people
    rows = ["account,name,organisation,department,grade,line_manager,role,trained", "web/city:rita,Rita Stone,city,Command,superintendent,none,,"]
    rows += [f"web/city:{user},{name},city,People,chief inspector,none,manager,yes" for user, name in cast if user in ("jo", "kim")]
    rows += [f"web/city:{user},Person {user.upper()},city,Team {i % 5},{grade},{'web/city:rita' if i % 2 else ''},," for user, grade, i in users]
    scheme = (ROOT / "deploy/demo/scheme.yaml").read_text().replace("cap_pairs: 12", "cap_pairs: 40").replace("questions: default", "")
    scheme = "\n".join(line for line in scheme.splitlines() if not line.lstrip().startswith("# or a list")) + "\n"
    return {"play.yaml": play, "people.csv": "\n".join(rows) + "\n", "scheme.yaml": scheme + QUESTIONS}


class Person:
    """One tab that never gives up: it connects again, says again who it is, and sends again under the same number."""

    def __init__(self, hall, user):
        self.hall, self.user, self.socket = hall, user, None
        self.messages, self.helps = {}, 0
        self.answered, self.passed = set(), set()  # cards: given an answer; asked anew, and so of no use any more

    # ---- the page ----
    async def connect(self):
        end = time.monotonic() + ANSWER_S
        while self.socket is None:
            if time.monotonic() > end:
                raise Stuck(f"{self.user} found nobody at the page for {ANSWER_S} s")
            try:
                port = self.hall.demo.port
                self.socket = await websockets.connect(f"ws://127.0.0.1:{port}/page", subprotocols=["mentord.page.1"], open_timeout=5,
                                                       origin=f"http://127.0.0.1:{port}", max_size=None, compression=None, close_timeout=0.2)
                await self.socket.send(json.dumps({"t": "be", "person": self.user}))
                self.hall.connections += 1
            except (OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                await self.close()
                await asyncio.sleep(PAUSE_S)

    async def close(self):
        socket, self.socket = self.socket, None
        if socket is not None:
            with contextlib.suppress(OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                await socket.close()

    def take(self, frame):
        room = f"d:{self.user}"
        if frame["t"] == "state" and frame["me"] == self.user:
            self.messages = {m["id"]: m for m in frame["messages"].get(room, [])}
            self.rooms = frame["messages"]
        elif frame["t"] == "message" and frame["room"] == room:
            self.messages[frame["message"]["id"]] = frame["message"]
        elif frame["t"] == "refused":
            raise Stuck(f"{self.user} was refused: {frame}")

    async def hear(self, seconds=1.0):
        """One frame, or None after a while or when the line broke."""
        await self.connect()
        try:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), seconds))
        except asyncio.TimeoutError:
            return None
        except (OSError, websockets.exceptions.WebSocketException):
            await self.close()
            return None
        self.take(frame)
        return frame

    async def ask(self, what, frame, is_answer):
        """Sends the frame, once on each connection, until what comes back is the answer; returns that."""
        end = time.monotonic() + ANSWER_S
        socket = None
        while time.monotonic() < end:
            await self.connect()
            if socket is not self.socket:
                socket = self.socket
                with contextlib.suppress(OSError, websockets.exceptions.WebSocketException):
                    await socket.send(json.dumps(frame))
            heard = await self.hear()
            if heard is not None and is_answer(heard):
                return heard
        raise Stuck(f"{self.user} waited {ANSWER_S} s for {what}")

    async def send(self, **frame):
        """Sends until it is stored: acknowledged."""
        self.hall.count += 1
        frame["n"] = f"n{self.hall.count}"
        await self.ask(f"an acknowledgement of {frame}", frame, lambda heard: heard["t"] == "stored" and heard["n"] == frame["n"])
        self.hall.acknowledged()

    async def state(self):
        """Everything this person sees now, asked for anew."""
        return await self.ask("what they see", {"t": "be", "person": self.user}, lambda heard: heard["t"] == "state")

    # ---- doing ----
    def cards(self):
        return [m for m in sorted(self.messages.values(), key=lambda m: int(m["id"][1:])) if "card" in m]

    def shown(self, key):
        return sum(1 for m in self.cards() if m["card"].get("key") == key)

    async def say(self, text):
        await self.send(t="say", room=f"d:{self.user}", text=text)

    async def help(self):
        self.helps += 1
        await self.say("help")
        self.hall.due[self.user, HELP] += 1

    async def press(self, message, words):
        card = message["card"]
        token = next(one["token"] for one in card.get("choices", []) + card.get("extras", []) if one["label"].startswith(words))
        await self.send(t="press", message=message["id"], token=token)
        self.answered.add(message["id"])
        return token

    async def pick(self, message, labels):
        card = message["card"]
        tokens = [one["token"] for one in card["choices"] if one["label"] in labels]
        await self.send(t="form", message=message["id"], token=card["input_token"], values={"choice": tokens})
        self.answered.add(message["id"])

    def open_card(self, keys):
        """The newest card that asks one of these, and was not answered by us."""
        for message in reversed(self.cards()):
            card = message["card"]
            if card.get("key") in keys and not card.get("closed") and message["id"] not in self.answered | self.passed:
                return message
        return None

    async def asked(self, keys, seconds=ANSWER_S):
        """Waits for such a card; None when none came, or the hall closed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.hall.closed:
            found = self.open_card(keys)
            if found is not None:
                return found
            await self.hear(PAUSE_S)
        return None


class Member(Person):
    """Signs up, changes their mind about an answer now and then, and answers what is proposed."""

    def __init__(self, hall, user, role):
        super().__init__(hall, user)
        self.role, self.chance = role, None
        self.said_no = self.changing = False
        self.changes = self.paired = 0
        self.own = ["topics", "how_often"] + (["capacity"] if role == "mentor" else []) + ["shift", "access"]

    # ---- what comes after what ----
    def key_of(self, question):
        if question in OWN:
            return "intake.own_question"
        special = f"intake.{question}.mentor"
        return special if self.role == "mentor" and special in WORDS else f"intake.{question}"

    def after(self, question):
        if self.changing:
            self.changing = False
            return "intake.review"
        at = self.own.index(question) + 1
        return self.key_of(self.own[at]) if at < len(self.own) else "intake.apart"

    def question_of(self, message):
        key, text = message["card"]["key"], message["card"]["text"]
        if key == "intake.own_question":
            return next(id for id, words in OWN.items() if words in text)
        return key.removeprefix("intake.").removesuffix(".mentor")

    def due(self, key):
        self.hall.due[self.user, key] += 1

    # ---- answers ----
    async def answer_question(self, message):
        question = self.question_of(message)
        if question in ("topics", "how_often", "capacity"):
            values = await self.choose(message, question)
        else:
            values = await self.write(message, question)
        self.hall.answers[self.user][question] = values
        self.due("intake.end" if question == "bio" else self.after(question))

    async def choose(self, message, question):
        if question == "topics":
            values = self.chance.sample(TOPICS, self.chance.randrange(1, 4))
            await self.pick(message, [label(f"option.topics.{value}") for value in values])
            return values
        values = ["1"] if question == "capacity" else [self.chance.choice(OFTEN)]
        await self.press(message, values[0] if question == "capacity" else label(f"option.how_often.{values[0]}"))
        return values

    async def write(self, message, question):
        text = f"{question} {self.user} {self.hall.count}"
        if self.chance.random() < 0.15 and question != "bio":
            await self.say("skip")
            self.passed.add(message["id"])
            return None
        if self.chance.random() < 0.5 or "input_token" not in message["card"]:
            await self.say(text)
        else:
            await self.send(t="form", message=message["id"], token=message["card"]["input_token"], values={"text": text})
        self.answered.add(message["id"])
        return [text]

    async def limits(self, message):
        await self.press(message, label("intake.button.start"))
        self.due("intake.about_you")

    async def about_you(self, message):
        await self.press(message, label("intake.button.right"))
        self.due("intake.line_manager_known" if int(self.user[1:]) % 2 else "intake.line_manager")

    async def line_known(self, message):
        await self.press(message, label("intake.button.right"))
        self.due(self.key_of("topics"))

    async def line_manager(self, message):
        await self.say("Rita Stone")
        self.answered.add(message["id"])
        self.due(self.key_of("topics"))

    async def apart(self, message):
        await self.press(message, label("intake.button.nobody"))
        self.due("intake.review")

    async def review(self, message):
        if self.changes < 2 and self.chance.random() < 0.4:
            question = self.chance.choice(["topics", "how_often"])
            self.changes, self.changing = self.changes + 1, True
            await self.press(message, label(f"review.change.{question}"))
            self.due(self.key_of(question))
            return
        await self.press(message, label("intake.button.send"))
        self.hall.applied.add(self.user)
        self.due("intake.enough")

    async def enough(self, message):
        more = self.chance.random() < 0.5
        await self.press(message, label("intake.button.more" if more else "intake.button.later"))
        self.due("intake.bio" if more else "intake.end")

    async def proposal(self, message):
        yes = self.said_no or self.chance.random() < 0.85 or self.hall.noes >= SPARE
        self.hall.noes += not yes
        token = await self.press(message, label("proposal.button.yes" if yes else "proposal.button.no"))
        self.said_no = self.said_no or not yes
        self.hall.decided.append((self.user, token.split(".")[0], yes))

    ANSWERS = {"intake.limits": limits, "intake.about_you": about_you, "intake.line_manager": line_manager, "intake.line_manager_known": line_known,
               "intake.topics": answer_question, "intake.topics.mentor": answer_question, "intake.how_often": answer_question,
               "intake.capacity": answer_question, "intake.own_question": answer_question, "intake.bio": answer_question,
               "intake.apart": apart, "intake.review": review, "intake.enough": enough,
               "proposal.mentee": proposal, "proposal.mentor": proposal}

    # ---- the whole of it ----
    async def again(self, message):
        """An impatient finger: the same button once more, as something new. It must change nothing."""
        if message["card"].get("choices") and message["card"].get("input") == "buttons":
            await self.send(t="press", message=message["id"], token=message["card"]["choices"][0]["token"])

    def introduced(self):
        return self.shown("introduction.both_yes") > 0

    async def help_first(self, message):
        """In the middle of a question: the bot helps, then asks it anew, and the old card is late."""
        self.passed.add(message["id"])
        await self.help()
        self.due(message["card"]["key"])

    async def run(self, start, chance):
        """Comes when `start` things were acknowledged; then stays until the hall closes."""
        self.chance = chance
        await self.hall.until(lambda: self.hall.events >= start or self.hall.calm, 600)
        await self.say("I want a mentor" if self.role == "mentee" else "I want to be a mentor")
        self.due("intake.limits")
        while not self.hall.closed:
            message = await self.asked(self.ANSWERS, 0.1 + 0.4 * self.chance.random())
            talkative = not self.hall.calm and self.helps < HELPS_MAX and self.chance.random() < TALKATIVE
            if message is not None and talkative:
                await self.help_first(message)
            if message is None and talkative and self.introduced():
                await self.help()
            if message is None or talkative:
                continue
            await self.ANSWERS[message["card"]["key"]](self, message)
            if self.chance.random() < 0.1:
                await self.again(message)


class Lister(Person):
    """The manager who accepts everybody and marks them as trained, whenever somebody new has signed up."""

    KEYS = ("applicants.list", "applicants.nobody", "applicants.train")

    def __init__(self, hall, user):
        super().__init__(hall, user)
        self.listed = self.cycles = 0
        self.busy = False

    def rests(self):
        """Everybody who signed up was accepted and trained."""
        return not self.busy and len(self.hall.applied) <= self.listed

    def due(self, key):
        self.hall.due[self.user, key] += 1

    async def step(self, message):
        """False: the list is closed."""
        labels = [one["label"] for one in message["card"]["choices"]]
        if message["card"]["key"] == "applicants.train":
            await self.pick(message, labels)
            self.due("applicants.list")
        elif label("applicants.button.accept_all") in labels:
            await self.press(message, label("applicants.button.accept_all"))
            self.due("applicants.accepted_all")
            self.due("applicants.list")
        elif label("applicants.button.train") in labels:
            await self.press(message, label("applicants.button.train"))
            self.due("applicants.train")
        else:
            await self.press(message, label("applicants.button.close"))
            return False
        return True

    async def run(self):
        while await self.hall.until(lambda: self.hall.closed or len(self.hall.applied) > self.listed, 600) and not self.hall.closed:
            self.listed, self.busy = len(self.hall.applied), True
            await self.say("applicants")
            self.due("applicants.list")
            message = await self.asked(self.KEYS)
            while message is not None and await self.step(message):
                message = await self.asked(self.KEYS)
            self.cycles += 1
            self.busy = False


class Matcher(Person):
    """The manager who makes a round whenever there is somebody new to match, and releases it."""

    KEYS = ("round.review", "round.after_no_question")

    def due(self, key):
        self.hall.due[self.user, key] += 1

    async def round(self):
        await self.say("match")
        self.due("round.review")
        message = await self.asked(self.KEYS)
        if message is None:
            return
        release = any(one["label"].startswith(label("round.button.release")) for one in message["card"]["choices"])
        await self.press(message, label("round.button.release" if release else "round.button.discard"))
        self.due("round.after_no_question" if release else "round.discarded")
        message = await self.asked(self.KEYS) if release else None
        if message is not None:
            await self.press(message, label("round.button.ask_me"))
            self.due("round.released")

    async def run(self):
        seen = (0, 0)
        while not self.hall.closed:
            news = (self.hall.jo.cycles, sum(1 for _, _, yes in self.hall.decided if not yes))
            if news != seen:
                seen = news
                await self.round()
            await self.hear(PAUSE_S)
