/* scheme_questions.h: the list of questions in a scheme file; only scheme_file.c includes it. */
#ifndef MENTORD_SCHEME_QUESTIONS_H
#define MENTORD_SCHEME_QUESTIONS_H

#include "bot/base/yaml.h"
#include "state/records.h"

/* `node` is the word default, or a list. ret_set->questions.items stays NULL for default; everything lives in the reader's
 * arena. Every trouble is told; what is wrong is left out. */
void scheme_questions_read(struct yaml_reader *reader, const struct yaml_node *node, struct question_set *ret_set);

#endif
