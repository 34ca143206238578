#!/usr/bin/python3
"""stage.py: where the stories of tests/chat are played on Slack: what `build/play-slack` says, a line of JSON each, is done by people
of a simulated Slack, with a real mentord-slack, a real bot and a real Redis behind it; what these people then see goes back.

usage: stage.py [SEED]    started by build/play-slack; with a seed one of four processes is killed at most lines
"""
import asyncio
import base64
import contextlib
import json
import random
import re
import signal
import sys
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True

import websockets

import privacy
from harbour import DEADLINE_S, Harbour, Slack, wait
from phrases import Phrases
from stage_bot import StageBot

WORDY = re.compile(r"\S\s+\S")  # what is typed into a form; single words, such as skip, are written
AWAY = "I could not take this in just now"  # of slack.yaml, where nothing else stands
LATE_S, AWAY_S, TRIGGER_S, ANSWER_S = 2, 3, 3, 2
TAKEN = ("acked", "late", "given_up")
SEVERAL = ("multi_static_select", "checkboxes")  # sent by a button beside them
LISTS = (*SEVERAL, "static_select", "radio_buttons", "overflow")
START_MS = 1799661600000        # Monday 11 January 2027, 10:00 in London, as all stories begin
# "answer": the adapter dies when Slack took a message to this person and its answer has not come: only a look-up keeps it from being
# said again. Where nothing can be looked up, in rooms, it would be said again: so the bot decides, and so its operator reads.
KILLABLE, QUIET_CHANCE = ("bot", "adapter", "redis", "slack", "answer"), 0.4
TEAMS = {"city": "harbour", "docks": "docks", "east": "east"}


class Stage(Harbour):
    def __init__(self, seed):
        super().__init__(teams=tuple(TEAMS.values()), people={})
        self.names, self.ids, self.rows, self.buttons, self.keys, self.lists = {}, {}, {}, {}, {}, {}
        self.phrases, self.entries, self.files = Phrases(), 0, 0
        self.chance, self.kills = (random.Random(seed), {}) if seed else (None, {})
        self.again, self.armed, self.doer, self.told_before = 0, None, None, 0

    def make_bot(self):
        workspaces = {town: f"slack/{self.slack.teams[team]}" for town, team in TEAMS.items()}
        return StageBot(workspaces, self.address)

    def __enter__(self):
        super().__enter__()
        self.slack.say("settings", tiers=0, retry_1_ms=200, retry_2_ms=1500, retry_3_ms=5000, ghost_ms=4000)
        self.slack.say("channel", name="everyone", members=["mentor"])
        self.up(1)
        return self

    # ---- people ----

    def who(self, name):
        """`cho@docks` is cho in the other workspace."""
        user, _, town = name.partition("@")
        return f"{TEAMS[town or 'city']}/{user}"

    def bring(self, town, user, name):
        """Somebody of a list, a person of that workspace from now on; their id there."""
        if (town, user) in self.ids:
            return self.ids[town, user]
        plain, team = user.partition("@")[0], TEAMS[town]
        there = {(one["team_id"], one["name"]) for one in self.slack.say("people")["people"]}
        facts = {"real_name": name, "tz": "Europe/London"}
        if (self.slack.teams[team], plain) in there:
            found = self.slack.say("change", who=f"{team}/{plain}", **facts)
        else:
            found = self.slack.say("person", team=team, name=plain, **facts)
        if town == "city":
            self.slack.say("join", who=f"{team}/{plain}", where="#everyone")
        self.ids[town, user] = found["user"]["id"]
        self.names[user] = (town, found["user"]["id"])
        return self.ids[town, user]

    # ---- files and entries ----

    def do_file(self, wish):
        """A scheme or a list, with Slack's workspaces and ids in place of the web's; the web's own stays beside, for the clock."""
        text = Path(wish["path"]).read_text()
        for town, user, name in re.findall(r"(?m)^web/(\w+):([\w@]+),([^,]+),", text):
            self.bring(town, user, name)
        text = re.sub(r"web/(\w+):([\w@]+)", lambda found: f"{self.bot.workspaces[found[1]]}:{self.ids[found[1], found[2]]}", text)
        if re.search(r"(?m)^scheme:", text):
            text = re.sub(r"web/(\w+)", lambda found: self.bot.workspaces[found[1]] + (", web/city" if found[1] == "city" else ""), text)
        self.files += 1
        path = self.folder / f"{self.files}-{Path(wish['path']).name}"
        path.write_text(text)
        return {"path": str(path)}

    def do_control(self, wish):
        entry = json.loads(wish["entry"])
        if entry["kind"] == "apply":
            entry["offset_ms"] = START_MS - int(time.time() * 1000)
        self.bot.push(entry)
        wait("the bot takes the entry", lambda: self.bot.job_ended(entry["id"]))
        return {}

    # ---- what people do ----

    def taken(self, envelope):
        """A Slack that died may have forgotten what was pressed."""
        def state():
            try:
                found = self.slack.say("envelope", id=envelope)["state"]
            except AssertionError:
                return "lost"
            return found if found in TAKEN else None
        return wait("an envelope is taken, or not", state)

    def until_taken(self, who, what, deed):
        """Who clicks or commands is told by Slack, or in our own sentence, that nobody took it in time; they do it again."""
        for turn in range(12):
            self.up(1)
            told, since = self.told_away(who), time.monotonic()
            try:
                envelope = deed()["envelope_id"]
            except AssertionError:
                if turn == 0:
                    raise
                return  # what was to be pressed has gone meanwhile: the press before this one counted
            self.strike()
            state = self.taken(envelope)
            late = time.monotonic() - since > LATE_S
            if state == "acked" and not (late and self.hears_away(who, told)):
                return
            self.again += 1
        raise AssertionError(f"{who} {what}: twelve times in vain")

    def told_away(self, who):
        return sum(AWAY in message["shown"] for message in self.slack.messages(self.who(who)))

    def hears_away(self, who, told):
        """The sentence may come a moment behind its acknowledgement."""
        end = time.monotonic() + AWAY_S
        while time.monotonic() < end:
            if self.told_away(who) > told:
                return True
            time.sleep(0.05)
        return False

    def do_say(self, wish):
        who, text = wish["who"], wish["text"]
        field = self.field_of(who) if WORDY.search(text) else None
        if field is not None:
            self.type_into(who, field, text)
        else:
            self.slack.say("say", who=self.who(who), text=text)
            self.strike()
        return {}

    def field_of(self, who):
        """The button that opens the form of this person's newest card, if that card has one."""
        rows = [row for row in self.rows.values() if row["person"] == who and (row["choices"] or row["input"])]
        return rows[-1] if rows and rows[-1]["input"].startswith("open") else None

    def type_into(self, who, row, text):
        for _ in range(12):
            self.until_taken(who, "opens a form", lambda: self.slack.say("click", who=self.who(who), what=row["input"], ts=row["ts"]))
            end = time.monotonic() + TRIGGER_S
            while self.view(who) is None and time.monotonic() < end:
                time.sleep(0.02)
            if self.view(who):
                break
        self.until_taken(who, "sends a form", lambda: self.slack.say("submit", who=self.who(who), values={"text": text}))

    def view(self, who):
        return self.slack.say("see", who=self.who(who), messages=1).get("view")

    def do_run(self, wish):
        words = [wish["args"]] if wish["command"] == "mentor" else [wish["command"], wish["args"]]
        where = {"where": f"#{wish['room']}"} if "room" in wish else {}
        text = " ".join(filter(None, words))
        self.until_taken(wish["who"], text, lambda: self.slack.say("run", who=self.who(wish["who"]), command="/mentor", text=text, **where))
        return {}

    def do_press(self, wish):
        who, row = wish["who"], self.rows[wish["message"]]
        button = self.buttons[wish["message"]][wish["token"]]
        stands = any(choice["token"] == wish["token"] for choice in row["choices"])
        if button["type"] in SEVERAL:
            return self.do_choose({**wish, "tokens": [wish["token"]]})
        if button["type"] in LISTS:
            more = {"what": button["action_id"], "value": wish["token"]}
        elif stands and row["person"] in (who, "#everyone"):
            more = {"what": wish["token"]}
        else:  # it is not there any more, or never was for this person
            owner = "dm" if row["person"] == who else row["channel"]
            more = {"where": owner, "gone": {"type": "button", "block_id": "gone", "action_id": button["action_id"], "value": wish["token"]}}
        self.until_taken(who, f"presses {wish['token']}", lambda: self.click(who, row, **more))
        return {}

    def click(self, who, row, **more):
        return self.slack.say("click", who=self.who(who), ts=row["ts"], **more)

    def do_choose(self, wish):
        """Several choices of one list, then the button that sends them."""
        who, row = wish["who"], self.rows[wish["message"]]
        button = self.buttons[wish["message"]][wish["tokens"][0]]
        self.until_taken(who, "picks", lambda: self.click(who, row, what=button["action_id"], value=wish["tokens"]))
        self.until_taken(who, "sends", lambda: self.click(who, row, what=row["send"]))
        return {}

    def do_set(self, wish):
        """A day in the calendar of a message: choosing it is answering."""
        who, row = wish["who"], self.rows[wish["message"]]
        self.until_taken(who, f"sets {wish['day']}", lambda: self.click(who, row, what=row["input"], value=wish["day"]))
        return {}

    # ---- what people see ----

    def see(self):
        """Rows that are new or other than before."""
        fresh = []
        people = [*self.names, *(["#everyone"] if self.names else [])]
        for person in people:
            for row in self.seen_by(person):
                old = self.rows.get(row["message"])
                if old is not None and {**row, "keys": old["keys"]} == old:
                    continue
                row["keys"] = " ".join(dict.fromkeys([*(old["keys"].split() if old else []), *self.phrases.keys_of(row["shown"], row["ephemeral"])]))
                self.rows[row["message"]] = row
                fresh.append(row)
        return fresh

    def seen_by(self, person):
        room = person.startswith("#")
        who = self.who(next(iter(self.names))) if room else self.who(person)
        rows = []
        for conversation in self.slack.conversations(who):
            if not (conversation["name"] == person[1:] if room else conversation["kind"] == "im"):
                continue
            rows += [self.row_of(person, conversation, message) for message in conversation["messages"]
                     if message["from"] == "mentor" and not (room and message["ephemeral"])]
        return rows

    def row_of(self, person, conversation, message):
        parts = message.get("buttons", [])
        name = f"{conversation['id']}/{message['ts']}"
        known = self.buttons.setdefault(name, {})
        choices, send, field, calendar = [], "", "", False
        for part in parts:
            if part["type"] in LISTS:
                field = field or part["action_id"]
                choices += [{"token": option["value"], "label": option["label"]} for option in part["options"]]
                known.update({option["value"]: part for option in part["options"]})
            elif part["type"] == "datepicker":
                field, calendar = part["action_id"], True
            elif part["action_id"].startswith("send"):
                send = part["action_id"]
            elif part["action_id"].startswith("open"):
                field = part["action_id"]
            elif part["type"] == "button":
                choices.append({"token": part["value"], "label": part["label"]})
                known[part["value"]] = part
        return {"message": name, "person": person, "channel": conversation["id"], "ts": message["ts"], "text": message["text"], "shown": message["shown"],
                "ephemeral": message["ephemeral"], "choices": choices, "send": send, "input": field, "calendar": calendar, "metadata": message.get("metadata"),
                "file": self.file_of(message)}

    def file_of(self, message):
        """What came with it, as text; it is fetched once."""
        ids = [file["id"] for file in message.get("files") or [] if file.get("mode") != "tombstone"]
        for one in ids[:1]:
            if one not in self.lists:
                file = self.slack.say("file", id=one)
                self.lists[one] = {"name": file["name"], "text": base64.b64decode(file["data"]).decode()}
            return self.lists[one]
        return None

    def quiet(self):
        return self.slack.say("measures")["waiting"] == 0 and self.bot.is_quiet()

    def settle(self):
        def twice():
            if not self.quiet():
                return False
            time.sleep(0.03)
            return self.quiet()
        wait("everything is quiet", twice, 2 * DEADLINE_S, 0.02)

    def do_settle(self, wish):
        return {}

    def do_more(self, wish):
        """Something may be on its way that nothing told of; never for long."""
        end = time.monotonic() + 3
        while time.monotonic() < end:
            fresh = self.see()
            if fresh:
                return {"more": True, "said": fresh}
            time.sleep(0.05)
        return {"more": False}

    def do_record(self, wish):
        user = self.names[wish["who"]]
        other = self.names[wish["with"]] if "with" in wish else None
        return {"record": self.bot.record(wish["what"], user, other)}

    # ---- time and trouble ----

    def do_clock(self, wish):
        self.settle()
        asyncio.run(self.turn_clock(wish["to"]))
        wait("the clock stands", lambda: self.bot.now_ms() >= wish["to"] - 1000 and not self.bot.clock_moves(), 2 * DEADLINE_S)
        return {}

    async def turn_clock(self, to_ms):
        """By the demo's page: its clock is the scheme's. The page may be there before the bot is."""
        port = self.bot.page_port
        async with websockets.connect(f"ws://127.0.0.1:{port}/page", origin=f"http://127.0.0.1:{port}", subprotocols=["mentord.page.1"]) as page:
            end = time.monotonic() + DEADLINE_S
            while time.monotonic() < end and not self.bot.clock_moves() and self.bot.now_ms() < to_ms:
                await page.send(json.dumps({"t": "be", "person": "aisha"}))
                await page.send(json.dumps({"t": "clock_to", "due": to_ms}))
                with contextlib.suppress(asyncio.TimeoutError):
                    while True:
                        await asyncio.wait_for(page.recv(), 0.3)

    def do_restart_bot(self, wish):
        self.bot.kill("mentord")
        return {}

    def do_kill_redis(self, wish):
        self.bot.kill("redis-server")
        return {}

    def choose_kill(self, who):
        """With a seed: at most lines one process dies, each kind about as often, before the deed or right behind it."""
        self.armed = None
        if self.chance is None or self.chance.random() < QUIET_CHANCE:
            return
        least = min(self.kills.get(kind, 0) for kind in KILLABLE)
        self.armed = self.chance.choice([kind for kind in KILLABLE if self.kills.get(kind, 0) == least])
        if self.armed == "answer":
            self.told_before = self.told_count(who)
            self.slack.say("inject", method="chat.postMessage", channel=self.names[who][1], how="timeout_after", times=1)
        elif self.chance.random() < 0.5:
            self.strike()

    def told_count(self, who):
        return len(self.slack.told(self.who(who)))

    def lose_answer(self):
        end = time.monotonic() + ANSWER_S
        while time.monotonic() < end and self.told_count(self.doer) == self.told_before:
            time.sleep(0.01)
        self.restart_adapter(signal.SIGKILL)
        self.slack.say("inject", clear=True)

    def strike(self):
        """Nothing waits for what died to come back."""
        if self.armed is None:
            return
        kind, self.armed = self.armed, None
        self.kills[kind] = self.kills.get(kind, 0) + 1
        {"bot": lambda: self.bot.kill("mentord"), "redis": lambda: self.bot.kill("redis-server"), "adapter": lambda: self.restart_adapter(signal.SIGKILL),
         "slack": self.slack.kill_and_start, "answer": self.lose_answer}[kind]()

    # ---- the end ----

    def do_dump(self, wish):
        path = self.folder / "dump"
        path.write_text(self.bot.dump() + self.bot.log() + self.log())
        return {"path": str(path)}

    def do_end(self, wish):
        found = [*self.strange_words(), *self.told_twice(), *self.secrets()]
        for what in found:
            print(f"  {what}", file=sys.stderr)
        if self.chance:
            print(f"  killed: {self.kills}; done again by people: {self.again}", file=sys.stderr)
        return {"wrong": len(found)}

    def strange_words(self):
        return [f"{row['person']} saw words of no sentence of ours: {row['shown']!r}" for row in self.rows.values() if not row["keys"]]

    def told_twice(self):
        """Each part of an action once. In rooms nobody can look whether it stands there: what a kill left unclear may be said once more."""
        seen, found = set(), []
        for person in self.names:
            for conversation in self.slack.conversations(self.who(person)):
                for message in conversation["messages"]:
                    payload = (message.get("metadata") or {}).get("event_payload")
                    mark = payload and (conversation["id"], message["ts"], payload["action"], payload["part"])
                    seen.add(mark) if mark else None
        actions = [mark[2:] for mark in seen]
        for mark in seen:
            most = 2 if self.chance and not mark[0].startswith("D") else 1
            if actions.count(mark[2:]) > most:
                found.append(f"said twice: {mark}")
            elif actions.count(mark[2:]) > 1:
                print(f"  said once more in a room: {mark}", file=sys.stderr)
        return found

    def secrets(self):
        return [f"{sink} holds {kind}: {start}…" for sink, kind, start in privacy.look(self)[0]]

    def looks_at_the_end(self):
        """It was looked at in `end`; this end speaks to the player alone."""

    def serve(self):
        deeds = ("say", "run", "press", "choose", "set")
        quiet = ("more", "record", "file", "dump", "end")
        for line in sys.stdin:
            wish = json.loads(line)
            if wish["do"] in deeds:
                self.doer = wish["who"]
                self.choose_kill(self.doer)
            answer = getattr(self, f"do_{wish['do']}")(wish)
            if wish["do"] not in quiet:
                self.settle()
            if wish["do"] != "more":
                answer["said"] = self.see()
            answer["now"] = self.bot.now_ms()
            print(json.dumps(answer), flush=True)


def main():
    with Stage(sys.argv[1] if len(sys.argv) > 1 else None) as stage:
        stage.serve()


if __name__ == "__main__":
    main()
