/* match_tool.h: the program match-solve: an assignment problem from a file, its best matching, its proof, its time. */
#ifndef MENTORD_MATCH_TOOL_H
#define MENTORD_MATCH_TOOL_H

/* match-solve [--fair] [--pairs] FILE; "-" is standard input. 0: solved and proven; 1: it could not be; 2: wrong input. */
int match_tool(int argc, char **argv);

#endif
