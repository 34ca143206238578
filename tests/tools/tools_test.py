#!/usr/bin/python3
"""tools_test.py: what an operator does, against a real bot and a real Redis: check, apply, import, invite-manager.

usage: BUILD=build tools_test.py
Every wait has a deadline. What Redis holds is read by redis-cli as the tools' own user. Prints one line a check, and their count.
"""
import hashlib
import json
import os
import pty
import pwd
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{ROOT}/tests")

from checks import COUNT, check
from waiting import DEADLINE_S, wait_for

MENTORD = os.path.join(ROOT, os.environ.get("BUILD", "build"), "mentord")
SCHEME, PEOPLE = f"{ROOT}/deploy/demo/scheme.yaml", f"{ROOT}/deploy/demo/people.csv"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Place:
    """A folder with a configuration of its own; a bot and a Redis in it while `up` runs."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tools-test.")
        self.data = f"{self.folder}/data"
        self.config = self.write("mentord.yaml", "scheme: city-pilot\ndemo: yes\ndata: data\n")
        self.process = None

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def up(self, **how):
        began = len(self.bot_log())
        self.log = open(f"{self.folder}/up.log", "w", encoding="utf-8")
        self.process = subprocess.Popen([MENTORD, "up", "--config", self.config], stdout=self.log, stderr=self.log, **how)
        wait_for("the bot serves", lambda: "store_up" in self.bot_log()[began:])

    def bot_log(self):
        path = f"{self.data}/mentord.log"
        return read(path) if os.path.exists(path) else ""

    def bot_pid(self):
        return int(re.findall(r"child_start name=bot pid=(\d+)", read(f"{self.folder}/up.log"))[-1])

    def stop(self, number=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(number)
        check(f"{number.name}: the bot ends cleanly", self.process.wait(DEADLINE_S) == 0, read(f"{self.folder}/up.log"))
        self.process = None

    def remove(self):
        if self.process is not None:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what is stored ----
    def redis(self, *words):
        folder = f"{self.data}/redis"
        env = {**os.environ, "REDISCLI_AUTH": read(f"{folder}/password.tool").strip()}
        done = subprocess.run(["redis-cli", "-s", f"{folder}/redis.sock", "--user", "mentord-tool", "--no-auth-warning", "--json", *words],
                              env=env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def record(self, kind, name):
        text = self.redis("HGET", f"m:{{city-pilot}}:{kind}", name)
        return None if text is None else json.loads(text)

    def records(self, kind):
        found, cursor = {}, "0"
        while True:
            cursor, flat = self.redis("HSCAN", f"m:{{city-pilot}}:{kind}", cursor, "COUNT", "500")
            found.update({flat[i]: json.loads(flat[i + 1]) for i in range(0, len(flat), 2)})
            if str(cursor) == "0":
                return found

    def seq(self):
        return self.redis("HGET", "m:{city-pilot}:head", "seq")

    def everything(self):
        """Every byte that Redis and the bot have written, spool included."""
        parts = []
        for folder, _, names in os.walk(self.data):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        parts.append(file.read())
        return b"\n".join(parts)


def run(*words, folder=None):
    done = subprocess.run([MENTORD, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=DEADLINE_S, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def on_terminal(answer, *words):
    """The same on a terminal of its own: what was shown, and the exit code. `answer` is typed when it asks."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(MENTORD, [MENTORD, *words])
    shown, asked, deadline = b"", False, time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if not select.select([fd], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if not asked and b"[y/N]" in shown:
            asked = True
            os.write(fd, answer)
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode().replace("\r\n", "\n")


# ---- check ----
def test_check(place):
    for sample in ("deploy/mentord.yaml", "deploy/scheme.yaml", "deploy/demo/mentord.yaml", "deploy/demo/scheme.yaml", "deploy/demo/people.csv"):
        code, out, err = run("check", sample, folder=ROOT)
        check(f"{sample} is fine", code == 0 and out.startswith(f"{sample}: fine, ") and err == "", out + err)
    code, out, err = run("check", PEOPLE, folder=ROOT)
    check("people are counted", out == f"{PEOPLE}: fine, 9 people\n", out)

    scheme = place.write("broken.yaml", read(SCHEME).replace("Europe/London", "Europe/Lodnon").replace("training:", "trainig:"))
    code, out, err = run("check", scheme)
    lines = read(scheme).splitlines()
    zone, training = (1 + next(i for i, line in enumerate(lines) if word in line) for word in ("Lodnon", "trainig"))
    check("a broken scheme: every trouble with its place",
          code == 1 and out == "" and err == f"{scheme}:{zone}:7: `Europe/Lodnon` is no time zone; write one as in `zone: Europe/London`\n"
          f"{scheme}:{training}:5: unknown key `trainig`; did you mean `training`?\n", err)

    people = place.write("broken.csv", "account,name\nweb/city:a,A\nb,B\nweb/city:a,\"A\"\n")
    code, out, err = run("check", people)
    check("a broken list: every bad row with its place",
          code == 1 and err == f"{people}:3:1: `b` is no account; write workspace:user, as in `web/city:aisha`\n"
          f"{people}:4:1: `web/city:a` stands here a second time, first in line 2; keep one row for each account\n", err)

    config = place.write("mentord-broken.yaml", "scheme: city\ndeta: x\n")
    code, out, err = run("check", config, people, SCHEME)
    check("several files in one go", code == 1 and f"{config}:2:1: unknown key `deta`; did you mean `data`?\n" in err and f"{SCHEME}: fine" in out, out + err)
    code, out, err = run("check", f"{place.folder}/none.yaml")
    check("a file that is not there", code == 1 and "none.yaml: No such file or directory" in err, err)


# ---- the command line ----
def test_slips(place):
    for words, says in ((["up", "--port", "abc"], "--port abc is no port; give a number from 1 to 65535, such as --port 8080."),
                        (["up", "--port"], "--port needs a value: --port N, such as --port 8080."),
                        (["up", "--json"], "--json is no option of mentord up; mentord up --help lists them."),
                        (["run", "apply"], "\"apply\" is one word too many for mentord run; see mentord run --help."),
                        (["check"], "something is missing. Usage: mentord check FILE…")):
        code, out, err = run(*words)
        check(f"mentord {' '.join(words)}: the slip is named", code == 2 and out == "" and err == f"mentord: {says}\n", out + err)
    code, out, err = run("apply", "--help")
    check("a subcommand says what it takes", code == 0 and "mentord apply [--config FILE] [--yes] scheme.yaml" in out and "--port" not in out, out + err)
    check("help for one of them is the same", run("help", "apply")[1] == out)
    check("--help is help", run("--help") == run("help"))


def test_folder_of_others(place):
    config = place.write("elsewhere.yaml", "scheme: city-pilot\ndata: /usr/local/mentord-data\n")
    os.chmod(place.folder, 0o755)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run([*nobody, MENTORD, "up", "--config", config], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=DEADLINE_S)
    check("a data folder that is not ours: how to make it ours", done.returncode == 1 and "/usr/local/mentord-data: Permission denied. Make the folder this user's own: "
          f"sudo install -d -o {65534 if nobody else os.geteuid()} -m 700 /usr/local/mentord-data." in done.stderr, done.stderr)
    if nobody:
        test_wrong_user(place)
    os.chmod(place.folder, 0o700)


def test_wrong_user(place):
    """Root on the service's folder, and another user: nothing is made there, and the right command is told."""
    data = f"{place.folder}/theirs"
    os.mkdir(data, 0o700)
    os.chown(data, 65534, 65534)
    config, who = place.write("theirs.yaml", f"scheme: city-pilot\ndata: {data}\n"), pwd.getpwuid(65534).pw_name
    for words in (["apply", "--yes", SCHEME], ["import", "--yes", PEOPLE], ["invite-manager"]):
        code, out, err = run(words[0], "--config", config, *words[1:])
        check(f"{words[0]} as root on another user's folder: whom to be", code == 1 and out == "" and err == f"mentord: {data} belongs to the user {who}, and the "
              f"tools run as the user that the bot runs as: sudo -u '{who}' mentord … Nothing was changed.\n", err)
    check("and nothing is left there", os.listdir(data) == [], os.listdir(data))
    someone = ["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups"]
    done = subprocess.run([*someone, MENTORD, "up", "--config", config], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=DEADLINE_S)
    check("up on the service's folder: not how to take it away from it", done.returncode == 1 and f"{data} belongs to the user {who}. Run this as that user "
          f"(sudo -u '{who}' mentord up)" in done.stderr, done.stderr)


# ---- without a bot ----
def test_nothing_runs(place):
    for words in (["apply", "--yes", SCHEME], ["import", "--yes", PEOPLE], ["invite-manager"]):
        code, out, err = run(words[0], "--config", place.config, *words[1:])
        check(f"{words[0]} says that Redis is not running, and the way out",
              code == 1 and out == "" and err == f"mentord: Redis is not running (nobody answers at {place.data}/redis/redis.sock). Start the bot with "
              f"`mentord up --config {place.config}`, then run this again.\n", err)


# ---- apply ----
def test_apply(place):
    code, out, err = run("import", "--config", place.config, "--yes", PEOPLE)
    check("people need a scheme first", code == 1 and "Run `mentord apply scheme.yaml` first." in err, err)
    code, out, err = run("invite-manager", "--config", place.config)
    check("so does a manager: the bot's own words", code == 1 and "run `mentord apply scheme.yaml` first" in err and "code-" not in out, out + err)

    before = place.seq()
    code, out, err = run("apply", "--config", place.config, SCHEME)
    check("no terminal and no --yes: a preview and a refusal", code == 1 and "organisation city (new)" in out and "again with --yes" in err, out + err)
    code, shown = on_terminal(b"n\n", "apply", "--config", place.config, SCHEME)
    check("a no changes nothing", code == 1 and "Apply? [y/N]" in shown and "Nothing was changed." in shown, shown)
    check("nothing was pushed", place.seq() == before and place.records("organisation") == {}, place.seq())
    code, shown = on_terminal(b"y\n", "apply", "--config", place.config, SCHEME)
    check("a yes applies", code == 0 and shown.endswith("Done.\n"), shown)
    check("the scheme is stored", place.record("scheme", "scheme")["name"] == "City mentoring pilot")
    check("with its programme", place.record("programme", "pilot-1")["weeks"] == 26 and place.record("programme", "pilot-1")["question_set"] == "q-pilot-1-1")

    code, out, err = run("apply", "--config", place.config, "--yes", SCHEME)
    check("the same again changes nothing", code == 0 and out == "0 records new, 0 changed.\nNothing to change.\n", out + err)


def test_apply_change(place):
    changed = place.write("scheme2.yaml", read(SCHEME).replace("weeks: 26", "weeks: 30").replace("inspector, chief", "inspector, lead inspector, chief")
                          .replace("questions: default", "questions:\n  - { id: topics, kind: several, max: 2, options: [networks, leading_people] }\n"
                                   "  - { id: shift, kind: choice, text: Which shift?, options: [early, late] }"))
    code, out, err = run("apply", "--config", place.config, "--yes", changed)
    wanted = ("  organisation city\n    grades: constable, sergeant, inspector, chief inspector, superintendent -> "
              "constable, sergeant, inspector, lead inspector, chief inspector, superintendent\n",
              "  programme pilot-1\n    weeks: 26 -> 30\n", "  questions q-pilot-1-2\n    question topics: changes\n    question shift: new\n",
              "    question bio: not asked any more\n", "0 records new, 3 changed.\nDone.\n")
    check("a change is shown field by field", code == 0 and all(part in out for part in wanted), out + err)
    check("and made", place.record("programme", "pilot-1")["weeks"] == 30 and "lead inspector" in place.record("organisation", "city")["grades"])
    check("questions get a new version, the old one stays", place.record("programme", "pilot-1")["question_set"] == "q-pilot-1-2" and
          len(place.record("question_set", "q-pilot-1-1")["questions"]) == 15)
    changed = place.write("places.yaml", read(SCHEME).replace("    workspaces: [web/city]\n", "    workspaces: [web/city]\n    places: { mentees_at_most: 5 }\n")
                          .replace("    weeks: 26\n", "    weeks: 30\n    places: [{ organisation: city, mentees_at_least: 3, gives_at_most: 4 }]\n"))
    code, out, err = run("apply", "--config", place.config, "--yes", changed)
    wanted = ("    mentees_at_most: 0 -> 5\n", "    places of city: as everywhere -> mentees at least 3, gives at most 4\n")
    check("places are shown as they change", code == 0 and all(part in out for part in wanted), out + err)
    check("and stored", place.record("organisation", "city")["mentees_at_most"] == 5 and place.record("programme", "pilot-1")["places"][0]["gives_at_most"] == 4)
    code, out, err = run("apply", "--config", place.config, "--yes", SCHEME)
    check("places that the file names no more are gone", "    places of city: mentees at least 3, gives at most 4 -> as everywhere\n" in out, out + err)
    check("and back again", code == 0 and place.record("programme", "pilot-1")["weeks"] == 26, out + err)


def test_wrong_files(place):
    before = place.seq()
    broken = place.write("broken.yaml", read(SCHEME).replace("weeks: 26", "weeks: many"))
    code, out, err = run("apply", "--config", place.config, "--yes", broken)
    check("a wrong scheme is refused with its place",
          code == 1 and re.search(r"broken.yaml:\d+:12: `weeks` is a whole number from 1 to 260, not `many`; write `weeks: 26`\n", err) and
          "Nothing was changed." in err, err)
    broken = place.write("broken.yaml", read(SCHEME).replace("weeks: 26", "weeks: 26\n    places: [{ organisation: ctiy, mentees_at_most: 5 }]"))
    code, out, err = run("check", broken)
    check("places of an organisation that is not there are told with theirs",
          code == 1 and re.search(r"broken.yaml:\d+:30: `ctiy` is none of the organisations of this file", out + err), out + err)
    other = place.write("other.yaml", read(SCHEME).replace("scheme: city-pilot", "scheme: borough"))
    code, out, err = run("apply", "--config", place.config, "--yes", other)
    check("a scheme of another bot is refused", code == 1 and "is for the scheme `borough`, and this bot serves `city-pilot`" in err, err)
    for name, text, told in (("quote.csv", "account,name\nweb/city:x,\"X\nweb/city:y,Y\n", ":2:12: this quote is never closed"),
                             ("column.csv", "account,nmae\nweb/city:x,X\n", ":1:9: unknown column `nmae`; did you mean `name`?"),
                             ("rows.csv", "account,name\nx,X\n", "no row of ")):
        code, out, err = run("import", "--config", place.config, "--yes", place.write(name, text))
        check(f"a wrong list is refused: {name}", code == 1 and told in err and "Nothing was changed." in err, err)
    check("none of them changed anything", place.seq() == before and place.records("person") == {}, place.seq())


# ---- import ----
def test_import(place):
    bad = "web/city:x1,X One,city,Custody,konstable,web/city:sam,,,,\nweb/city:x2,X Two,citty,,,,,,,\nx3,X Three,,,,,,,,\n"
    people = place.write("people.csv", read(PEOPLE) + bad)
    last = read(people).count("\n")
    code, out, err = run("import", "--config", place.config, "--left-out", people, "--yes", people)
    check("rows that are left out overwrite no file", code == 1 and "is there already" in err and place.records("person") == {}, err)
    left_out = f"{place.folder}/left-out.csv"
    code, shown = on_terminal(b"n\n", "import", "--config", place.config, "--left-out", left_out, people)
    check("a no imports nobody and writes no file", code == 1 and "Import the others? [y/N]" in shown and not os.path.exists(left_out), shown)
    code, out, err = run("import", "--config", place.config, "--left-out", left_out, "--yes", people)
    told = [f"{people}:{last - 2}:32: `city` has no grade `konstable`", f"{people}:{last - 1}:19: the scheme has no organisation `citty`; did you mean `city`?",
            f"{people}:{last}:1: `x3` is no account"]
    check("three bad rows are told", all(line in err for line in told) and err.count("\n") == 3, err)
    check("and left out", code == 0 and "9 new, 0 changed, 0 unchanged.\n3 rows are left out, see above.\n" in out and out.endswith("\nDone: 9 rows.\n"), out)
    check("and written to a file of their own, which only we can read", read(left_out) == read(people).splitlines(keepends=True)[0] + bad and
          os.stat(left_out).st_mode & 0o777 == 0o600 and left_out in out, read(left_out))
    names = sorted(person["name"] for person in place.records("person").values())
    check("the others are there", len(names) == 9 and "X One" not in names and "Omar Aziz" in names, names)
    check("who manages whom is not shown", "  web/city:aisha (new)\n" in out and "    line manager: set\n" in out and
          not re.search(r"line manager.*(sam|rita|cleo|none)", out), out)
    spool = os.listdir(f"{place.data}/spool")
    check("the spool file is gone", spool == [], spool)
    check("its folder is ours alone", os.stat(f"{place.data}/spool").st_mode & 0o777 == 0o700)
    sealed = b'"line":"web/city:sam"'
    check("no sealed fact lies about in plain words", sealed not in place.everything())


def test_import_again(place):
    people = place.write("people.csv", read(PEOPLE).replace("Khan,city,Custody", "Khan,city,Traffic").replace("Policy,inspector,web/city:rita", "Policy,inspector,none"))
    code, out, err = run("import", "--config", place.config, "--yes", people)
    check("a change is shown, old and new", code == 0 and "  web/city:aisha\n    department: Custody -> Traffic\n" in out and
          "  web/city:ben\n    line manager: changes\n" in out and "0 new, 2 changed, 7 unchanged.\n" in out, out + err)
    aisha = next(person for person in place.records("person").values() if person["name"] == "Aisha Khan")
    check("and made", aisha["department"] == "Traffic", aisha)
    with_manager = next(entry for entry in place.records("enrolment").values() if entry["role"] == "manager")
    check("a demo's managers manage", with_manager["state"] == "accepted", with_manager)


def test_progress(place):
    rows = "".join(f"web/city:many{i},Many {i},city,,,none,,,,\n" for i in range(12000))
    people = place.write("many.csv", read(PEOPLE).splitlines(keepends=True)[0] + rows)
    code, shown = on_terminal(b"y\n", "import", "--config", place.config, people)
    check("a long list shows how far it is", code == 0 and re.search(r"[\d,]+ of 12,000 rows", shown) and "Done: 12,000 rows." in shown, shown[-2000:])
    check("and not every person of it", "… and 11970 more people\n" in shown, shown[:3000])
    check("all of them are there", len(place.records("person")) == 12009)


# ---- invite-manager ----
def test_invite(place):
    codes = set()
    for _ in range(3):
        code, out, err = run("invite-manager", "--config", place.config)
        found = re.findall(r"^(code(?:-[2-9a-hj-km-np-tv-z]{4}){3})$", out, re.M)
        check("a code is printed, once, with how to use it", code == 0 and len(found) == 1 and "within 15 minutes" in out and "once" in out, out + err)
        codes.add(found[0])
    check("each is another", len(codes) == 3, codes)
    stored, raw = place.records("invite"), place.everything()
    hashes = {hashlib.blake2b(one.encode(), digest_size=16).hexdigest() for one in codes}
    check("Redis holds their hashes", hashes == set(stored), stored)
    check("for a manager of the programme, with an end", all(one["role"] == "manager" and one["programme"] == "pilot-1" and one["until_ms"] > 0
                                                             for one in stored.values()), stored)
    check("the hash is in the files", all(one.encode() in raw for one in hashes))
    check("the codes are nowhere", not any(part in raw for one in codes for part in (one.encode(), one[5:].encode())))


# ---- a bot that does not answer ----
def test_patience(place):
    changed = place.write("scheme3.yaml", read(SCHEME).replace("weeks: 26", "weeks: 31"))
    os.kill(place.bot_pid(), signal.SIGSTOP)
    try:
        began = time.monotonic()
        code, out, err = run("apply", "--config", place.config, "--yes", changed)
        check("without a bot it says so after ten seconds", code == 1 and 9 < time.monotonic() - began < 20 and
              err == "mentord: No bot is serving this scheme; it will be done when one does. Why none does, `mentord health` says.\n", out + err)
        check("health says that it is halted", health_says(place, "says nothing any more"))
        people = place.write("one.csv", "account,name\nweb/city:late,Late Comer\n")
        tool = subprocess.Popen([MENTORD, "import", "--config", place.config, "--yes", people], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for("the entry is pushed", lambda: place.redis("LLEN", "m:{city-pilot}:control") == 2)
        left = os.listdir(f"{place.data}/spool")
        check("the spool file is ours alone", len(left) == 1 and os.stat(f"{place.data}/spool/{left[0]}").st_mode & 0o777 == 0o600, left)
        tool.send_signal(signal.SIGINT)
        out, err = tool.communicate(timeout=DEADLINE_S)
        check("Ctrl-C leaves the job to the bot, and says so", tool.returncode == 1 and "goes on without us: the bot has it. To look again, run the same command" in err, out + err)
    finally:
        os.kill(place.bot_pid(), signal.SIGCONT)
    wait_for("the bot does it when it is back", lambda: place.record("programme", "pilot-1")["weeks"] == 31)
    wait_for("the import too", lambda: any(person["name"] == "Late Comer" for person in place.records("person").values()))
    wait_for("what Ctrl-C left in the spool goes with the job", lambda: os.listdir(f"{place.data}/spool") == [])
    code, out, err = run("import", "--config", place.config, "--yes", people)
    check("the same command shows that nothing is left to do", code == 0 and out == "0 new, 0 changed, 1 unchanged.\nNothing to change.\n", out + err)


# ---- health ----
def health_says(place, words):
    code, out, err = run("health", "--config", place.config)
    return code == 2 and out.startswith("Nobody is being served") and words in out and err == ""


def test_health(place):
    """While a bot runs that no adapter talks to; troubles of the store and the disk are provoked in tests/faults."""
    wait_for("health names what is missing", lambda: health_says(place, "link_down: No adapter is configured"))
    text, info = read(f"{place.data}/health.json"), os.stat(f"{place.data}/health.json")
    check("the health file is ours alone", info.st_mode & 0o777 == 0o600, oct(info.st_mode))
    names = [person["name"] for person in place.records("person").values()]
    check("nobody's name is in it", names and not any(name in text for name in names), text)
    code, out, err = run("health", "--config", place.config, "--json")
    seen = json.loads(out)
    check("a monitor reads the same", code == 2 and seen["level"] == 2 and seen["serving"] and seen["pid"] == place.bot_pid() and seen["commits"] > 0, out + err)
    place.write("none.yaml", f"scheme: city\ndata: {place.folder}/elsewhere\n")
    code, out, err = run("health", "--config", f"{place.folder}/none.yaml")
    check("where no bot ever ran, that is said", code == 2 and "No bot has run on this data folder yet. Start it" in out, out + err)


# ---- the end ----
def test_hang_up(place):
    """Of the bot alone: `up` is held, so that it starts no other one before we have looked."""
    pid = place.bot_pid()
    place.process.send_signal(signal.SIGSTOP)
    try:
        check("a bot that serves holds the lease", place.redis("HGET", "m:{city-pilot}:lease", "owner") is not None)
        os.kill(pid, signal.SIGHUP)
        wait_for("SIGHUP: the bot writes its last line", lambda: re.search(r" stop exit=0\n$", place.bot_log()))
        check("SIGHUP: the bot hands over", place.redis("HGET", "m:{city-pilot}:lease", "owner") is None)
    finally:
        place.process.send_signal(signal.SIGCONT)
    wait_for("the next one serves", lambda: place.bot_pid() != pid and place.redis("HGET", "m:{city-pilot}:lease", "owner") is not None)
    check("its end was a clean one", f"child_end name=bot pid={pid} exit=0" in read(f"{place.folder}/up.log"), read(f"{place.folder}/up.log"))
    place.stop(signal.SIGHUP)
    last = read(f"{place.folder}/up.log").splitlines()[-2:]
    check("the whole of it ends in order, and nothing of that is a warning", [re.findall(r" INFO .* child_stop name=(\w+) ", line) for line in last] == [["bot"], ["redis"]], last)


def test_strays(place):
    """A tool was killed between its file and its entry: what no job will ever speak of is removed, what may yet be spoken of stays."""
    spool, names = f"{place.data}/spool", ("t-1.jsonl", "t-2.jsonl.new", "t-3.jsonl", "notes.txt")
    for name in names:
        with open(f"{spool}/{name}", "w", encoding="utf-8") as file:
            file.write("{}\n")
        if name != "t-3.jsonl":
            os.utime(f"{spool}/{name}", (time.time() - 3600,) * 2)
    began = len(place.bot_log())
    place.up()
    wait_for("the log says so", lambda: re.search(r" swept scheme=city-pilot files=2\n", place.bot_log()[began:]))
    check("no more and no less is gone", [name for name in names if os.path.exists(f"{spool}/{name}")] == ["t-3.jsonl", "notes.txt"], os.listdir(spool))
    place.stop()


def test_stranger(place):
    """Who starts the demo for the first time is told where to look, and how it ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="tools-demo.")
    config = f"{folder}/mentord.yaml"
    with open(config, "w", encoding="utf-8") as file:
        file.write(read(f"{ROOT}/deploy/demo/mentord.yaml").replace("../../.demo", f"{folder}/data").replace("../../adapters", f"{ROOT}/adapters")
                   .replace(": play.yaml", f": {ROOT}/deploy/demo/play.yaml").replace(": scheme.yaml", f": {SCHEME}").replace(": people.csv", f": {PEOPLE}"))
    demo = subprocess.Popen([MENTORD, "up", "--config", config, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        check("it says ready", demo.stdout.readline() == f"ready http://127.0.0.1:{port}/\n")
        demo.send_signal(signal.SIGINT)
        said = demo.communicate(timeout=DEADLINE_S)[1]
        check("and where to look", f"open http://127.0.0.1:{port}/ in a browser on this machine. Ctrl-C ends it; what was said stays in {folder}/data." in said, said)
        check("Ctrl-C ends it", demo.returncode == 0, demo.returncode)
    finally:
        demo.kill()
        demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_nohup(place):
    place.up(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    bot = place.bot_pid()
    for pid in (bot, place.process.pid):
        os.kill(pid, signal.SIGHUP)
    code, out, err = run("invite-manager", "--config", place.config)
    check("what was started by nohup outlives a terminal", code == 0 and place.bot_pid() == bot and place.process.poll() is None, out + err)
    place.stop()


def main():
    place = Place()
    try:
        test_check(place)
        test_slips(place)
        test_folder_of_others(place)
        test_nothing_runs(place)
        place.up()
        for test in (test_apply, test_apply_change, test_wrong_files, test_import, test_import_again, test_progress, test_invite, test_health, test_patience):
            test(place)
        test_hang_up(place)
        check("after a stop, health says so", health_says(place, "The bot was stopped. Start it"))
        test_strays(place)
        test_stranger(place)
        test_nohup(place)
        print(f"tools: {COUNT[0]} checks")
    finally:
        place.remove()


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored, and by all that is started here
    sys.exit(main())
