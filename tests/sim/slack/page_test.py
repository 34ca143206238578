#!/usr/bin/python3
"""page_test.py: follows deploy/slack.md to the letter: its commands are taken out of the page and run, its settings written as they stand there.

In a place of its own, as in tls_test.py: slack.com is this machine, with TLS; /etc and /run may be written and are gone afterwards. Of sudo
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


def blocks(page, kind):
    """The lines of all blocks of this kind in a page of deploy/."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / "deploy" / page).read_text(), re.M | re.S)


class Machine:
    """Where mentord is installed as deploy/README.md says."""

    def __init__(self, folder):
        self.folder, self.services = folder, {}
        tools = folder / "tools"
        tools.mkdir()
        for name, text in (("sudo", SUDO), ("systemctl", SYSTEMCTL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        binaries = folder / "bin"
        binaries.mkdir()
        for name in ("mentord", "mentord-slack"):
            shutil.copy(BUILD / name, binaries / name)
        self.played = folder / "played"
        self.env = {**os.environ, "PATH": f"{tools}:{binaries}:{os.environ['PATH']}", "PLAYED": str(self.played)}
        self.binaries = binaries

    def line(self, line, hands=""):
        """One line of a page, as somebody types it, with what they paste."""
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, env=self.env, input=hands, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{line}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, service):
        """As systemd would: the unit's command, user and folder."""
        unit = Path(f"/etc/systemd/system/{service}.service").read_text()
        command = re.search(r"^ExecStart=(.*)$", unit, re.M)[1].replace("/usr/local/bin", str(self.binaries))
        for kind, place in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
            for name in re.findall(rf"^{kind}=(.*)$", unit, re.M):
                run("install", "-d", "-m", "700", "-o", "mentord", "-g", "mentord", f"{place}/{name}")
        user = re.search(r"^User=(.*)$", unit, re.M)[1]
        log = open(self.folder / f"{service}.log", "w")
        self.services[service] = subprocess.Popen(["sudo", "-u", user, *command.split()], env=self.env, stdout=log, stderr=log)

    def log(self, service):
        return (self.folder / f"{service}.log").read_text()

    def stop(self):
        for service in reversed(self.services.values()):
            service.send_signal(signal.SIGTERM)
            service.wait(20)


def install(machine):
    """What the page asks for first; only what makes folders and files."""
    for line in "".join(blocks("README.md", "sh")).splitlines():
        if re.match(r"sudo (useradd|install -d -m 755 /etc/mentord|install -m 644 deploy/)", line):
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
    shutil.copy(ROOT / "deploy/mentord.service", "/etc/systemd/system/")
    machine.start("mentord-slack")
    machine.start("mentord")
    wait("the bot and the adapter know each other", lambda: "link_up" in machine.log("mentord-slack"))


def look_again(machine):
    """The same doctor, once others may go where the bot connects."""
    Path("/run/mentord").chmod(0o755)
    done = subprocess.run(["sudo", "-u", "mentord", "mentord", "doctor", "slack"], env=machine.env, capture_output=True, text=True, timeout=60, check=False)
    check("a folder of the link that is open to others is found", done.returncode == 1 and "chmod 700" in done.stdout, done.stdout)
    Path("/run/mentord").chmod(0o700)


def inside():
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "tmpfs", "/mnt")
    for place in ("etc", "run", "var/lib"):
        for part in ("upper", "work"):
            Path(f"/mnt/{place}/{part}").mkdir(parents=True)
    run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc,upperdir=/mnt/etc/upper,workdir=/mnt/etc/work", "/etc")
    run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/var/lib,upperdir=/mnt/var/lib/upper,workdir=/mnt/var/lib/work", "/var/lib")
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
    except BaseException:
        for service in machine.services:
            print(service, machine.log(service)[-3000:], sep="\n", file=sys.stderr)
        raise
    finally:
        machine.stop()
        slack.end()
    tell_count()


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        inside()
    else:
        tls_test.enter_network(__file__)
