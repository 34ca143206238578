"""privacy.py: what no log may hold, asked at the end of every run on the simulated Slack, however wild the run was.

Secrets are what the simulator itself handed out: tokens, tickets of sockets, triggers, response_urls, addresses for uploads. Words are what people
wrote, filled in and were shown, their names and addresses of mail. There is one log and it has no levels: all that can be said is said in it."""
import json

WRITTEN_CHARS_MIN, SHOWN_CHARS_MIN = 12, 20  # what is shorter may stand in a log by chance: "status"
NAMED = ("xoxb-…", "xapp-…")  # which of the two to mend, as the operator is told; no token
SAYING = ("say", "run", "submit", "suggest", "crowd", "event")


def texts_in(tree):
    """Every text anywhere in it."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, (dict, list)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from texts_in(part)


class Heard:
    """What tests let people say, in the simulator's verbs."""

    def __init__(self):
        self.words, self.between = set(), set()

    def note(self, verb, wish):
        """What people say to each other, in rooms and without a word to the bot, is none of the bot's business."""
        if verb == "say" and wish.get("where", "dm") != "dm" and "@mentor" not in wish.get("text", "") and len(wish.get("text", "")) >= SHOWN_CHARS_MIN:
            self.between.add(wish["text"])
        if verb in SAYING:
            said = [wish.get(key) for key in ("text", "values", "value")] + [(wish.get("event") or {}).get("text")]
            self.words.update(text for text in texts_in(said) if len(text) >= WRITTEN_CHARS_MIN)


def kept_secret(slack):
    """Kind -> what nobody may read, in a log or where the bot keeps things."""
    found = slack.say("secrets")["secrets"]
    return {**found, "their kinds": ["xoxb-sim", "xapp-1", "ticket=", "/respond/", "/upload/", "response_url", "trigger_id"]}


def private_words(slack):
    """Kind -> what nobody may read in a log."""
    shown = {line.strip() for call in slack.calls() for text in texts_in([(call.get("args") or {}).get(key) for key in ("text", "blocks", "view")] + [call.get("body")])
             for line in text.splitlines()}
    people = [one for one in slack.say("people")["people"] if not one["is_bot"]]
    names = {text for one in people for text in (one["real_name"], one["profile"].get("email", "")) if " " in text or "@" in text}
    return {"written": slack.heard.words, "shown": {line for line in shown if len(line) >= SHOWN_CHARS_MIN and " " in line}, "names": names}


def leaks(sinks, kinds):
    """[(sink, kind, the beginning of it)]: enough to find the place, too little to be a leak itself."""
    for name in NAMED:
        sinks = {sink: text.replace(name, "") for sink, text in sinks.items()}
    return [(sink, kind, one[:6]) for sink, text in sinks.items() for kind, ones in kinds.items() for one in ones if one in text]


def sinks_of(harbour):
    logs = {path.name: path.read_text(errors="replace") for path in harbour.folder.glob("*.log")}
    if harbour.bot:
        logs |= {f"the bot's {path.name}": path.read_text(errors="replace") for path in harbour.bot.folder.rglob("*") if path.is_file() and path.suffix in (".log", ".err")}
    return logs


def kept_by_bot(harbour):
    """All that the bot has on its disk: a secret of Slack's in it, or what people said to each other, came over the link."""
    folder = harbour.bot.folder if harbour.bot else harbour.folder / "nothing"
    return {f"the bot's {path.relative_to(folder)}": path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()}


def look(harbour):
    """What was found, and in words how much was looked for. A search that would not find it is found too."""
    secrets, words, logs = kept_secret(harbour.slack), private_words(harbour.slack), sinks_of(harbour)
    words["said to each other"] = harbour.slack.heard.between
    not_kept = {kind: ones for kind, ones in secrets.items() if kind != "their kinds"} | {"said to each other": harbour.slack.heard.between}
    found = leaks(logs, {**secrets, **words}) + leaks(kept_by_bot(harbour), not_kept)
    for kind, ones in {**secrets, **words}.items():
        planted = {"a planted one": "".join(logs.values()) + max(ones, default="")}
        if ones and not leaks(planted, {kind: ones}):
            found.append(("a planted one", kind, "was not found"))
    counts = ", ".join(f"{len(ones)} {kind}" for kind, ones in {**secrets, **words}.items() if ones)
    return found, f"{sum(map(len, logs.values()))} bytes of {len(logs)} logs hold none of {counts}"
