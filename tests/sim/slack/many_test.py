#!/usr/bin/python3
"""many_test.py: a manager on Slack writes to 600 people, and reads before and meanwhile how long it takes; as fast as was said it goes.

How long all of it takes is played by a clock in `tests/unit/slack/test_slack_bulk.c`; here a part of it is seen to keep that pace."""
import re
import sys
import time

sys.dont_write_bytecode = True

from harbour import Bot, Harbour, wait
from checks import check, tell_count

MANY, PER_MINUTE = 600, 200
WORDS = "The course room has changed."
FROM, TO = 60, 110  # of these letters the pace is taken: the first ones leave at once


class ManyBot(Bot):
    def write_files(self, files):
        super().write_files(files)
        people = self.folder / "people.csv"
        people.write_text(people.read_text() + "".join(f"{self.workspace}:{self.ids[name]},Person {name},city,Custody,constable,none,,,,\n"
                                                       for name in self.ids if name.startswith("many-")))


class Many(Harbour):
    def make_bot(self):
        ids = {f"many-{i}": self.slack.say("person", name=f"many-{i}", quiet=True)["user"]["id"] for i in range(MANY)}
        return ManyBot(self.workspace, self.address, {**self.slack.ids, **ids})

    def letters(self):
        return [call for call in self.slack.calls() if call.get("method") == "chat.postMessage" and WORDS in str(call["args"])]

    def reads(self, what, text):
        """Jo says this, and reads an answer with these words."""
        seen = len(self.slack.told("jo"))
        self.slack.say("say", who="jo", text=text)
        return wait(f"jo reads: {what}", lambda: next((one["shown"] for one in self.slack.told("jo")[seen:] if what in one["shown"]), None))


def main():
    with Many() as many:
        many.slack.say("settings", tiers=0)
        many.up()
        preview = many.reads("This would go to", f"message people {WORDS}")
        people = int(re.search(r"would go to ([\d,]+) people", preview)[1].replace(",", ""))
        check(f"it would go to {people} people", people > MANY, preview)
        minutes = round(people / PER_MINUTE)
        check(f"the preview says about {minutes} minutes", f"Sending takes about {minutes} minutes." in preview, preview)
        begun = many.reads("It is on its way", "send it")
        check("so does what begins", f"Sending takes about {minutes} minutes." in begun, begun)
        wait("the first letters", lambda: len(many.letters()) >= FROM, 60)
        began = time.monotonic()
        wait("more letters", lambda: len(many.letters()) >= TO, 60)
        took_s, wanted_s = time.monotonic() - began, (TO - FROM) * 60 / PER_MINUTE
        check(f"{TO - FROM} letters took {took_s:.1f} s, {wanted_s:.1f} s at {PER_MINUTE} a minute", 0.75 * wanted_s <= took_s <= 1.25 * wanted_s)
        running = many.reads("A message is on its way", "message")
        told, sent = int(re.search(r"written to (\d+) of", running)[1]), len(many.letters())
        check(f"{told} were written to, says the bot; {sent} letters have left", TO / 2 <= told <= sent, running)
        check("how long it takes from here", re.search(r"It takes about [23] minutes more\.", running), running)
        check("it is not over", not any("Your message is out" in one["shown"] for one in many.slack.told("jo")))
        check("it can be stopped", many.reads("I have stopped", "message stop"))
    tell_count()


if __name__ == "__main__":
    main()
