#!/usr/bin/python3
"""rounds.py: a running bot matches 300 people with 150, killed in the middle, and 2,000 with 1,000 while others write.
Counts decide; times are printed.

usage: BUILD=build rounds.py [--large 2000x1000]
"""
import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

from place import BUILD, DEADLINE_S, ROOT, Place, bench, memory_mb, wait_for, want

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/faults")]
from board import Board
from checks import COUNT, check

DESK = "desk/one"
TOPICS = ["confidence", "networks", "leading people", "career_move", "interviews", "writing"]


class Talker:
    """The people at the desk: what they say, and every card they were shown."""

    def __init__(self, place):
        self.process = subprocess.Popen([BUILD / "bench-turns-talker", f"unix:{place.data}/run/desk.sock", DESK], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines, self.cards = queue.Queue(), []
        threading.Thread(target=self.listen, daemon=True).start()
        self.wait_for("up")

    def listen(self):
        for line in self.process.stdout:
            parts = line.rstrip("\n").split("\t")
            if parts[0] == "card":
                self.cards.append({"at": time.monotonic(), "kind": parts[1], "person": parts[2], "key": parts[3], "message": parts[4],
                                   "choices": [choice.split("=", 1) for choice in parts[5:]]})
            else:
                self.lines.put(parts[0])

    def wait_for(self, word):
        while (line := self.lines.get(timeout=DEADLINE_S)) != word:
            want(line in ("up", "acked"), f"the talker said {line}")

    def say(self, what, person, words):
        self.process.stdin.write(f"{what}\t{person}\t{words}\n")
        self.process.stdin.flush()
        self.wait_for("acked")

    def card(self, person, key, after=0, kind="send", seconds=DEADLINE_S):
        return wait_for(f"{key} for {person}", lambda: next((card for card in self.cards[after:] if (card["person"], card["key"], card["kind"]) ==
                                                             (person, key, kind)), None), seconds)

    def press(self, person, key, label, after=0):
        card = self.card(person, key, after)
        self.say("press", person, next(token for token, text in card["choices"] if text.startswith(label)))

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


class Town(Place):
    """The demo, with a desk of people whose records are put there by hand, as if they had signed up and been accepted."""

    def __init__(self):
        super().__init__()
        self.board = Board(self.folder / "board")
        os.environ["MENTORD_FAULT_BOARD"] = str(self.folder / "board")
        with open(self.config, "a", encoding="utf-8") as file:
            file.write(f"  - {{ name: desk, workspaces: [{DESK}] }}\n")

    def put(self, people):
        """Records into Redis with the bot's own rights; then the bot is killed and loads them."""
        password = (self.data / "redis/password.bot").read_text().strip()
        lines = [f"HSET m:{{city-pilot}}:{kind} {record['id']} {json.dumps(json.dumps(record))}" for kind, record in people]
        env = {**os.environ, "REDISCLI_AUTH": password}
        done = subprocess.run(["redis-cli", "-s", self.data / "redis/redis.sock", "--user", "mentord", "--no-auth-warning"], env=env, text=True,
                              input="\n".join(lines) + "\n", capture_output=True, check=True).stdout.split()
        want(len(done) == len(lines) and set(done) <= {"0", "1"}, f"records were not taken: {done[:5]}")
        self.kill()

    def kill(self):
        old, served = self.pids()["mentord"], self.log().count(" store_up ")
        os.kill(old, signal.SIGKILL)
        wait_for("the bot serves again", lambda: self.log().count(" store_up ") > served)

    def job(self, kind=None):
        found = [record for record in self.records("job") if "round" in record and kind in (None, record["kind"])]
        return max(found, key=lambda record: (record["started_ms"], record["id"])) if found else None


def person(number, user, role, programme):
    yield "person", {"id": f"p{number}", "name": f"Person {user}", "accounts": [{"workspace": DESK, "user": user}], "organisation": "city",
                     "department": ["Custody", "Patrol", "Traffic"][number % 3], "grade": "sergeant", "line_state": "none"}
    answers = [{"question": "topics", "state": "answered", "values": [TOPICS[number % 6], TOPICS[(number // 6 + number + 1) % 6]]},
               {"question": "times", "state": "answered", "values": [["mornings", "lunch", "afternoons"][number % 3]]},
               {"question": "how", "state": "answered", "values": [["video", "phone", "in_person"][(number // 3) % 3]]}]
    yield "enrolment", {"id": f"e{number}", "person": f"p{number}", "programme": programme, "role": role, "state": "accepted", "trained": True,
                        "answers": answers if role != "manager" else []}


def town(mentees, mentors, boss):
    """A place with so many people in it, and a manager; nothing was matched yet."""
    place = Town()
    place.start()
    programme = wait_for("a programme", lambda: place.records("programme"))[0]["id"]
    records = [*person(10000, boss, "manager", programme)]
    for i in range(mentees + mentors):
        records += [*person(10001 + i, f"m{i}" if i < mentees else f"t{i - mentees}", "mentee" if i < mentees else "mentor", programme)]
    place.put(records)
    return place


def rows(place):
    sheets = sorted(place.records("sheet"), key=lambda record: record.get("number", 0))
    return [match for sheet in sheets for match in sheet["matches"]]


def check_list(place, mentees, mentors):
    matches = rows(place)
    check(f"{mentees} mentees stand on the list, each once", len({match["mentee"] for match in matches}) == len(matches) == mentees, len(matches))
    taken = [match["mentor"] for match in matches if "mentor" in match]
    check(f"{mentors} of them with a mentor, each mentor once", len(set(taken)) == len(taken) == mentors, len(taken))
    scores = [match.get("score", -1 if "mentor" not in match else 0) for match in matches]
    check("those without a match first, then the weakest", scores == sorted(scores), scores[:20])
    return sorted((match["mentee"], match.get("mentor")) for match in matches)


def thrown_away(place, talker):
    """A list that its manager leaves, and another one in its place; returns how many cards came before that one."""
    after = len(talker.cards)
    talker.say("text", "boss", "cancel")
    talker.card("boss", "round.discarded", after)
    check("a list that is left goes, and no sheet is kept", not place.records("sheet"), place.records("round"))
    talker.say("text", "boss", "match")
    talker.card("boss", "round.large", after)
    return after


def released(place, talker, mentors, after):
    """Release in the middle of which the bot is killed: everybody of a pair is asked once."""
    talker.press("boss", "round.large", "Release all", after)
    place.board.arm("job_rows", 5)
    talker.press("boss", "round.after_no_question", "Tell me")
    talker.card("boss", "round.released_large")
    check("the bot was killed in the middle of it", place.board.deaths("job_rows") == 2, place.board.row("job_rows"))
    pairs = place.records("pair")
    check(f"{mentors} pairs are being asked", len(pairs) == mentors and {pair["state"] for pair in pairs} == {"asking_mentee"}, len(pairs))
    check("no mentee and no mentor in two of them", len({pair["mentee"] for pair in pairs}) == len({pair["mentor"] for pair in pairs}) == mentors)
    wait_for("all cards", lambda: len({card["person"] for card in talker.cards if card["key"] == "proposal.mentee"}) == mentors)
    asked = {card["message"] for card in talker.cards if card["key"] == "proposal.mentee"}
    check("each of them got one card, and nobody else", len(asked) == mentors, len(asked))


def small():
    """300 x 150: matched, killed while the sheets come in and while it is released."""
    place = town(300, 150, "boss")
    try:
        talker = Talker(place)
        began = time.monotonic()
        place.board.arm("job_rows", 6)
        talker.say("text", "boss", "match")
        check("told at once that it runs", talker.card("boss", "round.working")["at"] - began < 1)
        talker.card("boss", "round.large")
        bench("round_300x150_with_a_kill", time.monotonic() - began, "s")
        check("the bot was killed between two sheets, and began anew", place.board.deaths("job_rows") == 1 and place.job()["tries"] == 2, place.job())
        check_list(place, 300, 150)
        released(place, talker, 150, thrown_away(place, talker))
        talker.end()
        place.stop()
    finally:
        place.remove()


def meanwhile(place, talker):
    """People write while it is asked for, copied and made: the figure, and that it was still being made in the end."""
    place.start_adapter()
    place.order("open 100 100 1")
    calm = place.order("open 100 200 3")
    after = len(talker.cards)
    place.ask("open 100 300 2")
    talker.say("text", "boss", "match")
    busy = place.answer("people who write meanwhile")
    check("the round is still being made", place.job()["state"] == "running", place.job())
    check("and everybody who wrote was answered", busy[0] == calm[0] == 600, (busy, calm))
    bench("calm_p99", calm[3], "ms")
    bench("round_meanwhile_p50", busy[2], "ms")
    bench("round_meanwhile_p99", busy[3], "ms", wanted="<50")
    return after


def large(mentees, mentors):
    """Latency while it runs; kill -9 in the middle; stop; and a list in the end."""
    place = town(mentees, mentors, "boss")
    try:
        talker = Talker(place)
        began = time.monotonic()
        after = meanwhile(place, talker)
        place.adapter.stdin.close()
        place.adapter.wait(10)
        place.adapter.stdout.close()
        place.adapter = None
        place.kill()
        tries = wait_for("it is begun again", lambda: place.job().get("tries", 0) > 1 and place.job()["tries"])
        check("after a kill it takes a new snapshot", tries == 2, tries)
        talker.card("boss", "round.large", after)
        bench(f"round_{mentees}x{mentors}_with_a_kill", time.monotonic() - began, "s")
        first = check_list(place, mentees, min(mentees, mentors))
        bench("bot_memory", memory_mb(place.pids()["mentord"], "VmHWM"), "MB")
        after = len(talker.cards)
        talker.press("boss", "round.large", "Make it anew")
        began = time.monotonic()
        talker.card("boss", "round.large", after)
        bench(f"round_{mentees}x{mentors}", time.monotonic() - began, "s")
        check("the same people give the same list", check_list(place, mentees, min(mentees, mentors)) == first)
        messages = {card["message"] for card in talker.cards[after:] if card["key"] == "round.working"}
        edits = [card for card in talker.cards[after:] if card["key"] == "round.working" and card["kind"] == "edit"]
        check("how far it was stood in one message", len(messages) == 1 and len(edits) >= 1, (messages, len(edits)))
        after = len(talker.cards)
        talker.press("boss", "round.large", "Make it anew", after - 1)
        wait_for("a snapshot", lambda: place.job().get("run") and place.job()["state"] == "running")
        talker.say("text", "boss", "stop")
        talker.card("boss", "round.stopped", after)
        check("stopped: the job is, and no sheet is left", place.job()["state"] == "stopped" and not place.records("sheet"), place.job())
        talker.end()
        place.stop()
    finally:
        place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", default="2000x1000")
    options = parser.parse_args()
    small()
    large(*(int(side) for side in options.large.split("x")))
    print(f"rounds: {COUNT[0]} checks passed")


main()
