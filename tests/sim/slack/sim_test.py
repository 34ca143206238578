#!/usr/bin/python3
"""sim_test.py: each rule that the simulated Slack promises, once, with nothing but Debian packages. `sim_test.py WORD` runs the rules whose name has WORD."""
import asyncio
import base64
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

import websockets.exceptions
from websockets.legacy.client import connect  # Debian 12's library has no other, Debian 13's still has it

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
WAIT_S = 10
RULES = []


def rule(function):
    RULES.append(function)
    return function


# ---- a simulator, and a socket in it ----

LOOP = asyncio.new_event_loop()


def on_loop(what):
    return asyncio.run_coroutine_threadsafe(what, LOOP).result(WAIT_S)


class Link:
    """One Socket Mode connection, on a loop in the background."""

    def __init__(self, sim, url=None, hello=True, ack=False):
        self.sim, self.ack, self.frames, self.end = sim, ack, [], None
        self.socket = on_loop(self.connect(url or sim.address()))
        asyncio.run_coroutine_threadsafe(self.listen(), LOOP)
        if hello:
            assert self.next()["type"] == "hello"

    async def connect(self, url):
        return await connect(url, max_size=8 << 20, ping_interval=None, close_timeout=1)

    async def listen(self):
        try:
            async for text in self.socket:
                self.frames.append(text)
                if self.ack and "envelope_id" in text:
                    await self.socket.send(json.dumps({"envelope_id": json.loads(text)["envelope_id"]}))
        except websockets.exceptions.ConnectionClosed:
            pass
        self.end = (self.socket.close_code, self.socket.close_reason)

    def next(self, raw=False):
        until(lambda: self.frames, "a frame")
        text = self.frames.pop(0)
        return text if raw else json.loads(text)

    def send(self, text):
        on_loop(self.socket.send(text))

    def answer(self, envelope, payload=None):
        self.send(json.dumps({"envelope_id": envelope["envelope_id"], **({} if payload is None else {"payload": payload})}))

    def ended(self):
        until(lambda: self.end is not None, "the end of a socket")
        return self.end

    def close(self):
        if self.end is None:
            on_loop(self.socket.close())


class Sim:
    answered, asked = set(), set()  # of all rules: methods that answered ok, verbs that did

    def __init__(self, *more):
        self.folder, self.more, self.links, self.status, self.head = tempfile.TemporaryDirectory(), more, [], None, None
        self.start("0")

    def start(self, port):
        self.process = subprocess.Popen([os.path.join(BUILD, "sim-slack"), "--port", port, "--data", self.folder.name, *self.more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        facts = []
        while not facts or facts[-1][0] != "control":
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            facts.append(line.split())
        self.api, self.control = facts[0][1], facts[-1][1]
        self.app_token = next(fact[1] for fact in facts if fact[0] == "app_token")
        self.tokens = [fact[1] for fact in facts if fact[0] == "bot_token"]
        self.token = self.tokens[0]

    def kill_and_start(self):
        self.process.kill()
        self.process.communicate()
        self.start(re.search(r":(\d+)", self.api).group(1))

    def close(self):
        for link in self.links:
            link.close()
        self.process.terminate()
        errors = self.process.communicate(timeout=20)[1]
        assert self.process.returncode == 0 and "Sanitizer" not in errors, f"the simulator ended with {self.process.returncode}: {errors[-3000:]}"
        self.folder.cleanup()

    def open(self, url, data, head=()):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=dict(head)), timeout=WAIT_S) as answer:
                self.status, self.head, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            self.status, self.head, body = error.code, error.headers, error.read()
        return body.decode()

    def call(self, called, token=None, **args):
        """A form, with what is nested as JSON text."""
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in args.items()}
        answer = json.loads(self.open(self.api + called, urllib.parse.urlencode(form).encode(), {"authorization": f"Bearer {token or self.token}"}))
        if answer["ok"]:
            self.answered.add(called)
        return answer

    def call_json(self, called, token=None, **args):
        head = {"authorization": f"Bearer {token or self.token}", "content-type": "application/json; charset=utf-8"}
        return json.loads(self.open(self.api + called, json.dumps(args).encode(), head))

    def good(self, called, **args):
        answer = self.call(called, **args)
        assert answer["ok"], f"{called}: {answer}"
        return answer

    def fails(self, error, called, **args):
        answer = self.call(called, **args)
        assert answer.get("error") == error, f"{called}: {error} was wanted, not {answer}"
        return answer

    def do(self, verb, **wish):
        answer = json.loads(self.open(self.control + verb, json.dumps(wish).encode()))
        assert answer["ok"], f"{verb} {wish}: {answer['wrong']}"
        self.asked.add(verb)
        return answer

    def wrong(self, verb, **wish):
        answer = json.loads(self.open(self.control + verb, json.dumps(wish).encode()))
        assert not answer["ok"], f"{verb} {wish} should be wrong"
        return answer["wrong"]

    def address(self):
        return self.call("apps.connections.open", self.app_token)["url"]

    def link(self, *args, **more):
        self.links.append(Link(self, *args, **more))
        return self.links[-1]

    def advance(self, ms):
        return self.do("clock", advance_ms=ms)

    def see(self, who="ann", **more):
        return self.do("see", who=who, **more)

    def texts(self, who="ann", where="dm"):
        return [message["shown"].strip() for message in self.see(who, where=where)["conversations"][0]["messages"]]

    def person(self, name):
        return next(one["id"] for one in self.do("people")["people"] if one["name"] == name)

    def dm(self, who="ann"):
        return self.good("conversations.open", users=self.person(who))["channel"]["id"]


def until(question, what):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if question():
            return
        time.sleep(0.005)
    raise AssertionError(f"never: {what}")


def plain(text):
    return {"type": "plain_text", "text": text}


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label, action):
    return {"type": "button", "text": plain(label), "action_id": action, "value": f"v-{action}"}


def field(label, block, element):
    return {"type": "input", "block_id": block, "label": plain(label), "element": element}


def modal(title="Form", blocks=None, **more):
    blocks = [field("Skill", "skill", {"type": "plain_text_input", "action_id": "skill_text"})] if blocks is None else blocks
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": blocks, **more}


def trigger(sim, who="ann"):
    return sim.do("run", who=who, text="x")["trigger_id"]


# ---- the Web API: tokens, arguments, scopes, limits ----

@rule
def tokens_are_known_and_of_the_right_kind(sim):
    answer = sim.good("auth.test")
    assert re.match("T", answer["team_id"]) and re.match("B", answer["bot_id"]) and re.match("U", answer["user_id"])
    assert "chat:write" in sim.head["x-oauth-scopes"]
    assert sim.call("auth.test", "xoxb-wrong")["error"] == "invalid_auth"
    assert json.loads(sim.open(sim.api + "auth.test", b""))["error"] == "not_authed"
    assert sim.call("users.list", sim.app_token)["error"] == sim.call("apps.connections.open")["error"] == "not_allowed_token_type"
    body = urllib.parse.urlencode({"token": sim.app_token}).encode()
    assert json.loads(sim.open(sim.api + "apps.connections.open", body))["error"] == "not_authed"  # in the header only
    sim.do("token", token=sim.token, refusal="token_revoked")
    sim.fails("token_revoked", "auth.test")


@rule
def scopes_are_named_when_one_is_missing(sim):
    sim.do("token", token=sim.token, scopes="chat:write,im:write,groups:write")
    assert sim.fails("missing_scope", "users.info", user="U1")["needed"] == "users:read"
    people = [sim.person(name) for name in ("ann", "ben")]
    assert sim.fails("missing_scope", "conversations.open", users=",".join(people))["needed"] == "mpim:write"
    assert sim.fails("missing_scope", "conversations.create", name="x")["needed"] == "channels:manage"
    assert sim.good("conversations.create", name="x", is_private=True)["channel"]["is_private"]


@rule
def a_group_message_is_read_only_with_its_own_scope(sim):
    people = [sim.person(name) for name in ("ann", "ben")]
    pair, private = sim.good("conversations.open", users=",".join(people))["channel"]["id"], sim.good("conversations.create", name="x", is_private=True)["channel"]["id"]
    sim.do("token", token=sim.token, scopes="chat:write,im:write,mpim:write,im:history")
    assert sim.fails("missing_scope", "conversations.history", channel=pair)["needed"] == "mpim:history"
    sim.do("token", token=sim.token, scopes="chat:write,im:write,mpim:write,im:history,mpim:history")
    sim.good("conversations.history", channel=pair)
    assert sim.fails("missing_scope", "conversations.history", channel=private)["needed"] == "groups:history"
    assert sim.good("conversations.open", channel=pair)["channel"]["id"] == pair
    sim.fails("method_not_supported_for_channel_type", "conversations.open", channel=private)
    sim.fails("channel_not_found", "conversations.open", channel="G0NOWHERE")
    sim.do("token", token=sim.token, scopes="im:write")
    assert sim.fails("missing_scope", "conversations.open", channel=pair)["needed"] == "mpim:write"


@rule
def arguments_come_as_a_form_as_json_or_in_the_address(sim):
    ann = sim.person("ann")
    assert sim.good("users.info", user=ann, include_locale="true")["user"]["locale"] == "en-GB"
    assert sim.call_json("users.info", user=ann, include_locale=True)["user"]["locale"] == "en-GB"
    head = {"authorization": f"Bearer {sim.token}"}
    assert json.loads(sim.open(f"{sim.api}users.info?user={ann}&include_locale=1", None, head))["user"]["locale"] == "en-GB"
    said = "grüße & 100 % =+ \U0001f600"
    assert sim.good("chat.postMessage", channel=ann, text=said)["message"]["text"] == said
    assert "missing required field: user" in sim.fails("invalid_arguments", "users.info")["response_metadata"]["messages"][0]
    assert "unknown argument: colour" in sim.fails("invalid_arguments", "users.info", user=ann, colour="red")["response_metadata"]["messages"][0]
    assert "/limit" in sim.fails("invalid_arguments", "users.list", limit="many")["response_metadata"]["messages"][0]
    assert json.loads(sim.open(sim.api + "users.info", b"{nonsense", {**head, "content-type": "application/json"}))["error"] == "invalid_json"
    sim.fails("unknown_method", "chat.sing")
    assert sim.good("api.test", foo="bar")["args"] == {"foo": "bar"}


@rule
def tiers_say_how_long_to_wait(sim):
    for _ in range(20):
        sim.good("conversations.list")
    sim.fails("ratelimited", "conversations.list")
    assert sim.status == 429
    wait = int(sim.head["retry-after"])
    sim.good("users.list", limit="5")  # only that method has to wait
    sim.advance((wait - 1) * 1000)
    sim.fails("ratelimited", "conversations.list")
    sim.advance(1000)
    sim.good("conversations.list")


@rule
def each_method_minds_its_row(sim):
    """No scope: missing_scope with all that would do. No argument: each required one is named. Too often: 429, and how long to wait."""
    app = {"apps.connections.open"}
    rows = [row for row in sim.do("methods")["methods"] if row["name"] not in app]
    assert {row["name"]: row["per_minute"] for row in rows if row["name"] in ("conversations.create", "chat.update", "views.open")} == {"conversations.create": 20, "chat.update": 50, "views.open": 100}
    sim.do("token", token="xoxb-poor", scopes="emoji:read")
    for row in rows:
        answer = sim.call(row["name"], "xoxb-poor")
        if row["scopes"]:
            assert answer["error"] == "missing_scope" and answer["needed"] == row["scopes"].replace(" ", ",") and answer["provided"] == "emoji:read", (row, answer)
        answer, wanted = sim.call(row["name"]), [part[1:].split(":")[0] for part in row["args"].split() if part[0] == "!"]
        if wanted:
            assert answer["error"] == "invalid_arguments" and [line.rsplit(" ", 1)[1] for line in answer["response_metadata"]["messages"]] == wanted, (row, answer)
    sim.advance(60000)
    limited = [row for row in rows if 0 < row["per_minute"] <= 20]
    for row in limited:
        for _ in range(row["per_minute"]):
            assert sim.call(row["name"]).get("error") != "ratelimited", row
        assert sim.call(row["name"])["error"] == "ratelimited" and sim.status == 429 and sim.head["retry-after"] == "3", row
    for _ in range(50):
        assert sim.call("apps.connections.open", sim.app_token)["ok"]
    assert sim.call("apps.connections.open", sim.app_token)["error"] == "ratelimited"
    return f"{len(rows)} methods, {len(limited)} of them to their limit"


@rule
def posts_go_one_a_second_to_a_channel_and_so_many_to_all(sim):
    ann, ben = sim.dm("ann"), sim.dm("ben")
    for _ in range(3):
        sim.good("chat.postMessage", channel=ann, text="x")
    sim.fails("ratelimited", "chat.postMessage", channel=ann, text="x")
    assert sim.status == 429 and sim.head["retry-after"] == "1"
    sim.good("chat.postMessage", channel=ben, text="x")
    sim.advance(1000)
    sim.good("chat.postMessage", channel=ann, text="x")
    sim.do("settings", workspace_posts=2, post_burst=10)
    sim.advance(60000)
    for channel in (ann, ben):
        sim.good("chat.postMessage", channel=channel, text="x")
    sim.fails("rate_limited", "chat.postMessage", channel=sim.dm("cho"), text="x")
    assert sim.status == 429


@rule
def a_refused_call_takes_nothing_from_the_posts(sim):
    channel = sim.dm()
    for _ in range(10):
        sim.fails("no_text", "chat.postMessage", channel=channel)
    sim.good("chat.postMessage", channel=channel, text="x")


@rule
def trouble_comes_when_it_is_asked_for(sim):
    channel = sim.dm()

    def post(text):
        try:
            return sim.call("chat.postMessage", channel=channel, text=text)
        except (TimeoutError, ConnectionError, urllib.error.URLError, OSError):
            return {"error": "nothing"}

    sim.do("inject", method="chat.postMessage", how="500_before")
    assert post("a")["error"] == "internal_error" and sim.status == 500
    sim.do("inject", method="chat.postMessage", how="500_after")
    assert post("b") and sim.status == 500
    sim.do("inject", method="chat.postMessage", how="429", retry_after=7)
    assert post("c")["error"] == "ratelimited" and sim.status == 429 and sim.head["retry-after"] == "7"
    sim.do("inject", method="chat.postMessage", how="error", error="restricted_action", skip=1)
    assert post("d")["ok"] and post("e")["error"] == "restricted_action"
    sim.do("inject", method="chat.postMessage", how="drop")
    assert post("f")["error"] == "nothing"
    sim.advance(60000)
    sim.do("inject", method="chat.postMessage", channel="C0NOWHERE", how="500_before")
    assert post("elsewhere")["ok"]
    sim.do("inject", clear=True)
    sim.do("inject", method="chat.postMessage", how="slow", delay_ms=200)
    began = time.monotonic()
    assert post("g")["ok"] and time.monotonic() - began >= 0.19
    for how, text in (("timeout", "h"), ("timeout_after", "i")):
        sim.do("inject", method="chat.postMessage", how=how)
        host, port = re.match(r"http://([^:]+):(\d+)", sim.api).groups()
        with socket.create_connection((host, int(port))) as tcp:
            body = urllib.parse.urlencode({"channel": channel, "text": text})
            tcp.sendall(f"POST /api/chat.postMessage HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {sim.token}\r\ncontent-type: application/x-www-form-urlencoded\r\n"
                        f"content-length: {len(body)}\r\n\r\n{body}".encode())
            tcp.settimeout(0.15)
            try:
                assert not tcp.recv(1), "an answer came"
            except TimeoutError:
                pass
    assert sim.texts() == ["b", "d", "f", "elsewhere", "g", "i"]
    sim.wrong("inject", how="politely")


# ---- messages and blocks ----

@rule
def messages_are_written_changed_and_taken_back(sim):
    ann = sim.person("ann")
    first = sim.good("chat.postMessage", channel=ann, text="one")  # a person's id opens the DM
    assert first["channel"] == sim.dm()
    changed = sim.good("chat.update", channel=first["channel"], ts=first["ts"], text="two")
    assert changed["text"] == "two" and sim.texts() == ["two"]
    note = {"event_type": "a", "event_payload": {"x": "1"}}
    for given, wanted in ((note, note), (None, note), ({}, None), (None, None)):  # what an update does not name stays
        more = {} if given is None else {"metadata": given}
        assert sim.good("chat.update", channel=first["channel"], ts=first["ts"], text="two", **more)["message"].get("metadata") == wanted
    sim.fails("message_not_found", "chat.update", channel=first["channel"], ts="1.000000", text="x")
    theirs = sim.do("say", who="ann", text="mine")["ts"]
    sim.fails("cant_update_message", "chat.update", channel=first["channel"], ts=theirs, text="x")
    assert theirs.replace(".", "") in sim.good("chat.getPermalink", channel=first["channel"], message_ts=theirs)["permalink"]
    sim.fails("cant_delete_message", "chat.delete", channel=first["channel"], ts=theirs)
    sim.good("chat.delete", channel=first["channel"], ts=first["ts"])
    assert sim.texts() == ["mine"]
    sim.fails("no_text", "chat.postMessage", channel=ann)
    sim.fails("msg_too_long", "chat.postMessage", channel=ann, text="x" * 40001)
    sim.fails("thread_not_found", "chat.postMessage", channel=ann, text="x", thread_ts="1.000000")
    sim.fails("metadata_too_large", "chat.postMessage", channel=ann, text="x", metadata={"event_type": "a", "event_payload": {"x": "y" * 8000}})
    sim.fails("invalid_metadata_format", "chat.postMessage", channel=ann, text="x", metadata={"event_type": "a"})


@rule
def messages_may_be_for_later(sim):
    channel, soon = sim.dm(), int(sim.do("facts")["now_ms"] / 1000) + 600
    sim.fails("time_in_past", "chat.scheduleMessage", channel=channel, post_at=str(soon - 700), text="x")
    sim.fails("time_too_far", "chat.scheduleMessage", channel=channel, post_at=str(soon + 121 * 86400), text="x")
    ids = [sim.good("chat.scheduleMessage", channel=channel, post_at=str(soon), text=text)["scheduled_message_id"] for text in ("a", "b")]
    sim.good("chat.scheduleMessage", channel=channel, post_at=str(soon), text="never", metadata={"event_type": "t", "event_payload": {}})
    sim.good("chat.deleteScheduledMessage", channel=channel, scheduled_message_id=ids[0])
    sim.fails("invalid_scheduled_message_id", "chat.deleteScheduledMessage", channel=channel, scheduled_message_id=ids[0])
    assert [one["text"] for one in sim.good("chat.scheduledMessages.list", channel=channel)["scheduled_messages"]] == ["b", "never"]
    sim.advance(590000)
    assert sim.texts() == []
    sim.advance(20000)
    assert sim.texts() == ["b"] and sim.good("chat.scheduledMessages.list")["scheduled_messages"] == []
    later = (soon + 3000) // 300 * 300
    for i in range(30):
        sim.good("chat.scheduleMessage", channel=channel, post_at=str(later + i), text="x")
    sim.fails("restricted_too_many", "chat.scheduleMessage", channel=channel, post_at=str(later + 31), text="x")


@rule
def rooms_let_in_who_belongs(sim):
    sim.fails("channel_not_found", "chat.postMessage", channel="C0NOWHERE", text="x")
    room = sim.do("channel", name="strangers", members=["ann"])["channel"]["id"]
    sim.fails("not_in_channel", "chat.postMessage", channel=room, text="x")
    secret = sim.do("channel", name="secret", private=True, members=["ann"])["channel"]["id"]
    sim.fails("channel_not_found", "chat.postMessage", channel=secret, text="x")
    sim.do("token", token=sim.token, scopes="chat:write,chat:write.public")
    sim.good("chat.postMessage", channel=room, text="x")
    old = sim.do("channel", name="attic", members=["mentor"], archived=True)["channel"]["id"]
    sim.fails("is_archived", "chat.postMessage", channel=old, text="x")


@rule
def ephemerals_are_for_one_and_leave_no_history(sim):
    room = sim.do("channel", name="general")["channel"]["id"]
    sim.good("chat.postEphemeral", channel=room, user=sim.person("ann"), text="psst")
    assert sim.texts("ann", "#general") == ["psst"] and sim.texts("ben", "#general") == []
    assert sim.good("conversations.history", channel=room)["messages"] == []
    sim.do("leave", who="cho", where="#general")
    sim.fails("user_not_in_channel", "chat.postEphemeral", channel=room, user=sim.person("cho"), text="x")


@rule
def history_tells_metadata_when_asked(sim):
    channel, marker = sim.dm(), {"event_type": "out", "event_payload": {"row": "r1"}}
    ts = [sim.good("chat.postMessage", channel=channel, text=text, metadata=marker)["ts"] for text in ("a", "b", "c")]
    history = sim.good("conversations.history", channel=channel, oldest=ts[0], include_all_metadata=True)["messages"]
    assert [message["text"] for message in history] == ["c", "b"] and history[0]["metadata"] == marker
    page = sim.good("conversations.history", channel=channel, limit="2")
    assert "metadata" not in page["messages"][0] and page["has_more"]
    rest = sim.good("conversations.history", channel=channel, limit="2", cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in rest["messages"]] == ["a"] and not rest["has_more"]


BLOCKS = [
    ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    ([{"type": "section", "fields": [plain("f")] * 11}], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ([{"type": "section", "fields": [plain("f" * 2001)]}], "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    ([{"type": "header", "text": plain("h" * 151)}], "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "h"}}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text]"),
    ([{"type": "hologram"}], "unsupported type: hologram [json-pointer:/blocks/0]"),
    ([section("x") | {"colour": "red"}], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([{"type": "actions", "elements": [button(str(i), f"b{i}") for i in range(26)]}], "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    ([{"type": "actions", "elements": []}], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    ([{"type": "actions", "elements": [button("l" * 76, "b")]}], "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
    ([{"type": "actions", "elements": [button("b", "a" * 256)]}], "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
    ([{"type": "actions", "elements": [button("b", "b") | {"value": "v" * 2001}]}], "[json-pointer:/blocks/0/elements/0/value]"),
    ([{"type": "actions", "elements": [button("b", "b"), button("c", "b")]}], 'action_id "b" already exists [json-pointer:/blocks/0/elements]'),
    ([section("x") | {"block_id": "same"}] * 2, 'block_id "same" already exists [json-pointer:/blocks]'),
    ([{"type": "context", "elements": [plain("c")] * 11}], "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ([{"type": "image", "image_url": "https://x.example/i.png"}], "missing required field: alt_text [json-pointer:/blocks/0]"),
    ([{"type": "actions", "elements": [{"type": "overflow", "options": [{"text": plain(str(i)), "value": str(i)} for i in range(6)]}]}], "no more than 5 items"),
    ([{"type": "actions", "elements": [{"type": "static_select", "options": [{"text": plain("o" * 76), "value": "v"}]}]}], "[json-pointer:/blocks/0/elements/0/options/0/text/text]"),
    ([{"type": "actions", "elements": [button("b", "b") | {"confirm": {"title": plain("t" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}}]}], "/confirm/title/text]"),
    ([{"type": "actions", "elements": [{"type": "static_select", "options": [{"text": plain("a"), "value": "a"}], "initial_option": {"text": plain("b"), "value": "a"}}]}],
     "initial_option must match one of the options [json-pointer:/blocks/0/elements/0]"),
    ([{"type": "actions", "elements": [{"type": "datepicker", "initial_date": "2027-02-30"}]}],
     "must be a date of the form YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"),
    ([{"type": "actions", "elements": [{"type": "datepicker", "initial_date": "1 March"}]}], "/elements/0/initial_date]"),
    ([{"type": "actions", "elements": [{"type": "datepicker", "min_date": "2027-01-01"}]}], "invalid additional property: min_date [json-pointer:/blocks/0/elements/0]"),
    ([{"type": "actions", "elements": [{"type": "datepicker", "placeholder": plain("p" * 151)}]}], "/elements/0/placeholder/text]"),
    ([section("x") | {"accessory": {"type": "datepicker", "action_id": "a" * 256}}], "must be less than 256 characters"),
    ([{"type": "data_visualization", "title": "t", "chart": {}}] * 3, "no more than 2 data_visualization blocks"),
]


@rule
def blocks_are_measured(sim):
    channel = sim.dm()
    for blocks, complaint in BLOCKS:
        answer = sim.fails("invalid_blocks", "chat.postMessage", channel=channel, text="x", blocks=blocks)
        assert any(complaint in line for line in answer["errors"]), f"{complaint!r} was wanted in {answer['errors']}"
        assert any(complaint in line for line in answer["response_metadata"]["messages"])
    sim.fails("msg_blocks_too_long", "chat.postMessage", channel=channel, text="x", blocks=[section("x" * 2990)] * 5)
    sim.fails("invalid_blocks_format", "chat.postMessage", channel=channel, text="x", blocks={"type": "section"})
    chart = [{"type": "data_visualization", "title": "t", "chart": {}}]
    sim.good("chat.postMessage", channel=channel, text="x", blocks=chart)
    sim.do("settings", charts=0)
    sim.fails("invalid_blocks", "chat.postMessage", channel=channel, text="x", blocks=chart)
    sim.good("chat.postMessage", channel=channel, text="x", blocks=[section("ü" * 3000), {"type": "actions", "elements": [button("l" * 75, "a" * 255)]}])


# ---- people and rooms ----

@rule
def people_are_as_slack_tells_them(sim):
    cho = sim.good("users.info", user=sim.person("cho"))["user"]
    assert cho["tz"] == "Asia/Tokyo" and cho["tz_offset"] == 9 * 3600 and "locale" not in cho and not cho["deleted"]
    sim.do("person", name="eve", is_restricted=True, locale="de-DE", tz="Europe/Berlin", email="eve@elsewhere.example")
    assert sim.good("users.lookupByEmail", email="EVE@elsewhere.example")["user"]["is_restricted"]
    sim.fails("users_not_found", "users.lookupByEmail", email="nobody@x.example")
    sim.do("change", who="eve", deleted=True)
    assert sim.good("users.info", user=sim.person("eve"))["user"]["deleted"]
    sim.fails("users_not_found", "users.lookupByEmail", email="eve@elsewhere.example")
    sim.fails("user_not_found", "users.info", user="U0NOBODY")
    page, names = {"response_metadata": {"next_cursor": ""}}, []
    while not names or page["response_metadata"]["next_cursor"]:
        page = sim.good("users.list", limit="2", cursor=page["response_metadata"]["next_cursor"])
        names += [one["name"] for one in page["members"]]
    assert names == ["mentor", "ann", "ben", "cho", "dee", "eve", "slackbot"]
    sim.fails("invalid_cursor", "users.list", cursor="yesterday", limit="2")
    sim.fails("invalid_limit", "users.list", limit="1001")
    sim.do("change", who="ann", quiet_from_s=1000, quiet_to_s=2000)
    assert sim.good("dnd.info", user=sim.person("ann"))["next_dnd_end_ts"] == 2000
    group = sim.do("usergroup", handle="mentors", members=["ann", "ben"])["usergroup"]["id"]
    assert len(sim.good("usergroups.list", include_users=True)["usergroups"][0]["users"]) == 2
    assert sim.good("usergroups.users.list", usergroup=group)["users"] == [sim.person("ann"), sim.person("ben")]
    assert sim.good("team.info")["team"]["name"] == "harbour" and sim.good("bots.info")["bot"]["app_id"]


@rule
def an_address_needs_its_own_scope(sim):
    sim.do("token", token=sim.token, scopes="users:read")
    assert "email" not in sim.good("users.info", user=sim.person("ann"))["user"]["profile"]
    sim.fails("missing_scope", "users.lookupByEmail", email="ann@harbour.example")


@rule
def the_same_people_share_one_group_dm(sim):
    ids = [sim.person(name) for name in ("ann", "ben", "cho")]
    first = sim.good("conversations.open", users=",".join(ids), return_im=True)["channel"]
    assert first["is_mpim"] and first["is_private"]
    again = sim.good("conversations.open", users=",".join(reversed(ids)))
    assert again["channel"]["id"] == first["id"] and again["already_open"]
    assert sim.good("conversations.open", users=",".join(ids[:2]))["channel"]["id"] != first["id"]
    assert len(sim.good("conversations.members", channel=first["id"])["members"]) == 4
    many = ids + [sim.do("person", name=f"p{i}", quiet=True)["user"]["id"] for i in range(6)]
    sim.good("conversations.open", users=",".join(many[:8]))
    sim.fails("too_many_users", "conversations.open", users=",".join(many))
    sim.fails("users_list_not_supplied", "conversations.open", users=sim.person("mentor"))
    sim.fails("user_not_found", "conversations.open", users="U0NOBODY")
    sim.do("change", who="dee", deleted=True)
    sim.fails("user_disabled", "conversations.open", users=sim.person("dee"))
    sim.fails("channel_not_found", "chat.postMessage", channel=sim.person("dee"), text="x")


@rule
def rooms_are_made_filled_and_archived(sim):
    for error, name in (("name_taken", "general"), ("invalid_name_specials", "My Room"), ("invalid_name_maxlength", "n" * 81), ("invalid_name_punctuation", "---"), ("invalid_name_required", "")):
        sim.fails(error, "conversations.create", name=name, is_private=True)
    room = sim.good("conversations.create", name="choir", is_private=True)["channel"]["id"]
    ann, ben, dee, bot = (sim.person(name) for name in ("ann", "ben", "dee", "mentor"))
    sim.do("change", who="dee", deleted=True)
    sim.fails("cant_invite_self", "conversations.invite", channel=room, users=bot)
    answer = sim.fails("user_disabled", "conversations.invite", channel=room, users=f"{ann},{dee}")
    assert answer["errors"] == [{"ok": False, "error": "user_disabled", "user": dee}]
    assert sim.good("conversations.members", channel=room)["members"] == [bot]
    sim.good("conversations.invite", channel=room, users=f"{ann},{dee}", force=True)
    sim.fails("already_in_channel", "conversations.invite", channel=room, users=ann)
    sim.good("conversations.setTopic", channel=room, topic="songs")
    assert sim.good("conversations.info", channel=room)["channel"]["topic"]["value"] == "songs"
    sim.good("conversations.rename", channel=room, name="chorus")
    sim.fails("name_taken", "conversations.rename", channel=room, name="general")
    sim.fails("not_in_channel", "conversations.kick", channel=room, user=ben)
    sim.fails("cant_kick_self", "conversations.kick", channel=room, user=bot)
    assert sim.good("conversations.kick", channel=room, user=ann)["errors"] == {}
    said = sim.good("chat.postMessage", channel=room, text="x")["ts"]
    sim.good("conversations.archive", channel=room)
    sim.fails("already_archived", "conversations.archive", channel=room)
    sim.fails("is_archived", "conversations.invite", channel=room, users=ben)
    sim.fails("is_inactive", "chat.update", channel=room, ts=said, text="y")
    listed = [one["id"] for one in sim.good("conversations.list", types="private_channel")["channels"]]
    assert room in listed and room not in [one["id"] for one in sim.good("users.conversations", types="private_channel", exclude_archived=True)["channels"]]
    sim.good("conversations.unarchive", channel=room)
    sim.good("conversations.leave", channel=room)
    sim.fails("channel_not_found", "chat.postMessage", channel=room, text="x")  # private, and we left
    sim.fails("cant_archive_general", "conversations.archive", channel=sim.do("channel", name="general")["channel"]["id"])
    sim.fails("invalid_types", "conversations.list", types="knots")


@rule
def workspaces_do_not_see_each_other(sim):
    sim.do("team", name="docks")
    other = next(one["token"] for one in sim.do("facts")["tokens"] if "docks" in json.dumps([team for team in sim.do("facts")["teams"] if team["id"] == one.get("team")]))
    ann = sim.person("ann")
    assert sim.call("users.info", other, user=ann)["error"] == "user_not_visible"
    assert sim.call("chat.postMessage", other, channel=sim.dm(), text="x")["error"] == "channel_not_found"
    sim.do("say", who="docks/ann", text="hello")
    assert sim.see("ann")["conversations"] != sim.see("docks/ann")["conversations"]


# ---- views ----

@rule
def a_trigger_works_once_and_for_three_seconds(sim):
    first = trigger(sim)
    view = sim.good("views.open", trigger_id=first, view=modal())["view"]
    assert view["root_view_id"] == view["id"] and sim.see()["view"]["title"] == "Form"
    sim.fails("exchanged_trigger_id", "views.open", trigger_id=first, view=modal())
    late, soon = trigger(sim), None
    sim.advance(3001)
    sim.fails("expired_trigger_id", "views.open", trigger_id=late, view=modal())
    soon = trigger(sim)
    sim.advance(2500)
    sim.good("views.open", trigger_id=soon, view=modal())
    sim.fails("invalid_trigger_id", "views.open", trigger_id="1.2.3", view=modal())
    assert "trigger_id" in sim.fails("invalid_arguments", "views.open", view=modal())["response_metadata"]["messages"][0]


@rule
def views_are_measured(sim):
    for view, complaint in ((modal("t" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"), (modal(blocks=[section("x")] * 101), "no more than 100 items"),
                            (modal(private_metadata="m" * 3001), "/view/private_metadata"), (modal(callback_id="c" * 256), "/view/callback_id"),
                            ({**modal(), "submit": None}, "/view/submit"), (modal(mood="good"), "invalid additional property: mood"),
                            ({name: part for name, part in modal().items() if name != "submit"}, "submit is required")):
        answer = sim.fails("invalid_arguments", "views.open", trigger_id="x", view=view)
        assert any(complaint in line for line in answer["response_metadata"]["messages"]), (complaint, answer)
    sim.fails("view_too_large", "views.open", trigger_id="x", view=modal(blocks=[section("y" * 2990) for _ in range(90)]))


@rule
def views_stack_three_deep_and_keep_their_hash(sim):
    root = sim.good("views.open", trigger_id=trigger(sim), view=modal("One"))["view"]
    second = sim.good("views.push", trigger_id=trigger(sim), view=modal("Two"))["view"]
    assert second["root_view_id"] == root["id"] and second["previous_view_id"] == root["id"]
    sim.good("views.push", trigger_id=trigger(sim), view=modal("Three", external_id="mine"))
    sim.fails("push_limit_reached", "views.push", trigger_id=trigger(sim), view=modal("Four"))
    sim.fails("duplicate_external_id", "views.push", trigger_id=trigger(sim), view=modal("Four", external_id="mine"))
    updated = sim.good("views.update", view_id=root["id"], hash=root["hash"], view=modal("One again"))["view"]
    assert updated["id"] == root["id"] and updated["hash"] != root["hash"]
    sim.fails("hash_conflict", "views.update", view_id=root["id"], hash=root["hash"], view=modal("Late"))
    sim.good("views.update", external_id="mine", view=modal("Three again"))
    assert sim.see()["view"]["title"] == "Three again"
    sim.do("close", who="ann", all=True)
    sim.fails("not_found", "views.update", view_id=root["id"], view=modal("Gone"))


@rule
def home_is_published_for_one(sim):
    link = sim.link(ack=True)
    sim.do("home", who="ann")
    event = link.next()["payload"]["event"]
    assert event["type"] == "app_home_opened" and event["tab"] == "home" and "view" not in event
    view = {"type": "home", "blocks": [section("Welcome")]}
    first = sim.good("views.publish", user_id=sim.person("ann"), view=view)["view"]
    assert "Welcome" in sim.see()["home"]["shown"] and "home" not in sim.see("ben")
    sim.good("views.publish", user_id=sim.person("ann"), view=view, hash=first["hash"])
    sim.fails("hash_conflict", "views.publish", user_id=sim.person("ann"), view=view, hash=first["hash"])
    sim.do("settings", home_tab=0)
    sim.fails("not_enabled", "views.publish", user_id=sim.person("ann"), view=view)


# ---- files ----

def upload(sim, data, head=(), length=None, word="alt_txt"):
    answer = sim.good("files.getUploadURLExternal", filename="chart.png", length=str(length or len(data)), **{word: "a chart"})
    sim.open(answer["upload_url"], data, head)
    return answer["file_id"]


@rule
def a_file_goes_up_in_three_steps(sim):
    link, channel, data = sim.link(ack=True), sim.dm(), bytes(range(256)) * 9
    file = upload(sim, data, {"content-type": "application/octet-stream"})
    assert sim.status == 200
    sim.fails("file_not_found", "files.info", file=file)
    sim.good("files.completeUploadExternal", files=[{"id": file, "title": "Chart"}], channel_id=channel, initial_comment="here")
    shown = sim.good("files.info", file=file)["file"]
    assert list(shown["shares"]["private"]) == [channel] and shown["size"] == len(data) and shown["alt_txt"] == "a chart"
    event = link.next()["payload"]["event"]
    assert event["subtype"] == "file_share" and event["files"][0]["id"] == file and sim.texts() == ["here"]
    sim.fails("file_already_completed", "files.completeUploadExternal", files=[{"id": file}])
    other = upload(sim, data, word="alt_text")  # as one of Slack's clients calls it
    sim.good("files.completeUploadExternal", files=[{"id": other}])
    assert sim.good("files.info", file=other)["file"]["alt_txt"] == "a chart"
    mark = b"--MARK\r\ncontent-disposition: form-data; name=file; filename=c\r\n\r\n" + data + b"\r\n--MARK--\r\n"
    other = upload(sim, mark, {"content-type": "multipart/form-data; boundary=MARK"}, len(data))
    assert sim.status == 200
    sim.good("files.completeUploadExternal", files=[{"id": other}])
    assert sim.good("files.info", file=other)["file"]["sim_mark"] == shown["sim_mark"]
    saved = sim.do("file", id=other)
    assert saved["name"] == "chart.png" and base64.b64decode(saved["data"]) == data
    upload(sim, data, {"content-type": "application/octet-stream"}, 5)
    assert sim.status == 400
    assert sim.open(sim.api.replace("/api/", "/upload/F0NONE/key"), b"x") and sim.status == 404


@rule
def an_address_is_good_for_one_upload_and_may_go_wrong(sim):
    for how, status, kept in (("500_before", 500, False), ("500_after", 500, True), ("429", 429, False), ("error", 404, False)):
        sim.do("inject", method="upload_url", how=how)
        answer = sim.good("files.getUploadURLExternal", filename="a.csv", length="3")
        sim.open(answer["upload_url"], b"a,b", {"content-type": "text/csv"})
        assert sim.status == status, (how, sim.status)
        sim.open(answer["upload_url"], b"a,b", {"content-type": "text/csv"})
        assert sim.status == (404 if kept else 200), (how, sim.status)
    sim.good("files.completeUploadExternal", files=[{"id": answer["file_id"]}], channel_id=sim.dm(), initial_comment="words", blocks=[section("left out")])
    assert sim.texts() == ["words"] and "left out" not in str(sim.see())


@rule
def a_deleted_file_is_shown_no_more(sim):
    channel = sim.dm()
    sim.do("settings", share_delay_ms=5000)
    late, shown = (upload(sim, b"x", {"content-type": "image/png"}) for _ in range(2))
    sim.fails("file_not_found", "files.delete", file=late)
    for file in (late, shown):
        sim.good("files.completeUploadExternal", files=[{"id": file}], channel_id=channel)
        if file == late:
            sim.good("files.delete", file=late)
        sim.advance(5000)
    sim.good("files.delete", file=shown)
    sim.fails("file_deleted", "files.delete", file=shown)
    sim.fails("file_deleted", "files.info", file=shown)
    messages = sim.see(where="dm")["conversations"][0]["messages"]
    assert [file.get("mode") for message in messages for file in message["files"]] == ["tombstone"], messages


@rule
def a_share_may_come_late_or_never(sim):
    channel = sim.dm()
    sim.do("settings", share_delay_ms=5000)
    file = upload(sim, b"x", {"content-type": "image/png"})
    sim.good("files.completeUploadExternal", files=[{"id": file}], channel_id=channel)
    assert sim.good("files.info", file=file)["file"]["shares"] == {} and sim.see(where="dm")["conversations"][0]["messages"] == []
    sim.advance(5000)
    assert sim.good("files.info", file=file)["file"]["shares"] != {}
    sim.do("settings", share_missing=1)
    file = upload(sim, b"x", {"content-type": "image/png"})
    sim.good("files.completeUploadExternal", files=[{"id": file}], channel_id=channel)
    sim.advance(60000)
    assert sim.good("files.info", file=file)["file"]["shares"] == {}
    sim.fails("channel_not_found", "files.completeUploadExternal", files=[{"id": file}], channel_id=sim.person("ann"))


# ---- Socket Mode ----

@rule
def a_ticket_is_good_once_and_not_for_long(sim):
    url = sim.address()
    sim.link(url)
    late = sim.address()
    for bad, wait in ((url, 0), (late, 30001)):
        sim.advance(wait)
        try:
            Link(sim, bad)
        except websockets.exceptions.InvalidHandshake as error:
            assert "403" in str(error), error
        else:
            raise AssertionError("this address should be dead")


@rule
def hello_tells_of_the_connection_and_may_be_late(sim):
    link = sim.link(hello=False)
    hello = link.next()
    assert hello["num_connections"] == 1 and hello["connection_info"]["app_id"].startswith("A") and hello["debug_info"]["approximate_connection_time"] == 3600
    sim.do("settings", hello_delay_ms=3000)
    late = sim.link(hello=False)
    assert sim.do("measures")["up"] == 1
    sim.advance(3000)
    assert late.next()["type"] == "hello"


@rule
def pings_come_and_are_answered(sim):
    sim.do("settings", ping_ms=50)
    sim.link()
    until(lambda: sim.do("measures")["connections"][0]["ponged"], "a pong")


@rule
def the_eleventh_connection_is_turned_away(sim):
    links = [sim.link() for _ in range(10)]
    eleventh = sim.link(hello=False)
    assert eleventh.next() == {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {"host": "applink-sim-1"}}
    assert eleventh.ended()[0] == 1000 and sim.do("measures")["up"] == 10
    links[0].close()
    until(lambda: sim.do("measures")["up"] == 9, "a free place")
    sim.link()


@rule
def each_goodbye_has_its_reason(sim):
    for reason in ("warning", "refresh_requested", "link_disabled", "too_many_websockets", "something_new"):
        link = sim.link()
        sim.do("socket", what="disconnect", reason=reason, close_ms=5000)
        assert link.next()["reason"] == reason and link.end is None
        sim.do("say", who="ann", text="x")
        if reason == "warning":  # it still delivers
            link.answer(link.next())
        sim.advance(5000)
        assert link.ended()[0] == 1000 and not link.frames
        sim.advance(3600000)


@rule
def sockets_break_in_every_way(sim):
    link = sim.link()
    sim.do("socket", what="reset")
    assert link.ended()[0] == 1006
    link = sim.link()
    sim.do("socket", what="close_no_fin")
    until(lambda: link.socket.close_rcvd is not None, "a close frame")
    time.sleep(0.05)  # nothing is waited for: TCP must still be open then
    assert link.end is None
    link = sim.link()
    sim.do("socket", what="half_open")
    assert sim.do("measures")["up"] == 0
    envelope = sim.do("run", who="ann", text="x")["envelope_id"]
    assert sim.do("envelope", id=envelope)["deliveries"] == 1, "Slack does not know that it is dead"
    sim.advance(3000)
    assert "operation_timeout" in sim.see()["slips"][-1] and link.end is None and not link.frames
    sim.advance(60000)  # now it does
    assert sim.do("envelope", id=sim.do("run", who="ann", text="x")["envelope_id"])["deliveries"] == 0
    sim.advance(1)
    assert "dispatch_failed" in sim.see()["slips"][-1]
    sim.do("settings", no_fin=1)
    link = sim.link()
    asyncio.run_coroutine_threadsafe(link.socket.close(), LOOP)
    until(lambda: link.socket.close_rcvd is not None, "the answer to our close")
    assert not link.socket.closed


@rule
def events_go_to_any_of_the_connections(sim):
    links = [sim.link(ack=True) for _ in range(3)]
    for i in range(60):
        sim.do("event", event={"type": "sim", "n": i})
    until(lambda: sum(len(link.frames) for link in links) == 60, "all events")
    assert all(len(link.frames) > 3 for link in links), [len(link.frames) for link in links]  # by chance once in 10^6


@rule
def an_event_is_sent_again_until_it_is_acknowledged(sim):
    link = sim.link()
    sim.do("say", who="ann", text="hello")
    first = link.next()
    assert first["type"] == "events_api" and first["retry_attempt"] == 0 and first["retry_reason"] == ""
    sim.advance(3002)
    again = link.next()
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout") and again["payload"]["event_id"] == first["payload"]["event_id"]
    assert again["envelope_id"] == first["envelope_id"]
    sim.advance(3000 + 59000)
    assert not link.frames
    sim.advance(1000)
    assert link.next()["retry_attempt"] == 2
    sim.advance(3000 + 300000)
    last = link.next()
    assert last["retry_attempt"] == 3
    link.answer(last)
    until(lambda: sim.do("envelope", id=first["envelope_id"])["state"] == "acked", "an ack")
    sim.advance(3600000)
    assert not link.frames and sim.do("envelope", id=first["envelope_id"])["deliveries"] == 4
    sim.do("say", who="ann", text="never")
    sim.advance(3600000)
    assert sim.do("measures")["given_up"] == 1


@rule
def retries_may_be_compressed(sim):
    sim.do("settings", ack_ms=60, retry_2_ms=10, retry_3_ms=10)
    link = sim.link()
    sim.do("say", who="ann", text="hello")
    until(lambda: len(link.frames) == 4, "three retries")
    assert sim.do("measures")["deliveries"]["4"] == 1


@rule
def acks_are_measured(sim):
    link = sim.link(ack=True)
    for _ in range(20):
        sim.do("event", event={"type": "sim"})
    until(lambda: sim.do("measures")["acks"]["count"] == 20, "twenty acks")
    acks = sim.do("measures")["acks"]
    assert 0 < acks["p50_us"] <= acks["p99_us"] <= acks["max_us"] < 3000000 and acks["late"] == 0
    link.ack = False
    sim.do("settings", ack_ms=20)
    envelope = sim.do("run", who="ann", text="x")["envelope_id"]
    until(lambda: sim.do("envelope", id=envelope)["state"] == "given_up", "the end of Slack's patience")
    link.frames = [frame for frame in link.frames if envelope in frame]
    link.answer(link.next(), {"text": "too late"})
    until(lambda: sim.do("measures")["acks"]["late"] == 1, "a late ack")
    assert sim.do("envelope", id=envelope)["state"] == "late" and "too late" not in sim.texts()


@rule
def gaps_are_measured(sim):
    link = sim.link()
    link.close()
    until(lambda: sim.do("measures")["up"] == 0, "nobody there")
    time.sleep(0.06)  # the gap itself
    sim.link()
    gaps = sim.do("measures")["gaps"]
    assert gaps["count"] == 1 and 50000 <= gaps["longest_us"] < 5000000 and gaps["current_us"] == 0
    sim.link()
    sim.do("socket", what="reset")
    until(lambda: sim.do("measures")["up"] == 1, "one of two")
    assert sim.do("measures", forget=True)["gaps"]["count"] == 1 and sim.do("measures")["gaps"]["count"] == 0


@rule
def a_lost_acknowledgement_brings_its_event_again(sim):
    link = sim.link()
    sim.do("settings", lost_acks=3, ack_ms=20, retry_1_ms=1, retry_2_ms=1, retry_3_ms=1)
    sim.do("say", who="ann", text="four times")
    came = []
    for attempt in range(4):
        frame = link.next()
        assert frame["retry_attempt"] == attempt and frame["payload"]["event"]["text"] == "four times"
        came.append(frame["payload"]["event_id"])
        link.answer(frame)
    assert len(set(came)) == 1
    until(lambda: sim.do("measures")["waiting"] == 0, "the fourth is heard")
    found = sim.do("measures")
    assert found["deliveries"]["4"] == 1 and found["acks"]["count"] == 1


@rule
def a_crowd_writes_at_a_rate_or_as_it_is_answered(sim):
    link = sim.link()
    sim.do("settings", record=0)
    sim.do("crowd", people=3, rate=100, seconds=1, text="hello")
    heard = []
    while len(heard) < 100:
        frame = link.next()
        link.answer(frame)
        heard.append(frame["payload"]["event"])
    until(lambda: sim.do("crowd")["acked"] == 100, "all acknowledged")
    found = sim.do("crowd")
    assert found["written"] == 100 and found["answered"] == 0 and 900_000 < found["wrote_us"] < 9_000_000
    assert len({one["user"] for one in heard}) == 3 and {one["text"] for one in heard} == {"hello"}
    assert sim.do("crowd", people=9, window=2, count=5)["written"] == 2
    for turn in range(5):
        event = link.next()["payload"]["event"]
        while "bot_id" in event:  # the echo of our own post
            event = link.next()["payload"]["event"]
        assert sim.do("crowd")["written"] == min(2 + turn, 5)
        sim.good("chat.postMessage", channel=event["channel"], text="well?")
    until(lambda: sim.do("crowd")["answered"] == 5, "all answered")
    found = sim.do("crowd")
    assert found["unasked"] == 0 and found["answers"]["p50_us"] > 0
    sim.good("chat.postMessage", channel=event["channel"], text="and another thing")
    assert sim.do("crowd")["unasked"] == 1


@rule
def odd_frames_come_on_demand(sim):
    link = sim.link()
    sim.do("settings", duplicate=1)
    sim.do("say", who="ann", text="twice")
    first, second = link.next(), link.next()
    assert first == second
    link.answer(first)
    sim.do("settings", duplicate=0)
    sim.do("socket", what="garbage")
    try:
        json.loads(link.next(raw=True))
        raise AssertionError("this should be no JSON")
    except ValueError:
        pass
    sim.do("socket", what="unknown")
    unknown = link.next()
    assert unknown["type"] == "something_of_next_year" and unknown["envelope_id"]
    sim.do("socket", what="app_rate_limited")
    limited = link.next()
    assert limited["type"] == "events_api" and limited["payload"]["type"] == "app_rate_limited" and "event" not in limited["payload"]
    sim.do("socket", what="big")
    assert len(link.next()["payload"]["event"]["filler"]) == 1 << 20
    sim.do("settings", fragment_bytes=100)
    sim.do("say", who="ann", text="in pieces", long_bytes=5000)
    assert link.next()["payload"]["event"]["text"].startswith("in pieces")


@rule
def an_ack_may_have_so_many_bytes(sim):
    link = sim.link()
    sim.do("run", who="ann", text="x")
    envelope = link.next()
    text = "y" * (20480 - len(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": ""}})))
    link.answer(envelope, {"text": text})
    until(lambda: sim.texts()[-1:] == [text], "the largest answer")
    sim.do("run", who="ann", text="x")
    link.answer(link.next(), {"text": text + "y" * 9})
    code, reason = link.ended()
    assert code == 1009 and "20480" in reason and sim.do("measures")["acks"]["oversized"] == 1


# ---- people ----

@rule
def a_command_is_answered_in_its_ack_and_by_its_address(sim):
    link = sim.link()
    sim.do("run", who="ann", where="#general", command="/mentor", text="ask @ben & me")
    envelope = link.next()
    payload = envelope["payload"]
    assert envelope["type"] == "slash_commands" and envelope["accepts_response_payload"] and all(isinstance(value, str) for value in payload.values())
    assert payload["text"] == f"ask <@{sim.person('ben')}|ben> &amp; me" and payload["channel_name"] == "general"
    link.answer(envelope, {"text": "for you", "blocks": [section("*for you*")]})
    until(lambda: sim.texts("ann", "#general") == ["*for you*"], "an answer")
    assert sim.texts("ben", "#general") == []
    sim.do("run", who="ann", where="#general", text="x")
    link.answer(link.next(), {"response_type": "in_channel", "text": "for all"})
    until(lambda: sim.texts("ben", "#general") == ["for all"], "an answer")

    def respond(**body):
        return sim.open(payload["response_url"], json.dumps(body).encode(), {"content-type": "application/json"})

    for n in range(5):
        assert respond(text=f"later {n}") == "ok"
    assert respond(text="too often") == "used_url" and sim.status == 404
    assert sim.texts("ann", "#general")[-1] == "later 4" and sim.texts("ben", "#general") == ["for all"]
    payload = (sim.do("run", who="ann", text="x"), link.next())[1]["payload"]
    sim.advance(1800001)
    assert respond(text="too late") == "expired_url" and sim.status == 404


@rule
def cards_are_clicked_by_what_people_see(sim):
    link, channel = sim.link(ack=True), sim.dm()
    options = [{"text": plain(day), "value": day.lower()} for day in ("Monday", "Tuesday")]
    card = [section("Shall we?"), {"type": "actions", "block_id": "acts", "elements": [button("Yes", "yes"), {"type": "static_select", "action_id": "day", "placeholder": plain("Day"), "options": options}]}]
    ts = sim.good("chat.postMessage", channel=channel, text="q", blocks=card)["ts"]
    link.next()
    shown = sim.see(where="dm")["conversations"][0]["messages"][0]
    assert [one["label"] for one in shown["buttons"]] == ["Yes", "Day"] and "Shall we?" in shown["shown"]
    sim.do("click", who="ann", what="Yes")
    payload = link.next()["payload"]
    assert payload["type"] == "block_actions" and payload["container"]["message_ts"] == ts and payload["message"]["ts"] == ts
    assert {name: payload["actions"][0][name] for name in ("type", "action_id", "block_id", "value")} == {"type": "button", "action_id": "yes", "block_id": "acts", "value": "v-yes"}
    sim.do("click", who="ann", what="day", value="Tuesday")
    assert link.next()["payload"]["actions"][0]["selected_option"]["value"] == "tuesday"
    assert "chosen" in sim.wrong("click", who="ann", what="day", value="Friday")
    assert "sees nothing" in sim.wrong("click", who="ben", what="Yes")
    body = json.dumps({"replace_original": True, "text": "done"}).encode()
    assert sim.open(payload["response_url"], body, {"content-type": "application/json"}) == "ok"
    assert sim.texts() == ["done"] and "sees nothing" in sim.wrong("click", who="ann", what="Yes")
    assert sim.open(payload["response_url"], b'{"delete_original":true}', {"content-type": "application/json"}) == "ok"
    assert sim.texts() == []


@rule
def an_app_hears_what_its_manifest_subscribed_to(sim):
    link = sim.link(ack=True)
    app = {"oauth_config": {"scopes": {"bot": ["chat:write", "im:history", "channels:history", "users:read"]}},
           "features": {"app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False}},
           "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}, "event_subscriptions": {"bot_events": ["message.im", "user_change"]}}}
    assert sim.do("manifest", manifest=app)["scopes"] == "chat:write,im:history,channels:history,users:read"
    sim.fails("missing_scope", "conversations.list")
    sim.do("say", who="ann", where="#general", text="hey @mentor")
    sim.do("person", name="eve")
    sim.do("say", who="ann", text="hello")
    sim.do("change", who="eve", real_name="Eva")
    assert [link.next()["payload"]["event"]["type"] for _ in range(2)] == ["message", "user_change"]
    assert "Socket Mode" in sim.wrong("manifest", manifest=app | {"settings": app["settings"] | {"socket_mode_enabled": False}})
    assert "button" in sim.wrong("manifest", manifest=app | {"settings": app["settings"] | {"interactivity": {}}})
    assert "bot_events" in sim.wrong("manifest", manifest={})
    sim.do("manifest", manifest=app | {"features": {"app_home": {"messages_tab_enabled": True}}})
    assert "messages tab is closed" in sim.wrong("say", who="ann", text="hello")  # read-only is the default


@rule
def options_are_asked_for_and_shortcuts_used(sim):
    link, channel = sim.link(), sim.dm()
    cities = {"type": "external_select", "action_id": "city", "placeholder": plain("City")}
    ts = sim.good("chat.postMessage", channel=channel, text="q", blocks=[{"type": "actions", "elements": [cities]}])["ts"]
    link.answer(link.next())
    envelope = sim.do("suggest", who="ann", what="City", value="Lon")["envelope_id"]
    asked = link.next()
    assert asked["payload"]["type"] == "block_suggestion" and asked["payload"]["value"] == "Lon" and asked["payload"]["action_id"] == "city"
    link.answer(asked, {"options": [{"text": plain("London"), "value": "lon"}]})
    until(lambda: sim.do("envelope", id=envelope)["state"] == "acked", "an ack")
    assert sim.do("envelope", id=envelope)["answer"]["options"][0]["value"] == "lon"
    sim.do("shortcut", who="ann", callback_id="report")
    assert link.next()["payload"]["type"] == "shortcut"
    sim.do("shortcut", who="ann", callback_id="report", where="dm", ts=ts)
    payload = link.next()["payload"]
    assert payload["type"] == "message_action" and payload["message"]["ts"] == ts and payload["callback_id"] == "report"


@rule
def a_day_is_picked_from_a_calendar(sim):
    link, channel = sim.link(), sim.dm()
    picker = {"type": "datepicker", "action_id": "start", "initial_date": "2027-01-11", "placeholder": plain("Start")}
    ts = sim.good("chat.postMessage", channel=channel, text="q", blocks=[{"type": "actions", "block_id": "when", "elements": [picker]}])["ts"]
    link.answer(link.next())
    for what, value, said in (("Start", "2028-02-29", "2028-02-29"), ("start", "", None)):  # by hint or name; emptied again
        sim.do("click", who="ann", what=what, value=value)
        payload = link.next()["payload"]
        action = payload["actions"][0]
        assert payload["type"] == "block_actions" and payload["container"]["message_ts"] == ts
        assert action["type"] == "datepicker" and action["action_id"] == "start" and action["block_id"] == "when"
        assert action["selected_date"] == said and action["initial_date"] == "2027-01-11" and "value" not in action, action
        assert payload["state"]["values"]["when"]["start"] == {"type": "datepicker", "selected_date": said}, payload["state"]
    for value in ("2027-02-29", "1 March", "2027-3-1", 7):  # a calendar has no such day
        assert "cannot be chosen" in sim.wrong("click", who="ann", what="Start", value=value), value


FIELDS = [
    field("Skill", "skill", {"type": "plain_text_input", "action_id": "t"}),
    field("Days", "days", {"type": "checkboxes", "action_id": "c", "options": [{"text": plain(d), "value": d[0]} for d in ("Mon", "Tue", "Wed")]}),
    field("Mentor", "mentor", {"type": "users_select", "action_id": "u"}) | {"optional": True},
    field("Start", "start", {"type": "datepicker", "action_id": "d", "initial_date": "2027-01-11"}),
]


@rule
def a_form_is_filled_in_and_answered(sim):
    link = sim.link()

    def submit(values, answer):
        sim.do("submit", who="ann", values=values)
        envelope = link.next()
        assert envelope["payload"]["type"] == "view_submission"
        link.answer(envelope, answer)
        until(lambda: sim.do("envelope", id=envelope["envelope_id"])["state"] == "acked", "an ack")
        return envelope["payload"]["view"]["state"]["values"]

    opening = trigger(sim)
    link.answer(link.next())
    sim.good("views.open", trigger_id=opening, view=modal("Form", FIELDS))
    assert "required" in sim.wrong("submit", who="ann", values={"Skill": "Rust"})
    values = submit({"Skill": "Rust", "Days": ["Mon", "W"], "mentor": "ben"}, {"response_action": "errors", "errors": {"skill": "too new"}})
    assert values["skill"]["t"]["value"] == "Rust" and [one["value"] for one in values["days"]["c"]["selected_options"]] == ["M", "W"]
    assert values["mentor"]["u"]["selected_user"] == sim.person("ben") and values["start"]["d"]["selected_date"] == "2027-01-11"
    assert sim.see()["view"]["errors"] == {"skill": "too new"}
    assert submit({"Skill": "C"}, {"response_action": "update", "view": modal("Second", FIELDS)})["days"]["c"]["selected_options"]  # kept
    assert sim.see()["view"]["title"] == "Second" and "errors" not in sim.see()["view"]
    submit({}, {"response_action": "push", "view": modal("Third")})
    assert sim.see()["views"] == 2
    submit({"Skill": "x"}, None)
    assert sim.see()["views"] == 1
    submit({}, {"response_action": "push", "view": modal("Third")})
    submit({"Skill": "x"}, {"response_action": "clear"})
    assert sim.see()["views"] == 0
    opening = trigger(sim)
    link.answer(link.next())
    sim.good("views.open", trigger_id=opening, view=modal("Form", notify_on_close=True))
    sim.do("submit", who="ann", values={"Skill": "x"})
    sim.advance(3000)
    assert "trouble connecting" in sim.see()["slips"][-1] and sim.see()["views"] == 1
    link.next()
    sim.do("close", who="ann")
    assert link.next()["payload"]["type"] == "view_closed" and sim.see()["views"] == 0


@rule
def people_write_mention_come_go_and_change(sim):
    link, bot = sim.link(ack=True), sim.good("auth.test")["user_id"]
    sim.do("say", who="ann", text="is 1 < 2 & 3?")
    event = link.next()["payload"]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "is 1 &lt; 2 &amp; 3?") and sim.texts() == ["is 1 < 2 & 3?"]
    sim.do("say", who="ann", where="#general", text="hey @mentor")
    mention, message = link.next()["payload"]["event"], link.next()["payload"]["event"]
    assert mention["type"] == "app_mention" and mention["text"] == f"hey <@{bot}>" and message["channel_type"] == "channel"
    sim.do("channel", name="choir", private=True, members=["mentor"])
    for verb, kind in (("join", "member_joined_channel"), ("leave", "member_left_channel")):
        sim.do(verb, who="dee", where="#choir")
        assert link.next()["payload"]["event"]["type"] == kind
    sim.do("leave", who="mentor", where="#choir")
    assert link.next()["payload"]["event"]["type"] == "group_left"
    sim.do("person", name="eve", tz="Asia/Tokyo")
    assert link.next()["payload"]["event"]["type"] == "team_join"
    sim.do("change", who="eve", name="eva", real_name="Eva")
    event = link.next()["payload"]["event"]
    assert event["type"] == "user_change" and event["user"]["name"] == "eva" and event["user"]["real_name"] == "Eva"
    sim.do("change", who="eva", deleted=True)
    assert link.next()["payload"]["event"]["user"]["deleted"]
    assert "deactivated" in sim.wrong("say", who="eva", text="x")
    sim.do("token", token=sim.token, scopes="chat:write")
    sim.do("say", who="ann", text="unheard")
    sim.do("uninstall")
    assert [link.next()["payload"]["event"]["type"] for _ in range(2)] == ["tokens_revoked", "app_uninstalled"]
    sim.fails("account_inactive", "auth.test")


@rule
def each_sees_names_dates_and_notifications_of_their_own(sim):
    people = ",".join(sim.person(name) for name in ("ann", "cho"))
    room = sim.good("conversations.open", users=people)["channel"]["id"]
    text = f"Hello <@{sim.person('ann')}> &amp; <https://x.example|friends>, <!date^1800000000^{{date_short}} at {{time}}|then>"
    sim.good("chat.postMessage", channel=room, text=text)
    assert sim.texts("ann", room) == ["Hello @ann & friends (https://x.example), 2027-01-15 at 08:00"]
    assert sim.texts("cho", room) == ["Hello @ann & friends (https://x.example), 2027-01-15 at 17:00"]
    assert sim.see("cho")["notifications"] == [text] and sim.see("ben")["notifications"] == []


# ---- what no client should do ----

@rule
def nothing_a_client_sends_breaks_it(sim):
    host, port = re.match(r"http://([^:]+):(\d+)", sim.api).groups()
    head = f"host: x\r\nauthorization: Bearer {sim.token}\r\n"
    deep = "[" * 20000 + "]" * 20000
    for text in ("\0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "POST /api/auth.test HTTP/1.1\r\ncontent-length: -5\r\n\r\n", f"GET /{'a' * 9000} HTTP/1.1\r\n{head}\r\n",
                 f"POST /api/chat.postMessage HTTP/1.1\r\n{head}content-type: application/json\r\ncontent-length: {len(deep)}\r\n\r\n{deep}",
                 f"POST /api/auth.test HTTP/1.1\r\n{head}content-length: 99999999999\r\n\r\n", f"POST /api/auth.test HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                 f"POST /api/x HTTP/1.1\r\n{head}content-length: 12\r\n\r\na=%00&%ff=%f", f"GET /link/?ticket=1 HTTP/1.1\r\n{head}connection: upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n\r\n",
                 f"GET /api/users.info?{'&'.join(f'a{i}={i}' for i in range(300))} HTTP/1.1\r\n{head}\r\n"):
        with socket.create_connection((host, int(port))) as tcp:
            tcp.sendall(text.encode("latin-1"))
            tcp.settimeout(0.05)
            try:
                tcp.recv(1000)
            except (TimeoutError, ConnectionError):
                pass
    link = sim.link()
    for text in ("", "no json", "[]", "{}", '{"envelope_id":5}', '{"envelope_id":"none"}', deep[:8000], '{"envelope_id":"none","payload":[[[1]]]}'):
        link.send(text)
    on_loop(link.socket.send(b"\0\1\2"))
    until(lambda: sim.do("measures")["acks"]["unknown"] == 9, "nine useless frames")
    for verb in ("say", "click", "submit", "run", "see", "socket", "clock", "token", "channel", "event", "nonsense"):
        sim.open(sim.control + verb, b'{"who":[],"what":{},"where":7,"values":3,"advance_ms":"x","token":1}')
        sim.open(sim.control + verb, b"[1]")
    for blocks in ([1], [{}], [{"type": 5}], [{"type": "section", "text": 5}], [{"type": "actions", "elements": [[], 3, None]}], [{"type": "rich_text", "elements": [1]}]):
        sim.call("chat.postMessage", channel=sim.dm(), text="x", blocks=blocks)
    sim.call("views.publish", user_id=sim.person("ann"), view={"type": "home", "blocks": [{"type": "rich_text", "elements": [[], {"elements": 3}]}]})
    sim.see()
    sim.good("auth.test")


@rule
def odd_calls_by_the_thousand_leave_it_standing(sim):
    seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
    draw, channel, ann = random.Random(seed), sim.dm(), sim.person("ann")
    methods = [(one["name"], one["args"]) for one in sim.do("methods")["methods"]]
    verbs = sorted(set(json.loads(sim.open(sim.control + "nothing", b"{}"))["verbs"]) - {"token", "uninstall", "inject", "settings", "team"})
    assert len(methods) > 35 and len(verbs) > 20
    keys = ["who", "what", "where", "text", "value", "values", "ts", "members", "name", "event", "method", "how", "bytes", "reason", "connection", "id", "last", "messages", "token", "advance_ms"]
    odd = ["", "x", "0", "-1", "9" * 30, channel, ann, f"{ann},{ann}", "ann", "dm", "#general", "\u2028\ud83d\ude00", "<" * 50, "&", "%00", "1.5", "next:99", 0, -1, 1e300, 2 ** 53, True, None, [], {}, [[]],
           [{}], {"type": "modal"}, modal(), {"type": "home", "blocks": [section("x"), {"type": "rich_text", "elements": [{"elements": [{}]}]}]}, [section("x")], ["ann", 5], {"a": {"b": [1]}}, "[1", "{}"]
    host, port = re.match(r"http://([^:]+):(\d+)", sim.api).groups()
    sim.do("settings", tiers=0)
    link = sim.link(ack=True)
    line = http.client.HTTPConnection(host, int(port), timeout=WAIT_S)
    for i in range(3000):
        if draw.random() < 0.7:
            method, row = draw.choice(methods)
            names = [part.lstrip("!").split(":")[0] for part in row.split()]
            path, args = f"/api/{method}", {name: draw.choice(odd) for name in names if draw.random() < 0.7}
        else:
            path, args = f"/sim/{draw.choice(verbs)}", {key: draw.choice(odd) for key in draw.sample(keys, 4)} | ({"who": ann} if draw.random() < 0.7 else {})
        line.request("POST", path, json.dumps(args), {"authorization": f"Bearer {sim.token}", "content-type": "application/json"})
        answer = line.getresponse()
        text = answer.read()
        assert answer.status in (200, 400) and isinstance(json.loads(text), dict), f"seed {seed}, call {i}: {path} {args}: {answer.status} {text[:300]}"
    line.close()
    for one in sim.do("people")["people"]:
        sim.see(one["id"])
    sim.good("auth.test")
    assert link.end is None or sim.link()
    return f"seed {seed}"


@rule
def it_listens_on_this_machine_only_and_keeps_a_log_without_tokens(sim):
    port = int(re.search(r":(\d+)", sim.api).group(1))
    with open("/proc/net/tcp") as file:
        listening = [line.split()[1] for line in file if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"], listening
    sim.good("chat.postMessage", channel=sim.dm(), text="find me")
    sim.call_json("auth.test", token=None)
    with open(os.path.join(sim.folder.name, "calls.jsonl")) as file:
        lines = [json.loads(line) for line in file]
    assert any(line["what"] == "call" and line["method"] == "chat.postMessage" and line["args"]["text"] == "find me" for line in lines)
    assert not any(sim.token in json.dumps(line) for line in lines)


# ---- killed, and back ----

def half_done(sim):
    """Something of each kind that has only begun."""
    link, ann, channel = sim.link(ack=True), sim.person("ann"), sim.dm()
    sim.do("run", who="ann", where="#general", command="/mentor", text="x")
    respond = link.next()["payload"]["response_url"]
    first, second, used = trigger(sim), trigger(sim), trigger(sim, "ben")
    root = sim.good("views.open", trigger_id=first, view=modal("One"))["view"]
    sim.good("views.open", trigger_id=used, view=modal("Ben's"))
    sim.good("views.publish", user_id=ann, view={"type": "home", "blocks": [section("Welcome")]})
    file = upload(sim, b"bytes")
    sim.do("settings", share_delay_ms=3600000)
    late = upload(sim, b"later")
    sim.good("files.completeUploadExternal", files=[{"id": late}], channel_id=channel, initial_comment="late file")
    scheduled = sim.good("chat.scheduleMessage", channel=channel, post_at=str(int(time.time()) + 600), text="in ten minutes")["scheduled_message_id"]
    sim.do("settings", full=1)
    link.close()
    return {"respond": respond, "second": second, "used": used, "root": root, "file": file, "scheduled": scheduled, "channel": channel}


@rule
def what_was_handed_out_is_told_to_tests(sim):
    link = sim.link(ack=True)
    payload = (sim.do("run", who="ann", text="x"), link.next()["payload"])[1]
    file = sim.good("files.getUploadURLExternal", filename="a.txt", length="2")
    found = sim.do("secrets")["secrets"]
    assert {kind: len(ones) for kind, ones in found.items()} == {"tokens": 2, "tickets": 1, "triggers": 1, "response_urls": 1, "uploads": 1}
    assert found["triggers"] == [payload["trigger_id"]] and payload["response_url"].endswith(found["response_urls"][0]) and file["upload_url"].endswith(found["uploads"][0])


@rule
def a_killed_one_goes_on_with_what_had_begun(_):
    with tempfile.TemporaryDirectory() as folder:
        world = os.path.join(folder, "world.json")
        sim = Sim("--world", world)
        try:
            comes_back(sim, world)
        finally:
            sim.close()


def comes_back(sim, world):
    moving = ("start_ms", "tickets", "triggers", "responds")  # times that count from another start now
    begun = half_done(sim)
    kept = [{key: value for key, value in json.load(open(world)).items() if key not in moving}]
    sim.kill_and_start()
    kept.append({key: value for key, value in json.load(open(world)).items() if key not in moving})
    assert kept[0] == kept[1], [key for key in kept[0] if kept[0][key] != kept[1].get(key)]
    goes_on(sim, begun)


def goes_on(sim, begun):
    sim.fails("too_many_convos_for_team", "conversations.create", name="one-more", is_private=True)
    sim.fails("storage_limit_reached", "files.getUploadURLExternal", filename="a.txt", length="2")
    sim.do("settings", full=0)
    channel = begun["channel"]
    assert sim.see()["view"]["title"] == "One" and "Welcome" in sim.see()["home"]["shown"]
    pushed = sim.good("views.push", trigger_id=begun["second"], view=modal("Two"))["view"]  # within its three seconds
    assert pushed["root_view_id"] == begun["root"]["id"] and pushed["id"] != begun["root"]["id"]
    sim.fails("exchanged_trigger_id", "views.open", trigger_id=begun["used"], view=modal("Again"))
    sim.good("views.update", view_id=begun["root"]["id"], hash=begun["root"]["hash"], view=modal("One again"))
    assert sim.open(begun["respond"], b'{"text":"by its address"}', {"content-type": "application/json"}) == "ok"
    until(lambda: sim.texts("ann", "dm")[-1:] == ["late file"], "the file's message")
    sim.do("settings", share_delay_ms=0)
    sim.good("files.completeUploadExternal", files=[{"id": begun["file"]}], channel_id=channel, initial_comment="file")
    assert sim.good("files.info", file=begun["file"])["file"]["size"] == 5
    assert [one["id"] for one in sim.good("chat.scheduledMessages.list", channel=channel)["scheduled_messages"]] == [begun["scheduled"]]
    sim.advance(601000)
    assert sim.texts("ann", "dm")[-1] == "in ten minutes"
    sim.advance(1800001)
    assert sim.open(begun["respond"], b'{"text":"too late"}', {"content-type": "application/json"}) == "expired_url"


# ---- all ----

def all_were_used():
    """Every method answered ok at least once, every verb did what it was asked."""
    sim = Sim()
    methods = {row["name"] for row in sim.do("methods")["methods"]}
    verbs = set(json.loads(sim.open(sim.control + "nothing", b"{}"))["verbs"])
    sim.close()
    left = sorted((methods - Sim.answered) | (verbs - Sim.asked))
    return [f"never used: {name}" for name in left]


def main():
    threading.Thread(target=LOOP.run_forever, daemon=True).start()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen, failed, began = [one for one in RULES if wanted in one.__name__], [], time.monotonic()
    for one in chosen:
        sim = Sim()
        try:
            note = one(sim)
            if note:
                print(f"{one.__name__.replace('_', ' ')}: {note}")
        except Exception:
            failed.append(one.__name__)
            print(f"{one.__name__.replace('_', ' ')}: FAILED\n{traceback.format_exc()}")
        try:
            sim.close()
        except Exception:
            failed.append(one.__name__)
            print(f"{one.__name__.replace('_', ' ')}: THE END FAILED\n{traceback.format_exc()}")
    if not wanted and not failed:
        failed += all_were_used()
    if failed or not chosen:
        sys.exit(f"slack-sim-test: {len(failed)} of {len(chosen)} rules failed: {', '.join(failed)}")
    print(f"slack-sim-test: {len(chosen)} rules kept, {time.monotonic() - began:.1f} s")


main()
