// race_lemon.cc: the same problem as a minimum-cost flow for LEMON's network simplex: mentee -> mentor -> end, and mentee -> end for who stays alone.
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <utility>
#include <vector>

using Graph = lemon::StaticDigraph;
static const long long kAlone = 1000000;  // dearer than any exchange that comes up in these problems

struct Problem {
  int32_t sides[4];
  int64_t pairs;
  std::vector<int32_t> seats, mentor, cost;
  std::vector<int64_t> first;
};

template <class T> static void fill(std::ifstream &file, std::vector<T> &list, size_t size) {
  list.resize(size);
  file.read(reinterpret_cast<char *>(list.data()), static_cast<std::streamsize>(size * sizeof(T)));
}

static Problem read_problem(const char *path) {
  Problem problem;
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char *>(problem.sides), sizeof problem.sides);
  file.read(reinterpret_cast<char *>(&problem.pairs), sizeof problem.pairs);
  fill(file, problem.seats, problem.sides[2]);
  fill(file, problem.first, problem.sides[1] + 1);
  fill(file, problem.mentor, problem.pairs);
  fill(file, problem.cost, problem.pairs);
  if (!file) std::fprintf(stderr, "race_lemon: %s cannot be read\n", path), std::exit(2);
  return problem;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  Problem problem = read_problem(argv[1]);
  int mentees = problem.sides[1], mentors = problem.sides[2], end = mentees + mentors;
  std::vector<std::pair<int, int>> ends;
  ends.reserve(problem.pairs + mentees + mentors);
  for (int i = 0; i < mentees; i++) {  // arcs of one node together, as this kind of graph wants them
    for (int64_t at = problem.first[i]; at < problem.first[i + 1]; at++) ends.emplace_back(i, mentees + problem.mentor[at]);
    ends.emplace_back(i, end);
  }
  for (int j = 0; j < mentors; j++) ends.emplace_back(mentees + j, end);
  Graph graph;
  graph.build(end + 1, ends.begin(), ends.end());
  Graph::ArcMap<long long> cost(graph, 0);
  Graph::ArcMap<int> room(graph, 1);
  Graph::NodeMap<int> supply(graph, 0);
  int arc = 0;
  for (int i = 0; i < mentees; i++) {
    supply[graph.node(i)] = 1;
    for (int64_t at = problem.first[i]; at < problem.first[i + 1]; at++) cost[graph.arc(arc++)] = problem.cost[at];
    cost[graph.arc(arc++)] = kAlone;
  }
  for (int j = 0; j < mentors; j++) room[graph.arc(arc++)] = problem.seats[j];
  supply[graph.node(end)] = -mentees;
  lemon::NetworkSimplex<Graph, int, long long> simplex(graph);
  simplex.upperMap(room).costMap(cost).supplyMap(supply);
  std::clock_t start = std::clock();  // the graph is there: only the solver is timed
  bool solved = simplex.run() == simplex.OPTIMAL;
  double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  long long alone = 0;
  for (int i = 0; i < mentees; i++) alone += simplex.flow(graph.arc(problem.first[i + 1] + i));
  if (!solved) return 1;
  std::printf("matched %lld cost %lld solve %.6f s\n", mentees - alone, simplex.totalCost<long long>() - kAlone * alone, seconds);
}
