#!/bin/sh
# Write requirements.lock (to run), requirements-dev.lock (to run, test and check), packaging/requirements.lock (to make a
# release), scripts/docs/requirements.lock (to make the site of docs/) and scripts/audit/requirements.lock (to look for known
# weaknesses) for every platform, with hashes.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check uv

compile() { # TARGET ARGUMENT...: from PyPI itself, whatever mirror this machine prefers
    target=$1
    shift
    echo "# Written by \`make lock\` from pyproject.toml." >"$work/lock"
    "$work/venv/bin/uv" pip compile --quiet --no-config --no-header --no-annotate --universal --python-version 3.11 \
        --generate-hashes --default-index https://pypi.org/simple "$@" >>"$work/lock"
    mv "$work/lock" "$target"
}

compile requirements.lock --group build pyproject.toml
compile requirements-dev.lock --group build --group dev --constraint requirements.lock pyproject.toml
compile packaging/requirements.lock --group build --group package --constraint requirements.lock pyproject.toml
compile scripts/docs/requirements.lock --group docs # nothing of orchd is imported there
compile scripts/audit/requirements.lock --group audit # nor there
