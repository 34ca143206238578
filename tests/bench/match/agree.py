#!/usr/bin/python3
"""agree.py BUILD [SEED]: a thousand small rounds of all shapes, solved by build/match-solve and by scipy: as many matched, at the same cost."""
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from scipy.optimize import linear_sum_assignment

ROUNDS, ALONE = 1000, 10**7  # ALONE: dearer than all pairs of a round together


def draw(chance):
    """Mentees, seats of each mentor, and the cost of each pair there is; many ties, empty lists, no seats at all."""
    mentees, mentors = chance.randint(0, 40), chance.randint(0, 20)
    seats = [chance.choice((0, 1, 1, 2, 3)) for _ in range(mentors)]
    density, costs = chance.random(), chance.choice((1, 5, 100, 10000))
    pairs = {(i, j): chance.randint(0, costs) for i in range(mentees) for j in range(mentors) if chance.random() < density}
    return mentees, seats, pairs


def text_of(mentees, seats, pairs):
    lines = [f"p match {mentees} {len(seats)} {len(pairs)}"]
    lines += [f"m {j + 1} {count}" for j, count in enumerate(seats)]
    lines += [f"a {i + 1} {j + 1} {cost}" for (i, j), cost in pairs.items()]
    return "\n".join(lines) + "\n"


def by_scipy(mentees, seats, pairs):
    """A column for each seat, and one for each mentee to stay alone in."""
    columns = [j for j, count in enumerate(seats) for _ in range(count)]
    costs = numpy.full((mentees, len(columns) + mentees), ALONE)
    for i in range(mentees):
        for column, j in enumerate(columns):
            costs[i, column] = pairs.get((i, j), ALONE)
    rows, chosen = linear_sum_assignment(costs)
    paid = [int(cost) for cost in costs[rows, chosen] if cost < ALONE]
    return len(paid), sum(paid)


def main():
    build, seed = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**9)
    chance, matched_in_all = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            problem, path = draw(chance), Path(folder) / "problem"
            path.write_text(text_of(*problem))
            said = subprocess.run([build / "match-solve", path], capture_output=True, text=True, check=True).stdout.split()
            ours, theirs = (int(said[1]), int(said[3])), by_scipy(*problem)
            matched_in_all += theirs[0]
            if ours != theirs or said[4:6] != ["certificate", "ok"]:
                raise SystemExit(f"agree: round {number} of seed {seed}: {' '.join(said)}, scipy: matched {theirs[0]} cost {theirs[1]}\n{path.read_text()}")
    print(f"agree: {ROUNDS} rounds, {matched_in_all} matched, the same as scipy's; seed {seed}")


if __name__ == "__main__":
    main()
