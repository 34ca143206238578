#!/bin/sh
# install-packages.sh: installs the Debian packages mentord is built from, run on and tested with; says first what and why.
#   deploy/install-packages.sh build|test|peers     YES=1: do not ask
set -eu

# name | why
BUILD_PACKAGES='
gcc|the C compiler
make|runs the build
pkg-config|finds the libraries
libuv1-dev|the event loop
libwebsockets-dev|WebSockets between bot and adapters, and the demo page
libssl-dev|TLS for links that leave the machine
libwebsockets-evlib-uv|lets libwebsockets be a guest on the event loop
libcjson-dev|JSON
libcurl4-openssl-dev|the Slack adapter calls the Web API
libhiredis-dev|the Redis client
redis-server|where everything is kept
libsodium-dev|sealing, hashing, chance
libicu-dev|languages, dates, time zones
libyaml-dev|reads scheme.yaml and mentord.yaml
'
TEST_PACKAGES='
libcriterion-dev|unit tests
clang|the second compiler: both must be content
libclang-rt-dev|its sanitizers
clang-format|make format
valgrind|memory checked at exit
chromium|the browser test
chromium-driver|drives the browser
python3-selenium|drives the browser
python3-websockets|a link client written from PROTOCOL.md alone
universal-ctags|make tidy measures functions
openssl|signs certificates for the test of TLS
iproute2|gives the test of TLS a network of its own
procps|the kill test finds processes
'
PEER_PACKAGES='
debootstrap|a fresh Debian to prove it in
npm|brings axe-core and Bolt, for make peers only
python3-pip|brings Bolt for Python, for make peers only
g++|compiles the LEMON racer, for make bench-match only
liblemon-dev|network simplex: what the matching engine is measured against
python3-scipy|assignment, sparse and dense: what the matching engine is measured against
'

want=$BUILD_PACKAGES
case "${1:-build}" in
  build) ;;
  test) want=$BUILD_PACKAGES$TEST_PACKAGES ;;
  peers) want=$BUILD_PACKAGES$TEST_PACKAGES$PEER_PACKAGES ;;
  *) echo "usage: $0 build|test|peers" >&2; exit 2 ;;
esac

die() { echo "$0: $1" >&2; exit 1; }
command -v dpkg-query >/dev/null || die "this script knows Debian 12 and 13 only; install these yourself:$(echo "$want" | cut -d'|' -f1 | tr '\n' ' ')"
have() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]; }

# Debian 12 names the sanitizers by their version.
if grep -q '^VERSION_ID="12"' /etc/os-release; then want=$(echo "$want" | sed 's/^libclang-rt-dev|/libclang-rt-14-dev|/'); fi
# An npm from elsewhere is as good as Debian's.
if command -v npm >/dev/null; then want=$(echo "$want" | grep -v '^npm|'); fi

missing=
old_ifs=$IFS
IFS='
'
for row in $want; do
  name=${row%%|*}
  have "$name" || missing="$missing$name|${row#*|}
"
done
[ -n "$missing" ] || exit 0

echo "mentord needs these packages:"
for row in $missing; do printf '  %-24s %s\n' "${row%%|*}" "${row#*|}"; done
names=$(echo "$missing" | cut -d'|' -f1 | tr '\n' ' ')
IFS=$old_ifs

sudo=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || die "you are not root and there is no sudo. Ask your administrator to run: apt-get install $names"
  sudo=sudo
fi
if [ "${YES:-}" != 1 ]; then
  [ -t 0 ] || die "nobody is here to ask. Run again with YES=1, or: ${sudo:+sudo }apt-get install $names"
  printf 'Install them now? [y/N] '
  read -r answer
  case "$answer" in y|Y|yes) ;; *) die "nothing was installed" ;; esac
fi
$sudo apt-get update -qq || die "the package lists cannot be fetched: is there a network?"
# shellcheck disable=SC2086  # the names are words on purpose
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $names >/dev/null || die "a package could not be installed; see above"
