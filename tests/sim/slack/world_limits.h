/* world_limits.h: how much of everything the simulated Slack holds, and the four kinds of conversations. */
#ifndef SIM_SLACK_WORLD_LIMITS_H
#define SIM_SLACK_WORLD_LIMITS_H

enum { ID_SIZE = 24, NAME_SIZE = 96, APP_ID_SIZE = 16, VIEWS_DEEP = 3, MPIM_MIN = 2, MPIM_MAX = 8 };
enum {
  TEAMS_MAX = 16,
  USERS_MAX = 100000,
  CHANNELS_MAX = 100000,
  MESSAGES_MAX = 300000,
  MESSAGES_BYTES_MAX = 512 * 1024 * 1024,
  CHANNEL_MESSAGES_MAX = 20000,
  FILES_MAX = 10000,
  FILES_BYTES_MAX = 128 * 1024 * 1024,
  NOTES_MAX = 2000,
  SCHEDULED_MAX = 5000
};

/* KIND(NAME, channel_type of events, scope that reads, scope that hears messages) */
#define CHANNEL_KINDS(KIND)                                    \
  KIND(PUBLIC, "channel", "channels:read", "channels:history") \
  KIND(PRIVATE, "group", "groups:read", "groups:history")      \
  KIND(IM, "im", "im:read", "im:history")                      \
  KIND(MPIM, "mpim", "mpim:read", "mpim:history")
#define KIND_AS_ENUM(name, type, reads, hears) CHANNEL_##name,
enum channel_kind { CHANNEL_KINDS(KIND_AS_ENUM) CHANNEL_MAX_ };
#undef KIND_AS_ENUM

#endif
