#!/usr/bin/python3
"""race.py: mentord with mentord-slack, and a Bolt app, in one simulated Slack, by turns, under the same load.

usage: BUILD=build race.py [--people 2000] [--rounds 2] [--rate 500] [--seconds 4] [--count 6000] [--refreshes 20]
Each answers every message with one post; ours stores each event too. Lines `bench NAME VALUE UNIT [reference VALUE ratio R] [wanted W]`; the
reference is Bolt's. Only broken counts of ours fail, never a slow machine. What Bolt needs comes from npm into the build folder.
"""
import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "sim/slack"), str(HERE.parents[1] / "sim/slack/peers"), str(HERE.parent / "turns")]

import peers
from harbour import Harbour, wait
from place import bench, cpu_s, memory_mb, want

WORDS = "help"
DOUBT_S = 5  # so long after its start mentord-slack looks up what another process may have posted
NO_LIMIT = 2_000_000_000


class Ours:
    """mentord-slack beside the bot that runs already; all three processes count."""

    name = "mentord"
    connections = 2

    def __init__(self, harbour):
        self.harbour = harbour

    def start(self):
        self.harbour.start_adapter()
        children = self.harbour.bot.children()
        self.pids = {"adapter": self.harbour.adapter.pid, "bot": children["mentord"], "redis": children["redis-server"]}

    def stop(self):
        self.harbour.stop_adapter()


class Bolt:
    name = "bolt"
    connections = 1

    def __init__(self, harbour, letters):
        self.harbour, self.letters = harbour, letters
        self.versions, _, self.env = peers.install_js()

    def start(self):
        slack = self.harbour.slack
        env = {**os.environ, **self.env, "SIM_API": slack.api, "SIM_BOT_TOKEN": slack.bot_token, "SIM_APP_TOKEN": slack.app_token,
               "LETTERS": str(self.letters), "no_proxy": "127.0.0.1"}
        self.process = subprocess.Popen(["node", HERE / "bolt_answer.js"], env=env, stdout=subprocess.PIPE, text=True,
                                        stderr=open(self.harbour.folder / "bolt.log", "a"))
        want(self.process.stdout.readline() == "ready\n", f"Bolt did not start: {(self.harbour.folder / 'bolt.log').read_text()[-800:]}")
        self.pids = {"bolt": self.process.pid}

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


class Race:
    def __init__(self, harbour, options):
        self.harbour, self.slack, self.options = harbour, harbour.slack, options
        self.sums = {}

    def add(self, racer, name, value):
        self.sums.setdefault((racer.name, name), []).append(value)

    def mean(self, name, racer="mentord"):
        values = self.sums[(racer, name)]
        return sum(values) / len(values)

    # ---- load ----

    def crowd(self, racer, **wish):
        """One load, to its end: how it went, and the CPU of each process."""
        before = {name: cpu_s(pid) for name, pid in racer.pids.items()}
        sim_before = cpu_s(self.slack.process.pid)
        self.slack.say("crowd", people=self.options.people, text=WORDS, **wish)

        def all_answered():
            found = self.slack.say("crowd")
            return found if found["answered"] == found["wanted"] else None
        try:
            found = wait("all answers", all_answered, 60, 0.2)
        except TimeoutError:
            raise SystemExit(f"bench: FAILED: {racer.name} did not answer everybody: {self.slack.say('crowd')}") from None
        spent = {name: (cpu_s(pid) - before[name]) / found["answered"] * 1e6 for name, pid in racer.pids.items()}
        spent["simulator"] = (cpu_s(self.slack.process.pid) - sim_before) / found["answered"] * 1e6
        return found, spent

    def keep(self, racer, kind, found, spent):
        for name, us in spent.items():
            self.add(racer, f"cpu_{kind}_{name}", us)
        self.add(racer, f"cpu_{kind}", sum(us for name, us in spent.items() if name not in ("redis", "simulator")))
        self.add(racer, f"unasked_{kind}", found["unasked"])
        for what in ("acks", "answers"):
            for part in ("p50_us", "p99_us"):
                self.add(racer, f"{what}_{kind}_{part}", found[what][part] / 1000)
        self.add(racer, f"rate_{kind}", found["answered"] / found["heard_us"] * 1e6)

    def memory(self, racer, when):
        for name, pid in racer.pids.items():
            self.add(racer, f"{when}_{name}", memory_mb(pid, "RssAnon"))
        self.add(racer, when, sum(memory_mb(pid, "RssAnon") for name, pid in racer.pids.items() if name != "redis"))

    def limits(self, on):
        """A channel's limit is kept in what is measured, and so is each method's; the workspace's posts are lifted, for both."""
        self.slack.say("settings", tiers=int(on), workspace_posts=NO_LIMIT)

    def turn(self, racer):
        options = self.options
        self.limits(False)
        racer.start()
        wait("its connections", lambda: self.slack.say("measures")["up"] >= racer.connections)
        time.sleep(0.5)
        self.memory(racer, "idle")
        self.crowd(racer, window=64, count=options.people)  # they become people, and code becomes warm
        time.sleep(DOUBT_S)
        self.limits(True)
        self.keep(racer, "paced", *self.crowd(racer, rate=options.rate, seconds=options.seconds))
        self.keep(racer, "full", *self.crowd(racer, window=64, count=options.count))
        self.memory(racer, "loaded")

    # ---- events that come again, connections that go ----

    def four_times(self, racer, who):
        """Slack loses three acknowledgements of each event: it delivers it four times, as it does for real."""
        slack = self.slack
        self.limits(False)
        slack.say("person", name=who, quiet=True)
        slack.say("settings", lost_acks=3, ack_ms=200, retry_1_ms=50, retry_2_ms=50, retry_3_ms=50)
        slack.say("say", who=who, text=WORDS)
        wait("four deliveries", lambda: slack.say("measures")["deliveries"]["4"] > 0 and slack.say("measures")["waiting"] == 0)
        time.sleep(0.5)
        told = len(slack.told(who))
        slack.say("settings", lost_acks=0, ack_ms=3000, retry_1_ms=1, retry_2_ms=60000, retry_3_ms=300000)
        return told

    def offline_s(self, racer):
        slack = self.slack
        self.limits(False)
        slack.say("measures", forget=True)
        for turn in range(self.options.refreshes):
            opened = slack.say("measures")["opened"]
            slack.say("socket", what="disconnect", reason=("refresh_requested", "warning")[turn % 2], close_ms=150)
            wait("another connection", lambda: slack.say("measures")["opened"] > opened, 60)
            wait("as many as before", lambda: [c["up"] and not c["leaving"] for c in slack.say("measures")["connections"]] == [True] * racer.connections, 60)
        return slack.say("measures")["gaps"]["total_us"] / 1e6


def both(race, name, label, unit, wanted=None):
    bench(label, race.mean(name), unit, race.mean(name, "bolt"), wanted)


def report(race):
    options = race.options
    both(race, "rate_full", "slack_events", "events/s")
    for kind, load in (("full", "at full speed"), ("paced", f"at {options.rate}/s")):
        print(f"# {load}: CPU of an event, answered with one post")
        both(race, f"cpu_{kind}", f"slack_cpu_{kind}", "us/event", "ratio<=0.2")
        for name in ("adapter", "bot", "redis", "simulator"):
            bench(f"slack_cpu_{kind}_{name}", race.mean(f"cpu_{kind}_{name}"), "us/event")
    print(f"# at {options.rate} events/s, whatever the answers do")
    both(race, "acks_paced_p50_us", "slack_ack_p50", "ms")
    both(race, "acks_paced_p99_us", "slack_ack_p99", "ms", "<50")
    both(race, "answers_paced_p50_us", "slack_answer_p50", "ms")
    both(race, "answers_paced_p99_us", "slack_answer_p99", "ms")
    print("# private memory of adapter and bot, of the whole Bolt process")
    for when in ("idle", "loaded"):
        both(race, when, f"slack_memory_{when}", "MB", "ratio<=0.2")
        for name in ("adapter", "bot", "redis"):
            bench(f"slack_memory_{when}_{name}", race.mean(f"{when}_{name}"), "MB")
    both(race, "offline", f"slack_offline_{options.refreshes}_refreshes", "s", "0")
    both(race, "told", "slack_answers_to_one_event_delivered_4_times", "answers", "1")


def main():
    parser = argparse.ArgumentParser()
    for name, value in (("people", 2000), ("rounds", 2), ("rate", 500), ("seconds", 4), ("count", 6000), ("refreshes", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with Harbour(options=("--test-unpaced",)) as harbour:
        harbour.stop_adapter()
        harbour.slack.say("settings", record=0)
        race, ours = Race(harbour, options), Ours(harbour)
        ours.start()
        harbour.up()
        harbour.slack.say("settings", tiers=0)
        harbour.slack.say("say", who="aisha", text=WORDS)
        letters = len(wait("a first answer", lambda: harbour.slack.told("aisha"))[0]["text"])
        ours.stop()
        bolt = Bolt(harbour, letters)
        print(f"# {bolt.versions}; both answer «{WORDS}» with one post of {letters} letters; {options.rounds} turns each, one after the other")
        for turn in range(options.rounds):
            for racer in (ours, bolt):
                race.turn(racer)
                if turn == options.rounds - 1:
                    race.add(racer, "told", race.four_times(racer, f"late-{racer.name}"))
                    race.add(racer, "offline", race.offline_s(racer))
                racer.stop()
        report(race)
        want(sum(race.sums[("mentord", "unasked_paced")] + race.sums[("mentord", "unasked_full")]) == 0, "somebody was answered twice")
        want(race.mean("told") == 1, "an event that came four times was not answered once")
        want(race.mean("offline") == 0, "a refresh left no connection")


main()
