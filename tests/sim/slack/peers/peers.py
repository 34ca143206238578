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
sys.path[:0] = [HERE, os.path.join(HERE, "../../..")]

from refusals import check_all
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
        folder = os.path.join(FOLDER, f"{name}-calls")
        self.calls, self.provoked, self.heard = os.path.join(folder, "calls.jsonl"), set(), []
        self.sim = subprocess.Popen([os.path.join(BUILD, "sim-slack"), "--port", "0", "--data", folder, "--team", "harbour", "--team", "far"], stdout=subprocess.PIPE, text=True)
        facts = [self.sim.stdout.readline().split() for _ in range(5)]
        self.api, self.app_token, self.bot_token, self.team, self.control = facts[0][1], facts[1][1], facts[2][1], facts[2][3], facts[4][1]
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

    def call(self, asked_method, raw=None, **args):
        """Through the SDK: its error, as the app tells it."""
        return self.ask(method=asked_method, args=args, raw=raw)

    def ask(self, **wish):
        self.asked += 1
        self.app.stdin.write(json.dumps({"id": self.asked, **wish}) + "\n")
        self.app.stdin.flush()
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            heard = self.said.get(timeout=WAIT_S)
            assert "gone" not in heard, "the app is gone"
            if heard.get("id") == self.asked:
                self.remember(heard)
                return heard
        raise AssertionError(f"{wish}: the SDK said nothing for {WAIT_S} s")

    def remember(self, heard):
        """What it said of an error; which names no SDK tells, their checks add."""
        data = heard.get("data") or {}
        if data.get("ok") is False:
            self.provoked.add(data.get("error"))
            self.heard += data.get("response_metadata", {}).get("messages", [])

    def details(self):
        return "\n".join(self.heard)

    def last_line(self):
        """Of the simulator's log: the last call or response."""
        with open(self.calls) as file:
            return [one for one in map(json.loads, file) if one["what"] in ("call", "respond")][-1]

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

    def stranger(self):
        return next(one["id"] for one in self.do("people")["people"] if one["name"] == "ann" and one["team_id"] != self.team)


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
def hears_of_a_day_that_was_picked_and_taken_back(town):
    town.do("click", who="ann", what="Start", value="2028-02-29")
    assert town.hears("start: 2028-02-29")["ephemeral"]
    town.do("click", who="ann", what="Start", value="")  # null in each language
    town.until(lambda: any(m["text"] in ("start: null", "start: None") for m in town.texts()), "a day taken back")


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
        print(f"{name}: {check_all(town)}, each reported as Slack's error", flush=True)
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
