#!/usr/bin/python3
"""deeds_test.py: each action of the bot is done once, whatever dies and however late it comes again; a long one goes on where it ended."""
import signal
import sys
import time

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from played_bot import PlayedBot
from checks import check, tell_count

LONG = "\n".join(f"Line {number} of a message that is longer than Slack shows in one piece." for number in range(1, 260))
LATE_S, MANY = 7, 100
CREW = [f"crew{number}" for number in range(9)]


def looked(harbour):
    return sum(call["what"] == "call" and call["method"] == "conversations.history" for call in harbour.slack.calls())


def parts(harbour, who, ident):
    """Which parts of this action stand there, as often as they do."""
    of = [message["metadata"]["event_payload"] for message in harbour.slack.told(who) if message.get("metadata")]
    return [one["part"] for one in of if one["action"] == ident]


def wait_for_parts(harbour, who, ident, count):
    return wait(f"{count} parts of {ident}", lambda: (found := parts(harbour, who, ident)) and len(found) >= count and found)


def die(harbour, bot):
    harbour.stop_adapter(signal.SIGKILL)
    harbour.slack.say("inject", clear=True)
    harbour.start_adapter()
    harbour.up(1)
    bot.greet()


def die_behind(harbour, bot, who, action, part=1):
    """The adapter dies with this part of the action posted, its answer still on the way."""
    harbour.slack.say("inject", method="chat.postMessage", how="timeout_after", skip=part - 1)
    bot.say(action)
    wait_for_parts(harbour, who, action["id"], part)
    die(harbour, bot)


def late(harbour, bot):
    """Its bot comes with it long after the start."""
    action = bot.card("rita", "You have a new mentor.", "late1")
    die_behind(harbour, bot, "rita", action)
    fresh = bot.card("sam", "Welcome.", "fresh1")
    bot.say(fresh)
    bot.done("fresh1")
    check("what is said first is not looked up", looked(harbour) == 0)
    began = time.monotonic()
    wait(f"the start is {LATE_S} s ago", lambda: time.monotonic() > began + LATE_S)
    bot.said.add("late2")
    results, _ = bot.all_done([action, bot.card("ben", "Nothing of this was posted.", "late2")])
    check("what no process posted is posted", results["late2"]["result"] == "sent" and parts(harbour, "ben", "late2") == [1], results)
    done, found = results["late1"], parts(harbour, "rita", "late1")
    check("what another process posted is found, however late it is asked for", found == [1] and done["result"] == "sent", (found, done))
    check("its message is the one that stands there", done["message"].endswith(harbour.slack.told("rita")[-1]["ts"]), done)
    before = looked(harbour)
    bot.say(fresh)
    check("what this process did it remembers", bot.done("fresh1")["result"] == "sent" and looked(harbour) == before)


def later(harbour, bot):
    """Bulk that was put off was not done: it comes again without `first`, and nobody looks for it."""
    people = list(harbour.slack.ids)
    before = looked(harbour)
    actions = [bot.card(people[i % len(people)], f"News {i}", f"news{i}", order=f"news{i}") for i in range(MANY)]
    results, put_off = bot.all_done(actions, 90)
    check(f"of {MANY} announcements {put_off} were put off; all were sent", put_off > 0 and len(results) == MANY, (put_off, len(results)))
    check("and none of them was looked up", looked(harbour) == before, looked(harbour) - before)
    twice = [i for i in range(MANY) if parts(harbour, people[i % len(people)], f"news{i}") != [1]]
    check("each stands there once", not twice, twice)


def unclear(harbour, bot):
    """While Slack does not say what stands there, nothing is posted a second time."""
    action = bot.card("jo", "Perhaps posted.", "unclear1")
    die_behind(harbour, bot, "jo", action)
    harbour.slack.say("inject", method="conversations.history", how="429", retry_after=30)
    bot.say(action)
    done = bot.done("unclear1")
    check("a look-up that Slack puts off puts the action off", done["result"] == "later", done)
    harbour.slack.say("inject", clear=True)
    check("and nothing was posted", parts(harbour, "jo", "unclear1") == [1])


def long_and_limited(harbour, bot):
    """A 429 in the middle: the same process goes on."""
    action = bot.card("aisha", LONG, "long1")
    harbour.slack.say("inject", method="chat.postMessage", how="429", retry_after=30, skip=1)
    bot.say(action)
    done = bot.done("long1")
    check("a 429 in the middle of a long message puts the rest off", done["result"] == "later" and parts(harbour, "aisha", "long1") == [1], done)
    die(harbour, bot)
    bot.say(action)
    done = bot.done("long1")
    found = parts(harbour, "aisha", "long1")
    check("another process posts the rest, and no part twice", done["result"] == "sent" and found == [1, 2, 3], (done, found))
    check("what it names is the last part", done["message"].endswith(harbour.slack.told("aisha")[-1]["ts"]), done)


def long_and_dead(harbour, bot):
    action = bot.card("sam", LONG, "long2")
    die_behind(harbour, bot, "sam", action, part=2)
    bot.say(action)
    done = bot.done("long2")
    found = parts(harbour, "sam", "long2")
    check("dead in the middle of a long message: only the missing part is posted", done["result"] == "sent" and found == [1, 2, 3], (done, found))


def long_and_asked(harbour, bot):
    """Nobody knows of the second part; the bot asks."""
    action = bot.card("rita", LONG, "long3")
    harbour.slack.say("inject", method="chat.postMessage", how="drop", skip=1)
    bot.say(action)
    done = bot.done("long3")
    check("a part whose end nobody knows is ambiguous", done["result"] == "ambiguous", done)
    harbour.slack.say("inject", clear=True)
    bot.ask("long3")
    done = bot.done("long3")
    check("the whole is not there yet", done["result"] == "not_found", done)
    bot.say(action)
    done = bot.done("long3")
    found = parts(harbour, "rita", "long3")
    check("and only what is missing follows", done["result"] == "sent" and found == [1, 2, 3], (done, found))


def long_edit(harbour, bot):
    """The first part is changed once more, which nobody sees; those behind it are not posted again."""
    bot.say(bot.card("ben", "One moment.", "edited"))
    message = bot.done("edited")["message"]
    action = bot.card("ben", LONG, "edit1", kind="edit", message=message)
    die_behind(harbour, bot, "ben", action)
    bot.say(action)
    done = bot.done("edit1")
    found = parts(harbour, "ben", "edit1")
    check("dead behind a long edit: only the missing part is posted", done["result"] == "sent" and found == [2, 3], (done, found))


def rooms(harbour, ident):
    """Name -> id of those that were made for this action."""
    return {one["name"]: one["id"] for one in harbour.slack.conversations("crew0") if (one["name"] or "").split("--")[0] == f"watch-{ident}"}


def room(harbour, ident):
    """For more than eight people: a channel with a name."""
    crew = [harbour.slack.ids[name] for name in CREW]
    return {"t": "action", "id": ident, "workspace": harbour.workspace, "kind": "room_open", "order": ident, "members": crew, "name": "Watch"}


def room_made_once(harbour, bot):
    """Dead with the room made, its answer still on the way: the next process goes on in that one."""
    action = room(harbour, "room1")
    harbour.slack.say("inject", method="conversations.create", how="timeout_after")
    bot.say(action)
    wait("the room is asked for", lambda: any(call.get("method") == "conversations.create" for call in harbour.slack.calls()))
    die(harbour, bot)
    harbour.slack.say("inject", method="users.conversations", how="500_before")
    results, put_off = bot.all_done([action])
    done, found = results["room1"], rooms(harbour, "room1")
    check("while Slack does not say which rooms are ours, the action waits", put_off >= 1, (put_off, results))
    check("a room that another process made is gone on with", done["result"] == "sent" and found == {"watch-room1": done["message"]}, (done, found))


def room_of_other(harbour, bot):
    """Its name is taken, and nothing of ours can have made it for this: a bot begins to count anew, twice."""
    for name in ("watch-room2", "watch-room2--2", "watch-room2--3"):
        bot.said.discard("room2")
        bot.say(room(harbour, "room2"))
        done = bot.done("room2")
        check(f"the first free name is {name}", done["result"] == "sent" and rooms(harbour, "room2").get(name) == done["message"], (done, rooms(harbour, "room2")))
        harbour.restart_adapter(signal.SIGKILL)
        harbour.up(1)
        bot.greet()


def room_unseen(harbour, bot):
    """Slack does not say which rooms are ours: no second one is made."""
    action = room(harbour, "room3")
    harbour.slack.say("inject", method="conversations.create", how="timeout_after")
    before = len(harbour.slack.calls())
    bot.say(action)
    wait("the room is asked for", lambda: any(call.get("method") == "conversations.create" for call in harbour.slack.calls()[before:]))
    die(harbour, bot)
    harbour.slack.say("inject", method="users.conversations", how="error", error="missing_scope")
    bot.say(action)
    done = bot.done("room3")
    check("where nobody can tell whose room it is, none is made", (done["result"], done.get("why")) == ("failed", "cannot_tell"), done)


def main():
    with Harbour(bot=False) as harbour:
        harbour.up(1)
        bot = PlayedBot(harbour).greet()
        for name in CREW:
            harbour.slack.ids[name] = harbour.slack.say("person", name=name, real_name=f"Crew {name[4:]}")["user"]["id"]
        for play in (room_made_once, room_of_other, room_unseen):
            play(harbour, bot)
            harbour.slack.say("inject", clear=True)
        for name in CREW:
            del harbour.slack.ids[name]
        for play in (late, unclear, long_and_limited, long_and_dead, long_and_asked, long_edit, later):
            play(harbour, bot)
        bot.end()
    tell_count()


if __name__ == "__main__":
    main()
