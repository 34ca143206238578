"""browser.py: a headless chromium of our own for the page's tests: sizes, themes, keys, and waiting without sleeping."""
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.chrome.service import Service

sys.path.append(str(Path(__file__).resolve().parents[1]))

from waiting import wait_for

ARGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync")
WIDE, NARROW = (1280, 800), (360, 740)
WAIT_S = 10


class Browser:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        options = webdriver.ChromeOptions()
        for arg in ARGS + (f"--user-data-dir={self.folder.name}",):
            options.add_argument(arg)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)

    def close(self):
        self.driver.quit()
        self.folder.cleanup()

    def look(self, size, dark=False):
        """A viewport of exactly this size: windows cannot be made narrow enough."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        features = [("prefers-color-scheme", "dark" if dark else "light"), ("prefers-reduced-motion", "reduce")]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": n, "value": v} for n, v in features]})

    def save_into(self, folder):
        """Where what the page offers to save goes."""
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})

    def leave(self):
        """Before its server begins afresh, else the page, back from being away, sends it what it kept."""
        self.driver.get("about:blank")

    def open(self, url):
        """The page as on a first visit."""
        self.leave()
        origin = url.split("#")[0].rstrip("/")
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self.driver.get(origin + "/icon.svg")
        self.js("sessionStorage.clear(); localStorage.clear();")
        self.driver.get_log("browser")  # what this stop said is not the page's
        self.driver.get(url)

    def js(self, script, *args):
        return self.driver.execute_script(script, *args)

    def wait(self, what, true):
        return wait_for(what, true, WAIT_S)

    def sees(self, text):
        return self.wait(f"the text {text!r}", lambda: text in self.js("return document.body.innerText"))

    def day_keys(self, day, month, year):
        """For a calendar field, whose parts stand as this browser's language orders them; each leads on to the next."""
        order = self.js("return new Intl.DateTimeFormat().formatToParts(new Date()).map((part) => part.type)")
        parts = {"day": f"{day:02}", "month": f"{month:02}", "year": f"{year:04}"}
        return "".join(parts[part] for part in order if part in parts)

    def keys(self, *keys):
        """Keys to whatever has the focus; nothing here ever clicks."""
        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(key).perform()
