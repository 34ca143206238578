#!/usr/bin/python3
"""first_test.py: what somebody meets in their first days with the bot in Slack, on a real bot and Redis: their own page, where answers stand."""
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from harbour import BUILD, Harbour, wait
from checks import check, tell_count


def page(slack, who):
    """What stands on this person's own page, in words; empty: Slack's own "work in progress"."""
    return (slack.say("see", who=who).get("home") or {}).get("shown", "")


def own_page(harbour):
    """App Home says what bare /mentor says, anew at each look, and nothing is written into the direct messages for it."""
    slack = harbour.slack
    slack.say("home", who="aisha")
    wait("a page", lambda: "Sign up" in page(slack, "aisha"))
    check("the first look at the own page writes no message", slack.told("aisha") == [], slack.told("aisha"))
    slack.say("click", who="aisha", what="Sign up", where="home")
    wait("its button works", lambda: any("Yes, start" in message["shown"] for message in slack.told("aisha")))
    slack.say("home", who="aisha")
    wait("the next look finds it as it is now", lambda: "begun to sign up" in page(slack, "aisha"))


def own_page_without_a_bot(harbour):
    slack = harbour.slack
    slack.say("settings", retry_1_ms=300, retry_2_ms=600, retry_3_ms=900)
    harbour.bot.stop()
    wait("the link is down", lambda: "link_down" in harbour.log())
    slack.say("home", who="ben")
    wait("a page that says where to write", lambda: "direct messages" in page(slack, "ben"))
    harbour.bot.start()
    wait("the bot's own page, once it is back", lambda: "Sign up" in page(slack, "ben"))


def answered(slack, who, deed):
    """What a deed brings into this person's direct messages."""
    before = len(slack.told(who))
    deed()
    wait(f"an answer to {who}", lambda: len(slack.told(who)) > before)
    return slack.told(who)[before:]


def without_words(harbour):
    """A voice clip: nobody is left without an answer."""
    slack = harbour.slack
    answered(slack, "jo", lambda: slack.say("say", who="jo", text="privacy"))
    channel = next(one["id"] for one in slack.conversations("jo") if one["kind"] == "im")
    clip = {"type": "message", "subtype": "file_share", "channel": channel, "channel_type": "im", "user": slack.ids["jo"], "text": "", "ts": "1795354269.000100",
            "files": [{"id": "F1", "mimetype": "audio/webm", "subtype": "slack_audio"}]}
    said = answered(slack, "jo", lambda: slack.say("event", event=clip))
    check("who sends a voice clip is told that words are read", "can only read words" in said[0]["shown"], said)


def changed_later(harbour):
    """Somebody mends a slip in what they wrote: they hear that the first words count, and nothing is answered twice."""
    slack = harbour.slack
    answered(slack, "jo", lambda: slack.say("say", who="jo", text="privcy"))
    channel = next(one["id"] for one in slack.conversations("jo") if one["kind"] == "im")
    message = {"type": "message", "user": slack.ids["jo"], "text": "privacy", "ts": "1795354269.000200", "edited": {"user": slack.ids["jo"], "ts": "1795354270.000000"}}
    said = answered(slack, "jo", lambda: slack.say("event", event={"type": "message", "subtype": "message_changed", "hidden": True, "channel": channel, "channel_type": "im",
                                                                   "message": message, "previous_message": {**message, "text": "privcy"}}))
    check("who changes their words hears that the first ones count", [m["ephemeral"] for m in said] == [True] and "at first" in said[0]["shown"], said)


def threads(harbour):
    """Answers stand in the thread where somebody wrote, and beside it; in a room, for them alone."""
    slack = harbour.slack
    root = slack.messages("jo")[-1]["ts"]
    said = answered(slack, "jo", lambda: slack.say("say", who="jo", text="privacy", thread_ts=root))
    check("an answer stands in the thread it was asked in, and beside it", [(m.get("thread_ts"), m["broadcast"]) for m in said] == [(root, True)], said)
    said = answered(slack, "jo", lambda: slack.say("click", who="jo", what="Who can help", ts=said[0]["ts"]))
    check("so does the answer to a button there", [m.get("thread_ts") for m in said] == [root], said)
    said = answered(slack, "jo", lambda: slack.say("say", who="jo", text="privacy"))
    check("outside of it one is answered outside", not said[0].get("thread_ts"), said)
    said = answered(slack, "jo", lambda: slack.say("say", who="jo", text="help", thread_ts="1000000000.000001"))
    check("a thread that was deleted meanwhile loses no answer", not said[0].get("thread_ts"), said)
    slack.say("inject", method="chat.postMessage", how="500_after")
    said = answered(slack, "jo", lambda: slack.say("say", who="jo", text="next", thread_ts=root))
    wait("its end is known", lambda: not harbour.bot.records("out"))
    check("what was posted into a thread with an unclear end is found, and not said twice", len(slack.told("jo")) == len(set(m["ts"] for m in slack.told("jo"))) and
          sum(m["shown"] == said[0]["shown"] and m.get("thread_ts") == root for m in slack.told("jo")) == 1, slack.told("jo"))
    slack.say("say", who="ben", where="#general", text="who knows about mentoring?")
    room = lambda: next(one for one in slack.conversations("sam") if one["name"] == "general")["messages"]
    root = room()[-1]["ts"]
    answered(slack, "sam", lambda: slack.say("say", who="sam", where="#general", text="@mentor next", thread_ts=root))
    whisper = wait("a word to sam alone", lambda: [m for m in room() if m["ephemeral"]])
    check("a word to one person alone stands in the thread too", whisper[-1].get("thread_ts") == root, whisper)
    check("and says that others can read what was written there", "Others here can read" in whisper[-1]["shown"], whisper)


def form_of_yesterday(harbour):
    """A form stays open while its question was answered otherwise: what is wrong stands beside its field, and the words are not lost."""
    slack = harbour.slack

    def offered(label):
        return wait(f"{label} is offered", lambda: next((m for m in slack.told("aisha") if any(b["label"].startswith(label) for b in m.get("buttons", []))), None))

    for label in ("Yes, start", "Learn from someone (mentee)", "Change my team"):
        slack.say("click", who="aisha", what=label, ts=offered(label)["ts"])
    form = wait("a form is offered", lambda: next(((m, b) for m in slack.told("aisha") for b in m.get("buttons", []) if b["action_id"].startswith("open")), None))
    slack.say("click", who="aisha", what=form[1]["action_id"], ts=form[0]["ts"])
    view = wait("the form opens", lambda: slack.say("see", who="aisha").get("view"))
    check("a form says the question above its field", "team" in view["shown"].lower(), view)
    answered(slack, "aisha", lambda: slack.say("say", who="aisha", text="Traffic"))
    slack.say("submit", who="aisha", values={"text": "Custody suite"})
    errors = wait("an error stands beside the field", lambda: (slack.say("see", who="aisha").get("view") or {}).get("errors"))
    check("it says what to do, and the form stays", list(errors) == ["text"] and "next" in errors["text"], errors)
    slack.say("close", who="aisha")


def one_429(harbour):
    """Slack lets one person's message wait: everybody else is answered meanwhile."""
    slack = harbour.slack
    before = len(slack.told("rita"))
    slack.say("inject", method="chat.postMessage", how="429", retry_after=6, times=1)
    slack.say("say", who="rita", text="privacy")
    wait("Slack asks to wait", lambda: any(call.get("method") == "chat.postMessage" and call.get("error") == "ratelimited" for call in slack.calls()))
    began = time.monotonic()
    for who in ("sam", "jo"):
        answered(slack, who, lambda who=who: slack.say("say", who=who, text="privacy"))
    check("one 429 stops only its own", len(slack.told("rita")) == before and time.monotonic() - began < 4, slack.told("rita"))
    wait("who had to wait is answered too", lambda: len(slack.told("rita")) > before)


def commands_anywhere(harbour):
    """Where the bot is not, and between two other people: whoever says /mentor sees there where the answer is."""
    slack = harbour.slack

    def told_there(where):
        before = len(slack.told("sam"))
        envelope = slack.say("run", who="sam", where=where, command="/mentor", text="privacy")["envelope_id"]
        wait("an answer in private", lambda: len(slack.told("sam")) > before)
        return wait("an acknowledgement", lambda: (found := slack.say("envelope", id=envelope))["state"] == "acked" and found).get("answer") or {}

    slack.say("channel", name="board", private=True, members=["sam", "jo"])
    check("in a private channel that the bot is not in", "in private" in told_there("#board").get("text", ""))
    check("between sam and jo", "direct messages" in told_there("@jo").get("text", ""))
    check("in our own direct messages nothing has to be said", told_there("dm") == {})


def call_without_being_there(harbour):
    """A call for a channel that the bot is not in: who asked for it hears what to do."""
    slack = harbour.slack
    answered(slack, "jo", lambda: slack.say("run", who="jo", where="#board", command="/mentor", text="announce"))
    slack.say("click", who="jo", what="Post it")
    wait("jo hears that it did not arrive", lambda: any("could not post in that room" in m["shown"] for m in slack.told("jo")))
    slack.say("join", who="mentor", where="#board")
    answered(slack, "jo", lambda: slack.say("run", who="jo", where="#board", command="/mentor", text="announce"))
    slack.say("click", who="jo", what="Post it")
    wait("once it is there, it posts", lambda: any("I want to join" in m["shown"] for one in slack.conversations("jo") if one["name"] == "board" for m in one["messages"]))


def second_copy(harbour):
    """Somebody starts the adapter once more elsewhere: Slack would share what happens among the two."""
    harbour.settled()
    check("one copy alone finds no other", "another mentord-slack" not in harbour.log(), harbour.log())
    other = harbour.folder / "other"
    other.mkdir(mode=0o700)
    text = (harbour.folder / "slack.yaml").read_text().replace("/slack.sock", "/other/slack.sock")
    (harbour.folder / "other.yaml").write_text(text)
    with open(harbour.folder / "other.log", "w") as log:
        copy = subprocess.Popen([BUILD / "mentord-slack", "--config", harbour.folder / "other.yaml", *harbour.test_switch()], stdout=log, stderr=log)
    try:
        wait("the second copy says so", lambda: "another mentord-slack" in (harbour.folder / "other.log").read_text())
    finally:
        copy.terminate()
        copy.wait(20)


def main():
    with Harbour() as harbour:
        harbour.up()
        wait("the people of the programme are known", lambda: any(one["role"] == "manager" for one in harbour.bot.records("enrolment").values()))
        own_page(harbour)
        form_of_yesterday(harbour)
        without_words(harbour)
        changed_later(harbour)
        threads(harbour)
        one_429(harbour)
        commands_anywhere(harbour)
        call_without_being_there(harbour)
        own_page_without_a_bot(harbour)
        second_copy(harbour)
    tell_count()


if __name__ == "__main__":
    main()
