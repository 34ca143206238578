"""town_hall.py: a tiny plain-text chat, the platform of town_crier.py: people, talks with the crier, one public square.

It listens on a unix socket. One JSON object a line, each answered by one line; its log is a list, a message's number is its place in it.
  {"do":"say","as":"aisha","where":"crier","text":"hi"}    a person writes, to the crier or on the "square"
  {"do":"post","where":"@aisha","text":"Hello","ref":"o1"} the crier writes, to a person or on the square; `ref` is its own mark
  {…,"file":{"name":"a.csv","bytes":12,"text":"…"}}        beside a post: a file, of plain text too
  {"do":"change","n":3,"text":"Hello!"}  {"do":"strike","n":3}  the crier changes, or takes away, what it wrote
  {"do":"find","ref":"o1"}                                 what it wrote under this mark: {"n":3}, or {"n":0}
  {"do":"listen","after":2}                                from now on this connection is told each thing that people say
A post is not remembered by its mark: who posts twice is seen twice.
"""
import asyncio
import json
import time

NAMES = {"jo": "Jo Patel", "sam": "Sam Reed", "rita": "Rita Stone", "aisha": "Aisha Khan", "ben": "Ben Okoro", "cleo": "Cleo March"}
SQUARE = "square"


class Hall:
    """The log outlives the crier: this is the platform's own memory."""

    def __init__(self, path):
        self.path, self.log, self.listeners, self.news, self.server = path, [], [], asyncio.Event(), None
        self.connections = set()
        self.at_post = lambda point: False  # a test may end the crier here; before the post, it is then not made

    async def open(self):
        self.server = await asyncio.start_unix_server(self.serve, self.path, limit=2**23)
        return self

    async def close(self):
        self.server.close()
        for writer in list(self.connections):
            writer.close()

    # ---- what a test does and sees ----

    def say(self, person, text, where="crier"):
        return self.add({"from": person, "name": NAMES[person], "where": where, "text": text})

    def add(self, entry):
        entry.update(n=len(self.log) + 1, at=int(time.time() * 1000))
        self.log.append(entry)
        for writer in self.listeners:
            if entry["from"] != "crier":
                writer.write(json.dumps(entry).encode() + b"\n")
        self.news.set()
        return entry["n"]

    def told(self, person):
        """What the crier wrote to this person, as it stands now."""
        return [entry for entry in self.log if entry["where"] == f"@{person}" and not entry.get("struck")]

    async def wait(self, what, ask, deadline_s=20):
        """The first true answer of `ask`, asked again whenever something is written."""
        end = time.monotonic() + deadline_s
        while not (answer := ask()):
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), max(0.0, end - time.monotonic()))
            except asyncio.TimeoutError:
                raise TimeoutError(f"{what} did not come; the last: {[entry['text'] for entry in self.log[-3:]]}") from None
        return answer

    # ---- the socket ----

    async def serve(self, reader, writer):
        self.connections.add(writer)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(self.answer(json.loads(line), writer)).encode() + b"\n")
        except ConnectionError:
            pass
        finally:
            self.connections.discard(writer)
            self.listeners = [one for one in self.listeners if one is not writer]
            writer.close()

    def answer(self, line, writer):
        return getattr(self, f"do_{line['do']}")(line, writer)

    def do_say(self, line, _writer):
        return {"n": self.say(line["as"], line["text"], line["where"])}

    def do_post(self, line, _writer):
        if line["where"] != SQUARE and line["where"][1:] not in NAMES:
            return {"error": "nobody"}
        if self.at_post("before"):
            return {"error": "you are gone"}
        n = self.add({"from": "crier", "where": line["where"], "text": line["text"], "ref": line["ref"], **({"file": line["file"]} if "file" in line else {})})
        self.at_post("after")
        return {"n": n}

    def written(self, n):
        entry = self.log[n - 1] if type(n) is int and 0 < n <= len(self.log) else {"from": None}
        return entry if entry["from"] == "crier" and not entry.get("struck") else None

    def do_change(self, line, _writer):
        entry = self.written(line["n"])
        if entry is None:
            return {"error": "gone"}
        entry["text"] = line["text"]
        entry["changed"] = entry.get("changed", 0) + 1
        self.news.set()
        return {"n": entry["n"]}

    def do_strike(self, line, _writer):
        entry = self.written(line["n"])
        if entry is None:
            return {"error": "gone"}
        entry["struck"] = True
        return {"n": entry["n"]}

    def do_find(self, line, _writer):
        return {"n": next((entry["n"] for entry in self.log if entry.get("ref") == line["ref"]), 0)}

    def do_listen(self, line, writer):
        for entry in self.log[line["after"]:]:
            if entry["from"] != "crier":
                writer.write(json.dumps(entry).encode() + b"\n")
        self.listeners.append(writer)
        return {"listening": True}
