"""waiting.py: tests never sleep for a guessed time: they ask again until it is so, with a deadline."""
import os
import time

DEADLINE_S = float(os.environ.get("DEADLINE_S", "30"))


def wait_for(what, ask, seconds=DEADLINE_S, pause_s=0.02):
    """What ask() returned once that was true; what was waited for in vain is the error."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(pause_s)
    raise AssertionError(f"waited {seconds} s for: {what}")
