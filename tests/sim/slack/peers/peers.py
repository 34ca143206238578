#!/usr/bin/python3
"""peers.py: Slack's own SDKs against the simulated Slack: a Bolt app in JavaScript and one in Python live in it and are shown each refusal.

What they need comes from npm and PyPI into the build folder, versions pinned. Not installed is a failure. `peers.py js` or `peers.py py` runs one."""
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request

sys.dont_write_bytecode = True  # the tree stays as it was

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../.."))

from waiting import wait_for

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
FOLDER = os.path.join(BUILD, "peers", "slack")
NODE_WANTED = (20, 18)
BOLT_JS, BOLT_JS_OLD_NODE = "5.1.0", "4.7.3"  # the newest, and the newest for the Node of Debian 12
BOLT_PY = ["slack_bolt==1.30.0", "slack_sdk==3.47.0"]
WAIT_S = 20


# ---- what is installed ----

def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=240, **more)


def install_js():
    node = run(["node", "--version"]).stdout.strip()
    major, minor = (int(part) for part in re.match(r"v(\d+)\.(\d+)", node).groups())
    bolt = BOLT_JS if (major, minor) >= NODE_WANTED else BOLT_JS_OLD_NODE
    folder = os.path.join(FOLDER, f"js-{bolt}")
    versions = os.path.join(folder, "node_modules", "@slack", "bolt", "package.json")
    if not os.path.exists(versions):
        os.makedirs(folder, exist_ok=True)
        done = run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", f"@slack/bolt@{bolt}"])
        assert os.path.exists(versions), f"npm could not install @slack/bolt@{bolt}: {done.stderr[-600:]}"
    found = [f"node {node[1:]}"]
    for name in ("bolt", "web-api", "socket-mode"):
        with open(os.path.join(folder, "node_modules", "@slack", name, "package.json")) as file:
            found.append(f"@slack/{name} {json.load(file)['version']}")
    return ", ".join(found), ["node", os.path.join(HERE, "bolt_app.js")], {"NODE_PATH": os.path.join(folder, "node_modules")}


def install_py():
    folder = os.path.join(FOLDER, "py-" + "-".join(part.split("==")[1] for part in BOLT_PY))
    if not os.path.exists(os.path.join(folder, "slack_bolt")):
        done = run(["/usr/bin/python3", "-m", "pip", "install", "-q", "--no-deps", "--target", folder, *BOLT_PY])
        assert os.path.exists(os.path.join(folder, "slack_bolt")), f"pip could not install {BOLT_PY}: {done.stderr[-600:]}"
    shown = run(["/usr/bin/python3", "-c", "import platform, slack_bolt.version as b, slack_sdk.version as s; print(platform.python_version(), b.__version__, s.__version__)"],
                env={**os.environ, "PYTHONPATH": folder})
    python, bolt, sdk = shown.stdout.split()
    return f"python {python}, slack_bolt {bolt}, slack_sdk {sdk}", ["/usr/bin/python3", os.path.join(HERE, "bolt_app.py")], {"PYTHONPATH": folder}


# ---- the simulator and the app ----

class Town:
    """One simulator with one app in it."""

    def __init__(self, name, command, env):
        self.sim = subprocess.Popen([os.path.join(BUILD, "sim-slack"), "--port", "0", "--data", os.path.join(FOLDER, f"{name}-calls")], stdout=subprocess.PIPE, text=True)
        facts = [self.sim.stdout.readline().split() for _ in range(4)]
        self.api, self.app_token, self.bot_token, self.team, self.control = facts[0][1], facts[1][1], facts[2][1], facts[2][3], facts[3][1]
        env = {**os.environ, **env, "SIM_API": self.api, "SIM_BOT_TOKEN": self.bot_token, "SIM_APP_TOKEN": self.app_token, "no_proxy": "127.0.0.1"}
        self.log = open(os.path.join(FOLDER, f"{name}.log"), "w")
        self.app = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=env)
        self.said, self.asked = queue.Queue(), 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.app.stdout:
            try:
                heard = json.loads(line)
            except ValueError:
                self.log.write(line)
                continue
            self.said.put(heard)
        self.said.put({"gone": True})

    def close(self):
        for process in (self.app, self.sim):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        self.log.close()

    def do(self, verb, **wish):
        request = urllib.request.Request(self.control + verb, data=json.dumps(wish).encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{verb} {wish}: {json.load(error)['wrong']}") from None

    def call(self, asked_method, **args):
        """Through the SDK: its error, as the app tells it."""
        self.asked += 1
        self.app.stdin.write(json.dumps({"id": self.asked, "method": asked_method, "args": args}) + "\n")
        self.app.stdin.flush()
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            heard = self.said.get(timeout=WAIT_S)
            assert "gone" not in heard, "the app is gone"
            if heard.get("id") == self.asked:
                return heard
        raise AssertionError(f"{asked_method}: the SDK said nothing for {WAIT_S} s")

    def until(self, question, what):
        return wait_for(what, question, WAIT_S)

    def texts(self, who="ann", where="dm"):
        return [message for room in self.do("see", who=who, where=where)["conversations"] for message in room["messages"]]

    def hears(self, text, who="ann", where="dm"):
        return self.until(lambda: [m for m in self.texts(who, where) if text in m["shown"] or text in m["text"]], f"{who} hears {text!r}")[-1]

    def view(self, who="ann"):
        return self.do("see", who=who).get("view")

    def sees(self, title):
        return self.until(lambda: (self.view() or {}).get("title") == title and self.view(), f"a view called {title}")

    def up(self):
        return self.do("measures")["up"]

    def person(self, name):
        return next(one["id"] for one in self.do("people")["people"] if one["name"] == name)


# ---- a day in the life of an app ----

STEPS = []


def step(function):
    STEPS.append(function)
    return function


@step
def connects(town):
    town.until(lambda: town.up() >= 1, "a socket")


@step
def hears_and_answers_a_message(town):
    town.do("say", who="ann", text="say hello & <b>")
    assert town.hears("heard:")["text"] == "heard: say hello & <b>"


@step
def is_mentioned_in_a_channel(town):
    ts = town.do("say", who="ben", where="#general", text="help, @mentor")["ts"]
    assert town.hears("hello @ben", "ben", "#general")["thread_ts"] == ts


@step
def acknowledges_a_command_with_nothing(town):
    envelope = town.do("run", who="ann", where="#general", text="quiet")["envelope_id"]
    town.until(lambda: town.do("envelope", id=envelope)["state"] == "acked", "an ack")


@step
def acknowledges_a_command_with_words(town):
    town.do("run", who="ann", where="#general", text="loud")
    assert town.hears("said in the ack", "ann", "#general")["ephemeral"]
    assert not any("said in the ack" in m["text"] for m in town.texts("ben", "#general"))
    town.do("run", who="ann", where="#general", text="everyone")
    town.hears("said to everyone", "ben", "#general")


@step
def opens_a_modal(town):
    town.do("run", who="ann", text="form")
    town.sees("Form")


@step
def updates_a_view(town):
    town.do("click", who="ann", what="again")
    town.sees("Again")


@step
def pushes_a_view(town):
    town.do("click", who="ann", what="deeper")
    town.sees("Deeper")
    assert town.do("see", who="ann")["views"] == 2
    town.do("close", who="ann")


@step
def answers_a_submission_with_errors(town):
    town.do("submit", who="ann", values={"Skill": "x"})
    town.until(lambda: (town.view() or {}).get("errors") == {"skill": "too short"}, "errors")


@step
def answers_a_submission_with_update_push_and_clear(town):
    town.do("submit", who="ann", values={"Skill": "update"})
    town.sees("Updated")
    town.do("submit", who="ann", values={"Skill": "push"})
    town.sees("Pushed")
    town.do("submit", who="ann", values={"Skill": "clear"})
    town.until(lambda: town.do("see", who="ann")["views"] == 0, "no view")


@step
def takes_a_submission(town):
    town.do("run", who="ann", text="form")
    town.sees("Form")
    town.do("submit", who="ann", values={"Skill": "Rust"})
    town.hears("skill: Rust")
    town.until(lambda: town.do("see", who="ann")["views"] == 0, "no view")


@step
def shows_buttons_and_selects(town):
    town.do("say", who="ann", text="card")
    town.hears("Shall we?")
    town.do("click", who="ann", what="day", value="Tuesday")
    assert town.hears("day: tuesday")["ephemeral"]  # through response_url


@step
def replaces_a_card_through_its_response_url(town):
    ts = town.hears("Shall we?")["ts"]
    town.do("click", who="ann", what="Yes")
    assert town.hears("yes it is, 7")["ts"] == ts


@step
def publishes_a_home(town):
    town.do("home", who="ann")
    town.until(lambda: "Welcome home" in town.do("see", who="ann").get("home", {}).get("shown", ""), "a home")


@step
def uploads_in_three_steps(town):
    town.do("say", who="ann", text="chart")
    files = town.hears("here it is").get("files")
    assert files and files[0]["name"] == "chart.png" and files[0]["alt_txt"] == "a dot" and files[0]["size"] == 70, files


@step
def lives_through_a_refresh(town):
    town.do("measures", forget=True)
    town.do("socket", what="disconnect", reason="refresh_requested", close_ms=300)
    town.until(lambda: town.do("measures")["opened"] > 0 and town.up() >= 1, "a new socket")
    town.do("say", who="ann", text="say after the refresh")
    town.hears("heard: say after the refresh")
    return f"gap {town.do('measures')['gaps']['longest_us'] / 1e6:.2f} s"


@step
def lives_through_a_reset(town):
    town.do("measures", forget=True)
    town.do("socket", what="reset")
    town.until(lambda: town.do("measures")["opened"] > 0 and town.up() >= 1, "a new socket")
    town.do("say", who="ann", text="say after the reset")
    town.hears("heard: say after the reset")
    return f"gap {town.do('measures')['gaps']['longest_us'] / 1e6:.2f} s"


@step
def waits_when_it_is_told_429(town):
    town.do("inject", method="chat.postMessage", how="429", retry_after=1)
    began = time.monotonic()
    town.do("say", who="ann", text="say it slowly")
    town.hears("heard: say it slowly")
    assert time.monotonic() - began >= 1, "it did not wait"


# ---- each refusal, through the SDK ----

def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text):
    return {"type": "plain_text", "text": text}


def modal(title="T", blocks=None, **more):
    return {"type": "modal", "title": plain(title), "blocks": [section("x")] if blocks is None else blocks, **more}


def trigger(town):
    return town.do("run", who="cho", text="quiet")["trigger_id"]


def dm(town, who="ann"):
    return town.do("see", who=who, where="dm")["conversations"][0]["id"]


def room(town, name, **more):
    return town.do("channel", name=name, **more)["channel"]["id"]


def used_trigger(town):
    used = trigger(town)
    assert town.call("views.open", trigger_id=used, view=modal())["error"] is None
    return used


def old_trigger(town):
    old = trigger(town)
    town.do("clock", advance_ms=3001)
    return old


def full_stack(town):
    used_trigger(town)
    for _ in range(2):
        assert town.call("views.push", trigger_id=trigger(town), view=modal())["error"] is None
    return trigger(town)


def changed_view(town):
    view = town.do("see", who="cho")["view"]
    assert town.call("views.update", view_id=view["id"], hash=view["raw"]["hash"], view=modal("New"))["error"] is None
    return {"view_id": view["id"], "hash": view["raw"]["hash"], "view": modal("Other")}


def gone_person(town, name="gus"):
    made = town.do("person", name=name)["user"]["id"]
    town.do("change", who=name, deleted=True)
    return made


def guest(town):
    return town.do("person", name="gil", is_restricted=True)["user"]["id"]


def closed_tab(town):
    town.do("settings", messages_tab=0)
    return post(town)


def crowd(town):
    return ",".join(town.do("person", name=f"p{i}", quiet=True)["user"]["id"] for i in range(9))


def post(town, **args):
    return {"channel": dm(town), "text": "x", **args}


def block(*blocks):
    return lambda town: ("chat.postMessage", post(town, blocks=list(blocks)))


def view(**parts):
    return lambda town: ("views.open", {"trigger_id": "unused", "view": modal(**parts)})


BUTTON = {"type": "button", "action_id": "b", "text": plain("b")}
CHOICES = [{"text": plain(str(i)), "value": str(i)} for i in range(101)]
SELECT = {"type": "static_select", "placeholder": plain("p"), "options": CHOICES}
BIG = [section("y" * 2990) for _ in range(90)]
# name: (what to call, the error, what its details say)
REFUSALS = {
    "missing argument": (lambda t: ("conversations.info", {}), "invalid_arguments", "missing required field: channel"),
    "unknown argument": (lambda t: ("users.info", {"user": t.person("ann"), "colour": "red"}), "invalid_arguments", "unknown argument: colour"),
    "wrong type": (lambda t: ("conversations.list", {"limit": "many"}), "invalid_arguments", "/limit"),
    "unknown method": (lambda t: ("chat.sing", {}), "unknown_method", ""),
    "unknown channel": (lambda t: ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}), "channel_not_found", ""),
    "not in channel": (lambda t: ("chat.postMessage", {"channel": room(t, "strangers", members=["ann"]), "text": "x"}), "not_in_channel", ""),
    "archived": (lambda t: ("chat.postMessage", {"channel": room(t, "attic", members=["mentor"], archived=True), "text": "x"}), "is_archived", ""),
    "no text": (lambda t: ("chat.postMessage", {"channel": dm(t)}), "no_text", ""),
    "long text": (lambda t: ("chat.postMessage", {"channel": dm(t), "text": "x" * 40001}), "msg_too_long", ""),
    "thread that is gone": (lambda t: ("chat.postMessage", post(t, thread_ts="1.000000")), "thread_not_found", ""),
    "a guest in a public channel": (lambda t: ("conversations.invite", {"channel": room(t, "mine", members=["mentor"]), "users": guest(t)}), "user_is_restricted", ""),
    "a list of a kind nobody knows": (lambda t: ("conversations.list", {"types": "hall"}), "invalid_types", ""),
    "huge metadata": (lambda t: ("chat.postMessage", post(t, metadata={"event_type": "x", "event_payload": {"x": "y" * 9000}})), "metadata_too_large", ""),
    "unknown message": (lambda t: ("chat.update", {"channel": dm(t), "ts": "1.000000", "text": "x"}), "message_not_found", ""),
    "a person's message": (lambda t: ("chat.update", {"channel": dm(t), "ts": t.do("say", who="ann", text="mine")["ts"], "text": "x"}), "cant_update_message", ""),
    "ephemeral for a stranger": (lambda t: ("chat.postEphemeral", {"channel": dm(t), "user": t.person("ben"), "text": "x"}), "user_not_in_channel", ""),
    "51 blocks": (block(*[section("x") for _ in range(51)]), "invalid_blocks", "no more than 50 items allowed [json-pointer:/blocks]"),
    "long section": (block(section("x" * 3001)), "invalid_blocks", "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "unknown block": (block(section("x"), {"type": "hologram"}), "invalid_blocks", "unsupported type: hologram [json-pointer:/blocks/1]"),
    "26 buttons": (block({"type": "actions", "elements": [BUTTON | {"action_id": f"b{i}"} for i in range(26)]}), "invalid_blocks", "/blocks/0/elements"),
    "long button": (block({"type": "actions", "elements": [BUTTON | {"text": plain("b" * 76)}]}), "invalid_blocks", "/blocks/0/elements/0/text/text"),
    "long value": (block({"type": "actions", "elements": [BUTTON | {"value": "b" * 2001}]}), "invalid_blocks", "/blocks/0/elements/0/value"),
    "101 options": (block({"type": "actions", "elements": [SELECT]}), "invalid_blocks", "/blocks/0/elements/0/options"),
    "long header": (block({"type": "header", "text": plain("h" * 151)}), "invalid_blocks", "/blocks/0/text/text"),
    "same action twice": (block({"type": "actions", "elements": [BUTTON, BUTTON]}), "invalid_blocks", "already exists"),
    "no alt text": (block({"type": "image", "image_url": "https://x.example/i.png"}), "invalid_blocks", "missing required field: alt_text"),
    "too much text": (block(*[section("x" * 2990) for _ in range(5)]), "msg_blocks_too_long", ""),
    "long title": (view(title="t" * 25), "invalid_arguments", "must be less than 25 characters [json-pointer:/view/title/text]"),
    "101 view blocks": (view(blocks=[section("x") for _ in range(101)]), "invalid_arguments", "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "long metadata": (view(private_metadata="m" * 3001), "invalid_arguments", "/view/private_metadata"),
    "input without submit": (view(blocks=[{"type": "input", "label": plain("l"), "element": {"type": "plain_text_input"}}]), "invalid_arguments", "submit"),
    "large view": (view(blocks=BIG), "view_too_large", ""),
    "unknown trigger": (lambda t: ("views.open", {"trigger_id": "1.2.3", "view": modal()}), "invalid_trigger_id", ""),
    "used trigger": (lambda t: ("views.open", {"trigger_id": used_trigger(t), "view": modal()}), "exchanged_trigger_id", ""),
    "late trigger": (lambda t: ("views.open", {"trigger_id": old_trigger(t), "view": modal()}), "expired_trigger_id", ""),
    "a fourth view": (lambda t: ("views.push", {"trigger_id": full_stack(t), "view": modal()}), "push_limit_reached", ""),
    "changed view": (lambda t: ("views.update", changed_view(t)), "hash_conflict", ""),
    "unknown view": (lambda t: ("views.update", {"view_id": "V0NONE", "view": modal()}), "not_found", ""),
    "nine people": (lambda t: ("conversations.open", {"users": crowd(t)}), "too_many_users", ""),
    "nobody": (lambda t: ("conversations.open", {"users": ""}), "users_list_not_supplied", ""),
    "unknown person": (lambda t: ("conversations.open", {"users": "U0NOBODY"}), "user_not_found", ""),
    "deactivated person": (lambda t: ("conversations.open", {"users": gone_person(t)}), "user_disabled", ""),
    "name taken": (lambda t: ("conversations.create", {"name": "general", "is_private": True}), "name_taken", ""),
    "name with capitals": (lambda t: ("conversations.create", {"name": "My Room", "is_private": True}), "invalid_name_specials", ""),
    "long name": (lambda t: ("conversations.create", {"name": "n" * 81, "is_private": True}), "invalid_name_maxlength", ""),
    "inviting itself": (lambda t: ("conversations.invite", {"channel": room(t, "mine", private=True, members=["mentor"]), "users": t.person("mentor")}), "cant_invite_self", ""),
    "inviting twice": (lambda t: ("conversations.invite", {"channel": room(t, "mine", members=["ann"]), "users": t.person("ann")}), "already_in_channel", ""),
    "archived twice": (lambda t: ("conversations.archive", {"channel": room(t, "attic")}), "already_archived", ""),
    "general archived": (lambda t: ("conversations.archive", {"channel": room(t, "general")}), "cant_archive_general", ""),
    "kicking a stranger": (lambda t: ("conversations.kick", {"channel": room(t, "mine"), "user": t.person("dee")}), "not_in_channel", ""),
    "bad cursor": (lambda t: ("users.list", {"cursor": "yesterday", "limit": 5}), "invalid_cursor", ""),
    "no such address": (lambda t: ("users.lookupByEmail", {"email": "nobody@x.example"}), "users_not_found", ""),
    "a closed tab of messages": (lambda t: ("chat.postMessage", closed_tab(t)), "messages_tab_disabled", ""),
    "file without bytes": (lambda t: ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}), "file_not_found", ""),
}


def check_refusals(town):
    town.do("settings", tiers=0)
    for name, (make, error, detail) in REFUSALS.items():
        method, args = make(town)
        heard = town.call(method, **args)
        town.do("settings", messages_tab=1)  # one refusal had it closed
        assert heard["error"] == error, f"{name}: {error} was wanted, the SDK says {heard}"
        assert detail in json.dumps(heard["data"]), f"{name}: {detail!r} was wanted in {heard['data']}"
    return len(REFUSALS)


def check_tokens(town):
    """What a token may not: a missing scope with its name, a revoked token."""
    scopes = next(one["scopes"] for one in town.do("facts")["tokens"] if one["token"] == town.bot_token)
    town.do("token", token=town.bot_token, scopes="chat:write,im:write")
    heard = town.call("users.info", user=town.person("ann"))
    assert heard["error"] == "missing_scope" and heard["data"]["needed"] == "users:read" and heard["data"]["provided"] == "chat:write,im:write", heard
    town.do("token", token=town.bot_token, scopes=scopes)
    for refusal in ("token_revoked", "account_inactive"):
        town.do("token", token=town.bot_token, refusal=refusal)
        assert town.call("auth.test")["error"] == refusal
    town.do("token", token=town.bot_token, refusal="")
    assert town.call("auth.test")["error"] is None
    assert town.call("apps.connections.open")["error"] == "not_allowed_token_type"
    return 4


def limited(heard):
    return heard["code"] in ("slack_webapi_rate_limited_error", "429") and heard["retry_after"] >= 1


def check_tiers(town):
    """A tier, a channel's one a second, the workspace's cap: each says how long to wait, and works again after that."""
    town.do("settings", tiers=1)
    town.do("clock", advance_ms=120000)
    heard = [town.call("conversations.list") for _ in range(21)]
    assert all(one["error"] is None for one in heard[:20]) and limited(heard[20]), heard[-2:]
    town.do("clock", advance_ms=heard[20]["retry_after"] * 1000)
    assert town.call("conversations.list")["error"] is None
    heard = [town.call("chat.postMessage", channel=dm(town), text="x") for _ in range(4)]
    assert [limited(one) if one["error"] else None for one in heard] == [None, None, None, True], heard
    town.do("settings", workspace_posts=2, post_burst=100)
    town.do("clock", advance_ms=60000)
    heard = [town.call("chat.postMessage", channel=dm(town, who), text="x") for who in ("ann", "ben", "cho")]
    assert [limited(one) if one["error"] else None for one in heard] == [None, None, True], heard
    town.do("settings", workspace_posts=300, post_burst=3)
    return 3


# ---- all ----

def live(name, install):
    versions, command, env = install()
    print(f"{name}: {versions}", flush=True)
    town = Town(name, command, env)
    try:
        assert town.said.get(timeout=WAIT_S).get("started"), "the app does not start"
        for one in STEPS:
            note = one(town)
            print(f"{name}: {one.__name__.replace('_', ' ')}{f' ({note})' if note else ''}", flush=True)
        refusals = check_refusals(town) + check_tokens(town) + check_tiers(town)
        print(f"{name}: {refusals} refusals, each reported as Slack's error", flush=True)
        assert town.sim.poll() is None
    finally:
        town.close()
    assert town.sim.returncode == 0, f"the simulator ended with {town.sim.returncode}"


def guarded(name, install, failed):
    try:
        live(name, install)
    except Exception:
        failed.append(name)
        print(f"{name}: FAILED\n{traceback.format_exc()}", flush=True)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    failed, began = [], time.monotonic()
    chosen = {"js": install_js, "py": install_py}
    if len(sys.argv) > 1:
        chosen = {sys.argv[1]: chosen[sys.argv[1]]}
    threads = [threading.Thread(target=guarded, args=(name, install, failed)) for name, install in chosen.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        sys.exit(f"slack-peers: failed: {', '.join(failed)}")
    print(f"slack-peers: {len(STEPS)} steps each, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
