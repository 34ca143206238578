/* scheme_places.h: the places of organisations, as scheme.yaml gives them: how many mentees get a mentor, how many seats are given. */
#ifndef MENTORD_SCHEME_PLACES_H
#define MENTORD_SCHEME_PLACES_H

#include "bot/base/map.h"
#include "bot/base/yaml.h"
#include "state/records.h"

#define SCHEME_PLACES_EXAMPLE "{ mentees_at_least: 3, mentees_at_most: 5, gives_at_most: 5 }"

/* An organisation's own `places`. Troubles are told; what is returned is whole only without any. */
void scheme_places_read(struct yaml_reader *reader, const struct yaml_node *node, struct places *ret_places);
/* A programme's list of them; `organisations` has the ids that the file knows. The list is the reader's arena's. */
void scheme_places_list(struct yaml_reader *reader, const struct yaml_node *list, struct map *organisations, struct programme *ret_programme);

#endif
