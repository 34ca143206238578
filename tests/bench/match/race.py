#!/usr/bin/python3
"""race.py: match-solve against LEMON and scipy on the same files in the same run: CPU seconds of the solvers alone, median of three.

    race.py BUILD [SIZE] [NAME…]      SIZE multiplies the number of people; NAMEs are of rows of RACES

Every row is a ratio of the two in this run. A different count or cost fails the run; a ratio that falls short is said.
"""
import os
import re
import subprocess
import sys
import tempfile

RUNS, LONG_S, SEED = 3, 5.0, 2026
HERE = os.path.dirname(os.path.abspath(__file__))
LEMON, SPARSE, DENSE = "lemon", "scipy", "scipy-dense"
# name, family, mentees, mentors, pairs each (0: all), {peer: how many times as fast is wanted}; "best": the faster of the two
RACES = [
    ("people-300", "people", 300, 60, 60, {LEMON: 0, SPARSE: 0}),
    ("uniform-10k", "uniform", 10000, 10000, 50, {LEMON: 10, SPARSE: 20}),
    ("people-10k", "people", 10000, 2000, 100, {LEMON: 10, SPARSE: 20}),
    ("uniform-30k", "uniform", 30000, 30000, 50, {LEMON: 10}),
    ("people-30k", "people", 30000, 6000, 100, {LEMON: 10}),
    ("short-20k", "people", 20000, 2000, 100, {LEMON: 4}),
    ("dense-4k", "uniform", 4000, 4000, 0, {DENSE: 20}),
    ("dense-10k", "uniform", 10000, 10000, 0, {DENSE: 20}),
    ("equal-10k", "equal", 10000, 10000, 50, {LEMON: 0.5, SPARSE: 0.5}),
    ("master-10k", "master", 10000, 10000, 50, {LEMON: 0.5}),
    ("product-10k", "product", 10000, 10000, 50, {LEMON: 0.5}),
    ("euclid-10k", "euclid", 10000, 10000, 50, {LEMON: 0.5, SPARSE: 0.5}),
    ("equal-dense-2k", "equal", 2000, 2000, 0, {LEMON: 0.5, DENSE: 0.5}),
    ("master-dense-2k", "master", 2000, 2000, 0, {LEMON: 0.5, DENSE: 0.5}),
    ("product-dense-2k", "product", 2000, 2000, 0, {LEMON: 0.5, DENSE: 0.5}),
    ("euclid-dense-2k", "euclid", 2000, 2000, 0, {LEMON: 0.5, DENSE: 0.5}),
]
ROUND_S = 0.010  # a round of 300 with 60 mentors


def run(command):
    times, value = [], None
    while len(times) < RUNS:
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.match(r"matched (\d+) cost (\d+) (?:certificate ok )?solve ([\d.]+) s", out)
        times.append(float(found.group(3)))
        value = (int(found.group(1)), int(found.group(2)))
        if times[0] > LONG_S:
            break
    return sorted(times)[len(times) // 2], value


def race(build, row, size, folder):
    name, family, mentees, mentors, each, peers = row
    path = os.path.join(folder, "problem")
    grow = size if each or size < 1 else size ** 0.5
    subprocess.run([f"{build}/bench-match/generate", family, str(int(mentees * grow)), str(int(mentors * grow)), str(each), str(SEED), path], check=True)
    commands = {LEMON: [f"{build}/bench-match/race_lemon", path], SPARSE: ["/usr/bin/python3", f"{HERE}/race_scipy.py", "sparse", path],
                DENSE: ["/usr/bin/python3", f"{HERE}/race_scipy.py", "dense", path]}
    ours, value = run([f"{build}/match-solve", path])
    wrong = short = 0
    if name == "people-300":
        print(f"bench {name} {ours:.4f} s reference limit {ROUND_S:.4f} s ratio {ROUND_S / ours:.1f} wanted 1", flush=True)
        short += size == 1 and ours > ROUND_S
    for peer, wanted in peers.items():
        seconds, theirs = run(commands[peer])
        ratio = seconds / max(ours, 1e-6)
        note = "" if theirs == value else f" DIFFERS: {value} and {theirs}"
        note += " falls short" if ratio < wanted else ""
        wrong += theirs != value
        short += ratio < wanted
        print(f"bench {name} {ours:.4f} s reference {peer} {seconds:.4f} s ratio {ratio:.2f} wanted {wanted}{note}", flush=True)
    return wrong, short


def main():
    build, size = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    rows = [row for row in RACES if not sys.argv[3:] or row[0] in sys.argv[3:]]
    with tempfile.TemporaryDirectory() as folder:
        results = [race(build, row, size, folder) for row in rows]
    wrong, short = (sum(column) for column in zip(*results))
    print(f"bench-match: {len(rows)} problems, {wrong} answers differ, {short} ratios fall short")
    return 1 if wrong or not rows else 0


sys.exit(main())
