/* play.c: fuzzes play.yaml: a cast is taken whole or refused with its place. */
#include <string.h>

#include "adapters/web/web_play.h"
#include "tests/fuzz/kit/fuzz.h"

static void check_play(const struct web_play *play) {
  FUZZ_MUST(play->person_count > 0 && play->workspace_count > 0, "nobody plays");
  for (size_t i = 0; i < play->person_count; i++) {
    const struct web_play_person *person = &play->people[i];
    FUZZ_MUST(web_play_person(play, person->id) == person, "%s is somebody else", person->id);
    FUZZ_MUST(web_play_bit(play, person) == UINT64_C(1) << i, "%s", person->id);
    for (size_t k = 0; k < person->answers.count; k++)
      FUZZ_MUST(web_play_answer(play, person, person->answers.rows[k].key) != NULL || play->never_count > 0, "%s", person->id);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct web_play *play = NULL;
  err_note_clear();
  enum err err = web_play_read(fuzz_file(data, bytes), &play);
  if (err == ERR_NONE) check_play(play);
  else FUZZ_MUST(err_note_text()[0] != '\0', "refused as %s without a reason", err_name(err));
  web_play_freep(&play);
  return 0;
}
