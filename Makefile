# mentord — `make help` says what there is. One flat file: rooms are found by folder, header dependencies are tracked.
.DEFAULT_GOAL := all
BUILD ?= build
PREFIX ?= /usr/local
PORT ?= 8080
SUITE ?= bookworm
ROUNDS ?= 60
SECONDS_EACH ?= 45
JOBS ?= 2
SEED ?= 1
SEEDS ?= 200
PEOPLE ?= 100000
PY := /usr/bin/python3
SAY := $(if $(filter 1,$(V)),:,echo)

PKGS := libuv libsodium icu-i18n icu-uc libcjson
KIT_PKGS := libwebsockets openssl
HTTP_PKGS := libcurl # for adapters of web APIs, never for the bot
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
        -Wundef -Wwrite-strings -Wno-unused-parameter -Werror -Werror=format-security
OPT ?= -O2 -g
CFLAGS_ALL := -std=gnu17 -I. -D_GNU_SOURCE -MMD -MP $(OPT) $(WARN) $(HARDEN) $(CFLAGS) $(shell pkg-config --cflags $(PKGS) $(KIT_PKGS) $(HTTP_PKGS) 2>/dev/null)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now $(LDFLAGS)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

# ---- rooms: every .c of a folder belongs to it ----
BASE_SRC := $(wildcard bot/base/*.c)
PURE_SRC := $(wildcard bot/*.c bot/flows/*.c bot/jobs/*.c bot/match/*.c bot/words/*.c)
EDGE_SRC := $(wildcard bot/edge/*.c)
STATE_SRC := $(wildcard state/*.c)
KIT_SRC := $(wildcard adapters/kit/*.c)
WEB_SRC := $(wildcard adapters/web/*.c)
SLACK_SRC := $(wildcard adapters/slack/*.c)
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
lib = $(BUILD)/lib$(1).a

LIBS_BASE := $(shell pkg-config --libs $(PKGS) yaml-0.1 2>/dev/null)
LIBS_KIT := $(shell pkg-config --libs $(KIT_PKGS) 2>/dev/null)
LIBS_HTTP := $(shell pkg-config --libs $(HTTP_PKGS) 2>/dev/null)
BOT_LIBS := $(foreach l,edge pure kit state base,$(call lib,$(l)))
ADAPTER_LIBS := $(foreach l,web slack,$(call lib,$(l)))
BOT_LINK := $(BOT_LIBS) $(LIBS_KIT) -lhiredis $(LIBS_BASE)

all: $(addprefix $(BUILD)/,mentord mentord-web mentord-slack match-solve) ## build the bot, its adapters and match-solve

define room_rule
$(call lib,$(shell echo $(1) | tr A-Z a-z)): $(call obj,$($(1)_SRC))
	@rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach r,BASE PURE EDGE STATE KIT WEB SLACK,$(eval $(call room_rule,$(r))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(SAY) "  CC $<"; $(CC) $(CFLAGS_ALL) -c $< -o $@
$(BUILD)/state/redis_library.o: state/commit.lua # carried inside by the assembler, which tracks nothing
$(BUILD)/bot/edge/words_file.o: bot/words/en.json

$(BUILD)/mentord: $(BUILD)/bot/main/mentord.o $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $< $(BOT_LINK) -o $@
$(BUILD)/mentord-web: $(BUILD)/adapters/web/main/mentord_web.o $(foreach l,web kit pure base,$(call lib,$(l)))
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $^ $(LIBS_KIT) $(LIBS_BASE) -o $@
$(BUILD)/mentord-slack: $(BUILD)/adapters/slack/main/mentord_slack.o $(foreach l,slack kit pure base,$(call lib,$(l)))
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $^ $(LIBS_KIT) $(LIBS_HTTP) $(LIBS_BASE) -o $@

# ---- the matching engine by itself, and its races; its inner loops are worth the compiler's best ----
ENGINE := $(addprefix $(BUILD)/bot/match/,arcs.o assign.o auction.o auction_lower.o certificate.o columns.o core.o core_pick.o count.o exact.o fair.o order.o rows.o)
$(ENGINE): CFLAGS_ALL += $(if $(filter -O2,$(OPT)),-O3)
$(BUILD)/match-solve: $(BUILD)/bot/main/match_solve.o $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $< $(BOT_LINK) -o $@
bench-match: packages-peers ## the matching engine against its peers: make bench-match SIZE=2
	@$(MAKE) -s -j$(JOBS) $(BUILD)/match-solve && BUILD=$(BUILD) CC=$(CC) tests/bench/match/run.sh $(SIZE)

# ---- how fast and how heavy the whole is ----
$(BUILD)/bench-turns-%: $(BUILD)/tests/bench/turns/%.o $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $< -Wl,--start-group $(BOT_LIBS) -Wl,--end-group $(BOT_LINK) -o $@
bench: all ## durable turns, latency, CPU and memory beside the machine's own ceiling: make bench
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bench-turns-adapter $(BUILD)/bench-turns-ceiling && BUILD=$(BUILD) $(PY) tests/bench/turns/turns.py
rounds: all ## a running bot matches 300 x 150 and 2,000 x 1,000 people, with kills, while others are answered
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bench-turns-adapter $(BUILD)/bench-turns-talker && BUILD=$(BUILD) $(PY) tests/bench/turns/rounds.py
bench-slack: packages-peers ## mentord and a Bolt app in one simulated Slack, by turns: CPU, memory, acknowledgements, time offline
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/sim-slack && BUILD=$(BUILD) $(PY) tests/bench/slack/race.py
jobs: all ## a list of 100,000 people, with kills in the middle, while others are answered: make jobs PEOPLE=50000
	@$(MAKE) -s $(BUILD)/bench-turns-adapter && BUILD=$(BUILD) $(PY) tests/bench/turns/jobs.py --people $(PEOPLE)

# A bot that acknowledges before it commits: the kill rounds must see it lose something. No part of what is installed.
$(BUILD)/sabotage/mentord: bot/edge/serve_commit.c tests/faults/ack_first.patch $(BUILD)/mentord $(BUILD)/mentord-web
	@mkdir -p $(@D) && patch -s -o $(@D)/serve_commit.c $< tests/faults/ack_first.patch
	@$(CC) $(CFLAGS_ALL) -c $(@D)/serve_commit.c -o $(@D)/serve_commit.o && ln -sf ../mentord-web $(@D)/mentord-web
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $(BUILD)/bot/main/mentord.o $(@D)/serve_commit.o $(BOT_LINK) -o $@

# Redis' library that forgets which events it has had: the kill rounds must see one take effect twice.
$(BUILD)/sabotage/commit.lua: state/commit.lua tests/faults/forgets_ids.patch
	@mkdir -p $(@D) && patch -s -o $@ $^

# ---- test programs: tests/unit/<room>/*.c make one program a room; the player plays .chat stories ----
UNIT_ROOMS := $(notdir $(wildcard tests/unit/*))
UNIT_PARTS := $(call obj,$(wildcard tests/small/*.c))
define unit_rule
$(BUILD)/unit-$(1): $(call obj,$(wildcard tests/unit/$(1)/*.c)) $(UNIT_PARTS) $(ADAPTER_LIBS) $(BOT_LIBS)
	@$(SAY) "  LD $$@"; $(CC) $(LDFLAGS_ALL) $(call obj,$(wildcard tests/unit/$(1)/*.c)) $(UNIT_PARTS) $(ADAPTER_LIBS) $(BOT_LINK) $(LIBS_HTTP) -lcriterion -o $$@
endef
$(foreach r,$(UNIT_ROOMS),$(eval $(call unit_rule,$(r))))
UNITS := $(foreach r,$(UNIT_ROOMS),$(BUILD)/unit-$(r))
$(BUILD)/play: $(call obj,$(wildcard tests/player/*.c)) $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $(call obj,$(wildcard tests/player/*.c)) $(BOT_LINK) -o $@
PLAY_SLACK := $(BUILD)/tests/player/play.o $(BUILD)/tests/player/said.o $(call obj,$(wildcard tests/player/slack/*.c))
$(BUILD)/play-slack: $(PLAY_SLACK) $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $(PLAY_SLACK) $(BOT_LINK) -o $@
$(BUILD)/season: $(call obj,$(wildcard tests/season/*.c)) $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $(call obj,$(wildcard tests/season/*.c)) $(BOT_LINK) -o $@

# The season of a bot that lacks one rule: what a check is worth shows when it is broken.
$(BUILD)/sabotage/season-%: tests/season/sabotage/%.patch $(BUILD)/season
	@mkdir -p $(@D) && patch -s -o $(@D)/$*.c $$(sed -n 's|^--- a/||p' $<) $<
	@$(CC) $(CFLAGS_ALL) -c $(@D)/$*.c -o $(@D)/$*.o
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $(@D)/$*.o $(call obj,$(wildcard tests/season/*.c)) $(BOT_LINK) -o $@
season-sabotage: $(patsubst tests/season/sabotage/%.patch,$(BUILD)/sabotage/season-%,$(wildcard tests/season/sabotage/*.patch)) ## seasons notice a bot without its rules
	@BUILD=$(BUILD) tests/season/sabotage.sh
$(BUILD)/slack-show: $(BUILD)/tests/tools/slack_show.o $(foreach l,slack kit pure base,$(call lib,$(l)))
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $^ $(LIBS_KIT) $(LIBS_BASE) -o $@

# ---- simulated platforms, for adapters to be tested against; no part of what is installed ----
SIM_SLACK := $(call obj,$(wildcard tests/sim/slack/*.c))
$(BUILD)/sim-slack: $(SIM_SLACK) $(call lib,base)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $^ $(LIBS_KIT) $(LIBS_BASE) -lm -o $@

# Fuzz targets: tests/fuzz/<target>.c make one program each; tests/run_fuzz.sh builds them with clang.
FUZZ_TARGETS := $(filter-out planted,$(basename $(notdir $(wildcard tests/fuzz/*.c))))
$(BUILD)/libfuzzkit.a: $(call obj,$(wildcard tests/fuzz/kit/*.c) tests/small/small_scheme.c)
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/fuzz-%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libfuzzkit.a $(ADAPTER_LIBS) $(BOT_LIBS)
	@$(SAY) "  LD $@"; $(CC) $(LDFLAGS_ALL) $< -Wl,--start-group $(BUILD)/libfuzzkit.a $(ADAPTER_LIBS) $(BOT_LIBS) -Wl,--end-group $(BOT_LINK) $(LIBS_HTTP) -o $@

# What may have to be installed first is made by a second make, which then finds it.
run: packages-build ## start the demo: make run PORT=8080
	@$(MAKE) -s -j$(JOBS) all && exec $(BUILD)/mentord up --config deploy/demo/mentord.yaml --port $(PORT)

test: packages-test ## every test that needs only Debian packages
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/play $(BUILD)/sim-slack && $(MAKE) -s -j$(JOBS) $(UNITS) && $(MAKE) -s test-parts
	@echo "make test: all passed"
test-parts: units stories contract words records purity tools marker browser slack-sim-test

units: $(UNITS) ## unit tests, and the counts below which they fail
	@BUILD=$(BUILD) JOBS=$(JOBS) tests/run_units.sh $(UNITS)
stories: $(BUILD)/play ## every .chat story, on both stores, with buttons and in plain text
	@BUILD=$(BUILD) JOBS=$(JOBS) tests/run_stories.sh
contract: all ## the adapter suite against two adapters; a bot behind the second; bad frames; TLS
	@BUILD=$(BUILD) tests/contract/run.sh
words: ## every key used and present, reading age at most 12
	@$(PY) tests/check_words.py
purity: $(call lib,pure) ## the pure bot imports no time, socket, file or chance
	@BUILD=$(BUILD) tests/purity.sh
tools: all $(BUILD)/slack-show ## check, apply, import, invite-manager against a real Redis; manifest and decode
	@BUILD=$(BUILD) $(PY) tests/tools/tools_test.py && BUILD=$(BUILD) $(PY) tests/tools/platform_tools_test.py
marker: all ## sealed words are found nowhere; other line managers change nothing but ciphertext
	@BUILD=$(BUILD) $(PY) tests/marker/marker_test.py
records: all ## the table in state/README.md is what the program prints
	@BUILD=$(BUILD) tests/check_records.sh
browser: all ## the story in a real browser, with key events only
	@BUILD=$(BUILD) $(PY) tests/browser/keyboard.py && BUILD=$(BUILD) $(PY) tests/browser/files.py && BUILD=$(BUILD) $(PY) tests/browser/story.py
slack-sim-test: $(BUILD)/sim-slack ## the simulated Slack keeps each rule it promises
	@BUILD=$(BUILD) $(PY) tests/sim/slack/sim_test.py
faults: all $(BUILD)/sabotage/mentord $(BUILD)/sabotage/commit.lua ## kill -9 at random, and at each named point: make faults ROUNDS=300
	@BUILD=$(BUILD) $(PY) tests/faults/poison.py && BUILD=$(BUILD) $(PY) tests/faults/backlog.py && BUILD=$(BUILD) $(PY) tests/faults/kill_rounds.py --rounds $(ROUNDS)
$(BUILD)/%.so: tests/faults/%.c
	@$(SAY) "  LD $@"; $(CC) -std=gnu17 -D_GNU_SOURCE $(OPT) $(WARN) -fPIC -shared $< -ldl -o $@
slack: all ## stories through the simulated Slack, with kills, refreshes, doubles; no secret in any log
	@$(MAKE) -s $(BUILD)/sim-slack $(BUILD)/play-slack $(BUILD)/at_once.so && BUILD=$(BUILD) tests/sim/slack/suite.sh
slack-stories: all ## every .chat story through the simulated Slack; with SEED=7 all that runs is killed on the way
	@$(MAKE) -s $(BUILD)/sim-slack $(BUILD)/play-slack && BUILD=$(BUILD) SEED=$(if $(filter command% environment%,$(origin SEED)),$(SEED)) tests/sim/slack/stories.sh
powercut: all $(BUILD)/power_cut.so ## the power goes at random moments: make powercut ROUNDS=30
	@BUILD=$(BUILD) $(PY) tests/faults/power_cut.py --rounds $(ROUNDS)
troubles: all $(BUILD)/clock_skew.so ## all that can be wrong with Redis, disk and clock; two bots that change places; odd nights
	@BUILD=$(BUILD) PY=$(PY) tests/faults/troubles.sh
floods: all ## one person, an adapter, a bot that flood or never read: memory stays flat, others wait as before: make floods COUNTS=1
	@BUILD=$(BUILD) $(PY) tests/faults/floods.py $(if $(COUNTS),--counts --rows 5000)
many: all ## a message to 20,000 people, with kills in the middle, while others are answered
	@BUILD=$(BUILD) $(PY) tests/faults/message_many.py
fuzz: ## libFuzzer on what comes from outside: make fuzz SECONDS_EACH=45 TARGET=commands; or make fuzz RUNS=3000 SEED=1; RUNS=table as CI does
	@BUILD=$(BUILD)-fuzz SECONDS_EACH=$(SECONDS_EACH) RUNS=$(RUNS) tests/run_fuzz.sh $(or $(TARGET),$(FUZZ_TARGETS))
season: $(BUILD)/season ## 26 weeks of 200 odd people and a store that misbehaves: make season SEED=7
	@$(BUILD)/season $(SEED)
seasons: $(BUILD)/season ## many of them, and two compilers' same bytes: make seasons SEEDS=200
	@$(MAKE) -s CC=clang BUILD=$(BUILD)-O0 OPT="-O0 -g" HARDEN=-fPIE $(BUILD)-O0/season
	@BUILD=$(BUILD) OTHER=$(BUILD)-O0 JOBS=$(JOBS) tests/season/seasons.sh $(SEEDS)
san: ## units, stories and simulators under address and undefined-behaviour sanitizers; then valgrind
	@BUILD=$(BUILD)-san tests/run_san.sh "$(SANITIZE)"
tidy: ## house style, include table, READMEs that list every file
	@$(PY) tests/tidy.py
format: ## lay out the C files as .clang-format says
	@git ls-files '*.c' '*.h' | xargs clang-format -i
peers: packages-peers ## axe-core on every state of the page; a link client written from PROTOCOL.md alone; Slack's own SDKs; scipy beside the engine
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/slack-show $(BUILD)/match-solve && $(MAKE) -s slack-peers
	@$(PY) tests/bench/match/agree.py $(BUILD)
	@BUILD=$(BUILD) $(PY) tests/sim/slack/blocks_check.py
	@BUILD=$(BUILD) $(PY) tests/browser/axe_states.py && BUILD=$(BUILD) tests/contract/web_suite.sh
slack-peers: $(BUILD)/sim-slack ## Bolt for JavaScript and for Python live in the simulated Slack
	@BUILD=$(BUILD) $(PY) tests/sim/slack/peers/peers.py
fresh: ## make run and make test in a fresh Debian: make fresh SUITE=bookworm
	@tests/fresh.sh $(SUITE)

install: all ## make install DESTDIR=/tmp/x PREFIX=/usr/local
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/mentord/page $(DESTDIR)$(PREFIX)/share/mentord/demo
	install -m 755 $(BUILD)/mentord $(BUILD)/mentord-web $(BUILD)/mentord-slack $(BUILD)/match-solve $(DESTDIR)$(PREFIX)/bin
	install -m 644 adapters/web/page/* $(DESTDIR)$(PREFIX)/share/mentord/page
	install -m 644 deploy/mentord.yaml deploy/scheme.yaml $(DESTDIR)$(PREFIX)/share/mentord
	install -m 644 deploy/demo/* $(DESTDIR)$(PREFIX)/share/mentord/demo
	sed -i 's|\.\./\.\./adapters/web/page|../page|; s|^data: [^ ]*|data: /var/lib/mentord-demo|' $(DESTDIR)$(PREFIX)/share/mentord/demo/mentord.yaml
	install -m 644 state/commit.lua $(DESTDIR)$(PREFIX)/share/mentord
	install -d $(DESTDIR)$(PREFIX)/share/doc/mentord && install -m 644 deploy/README.md deploy/slack.md $(DESTDIR)$(PREFIX)/share/doc/mentord
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system && install -m 644 deploy/mentord.service deploy/mentord-slack.service $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed -i 's|/usr/local/|$(PREFIX)/|' $(DESTDIR)$(PREFIX)/lib/systemd/system/mentord.service $(DESTDIR)$(PREFIX)/lib/systemd/system/mentord-slack.service

packages-build packages-test packages-peers:
	@deploy/install-packages.sh $(@:packages-%=%)
clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-san $(BUILD)-fuzz $(BUILD)-O0
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: $(shell awk -F: '/^[a-z-]+:.*\#\# /{print $$1}' Makefile) test-parts packages-build packages-test packages-peers
.SECONDARY:
