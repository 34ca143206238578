#!/usr/bin/python3
"""two_test.py: one mentord-slack for two workspaces, with people of the same id in both; and presses whose connections die under them.

One app is in both workspaces, so that either of its two connections brings what happens in either. The bot is real, with its Redis.
"""
import signal
import sys
import time

sys.dont_write_bytecode = True

from harbour import Bot, Harbour, wait
from checks import check, tell_count

TWIN, TEAMS = "U0TWIN00001", ("harbour", "docks")
NAMES = {"harbour": "Ann Twin", "docks": "Bob Twin"}
HELPS = 12
ANSWERS = ["Yes, start", "That is right", "I have no line manager"]


class TwoBot(Bot):
    def __init__(self, harbour):
        self.both = [f"slack/{harbour.slack.teams[team]}" for team in TEAMS]
        super().__init__(self.both[0], harbour.address, harbour.slack.ids)

    def write_files(self, files):
        super().write_files(files)
        both = ", ".join(self.both)
        for name in ("scheme.yaml", "mentord.yaml"):
            text = (self.folder / name).read_text()
            (self.folder / name).write_text(text.replace(f"[{self.workspace}]", f"[{both}]"))
        rows = "".join(f"{workspace}:{TWIN},{NAMES[team]},city,Custody,constable,none,,,,\n" for workspace, team in zip(self.both, TEAMS))
        people = self.folder / "people.csv"
        people.write_text(people.read_text() + rows)


class Two(Harbour):
    def __init__(self):
        super().__init__(teams=TEAMS)

    def make_bot(self):
        for team in TEAMS:
            self.slack.say("person", name="twin", team=team, id=TWIN, real_name=NAMES[team])
        return TwoBot(self)

    def told(self, team):
        return self.slack.told(f"{team}/twin")

    def say(self, team, text):
        """Words; comes back when they are answered."""
        count = len(self.told(team))
        self.slack.say("say", who=f"{team}/twin", text=text)
        wait(f"an answer in {team} to {text}", lambda: len(self.told(team)) > count)

    def talk(self, team):
        """The talk of this twin, as the bot keeps it."""
        account = {"workspace": f"slack/{self.slack.teams[team]}", "user": TWIN}
        person = next(one["id"] for one in self.bot.records("person").values() if account in one["accounts"])
        return next((talk for talk in self.bot.records("talk").values() if talk["person"] == person), None)


def twins(two):
    """Both talk at once, and each is themselves."""
    for team in TEAMS:
        two.slack.say("say", who=f"{team}/twin", text="I want a mentor")
    for team in TEAMS:
        wait(f"a question in {team}", lambda team=team: newest(two, team, "Yes, start"))
    steps = {team: two.talk(team) for team in TEAMS}
    check("people of one id in two workspaces are two people, each with a talk of their own",
          all(steps.values()) and steps["harbour"]["person"] != steps["docks"]["person"], steps)
    press(two, "harbour", "Yes, start")
    wait("the first goes on", lambda: two.talk("harbour")["step"] == "about_you")
    check("a press in one workspace moves nothing in the other", two.talk("docks")["step"] == "limits", two.talk("docks"))
    for team in TEAMS:
        words = " ".join(message["shown"] for message in two.told(team))
        mine, other = NAMES[team].split()[0], next(NAMES[name] for name in TEAMS if name != team).split()[0]
        check(f"who is called {mine} is never called {other}", mine in words and other not in words, words)
    two.say("harbour", "cancel")
    check("who cancels in one workspace does not cancel in the other", two.talk("docks") is not None and two.talk("docks")["step"] == "limits")


def helps(two):
    """Each word is answered where it was said, on whatever connection it came."""
    for _ in range(HELPS):
        for team in TEAMS:
            two.slack.say("say", who=f"{team}/twin", text="privacy")
    for team in TEAMS:
        wait(f"{HELPS} answers in {team}", lambda team=team: len(two.told(team)) >= HELPS)
    wait("nothing waits to be sent", lambda: not two.bot.records("out"))
    counts = {team: len(two.told(team)) for team in TEAMS}
    check(f"{HELPS} words in each workspace, as many answers in each", counts == dict.fromkeys(TEAMS, HELPS), counts)
    used = [row["envelopes"] for row in two.measures()["connections"]]
    check("both connections brought something", len(used) == 2 and min(used) > 0, used)
    check("and nothing came a second time", two.measures()["deliveries"]["2"] == 0, two.measures())


def newest(two, team, label):
    """Slack shows no button twice: an answered card has lost its own."""
    for message in reversed(two.told(team)):
        for button in message.get("buttons", []):
            if button["label"].startswith(label):
                return message, button
    return None


def state_of(two, envelope):
    return wait("an envelope's end", lambda: (state := two.slack.say("envelope", id=envelope)["state"]) != "waiting" and state)


def click(two, team, found):
    return two.slack.say("click", who=f"{team}/twin", what=found[1]["value"], ts=found[0]["ts"])["envelope_id"]


def plainly(two, team, found):
    return click(two, team, found)


def into_the_void(two, team, found):
    """Slack believes in connections that are dead; the only one that lives ends."""
    numbers = [row["number"] for row in two.measures()["connections"] if row["up"]]
    for number in numbers[:-1]:
        two.slack.say("socket", what="half_open", connection=number)
    two.slack.say("socket", what="reset", connection=numbers[-1])
    return click(two, team, found)


def unanswered(two, team, found, what):
    """The press arrives, and all connections go while the bot is still about to store it."""
    two.bot.signal("mentord", signal.SIGSTOP)
    try:
        envelope = click(two, team, found)
        time.sleep(0.2)  # it is on its way to the bot, as far as that is
        two.slack.say("socket", what=what, connection="all")
    finally:
        two.bot.signal("mentord", signal.SIGCONT)
    return envelope


def press(two, team, label, deed=plainly):
    """Until it is taken; the first press is made as `deed` says. What became of each press."""
    wait(f"{team} is offered {label}", lambda: newest(two, team, label))
    ends = []
    while (found := newest(two, team, label)) is not None and "acked" not in ends:
        two.up(1)
        envelope = (plainly if ends else deed)(two, team, found)
        ends.append(wait("an envelope's end", lambda: (state := two.slack.say("envelope", id=envelope)["state"]) != "waiting" and state))
        wait("what the press did, if anything, is told", lambda: not two.bot.records("out"))
        if len(ends) == 12:
            raise AssertionError(f"{label}: twelve presses in vain: {ends}")
    return ends


def dying(two):
    """A press whose connection died before its acknowledgement comes again, or had counted; it counts once."""
    two.slack.say("settings", ghost_ms=2000, hello_delay_ms=3000)  # nobody hears a press before its connection died, however busy the machine
    deeds = (into_the_void, lambda *who: unanswered(*who, "reset"), lambda *who: unanswered(*who, "close_no_fin"))
    ends = [press(two, "docks", label, deed) for label, deed in zip(ANSWERS, deeds)]
    check(f"of three presses Slack never heard the end: {ends}", all(end[0] == "given_up" for end in ends), ends)
    check("the first was made again", ends[0][-1] == "acked", ends)
    wait("each counted once: the fourth question", lambda: two.talk("docks")["step"] == "ask/topics")
    time.sleep(1)  # what came twice would show
    actions = [(message["metadata"]["event_payload"]["action"], message["metadata"]["event_payload"]["part"]) for message in two.told("docks") if message.get("metadata")]
    check("and nothing was said twice", actions and len(set(actions)) == len(actions), actions)
    topics = [message for message in two.told("docks") if "What would you like to work on" in message["shown"]]
    check("the next question stands there once", len(topics) == 1, topics)


def main():
    with Two() as two:
        two.slack.say("settings", tiers=0, retry_1_ms=200, retry_2_ms=1000, retry_3_ms=3000)
        two.settled()
        helps(two)
        twins(two)
        dying(two)
    tell_count()


if __name__ == "__main__":
    main()
