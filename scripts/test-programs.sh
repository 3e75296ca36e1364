#!/bin/sh
# What the tests run besides Python, from Debian when missing: a MariaDB server program (which they start for themselves;
# never a system service), openssl for its certificate, the OpenMP library of the llama.cpp server, a wheel, a browser,
# what the driver of that is linked with, and the tools of systemd, of which none runs. And from npm, with the Node that is a wheel, the compiler of TypeScript, and
# what the page is built with; the documentation is built, too.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

missing() { # Prints the Debian packages that are not there.
    command -v mariadbd >/dev/null || echo mariadb-server-core
    command -v openssl >/dev/null || echo openssl
    ldconfig -p | grep -q libgomp.so.1 || echo libgomp1
    command -v chromium >/dev/null || echo chromium
    ldconfig -p | grep -q libatomic.so.1 || echo libatomic1
    command -v systemd-analyze >/dev/null || echo systemd
}

# Beside the others, which mostly wait for a network.
scripts/docs.sh || echo "setup: the documentation is not tested (or fails where ORCHD_TEST_REQUIRE is set)" >&2 &
docs=$!
scripts/node.sh || echo "setup: the client in TypeScript is not tested (or fails where ORCHD_TEST_REQUIRE is set)" >&2
scripts/page.sh || echo "setup: the page is not tested (or fails where ORCHD_TEST_REQUIRE is set)" >&2
wait $docs
packages=$(missing)
[ -n "$packages" ] || exit 0
scripts/apt.sh $packages || true
packages=$(missing)
[ -z "$packages" ] || echo "setup: missing (as root: apt-get install" $packages"): their tests are skipped," \
    "or fail where ORCHD_TEST_REQUIRE is set" >&2
