#!/bin/sh
# fresh.sh: proves `make run` and `make test` on a fresh Debian that has nothing but git, make and a network.
#   tests/fresh.sh bookworm|trixie      root is needed (a chroot). The network's apt settings are the host's own.
set -eu
suite=${1:-bookworm}
root=$(pwd)/build-fresh/$suite
[ "$(id -u)" = 0 ] || { echo "fresh: this needs root, for a chroot. Run: sudo make fresh SUITE=$suite" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "fresh: debootstrap is missing: apt-get install debootstrap" >&2; exit 1; }

mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v security | head -1)
if [ ! -e "$root/etc/debian_version" ]; then
  rm -rf "$root" && mkdir -p "$root"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  http_proxy=${proxy:-${http_proxy:-}} debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" "$root" "${mirror:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
    { tail -5 "$root.log" >&2; echo "fresh: debootstrap failed" >&2; exit 1; }
  cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
  [ ! -e /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$root/etc/apt/"
  cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
fi
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
rm -rf "$root/src"
git clone -q . "$root/src"
cat >"$root/inside.sh" <<'INSIDE'
set -eu
cd /src
export YES=1 CI=${CI:-} HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
git config --global --add safe.directory /src
# make run: packages, build, the line, the page, the end.
setsid make run PORT=8099 >/tmp/ready 2>/tmp/errors & make=$!
for i in $(seq 3000); do grep -q '^ready ' /tmp/ready && break; kill -0 $make 2>/dev/null || { cat /tmp/ready /tmp/errors; exit 1; }; perl -e 'select(undef,undef,undef,0.1)'; done
grep '^ready http://127.0.0.1:8099/' /tmp/ready
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8099") or die; print $s "GET / HTTP/1.1\r\nHost: 127.0.0.1:8099\r\n\r\n"; print "fresh: the page answers: ", scalar <$s>'
stopped=no
for pid in /proc/[0-9]*; do # of ours alone: other schemes may run on this machine
  [ "$(cat "$pid/comm" 2>/dev/null)" = mentord ] && [ "$(cut -d' ' -f6 "$pid/stat")" = "$make" ] && tr '\0' ' ' <"$pid/cmdline" | grep -q ' up ' &&
    kill -INT "${pid#/proc/}" && wait $make && stopped=yes && echo "fresh: make run: exit 0"
done
[ $stopped = yes ]
make test
INSIDE
# A namespace of its own: what is mounted here is gone when it ends.
mkdir -p "$root/dev/shm" "$root/dev/pts"
ln -sf pts/ptmx "$root/dev/ptmx"
unshare -m sh -c "mount -t proc proc '$root/proc' && mount -t tmpfs tmpfs '$root/dev/shm' &&
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts '$root/dev/pts' && chroot '$root' sh /inside.sh"
echo "fresh: $suite passed"
