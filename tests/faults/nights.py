#!/usr/bin/python3
"""nights.py: what a machine and its operator may do to us at a start or in the night, played for real, one demo each.

Each is one thing that is wrong from outside. Either people are served all the same, or the sentence that an operator reads says what to do.
"""
import contextlib
import json
import os
import subprocess
import sys
import time
from concurrent import futures

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

from demo import BUILD, Demo
from troubled import DOWN, WELL, check, checks

WAIT_S = 20
SLOW_SERVER = "#!/bin/bash\nexec /usr/bin/redis-server \"$@\" < <(cat; echo key-load-delay {microseconds})\n"
SET = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"
LONG_READ_S, COMMANDS = 18, 12288  # longer than a supervisor waits for a server that says nothing


def health(demo):
    return subprocess.run([BUILD / "mentord", "health", "--config", demo.folder / "mentord.yaml"], capture_output=True, text=True, check=False)


def until(good, seconds=WAIT_S):
    end = time.monotonic() + seconds
    while not (found := good()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def is_well(demo, seconds=WAIT_S):
    return until(lambda: health(demo).returncode == WELL, seconds)


def begun():
    """A demo that was served once, and stopped."""
    demo = Demo().start()
    check(is_well(demo) and demo.stop() == 0, "a demo begins, and is stopped")
    return demo


# ---- one night each ----
def a_file_that_takes_long_to_read(demo):
    """Years of data on a slow disk: the server answers that it reads, and is left to read, however long that takes."""
    programs = demo.folder / "programs"
    programs.mkdir()
    (programs / "redis-server").write_text(SLOW_SERVER.format(microseconds=LONG_READ_S * 1000000 // COMMANDS))
    (programs / "redis-server").chmod(0o755)
    with open(next((demo.folder / "data/redis/appendonlydir").glob("*.incr.aof")), "ab") as file:
        file.write(SET * COMMANDS)
    demo.env["PATH"] = f"{programs}:{demo.env['PATH']}"
    begin = time.monotonic()
    demo.start()
    took = time.monotonic() - begin
    check(took > LONG_READ_S * 0.9, f"Redis read its file for {took:.0f} s, and was not ended for it")
    check("store_down note=\"the private Redis reads its file" in (demo.folder / "up.err").read_text(), "the log says that it reads")
    check(is_well(demo), "then people are served")
    demo.kill_supervisor(with_children=True)
    demo.process = subprocess.Popen([BUILD / "mentord", "up", "--config", demo.folder / "mentord.yaml", "--port", str(demo.port)], env=demo.env,
                                    stdout=subprocess.PIPE, stderr=open(demo.folder / "again.err", "w"), text=True)
    until(lambda: "reads its file" in (demo.folder / "again.err").read_text())
    begin = time.monotonic()
    check(demo.stop() == 0, f"asked to end while Redis reads, it ended after {time.monotonic() - begin:.1f} s")


def no_streams(demo):
    """Started by something that closed stdin, stdout and stderr: no file may get their numbers."""
    words = ["/bin/sh", "-c", f'exec "{BUILD}/mentord" up --config "{demo.folder}/mentord.yaml" --port {demo.port} <&- >&- 2>&-']
    demo.process = subprocess.Popen(words, env=demo.env, stdout=subprocess.PIPE, text=True)
    check(is_well(demo), "without stdin, stdout and stderr people are served")
    check(demo.stop() == 0, "and it ends as it was asked to")
    check('"stopped":true' in (demo.folder / "data/health.json").read_text(), "the bot ended in order")
    told = [line for line in (demo.folder / "data/mentord.log").read_text().splitlines() if "ssertion" in line]
    check(not told and (demo.folder / "data/up.lock").stat().st_size < 32, "no assertion failed, and no log line went into a file", told)


def a_second_run(demo):
    """Somebody starts a bot by hand on the folder of one that serves."""
    demo.start()
    check(is_well(demo), "people are served")
    fence = json.loads((demo.folder / "data/health.json").read_text())["fence"]
    out = subprocess.run([BUILD / "mentord", "run", "--config", demo.folder / "mentord.yaml"], capture_output=True, text=True, check=False, timeout=WAIT_S)
    check(out.returncode == 1 and "Another bot runs on" in out.stderr, "a second bot on the same folder is refused, and says what to do", out)
    check(is_well(demo) and json.loads((demo.folder / "data/health.json").read_text())["fence"] == fence, "and the first serves on, under its fence")
    check(demo.stop() == 0, "until it is stopped")


def a_name_that_is_gone(demo):
    """The folder's name in the lease was lost: an empty file, as a disk or a hand leaves it."""
    (demo.folder / "data/owner").write_text("")
    demo.start()
    check(is_well(demo), "with an empty file `owner` people are served")
    check(demo.stop() == 0, "until it is stopped")


def a_bot_that_cannot_start(demo):
    """Others may look into the key folder: the bot refuses, again and again, and health does not say that it was stopped."""
    (demo.folder / "data/keys").chmod(0o755)
    demo.start()
    said = until(lambda: (lambda out: "is not up yet" in out.stdout and out)(health(demo)))
    check(said and said.returncode == DOWN, "health says that the bot does not come up, and where to look", health(demo))
    check("keys: open to others (mode 0755" in (demo.folder / "data/mentord.log").read_text(), "there stands why")
    (demo.folder / "data/keys").chmod(0o700)
    check(is_well(demo), "mended, the bot comes up by itself")
    pid = json.loads((demo.folder / "data/health.json").read_text())["pid"]
    check(demo.stop() == 0 and "was stopped" in health(demo).stdout, "stopped, health says so")
    text = (demo.folder / "data/health.json").read_text().replace('"stopped":true', '"stopped":false')
    (demo.folder / "data/health.json").write_text(text.replace(f'"pid":{pid}', f'"pid":{os.getpid()}'))
    check("its process is gone" in health(demo).stdout, "and takes nobody else's process for the bot's")


def fill_up(folder):
    with contextlib.suppress(OSError), open(folder / "filler", "ab", buffering=0) as file:
        while file.write(bytes(4096)) == 4096:
            pass


def a_full_disk_at_the_start(demo):
    """Nothing can be written when it is started, the first time and later: the sentence is about the disk, and nothing is half made."""
    data = demo.folder / "data"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "none", data], check=True)
    with open(demo.folder / "mentord.yaml", "a") as file:
        file.write("free_mb: 16\n")
    words = [BUILD / "mentord", "up", "--config", demo.folder / "mentord.yaml", "--port", str(demo.port)]
    try:
        for when in ("first", "second"):
            fill_up(data)
            out = subprocess.run(words, capture_output=True, text=True, check=False, timeout=WAIT_S)
            check(out.returncode == 1 and f"The disk under {data} is nearly full" in out.stderr, f"a full disk at the {when} start is told", out)
            (data / "filler").unlink()
            demo.start()
            check(is_well(demo) and demo.stop() == 0, "with room people are served")
    finally:
        subprocess.run(["umount", "-l", data], check=False)


NIGHTS = [a_file_that_takes_long_to_read, no_streams, a_second_run, a_name_that_is_gone, a_bot_that_cannot_start, a_full_disk_at_the_start]


def night(story):
    demo, failed = begun(), checks["failed"]
    try:
        story(demo)
    finally:
        if demo.process.poll() is None:
            demo.kill_supervisor(with_children=True)
    if checks["failed"] == failed:
        demo.remove()
    else:
        print(f"what is left of {story.__name__} lies in {demo.folder}")


def main():
    if "MENTORD_UNSHARED" not in os.environ:  # a small disk of our own, in a mount namespace that ends with the test
        os.environ["MENTORD_UNSHARED"] = "1"
        os.execvp("unshare", ["unshare", "-m" if os.geteuid() == 0 else "-rm", sys.executable, *sys.argv])
    with futures.ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(night, story) for story in NIGHTS if len(sys.argv) < 2 or sys.argv[1] in story.__name__]:
            one.result()
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
