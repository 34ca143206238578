"""phrases.py: which sentence of the catalogue somebody reads: words on a screen back to keys of bot/words/en.json."""
import json
import re

from demo import ROOT

NO_MESSAGE = re.compile(r"\.button\.|\.choice\b|^card\.|\.option\.")


def end_of(text, at):
    """The place behind the brace that closes the one before `at`."""
    depth = 1
    while depth > 0:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def pattern_of(text):
    """A sentence with places and choices in it, as a regular expression for what it may become."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "'" and text[at + 1:at + 2] == "'":
            out.append("'")
            at += 2
        elif text[at] == "#":
            out.append(r"[\d,]+")
            at += 1
        elif text[at] == "{":
            end = end_of(text, at + 1)
            out.append(choice_of(text[at + 1:end - 1]))
            at = end
        else:
            out.append(r"\s+" if text[at].isspace() else re.escape(text[at]))
            at += 1
    return "".join(out)


def choice_of(inner):
    """{count, plural, one{…} other{…}}: any of them; {name}: anything."""
    if not re.match(r"\w+,\s*(plural|select)", inner):
        return ".+?"
    branches, at = [], 0
    while (opening := inner.find("{", at)) >= 0:
        at = end_of(inner, opening + 1)
        branches.append(pattern_of(inner[opening + 1:at - 1]))
    return f"(?:{'|'.join(branches)})"


class Phrases:
    def __init__(self):
        words = json.loads((ROOT / "bot/words/en.json").read_text())
        # A sentence fills whole lines; one that is only a place in braces would fit anything.
        self.patterns = {key: re.compile(rf"^{pattern_of(text)}\s*$", re.M | re.S) for key, text in words.items()
                         if not NO_MESSAGE.search(key) and re.search(r"\w{2}", re.sub(r"\{\w+\}", "", text))}
        self.known = {}

    def find(self, shown):
        plain = shown.replace("’", "'")  # as it is set for people
        return [key for key, pattern in self.patterns.items() if pattern.search(plain)]

    def keys_of(self, shown, ephemeral):
        """All that fit; what only one person was shown beside an acknowledgement has no key of its own."""
        if shown not in self.known:
            self.known[shown] = self.find(shown)
        return [*self.known[shown], *(["reply"] if ephemeral else [])]
