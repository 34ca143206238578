"""judge.py: reads the truth when everything is quiet - Redis, everybody's conversation, the adapter's journal - and counts what is wrong.

  lost         acknowledged, and no effect of it is there
  twice        took effect more than once
  missing      a message that was due, and was never shown; or a card that was answered and still stands open
  shown twice  one message, shown more than once
"""
import collections
import json
import time

SCHEME = "city-pilot"
ALIKE = {"applicants.nobody": "applicants.list"}  # the list, when it is empty


class Verdict:
    def __init__(self):
        self.counts = collections.Counter(lost=0, twice=0, missing=0, shown_twice=0, wrong=0)
        self.notes = []

    def found(self, what, count, note):
        if count > 0:
            self.counts[what] += count
            self.notes.append(f"{what}: {note}" + (f" ({count} times)" if count > 1 else ""))

    @property
    def good(self):
        return not any(self.counts.values())

    def __str__(self):
        c = self.counts
        return f"lost {c['lost']}, twice {c['twice']}, messages missing {c['missing']}, shown twice {c['shown_twice']}, wrong {c['wrong']}"


def quiet(demo, seconds=30):
    """Nothing waits to be sent any more."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not demo.records("out"):
            return True
        time.sleep(0.05)
    return False


class Truth:
    """What is kept, with the page's ids of people instead of the store's."""

    def __init__(self, demo):
        self.records = {kind: list(demo.records(kind).values()) for kind in ("person", "enrolment", "pair", "talk", "sealed", "room", "out")}
        self.user = {p["id"]: account["user"] for p in self.records["person"] for account in p["accounts"]}
        self.audit = collections.Counter()
        lines = demo.redis("XRANGE", f"m:{{{SCHEME}}}:audit", "-", "+").splitlines()
        for line in lines:
            if line.startswith("{"):
                entry = json.loads(line)
                self.audit[entry["what"], entry["about"]] += 1
        self.handed = collections.Counter()  # (person, key) -> distinct actions the bot handed to the adapter
        seen = set()
        for line in (demo.folder / "data/web/journal").read_text().splitlines():
            entry = json.loads(line)
            if entry.get("k") != "action" or entry["frame"]["kind"] != "send" or entry["frame"]["id"] in seen:
                continue
            seen.add(entry["frame"]["id"])
            key = entry["frame"]["card"].get("key")
            self.handed[entry["frame"]["to"].get("person"), ALIKE.get(key, key)] += 1

    def of(self, kind, **fields):
        return [one for one in self.records[kind] if all(one.get(name) == value for name, value in fields.items())]


def judge_enrolment(member, truth, verdict):
    user = member.user
    mine = [e for e in truth.records["enrolment"] if truth.user.get(e["person"]) == user]
    verdict.found("lost", user in member.hall.applied and not mine, f"{user} has no enrolment")
    verdict.found("twice", max(0, len(mine) - 1), f"{user} has {len(mine)} enrolments")
    if not mine:
        return
    enrolment = mine[0]
    kept = {answer["question"]: answer for answer in enrolment["answers"]}
    for question, values in member.hall.answers[user].items():
        judge_answer(f"{user}.{question}", values, kept.get(question), truth, verdict)
    verdict.found("twice", len(enrolment["answers"]) - len(kept), f"{user} has answers twice")
    verdict.found("wrong", enrolment["role"] != member.role, f"{user} is {enrolment['role']}")
    if user in member.hall.applied:
        verdict.found("lost", enrolment["state"] != "accepted" or not enrolment.get("trained"), f"{user} stands at {enrolment['state']}")
        for what in ("applied", "accepted", "trained"):
            verdict.found("twice", truth.audit[what, enrolment["id"]] - 1, f"{user} was {what}")
            verdict.found("lost", 1 - truth.audit[what, enrolment["id"]], f"{user} was never {what}")


def judge_answer(name, values, kept, truth, verdict):
    if kept is None:
        verdict.found("lost", 1, f"{name} = {values} is not there")
    elif values is None:
        verdict.found("lost", kept["state"] != "skipped", f"{name} was skipped, and is {kept}")
    elif kept.get("sealed"):
        verdict.found("lost", not truth.of("sealed", id=kept["sealed"]), f"{name} names a sealed text that is not there")
    else:
        verdict.found("lost", sorted(kept.get("values", [])) != sorted(values), f"{name} = {values}, kept is {kept}")


def judge_decisions(hall, truth, verdict):
    """Each acknowledged yes or no stands in its pair, and nothing stands there that nobody said."""
    said = collections.Counter()
    for user, talk, yes in hall.decided:
        found = truth.of("talk", id=talk)
        pair = truth.of("pair", id=found[0]["subject"]) if found else []
        if not pair:
            verdict.found("lost", 1, f"{user} answered {talk}, which is about nothing")
            continue
        side = "mentee" if truth.user[pair[0]["mentee"]] == user else "mentor"
        kept = bool(pair[0].get(f"{side}_yes")) if yes else truth.user.get(pair[0].get("said_no")) == user
        verdict.found("lost", not kept, f"{user} said {'yes' if yes else 'no'} about {pair[0]['id']}")
        said["said yes" if yes else "said no", pair[0]["id"]] += 1
    for (what, about), count in truth.audit.items():
        if what in ("said yes", "said no"):
            verdict.found("twice", count - said[what, about], f"{what} about {about}: {said[what, about]} said, {count} counted")
            verdict.found("lost", said[what, about] - count, f"{what} about {about}")


def judge_pairs(hall, truth, verdict):
    """Whoever said yes and yes was introduced, once, and has one room. What the pairs stand at makes cards due."""
    introduced = collections.Counter()
    for pair in truth.records["pair"]:
        mentee, mentor = truth.user[pair["mentee"]], truth.user[pair["mentor"]]
        both = bool(pair.get("mentee_yes") and pair.get("mentor_yes"))
        verdict.found("wrong", both != (pair["state"] == "introduced"), f"{pair['id']} of {mentee} and {mentor} is {pair['state']}")
        verdict.found("wrong", pair["state"] not in ("introduced", "declined"), f"{mentee} and {mentor} are stuck at {pair['state']}")
        verdict.found("twice", truth.audit["introduced", pair["id"]] - 1, f"{mentee} and {mentor} were introduced")
        due_of_pair(hall, pair, mentee, mentor, truth.user.get(pair.get("said_no")))
        if both:
            introduced.update((mentee, mentor))
            rooms = truth.of("room", pair=pair["id"])
            verdict.found("lost", not rooms, f"{mentee} and {mentor} have no room")
            verdict.found("twice", len(rooms) - 1, f"{mentee} and {mentor} have {len(rooms)} rooms")
    for user, count in introduced.items():
        verdict.found("twice", count - 1, f"{user} is in {count} pairs")
    for member in hall.mentees:
        verdict.found("wrong", not introduced[member.user], f"{member.user} has no mentor at the end")


def due_of_pair(hall, pair, mentee, mentor, said_no):
    due = hall.due
    due[mentee, "proposal.mentee"] += 1
    if pair.get("mentee_yes"):
        due[mentee, "proposal.yes_mentee"] += 1
        due[mentor, "proposal.mentor"] += 1
    if pair["state"] == "introduced":
        for who, key in ((mentee, "introduction.both_yes"), (mentor, "introduction.both_yes"), ("jo", "introduction.managers"), ("kim", "introduction.managers")):
            due[who, key] += 1
    if said_no is not None:
        due[said_no, "proposal.thanks" if said_no == mentee else "proposal.thanks_mentor"] += 1
        due["jo", "round.after_no"] += 1
        due["kim", "round.after_no"] += 1
        if said_no == mentor:
            due[mentee, "proposal.not_this_time"] += 1


async def judge_cards(person, truth, verdict):
    """Every card that was due was handed over once and shown once; every card that was answered is closed."""
    state = await person.state()
    shown, hall, user = collections.Counter(), person.hall, person.user
    for message in state["messages"].get(f"d:{user}", []):
        if message["from"] == "bot":
            key = message["card"].get("key")
            shown[ALIKE.get(key, key)] += 1
            verdict.found("missing", message["id"] in person.answered and not message["card"].get("closed"), f"{user}: {key} was answered and is open")
    for key in {key for who, key in list(hall.due) + list(truth.handed) if who == user} | set(shown):
        due, handed, seen = hall.due[user, key], truth.handed[user, key], shown[key]
        verdict.found("lost", due - handed, f"{user}: {key} is due {due} times, handed over {handed} times")
        verdict.found("twice", handed - due, f"{user}: {key} is due {due} times, handed over {handed} times")
        verdict.found("missing", handed - seen, f"{user}: {key}")
        verdict.found("shown_twice", seen - handed, f"{user}: {key}")
    for room, messages in state["messages"].items():
        if room.startswith("d:") or not any(m["from"] == "bot" for m in messages):
            continue
        verdict.found("shown_twice", len(messages) - 1, f"{user}: the pair's room {room} was greeted")


async def judge(hall):
    verdict = Verdict()
    verdict.found("missing", not quiet(hall.demo), "rows wait in the outbox and do not leave")
    truth = Truth(hall.demo)
    for member in hall.members:
        for what in ("accepted", "trained"):
            hall.due[member.user, f"applicants.{what}"] += member.user in hall.applied
        judge_enrolment(member, truth, verdict)
    judge_decisions(hall, truth, verdict)
    judge_pairs(hall, truth, verdict)
    for person in hall.everybody:
        await judge_cards(person, truth, verdict)
    return verdict
