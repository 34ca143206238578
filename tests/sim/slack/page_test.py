#!/usr/bin/python3
"""page_test.py: follows deploy/README.md ("Install", "Back up", "Restore") and deploy/slack.md to the letter: their commands are taken out of the pages and
run, the settings written as they stand there.

In a place of its own, as in tls_test.py: slack.com is this machine, with TLS; /etc, /usr/local, /var/lib and /run may be written and are gone afterwards. Of sudo
and systemctl there are short ones: the one changes to the user mentord, the other notes what it was told, and the test starts that as the
unit's ExecStart says. The administrator's hands at api.slack.com are the simulator's `manifest`.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True

import privacy
import tls_test
from checks import check, tell_count
from harbour import BUILD, ROOT, Slack, wait
from tls_test import HOSTS, Authority, Front, lay, run

SUDO = """#!/bin/sh
[ "$1" = -u ] || exec "$@"
id=$(id -u "$2"); group=$(id -g "$2"); shift 2
exec setpriv --reuid "$id" --regid "$group" --clear-groups --inh-caps=-all "$@"
"""
SYSTEMCTL = '#!/bin/sh\necho "$*" >> "$PLAYED"\n'
HANDS = {"app.token": "app_token", "bot.token": "bot_token"}


def blocks(page, kind, title=""):
    """The lines of all blocks of this kind in a page of deploy/, or in one part of it."""
    text = (ROOT / "deploy" / page).read_text()
    if title:
        text = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


class Machine:
    """Where mentord is installed as deploy/README.md says."""

    def __init__(self, folder):
        self.folder, self.services = folder, {}
        tools = folder / "tools"
        tools.mkdir()
        for name, text in (("sudo", SUDO), ("systemctl", SYSTEMCTL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.played = folder / "played"
        outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        self.env = {**outside, "PATH": f"{tools}:/usr/local/bin:{os.environ['PATH']}", "PLAYED": str(self.played), "BUILD": BUILD.name}

    def line(self, line, hands="", folder=ROOT):
        """One line of a page, as somebody types it, with what they paste."""
        done = subprocess.run(["sh", "-c", line], cwd=folder, env=self.env, input=hands, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{line}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, service):
        """As systemd would: the unit's command, user and folder."""
        unit = Path(f"/usr/local/lib/systemd/system/{service}.service").read_text()
        command = re.search(r"^ExecStart=(.*)$", unit, re.M)[1]
        for kind, place in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
            for name in re.findall(rf"^{kind}=(.*)$", unit, re.M):
                run("install", "-d", "-m", "700", "-o", "mentord", "-g", "mentord", f"{place}/{name}")
        user = re.search(r"^User=(.*)$", unit, re.M)[1]
        log = open(self.folder / f"{service}.log", "a")
        self.services[service] = subprocess.Popen(["sudo", "-u", user, *command.split()], env=self.env, stdout=log, stderr=log)

    def log(self, service):
        return (self.folder / f"{service}.log").read_text()

    def stop(self, service):
        process = self.services.pop(service)
        process.send_signal(signal.SIGTERM)
        process.wait(20)

    def stop_all(self):
        for service in list(reversed(self.services)):
            self.stop(service)


def install(machine):
    """What the page asks for first, once packages are there and all is built."""
    lines = blocks("README.md", "sh", "Install")[0].splitlines()
    for line in lines[lines.index("make") + 1:]:
        machine.line(line)
    scheme = Path("/etc/mentord/scheme.yaml")
    name = re.search(r"^scheme: *(\S+)", scheme.read_text(), re.M)[1]
    check("the samples are of one scheme", re.search(rf"^scheme: {name}\b", Path("/etc/mentord/mentord.yaml").read_text(), re.M))


def follow(machine, slack):
    team, lines = slack.team, [line for block in blocks("slack.md", "sh") for line in block.splitlines()]
    yaml = [block.replace("T01CITY", team) for block in blocks("slack.md", "yaml")]
    create, tokens, look = lines[:1], lines[1:4], lines[4:]
    os.chdir(machine.folder)
    made = machine.line(create[0].replace("> manifest.json", ""))
    slack.say("manifest", manifest=json.loads(made))
    for line in tokens:
        hands = next((getattr(slack, kind) for name, kind in HANDS.items() if name in line), "")
        machine.line(line, hands + "\n")
    Path("/etc/mentord/slack.yaml").write_text(yaml[0])
    config = Path("/etc/mentord/mentord.yaml")
    config.write_text(re.sub(r"^links: \[\]\n", lambda _: yaml[1], config.read_text(), flags=re.M))
    scheme = Path("/etc/mentord/scheme.yaml")
    scheme.write_text(scheme.read_text().replace("slack/T01CITY", f"slack/{team}"))
    said = machine.line(look[0])
    check("the doctor finds nothing to mend", "Everything that is needed is in place." in said and "WRONG" not in said, said)
    for line in look[1:]:
        if "mentord apply" in line:
            begin(machine)
            line = line.replace("mentord apply", "mentord apply --yes", 1)  # nobody is here to say yes
        machine.line(line)


def begin(machine):
    told = machine.played.read_text().splitlines()
    check("systemd is told of both services", told == ["daemon-reload", "enable --now mentord-slack", "restart mentord"], told)
    machine.start("mentord-slack")
    machine.start("mentord")
    wait("the bot and the adapter know each other", lambda: "link_up" in machine.log("mentord-slack"))


def look_again(machine):
    """The same doctor, once others may go where the bot connects."""
    Path("/run/mentord").chmod(0o755)
    done = subprocess.run(["sudo", "-u", "mentord", "mentord", "doctor", "slack"], env=machine.env, capture_output=True, text=True, timeout=60, check=False)
    check("a folder of the link that is open to others is found", done.returncode == 1 and "chmod 700" in done.stdout, done.stdout)
    Path("/run/mentord").chmod(0o700)


def play(machine, title):
    """The lines of this part of the page in a folder of somebody's own; of systemctl's, stop and start are done."""
    for line in blocks("README.md", "sh", title)[0].splitlines():
        order = re.match(r"sudo systemctl (stop|start) (mentord)\b", line)
        if order:
            getattr(machine, order[1])(order[2])
        else:
            machine.line(line, folder=machine.folder)


def health(machine):
    done = subprocess.run(["sudo", "-u", "mentord", "mentord", "health"], env=machine.env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def copy_and_bring_back(machine, slack):
    """Somebody's line manager is sealed; then a disk dies, and the keys with it."""
    ann, lines = f"slack/{slack.team}:UANN", [line for block in blocks("README.md", "sh", "Install") for line in block.splitlines() if "people.csv" in line]
    (machine.folder / "people.csv").write_text(f"account,name,organisation,line_manager\n{ann},Ann Lee,city,{ann}BOSS\n")
    said = [machine.line(line.replace("mentord import", "mentord import --yes"), folder=machine.folder) for line in lines]
    check("the list is taken", "1 new" in said[-1], said)
    play(machine, "Back up")
    tars = [path for path in machine.folder.rglob("*.tar")]
    check("what is copied is open to nobody else", len(tars) == 3 and not any(path.parent.stat().st_mode & 0o077 for path in tars), tars)
    check("the keys are in a file of their own", "keys/check" in machine.line("tar -tf mentord-backup/keys.tar", folder=machine.folder) and
          not re.search("key|reserve", machine.line("tar -tf mentord-backup/scheme.tar", folder=machine.folder)))
    check("settings and tokens are kept", "mentord/slack/bot.token" in machine.line("tar -tf mentord-backup/settings.tar", folder=machine.folder))
    wait("all is well behind the copy", lambda: health(machine)[0] == 0)
    play(machine, "Restore")
    wait("all is well on the copy", lambda: health(machine)[0] == 0)
    machine.line("rm -r /var/lib/mentord.before")
    again = machine.line("sudo -u mentord mentord import --yes /etc/mentord/people.csv")
    check("on the copy everybody is known as before", "0 new, 0 changed" in again, again)
    machine.stop("mentord")
    shutil.rmtree("/var/lib/mentord/keys")
    machine.start("mentord")
    check("without the keys, health says of how many", wait("health without keys", lambda: "vault_closed: Of 1 people" in health(machine)[1] or None))


def inside():
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "tmpfs", "/mnt")
    for place in ("etc", "run", "var/lib", "usr/local"):
        for part in ("upper", "work"):
            Path(f"/mnt/{place}/{part}").mkdir(parents=True)
    run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc,upperdir=/mnt/etc/upper,workdir=/mnt/etc/work", "/etc")
    run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/var/lib,upperdir=/mnt/var/lib/upper,workdir=/mnt/var/lib/work", "/var/lib")
    run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/usr/local,upperdir=/mnt/usr/local/upper,workdir=/mnt/usr/local/work", "/usr/local")
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    run("mount", "-t", "tmpfs", "tmpfs", "/etc/ssl/certs")
    folder = Path("/mnt/town")
    folder.mkdir(mode=0o755)
    slack = Slack(folder, people={}, options=("--behind-tls",))
    Path("/etc/hosts").write_text(HOSTS)
    authority = Authority(folder)
    Path("/etc/ssl/certs/ca-certificates.crt").write_text((folder / "ca.pem").read_text())
    Front(authority.context("good"), slack.port)
    machine = Machine(folder)
    try:
        install(machine)
        follow(machine, slack)
        slack.say("say", who="ann", text="hello, is anybody there?")  # long enough to be looked for in the logs
        wait("an answer to hello", lambda: slack.told("ann"))
        slack.say("run", who="ann", where="#general", command="/mentor")
        wait("an answer to /mentor", lambda: len(slack.told("ann")) > 1)
        check("hello and /mentor are answered", True)
        look_again(machine)
        found, counts = privacy.look(SimpleNamespace(slack=slack, folder=folder, bot=SimpleNamespace(folder=Path("/var/lib/mentord"))))
        check(counts, not found, found)
        copy_and_bring_back(machine, slack)
    except BaseException:
        for service in machine.services:
            print(service, machine.log(service)[-3000:], sep="\n", file=sys.stderr)
        raise
    finally:
        machine.stop_all()
        slack.end()
    tell_count()


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        inside()
    else:
        tls_test.enter_network(__file__)
