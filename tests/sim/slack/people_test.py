#!/usr/bin/python3
"""people_test.py: what happens to people and rooms of a workspace, and what a bot is told of it: who comes, goes, comes back, is a guest or called otherwise,
moves to another zone or language; rooms that are entered, left, renamed, archived and deleted. Then the same people with a real bot: what it has of them.

The app has the rights and events of its own manifest, and no others.
"""
import argparse
import asyncio
import sys
import time

sys.dont_write_bytecode = True

from harbour import DEADLINE_S, Harbour, wait
from checks import check, tell_count
from link_client import Adapter

NOTHING_S = 1.0  # so long nothing may come


class Ear:
    """A bot that only listens, and acknowledges all."""

    def __init__(self, harbour):
        self.slack, self.workspace = harbour.slack, harbour.workspace
        self.adapter = Adapter(argparse.Namespace(address=harbour.address, token_file=None, timeout=10, workspace=harbour.workspace))

    async def open(self):
        self.link = await self.adapter.greet(credits=256)
        end = time.monotonic() + DEADLINE_S
        while self.slack.say("measures")["waiting"] > 0:  # what happened before anybody listened
            await self.event(0.2)
            assert time.monotonic() < end, "Slack waits for an acknowledgement"
        return self

    async def event(self, wait_s=10):
        line = await self.link.hear("event", wait_s)
        if line is not None:
            await self.link.send({"t": "ack", "id": line["id"]})
        return line

    async def tells(self, what, kind, change, deed, person=None, room=None):
        """This deed is told like this; what is not named may be anything."""
        deed()
        line = await self.event()
        good = line and line["kind"] == kind and line.get("change") == change
        for name, wanted in (("person", person), ("room", room)):
            good = good and all(line.get(name, {}).get(key) == value for key, value in (wanted or {}).items())
        check(what, good, line)
        return line

    async def is_silent(self, what, deed):
        deed()
        line = await self.event(NOTHING_S)
        check(what, line is None, line)


async def people(ear):
    slack = ear.slack
    aisha, change = slack.ids["aisha"], lambda **facts: slack.say("change", who="aisha", **facts)
    await ear.tells("who moves to another zone is told with it", "directory", "changed", lambda: change(tz="Asia/Tokyo"), {"id": aisha, "zone": "Asia/Tokyo"})
    await ear.tells("another language", "directory", "changed", lambda: change(locale="de-DE"), {"id": aisha, "lang": "de", "zone": "Asia/Tokyo"})
    await ear.tells("another name", "directory", "changed", lambda: change(real_name="Aisha Bell"), {"id": aisha, "name": "Aisha Bell"})
    await ear.tells("a new handle changes no name", "directory", "changed", lambda: change(name="abell"), {"id": aisha, "name": "Aisha Bell"})
    slack.say("say", who="abell", text="it is me")
    line = await ear.event()
    check("and what she writes comes by the name she has now", (line["kind"], line["person"]) == ("text", {"id": aisha, "name": "Aisha Bell", "zone": "Asia/Tokyo", "lang": "de"}), line)
    await ear.tells("whose account ended is gone", "directory", "gone", lambda: slack.say("change", who="abell", deleted=True), {"id": aisha})
    await ear.tells("and is there again", "directory", "changed", lambda: slack.say("change", who="abell", deleted=False), {"id": aisha, "name": "Aisha Bell"})
    joined = await ear.tells("somebody new", "directory", "joined", lambda: slack.say("person", name="nia", real_name="Nia Cole", tz="Europe/Madrid"), {"name": "Nia Cole", "zone": "Europe/Madrid"})
    slack.say("say", who="nia", text="hello")
    line = await ear.event()
    check("and they can write", line["kind"] == "text" and line["person"]["id"] == joined["person"]["id"], line)
    for name, kind in (("gus", "is_restricted"), ("una", "is_ultra_restricted")):
        await ear.tells(f"a guest ({kind}) is somebody like others", "directory", "joined", lambda name=name, kind=kind: slack.say("person", name=name, real_name=name.title(), **{kind: True}),
                        {"name": name.title()})
        slack.say("say", who=name, text="hello")
        line = await ear.event()
        check("and can write", (line["kind"], line["text"]) == ("text", "hello"), line)
    await ear.is_silent("a bot that comes is nobody", lambda: slack.say("person", name="robo", real_name="Robo", is_bot=True))


async def rooms(ear):
    slack = ear.slack
    made = slack.say("channel", name="choir", private=True, members=["rita", "sam"])["channel"]["id"]
    event = lambda **facts: slack.say("event", event={"channel": made, "event_ts": "1795354269.000100", **facts})
    here = {"id": made, "kind": "private"}
    await ear.is_silent("talk and comings in a room that is not ours", lambda: (slack.say("join", who="jo", where="#choir"), slack.say("say", who="jo", where="#choir", text="hi")))
    await ear.tells("the bot is put into a private room", "room", "made", lambda: slack.say("join", who="mentor", where="#choir"), room=here)
    await ear.tells("somebody leaves it", "room", "left", lambda: slack.say("leave", who="sam", where="#choir"), {"id": slack.ids["sam"]}, here)
    await ear.is_silent("somebody comes into it", lambda: slack.say("join", who="sam", where="#choir"))
    await ear.tells("it is renamed", "room", "renamed", lambda: event(type="group_rename", channel={"id": made, "name": "singers", "created": 1795354200}), room={**here, "name": "singers"})
    await ear.tells("it is archived", "room", "archived", lambda: event(type="group_archive", user=slack.ids["rita"]), room=here)
    await ear.tells("it is deleted", "room", "archived", lambda: event(type="group_deleted"), room=here)
    line = await ear.tells("the bot is taken out", "room", "left", lambda: slack.say("leave", who="mentor", where="#choir"), room=here)
    check("which names nobody else", "person" not in line, line)
    slack.say("say", who="sam", text="after all that")
    line = await ear.event()
    check("and who writes is heard as before", (line["kind"], line["text"]) == ("text", "after all that"), line)


async def listen(harbour):
    ear = await Ear(harbour).open()
    await people(ear)
    await rooms(ear)
    await ear.link.ws.close()


def person_of(harbour, name):
    account = {"workspace": harbour.workspace, "user": harbour.slack.ids[name]}
    return next((one for one in harbour.bot.records("person").values() if account in one["accounts"]), {})


def with_a_bot(harbour):
    slack = harbour.slack
    wait("the bot knows its people", lambda: person_of(harbour, "ben"))
    slack.say("change", who="ben", tz="America/Chicago", locale="fr-FR", real_name="Ben O.")
    wait("where he is", lambda: person_of(harbour, "ben").get("zone") == "America/Chicago")
    ben = person_of(harbour, "ben")
    check("the bot follows zone and language, and keeps the name of the programme's list", (ben["language"], ben["name"]) == ("fr", "Ben Okoro"), ben)
    slack.say("change", who="ben", deleted=True)
    wait("he is gone", lambda: person_of(harbour, "ben").get("gone_ms"))
    slack.say("change", who="ben", deleted=False)
    wait("he is back, without a word of his", lambda: not person_of(harbour, "ben").get("gone_ms"))
    check("told him nothing of it", slack.told("ben") == [], slack.told("ben"))
    slack.ids["nia"] = slack.say("person", name="nia", real_name="Nia Cole", tz="Europe/Madrid", quiet=True)["user"]["id"]
    slack.say("inject", method="users.info", how="error", error="internal_error")
    slack.say("say", who="nia", text="hello")
    wait("an answer", lambda: slack.told("nia"))
    check("somebody whose name Slack could not tell is answered, and called by their id", person_of(harbour, "nia").get("name") == slack.ids["nia"], person_of(harbour, "nia"))
    slack.say("say", who="nia", text="help")
    wait("their name, as soon as it is known", lambda: person_of(harbour, "nia").get("name") == "Nia Cole")
    check("and their zone", person_of(harbour, "nia")["zone"] == "Europe/Madrid", person_of(harbour, "nia"))


def main():
    with Harbour(bot=False) as harbour:
        harbour.up()
        asyncio.run(listen(harbour))
    with Harbour() as harbour:
        harbour.up()
        with_a_bot(harbour)
    tell_count()


if __name__ == "__main__":
    main()
