/* match_solve.c: the program match-solve. */
#include "bot/edge/match_tool.h"

int main(int argc, char **argv) {
  return match_tool(argc, argv);
}
