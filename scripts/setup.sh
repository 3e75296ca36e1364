#!/bin/sh
# Make .venv from requirements.lock, with orchd installed in place. Needs Python >= 3.11; all else is fetched.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
fail() { echo "setup: $*" >&2; exit 1; }

usable() { # A Python that is new enough and can make virtual environments (Debian ships ensurepip apart).
    command -v "$1" >/dev/null && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for python in python3 python3.11 python3.12 python3.13 python3.14; do
        if usable "$python"; then echo "$python"; return; fi
    done
    return 1
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python) || {
        scripts/apt.sh python3-venv ||
            fail "needs Python >= 3.11 with venv; on Debian 12: sudo apt-get install python3-venv, then run make again"
        python=$(find_python) || fail "this system's Python is older than 3.11; install python3.11 with its venv module"
    }
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

say "installing what orchd needs, pinned by requirements.lock"
pip() { .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check "$@"; }
pip --require-hashes --requirement requirements.lock
# The lock holds the build backend too, so nothing is fetched here.
pip --no-deps --no-build-isolation --no-index --editable .
touch .venv/bin/orchd
