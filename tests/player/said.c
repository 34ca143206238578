/* said.c: what somebody got, whichever world it was said in: its texts and buttons, let go when it is said anew. */
#include <stdlib.h>

#include "tests/player/world.h"

void said_drop_card(struct said *said) {
  for (size_t i = 0; i < said->choice_count; i++) {
    free(said->choices[i].token);
    free(said->choices[i].label);
  }
  for (size_t i = 0; i < said->extra_count; i++) {
    free(said->extras[i].token);
    free(said->extras[i].label);
  }
  free(said->text);
  free(said->plain);
  free(said->input_token);
  said->choice_count = said->extra_count = 0;
}

void said_free(struct said *said) {
  said_drop_card(said);
  free(said->person);
  free(said->message);
  free(said->key);
  free(said->old_token);
  free(said->file_name);
  free(said->file);
  free(said);
}
