/* sim_main.c: the process: command line, loop, the facts it prints, signals. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/log.h"
#include "bot/base/random.h"
#include "tests/sim/slack/crowd.h"
#include "tests/sim/slack/keep.h"

struct process {
  uv_loop_t loop;
  uv_signal_t signals[2];
  struct sim sim;
  struct http_owner owner;
  bool stopping;
};

static int usage(void) {
  fprintf(stderr, "usage: sim-slack --port N --data DIR [--world FILE] [--team NAME]… [--behind-tls]    (port 0: any)\n");
  return 2;
}

static void on_signal(uv_signal_t *handle, int number) {
  struct process *process = handle->data;
  (void)number;
  if (process->stopping) return;
  process->stopping = true;
  for (size_t i = 0; i < ARRAY_LEN(process->signals); i++) uv_close((uv_handle_t *)&process->signals[i], NULL);
  sockets_stop(process->sim.sockets);
  http_close(process->sim.http);
  moment_close(&process->sim.moment);
}

static void watch_signals(struct process *process) {
  static const int numbers[] = {SIGTERM, SIGINT};
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
    int failed = uv_signal_init(&process->loop, &process->signals[i]);
    assert(!failed);
    process->signals[i].data = process;
    failed = uv_signal_start(&process->signals[i], on_signal, numbers[i]);
    assert(!failed);
  }
}

static void print_facts(const struct sim *sim) {
  printf("ready %s/api/\n", sim_door(sim, DOOR_WEB).text);
  for (size_t i = 0; i < sim->token_count; i++) {
    const struct token *token = &sim->tokens[i];
    if (token->team == NULL) printf("app_token %s\n", token->text);
    else printf("bot_token %s team %s (%s)\n", token->text, token->team->id, token->team->name);
  }
  printf("control http://127.0.0.1:%d/sim/\n", http_port(sim->http)); /* tests stay on this side */
  (void)fflush(stdout);
}

static void build_world(struct sim *sim, int argc, char **argv) {
  bool named = false;
  if (keep_load(sim)) return;
  for (int i = 1; i + 1 < argc; i++) {
    if (strcmp(argv[i], "--team") != 0) continue;
    (void)sim_team_add(sim, argv[i + 1]);
    named = true;
  }
  if (!named) (void)sim_team_add(sim, "harbour");
}

static int run(struct process *process, int port, const char *folder, int argc, char **argv) {
  struct sim *sim = &process->sim;
  sim->loop = &process->loop;
  moment_init(&sim->moment, &process->loop);
  world_init(&sim->world, &sim->moment);
  sim_defaults(sim);
  sim->sockets = sockets_new(sim);
  process->owner = sim_http_owner();
  enum err err = record_open(folder, sim->world_file != NULL, &sim->record);
  if (err == ERR_NONE) err = http_open(&process->loop, port, &process->owner, sim, &sim->http);
  if (err != ERR_NONE) {
    fprintf(stderr, "sim-slack: %s\n", err_note_text());
    return 1;
  }
  build_world(sim, argc, argv);
  keep_send(sim);
  keep_save(sim);
  watch_signals(process);
  print_facts(sim);
  (void)uv_run(&process->loop, UV_RUN_DEFAULT);
  http_free(sim->http);
  sockets_free(sim->sockets);
  for (size_t i = 0; i < sim->world.files.count; i++) moment_cancel(&sim->moment, &((struct file *)sim->world.files.items[i])->late);
  while (sim->world.scheduled.count > 0) world_unschedule(&sim->world, sim->world.scheduled.items[0]);
  sim->crowd = crowd_free(sim, sim->crowd);
  world_done(&sim->world);
  list_done(&sim->held, NULL);
  record_close(sim->record);
  moment_done(&sim->moment);
  return 0;
}

int main(int argc, char **argv) {
  static struct process process;
  const char *port_text = NULL, *folder = NULL;
  for (int i = 1; i < argc; i++) {
    const char *value = argv[i + 1];
    if (strcmp(argv[i], "--behind-tls") == 0) {
      process.sim.behind_tls = true;
      continue;
    }
    if (value == NULL) return usage();
    if (strcmp(argv[i], "--port") == 0) port_text = value;
    else if (strcmp(argv[i], "--data") == 0) folder = value;
    else if (strcmp(argv[i], "--world") == 0) process.sim.world_file = value;
    else if (strcmp(argv[i], "--team") != 0) return usage();
    i++;
  }
  char *end = NULL;
  long port = port_text == NULL ? -1 : strtol(port_text, &end, 10);
  if (folder == NULL || port < 0 || port > 65535 || *end != '\0') return usage();
  (void)signal(SIGPIPE, SIG_IGN);
  log_process("sim-slack");
  if (!random_init() || uv_loop_init(&process.loop) != 0) return 1;
  int code = run(&process, (int)port, folder, argc, argv);
  int open_handles = code != 0 ? 0 : uv_loop_close(&process.loop);
  if (open_handles != 0) log_line(LOG_trouble, "note=\"handles were left open: %s\"", uv_strerror(open_handles));
  return open_handles != 0 ? 1 : code;
}
