/* enums.c: the names of enums.def, and the way from a name to its value and back. */
#include "state/records.h"

#include <string.h>

#include "state/records_walk.h"

#define ENUM_BEGIN(name) const char *const name##_names[] = {
#define VALUE(prefix, value, text) text,
#define ENUM_END(name, NAME) };
#include "state/enums.def"
#undef ENUM_BEGIN
#undef VALUE
#undef ENUM_END

static const char *name_at(const char *const *names, int count, int value) {
  return value >= 0 && value < count ? names[value] : "?";
}

static int value_of(const char *const *names, int count, const char *text) {
  for (int value = 0; text != NULL && value < count; value++)
    if (strcmp(names[value], text) == 0) return value;
  return -1; /* every X_INVALID_ */
}

#define ENUM_BEGIN(name)
#define VALUE(prefix, value, text)
#define ENUM_END(name, NAME)                                                        \
  const char *name##_name(enum name value) {                                        \
    return name_at(name##_names, NAME##_MAX_, (int)value);                          \
  }                                                                                 \
  enum name name##_from(const char *text) {                                         \
    return (enum name)value_of(name##_names, NAME##_MAX_, text);                    \
  }
#include "state/enums.def"
#undef ENUM_BEGIN
#undef VALUE
#undef ENUM_END
