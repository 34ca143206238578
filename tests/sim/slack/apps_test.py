#!/usr/bin/python3
"""apps_test.py: one mentord-slack for several workspaces: one app in many of them is heard on two connections; two apps know nothing of each other."""
import signal
import sys

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from played_bot import PlayedBot
from checks import check, tell_count

OTHER = "A0SIM00002"
MANY = ("harbour", "docks", "pier", "quay", "mole", "jetty", "wharf")


def bots_of(harbour):
    return {team: PlayedBot(harbour, f"slack/{ident}").greet() for team, ident in harbour.slack.teams.items()}


def up_by_app(harbour):
    rows = [row for row in harbour.measures()["connections"] if row["up"] and not row["leaving"]]
    return {app: sum(row["app"] == app for row in rows) for app in {row["app"] for row in rows}}


def say_and_hear(harbour, bot, team, text):
    harbour.slack.say("say", who=f"{team}/ann", text=text)
    event = bot.hear("text")
    check(f"what is said in {team} comes under its name", event["workspace"] == f"slack/{harbour.slack.teams[team]}" and event["text"] == text, event)
    return event["person"]["id"]


def one_app_in_many():
    with Harbour(bot=False, teams=MANY, people=()) as harbour:
        bots = bots_of(harbour)
        harbour.settled()
        for team, bot in bots.items():
            say_and_hear(harbour, bot, team, f"hello from {team}")
        check(f"an app in {len(MANY)} workspaces has two connections", up_by_app(harbour) == {"A0SIM00001": 2}, up_by_app(harbour))
        check("and never had more than one beyond them", harbour.measures()["refused"] == 0 and "too_many" not in harbour.log(), harbour.log())
        heard = [team for team, ident in harbour.slack.teams.items() if f"platform_up workspace=slack/{ident} " in harbour.log()]
        check("the log says of each that it is heard", heard == list(MANY), harbour.log())
        late(harbour, bots)
        lost(harbour, bots)
        for bot in bots.values():
            bot.end()


def late(harbour, bots):
    """The first workspace is known last: another listens for it, and is still the one to try again when all connections end."""
    first = f"platform_up workspace=slack/{harbour.slack.teams[MANY[0]]} "
    harbour.slack.say("inject", method="auth.test", how="slow", delay_ms=700, times=1)
    before = harbour.log().count(first)
    harbour.restart_adapter(signal.SIGKILL)
    for bot in bots.values():
        bot.greet()
    wait("the first workspace is heard", lambda: harbour.log().count(first) > before)
    harbour.slack.say("socket", what="reset", connection="all")
    harbour.settled()
    say_and_hear(harbour, bots["wharf"], "wharf", "still there?")


def lost(harbour, bots):
    """The first workspace's bot token is taken back: its connections serve the others all the same."""
    slack = harbour.slack
    slack.say("token", token=slack.bot_tokens["harbour"], scopes="", refusal="token_revoked")
    slack.say("socket", what="reset", connection="all")
    harbour.settled()
    say_and_hear(harbour, bots["pier"], "pier", "still there?")
    harbour.restart_adapter(signal.SIGKILL)
    for team in ("pier", "docks"):
        bots[team].greet()
    harbour.settled()
    say_and_hear(harbour, bots["docks"], "docks", "and after a start?")
    check("still on two connections", up_by_app(harbour) == {"A0SIM00001": 2}, up_by_app(harbour))


def two_apps():
    with Harbour(bot=False, teams=("harbour", f"docks@{OTHER}"), people=()) as harbour:
        slack, bots = harbour.slack, bots_of(harbour)
        wait("two connections for each", lambda: up_by_app(harbour) == {"A0SIM00001": 2, OTHER: 2})
        people = {}
        for team, bot in bots.items():
            people[team] = say_and_hear(harbour, bot, team, f"hello from {team}")
            slack.say("run", who=f"{team}/ben", where="dm", command="/mentor", text="status")
            event = bot.hear("command")
            check(f"a command in {team} comes under its name", event["workspace"] == f"slack/{slack.teams[team]}", event)
        refused(harbour, bots, people["harbour"])
        for bot in bots.values():
            bot.end()


def refused(harbour, bots, ann):
    """One app's token is taken back, and its connections end: the other's people notice nothing."""
    slack, measures = harbour.slack, harbour.measures()
    slack.say("token", token=slack.app_token, scopes="connections:write", refusal="token_revoked")
    for row in measures["connections"]:
        if row["app"] == "A0SIM00001":
            slack.say("socket", what="reset", connection=row["number"])
    named = f"platform_refused workspace=slack/{slack.team} what=token_revoked"
    wait("the operator is told which", lambda: named in harbour.log())
    say_and_hear(harbour, bots["docks"], "docks", "anybody?")
    check("the other app has its two connections still", up_by_app(harbour) == {OTHER: 2}, up_by_app(harbour))
    check("and nothing is said against it", f"platform_refused workspace=slack/{slack.teams['docks']}" not in harbour.log(), harbour.log())
    bots["harbour"].say(bots["harbour"].card(ann, "You can be written to.", "o1"))
    check("who is not heard can still be written to", bots["harbour"].done("o1")["result"] == "sent")


def main():
    two_apps()
    one_app_in_many()
    tell_count()


if __name__ == "__main__":
    main()
