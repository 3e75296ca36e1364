#!/bin/sh
# Write requirements.lock (to run), requirements-dev.lock (to run, test and check) and packaging/requirements.lock (to make
# a release) for every platform, with hashes.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check uv

compile() { # TARGET ARGUMENT...: from PyPI itself, whatever mirror this machine prefers
    target=$1
    shift
    echo "# Written by \`make lock\` from pyproject.toml." >"$work/${target##*/}"
    "$work/venv/bin/uv" pip compile --quiet --no-config --no-header --no-annotate --universal --python-version 3.11 \
        --generate-hashes --default-index https://pypi.org/simple --group build "$@" pyproject.toml >>"$work/${target##*/}"
    mv "$work/${target##*/}" "$target"
}

compile requirements.lock
compile requirements-dev.lock --group dev --constraint requirements.lock
compile packaging/requirements.lock --group package --constraint requirements.lock
