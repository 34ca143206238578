#!/usr/bin/python3
"""story.py: Aisha gets a mentor, in a real browser, with key events only; the end is read from Redis, not from the page."""
import csv
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE, Browser
from demo import ROOT, Demo
from waiting import wait_for

TABS_MAX = 90
FOCUS = """const one = document.activeElement; const label = one.closest(".check");
return {id: one.id, text: (one.innerText || one.value || "").trim(), label: (label?.innerText ?? "").trim(), tag: one.localName};"""


class Hands:
    """Keys to the page of a running demo."""

    def __init__(self, browser):
        self.browser, self.keys = browser, browser.keys

    def focus(self):
        return self.browser.js(FOCUS)

    def tab_to(self, what, true, back=False):
        for _ in range(TABS_MAX):
            self.keys((Keys.SHIFT + Keys.TAB) if back else Keys.TAB)
            if true(self.focus()):
                return
        raise AssertionError(f"Tab never came to {what}; now on {self.focus()}")

    def to_composer(self):
        if self.focus()["id"] != "composer":
            self.tab_to("the composer", lambda at: at["id"] == "composer")

    def say(self, text):
        self.to_composer()
        self.keys(text, Keys.ESCAPE, Keys.ENTER)

    def press(self, label):
        """The newest card's button: from the composer, backwards."""
        self.to_composer()
        self.tab_to(label, lambda at: at["text"].startswith(label), back=True)
        self.keys(Keys.ENTER)

    def pick(self, *labels):
        for label in labels:
            self.to_composer()
            self.tab_to(label, lambda at, label=label: at["label"].startswith(label), back=True)
            self.keys(Keys.SPACE)
        self.to_composer()
        self.tab_to("Done", lambda at: at["text"] == "Done", back=True)
        self.keys(Keys.ENTER)

    def be(self, name):
        self.tab_to("who I am", lambda at: at["id"] == "person-button")
        self.keys(Keys.ENTER)
        self.browser.wait("the menu", lambda: self.focus()["id"] != "person-button")
        self.keys(name[0].lower())
        for _ in range(12):
            if self.focus()["text"].startswith(name):
                break
            self.keys(Keys.ARROW_DOWN)
        assert self.focus()["text"].startswith(name), f"{name} is not in the menu: {self.focus()}"
        self.keys(Keys.ENTER)
        self.browser.sees(f"You are: {name}")

    def sees(self, text):
        self.browser.sees(text)


def sign_up(hands):
    hands.say("I want a mentor")
    hands.sees("Signing up takes four minutes")
    hands.press("Yes, start")
    hands.sees("This is what I know about your work")
    hands.press("That is right")
    hands.sees("as your line manager")
    hands.press("That is right")
    hands.sees("What would you like to work on?")
    hands.pick("Confidence", "A career move")
    hands.sees("How would you like to meet?")
    hands.pick("Video")
    hands.sees("How often would you like to meet?")
    hands.press("Every two weeks")
    hands.sees("When could you meet?")
    hands.pick("Lunch")
    hands.sees("Is there anyone you would not like")
    hands.press("No one")
    hands.sees("Here is what you told me")
    hands.say("send my answers")
    hands.sees("That is enough to match you")
    hands.press("Not now")
    hands.sees("Your answers are saved")


def let_everyone_answer(hands):
    hands.tab_to("everyone", lambda at: at["id"] == "everyone")
    hands.keys(Keys.ENTER)


def applied(demo):
    return sum(1 for one in demo.records("enrolment").values() if one["state"] == "applied")


def release(hands, demo):
    hands.be("Jo Patel")
    hands.say("/mentor applicants")
    hands.sees("Accept all")
    hands.press("Accept all")
    hands.sees("have a place now")
    hands.press("Mark trained")
    hands.sees("Who has done the course?")
    people = hands.browser.js("return [...document.querySelectorAll('.controls .check')].map((one) => one.innerText.trim())")
    hands.pick(*people)
    hands.sees("No one waits for an answer")
    hands.say("/mentor match")
    hands.sees("Release: ask the pairs")
    hands.press("Release: ask")
    hands.sees("What shall I do after a no?")
    hands.press("Tell me")
    wait_for("Aisha is asked", lambda: any(p["state"] == "asking_mentee" for p in demo.records("pair").values()))


def story(hands, demo):
    hands.browser.open(demo.url + "#as=aisha")
    hands.sees("You are: Aisha Khan")
    sign_up(hands)
    let_everyone_answer(hands)
    wait_for("the others sign up", lambda: applied(demo) >= 4, 60)
    release(hands, demo)
    hands.be("Aisha Khan")
    hands.sees("we would like to suggest")
    hands.press("Yes, please")
    let_everyone_answer(hands)
    aisha = demo.person("aisha")
    wait_for("Aisha and her mentor are introduced",
             lambda: any(p["mentee"] == aisha and p["state"] == "introduced" for p in demo.records("pair").values()))
    hands.sees("both said yes")
    wait_for("the pair's own room", lambda: len(demo.records("room")) >= 1)


def clock(hands, demo):
    """Goes to the next due event: the bot's own time moves, and what is due there runs."""
    before = demo.records("scheme")["scheme"].get("offset_ms", 0)
    hands.browser.wait("the others are done", lambda: hands.browser.js(
        "return document.getElementById('clock-go').getAttribute('aria-disabled') !== 'true'"))
    hands.tab_to("the clock", lambda at: at["id"] == "clock-go")
    hands.keys(Keys.ENTER)
    wait_for("the clock moves", lambda: demo.records("scheme")["scheme"].get("offset_ms", 0) > before + 3600000)
    wait_for("the clock stands", lambda: "clock_target_ms" not in demo.records("scheme")["scheme"])


def killed(hands, demo):
    """All three die; the same conversation is there, and the bot answers again."""
    hands.browser.sees("both said yes")
    for name in ("mentord", "mentord-web", "redis-server"):
        assert demo.kill(name), f"{name} was not running"
    wait_for("all are back", lambda: len(demo.children()) == 3)
    hands.browser.wait("the page is back", lambda: "both said yes" in hands.browser.js("return document.body.innerText"))
    hands.say("contact")
    hands.sees("Dr Mary Lane")


def lists(hands, demo):
    """A manager asks for the list of pairs, and saves it."""
    hands.be("Jo Patel")
    with tempfile.TemporaryDirectory(prefix="saved-") as folder:
        hands.browser.save_into(folder)
        hands.say("/mentor export pairs")
        hands.sees(", download")
        hands.to_composer()
        hands.tab_to("the file", lambda at: at["tag"] == "a" and at["text"].endswith(", download"), back=True)
        name, *_ = hands.focus()["text"].split(", ")
        hands.keys(Keys.ENTER)
        saved = Path(folder, name)
        wait_for("the list is saved", lambda: saved.exists() and saved.stat().st_size > 0)
        kept = [path.read_bytes() for path in (demo.folder / "data/web/files").iterdir()]
        assert kept == [saved.read_bytes()], "what lies with the page is what was saved"
        rows = list(csv.reader(saved.read_text(encoding="utf-8-sig").splitlines()))
        assert any("Aisha Khan" in cell for row in rows[1:] for cell in row), rows


def reset(hands, demo):
    hands.tab_to("reset", lambda at: at["text"] == "Reset")
    hands.keys(Keys.ENTER)
    hands.tab_to("yes, reset", lambda at: at["id"] == "reset-yes")
    hands.keys(Keys.ENTER)
    wait_for("nobody is a pair any more", lambda: not demo.records("pair"))
    wait_for("the demo's people are there again", lambda: len(demo.records("person")) >= 9)
    wait_for("the saved list is gone", lambda: not list((demo.folder / "data/web/files").iterdir()))


def start_of(demo):
    person = demo.person("aisha")
    mine = [one for one in demo.records("enrolment").values() if one["person"] == person]
    return next((answer["values"] for one in mine for answer in one.get("answers", []) if answer["question"] == "start"), None)


def day(hands, demo):
    """A scheme that asks for a day: from the calendar on the page to the record, and back to the calendar."""
    hands.browser.open(demo.url + "#as=aisha")
    hands.sees("You are: Aisha Khan")
    hands.say("I want a mentor")
    hands.sees("Signing up takes four minutes")
    hands.press("Yes, start")
    for _ in range(2):
        hands.press("That is right")
    hands.sees("What would you like to work on?")
    hands.pick("Confidence")
    hands.sees("When could you start to meet?")
    last = hands.browser.js("return document.querySelector('input[type=date]').max")
    today = hands.browser.js("return document.querySelector('input[type=date]').min")
    assert last > today, (today, last)
    year, month, of_month = (int(part) for part in last.split("-"))
    hands.to_composer()
    hands.tab_to("the day", lambda at: at["tag"] == "input" and at["id"].startswith("day"), back=True)
    hands.keys(*[Keys.ARROW_LEFT] * 3, hands.browser.day_keys(of_month, month, year), Keys.ENTER)
    hands.sees("Is there anyone you would not like")
    wait_for("the day is kept", lambda: start_of(demo) == [last])
    hands.say("back")
    hands.sees("Your day so far:")
    assert hands.browser.js("return [...document.querySelectorAll('input[type=date]')].pop().value") == last
    hands.say("tomorrow")
    hands.sees("I read that as")
    wait_for("the other day is kept", lambda: today < start_of(demo)[0] < last)


PARTS = (story, clock, killed, lists, reset)


def play(parts, demo):
    """How much went wrong; each was told."""
    browser, failed = Browser(), 0
    try:
        browser.look(WIDE)
        for part in parts:
            part(Hands(browser), demo)
            print(f"ok {part.__name__}")
        browser.look(NARROW, dark=True)
        assert browser.js("return document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways at 360 px"
    except AssertionError as why:
        failed = 1
        print(f"FAILED {why}")
        browser.driver.save_screenshot(str(demo.folder / "failed.png"))
        print(f"  the screen and what was kept: {demo.folder}")
    finally:
        browser.close()
        code = demo.stop()
    if code != 0:
        failed += 1
        print(f"FAILED mentord up ended with {code}")
    if not failed:
        demo.remove()
    return failed


def main():
    failed = play(PARTS, Demo().start())
    failed += play((day,), Demo({"scheme.yaml": (ROOT / "tests/chat/day.yaml").read_text()}).start())
    print(f"{len(PARTS) + 5 - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
