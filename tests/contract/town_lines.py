"""town_lines.py: the lines of the link as town_crier.py reads them: what is refused, and with which code. Written from adapters/PROTOCOL.md alone."""
import base64
import binascii
import json
import re

ID_BYTES, NAME_BYTES, WORD_BYTES, DEPTH = 512, 1024, 32768, 16
TIME_MAX, FILE_BYTES, PIECE_BYTES, PIECE_CHARS = 253402300799999, 2**22, 32768, 43692
FROM_BOT = ("hello", "ack", "action", "got", "ask", "keep_is", "kept", "credit", "blob_is", "bye", "clock")
FROM_ADAPTER = ("event", "done", "keep_get", "keep", "blob_get", "notice")
KINDS = {"send": ("to", "card"), "edit": ("message", "card"), "delete": ("message",), "upload": ("to", "file")}


class Refused(Exception):
    """The connection ends with this code."""

    def __init__(self, code, why):
        super().__init__(why)
        self.code, self.why = code, why


def must(good, why, code=4002):
    if not good:
        raise Refused(code, why)


def no_key_twice(pairs):
    found = dict(pairs)
    must(len(found) == len(pairs), "a key twice")
    return {key: value for key, value in found.items() if value is not None}  # null is as if it were not there


def no_such_number(word):
    raise Refused(4002, f"{word} is no number")


def check_texts(value, depth=1):
    """Nesting, escaped NULs and lone surrogates, wherever they stand."""
    must(depth <= DEPTH or not isinstance(value, (dict, list)), "nested too deep")
    if isinstance(value, str):
        must("\0" not in value and not re.search("[\ud800-\udfff]", value), "a NUL or half a character")
    for part in (list(value) + list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()):
        check_texts(part, depth + 1)


def read_line(text):
    try:
        line = json.loads(text, object_pairs_hook=no_key_twice, parse_constant=no_such_number)
    except (ValueError, RecursionError):
        raise Refused(4002, "no JSON") from None
    must(isinstance(line, dict), "no object")
    check_texts(line)
    must(line.get("t") in FROM_BOT + FROM_ADAPTER, "an unknown t")
    return line


def is_text(value, most):
    return isinstance(value, str) and len(value.encode()) <= most


def is_id(value):
    return is_text(value, ID_BYTES) and value != "" and not re.search("[\0-\x1f\x7f]", value)


def is_whole(value, least, most):
    return type(value) is int and least <= value <= most


def need(line, name, good):
    must(name in line and good(line[name]), f"{line['t']}.{name} is missing or out of bounds")
    return line[name]


def may(line, name, good):
    must(name not in line or good(line[name]), f"{line['t']}.{name} is out of bounds")
    return line.get(name)


def is_fence(value):
    return isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,15}", value)


def fence_of(text):
    return tuple(int(number) for number in text.split("."))


def check_hello(line):
    must(is_whole(line.get("v"), 0, 10**6), "hello.v is missing")
    must(line["v"] == 1, "this adapter speaks version 1", 4000)
    need(line, "bot", is_id)
    need(line, "credits", lambda value: is_whole(value, 0, 65536))
    may(line, "token", lambda value: is_text(value, NAME_BYTES))
    for one in need(line, "serves", lambda value: isinstance(value, list)):
        must(isinstance(one, dict) and is_id(one.get("workspace")) and is_fence(one.get("fence")), "hello.serves: a workspace and its fence")


def check_file(file):
    must(all(is_id(file.get(name)) for name in ("blob", "name", "type")), "action.file: its blob, name or type is missing or too long")
    must(is_whole(file.get("bytes"), 1, FILE_BYTES), "action.file.bytes is missing or out of bounds")


def piece_of(line):
    """The bytes that a blob_is brings; None when the bot has none."""
    need(line, "id", is_id)
    need(line, "workspace", is_id)
    need(line, "from", lambda value: is_whole(value, 0, FILE_BYTES - 1))
    if "data" not in line:
        return None
    try:
        return base64.b64decode(need(line, "data", lambda value: is_text(value, PIECE_CHARS)), validate=True)
    except binascii.Error:
        raise Refused(4002, "blob_is.data is no base64") from None


def check_action(line):
    """Only of a kind that is known; of the others nothing else is looked at."""
    may(line, "until", lambda value: is_whole(value, 0, TIME_MAX))
    may(line, "only", is_id)
    kind = KINDS[line["kind"]]
    if "to" in kind:
        to = need(line, "to", lambda value: isinstance(value, dict))
        must(any(is_id(to.get(name)) for name in ("person", "room")), "action.to names nobody")
    if "message" in kind:
        need(line, "message", is_id)
    if "file" in kind:
        check_file(need(line, "file", lambda value: isinstance(value, dict)))
    if "card" in kind or "card" in line:
        card = need(line, "card", lambda value: isinstance(value, dict))
        must(is_text(card.get("plain"), WORD_BYTES), "action.card.plain is missing or too long")


def cut(text, most):
    """Words and names are cut at a whole character."""
    return text.encode()[:most].decode(errors="ignore")
