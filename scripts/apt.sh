#!/bin/sh
# Install Debian packages without asking anything: apt.sh PACKAGE...   Fails when not root, or not on such a system.
set -eu
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1
echo "setup: installing from Debian: $*" >&2
export DEBIAN_FRONTEND=noninteractive

install() {
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" </dev/null >/dev/null
}

# The first try fails on a fresh machine, which has no package lists yet; only the second one's errors are of interest.
install "$@" 2>/dev/null && exit 0
apt-get -qq -o DPkg::Lock::Timeout=300 update </dev/null >/dev/null || true
install "$@"
