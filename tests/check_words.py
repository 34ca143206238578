#!/usr/bin/python3
"""check_words.py: code and catalogue agree, and every sentence can be read at the age of twelve.

`check_words.py` first plants one fault for each check and wants to see it found, then checks bot/words/en.json against
the C sources of bot/. `check_words.py --ages` also prints the hardest and longest sentences. Exit 1 with key and figure.

What is checked:
- every W("key") of the code is in the catalogue, every key of the catalogue is used or composed (COMPOSED below), and every
  default question has its sentence, its reason, its options and its names in the review;
- every parameter a sentence names is a standard one, or stands as "name" in a file that uses the key;
- a message has at most 60 words; so have the messages of several lines listed in TOGETHER;
- reading age at most 12: Flesch-Kincaid grade + 5, so a grade of at most 7, over each message, the worst of its plural forms;
  a line of facts with fewer than 3 words of ours ("{name}: {labels}") has no reading age;
- a label (a button, a word that is put into a sentence) has at most 8 words, none longer than 4 syllables, no apostrophe in
  buttons and options (people type them, and keyboards know only the straight one);
- no exclamation mark, no "invalid", and no mentor, mentee, programme where the scheme's own word belongs.

Syllables are counted as runs of vowels (y among them), minus a silent e at the end ("like", "lines", "asked" but not
"table", "needed", "places"), plus one for io/ia/eo/ua that are spoken apart, never less than one; EXCEPTIONS holds the words of
the catalogue for which that is wrong. A parameter counts as one word of two syllables, a # as one of one. Names given as an
example (NAMES) do not count."""
import functools
import glob
import itertools
import json
import os
import re
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CATALOGUE = os.path.join(ROOT, "bot/words/en.json")
WORDS_MAX, GRADE_MAX, GRADE_TO_AGE, LABEL_WORDS_MAX, LABEL_SYLLABLES_MAX, OWN_WORDS_MIN = 60, 7.0, 5, 8, 4, 3

STANDARD = {"me", "mentee", "mentor", "programme", "scheme", "managers", "contact", "contact_how", "emergency"}
# What words.c itself gives to the sentences that dates are made of.
DATE_PARTS = {"weekday", "day", "month", "year", "clock"}
QUESTIONS_FILE = "bot/jobs/questions.c"  # the default questions: ids and options
QUESTION = "[a-z_]+"  # must be one of these ids
GRID = [f"{day}_{part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("morning", "lunch", "afternoon")]
# Keys put together at run time: (what they look like, the file that does it, what must stand there).
COMPOSED = [
    (r"intake\.[a-z_]+\.next", "bot/flows/intake.c", '"%s.next"'),
    (rf"intake\.({QUESTION})(\.mentor)?", "bot/flows/intake_questions.c", '"%s.mentor"'),
    (rf"option\.({QUESTION})\.[a-z_0-9]+", "bot/flows/intake_questions.c", '"option.%s.%s"'),
    (rf"why\.({QUESTION})", "bot/flows/intake_questions.c", '"why.%s"'),
    (rf"review\.name\.({QUESTION})", "bot/flows/intake_questions.c", '"review.name.%s"'),
    (rf"review\.change\.({QUESTION})", "bot/flows/intake_questions.c", '"review.change.%s"'),
    (r"due\.talk\.[a-z_]+", "bot/render.c", 'W("due.talk.")'),
    (r"date\.(?:day|time|short|full)", "bot/words/words.c", '"date.short"'),
    (r"reason\.[a-z_]+(?:\.mentor)?", "bot/reasons.c", 'W("reason")'),
    (r"fit\.[a-z_]+", "bot/reasons.c", 'W("fit")'),
    (r"snag\.[a-z_]+(?:\.mentor)?", "bot/reasons.c", 'W("snag")'),
]
PREFIXES = {"due.talk.", "reason", "snag", "fit"}  # W("…") that are only the beginning of a key
# Messages whose lines are always shown together, and so are read as one.
TOGETHER = [["intake.limits", "intake.limits.kept", "intake.limits.told", "intake.limits.platform"],
            ["privacy.text", "privacy.answers", "privacy.sealed", "privacy.partner", "privacy.line", "privacy.platform"]]
LABELS = re.compile(r".*\.(button|choice)\..*|(option|word|date|due|card|role|state|fit)\..*|people\.(apart|former|no_[a-z_]+|others|unnamed)"
                    r"|review\.(name|change)\..*|help\.(?!text$|in_talk$|line$|entry$).*")
TYPED = re.compile(r".*\.(button|choice)\..*|option\..*|review\.change\..*")
NAMES = {"Kim", "Brown"}
OWN_WORDS = re.compile(r"\b(mentor|mentee|mentoree|programme|program)s?\b", re.I)
EXCEPTIONS = {"someone": 2, "anyone": 3, "everyone": 3, "something": 2, "sometimes": 2, "somewhere": 2, "lunchtime": 2, "time": 1,
              "questions": 2, "question": 2, "organisation": 5, "video": 3, "business": 2, "people": 2, "trouble": 2, "being": 2,
              "experience": 4, "nothing": 2, "idea": 3, "area": 3, "quiet": 2, "real": 1, "science": 2, "diary": 3, "trial": 2,
              "maybe": 2, "useful": 2, "names": 1, "homes": 1, "safely": 2, "lately": 2, "likely": 2, "goodbye": 2, "before": 2,
              "else": 1, "therefore": 2, "whereas": 2, "careful": 2, "hopeful": 2, "doing": 2, "going": 2, "seeing": 2, "saying": 2,
              "trying": 2, "enjoying": 3, "agreeing": 3, "react": 2, "create": 2, "previous": 3, "various": 3, "moved": 1,
              "placement": 2, "statement": 2, "agreement": 3, "involved": 2, "rhythm": 2, "hour": 1, "hours": 1, "wednesday": 2}

# ---- sentences ----


def skip_parameter(text, at):
    """The index behind the parameter that begins at text[at] == '{'."""
    depth = 0
    for i in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    raise ValueError("braces do not pair")


def branches(body):
    """The sentences inside "one{…} other{…}"."""
    found, at = [], 0
    while True:
        at = body.find("{", at)
        if at < 0:
            return found
        end = skip_parameter(body, at)
        found.append(body[at + 1:end - 1])
        at = end


def variants(text):
    """Every way a sentence can come out, parameters as "{}"."""
    parts, at = [], 0
    while at < len(text):
        if text[at] != "{":
            end = text.find("{", at)
            end = len(text) if end < 0 else end
            parts.append([text[at:end]])
        else:
            end = skip_parameter(text, at)
            fields = text[at + 1:end - 1].split(",", 2)
            parts.append(["{}"] if len(fields) < 3 else [v for b in branches(fields[2]) for v in variants(b)])
        at = end
    return ["".join(one) for one in itertools.product(*parts)]


def parameters(text):
    """Names in braces; the sentences inside choices are looked through too."""
    names, at = set(), text.find("{")
    while at >= 0:
        end = skip_parameter(text, at)
        fields = text[at + 1:end - 1].split(",", 2)
        names.add(fields[0].strip())
        for inner in branches(fields[2]) if len(fields) == 3 else []:
            names |= parameters(inner)
        at = text.find("{", end)
    return names


# ---- figures ----


def syllables(word):
    word = word.lower().replace("’", "'")
    for ending in ("'s", "'ll", "'m", "'re", "'ve", "'d", "n't"):
        if word.endswith(ending) and word != ending:
            word = word[:-len(ending)]
    word = re.sub(r"[^a-z]", "", word)
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    count = len(re.findall(r"[aeiouy]+", word))
    count += len(re.findall(r"(?<![cgstx])i[ao](?!us)|eo(?!p)|(?<![gq])ua", word))  # "di-al", "usu-al"; not "action", "people", "equal"
    silent_e = word.endswith("e") and not word.endswith(("le", "ee", "ye", "oe"))
    silent_e |= re.search(r"[aeiouy]le$", word) is not None  # "while", not "table"
    silent_es = re.search(r"[^aeiou]es$", word) is not None and re.search(r"(s|x|z|ch|sh|c|g)es$", word) is None
    silent_ed = re.search(r"[^aeioutd]ed$", word) is not None
    if count > 1 and (silent_e or silent_es or silent_ed):
        count -= 1
    return max(count, 1)


def counted_words(text):
    words = [w for w in re.split(r"[\s]+", text.replace("–", " ")) if re.search(r"[\w{}#]", w)]
    return [w for w in words if re.sub(r"\W", "", w) not in NAMES or "{" in w]


def word_syllables(word):
    if "{" in word:
        return 2
    return 1 if "#" in word else syllables(word)


def grade(text):
    words = counted_words(text)
    sentences = max(1, len([s for s in re.split(r"[.?:](?:\s|$)", text) if re.search(r"[\w{}#]", s)]))
    if sum("{" not in word for word in words) < OWN_WORDS_MIN:
        return 0.0
    return 0.39 * len(words) / sentences + 11.8 * sum(map(word_syllables, words)) / len(words) - 15.59


def worst(text, figure):
    return max(figure(v) for v in variants(text))


# ---- checks: each yields (key, what is wrong) ----


def check_label(key, text):
    for variant in variants(text):
        words = counted_words(variant)
        if len(words) > LABEL_WORDS_MAX:
            yield key, f"a label of {len(words)} words, at most {LABEL_WORDS_MAX}"
        for word in words:
            if word_syllables(word) > LABEL_SYLLABLES_MAX:
                yield key, f"{word!r} in a label has {word_syllables(word)} syllables, at most {LABEL_SYLLABLES_MAX}"
    if TYPED.fullmatch(key) and re.search("['’]", text):
        yield key, "an apostrophe in what people type"


def check_message(key, text):
    words = worst(text, lambda v: len(counted_words(v)))
    if words > WORDS_MAX:
        yield key, f"{words} words, at most {WORDS_MAX}"
    age = worst(text, grade) + GRADE_TO_AGE
    if age > GRADE_MAX + GRADE_TO_AGE:
        yield key, f"reading age {age:.1f}, at most {GRADE_MAX + GRADE_TO_AGE:.0f}"


def check_sentences(catalogue):
    for key, text in catalogue.items():
        yield from check_label(key, text) if LABELS.fullmatch(key) else check_message(key, text)
        if "!" in text:
            yield key, "an exclamation mark"
        if "invalid" in text.lower():
            yield key, "says \"invalid\""
        own = OWN_WORDS.search(re.sub(r"\{[a-z_]+\}", "", text))
        if own and not key.startswith("word."):
            yield key, f"says {own.group()!r} where {{{own.group().lower().rstrip('s')}}} belongs"


def check_together(catalogue):
    for keys in TOGETHER:
        words = sum(worst(catalogue[k], lambda v: len(counted_words(v))) for k in keys if k in catalogue)
        if words > WORDS_MAX:
            yield keys[0], f"{words} words with its lines, at most {WORDS_MAX}"


def users(code, key):
    """The files a key is said in: by its own W(), or by what composes it."""
    files = [path for path, text in code.items() if f'W("{key}")' in text]
    for pattern, path, mark in COMPOSED:
        match = re.fullmatch(pattern, key)
        asked = match and (not match.groups() or match.group(1) in questions_of(code))
        if asked and mark in code.get(path, ""):
            files.append(path)
    return files


@functools.lru_cache(maxsize=None)
def read_questions(text):
    for name, values in re.findall(r"#define (\w+) (\".*)", text):
        text = re.sub(rf"\{{{name}\}}", "{" + values.replace("\\", r"\\") + "}", text)
    found = {}
    for question, kind, options in re.findall(r'\{"(\w+)", QUESTION_(\w+), [^{]*\{([^}]*)\}\}', text):
        found[question] = (kind, GRID if kind == "GRID" else ["yes", "no"] if kind == "CONSENT" else re.findall(r'"(\w+)"', options))
    return found


def questions_of(code):
    """The default questions: {"topics": ("SEVERAL", ["communication", …]), …}."""
    return read_questions(code.get(QUESTIONS_FILE, ""))


def check_questions(catalogue, code):
    for question, (kind, options) in questions_of(code).items():
        keys = [f"intake.{question}", f"why.{question}"] + [f"option.{question}.{value}" for value in options]
        if kind != "CONSENT":
            keys += [f"review.name.{question}", f"review.change.{question}"]
        for key in keys:
            if key not in catalogue:
                yield key, f"the default question {question!r} needs it"


def check_keys(catalogue, code):
    for path, text in code.items():
        for key in re.findall(r'\bW\("([^"]*)"\)', text):
            if key not in catalogue and key not in PREFIXES:
                yield key, f"{path} says it, the catalogue does not have it"
    for key in catalogue:
        if not users(code, key):
            yield key, "nobody says it"


def check_parameters(catalogue, code):
    for key, text in catalogue.items():
        given = STANDARD | (DATE_PARTS if key.startswith("date.") else set())
        for name in sorted(parameters(text) - given):
            if not any(f'"{name}"' in code[path] for path in users(code, key)):
                yield key, f"{{{name}}} is no standard parameter, and no file that says this gives it"


def problems(catalogue, code):
    found = list(check_keys(catalogue, code)) + list(check_questions(catalogue, code)) + list(check_parameters(catalogue, code))
    return found + list(check_sentences(catalogue)) + list(check_together(catalogue))


# ---- the checks themselves are checked ----
LONG = "I like my cat. " * 16
PLANTED = [
    ("a W() without a sentence", {}, {"bot/x.c": 'W("x.gone")'}, "x.gone", "does not have it"),
    ("a sentence nobody says", {"x.unused": "Yes."}, {}, "x.unused", "nobody says it"),
    ("a composed key of no question", {"option.shoes.red": "Red"}, {"bot/flows/intake_questions.c": '"option.%s.%s"'}, "option.shoes.red", "nobody says it"),
    ("an option without a sentence", {}, {QUESTIONS_FILE: '{"hat", QUESTION_CHOICE, "all", 0, 0, true, false, {"red"}}'}, "option.hat.red", "needs it"),
    ("an option in a macro", {}, {QUESTIONS_FILE: '#define W2 "red"\n{"hat", QUESTION_CHOICE, "all", 0, {W2}}'}, "option.hat.red", "needs it"),
    ("a parameter nobody gives", {"x.a": "To {whom}?"}, {"bot/x.c": 'W("x.a")'}, "x.a", "{whom}"),
    ("a parameter nobody gives, in a choice", {"x.a": "{me, select, a{To {whom}} other{x}}"}, {"bot/x.c": 'W("x.a")'}, "x.a", "{whom}"),
    ("a hard sentence", {"x.a": "Participants unanimously appreciated organisational confidentiality considerations."}, {"bot/x.c": 'W("x.a")'},
     "x.a", "reading age"),
    ("a hard plural form", {"x.a": "{me, plural, one{It is a cat.} other{Considerable organisational opportunities materialised.}}"},
     {"bot/x.c": 'W("x.a")'}, "x.a", "reading age"),
    ("one endless sentence", {"x.a": "I saw a dog and " * 10 + "that was it."}, {"bot/x.c": 'W("x.a")'}, "x.a", "reading age"),
    ("too many words", {"x.a": LONG}, {"bot/x.c": 'W("x.a")'}, "x.a", "words, at most 60"),
    ("too many words together", {k: "I like my cat. " * 4 for k in TOGETHER[0]}, {}, TOGETHER[0][0], "with its lines"),
    ("an exclamation mark", {"x.a": "Well done!"}, {"bot/x.c": 'W("x.a")'}, "x.a", "exclamation"),
    ("the word invalid", {"x.a": "That is invalid."}, {"bot/x.c": 'W("x.a")'}, "x.a", "invalid"),
    ("a literal mentor", {"x.a": "Your mentor is in."}, {"bot/x.c": 'W("x.a")'}, "x.a", "'mentor'"),
    ("a long label", {"x.button.a": "I " * 9}, {"bot/x.c": 'W("x.button.a")'}, "x.button.a", "a label of 9"),
    ("a hard label", {"x.button.a": "Organisation"}, {"bot/x.c": 'W("x.button.a")'}, "x.button.a", "syllables"),
    ("an apostrophe on a button", {"x.button.a": "I don't"}, {"bot/x.c": 'W("x.button.a")'}, "x.button.a", "apostrophe"),
]
COUNTED = {"mentoring": 3, "someone": 2, "asked": 1, "needed": 2, "places": 2, "table": 2, "while": 1, "like": 1, "lines": 1,
           "suggest": 2, "communication": 5, "I'll": 1, "danger": 2, "wednesday": 2, "idea": 3, "stories": 2, "different": 3,
           "reading": 2, "agree": 2, "people": 2, "usually": 4, "manager": 3, "answered": 2, "closed": 1, "changes": 2}
GOOD = {"x.a": "I like my cat. {who} likes it too.", "x.button.a": "Yes", "date.day": "{weekday}", "intake.hat": "Hat?", "why.hat": "So.",
        "review.name.hat": "Hat", "review.change.hat": "Change hat", "option.hat.red": "Red"}
GOOD_CODE = {"bot/x.c": 'W("x.a") W("x.button.a") "who"', "bot/words/words.c": '"date.short"',
             QUESTIONS_FILE: '{"hat", QUESTION_CHOICE, "all", 0, 0, true, false, {"red"}}',
             "bot/flows/intake_questions.c": '"%s.mentor" "option.%s.%s" "why.%s" "review.name.%s" "review.change.%s"'}


def self_test():
    missed = [f"counted {syllables(word)} syllables in {word!r}, not {count}" for word, count in COUNTED.items() if syllables(word) != count]
    if problems(GOOD, GOOD_CODE):
        missed.append(f"a good catalogue is refused: {problems(GOOD, GOOD_CODE)}")
    for what, catalogue, code, key, words in PLANTED:
        if not any(k == key and words in why for k, why in problems(catalogue, code)):
            missed.append(f"planted and not found: {what}")
    for line in missed:
        print("check_words:", line)
    return not missed


# ---- the real thing ----


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"twice in the catalogue: {sorted(k for k in set(keys) if keys.count(k) > 1)}")
    if keys != sorted(keys):
        raise ValueError(f"not in order: {next(b for a, b in zip(keys, keys[1:]) if b < a)}")
    return dict(pairs)


def read_code():
    code = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "bot/**/*.[ch]"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            code[os.path.relpath(path, ROOT)] = file.read()
    return code


def print_ages(catalogue):
    messages = {k: t for k, t in catalogue.items() if not LABELS.fullmatch(k)}
    for key in sorted(messages, key=lambda k: -worst(messages[k], grade))[:12]:
        print(f"  age {worst(messages[key], grade) + GRADE_TO_AGE:4.1f}  {key}: {messages[key]}")
    for key in sorted(messages, key=lambda k: -len(counted_words(messages[k])))[:5]:
        print(f"  {len(counted_words(messages[key])):3} words  {key}")


def main():
    if not self_test():
        return 1
    with open(CATALOGUE, encoding="utf-8") as file:
        catalogue = json.load(file, object_pairs_hook=unique)
    code = read_code()
    found = problems(catalogue, code)
    for key, why in sorted(set(found)):
        print(f"check_words: {key}: {why}")
    messages = [t for k, t in catalogue.items() if not LABELS.fullmatch(k)]
    ages = sorted(worst(t, grade) + GRADE_TO_AGE for t in messages)
    if "--ages" in sys.argv:
        print_ages(catalogue)
    print(f"check_words: {len(catalogue)} keys, {len(messages)} of them messages; reading age median {ages[len(ages) // 2]:.1f}, "
          f"highest {ages[-1]:.1f} (12 is the limit); longest {max(worst(t, lambda v: len(counted_words(v))) for t in messages)} words; "
          f"{len(PLANTED)} planted faults found; {len(set(found))} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
