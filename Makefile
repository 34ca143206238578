# mentord — `make help` says what there is. One flat file: rooms are found by folder, header dependencies are tracked.
.DEFAULT_GOAL := all
BUILD ?= build
PREFIX ?= /usr/local
PORT ?= 8080
JOBS ?= 2
PY := /usr/bin/python3

PKGS := libuv libsodium icu-i18n icu-uc libcjson
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
        -Wundef -Wwrite-strings -Wno-unused-parameter -Werror -Werror=format-security
OPT ?= -O2 -g
CFLAGS_ALL := -std=gnu17 -I. -D_GNU_SOURCE -MMD -MP $(OPT) $(WARN) $(HARDEN) $(CFLAGS) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now $(LDFLAGS)

# ---- rooms: every .c of a folder belongs to it; the bot's edge (what may do I/O) is named ----
EDGE_SRC := $(wildcard bot/edge/*.c)
BASE_SRC := $(wildcard bot/base/*.c)
PURE_SRC := $(wildcard bot/*.c bot/flows/*.c bot/jobs/*.c bot/match/*.c bot/words/*.c)
STATE_SRC := $(wildcard state/*.c)
KIT_SRC := $(wildcard adapters/kit/*.c)
WEB_SRC := $(wildcard adapters/web/*.c)
rooms := BASE PURE EDGE STATE KIT WEB
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
lib = $(BUILD)/lib$(1).a

LIBS_BASE := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
LIBS_STATE := -lhiredis
LIBS_KIT := $(shell pkg-config --libs libwebsockets 2>/dev/null)
LIBS_EDGE := $(shell pkg-config --libs yaml-0.1 2>/dev/null)
BOT_LIBS := $(foreach l,edge pure kit state base,$(call lib,$(l)))
BOT_LINK := $(BOT_LIBS) $(LIBS_EDGE) $(LIBS_KIT) $(LIBS_STATE) $(LIBS_BASE)

all: $(BUILD)/mentord $(BUILD)/mentord-web ## build the bot and the web adapter

define room_rule
$(call lib,$(shell echo $(1) | tr A-Z a-z)): $(call obj,$($(1)_SRC))
	@rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach r,$(rooms),$(eval $(call room_rule,$(r))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/mentord: $(BUILD)/bot/main/mentord.o $(BOT_LIBS)
	$(CC) $(LDFLAGS_ALL) $< $(BOT_LINK) -o $@
$(BUILD)/mentord-web: $(BUILD)/adapters/web/main/mentord_web.o $(call lib,web) $(call lib,kit) $(call lib,pure) $(call lib,base)
	$(CC) $(LDFLAGS_ALL) $^ $(LIBS_KIT) $(LIBS_BASE) -o $@

# ---- unit tests: tests/unit/<room>/test_*.c make one program a room ----
UNIT_ROOMS := $(notdir $(wildcard tests/unit/*))
define unit_rule
$(BUILD)/unit-$(1): $(call obj,$(wildcard tests/unit/$(1)/*.c)) $(BOT_LIBS) $(call lib,web)
	$(CC) $(LDFLAGS_ALL) $(call obj,$(wildcard tests/unit/$(1)/*.c)) $(call lib,web) $(BOT_LINK) -lcriterion -o $$@
endef
$(foreach r,$(UNIT_ROOMS),$(eval $(call unit_rule,$(r))))
UNITS := $(foreach r,$(UNIT_ROOMS),$(BUILD)/unit-$(r))
units: $(UNITS) ## build and run the unit tests
	@for u in $(UNITS); do $$u -j$(JOBS) --short-filename || exit 1; done

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all units
.SECONDARY:
