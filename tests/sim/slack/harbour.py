"""harbour.py: a simulated Slack, mentord-slack beside it, and a real bot with its Redis, on folders of their own, for tests."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "contract")]

import privacy
from checks import check
from demo import BUILD, ROOT, free_port
from town import TownBot

PEOPLE = {"rita": "Rita Stone", "sam": "Sam Reed", "jo": "Jo Patel", "aisha": "Aisha Khan", "ben": "Ben Okafor"}
DEADLINE_S = 30


def wait(what, condition, deadline_s=DEADLINE_S, pause_s=0.01):
    """What the condition gives, as soon as it is true."""
    end = time.monotonic() + deadline_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for: {what}")
        time.sleep(pause_s)
    return found


class Slack:
    """The simulator, and what its people do. The first of `teams` is everybody's, unless a name begins with another's and a slash; `docks@A0SIM00002`
    has an app of its own."""

    def __init__(self, folder, teams=("harbour",), people=None, options=()):
        self.folder, self.port, self.names, self.options = folder, free_port(), teams, options
        self.heard = privacy.Heard()
        (folder / "sim").mkdir()
        self.start()
        there = {person["name"] for person in self.say("people")["people"]}
        self.ids = {name: self.person(name, name in there) for name in (PEOPLE if people is None else people)}

    def start(self):
        teams = [word for name in self.names for word in ("--team", name)]
        self.process = subprocess.Popen([BUILD / "sim-slack", "--port", str(self.port), "--data", self.folder / "sim",
                                         "--world", self.folder / "sim/world.json", *teams, *self.options],
                                        stdout=subprocess.PIPE, stderr=open(self.folder / "sim.err", "a"), text=True)
        facts, self.teams, self.bot_tokens, self.app_tokens = {}, {}, {}, {}
        while "control" not in facts:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"the simulator did not start: {(self.folder / 'sim.err').read_text()}")
            name, _, rest = line.strip().partition(" ")
            facts.setdefault(name, rest)
            if name == "app_token":
                self.app_tokens[rest.split("-")[2]] = rest
            if name == "bot_token":
                token, team, called = re.fullmatch(r"(\S+) team (\S+) \((\S+)\)", rest).groups()
                self.teams[called], self.bot_tokens[called] = team, token
        self.api, self.control, self.app_token = facts["ready"], facts["control"], facts["app_token"]
        first = self.names[0].split("@")[0]
        self.team, self.bot_token = self.teams[first], self.bot_tokens[first]

    @property
    def tokens(self):
        return [*self.app_tokens.values(), *self.bot_tokens.values()]

    def kill_and_start(self):
        """kill -9; what it had told anybody is kept in its folder."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.start()

    def say(self, verb, **wish):
        self.heard.note(verb, wish)
        request = urllib.request.Request(f"{self.control}{verb}", json.dumps(wish).encode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as refused:
            found = json.load(refused)
        if not found["ok"]:
            raise AssertionError(f"{verb} {wish}: {found}")
        return found

    def person(self, name, there):
        """Somebody of the demo's programme; a few names are the simulator's own already."""
        facts = {"real_name": PEOPLE[name], "tz": "Europe/London"}
        return (self.say("change", who=name, **facts) if there else self.say("person", name=name, **facts))["user"]["id"]

    def conversations(self, who):
        return self.say("see", who=who, messages=200)["conversations"]

    def messages(self, who, kind="im"):
        """All that stands in this person's DM with the bot (or in their group messages), oldest first."""
        return [message for conversation in self.conversations(who) if conversation["kind"] == kind for message in conversation["messages"]]

    def told(self, who, kind="im"):
        return [message for message in self.messages(who, kind) if message["from"] == "mentor"]

    def calls(self):
        return [json.loads(line) for line in (self.folder / "sim/calls.jsonl").read_text().splitlines()]

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Bot(TownBot):
    """A real bot for one workspace of Slack's; its people are prefilled under their ids there."""

    def __init__(self, workspace, address, ids):
        self.workspace, self.ids = workspace, ids
        super().__init__([{"name": "slack", "address": address, "workspaces": f"[{workspace}]"}])

    def write_files(self, files):
        self.folder.chmod(0o700)
        rows = (ROOT / "deploy/demo/people.csv").read_text().splitlines()
        known = [row for row in rows if re.match(r"account|web/city:(%s)," % "|".join(PEOPLE), row)]
        people = re.sub(r"web/city:(\w+)", lambda found: f"{self.workspace}:{self.ids[found[1]]}", "\n".join(known) + "\n")
        scheme = (ROOT / "deploy/demo/scheme.yaml").read_text().replace("web/city", self.workspace)
        link = self.links[0]
        config = ("scheme: city-pilot\ndemo: yes\ndata: data\ndemo_scheme: scheme.yaml\ndemo_people: people.csv\nlinks:\n"
                  f"  - {{ name: slack, address: {link['address']}, workspaces: {link['workspaces']} }}\n")
        for name, text in (("scheme.yaml", scheme), ("people.csv", people), ("mentord.yaml", config)):
            (self.folder / name).write_text(text)


class Harbour:
    """`with Harbour() as harbour`: all of it runs; `bot=False` leaves the bot out; `options` are more of mentord-slack's."""
    sim_options, manifest_options = (), ()

    def __init__(self, bot=True, teams=("harbour",), people=None, options=()):
        self.folder = Path(tempfile.mkdtemp(prefix="harbour-"))
        self.adapter, self.bot, self.wants_bot, self.teams, self.people = None, None, bot, teams, people
        self.options = options

    def make_bot(self):
        return Bot(self.workspace, self.address, self.slack.ids)

    def __enter__(self):
        self.slack = Slack(self.folder, self.teams, self.people, self.sim_options)
        self.workspace = f"slack/{self.slack.team}"
        # as an administrator installs it: with the rights and the events that it asks for, and no others
        self.slack.say("manifest", manifest=json.loads(subprocess.check_output([BUILD / "mentord", "manifest", "slack", *self.manifest_options])))
        self.address = f"unix:{self.folder}/slack.sock"
        config = f"link: {self.address}\nworkspaces:\n"
        for team in self.teams:
            name, _, app = team.partition("@")
            token, app_token = "bot.token" if team == self.teams[0] else f"bot-{name}.token", f"app-{app}.token" if app else "app.token"
            self.write_token(token, self.slack.bot_tokens[name])
            self.write_token(app_token, self.slack.app_tokens[app] if app else self.slack.app_token)
            config += f"  - {{ id: slack/{self.slack.teams[name]}, name: {name.title()}, bot_token_file: {token}, app_token_file: {app_token} }}\n"
        (self.folder / "slack.yaml").write_text(config)
        self.start_adapter()
        if self.wants_bot:
            self.start_bot()
        return self

    def start_bot(self):
        self.bot = self.make_bot().start()
        wait("the bot is there", lambda: "link_up" in self.log())

    def test_switch(self):
        return ["--test-api", self.slack.api]

    def write_token(self, name, token, mode=0o600):
        path = self.folder / name
        path.write_text(token + "\n")
        path.chmod(mode)

    def command(self, *more):
        return [BUILD / "mentord-slack", "--config", self.folder / "slack.yaml", *self.test_switch(), *self.options, *more]

    def doctor(self):
        return subprocess.run(self.command("--doctor"), capture_output=True, text=True, timeout=60)

    def start_adapter(self, env=None):
        with open(self.folder / "slack.log", "a") as log:
            self.adapter = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **(env or {})})
        if self.adapter.stdout.readline() != "ready\n":
            raise SystemExit(f"mentord-slack did not start: {self.log()}")

    def stop_adapter(self, number=signal.SIGTERM):
        self.adapter.send_signal(number)
        code = self.adapter.wait(20)
        self.adapter.stdout.close()
        self.adapter = None
        return code

    def restart_adapter(self, number=signal.SIGKILL):
        code = self.stop_adapter(number)
        self.start_adapter()
        return code

    def log(self):
        return (self.folder / "slack.log").read_text()

    def up(self, count=2):
        wait(f"{count} connections", lambda: self.slack.say("measures")["up"] >= count)

    def settled(self):
        """Two connections, and none that is about to go."""
        wait("two connections alone", lambda: [c["up"] and not c["leaving"] for c in self.measures()["connections"]] == [True, True])

    def measures(self):
        return self.slack.say("measures")

    def looks_at_the_end(self):
        found, counts = privacy.look(self)
        check(counts, not found, found)

    def __exit__(self, kind, *_):
        with contextlib.ExitStack() as ends:  # all of them come, whatever goes wrong before; the last one first
            ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
            ends.callback(self.slack.end)
            if self.adapter:
                ends.callback(self.stop_adapter)
            if self.bot:
                ends.callback(self.bot.end)
            if kind is None:
                self.looks_at_the_end()
                return
            print(self.log()[-4000:], self.bot.log()[-3000:] if self.bot else "", *map(json.dumps, self.slack.calls()[-20:]), sep="\n", file=sys.stderr)
            print(json.dumps(self.slack.say("envelope", last=12)), file=sys.stderr)
