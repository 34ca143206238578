"""stage_bot.py: the bot of a story on Slack: its Redis is asked for records, and whether anything is still to be done."""
import json
import socket
import time

from demo import ROOT, free_port
from town import TownBot

SCHEME = "city-pilot"
RECORDS = {"person": None, "enrolment": "person", "talk": "person", "pair": "mentee"}


class Redis:
    """As the tools' user, who may read and push entries; a Redis that was just killed is given the time to come back."""

    def __init__(self, folder):
        self.folder, self.file = folder, None

    def connect(self):
        pipe = socket.socket(socket.AF_UNIX)
        pipe.settimeout(10)
        pipe.connect(str(self.folder / "redis.sock"))
        self.file = pipe.makefile("rwb")
        pipe.close()
        self.once("AUTH", "mentord-tool", (self.folder / "password.tool").read_text().strip())

    def once(self, *words):
        parts = [str(word).encode() for word in words]
        self.file.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        self.file.flush()
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis is gone")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"-":
            raise ConnectionError(rest)
        if kind == b"$":
            return None if rest == "-1" else self.file.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest

    def __call__(self, *words, seconds=20):
        end = time.monotonic() + seconds
        while True:
            try:
                if self.file is None:
                    self.connect()
                return self.once(*words)
            except (OSError, ValueError) as trouble:
                self.file = None
                if time.monotonic() > end:
                    raise AssertionError(f"redis {words}: {trouble}") from trouble
                time.sleep(0.05)


class StageBot(TownBot):
    """Serves both workspaces of the simulated Slack, and the demo's page, whose clock is the scheme's; nothing is applied yet."""

    def __init__(self, workspaces, address):
        self.town, self.page_port = workspaces, free_port()
        super().__init__([{"name": "slack", "address": address, "workspaces": f"[{', '.join(workspaces.values())}]"}])
        self.workspaces = workspaces
        self.ask = Redis(self.folder / "data/redis")

    def write_files(self, files):
        self.folder.chmod(0o700)
        link = self.links[0]
        (self.folder / "mentord.yaml").write_text(
            f"scheme: {SCHEME}\ndemo: yes\ndata: data\nlinks:\n  - {{ name: web, workspaces: [web/city] }}\n"
            f"  - {{ name: slack, address: {link['address']}, workspaces: {link['workspaces']} }}\n"
            f"web: {{ port: {self.page_port}, pages: {ROOT}/adapters/web/page, play: {ROOT}/deploy/demo/play.yaml }}\n")

    def key(self, name):
        return f"m:{{{SCHEME}}}:{name}"

    def all(self, kind):
        rows = self.ask("HSCAN", self.key(kind), 0, "COUNT", 100000)[1]
        return {name: json.loads(text) for name, text in zip(rows[::2], rows[1::2])}

    def push(self, entry):
        self.ask("FCALL", "mentord_push_1", 1, self.key("control"), entry["id"], json.dumps(entry))

    def job_ended(self, name):
        return self.all("job").get(name, {"state": "running"})["state"] != "running"

    # ---- time ----

    def scheme(self):
        text = self.ask("HGET", self.key("scheme"), "scheme")
        return json.loads(text) if text else {}

    def now_ms(self):
        return int(time.time() * 1000) + self.scheme().get("offset_ms", 0)

    def clock_moves(self):
        return bool(self.scheme().get("clock_target_ms"))

    def is_quiet(self):
        """Nothing to send but what waits for its hour, no entry, no job, no round under way, no step of the clock."""
        if self.ask("LLEN", self.key("control")) > 0 or self.clock_moves():
            return False
        now = self.now_ms()
        return not (any(row.get("not_before_ms", 0) <= now for row in self.all("out").values()) or
                    any(job["state"] == "running" for job in self.all("job").values()) or
                    any(one["state"] == "working" for one in self.all("round").values()))

    # ---- looking ----

    def person_of(self, town, user):
        for one in self.all("person").values():
            if any(account == {"workspace": self.workspaces[town], "user": user} for account in one["accounts"]):
                return one["id"]
        return None

    def record(self, what, user, other):
        """The newest of this person; `other`: the mentor of a pair."""
        person, mentor = self.person_of(*user), self.person_of(*other) if other else None
        if what == "person":
            return self.all("person").get(person)
        found = [one for one in self.all(what).values() if one[RECORDS[what]] == person and (mentor is None or one["mentor"] == mentor)]
        return max(found, key=lambda one: int(one["id"].lstrip("abcdefghijklmnopqrstuvwxyz")), default=None)

    def dump(self):
        """Every record there is, as Redis has it."""
        lines = []
        for kind in (*RECORDS, "round", "out", "job", "scheme", "programme", "announcement", "card"):
            lines += [f"{kind} {name} {json.dumps(record)}" for name, record in self.all(kind).items()]
        return "\n".join(lines) + "\n"
