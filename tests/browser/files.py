#!/usr/bin/python3
"""files.py: a file that a played bot sends through mentord-web is saved in a real browser, with key events only, and compared byte by byte.

`files.py PICTURE` also takes pictures of the page, PICTURE-wide.png and so on."""
import asyncio
import os
import random
import sys
import tempfile
import threading
from pathlib import Path

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contract"))

from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE, Browser
from web_files import FileBot
from web_story import Web, card, check

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("people-2027-01-11.csv", "Zoë's pairs.csv")
SIZES = {812: "812 bytes", 48211: "47 KB", 3500000: "3.3 MB"}
TABS_MAX = 60
FOCUS = """const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
return {tag: one.localName, text: one.innerText ?? "", big: box.width >= 24 && box.height >= 24, inside: box.left >= 0 && box.right <= innerWidth,
  ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};"""


class Loop:
    """The bot's end goes on while the browser is looked at."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


def tab_to(browser, words):
    for _ in range(TABS_MAX):
        browser.keys(Keys.SHIFT + Keys.TAB)
        at = browser.js(FOCUS)
        if at["tag"] == "a" and at["text"] == words:
            return at
    raise AssertionError(f"Tab never came to {words!r}")


def accessible_name(browser):
    """As a screen reader hears what has the focus."""
    node = browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    found = browser.driver.execute_cdp_cmd("Accessibility.getPartialAXTree", {"objectId": node, "fetchRelatives": False})["nodes"][0]
    return found["role"]["value"], found["name"]["value"]


def save(browser, folder, name, words, data, size):
    browser.js("document.querySelector('#composer').focus();")
    at = tab_to(browser, f"{name}, {words}, download")
    check(f"{words} at {size[0]} px: its focus is seen, big enough, inside", at["ring"] and at["big"] and at["inside"], at)
    check("what a screen reader says", accessible_name(browser) == ("link", f"{name}, {words}, download"), accessible_name(browser))
    browser.keys(Keys.ENTER)
    file = folder / name
    browser.wait(f"{name} to be saved, now {[path.name for path in folder.iterdir()]}", lambda: file.exists() and file.stat().st_size == len(data))
    check("saved byte by byte", file.read_bytes() == data)
    check("and the page is still there, with its connection", browser.js("return [document.querySelector('#banner').textContent, document.activeElement.localName]") == ["", "a"])
    file.unlink()


def story(browser, web, loop, folder, picture):
    web.start()
    browser.save_into(folder)
    browser.look(WIDE)
    browser.open(f"http://127.0.0.1:{web.port}/#as=jo")
    browser.sees("Jo Patel")
    bot = loop.do(FileBot.come(web))
    sent = [(NAMES[number % 2], words, random.Random(size).randbytes(size)) for number, (size, words) in enumerate(SIZES.items())]
    for name, words, data in sent:
        done = loop.do(bot.upload(data, name=name, card=card(f"Here is the list, {words}. It holds names and addresses: keep it to yourself.")))
        check(f"sent: {name}", done["result"] == "sent", done)
        browser.sees(f"{name}, {words}, download")
        heard = f"Mentor bot: {name}, {words}. Here is the list"
        browser.wait(f"the announcement {heard!r}", lambda heard=heard: browser.js("return document.querySelector('#announcer').textContent").startswith(heard))
    for size in (WIDE, NARROW):
        browser.look(size)
        for name, words, data in sent:
            save(browser, folder, name, words, data, size)
        check(f"no sideways scroll at {size[0]} px", browser.js("return document.scrollingElement.scrollWidth <= innerWidth"))
        for dark in (False, True) if picture else ():
            browser.look(size, dark)
            browser.driver.save_screenshot(f"{picture}-{size[0]}-{'dark' if dark else 'light'}.png")
    loop.do(bot.act("delete", message=done["message"]))
    browser.wait("the deleted file to go", lambda: "3.3 MB, download" not in browser.js("return document.body.innerText"))
    loop.do(bot.close())


def main():
    picture = sys.argv[1] if len(sys.argv) > 1 else None
    browser, web, loop = Browser(), Web(os.path.join(os.environ.get("BUILD", "build"), "mentord-web"), str(ROOT / "adapters/web/page")), Loop()
    try:
        with tempfile.TemporaryDirectory(prefix="saved-") as folder:
            story(browser, web, loop, Path(folder), picture)
    finally:
        browser.close()
        if web.process is not None:
            web.process.kill()
        web.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
