#!/usr/bin/python3
"""marker_test.py: what is sealed is nowhere in clear but where its writer typed it; and which people it names changes nothing that is kept.

1. A phrase drawn for this run is put into every sealed field there is, in a whole story played over the page, with kills between. Then
   every sink is searched for it: plain, in base64 and in hex. The same phrase planted into a copy of each sink must be found.
   It may be in data/web, which is searched for nothing: there the demo plays the chat platform, where the person typed it ("your work
   chat may keep a copy"), and in the operator's own people.csv. An import's spool file (0600 in a 0700 folder) may hold it until the
   job has ended, whatever became of the tool.
2. Line managers and keep-apart are facts about known people, stored as ids no search can tell from others. So the same story is played
   with other people there: all that was stored or logged must be the same, ciphertext as long. Playing the first story twice must give
   no difference (else the comparison says nothing), another department must give one.
"""
import asyncio
import base64
import copy
import dataclasses
import os
import random
import re
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import capture
import story
from demo import BUILD, Demo
from story import Names, Page
from waiting import wait_for

TYPISTS = ("aisha", "ben", "mina", "cleo", "omar", "rita", "sam", "paul")  # the phrase is in fields about them: they may be shown it
SEALED_FIELDS = ("person.line", "person.apart", "enrolment.answers.access", "enrolment.answers.trusted", "enrolment.answers.identity")
FIRST = Names(list_line="web/city:rita", list_shown="Rita Stone", list_apart="web/city:paul", later_line="web/city:cleo",
              later_new="web/city:zed-alder", later_apart="web/city:mina", line="Cleo March", line_again="Paul Voss",
              apart="Rita Stone, Zed Alder", entered="Omar Aziz", entered_field="Rita Stone", entered_person="omar", access="a ramp, please",
              trusted="Mina Holt", identity="a parent of two")
OTHERS = dataclasses.replace(FIRST, list_line="web/city:omar", list_shown="Omar Aziz", list_apart="web/city:mina", later_line="web/city:paul",
                             later_new="web/city:zoe-birch", later_apart="web/city:omar", line="Rita Stone", line_again="Mina Holt",
                             apart="Cleo March, Zoe Birch", entered="Mina Holt", entered_field="Aisha Khan", entered_person="rita", trusted="Omar Aziz")
passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"ok {what}" if good else f"FAILED {what} {seen}", flush=True)
    return good

# Cleo is somebody whom the round could give to Aisha. FIRST: not, since Cleo is in her line. OTHERS: not, since Aisha asked. NOBODY: she could.
NOBODY = dataclasses.replace(OTHERS, line="Jack Frost", apart="Rita Stone, Zoe Birch")


# ---- searching ----
def forms_of(marker):
    """The phrase as it might have been written: base64 has it in three alignments, of which the inner digits are sure."""
    raw = marker.encode()
    forms = {"plain": raw, "hex": raw.hex().encode(), "utf-16": marker.encode("utf-16-le")}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        forms[f"base64 at {shift}"] = coded[(0, 2, 3)[shift]:len(coded) - 4]
    return forms


def search(pieces, marker):
    """[(piece, form)] where the phrase is. Bot and catalogue fold letters: case is let go, but not in base64."""
    found = []
    for name, data in pieces.items():
        folded = data.lower()
        found += [(name, form) for form, needle in forms_of(marker).items() if needle in (data if "base64" in form else folded)]
    return found


def planted_is_found(pieces, marker, form):
    """Writes a copy of the sink, the phrase into the middle of one of its pieces, reads it back and searches."""
    with tempfile.TemporaryDirectory(prefix="mentord-planted-") as folder:
        names = sorted(pieces)
        victim = random.choice([name for name in names if pieces[name]])
        for number, name in enumerate(names):
            data = pieces[name]
            if name == victim:
                half = len(data) // 2
                data = data[:half] + forms_of(marker)[form] + data[half:]
            (Path(folder) / str(number)).write_bytes(data)
        copied = {name: (Path(folder) / str(number)).read_bytes() for number, name in enumerate(names)}
        return (victim, form) in search(copied, marker)


def check_sink(name, pieces, marker):
    size = sum(len(data) for data in pieces.values())
    found = search(pieces, marker)
    check(f"{name}: {size} bytes in {len(pieces)} pieces searched, nothing found", size > 0 and not found, f"{size} bytes, found {found}")
    teeth = size > 0 and planted_is_found(pieces, marker, "plain") and planted_is_found(pieces, marker, f"base64 at {random.randrange(3)}")
    check(f"{name}: the phrase planted into a copy is found, plain and in base64", teeth)


# ---- one demo ----
def started(names):
    demo = Demo(story.files_of(names))
    demo.env.update(capture.own_environment(demo.folder / "tmp"))
    demo.start()
    wait_for("the demo's own import", lambda: len(demo.records("person")) == 9)
    story.settled(demo)
    return demo


def tool_arguments(demo, rows):
    (demo.folder / "later.csv").write_text("account,line_manager,apart\n" + rows)
    return [BUILD / "mentord", "import", "--config", demo.folder / "mentord.yaml", "--yes", demo.folder / "later.csv"]


def later_import(demo, names):
    """What the tool said."""
    rows = f"web/city:sam,{names.later_line},\nweb/city:rita,{names.later_new},{names.later_apart}\n"
    done = subprocess.run(tool_arguments(demo, rows), env=demo.env, capture_output=True, text=True, timeout=story.DEADLINE_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def spool_files(demo):
    return sorted((demo.folder / "data/spool").glob("*"))


def abandoned_import(demo, marker):
    """The tool dies while its job waits, since the bot is stopped. Returns the spool file's bytes and mode, and the tool's own /proc."""
    bot = demo.children()["mentord"]
    os.kill(bot, signal.SIGSTOP)
    try:
        arguments = tool_arguments(demo, f"web/city:paul,web/city:{marker},web/city:{marker}\n")
        tool = subprocess.Popen(arguments, env=demo.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        wait_for("the entry waits", lambda: demo.redis("LLEN", f"m:{{{capture.SCHEME}}}:control").strip() == "1")
        running, waiting = capture.processes([tool.pid]), capture.redis_pieces(demo)
        tool.kill()
        said, _ = tool.communicate(timeout=story.DEADLINE_S)
        spool, = spool_files(demo)
        data, modes = spool.read_bytes(), (stat.S_IMODE(spool.stat().st_mode), stat.S_IMODE(spool.parent.stat().st_mode))
    finally:
        os.kill(bot, signal.SIGCONT)
    return data, modes, running, waiting, said


# ---- 1. the phrase ----
def names_with(marker):
    return Names(list_line=f"web/city:{marker}", list_shown=marker, list_apart=f"web/city:{marker}-b;web/city:paul", later_line=f"web/city:{marker}-c",
                 later_new=f"web/city:{marker}-d", later_apart=f"web/city:{marker}-e", line=f"Mr {marker} Alder", line_again=f"Mrs {marker} Birch",
                 apart=f"Ann {marker}, Bob {marker}", entered=f"Kim {marker} Elder", entered_field=f"Lee {marker} Furze", entered_person="",
                 access=f"a ramp for {marker}", trusted=f"Zoe {marker} Gorse", identity=f"a parent called {marker}",
                 department=f"Quay {marker[-6:]}")


async def screens(demo, marker):
    """What all pages show, but for a person's own direct room: only there may the phrase be, and never to a manager who entered it."""
    page = await Page(demo).open()
    shown, own = {}, 0
    for person in TYPISTS + ("jo",):
        await page.be(person)
        for room, messages in page.rooms.items():
            for one, message in messages.items():
                mine = room == f"d:{person}" and (person in TYPISTS or message["from"] == person)
                own += mine and marker in str(message)
                if not mine:
                    shown[f"{person} in {room}: {one}"] = repr(message).encode()
    await page.close()
    return shown, own


async def phrase_story(demo, names, kept):
    def watch():
        for name, data in capture.processes(capture.family(demo)).items():
            kept["processes"].setdefault(name, set()).add(data)

    page = await Page(demo, ["mentord", "redis-server", "mentord"], watch).open()

    def imports():
        kept["tool"] = later_import(demo, names).encode()
        kept["spool left by a tool that ended well"] = spool_files(demo)
    await story.play(page, names, imports)
    kept["kills left"], kept["lists"] = page.killing, page.lists
    await page.close()


def phrase_while_running(demo, names, marker, kept):
    asyncio.run(phrase_story(demo, names, kept))
    kept["abandoned"] = abandoned_import(demo, marker)
    story.settled(demo)
    check("an import whose tool was killed goes on, and its spool file is removed with the job", spool_goes(demo))
    kept["redis"] = capture.redis_pieces(demo)
    kept["screens"], kept["own"] = asyncio.run(screens(demo, marker))
    kept["sealed"] = demo.records("sealed")
    kept["web"] = capture.files(demo.folder / "data/web")
    asyncio.run(reset(demo))
    wait_for("the demo's people, new", lambda: len(demo.records("person")) == 9 and not demo.records("pair"))
    story.settled(demo)
    states = sorted(one["line_state"] for one in demo.records("person").values())
    check("after a reset the demo's people are there again, with no spool file", states.count("imported") == 6 and spool_goes(demo), states)


async def reset(demo):
    page = await Page(demo).open()
    await page.be("jo")
    await page.socket.send('{"t":"reset"}')
    await page.until("a new beginning", lambda frame: frame and frame["t"] == "state")
    await page.close()


def spool_goes(demo):
    try:
        wait_for("an empty spool folder", lambda: not spool_files(demo), 5)
    except AssertionError:
        return False
    return True


def check_spool(kept, marker):
    data, modes, _, _, said = kept["abandoned"]
    check("an import that ended leaves no spool file", kept["spool left by a tool that ended well"] == [], kept["spool left by a tool that ended well"])
    check(f"while the job waits, the spool file ({len(data)} bytes) is ours alone: 0600 in 0700", modes == (0o600, 0o700), [oct(one) for one in modes])
    check("… and the phrase is in it, as it may be: the search would see it", ("spool", "plain") in search({"spool": data}, marker))
    check("the killed tool had said nothing of it", not search({"said": said}, marker), said)


def check_lists(lists, names):
    """What is personal and not sealed stands in the list that has a column for it, and in no other."""
    people, pairs = (lists[name].decode("utf-8-sig") for name in ("people", "pairs"))
    check("Aisha's team is in the list of the people, once, and not in that of the pairs", (people.count(names.department), pairs.count(names.department)) == (1, 0))
    check("she is in both", "Aisha Khan" in people and "Aisha Khan" in pairs, pairs)
    bytes_kept = [name for name in lists if not lists[name].startswith(b"\xef\xbb\xbf")]
    check("both say that they are UTF-8", not bytes_kept, bytes_kept)


def check_vault(demo, kept, names, marker):
    """The phrase was really there to be found: it stands in the ciphertext, field by field."""
    opener = capture.Opener(demo)
    texts = {one: (sealed["field"], opener.text(sealed)) for one, sealed in kept["sealed"].items()}
    holding = [field for field, text in texts.values() if marker in text]
    check(f"the phrase is in {len(holding)} sealed texts of {len(texts)}, and in every field that is sealed", set(holding) == set(SEALED_FIELDS),
          f"{sorted(set(holding))}")
    wanted = [getattr(names, field) for field in ("list_apart", "later_line", "later_new", "later_apart", "line", "line_again", "entered", "entered_field",
                                                  "access", "trusted", "identity")]
    opened = "\n".join(text for _, text in texts.values())
    missing = [one for text in wanted for one in text.replace(", ", ";").split(";") if marker in one and one not in opened]
    check("each text that was typed or listed is in one of them", not missing, missing)


def check_real_leak(marker):
    """The reader of /proc sees a phrase that is there."""
    leaking = subprocess.Popen(["/bin/sh", "-c", "read line", marker], env={**os.environ, "LEAK": marker}, stdin=subprocess.PIPE)
    wait_for("its environment", lambda: any(b"LEAK" in data for data in capture.processes([leaking.pid]).values()))
    found = {name.split()[0] for name, form in search(capture.processes([leaking.pid]), marker) if form == "plain"}
    leaking.communicate()
    check("a process that carries the phrase is seen, by command line and environment", found == {"cmdline", "environ"}, found)


def phrase():
    marker = "zebra-" + secrets.token_hex(8)
    print(f"1. the phrase of this run is {marker}")
    names, kept = names_with(marker), {"processes": {}}
    demo = started(names)
    try:
        phrase_while_running(demo, names, marker, kept)
    finally:
        code = demo.stop()
    check("mentord up ended with 0, all kills were done", code == 0 and kept["kills left"] == [], f"{code} {kept['kills left']}")
    below = capture.files(demo.folder, ("data/web/", *capture.INPUTS))
    pick = lambda *starts: {name: below.pop(name) for name in list(below) if name.startswith(starts)}
    _, _, tool_process, waiting, said = kept["abandoned"]
    running = {f"{name}, seen {n}": data for name, all_of in kept["processes"].items() for n, data in enumerate(sorted(all_of))}
    running.update({f"import: {name}": data for name, data in tool_process.items()})
    wanted = {f"cmdline of {name}, seen 0" for name in ("mentord", "mentord (2)", "mentord-web", "redis-server")} | {"import: cmdline of mentord"}
    check("each program that ran was read", wanted <= set(running), sorted(running))
    sinks = {"mentord.log": pick("data/mentord.log"), "redis.log": pick("data/redis/redis.log"),
             "Redis, all records as the tool's user": {**kept["redis"], **{f"while an import waited: {k}": v for k, v in waiting.items()}},
             "data/redis, append-only file and all others": pick("data/redis/"), "key folder": pick("data/keys/"), "up.err": pick("up.err"),
             "commands.json": pick("data/commands.json"), "owner, wrapping key and all other files": below,
             "command lines": {name: data for name, data in running.items() if "cmdline" in name},
             "environments": {name: data for name, data in running.items() if "environ" in name},
             "what mentord import printed": {"first": kept["tool"], "second": said}, "pages of people it is not about": kept["screens"],
             "files that were handed to a manager": kept["lists"]}
    for name, pieces in sinks.items():
        check_sink(name, pieces, marker)
    commands = capture.aof_of(demo)
    check(f"the append-only file holds all {len(commands)} writes, and nothing in it is compressed", len(commands) > 500, len(commands))
    check_lists(kept["lists"], names)
    check_spool(kept, marker)
    check_vault(demo, kept, names, marker)
    check_real_leak(marker)
    check(f"it is where it was typed: the demo's own platform ({kept['own']} messages in its writers' rooms)", kept["own"] > 0 and search(kept["web"], marker))
    return demo


# ---- 2. other people ----
async def calm_story(demo, names, kept):
    page = await Page(demo).open()

    def imports():
        kept["tool"] = later_import(demo, names)
    await story.play(page, names, imports)
    kept["lists"] = page.lists
    await page.close()


def calm_play(names):
    """One playing: what was kept, made calm; the sealed texts and what they say."""
    demo, kept, began = started(names), {}, time.monotonic()
    try:
        asyncio.run(calm_story(demo, names, kept))
        records = {kind: demo.records(kind) for kind in capture.KINDS}
        running = capture.processes(capture.family(demo))
    finally:
        code = demo.stop()
    assert code == 0, f"mentord up ended with {code}: {demo.folder}"
    opener = capture.Opener(demo)
    run = {"lists": {name: re.sub(rb"\d{4}-\d\d-\d\d", b"day", data) for name, data in kept["lists"].items()}, "calm": capture.calm_run(demo, records, capture.aof_of(demo), running, kept["tool"]), "records": records,
           "boxes": {one: sealed["box"] for one, sealed in records["sealed"].items()},
           "plain": {one: (sealed["owner"], sealed["field"], opener.text(sealed)) for one, sealed in records["sealed"].items()}}
    demo.remove()
    print(f"  played in {time.monotonic() - began:.1f} s: {sum(map(len, run['calm'].values()))} places to compare, {len(run['boxes'])} sealed texts")
    return run


def show(found):
    return "\n".join(f"\n    {section} {place}:\n      {one}\n      {other}" for section, place, one, other in found[:6]) + f"\n    {len(found)} in all"


# What a manager reads of a second choice, and what is kept of it. Whether there is one follows from the rules, as whether there is a match does.
SECOND = [(re.compile(r'"second": "\w+", '), ""),
          (re.compile(r'"name": "second_count", "values": \["[01]"\]'), '"name": "second_count"'),
          (re.compile(r'"kind": "\w+", "name": "second_name", "values": \["\w*"\]'), '"name": "second_name"'),
          (re.compile(r"round\.button\.second"), "round.button.reserve"),
          (re.compile(r" Second choice, if free then: [\w ]+\."), ""),
          (re.compile(r"Ask the second choice, or a reserve"), "Ask a reserve at once")]


def without_second(run):
    def plain(text):
        for pattern, instead in SECOND:
            text = pattern.sub(instead, text)
        return text
    return {**run, "calm": {section: {place: plain(text) for place, text in places.items()} for section, places in run["calm"].items()}}


def check_same(what, one, other):
    found = capture.differences(one["calm"], other["calm"])
    counts = ", ".join(f"{section} {len(places)} places {sum(map(len, places.values()))} bytes" for section, places in one["calm"].items())
    empty = [section for section, places in one["calm"].items() if not any(places.values())]
    check(f"{what}: no difference in {counts}", not found and not empty, f"{empty} {show(found)}")
    lengths = lambda run: {name: len(box) for name, box in run["boxes"].items()}
    check(f"{what}: {len(one['boxes'])} ciphertexts, as long, none the same",
          lengths(one) == lengths(other) and len(one["boxes"]) > 0 and not set(one["boxes"].values()) & set(other["boxes"].values()))


def check_teeth(run):
    """One letter changed anywhere is a difference, and so is a longer ciphertext."""
    for section, places in run["calm"].items():
        other = copy.deepcopy(run["calm"])
        place = random.choice([name for name in places if places[name]])
        text, at = other[section][place], random.randrange(len(places[place]))
        other[section][place] = text[:at] + ("#" if text[at] != "#" else "+") + text[at + 1:]
        found = capture.differences(run["calm"], other)
        check(f"a letter changed in {section} is found", [(one[0], one[1]) for one in found] == [(section, place)], f"{place} at {at}: {found}")
    one = next(iter(run["records"]["sealed"].values()))
    longer = {**one, "box": one["box"] + "AAAA"}
    check("a ciphertext longer by one block of base64 is found", capture.calm_json(one) != capture.calm_json(longer))


def other_people():
    print("2. the same story with other people in the sealed fields")
    first, again = calm_play(FIRST), calm_play(FIRST)
    check_same("control, the same people", first, again)
    check("control: so are the files that a manager got", first["lists"] == again["lists"] and len(first["lists"]) == 2)
    check("control: the sealed texts say the same", first["plain"] == again["plain"])
    others = calm_play(OTHERS)
    check_same("other people", first, others)
    check("other people: the files that a manager got are the same", first["lists"] == others["lists"])
    differ = {one: first["plain"][one] for one in first["plain"] if first["plain"][one] != others["plain"].get(one)}
    fields = {field for _, field, _ in differ.values()}
    check(f"they are other people: {len(differ)} sealed texts say something else", fields >= {"person.line", "person.apart"} and len(differ) >= 9, differ)
    free = calm_play(NOBODY)
    found = capture.differences(first["calm"], free["calm"])
    of_jo = [place.split()[0] in ("pair", "round") or '"person": "p3"' in str(one) for _, place, one, _ in found]
    check("nobody barred by a rule: Cleo becomes a second choice, and only Jo, who makes the round, reads of it", found and all(of_jo), show(found))
    check_same("other people, and nobody barred by a rule, the second choice apart", without_second(first), without_second(free))
    ids = [text for _, field, text in differ.values() if field == "person.line" and text.startswith("p")]
    check(f"{len(ids)} of them are line managers by the id of somebody known", len(ids) >= 4, differ)
    moved = calm_play(dataclasses.replace(FIRST, department="Traffic"))
    found = capture.differences(first["calm"], moved["calm"])
    check("another department: the list of the people is another", first["lists"]["people"] != moved["lists"]["people"])
    check(f"another department is found, in {len(found)} places", {"records", "history"} <= {one[0] for one in found}
          and all("Traffic" in str(one[3]) for one in found), show(found))
    check_teeth(first)


def main():
    began = time.monotonic()
    demo = phrase()
    other_people()
    if failed == 0:
        demo.remove()
    else:
        print(f"what is left of the first lies in {demo.folder}")
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
