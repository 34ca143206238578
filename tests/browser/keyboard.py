#!/usr/bin/python3
"""keyboard.py: the whole page by key events alone: every kind of control is reached with Tab and used, its focus is seen,
and the focus is never lost. Nothing here clicks, and no script moves the focus."""
import sys
import traceback

sys.dont_write_bytecode = True  # the tree stays as it was

from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE, Browser
from fake_web import CARDS, START_MS, FakeWeb

TABS_MAX = 60
FOCUS = """const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
const label = one.closest(".check"), drawn = label ? getComputedStyle(label) : style, frame = (label ?? one).getBoundingClientRect();
return {id: one.id, tag: one.localName, text: (one.innerText || one.value || "").trim(), control: one.dataset.control ?? "",
  room: one.dataset.room ?? "", label: label?.innerText ?? "", ring: drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2,
  big: frame.width >= 24 && frame.height >= 24, seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  path: one === document.body ? "body" : [...document.querySelectorAll("*")].indexOf(one)};"""
TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Hands:
    """Ten fingers on a fresh page."""

    def __init__(self, browser, fake, size=WIDE):
        self.browser, self.fake, self.keys = browser, fake, browser.keys
        browser.look(size)
        browser.leave()
        fake.away(False)
        fake.reset()
        fake.received.clear()
        browser.open(f"{fake.url}#as=aisha")
        browser.sees("Shall we start?")

    def focus(self):
        return self.browser.js(FOCUS)

    def has_focus(self, what, true):
        return self.browser.wait(f"the focus on {what}, now on {self.focus()}", lambda: true(self.focus()))

    def tab_to(self, what, true, back=False):
        """Presses Tab until the focus is there; each stop on the way must be seen."""
        for _ in range(TABS_MAX):
            self.keys((Keys.SHIFT + Keys.TAB) if back else Keys.TAB)
            at = self.focus()
            assert at["path"] == "body" or (at["ring"] and at["seen"] and at["big"]), f"a stop nobody sees or hits: {at}"
            if true(at):
                return at
        raise AssertionError(f"Tab never came to {what}")

    def to(self, id_, back=False):
        return self.tab_to(id_, lambda at: at["id"] == id_, back)

    def to_text(self, text, back=False):
        return self.tab_to(text, lambda at: at["text"] == text, back)

    def back_to_text(self, text):
        return self.to_text(text, back=True)

    def sent(self, kind):
        return self.browser.wait(f"a {kind} frame", lambda: next((frame for frame in reversed(self.fake.received) if frame["t"] == kind), None))

    def say(self, text):
        self.keys(text, Keys.ENTER)

    def to_composer(self):
        self.keys(Keys.TAB)
        assert self.focus()["id"] == "skip", "the first stop is the skip link"
        self.keys(Keys.ENTER)
        self.has_focus("the composer", lambda at: at["id"] == "composer")

    def ask(self, kind):
        """A card of this kind, asked for in the composer."""
        self.to_composer()
        self.say(kind)
        self.browser.sees(CARDS[kind]["text"].split("\n")[0])


@test
def skip_link_leads_to_the_composer(hands):
    hands.to_composer()
    assert "as=aisha" in hands.browser.js("return location.hash"), "the address still says who we are"


@test
def tab_goes_round_and_meets_everything_once(hands):
    seen = []
    for _ in range(TABS_MAX):
        at = hands.tab_to("anything", lambda at: True)
        if at["path"] in seen:
            break
        seen.append(at["path"])
    stops = hands.browser.js("""return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
      .filter((one) => one.checkVisibility() && one.tabIndex >= 0).map((one) => [...document.querySelectorAll("*")].indexOf(one))""")
    assert sorted(stops) == sorted(path for path in seen if path != "body"), f"{len(seen)} stops, {len(stops)} controls"
    in_order = [path for path in seen if path != "body"]
    assert in_order == sorted(in_order), "the order of Tab is the order of the page"


@test
def a_button_brings_the_next_card_and_the_focus_to_it(hands):
    hands.to_composer()
    hands.back_to_text("Shall we start?")
    hands.keys(Keys.ENTER)
    assert hands.sent("press")["token"] == "7.x.4.0"
    hands.has_focus("the first box of the next card", lambda at: at["label"] == "Confidence")
    assert hands.browser.js("return document.querySelectorAll('.controls').length") == 1, "the closed card has no live control"


@test
def several_are_picked_with_space(hands):
    hands.ask("select_many")
    hands.tab_to("the first box", lambda at: at["label"] == "Confidence", back=True)
    for _ in range(3):
        hands.keys(Keys.SPACE, Keys.TAB)
    hands.keys(Keys.SPACE)
    hands.browser.sees("You can pick up to 3.")
    hands.to_text("Done")
    hands.keys(Keys.ENTER)
    form = hands.sent("form")
    assert form["token"] == "7.topics.4" and form["values"] == {"choice": ["7.x.4.0", "7.x.4.1", "7.x.4.2"]}, form
    hands.has_focus("the select of the next card", lambda at: at["tag"] == "select")


@test
def one_is_chosen_from_a_select(hands):
    hands.ask("select_one")
    hands.back_to_text("Done")
    hands.keys(Keys.ENTER)
    hands.browser.sees("Please choose one first.")
    hands.has_focus("the select that lacks its answer", lambda at: at["tag"] == "select")
    hands.keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    hands.to_text("Done")
    hands.keys(Keys.SPACE)
    assert hands.sent("press")["token"] == "7.x.4.1"
    hands.has_focus("the words of the next card", lambda at: at["tag"] == "textarea")


@test
def what_most_would_do_is_a_button_beside_the_select(hands):
    hands.ask("review")
    offered = hands.browser.js("return [...document.querySelectorAll('#messages li:last-child option')].map((one) => one.text)")
    assert offered == ["Please choose", "Change topics", "Change my times"], offered
    hands.back_to_text("Send my answers")
    hands.keys(Keys.ENTER)
    assert hands.sent("press")["token"] == "7.x.4.0"


@test
def words_are_typed_and_sent(hands):
    hands.ask("text")
    hands.tab_to("the field", lambda at: at["tag"] == "textarea", back=True)
    hands.keys("I work nights.", Keys.ENTER, "Lunch is best.")
    hands.to_text("Send")
    hands.keys(Keys.ENTER)
    assert hands.sent("form")["values"] == {"text": "I work nights.\nLunch is best."}
    hands.has_focus("the next field", lambda at: at["tag"] == "input" and at["control"] == "field")
    hands.keys("Constable", Keys.ENTER)
    hands.browser.wait("the second form", lambda: hands.sent("form")["values"] == {"text": "Constable"})


@test
def too_many_words_are_told(hands):
    hands.ask("text_short")
    hands.tab_to("the field", lambda at: at["control"] == "field", back=True)
    hands.keys("x" * 61, Keys.ENTER)
    hands.browser.sees("That is 1 too long.")
    hands.keys(Keys.BACKSPACE, Keys.ENTER)
    assert hands.sent("form")["values"] == {"text": "x" * 60}


@test
def a_day_is_typed_into_the_calendar(hands):
    hands.ask("date")
    hands.tab_to("the day", lambda at: at["control"] == "field", back=True)
    field = """const one = document.querySelector("input[type=date]");
      return {label: one.labels[0].innerText, bounds: [one.min, one.max], value: one.value, wrong: one.getAttribute("aria-invalid"),
              said: document.getElementById(one.getAttribute("aria-describedby").split(" ").pop()).innerText, here: document.activeElement === one}"""
    assert hands.browser.js(field) == {"label": "The day", "bounds": ["2027-01-11", "2027-03-12"], "value": "2027-03-01", "wrong": None, "said": "", "here": True}
    first, emptied = [Keys.ARROW_LEFT] * 3, [Keys.BACKSPACE, Keys.ARROW_RIGHT] * 3
    for keys, said in ((first + [Keys.BACKSPACE], "I cannot find that day in the calendar."), (first + emptied, "Please pick a day first."),
                       (first + [hands.browser.day_keys(13, 3, 2027)], "It can be any day from Monday 11 January 2027 to Friday 12 March 2027."),
                       (first + [hands.browser.day_keys(10, 1, 2027)], "It can be any day from Monday 11 January 2027")):
        hands.keys(*keys, Keys.ENTER)
        hands.browser.sees(said)
        seen = hands.browser.js(field)
        assert seen["wrong"] == "true" and seen["here"] and seen["said"].startswith(said), seen
    assert not [frame for frame in hands.fake.received if frame["t"] == "form"], "nothing was sent so far"
    hands.keys(*first, hands.browser.day_keys(12, 3, 2027))
    assert hands.browser.js(field)["wrong"] is None, "the complaint goes when the day is changed"
    hands.keys(Keys.ENTER)
    form = hands.sent("form")
    assert form["token"] == "7.start.4" and form["values"] == {"text": "2027-03-12"}, form


@test
def what_the_page_does_not_know_is_plain_and_answered_by_typing(hands):
    hands.ask("newer")
    hands.browser.sees("- A fact\nOr write wave.")
    assert hands.browser.js("return document.body.innerText.split('A fact').length") == 2, "it is said once"
    hands.tab_to("Skip", lambda at: at["text"] == "Skip", back=True)
    hands.keys(Keys.ENTER)
    assert hands.sent("press")["token"] == "7.x.4.e0"


@test
def a_person_is_picked_by_typing(hands):
    hands.ask("person")
    hands.tab_to("the name", lambda at: at["control"] == "field", back=True)
    hands.keys("o", Keys.ESCAPE, Keys.BACKSPACE, "m", Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
    assert hands.focus()["text"] == "Mei Chen", hands.focus()
    hands.keys(Keys.ENTER)
    assert hands.sent("form")["values"] == {"text": "Mei Chen"}


@test
def extras_are_reached_and_a_card_without_a_question_leaves_the_composer(hands):
    hands.ask("extras")
    hands.back_to_text("Take a break")
    hands.keys(Keys.SPACE)
    assert hands.sent("press")["token"] == "7.x.4.e1"
    hands.browser.sees("Thank you, Aisha.")
    hands.has_focus("the composer", lambda at: at["id"] == "composer")


@test
def a_key_held_down_answers_one_card(hands):
    hands.to_composer()
    hands.back_to_text("Shall we start?")
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    for repeat in (False, True, True, True):
        hands.browser.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", "autoRepeat": repeat, **enter})
    hands.browser.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    hands.has_focus("the next card", lambda at: at["label"] == "Confidence")
    assert len([frame for frame in hands.fake.received if frame["t"] == "press"]) == 1


@test
def commands_are_completed(hands):
    active = "const id = document.querySelector('#composer').getAttribute('aria-activedescendant'); return id && document.getElementById(id).innerText;"
    hands.to_composer()
    hands.keys("/mat")
    assert "/mentor match" in hands.browser.js(active)
    hands.keys(Keys.ARROW_DOWN)
    assert "what-if" in hands.browser.js(active)
    hands.keys(Keys.ESCAPE)
    assert hands.focus()["text"] == "/mat" and not hands.browser.js(active), "Escape closes and keeps the words"
    hands.keys(Keys.ARROW_DOWN, Keys.TAB)
    assert hands.focus()["text"] == "/mentor match", hands.focus()
    hands.keys(Keys.ENTER)
    assert hands.sent("say")["text"] == "/mentor match"
    hands.keys("/pri", Keys.ENTER, Keys.ENTER)
    hands.browser.wait("the picked command", lambda: hands.sent("say")["text"] == "/mentor privacy")
    hands.keys("/mentor", Keys.ENTER)
    hands.browser.wait("the bare command", lambda: hands.sent("say")["text"] == "/mentor")


@test
def another_person_is_chosen_from_the_menu(hands):
    hands.to("person-button")
    hands.keys(Keys.ENTER)
    hands.has_focus("myself in the menu", lambda at: at["text"].startswith("Aisha Khan"))
    hands.keys(Keys.ESCAPE)
    hands.has_focus("the button", lambda at: at["id"] == "person-button")
    hands.keys(Keys.ARROW_DOWN, Keys.END)
    hands.has_focus("the last", lambda at: at["text"].startswith("Tom"))
    hands.keys(Keys.HOME, Keys.ARROW_DOWN, "j")
    hands.has_focus("Jo", lambda at: at["text"].startswith("Jo"))
    hands.keys(Keys.ENTER)
    hands.browser.sees("You are: Jo Ellis")
    hands.has_focus("the button", lambda at: at["id"] == "person-button")
    assert "as=jo" in hands.browser.js("return location.hash")


@test
def rooms_and_the_scroll_are_reached(hands):
    hands.tab_to("a room", lambda at: at["room"] == "p:aisha-ben")
    hands.keys(Keys.ENTER)
    hands.browser.sees("lunch on Thursday?")
    assert hands.focus()["room"] == "p:aisha-ben", "the focus stays where it was"
    hands.tab_to("the messages", lambda at: at["id"] == "scroller")
    hands.browser.driver.refresh()
    hands.browser.sees("lunch on Thursday?")


@test
def the_clock_is_moved(hands):
    hands.to("clock-go")
    hands.keys(Keys.ENTER)
    hands.sent("clock_next")
    hands.to_text("+1 day")
    hands.keys(Keys.SPACE)
    due = hands.sent("clock_to")["due"]
    assert due > START_MS and due % 3600000 == START_MS % 3600000, due
    assert hands.focus()["text"] == "+1 day", "the focus stays"


@test
def plain_text_takes_numbers(hands):
    hands.to("plain-toggle")
    hands.keys(Keys.SPACE)
    hands.browser.sees("Type the number or the words.")
    hands.to("composer")
    hands.say("1")
    assert hands.sent("say")["text"] == "1"


@test
def the_theme_is_changed_and_kept(hands):
    hands.to("theme-toggle")
    hands.keys(Keys.ENTER)
    assert hands.browser.js("return document.documentElement.dataset.theme") == "dark"
    hands.browser.driver.refresh()
    hands.browser.sees("Shall we start?")
    assert hands.browser.js("return document.documentElement.dataset.theme") == "dark"


@test
def reset_asks_first(hands):
    hands.to("reset-button")
    hands.keys(Keys.ENTER)
    hands.has_focus("the careful answer", lambda at: at["id"] == "reset-no")
    hands.keys(Keys.ESCAPE)
    hands.has_focus("the button that asked", lambda at: at["id"] == "reset-button")
    assert not [frame for frame in hands.fake.received if frame["t"] == "reset"]
    hands.keys(Keys.ENTER, Keys.TAB)
    hands.has_focus("Start again", lambda at: at["id"] == "reset-yes")
    hands.keys(Keys.ENTER)
    hands.sent("reset")
    hands.has_focus("the button that asked", lambda at: at["id"] == "reset-button")


@test
def a_step_is_unfolded_and_done(hands):
    hands.tab_to("a step", lambda at: at["tag"] == "summary" and "Be Jo" in at["text"])
    hands.keys(Keys.ENTER)
    hands.browser.sees("Jo runs the programme.")
    hands.tab_to("Do it", lambda at: at["text"].startswith("Do it"))
    hands.keys(Keys.ENTER)
    hands.browser.sees("You are: Jo Ellis")
    hands.has_focus("the composer with the words", lambda at: at["id"] == "composer" and at["text"] == "/mentor match")


@test
def everyone_else_answers(hands):
    hands.to("everyone")
    hands.keys(Keys.SPACE)
    hands.sent("everyone")
    hands.browser.sees("1 of 4")
    assert hands.focus()["id"] == "everyone", "the focus stays through busy and idle"


@test
def a_refusal_keeps_the_words_and_goes_away_by_key(hands):
    hands.to_composer()
    hands.say("refuse me")
    hands.browser.sees("Please send it in two parts.")
    hands.browser.wait("the words back", lambda: hands.focus()["text"] == "refuse me")
    hands.back_to_text("Put this note away")
    hands.keys(Keys.ENTER)
    hands.has_focus("the composer", lambda at: at["id"] == "composer")


@test
def what_is_said_without_a_connection_comes_once(hands):
    hands.to_composer()
    hands.fake.away(True)
    hands.browser.sees("The connection is lost.")
    hands.say("Is anybody there?")
    hands.browser.sees("Kept here.")
    hands.browser.driver.refresh()
    hands.browser.sees("The connection is lost.")
    hands.fake.away(False)
    hands.browser.sees("You said: Is anybody there?")
    assert len([frame for frame in hands.fake.received if frame["t"] == "say"]) == 1
    assert "lost" not in hands.browser.js("return document.querySelector('#banner').textContent")


@test
def an_answer_given_without_a_connection_comes_once(hands):
    hands.to_composer()
    hands.back_to_text("Shall we start?")
    hands.fake.away(True)
    hands.browser.sees("The connection is lost.")
    hands.keys(Keys.ENTER, Keys.ENTER)
    hands.browser.sees("Your answer is kept")
    assert hands.focus()["text"] == "Shall we start?", "the focus stays on what was pressed"
    hands.fake.away(False)
    hands.browser.sees("What would you like to work on?")
    assert len([frame for frame in hands.fake.received if frame["t"] == "press"]) == 1


@test
def a_half_typed_answer_survives_what_comes(hands):
    hands.ask("text")
    hands.tab_to("the field", lambda at: at["tag"] == "textarea", back=True)
    hands.keys("Half an ans")
    hands.fake.push({"t": "message", "room": "d:aisha", "message": hands.fake.add("d:aisha", "bot", card=CARDS["buttons"])})
    hands.fake.push({"t": "unread", "person": "ben", "rooms": {"d:ben": 3}, "total": 3})
    hands.browser.sees("4 unread elsewhere")
    hands.keys("wer")
    assert hands.focus()["text"] == "Half an answer", hands.focus()
    message = next(one for one in hands.fake.messages["d:aisha"] if one.get("card", {}).get("key") == "intake.about")
    hands.fake.push({"t": "gone", "room": "d:aisha", "message": message["id"]})
    hands.has_focus("the composer, since the card is gone", lambda at: at["id"] == "composer")


@test
def narrow_drawer_keeps_the_focus_inside(hands):
    hands.browser.look(NARROW)
    hands.to("drawer-open")
    hands.keys(Keys.ENTER)
    hands.has_focus("the room we are in", lambda at: at["room"] == "d:aisha")
    stops = {hands.tab_to("anything", lambda at: True)["path"] for _ in range(12)}
    inside = hands.browser.js("return [...document.querySelectorAll('#drawer button')].map((one) => [...document.querySelectorAll('*')].indexOf(one))")
    assert stops - {"body"} <= set(inside), "Tab left the open drawer"
    hands.keys(Keys.ESCAPE)
    hands.has_focus("the button that opened it", lambda at: at["id"] == "drawer-open")
    hands.keys(Keys.ENTER)
    hands.has_focus("the room we are in", lambda at: at["room"] == "d:aisha")
    hands.tab_to("a room", lambda at: at["room"] == "c:everyone")
    hands.keys(Keys.ENTER)
    hands.browser.sees("The pilot starts today.")
    hands.has_focus("the button that opened it", lambda at: at["id"] == "drawer-open")


@test
def narrow_folds_open(hands):
    hands.browser.look(NARROW)
    hands.to("tools-toggle")
    hands.keys(Keys.ENTER)
    hands.to_text("+1 hour")
    hands.to("plain-toggle")
    hands.to("try-toggle")
    hands.keys(Keys.ENTER)
    hands.has_focus("the heading of the steps", lambda at: at["id"] == "try-title")
    hands.tab_to("Do it", lambda at: at["text"].startswith("Do it"))
    hands.keys(Keys.ENTER)
    hands.has_focus("the composer with the words", lambda at: at["id"] == "composer" and at["text"] == "I want a mentor" and at["seen"])


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    browser, fake, passed, failed = Browser(), FakeWeb(), 0, 0
    try:
        for one in [test_ for test_ in TESTS if only in test_.__name__]:
            try:
                one(Hands(browser, fake))
                passed += 1
            except Exception:  # whatever it was, the others run and this one counts
                failed += 1
                print(f"{one.__name__}:\n{traceback.format_exc(limit=-2)}")
    finally:
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
