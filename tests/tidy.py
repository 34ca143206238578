#!/usr/bin/python3
"""tidy.py: the measurable rules of the house: sizes, nesting, banned calls, who may include whom, READMEs that list every file.

An exception stands on the spot: a comment `tidy: <rule>: <reason>` in the line before, or in the file's first ten lines.
"""
import re
import subprocess
import sys
from pathlib import Path

FUNCTION_MAX, FILE_MAX, HEADER_MAX, NEST_MAX, LINE_MAX, TEST_LINE_MAX = 70, 600, 120, 4, 170, 220
BANNED = re.compile(r"(?<![\w.>])(strcpy|strcat|sprintf|strtok|atoi|localtime|time|rand|sleep|system)\s*\(")
# Who may include whom: the first row that fits a file counts. Prefixes of paths below the project.
BASE, MESSAGE, STATE = ("bot/base/",), ("bot/message.h",), ("state/",)
PURE_STATE = ("state/model.h", "state/txn.h", "state/records.h")
KIT = ("adapters/kit/",)
PURE = ("bot/turn.h", "bot/engine", "bot/cards.h", "bot/render", "bot/may_see.h", "bot/schedule.h", "bot/commands.h", "bot/command_parts.h",
        "bot/csv_write.h", "bot/date_read.h", "bot/export.h", "bot/people.h", "bot/reasons.h", "bot/sealing.h", "bot/standing.h", "bot/flows/", "bot/jobs/",
        "bot/match/", "bot/words/")
INCLUDES = [
    ("bot/base/", BASE),
    ("bot/message.", BASE + MESSAGE),
    ("state/", BASE + STATE),
    ("adapters/kit/", BASE + MESSAGE + KIT),
    ("adapters/", BASE + MESSAGE + KIT + ("adapters/{platform}/",)),
    ("bot/edge/", BASE + MESSAGE + PURE + PURE_STATE + ("bot/edge/", "state/store.h", "state/vault.h", "state/keystore.h", "state/secrecy.h",
                                                         "state/redis_private.h", "adapters/kit/link_", "adapters/kit/process.h")),
    ("bot/main/", BASE + ("bot/edge/",)),
    ("bot/", BASE + MESSAGE + PURE + PURE_STATE),
]
PLATFORM_WORDS = re.compile(r"\b(slack|teams|matrix|discord)\b", re.I)
STORE_WORDS = re.compile(r"\bredis\b|\bHSET\b|\bFCALL\b", re.I)

problems = []


def problem(path, line, rule, what):
    problems.append(f"{path}:{line}: {rule}: {what}")


def excused(lines, at, rule):
    near = lines[max(0, at - 2):at] + lines[:10]
    return any(f"tidy: {rule}" in line for line in near)


def without_noise(text):
    """Comments, strings and characters blanked, lines kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def check_first_line(path, lines):
    first = lines[0] if lines else ""
    if not first.startswith(f"/* {Path(path).name}: "):
        problem(path, 1, "first line", f'begins with "/* {Path(path).name}: …", a sentence that says what it is')


def check_sizes(path, lines):
    most = HEADER_MAX if path.endswith(".h") else FILE_MAX
    if len(lines) > most and not excused(lines, 0, "size"):
        problem(path, most, "size", f"{len(lines)} lines; at most {most}")
    longest = TEST_LINE_MAX if path.startswith("tests/") else LINE_MAX  # tests hold sentences and payloads whole
    for number, line in enumerate(lines, 1):
        if len(line) > longest and not excused(lines, number, "line"):
            problem(path, number, "line", f"{len(line)} characters; at most {longest}")


def functions(path):
    out = subprocess.run(["ctags", "-x", "--languages=C", "--kinds-C=f", "--fields=+ne", "--_xformat=%N %n %{end}", path],
                         capture_output=True, text=True, check=True).stdout
    for row in out.splitlines():
        name, start, end = row.rsplit(" ", 2)
        if end.isdigit():
            yield name, int(start), int(end)


def check_functions(path, lines, clean):
    for name, start, end in functions(path):
        if end - start + 1 > FUNCTION_MAX and not excused(lines, start, "function"):
            problem(path, start, "function", f"{name} has {end - start + 1} lines; at most {FUNCTION_MAX}")
        depth = worst = 0
        for line in clean[start - 1:end]:
            for char in line:
                depth += (char == "{") - (char == "}")
                worst = max(worst, depth)
        if worst > NEST_MAX and not excused(lines, start, "nesting"):
            problem(path, start, "nesting", f"{name} nests {worst - 1} deep; at most {NEST_MAX - 1}")


def check_words(path, lines, clean):
    for number, line in enumerate(clean, 1):
        match = BANNED.search(line)
        if match and not excused(lines, number, "banned"):
            problem(path, number, "banned", match.group(1))
    in_pure = path.startswith("bot/") and not path.startswith(("bot/edge/", "bot/main/"))
    for number, line in enumerate(lines, 1):
        if path.startswith("bot/") and PLATFORM_WORDS.search(line) and not excused(lines, number, "rooms"):
            problem(path, number, "rooms", "the bot names no platform")
        if (in_pure or path.startswith("adapters/")) and STORE_WORDS.search(line) and not excused(lines, number, "rooms"):
            problem(path, number, "rooms", "only state says what the store is")


def allowed_for(path):
    for prefix, allowed in INCLUDES:
        if path.startswith(prefix):
            platform = path.split("/")[1]
            return tuple(a.replace("{platform}", platform) for a in allowed)
    return ()


def check_includes(path, lines):
    allowed = allowed_for(path)
    own = path[:-1] + "h"
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if match and match.group(1) != own and not match.group(1).startswith(allowed):
            problem(path, number, "include", f"{match.group(1)} is not for this room")


def check_rows(files):
    """A row of a table that stands twice in one README: one of the two is looked after by nobody."""
    for readme in [f for f in files if f.endswith("README.md")]:
        names = {}
        for number, line in enumerate(Path(readme).read_text().splitlines(), 1):
            match = re.match(r"\| (`[^|]*\.(?:c|h|py|sh|lua)`) \|", line)
            first = names.setdefault(match.group(1), number) if match else number
            if first != number:
                problem(readme, number, "twice", f"{match.group(1)} stands in line {first} already")


def check_readmes(files):
    for readme in [f for f in files if f.endswith("README.md")]:
        folder = str(Path(readme).parent)
        if folder in (".", "deploy") or folder.startswith("tests"):
            continue
        text = Path(readme).read_text()
        inner = [f for f in files if f.startswith(folder + "/") and nearest_readme(f, files) == readme]
        for file in inner:
            name = Path(file).name
            stem = re.sub(r"\.(c|h)$", "", name)
            if file != readme and name not in text and not re.search(rf"\b{re.escape(stem)}\.(c|h|\[ch\]|\{{)", text):
                problem(readme, 1, "unlisted", f"does not name {file}")


def nearest_readme(file, files):
    folder = Path(file).parent
    while True:
        candidate = str(folder / "README.md")
        if candidate in files or str(folder) == ".":
            return candidate
        folder = folder.parent


def check_mirror(files):
    homes = {Path(f).stem for f in files if f.endswith((".c", ".h")) and not f.startswith("tests/")}
    for file in files:
        name = Path(file).stem
        if not file.startswith("tests/unit/") or not name.startswith("test_") or not file.endswith(".c"):
            continue
        lines = Path(file).read_text().splitlines()
        if name[5:] not in homes and not excused(lines, 0, "mirror"):
            problem(file, 1, "mirror", f"no file is called {name[5:]}")


def main():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True).stdout
    files = [f for f in listed.splitlines() if Path(f).is_file()]
    sources = [f for f in files if f.endswith((".c", ".h"))]
    for path in sources:
        text = Path(path).read_text()
        lines, clean = text.splitlines(), without_noise(text).splitlines()
        check_first_line(path, lines)
        check_sizes(path, lines)
        if path.endswith(".c"):
            check_functions(path, lines, clean)
        if not path.startswith("tests/"):
            check_words(path, lines, clean)
            check_includes(path, lines)
    check_readmes(files)
    check_rows(files)
    check_mirror(files)
    for line in problems:
        print(line)
    print(f"tidy: {len(sources)} C files, {len(problems)} problems")
    return 1 if problems or len(sources) < 50 else 0


sys.exit(main())
