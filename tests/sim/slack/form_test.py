#!/usr/bin/python3
"""form_test.py: somebody opens a form and closes it: nothing is lost, the question stands where it stood, and each way of answering it works."""
import sys

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from story_test import Player
from checks import check, tell_count

LINES = ("I want a mentor", "[Yes, start", "[Change my team")


def talk_of(harbour, who):
    account = {"workspace": harbour.workspace, "user": harbour.slack.ids[who]}
    person = next(one["id"] for one in harbour.bot.records("person").values() if account in one["accounts"])
    return next(talk for talk in harbour.bot.records("talk").values() if talk["person"] == person)


def view_of(slack, who):
    return slack.say("see", who=who).get("view")


def question(slack, who):
    """The newest message with a button that opens a form."""
    message = slack.told(who)[-1]
    button = next((one for one in message.get("buttons", []) if one["action_id"].startswith("open")), None)
    return message, button


def press(harbour, who):
    """Opens the form of the question that stands there; its trigger."""
    slack, (message, button) = harbour.slack, question(harbour.slack, who)
    click = slack.say("click", who=who, what=button["action_id"], ts=message["ts"])
    wait(f"{who} sees the form", lambda: view_of(slack, who))
    return click["trigger_id"]


def close(harbour, who):
    harbour.slack.say("close", who=who)
    wait("no form is open", lambda: not view_of(harbour.slack, who))


def come_to_the_question(harbour, player, who):
    for line in LINES:
        player.line(who, line)
    wait("nothing waits to be sent", lambda: not harbour.bot.records("out"))
    wait("a question with a form", lambda: question(harbour.slack, who)[1])


def closed(harbour, who):
    """After each closing all is as it was before the press, in the chat and with the bot."""
    slack, before, talk = harbour.slack, harbour.slack.told(who), talk_of(harbour, who)
    triggers = set()
    for _ in range(3):
        triggers.add(press(harbour, who))
        close(harbour, who)
    check(f"{who}'s question opens its form again after each closing, each time with a trigger of its own", len(triggers) == 3, triggers)
    slack.say("say", who="jo", text="privacy")
    wait("somebody else is answered", lambda: slack.told("jo"))
    check(f"nothing was said to {who} for it, and nothing was taken away", slack.told(who) == before, slack.told(who))
    check(f"{who}'s talk is what it was, with the hour of its reminder", talk_of(harbour, who) == talk, (talk, talk_of(harbour, who)))


def main():
    with Harbour() as harbour:
        slack, player = harbour.slack, Player(harbour)
        harbour.up()
        for who in ("aisha", "ben"):
            come_to_the_question(harbour, player, who)
            closed(harbour, who)
        check("a talk holds the hour of its reminder", talk_of(harbour, "aisha")["due_ms"] > 0, talk_of(harbour, "aisha"))
        press(harbour, "aisha")
        slack.say("submit", who="aisha", values={"text": "Harbour Patrol"})
        slack.say("say", who="ben", text="Harbour Patrol")
        for who, way in (("aisha", "typed into the form"), ("ben", "written as a message")):
            wait(f"what is {way} is taken", lambda who=who: "Harbour Patrol" in slack.told(who)[-1]["shown"])
            check(f"what is {way} after all that is taken, and the talk goes on", question(slack, who)[1] is None, slack.told(who)[-1])
    tell_count()


if __name__ == "__main__":
    main()
