"""played_bot.py: a bot that only says lines of the link, for tests that give mentord-slack one action at a time."""
import asyncio
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "contract"))

from link_client import Adapter


class PlayedBot:
    """What it says first of an action carries `first`; each time after that it does not, as the real one does."""

    def __init__(self, harbour, workspace=None):
        self.harbour, self.loop = harbour, asyncio.new_event_loop()
        self.adapter = Adapter(SimpleNamespace(address=harbour.address, workspace=workspace or harbour.workspace, token_file=None, timeout=30))
        self.link, self.said = None, set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)  # pings are answered while a test waits
        self.thread.start()

    def run(self, deed):
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result()

    def greet(self):
        self.link = self.run(self.adapter.greet(credits=256))
        return self

    def hang_up(self):
        self.run(self.link.ws.close())

    def end(self):
        self.hang_up()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def card(self, who, text, ident, **more):
        """A message to one of the simulator's people, by name or id."""
        return {"t": "action", "id": ident, "workspace": self.adapter.args.workspace, "kind": "send", "order": f"order/{who}",
                "to": {"person": self.harbour.slack.ids.get(who, who)}, "card": {"text": text, "plain": text}, **more}

    def say(self, *actions):
        lines = [{**action, "first": True} if action["id"] not in self.said else action for action in actions]
        self.said |= {action["id"] for action in actions}
        self.run(self.link.send(*lines))

    def ask(self, ident):
        self.run(self.link.send({"t": "ask", "id": ident}))

    def done(self, ident):
        return self.run(self.link.must_hear("done", id=ident))

    def hears(self, ident, wait_s):
        """The result, or None when none comes in this time."""
        return self.run(self.link.hear("done", wait_s, id=ident))

    def hear(self, kind):
        """The next event of this kind, which is acknowledged; others before it are too."""
        while True:
            event = self.run(self.link.must_hear("event"))
            self.run(self.link.send({"t": "ack", "id": event["id"]}, {"t": "credit", "n": 1}))
            if event["kind"] == kind:
                return event

    def all_done(self, actions, deadline_s=60):
        """Says them, and says again what was put off, once its time has come; the results by id, and how many were put off."""
        waiting, due, results, put_off = {action["id"]: action for action in actions}, {}, {}, 0
        self.say(*actions)
        end = time.monotonic() + deadline_s
        while waiting and time.monotonic() < end:
            line = self.run(self.link.hear("done", 0.05))
            if line is not None and line["result"] == "later":
                due[line["id"]] = time.monotonic() + line["seconds"]
                put_off += 1
            elif line is not None:
                results[line["id"]] = line
                waiting.pop(line["id"], None)
            again = [ident for ident, when in due.items() if when <= time.monotonic()]
            if again:
                self.say(*[waiting[ident] for ident in again])
            due = {ident: when for ident, when in due.items() if ident not in again}
        return results, put_off
