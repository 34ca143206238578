"""desk.py: a second workspace beside Slack's, played here: its manager writes to everybody while Slack, or mentord-slack, is away."""
import asyncio
import sys
import threading
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "faults")]

from floods import CALM as WORKSPACE
from message_many import Town, a_working_day


class Desk:
    """`with Desk(path) as desk`: its adapter listens, on a loop and a thread of its own."""

    def __init__(self, path):
        self.town, self.loop = Town(path), asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.town.open(), self.loop).result(10)
        return self

    async def close(self):
        await self.town.close()
        await self.town.server.wait_closed()

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def work_begins(self):
        """Nobody is written to at night."""
        self.loop.call_soon_threadsafe(lambda: self.town.demo(change="clock_to", due=a_working_day()))

    def write(self, text):
        self.loop.call_soon_threadsafe(self.town.write, "jo", text)

    def was_told(self, key):
        return key in self.town.cards.get("jo", {})
