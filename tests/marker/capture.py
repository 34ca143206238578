"""capture.py: everything a run stored or logged outside data/web, as bytes to search and, made calm, as texts to compare."""
import base64
import ctypes
import ctypes.util
import json
import os
import re
from pathlib import Path

SCHEME = "city-pilot"
KINDS = ("scheme", "counter", "organisation", "programme", "question_set", "person", "enrolment", "talk", "round", "pair", "announcement",
         "invite", "job", "room", "out", "sealed")
INPUTS = ("people.csv", "later.csv", "scheme.yaml", "play.yaml", "mentord.yaml")  # the operator's own files


# ---- bytes ----
def files(folder, without=()):
    """Path below the folder -> bytes of every regular file, but for what begins with one of `without`."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(tuple(without)):
            found[name] = path.read_bytes()
    return found


def redis_pieces(demo):
    """All that the tool user may read. It may not read the audit: that stream is searched in the append-only file."""
    found = {}
    for kind in KINDS + ("head", "lease", "sent", "keep"):
        found[kind] = demo.redis("HSCAN", f"m:{{{SCHEME}}}:{kind}", "0", "COUNT", "100000").encode()
    found["control"] = demo.redis("LINDEX", f"m:{{{SCHEME}}}:control", "0").encode()
    return found


def processes(pids):
    """Command line and environment of processes that run now, by program: the second `mentord` is the bot under `mentord up`."""
    found = {}
    for pid in pids:
        for what in ("cmdline", "environ"):
            try:
                name = f"{what} of {Path(f'/proc/{pid}/comm').read_text().strip()}"
                name += " (2)" if name in found else ""
                found[name] = Path(f"/proc/{pid}/{what}").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                pass  # it ended meanwhile
            except PermissionError:
                pass  # not dumpable: the kernel shows its environment to root alone
    return found


# ---- the append-only file: all that was ever written, also what was removed since ----
def aof_commands(data):
    at = 0
    while at < len(data):
        end = data.index(b"\r\n", at)
        assert data[at:at + 1] == b"*", f"no command at byte {at} of the append-only file"
        words, count, at = [], int(data[at + 1:end]), end + 2
        for _ in range(count):
            end = data.index(b"\r\n", at)
            size = int(data[at + 1:end])
            words.append(data[end + 2:end + 2 + size])
            at = end + 4 + size
        yield words


def aof_of(demo):
    """The commands of the one incremental file. The base must be empty: in it, texts could stand compressed."""
    folder = demo.folder / "data/redis/appendonlydir"
    base, = folder.glob("*.base.rdb")
    incremental, = folder.glob("*.incr.aof")
    assert base.stat().st_size < 200, f"{base.name} holds data"
    return list(aof_commands(incremental.read_bytes()))


# ---- opening what is sealed, with the keys that lie beside it ----
class Opener:
    """libsodium's XChaCha20-Poly1305 over the key folder of a run: what the tests may do and nobody else."""

    def __init__(self, demo):
        self.sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
        self.keys = demo.folder / "data/keys"
        self.wrapping = bytes.fromhex((demo.folder / "data/wrapping.key").read_text().strip())

    def open(self, key, place, box):
        nonce, cipher = box[1:25], box[25:]
        out, length = ctypes.create_string_buffer(len(cipher)), ctypes.c_ulonglong()
        failed = self.sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, ctypes.byref(length), None, cipher, ctypes.c_ulonglong(len(cipher)), place, ctypes.c_ulonglong(len(place)), nonce, key)
        assert failed == 0, f"{place.decode()} does not open"
        return out.raw[:length.value]

    def text(self, sealed):
        owner = sealed["owner"]
        key = self.open(self.wrapping, f"key|{owner}".encode(), (self.keys / f"{owner}.key").read_bytes())
        place = f"{SCHEME}|{owner}|{sealed['field']}|{sealed['id']}".encode()
        return self.open(key, place, base64.b64decode(sealed["box"])).rstrip(b"\0").removesuffix(b"\x80").decode()


# ---- calm: what differs between two runs of one story, and may, becomes the same ----
def calm_json(value, key=""):
    """Times, seeds and ciphertext. Of a ciphertext its length stays, of a time whether there is one."""
    if isinstance(value, dict):
        return {name: calm_json(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [calm_json(one, key) for one in value]
    if key.endswith("_ms"):
        return "time" if value else value
    if key in ("box", "seed"):
        return f"{key} of {len(value)}"
    return calm_text(value) if isinstance(value, str) else value


def calm_text(text):
    text = re.sub(r"\bimport-[0-9a-f]{16}\b", "import-ID", text)
    text = re.sub(r"/\S*?/mentord-[^/\s\"]+/", "FOLDER/", text)
    return re.sub(r"\b[12]\d{12}\b", "TIME", text)


def calm_stored(text):
    return json.dumps(calm_json(json.loads(text)), sort_keys=True, ensure_ascii=False) if text.startswith("{") else calm_text(text)


LOG_CALM = [(r"^\d{4}-\d\d-\d\dT[\d:.]+Z ", ""), (r"^\d+:(\S+) \d+ \w+ \d+ [\d:.]+", r"\1"), (r"^\d+:signal-handler \(\d+\)", "signal-handler"),
            (r"\bpid=\d+", "pid=N"), (r"\bport=\d\d+", "port=N"), (r"\bfence=\S+", "fence=N"), (r"\bseq=\d+", "seq=N"),
            (r"\bwait_ms=\d+", "wait_ms=N"), (r"(?<=127\.0\.0\.1:)\d+", "PORT")]


def calm_log(data):
    """Lines by process, each in its own order: processes may overtake each other."""
    found = {}
    for line in data.decode().splitlines():
        for pattern, to in LOG_CALM:
            line = re.sub(pattern, to, line)
        who = line.split()[1] if re.match(r"(INFO|WARN|ERROR) ", line) else "others"
        found.setdefault(who, []).append(calm_text(line))
    return {who: "\n".join(lines) for who, lines in found.items()}


def calm_history(commands):
    """Everything that was ever written, by key and field, in order. The lease and the counting of turns are clockwork."""
    found = {}

    def add(*place_and_what):
        *place, what = (calm_text(one) for one in place_and_what)
        found.setdefault(" ".join(place), []).append(what)
    for command in commands:
        name, *words = [word.decode(errors="surrogateescape") for word in command]
        key = words[0].replace(f"m:{{{SCHEME}}}:", "") if words else ""
        if name in ("SELECT", "MULTI", "EXEC", "PEXPIREAT") or key == "lease":
            continue
        if name == "HSET":
            for field, value in zip(words[1::2], words[2::2]):
                if key == "head" and field in ("seq", "now", "fence"):
                    continue
                add(key, field, re.sub(r"\bm\d+$", "mN", value) if key == "sent" else calm_stored(value))
        elif name == "HDEL":
            for field in words[1:]:
                add(key, field, "removed")
        elif name == "SADD":
            add("seen", "event")  # event ids hold the journal's own chance: counted, not compared
        elif name == "XADD":
            add(key, calm_stored(words[words.index("l") + 1]))  # an audit line; its id is a time
        elif name in ("RPUSH", "LPOP"):
            head, _, entry = words[1].partition("\n") if len(words) > 1 else ("", "", "")
            add(key, name, f"{head} {calm_stored(entry)}")
        elif name == "FUNCTION":
            add("function", "\n".join(words))
        else:
            raise AssertionError(f"the append-only file holds a command this test does not know: {name}")
    return {place: "\n".join(what) for place, what in found.items()}


def calm_files(demo):
    """Which files there are, with mode and size; the sizes of logs and of the append-only file follow from times. The health file
    is times and counts, and is rewritten meanwhile; a lock holds a process's number: their words are compared instead."""
    found = {}
    for path in sorted((demo.folder / "data").rglob("*")):
        name = str(path.relative_to(demo.folder / "data"))
        if name.startswith("web/") or path.is_socket():
            continue
        grows = name.endswith((".log", ".incr.aof"))
        size = "grows" if grows or path.is_dir() else path.stat().st_size
        if name == "health.json" or name.endswith("lock"):
            size = re.sub(r"\d+", "N", path.read_text())
        found[name] = f"{path.stat().st_mode:o} {size}"
    return found


def calm_run(demo, records, commands, running, tool):
    """{section: {place: text}}; `records`, `running` and `tool` were read while it ran."""
    read = lambda name: (demo.folder / name).read_bytes()
    logs = {}
    for name in ("data/mentord.log", "data/redis/redis.log", "up.err"):
        logs.update({f"{name} {who}": text for who, text in calm_log(read(name)).items()})
    stored = {calm_text(f"{kind} {one}"): calm_stored(json.dumps(record)) for kind, all_of in records.items() for one, record in all_of.items()}
    shown = {name: re.sub(r"\b\d{4,5}\b", "PORT", calm_text(data.decode().replace("\0", " "))) for name, data in running.items() if "cmdline" in name}
    return {"records": stored, "history": calm_history(commands), "logs": logs, "files": calm_files(demo),
            "processes": shown, "tool": {"import": calm_text(tool)}, "commands": {"commands.json": read("data/commands.json").decode()}}


def differences(one, other):
    """Places that are not the same: [(section, place, one's text, other's text)]."""
    found = []
    for section in one:
        for place in sorted(set(one[section]) | set(other[section])):
            a, b = one[section].get(place), other[section].get(place)
            if a != b:
                found.append((section, place, a, b))
    return found


def children_of(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def family(demo):
    return [demo.process.pid, *children_of(demo.process.pid)]


def own_environment(folder):
    """Temporary files of the whole family would land where we search."""
    os.makedirs(folder, exist_ok=True)
    return {"TMPDIR": str(folder)}
