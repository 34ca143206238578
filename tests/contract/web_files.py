#!/usr/bin/env python3
"""web_files.py: files through mentord-web, from the bot to what a browser saves: whole or not there, whatever is killed, and by no other path.

usage: web_files.py MENTORD_WEB PAGES [SEED]     run by web_suite.sh
Every wait has a deadline. Prints one line a check; exits 1 at the first that fails.
"""
import asyncio
import base64
import collections
import http.client
import os
import random
import signal
import sys
from pathlib import Path

import websockets

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import web_story
from web_story import Bot, Page, Web, card, check, fetch, raw

PIECE, MIB = 32768, 2**20
NAME = "people-2027-01-11.csv"


class FileBot(Bot):
    """A bot that has files."""

    fence = 100

    @classmethod
    async def come(cls, web):
        FileBot.fence += 1
        return await cls.open(web, fence=f"2.{FileBot.fence}")

    async def begin(self, data, action=None, name=NAME, kind="text/csv", **rest):
        """Sends the action, no byte of it."""
        action = action or self.action_id()
        file = {"blob": action, "name": name, "type": kind, "bytes": len(data)}
        await self.send(t="action", id=action, workspace="web/city", kind="upload", file=file, **{"order": "x", "to": {"person": "jo"}, **rest})
        return action

    async def serve(self, action, data, pieces=None):
        """Answers until the `done`, or until so many pieces are given."""
        while pieces is None or pieces > 0:
            line = await self.wait(lambda frame: frame.get("id") == action and frame["t"] in ("blob_get", "done"))
            if line["t"] == "done":
                return line
            await self.piece(line, data)
            pieces = None if pieces is None else pieces - 1
        return None

    async def piece(self, get, data):
        answer = {"t": "blob_is", "id": get["id"], "workspace": get["workspace"], "from": get["from"]}
        await self.send(**answer, **({} if data is None else {"data": base64.b64encode(data[get["from"]:get["from"] + PIECE]).decode()}))

    async def upload(self, data, **rest):
        return await self.serve(await self.begin(data, **rest), data)


def content(size, seed):
    return random.Random(seed).randbytes(size)


def kept(web):
    """What lies on the disk: name → bytes."""
    return {path.name: path.read_bytes() for path in Path(web.folder, "data/files").iterdir()}


async def shown(web, person="jo"):
    """The files that this person sees: message id → file."""
    page = await Page.open(web, person)
    found = {message["id"]: message["file"] for messages in page.first["messages"].values() for message in messages if "file" in message}
    await page.close()
    return found


def descriptors(web):
    return len(os.listdir(f"/proc/{web.process.pid}/fd"))


def memory(web):
    return next(int(line.split()[1]) for line in Path(f"/proc/{web.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")) * 1024


# ---- the stories ----

async def story_saved(web):
    bot, jo = await FileBot.come(web), await Page.open(web, "jo")
    data = content(2 * PIECE + 1001, 1)
    done = await bot.upload(data, card=card("Here is your list."))
    message = (await jo.wait(lambda frame: frame["t"] == "message" and "file" in frame["message"]))["message"]
    file = message["file"]
    check("sent, and shown with its words", done["result"] == "sent" and done["message"] == message["id"] and message["card"]["text"] == "Here is your list.", (done, message))
    check("its name, type and size", (file["name"], file["type"], file["bytes"]) == (NAME, "text/csv", len(data)), file)
    status, headers, body = fetch(web, file["href"])
    check("saved as it was", status == 200 and body == data, (status, len(body)))
    check("to be saved, under its name", headers["content-disposition"] == f"attachment; filename=\"{NAME}\"; filename*=UTF-8''{NAME}", headers)
    check("its type, and no guessing", (headers["content-type"], headers["x-content-type-options"]) == ("text/csv", "nosniff"), headers)
    check("kept by no cache, read by no other page", (headers["cache-control"], headers["cross-origin-resource-policy"]) == ("no-store", "same-origin"), headers)
    status, headers, body = fetch(web, file["href"], "HEAD")
    check("HEAD", (status, headers["content-length"], body) == (200, str(len(data)), b""), headers)
    check("who sees no message sees no file", await shown(web, "ben") == {} and list(await shown(web)) == [message["id"]])
    folder = Path(web.folder, "data/files")
    names = list(kept(web))
    check("on the disk for us alone, under no given name", folder.stat().st_mode & 0o777 == 0o700 and len(names) == 1 and "people" not in names[0]
          and (folder / names[0]).stat().st_mode & 0o777 == 0o600, names)
    line = next(line for line in web.journal() if line.get("frame", {}).get("kind") == "upload")
    check("the journal's line says what it is", (line["frame"]["file"]["name"], line["frame"]["file"]["bytes"]) == (NAME, len(data)), line)
    for name, kind, wanted in (("../../é\"x.csv", "no type", "application/octet-stream"), ("ë" * 256, "text/html", "text/html")):
        await bot.upload(b"<script>", name=name, kind=kind, card=card("odd"))
        odd = (await jo.wait(lambda frame: frame["t"] == "message" and "file" in frame["message"]))["message"]["file"]
        status, headers, body = fetch(web, odd["href"])
        check(f"an odd name, {len(name)} long", status == 200 and body == b"<script>" and headers["content-disposition"].startswith("attachment; filename=\""), headers)
        check("no folder in it", "/" not in headers["content-disposition"] and "\\" not in headers["content-disposition"], headers)
        check("and never opened", (headers["content-type"], headers["x-content-type-options"]) == (wanted, "nosniff"), headers)
    only = await bot.upload(b"for Jo", to={"room": "custody"}, only="jo")
    check("only one sees it", only["result"] == "sent" and await shown(web, "aisha") == {} and only["message"] in await shown(web), only)
    check("to nobody", (await bot.upload(b"x", to={"person": "zoe"})).get("why") == "person_gone")
    check("and nothing of that stays", len(kept(web)) == len(await shown(web)) == 4, kept(web).keys())
    await jo.close()
    await bot.close()


async def story_connections(web):
    """Files and the page on one connection; browsers that go in the middle."""
    href = next(iter((await shown(web)).values()))["href"]
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    for path in (href, "/", href, "/file/none", href):
        line.request("GET", path)
        answer = line.getresponse()
        body = answer.read()
        check(f"one connection: {path[:6]}", (answer.status, len(body) > 10) == (404 if path == "/file/none" else 200, True), answer.status)
    line.close()
    bot = await FileBot.come(web)
    done = await bot.upload(content(4 * MIB, 2))
    big = (await shown(web))[done["message"]]["href"]
    before = descriptors(web)
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port, limit=1024)
        writer.write(f"GET {big} HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n\r\n".encode())
        await asyncio.wait_for(reader.readexactly(500), 10)
        writer.transport.abort()
    check("the largest file", fetch(web, big)[2] == content(4 * MIB, 2))
    end = asyncio.get_running_loop().time() + 10
    while descriptors(web) > before and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.02)
    check("whoever goes in the middle leaves no descriptor open", descriptors(web) <= before, (before, descriptors(web)))
    await bot.act("delete", message=done["message"])
    await bot.close()


async def story_paths(web):
    """No path from outside comes near the disk."""
    href = next(iter((await shown(web)).values()))["href"]
    token = href.split("/")[-1]
    wrong = ["/file/", "/file/..", "/file/../journal", "/file/../../data/journal", "/file/..%2fjournal", "/file/%2e%2e/journal", "/file/%2e%2e%2fjournal",
             "/file/..%5cjournal", "/file/%252e%252e%252fjournal", f"/file/{token}/../../journal", f"/file/..%2ffiles%2f{token}", f"/files/{token}", f"/data/files/{token}",
             f"/file/{token.upper()}", f"/file/{token}0", f"/file/{token[:-1]}", f"/file/{token}%00", f"/file/{token}/", f"/file/{token}.csv", "/file/m2", "/file/2",
             "/file/18446744073709551616", "/file/-1", "/file/" + "9" * 100, "/file/" + "0" * 32, "/file/" + "f" * 3000, "/journal", "/lock", "/file/%ff%fe", "/file/\xff"]
    odd, start = collections.Counter(), fetch(web)[2].decode()
    for path in wrong:
        answer = await raw(web, [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{web.port}", "Connection: close"])
        status = answer.split()[1] if answer.startswith("HTTP/1.") else "closed"
        nothing = status in ("400", "403", "404", "414", "431", "closed") or answer.endswith(start)  # one step up is the start page
        check(f"nothing at {path[:60]!a}", nothing and '"k":"start"' not in answer, answer[:200])
        odd[status] += 1
    check("most of them are answered kindly", odd["404"] > len(wrong) / 2, odd)
    check("a file for another host", fetch(web, href, Host="evil.example")[0] == 403)
    check("a file for another page", fetch(web, href, Origin="http://evil.example")[0] == 403)
    check("a file by POST", fetch(web, href, "POST")[0] == 405)
    check("and still it is there", fetch(web, href)[0] == 200)


async def story_order(web):
    """What has the order of a file waits behind it; what has another goes before; one file at a time is asked for."""
    bot, data = await FileBot.come(web), content(2 * PIECE, 3)
    first = await bot.begin(data, action="o-first", order="jo")
    second = await bot.begin(data, action="o-second", order="other")
    await bot.send(t="action", id="o-behind", order="jo", workspace="web/city", kind="send", to={"person": "jo"}, card=card("Behind."))
    await bot.send(t="action", id="o-beside", order="beside", workspace="web/city", kind="send", to={"person": "jo"}, card=card("Beside."))
    beside = await bot.wait(lambda frame: frame["t"] == "done")
    check("another order overtakes", beside["id"] == "o-beside", beside)
    check("one file at a time", [frame["id"] for frame in bot.heard if frame["t"] == "blob_get"] == [first], bot.heard)
    await bot.send(t="ask", id=second)
    await bot.serve(first, data)
    await bot.serve(second, data, pieces=2)
    done = [(await bot.wait(lambda frame: frame["t"] == "done")) for _ in range(2)]
    check("the same order waits its turn; who asks hears when it is so", sorted(one["id"] for one in done) == ["o-behind", "o-second"]
          and all(one["result"] == "sent" for one in done), done)
    page = await Page.open(web, "jo")
    ids = [message["id"] for message in page.first["messages"]["d:jo"]]
    texts = [message.get("card", {}).get("text", message.get("file", {}).get("name")) for message in page.first["messages"]["d:jo"]][-4:]
    check("in this order on the page", texts.index("Behind.") > texts.index(NAME) and texts[0] == "Beside.", (texts, ids))
    await page.close()
    await bot.begin(data, action="o-silent")
    later = await bot.wait(lambda frame: frame["t"] == "done")
    check("pieces that never come: later", (later["id"], later["result"]) == ("o-silent", "later"), later)
    await bot.close()


async def story_gone(web):
    """A file goes with its message, and with the demo that starts over; what was on its way goes too."""
    bot, files = await FileBot.come(web), await shown(web)
    message, file = next(iter(files.items()))
    other = list(files.values())[1]
    before = len(kept(web))
    await bot.act("delete", message=message)
    check("deleted", fetch(web, file["href"])[0] == 404 and len(kept(web)) == before - 1 and fetch(web, other["href"])[0] == 200)
    jo = await Page.open(web, "jo")
    half = await bot.begin(content(3 * PIECE, 4), action="half")
    await bot.serve(half, content(3 * PIECE, 4), pieces=1)
    await bot.wait(lambda frame: frame["t"] == "blob_get")
    await jo.say(t="reset")
    event = await bot.event(ack=False)
    await bot.send(t="ack", id=event["id"])
    new = await bot.begin(b"new world", action="half")  # ids begin anew too
    await jo.wait(lambda frame: frame["t"] == "state")
    done = await bot.serve(new, b"new world")
    files = await shown(web)
    check("of before nothing is left, of after all is there", list(files) == [done["message"]] and fetch(web, files[done["message"]]["href"])[2] == b"new world", files)
    check("nor on the disk", list(kept(web).values()) == [b"new world"] and fetch(web, other["href"])[0] == 404, kept(web).keys())
    await jo.close()
    await bot.close()


async def story_memory(web):
    bot = await FileBot.come(web)
    await bot.upload(content(4 * MIB, 5))
    before = memory(web)
    for number in range(12):
        await bot.begin(content(4 * MIB, number), action=f"mem-{number}", order=f"mem-{number}")
    for number in range(12):
        await bot.serve(f"mem-{number}", content(4 * MIB, number))
    check("twelve files of 4 MiB at once, one in memory", memory(web) - before < 12 * MIB, f"{(memory(web) - before) / MIB:.1f} MiB more")
    for message in await shown(web):
        await bot.act("delete", message=message)
    check("deleted, nothing stays", kept(web) == {}, kept(web).keys())
    await bot.close()


async def killed_upload(web, action, data, passing=1, pieces=None, wait_s=None):
    """Sends the file to a process that dies on the way: at that passing of its own fault point, behind so many pieces, or after so long."""
    try:
        bot = await FileBot.come(web)
        for _ in range(passing - 1):
            await bot.act("send", to={"person": "ben"}, card=card("Before the file."))
        if wait_s is not None:
            asyncio.get_running_loop().call_later(wait_s, web.process.kill)
        await bot.serve(await bot.begin(data, action=action), data, pieces)
        if pieces is not None or wait_s is not None:
            web.process.kill()
    except (websockets.ConnectionClosed, ConnectionError, OSError):
        pass
    await asyncio.get_running_loop().run_in_executor(None, web.process.wait, web_story.DEADLINE_S)


async def whole(web, wanted):
    """Every message that is there has its whole file, and nothing else lies on the disk."""
    files, disk = await shown(web), kept(web)
    bodies = [fetch(web, file["href"])[2] for file in files.values()]
    return all(body in wanted for body in bodies) and sorted(bodies) == sorted(disk.values()) and all(file["bytes"] == len(body) for file, body in zip(files.values(), bodies))


async def story_kills(web, seed):
    chance, wanted, before, after = random.Random(seed), [], 0, 0
    plan = [{"fault": point, "passing": n} for point in ("journal_before", "journal_written", "journal_after", "action_heard", "done_sent") for n in (1, 2)]
    plan += [{"pieces": n} for n in (1, 2, 3)] + [{"wait_s": chance.uniform(0, 0.06)} for _ in range(10)]
    for number, moment in enumerate(plan):
        data, action = content(MIB + number if "wait_s" in moment else 2 * PIECE + number, seed + number), f"kill-{number}"
        fault = moment.pop("fault", None)
        web.stop(signal.SIGKILL)
        web.start({"MENTORD_FAULT": f"{fault}:{moment['passing']}"} if fault else None)
        await killed_upload(web, action, data, **moment)
        check(f"killed: {fault or ''} {moment}", web.process.returncode == -signal.SIGKILL, web.process.returncode)
        web.start()
        was_there = data in kept(web).values()
        before, after = before + (not was_there), after + was_there
        check("whole, or not there", await whole(web, wanted + [data]), (await shown(web), {name: len(body) for name, body in kept(web).items()}))
        wanted.append(data)
        bot = await FileBot.come(web)
        done = await bot.serve(await bot.begin(data, action=action), data)
        check("sent again: once", done["result"] == "sent" and len(await shown(web)) == len(wanted) and await whole(web, wanted), done)
        await bot.close()
    check(f"killed {before} times before it counted, {after} times behind", before >= 5 and after >= 2)


async def main():
    web, seed = Web(*sys.argv[1:3]), int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 30)
    web.start()
    print(f"# files through the page; seed {seed}")
    try:
        for story in (story_saved, story_connections, story_paths, story_order, story_gone, story_memory):
            print(f"# {story.__name__}", flush=True)
            await story(web)
        await story_kills(web, seed)
        web.stop()
        check("no trouble in the log, and no name of a file", " trouble " not in web.log() and "people-2027" not in web.log(), web.log())
    finally:
        web.process.kill()  # what ended is left alone
        web.remove()
    print(f"{web_story.checks} checks")


if __name__ == "__main__":
    asyncio.run(main())
