#!/usr/bin/python3
"""turns.py: how fast, how heavy: a real bot, its private Redis with appendfsync always, and a scripted adapter at the real link.

usage: BUILD=build turns.py [--people 2000] [--turns 5] [--seconds 5] [--many 100000]
Prints lines `bench NAME VALUE UNIT [reference VALUE ratio R] [wanted W]`. Only broken counts fail, never a slow machine.
"""
import argparse
import subprocess
import time
from datetime import datetime

import calls
from place import BUILD, ROOT, Place, bench, cpu_s, memory_mb, settled, want

DEPTH = 2  # calls of the commit function under way at once, as in state/store_redis_commit.c


def ceiling(place, start, path):
    """The same calls again by bare hiredis, into a scheme of their own."""
    data = path.read_bytes()[start:]
    plan = place.folder / "calls"
    named, count = calls.write(data, calls.kinds_of((ROOT / "state/records.def").read_text()), plan)
    done = subprocess.run([BUILD / "bench-turns-ceiling", place.data / "redis/redis.sock", "mentord", place.data / "redis/password.bot",
                           "ceiling", plan, str(DEPTH)], capture_output=True, text=True)
    want(done.returncode == 0, done.stderr)
    _, seconds, again = done.stdout.split()
    want(int(again) == count, "calls were lost on the way")
    want(path.exists(), "Redis rewrote its file in between: take fewer turns")
    return named, named / float(seconds), count, len(data) / named, (path.stat().st_size - start - len(data)) / named


def durable_turns(place, options):
    pids = {**place.pids(), "adapter": place.adapter.pid}
    place.order(f"closed {options.people} 1")  # they become people
    settled(place)
    path, start = place.aof()
    before = {name: cpu_s(pid) for name, pid in pids.items()}
    turns, seconds, p50, p99, cards = place.order(f"closed {options.people} {options.turns}")
    settled(place)
    spent = {name: cpu_s(pid) - before[name] for name, pid in pids.items()}
    want(place.aof()[0] == path, "Redis began another file in between")
    rate = turns / seconds
    named, reference, count, file_bytes, again_bytes = ceiling(place, start, path)
    want(named == int(turns), f"{int(turns)} turns were acknowledged, {named} are in the append-only file")
    bench("durable_turns", rate, "turns/s", reference, "ratio>=0.7")
    bench("turns_per_call", turns / count, "turns")
    bench("aof_bytes_per_turn", file_bytes, "bytes", again_bytes)
    bench("latency_closed_p50", p50, "ms")
    bench("latency_closed_p99", p99, "ms")
    for name, label in (("mentord", "bot"), ("adapter", "adapter"), ("redis-server", "redis")):
        bench(f"cpu_{label}", spent[name] / turns * 1e6, "us/turn")
    return rate


def latency(place, options, rate):
    for name, share, wanted in (("half", 0.5, "<20"), ("full", 1.0, None)):
        _, _, p50, p99, _ = place.order(f"open {options.people} {rate * share:.1f} {options.seconds}")
        settled(place)
        bench(f"latency_{name}_p50", p50, "ms")
        bench(f"latency_{name}_p99", p99, "ms", wanted=wanted)


def write_people(path, people):
    """Every third has a line manager, who is sealed."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("account,name,organisation,department,grade,line_manager,topics\n")
        for i in range(people):
            manager = f"web/city:u{i // 100}" if i % 3 == 0 and i >= 100 else ""
            file.write(f"web/city:u{i},Listed {i},city,Custody,sergeant,{manager},networks;leading people\n")


def load_s(place):
    """From the bot's first line in the log to the one that says it serves, the last time."""
    lines = [line.split() for line in place.log().splitlines()]
    stamps = {what: [line[0] for line in lines if line[2:4] == ["mentord", what]][-1] for what in ("start", "store_up")}
    start, up = (datetime.fromisoformat(stamps[what].replace("Z", "+00:00")) for what in ("start", "store_up"))
    return (up - start).total_seconds()


def many_people(people):
    place = Place()
    try:
        place.start()
        write_people(place.folder / "many.csv", people)
        done = subprocess.run([BUILD / "mentord", "import", "--config", place.config, "--yes", place.folder / "many.csv"], capture_output=True, text=True)
        want(done.returncode == 0, done.stderr)
        place.stop()
        place.start()
        bot = place.pids()["mentord"]
        want(f" persons={people + 9} " in place.log().rpartition("store_up")[2], "not everybody was loaded")
        bench("people_100k_load", load_s(place), "s", wanted="<3")
        bench("people_100k_memory", memory_mb(bot, "RssAnon"), "MB", wanted="<250")
        bench("people_100k_rss", memory_mb(bot, "VmRSS"), "MB")
        place.stop()
    finally:
        place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--many", type=int, default=100000, help="0: leave them out")
    options = parser.parse_args()
    place = Place()
    try:
        place.start()
        place.start_adapter()
        bot = place.pids()["mentord"]
        time.sleep(1)  # the demo's first people are in by then
        bench("idle_memory", memory_mb(bot, "RssAnon"), "MB", wanted="<6")
        bench("idle_rss", memory_mb(bot, "VmRSS"), "MB")
        latency(place, options, durable_turns(place, options))
        place.stop()
    finally:
        place.remove()
    if options.many > 0:
        many_people(options.many)


main()
