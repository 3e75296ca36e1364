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

pip() { PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --no-input --disable-pip-version-check "$@"; }

show() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }

progress() { # TOTAL: of what pip says shows how far it is, in a terminal only, and all of it when it fails.
    number=0 code=1 said=
    while IFS= read -r line; do
        case $line in
            "exit code "*) code=${line#exit code } ;;
            Collecting\ * | Ignoring\ * | Requirement\ already\ satisfied*)
                number=$((number + 1))
                [ "$number" -gt "$1" ] || show "setup: $number of $1" ;;
            Installing\ collected*) show "setup: unpacking" ;;
        esac
        said="$said$line
"
    done
    show ""
    [ "$code" = 0 ] || printf '%s' "$said" >&2
    return "$code"
}

count=$(grep -c '^[A-Za-z0-9].*==' requirements.lock)
say "installing $count packages, pinned by requirements.lock; this is done once and takes about a minute"
{ pip --require-hashes --requirement requirements.lock 2>&1 && code=0 || code=$?; echo "exit code $code"; } |
    progress "$count" || fail "what pip said is above; without a network, only what it has kept can be installed"
# The lock holds the build backend too, so nothing is fetched here.
pip --quiet --no-deps --no-build-isolation --no-index --editable .
say "done"
touch .venv/bin/orchd
