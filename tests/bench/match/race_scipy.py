#!/usr/bin/python3
"""race_scipy.py: the same problem for scipy: sparse (min_weight_full_bipartite_matching) or dense (linear_sum_assignment, all pairs, one seat).

scipy knows no seats: a mentor with four becomes four columns. Who stays alone takes a column of their own. Only the solver is timed.
"""
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

ALONE = 1_000_000


def read(path):
    with open(path, "rb") as file:
        _, mentees, mentors, _ = np.fromfile(file, np.int32, 4)
        pairs = int(np.fromfile(file, np.int64, 1)[0])
        seats, first = np.fromfile(file, np.int32, mentors), np.fromfile(file, np.int64, mentees + 1)
        return int(mentees), int(mentors), seats, first, np.fromfile(file, np.int32, pairs), np.fromfile(file, np.int32, pairs)


def dense(mentees, mentors, seats, first, mentor, cost):
    assert len(cost) == mentees * mentors and seats.max() == 1, "dense is for all pairs and one seat each"
    table = cost.reshape(mentees, mentors).astype(np.float64)
    start = time.process_time()
    rows, columns = linear_sum_assignment(table)
    return time.process_time() - start, table[rows, columns]


def sparse(mentees, mentors, seats, first, mentor, cost):
    column_of = np.concatenate([[0], np.cumsum(seats)])
    copies = seats[mentor]
    row = np.repeat(np.repeat(np.arange(mentees), np.diff(first)), copies)
    within = np.arange(len(row)) - np.repeat(np.concatenate([[0], np.cumsum(copies)[:-1]]), copies)
    column = np.repeat(column_of[mentor], copies) + within
    value = np.repeat(cost, copies) + 1.0  # a cost of zero would count as no pair
    row, column = np.concatenate([row, np.arange(mentees)]), np.concatenate([column, column_of[-1] + np.arange(mentees)])
    table = csr_matrix((np.concatenate([value, np.full(mentees, ALONE + 1.0)]), (row, column)), shape=(mentees, int(column_of[-1]) + mentees))
    start = time.process_time()
    rows, columns = min_weight_full_bipartite_matching(table)
    seconds = time.process_time() - start
    return seconds, np.asarray(table[rows, columns]).ravel() - 1.0


seconds, costs = {"sparse": sparse, "dense": dense}[sys.argv[1]](*read(sys.argv[2]))
made = costs[costs < ALONE]
print(f"matched {len(made)} cost {int(made.sum())} solve {seconds:.6f} s")
