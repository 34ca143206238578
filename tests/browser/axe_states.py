#!/usr/bin/python3
"""axe_states.py: axe-core over every state of the page, wide and narrow, light and dark, against fake_web.py.

axe-core comes from npm into the build folder. A planted fault must give exactly one finding, or nothing here is worth
anything. Every state is also looked at for a sideways scroll bar and for words on the console. `axe_states.py NAME` runs
the states whose name contains NAME."""
import collections
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the tree stays as it was

from browser import NARROW, WIDE, Browser
from fake_web import CARDS, FILE, RING, START_MS, FakeWeb

AXE = "axe-core@4.14.1"
FOLDER = os.path.join(os.path.abspath(os.environ.get("BUILD", "build")), "peers", "axe")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: "tag", values: arguments[0]}, resultTypes: ["violations", "incomplete"]}).then((result) => {
  const flat = (list) => list.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "), (node.failureSummary || "").replaceAll("\\n", " ")]));
  done([flat(result.violations), flat(result.incomplete)]);
});"""
STATES = {}  # name → (sizes, function)


def state(name, sizes=(WIDE, NARROW)):
    return lambda function: STATES.setdefault(name, (sizes, function))


class Page:
    """One fresh page on one fresh fake server's data."""

    def __init__(self, browser, fake, size, dark):
        self.browser, self.fake, self.narrow = browser, fake, size == NARROW
        browser.look(size, dark)
        browser.leave()
        fake.away(False)
        fake.reset()
        browser.open(f"{fake.url}#as=aisha")
        browser.sees("Aisha Khan")

    def click(self, selector):
        self.browser.wait(selector, lambda: self.browser.js("const all = document.querySelectorAll(arguments[0]); const one = all[all.length - 1]; one?.click(); return Boolean(one);", selector))

    def type(self, text, selector="#composer"):
        self.browser.js("const all = document.querySelectorAll(arguments[0]); all[all.length - 1].focus();", selector)
        self.browser.keys(text)

    def says(self, text):
        self.type(text)
        self.browser.keys("\n")

    def card(self, kind):
        self.says(kind)
        self.browser.sees(CARDS[kind]["text"].split("\n")[0])

    def room(self, name):
        if self.narrow:
            self.click("#drawer-open")
        self.click(f"[data-room='{name}']")


# ---- the states ----

@state("welcome")
def _(page): page.browser.sees("Shall we start?")

for _kind in RING[1:]:
    state(f"card {_kind}")(lambda page, kind=_kind: page.card(kind))

@state("every card closed, the last one open")
def _(page):
    for kind in RING:
        page.card(kind)
    for message in list(page.fake.messages["d:aisha"])[:-2]:
        if "card" in message:
            message["card"]["closed"] = True
            page.fake.push({"t": "message", "room": "d:aisha", "message": message})
    page.browser.sees("This question is closed.")

@state("more picked than allowed")
def _(page):
    page.card("select_many")
    page.browser.js("[...document.querySelectorAll('.check input')].slice(0, 4).forEach((box) => box.click());")
    page.browser.sees("Take one away first.")

@state("nothing filled in")
def _(page):
    page.card("text")
    page.click("[data-control=done]")
    page.browser.sees("Please write something first.")

@state("a day out of bounds")
def _(page):
    page.card("date")
    page.browser.js("const all = document.querySelectorAll('input[type=date]'); all[all.length - 1].value = '2027-04-01';")
    page.click("[data-control=done]")
    page.browser.sees("It can be any day from Monday 11 January 2027 to Friday 12 March 2027.")

@state("nothing chosen")
def _(page):
    page.card("select_one")
    page.click("[data-control=done]")
    page.browser.sees("Please choose one first.")

@state("person picker open")
def _(page):
    page.card("person")
    page.type("b", ".with-options input")
    page.browser.sees("Ben Okoro")

@state("person menu open")
def _(page):
    page.click("#person-button")
    page.browser.sees("Mei Chen")

@state("completion open")
def _(page):
    page.type("/m")
    page.browser.sees("/mentor match")

@state("drawer open", (NARROW,))
def _(page):
    page.click("#drawer-open")
    page.browser.sees("Aisha & Ben")

@state("clock and tools open", (NARROW,))
def _(page):
    page.click("#tools-toggle")
    page.browser.sees("+1 week")

@state("steps open", (NARROW,))
def _(page):
    page.click("#try-toggle")
    page.browser.sees("Let everyone else answer")

@state("every step unfolded")
def _(page):
    if page.narrow:
        page.click("#try-toggle")
    page.browser.js("document.querySelectorAll('.step:not(.next) summary').forEach((one) => one.click());")
    page.fake.push({"t": "checklist", "id": "join", "done": True})
    page.browser.sees("1 of 4")

@state("public room")
def _(page):
    page.room("c:everyone")
    page.browser.sees("The pilot starts today.")

@state("empty room")
def _(page):
    page.room("c:custody")
    page.browser.sees("Nothing has been said here yet.")

@state("private room, two days, only for me")
def _(page):
    page.room("p:aisha-ben")
    page.fake.push({"t": "message", "room": "p:aisha-ben", "message": page.fake.add("p:aisha-ben", "bot", card=CARDS["extras"], only="aisha")})
    page.browser.sees("Only you can see this.")

@state("files, with words and without, one with a long name")
def _(page):
    long = {**FILE, "name": "Donaudampfschifffahrtsgesellschaft-" * 4 + "people.csv", "bytes": 3500000}
    for words, file in (({"card": CARDS["none"]}, FILE), ({"text": ""}, {**FILE, "bytes": 812}), ({"text": "All of them."}, long)):
        page.fake.push({"t": "message", "room": "d:aisha", "message": page.fake.add("d:aisha", "bot", file=file, **words)})
    page.browser.sees("people-2027-01-11.csv, 812 bytes, download")
    page.browser.sees("3.3 MB, download")

@state("a file in plain text")
def _(page):
    page.click("#plain-toggle")
    page.fake.push({"t": "message", "room": "d:aisha", "message": page.fake.add("d:aisha", "bot", file=FILE, card=CARDS["none"])})
    page.browser.sees("people-2027-01-11.csv, 47 KB, download")

@state("reset dialog")
def _(page):
    page.click("#reset-button")
    page.browser.sees("Start the demo again?")

@state("plain text")
def _(page):
    page.click("#plain-toggle")
    page.browser.sees("1. Shall we start?")

@state("other theme by the button")
def _(page): page.click("#theme-toggle")

@state("connection lost, words and an answer kept")
def _(page):
    page.fake.away(True)
    page.browser.sees("The connection is lost.")
    page.click("[data-control='7.x.4.0']")
    page.says("Is anybody there?")
    page.browser.sees("Your answer is kept")

@state("never connected")
def _(page):
    page.fake.away(True)
    page.browser.open(page.fake.url)
    page.browser.sees("The connection is lost.")

@state("bot away")
def _(page):
    page.fake.push({"t": "link", "up": False})
    page.browser.sees("The bot is away")

@state("busy")
def _(page):
    if page.narrow:
        page.click("#try-toggle")
    page.fake.push({"t": "busy", "what": "everyone", "done": 12})
    page.browser.sees("12 answers so far")

@state("a toast and a refusal")
def _(page):
    page.fake.push({"t": "toast", "say": "That was answered already."})
    page.says("refuse me")
    page.browser.sees("Not sent.")

@state("new messages below")
def _(page):
    for kind in RING[1:5]:
        page.card(kind)
    page.browser.js("document.querySelector('#scroller').scrollTop = 0;")
    page.browser.wait("the scroll", lambda: page.browser.js("return new Promise((done) => requestAnimationFrame(() => done(true)));"))
    page.fake.push({"t": "message", "room": "d:aisha", "message": page.fake.add("d:aisha", "bot", text="One more thing.")})
    page.browser.sees("New messages below")

@state("long words, nothing due")
def _(page):
    page.fake.push({"t": "clock", "now": START_MS, "words": "Mon 11 Jan 2027, 10:00"})
    card = {**CARDS["facts"], "title": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", "lines": ["x" * 90, "https://example.org/" + "y" * 80]}
    page.fake.push({"t": "message", "room": "d:aisha", "message": page.fake.add("d:aisha", "bot", card=card)})
    page.browser.sees("Nothing is due." if not page.narrow else "Donaudampf")


# ---- looking ----

def install():
    file = os.path.join(FOLDER, "node_modules", "axe-core", "axe.min.js")
    if not os.path.exists(file):
        os.makedirs(FOLDER, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", FOLDER, AXE], check=True)
    with open(file, encoding="utf-8") as opened:
        return opened.read()


def look(browser, axe):
    """Findings and what axe could not decide, each (rule, element, what to do)."""
    browser.js(axe)
    found, unsure = browser.driver.execute_async_script(RUN_AXE, TAGS)
    over = browser.js("const root = document.scrollingElement; return root.scrollWidth - root.clientWidth;")
    if over > 0:
        found.append(["sideways scroll", "html", f"{over} px too wide"])
    for entry in browser.driver.get_log("browser"):
        if entry["level"] == "SEVERE" and "WebSocket" not in entry["message"]:
            found.append(["console", "page", entry["message"]])
    return found, unsure


def planted(browser, fake, axe):
    page = Page(browser, fake, WIDE, False)
    page.card("select_one")
    browser.js("document.querySelector('.field label').remove(); document.querySelector('.field select').removeAttribute('aria-describedby');")
    found, _ = look(browser, axe)
    print(f"planted fault (a select without its label and description): {len(found)} findings, {', '.join(rule for rule, _, _ in found)}")
    return len(found) == 1 and found[0][0] == "select-name"


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    axe, browser, fake = install(), Browser(), FakeWeb()
    count, findings, failed, unsure_of = 0, 0, 0, collections.Counter()
    try:
        for name, (sizes, reach) in STATES.items():
            for size in sizes if only in name else ():
                for dark in (False, True):
                    reach(Page(browser, fake, size, dark))
                    found, unsure = look(browser, axe)
                    unsure_of.update(rule for rule, _, _ in unsure)
                    count, findings, failed = count + 1, findings + len(found), failed + bool(found)
                    for rule, element, words in found:
                        print(f"{name}, {size[0]} px, {'dark' if dark else 'light'}: {rule}: {element}: {words}")
        print(f"axe: {count} states, {findings} findings")
        print(f"left to a human eye by axe: {dict(unsure_of) or 'nothing'}")
        failed += not planted(browser, fake, axe)
    finally:
        browser.close()
    print(f"{count + 1 - failed} passed, {failed} failed")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
