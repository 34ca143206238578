#!/usr/bin/python3
"""redis_troubles.py: everything that can be wrong with Redis, provoked for real while people write; then counts what was lost or done twice.

In each trouble nothing may be acknowledged, `mentord health` and the log must say what is wrong and what to do, and afterwards
everybody must be answered, once. Two demos at a time: one on a Redis of the operator's own, one on the private Redis. Where a
file system of its own is needed, a small tmpfs is mounted in a mount namespace that ends with the test: root, or user namespaces.
"""
import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent import futures

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

from demo import BUILD, ROOT, Demo
from store import PASSWORD, OwnDemo
from troubled import CARE, DOWN, Troubled, check, checks, run

AWAY_S, LATE_S, TOO_LATE_S = 5, 2.0, 3.0
KEYS_BESIDE, KEY_MICROSECONDS = 12288, 500
DISK_MB, FREE_MB = 48, 16


async def nothing():
    pass


def later(call, *args):
    """A blocking call, while people go on writing."""
    return asyncio.get_running_loop().run_in_executor(None, call, *args)


class Own(Troubled):
    """A Redis of the operator's own."""

    def __init__(self):
        super().__init__(OwnDemo(self.files()), "a Redis of our own")
        self.store, self.slow = self.demo.store, self.demo.slow

    async def story(self):
        await later(self.store.start)
        self.store.load()
        await self.slow.open()
        await later(self.demo.start)
        await self.write()
        await self.trouble("away", self.stop, self.back_after_a_while, "store_down", "See that it runs")
        await self.trouble("halted", lambda: self.signal(signal.SIGSTOP), lambda: self.signal(signal.SIGCONT), "store_down", "See that it runs")
        await self.late()
        await self.trouble("too late", lambda: self.set_late(TOO_LATE_S), lambda: self.set_late(0.0), "store_down", "no reply for 2 s")
        await self.trouble("no memory", lambda: self.set("maxmemory", "1000"), lambda: self.set("maxmemory", "0"), "store_down", "raise its maxmemory")
        await self.trouble("read-only", lambda: self.admin("REPLICAOF", "127.0.0.1", "1"), lambda: self.admin("REPLICAOF", "NO", "ONE"), "store_down",
                           "connect to its primary")
        await self.trouble("wrong password", lambda: self.password("another"), lambda: self.password(PASSWORD), "store_down", "compare the password file")
        await self.trouble("loading", self.restart_loading, self.loaded, "store_down", "it answers when it is done")
        await self.trouble("empty", self.empty, self.full_again, "store_lost", "Put the folder back or restore a backup")
        await self.second_bot()
        await self.judge()

    async def stop(self):
        await later(self.store.stop)

    async def back_after_a_while(self):
        await asyncio.sleep(AWAY_S)
        await later(self.store.start)

    async def signal(self, number):
        self.store.signal(number)

    async def set_late(self, seconds):
        self.slow.late = seconds

    async def admin(self, *words):
        await later(self.store.admin, *words)

    async def set(self, name, value):
        await self.admin("CONFIG", "SET", name, value)

    async def password(self, password):
        await self.admin("ACL", "SETUSER", "mentord", "resetpass", f">{password}")
        await self.admin("CLIENT", "KILL", "TYPE", "normal")

    async def late(self):
        """Two seconds are slow, and not yet away: people wait, and are served."""
        check(await self.well(), "late: all was well before")
        await self.set_late(LATE_S)
        await self.write()
        health = await self.until_health(lambda health: health["exit"] == CARE and self.says(health, "store_slow", "Look at its machine"))
        check(health and health["serving"], f"late: with answers {LATE_S} s late people are served, and health says why they wait")
        await self.answered()
        await self.set_late(0.0)
        check(await self.well(), "late: all is well again")

    async def restart_loading(self):
        """A file with so much in it that reading takes a while."""
        keys = "".join(f"SET beside:{i} {i}\n" for i in range(KEYS_BESIDE)).encode()
        await later(lambda: self.store.admin(stdin=keys))
        await later(self.store.stop)
        await later(self.store.start, f"key-load-delay {KEY_MICROSECONDS}")

    async def loaded(self):
        while "LOADING" in await later(lambda: self.store.admin("PING", check=False)):
            await asyncio.sleep(0.1)

    async def empty(self):
        await later(self.store.stop)
        os.rename(self.store.data, self.demo.folder / "aside")
        self.store.data.mkdir()
        await later(self.store.start)
        self.store.load()

    async def full_again(self):
        check("city-pilot}:scheme" not in self.store.admin("--scan"), "empty: nothing of the scheme was begun anew")
        await later(self.store.stop)
        shutil.rmtree(self.store.data)
        os.rename(self.demo.folder / "aside", self.store.data)
        await later(self.store.start)

    async def second_bot(self):
        """It stands by, says so, and takes nothing from the first."""
        config = self.demo.folder / "second.yaml"
        config.write_text(re.sub(r"(?m)^data:.*$", f"data: {self.demo.folder}/data2", self.config.read_text()))
        (self.demo.folder / "data2").mkdir(mode=0o700)
        fence = self.health()["fence"]
        second = subprocess.Popen([BUILD / "mentord", "run", "--config", config], stderr=open(self.demo.folder / "second.err", "w"))
        try:
            health = await self.until_health(lambda health: self.says(health, "stands_by", "this one stands by"), config=config)
            check(health and health["exit"] == CARE, "a second bot stands by, and its health says so")
            await self.write()
            check(await self.well(), "a second bot: people are served by the first")
            check(self.health()["fence"] == fence, "a second bot changes no fence")
        finally:
            second.send_signal(signal.SIGTERM)
            check(await later(second.wait, 10) == 0, "a second bot ends when it is asked to")

    def end(self):
        self.store.stop()


class Private(Troubled):
    """The private Redis, on a small disk of its own."""

    def __init__(self):
        super().__init__(Demo(self.files()), "the private Redis")
        self.disk, self.filler = self.demo.folder / "data/redis", self.demo.folder / "data/redis/filler"
        self.disk.mkdir(parents=True, mode=0o700)
        self.disk.parent.chmod(0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", self.disk], check=True)
        with open(self.config, "a") as file:
            file.write(f"free_mb: {FREE_MB}\n")

    async def story(self):
        await later(self.demo.start)
        await self.write()
        await self.scarce()
        await self.trouble("full disk", self.fill_up, self.make_room_again, "space", "Make room there")
        check((self.disk / "reserve").exists(), "full disk: the reserve is there again")
        await self.second_server()
        await self.judge()

    def free(self):
        info = os.statvfs(self.disk)
        return info.f_bavail * info.f_frsize

    def leave(self, megabytes):
        with open(self.filler, "ab") as file:
            file.write(bytes(max(0, self.free() - megabytes * 1024 * 1024)))

    async def scarce(self):
        """Little room: everybody is answered, lists and calls are not taken."""
        check(await self.well(), "little room: all was well before")
        check(self.documented() == [0, 0], "the commands in deploy/README.md say that all is well")
        check((self.disk / "reserve").exists(), "little room: there is a reserve")
        await later(self.leave, FREE_MB // 2)
        health = await self.until_health(lambda health: health["exit"] == CARE and self.says(health, "space", "Lists and calls are refused"))
        check(health and health["serving"], "little room: people are served, and health says what to do")
        await self.write()
        await self.answered()
        (self.demo.folder / "list.csv").write_text("account,name,organisation\nweb/city:new,New,city\n")
        words = [BUILD / "mentord", "import", "--config", self.config, "--yes", self.demo.folder / "list.csv"]
        out = await later(lambda: subprocess.run(words, capture_output=True, text=True, check=False))
        check(out.returncode == 1 and "Make room there" in out.stderr and "Nothing was changed" in out.stderr, "little room: a list is refused", out)
        jo = self.hall.jo
        await jo.hear(0.5)
        end = time.monotonic() + 10
        while jo.shown("turn.space") == 0 and time.monotonic() < end:
            await jo.hear(0.1)
        check(jo.shown("turn.space") == 1, "little room: a manager was told, once")
        await self.make_room()
        check(await self.well(), "little room: all is well again")

    async def fill_up(self):
        """To the last byte, as somebody else's log does it."""
        def fill():
            with contextlib.suppress(OSError), open(self.filler, "ab", buffering=0) as file:
                while file.write(bytes(4096)) == 4096:
                    pass
        await later(fill)

    async def make_room(self):
        self.filler.unlink()

    async def make_room_again(self):
        check(not (self.disk / "reserve").exists(), "full disk: the reserve was given up")
        await self.make_room()

    async def second_server(self):
        """A supervisor that died left a Redis behind which does not end: no second one is started beside it."""
        redis = self.demo.children()["redis-server"]
        check(await self.well(), "second server: all was well before")
        os.kill(redis, signal.SIGSTOP)
        self.demo.kill_supervisor()
        out = await later(lambda: subprocess.run([BUILD / "mentord", "up", "--config", self.config, "--port", str(self.demo.port)],
                                                 capture_output=True, text=True, check=False, timeout=30))
        end = time.monotonic() + 10
        while "a Redis server runs on this folder: end it" not in out.stderr and time.monotonic() < end:  # the page or the bot may still be ending
            out = await later(lambda: subprocess.run([BUILD / "mentord", "up", "--config", self.config, "--port", str(self.demo.port)],
                                                     capture_output=True, text=True, check=False, timeout=30))
        check(out.returncode == 1 and "a Redis server runs on this folder: end it" in out.stderr, "second server: refused, and says what to do", out.stderr)
        health = await self.until_health(lambda health: health["exit"] == DOWN and "Start it" in health["say"])
        check(health and self.documented() == [2, 2], "second server: health says nobody is served, and so do the commands in deploy/README.md")
        os.kill(redis, signal.SIGKILL)
        await later(self.demo.start_again)
        await self.write()
        check(await self.well(), "second server: all is well again")

    def end(self):
        subprocess.run(["umount", "-l", self.disk], check=False)


def main():
    if "MENTORD_UNSHARED" not in os.environ:
        os.environ["MENTORD_UNSHARED"] = "1"
        words = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        os.execvp("unshare", [*words, sys.executable, *sys.argv])
    with futures.ThreadPoolExecutor(2) as pool:
        for world in [pool.submit(run, make) for make in (Own, Private)]:
            world.result()
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
