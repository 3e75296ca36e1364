#!/bin/sh
# Ask a daemon by other people's clients, as programs do that were written for OpenAI or Ollama: LangChain, LlamaIndex, and
# the clients for JavaScript. Those for Python are in the tests. Part of `make drill`; needs node with npm.
set -eu
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "clients: needs node with npm" >&2; exit 1; }

work=$(mktemp -d)
running=
trap 'for each in $running; do kill "$each" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

await() { # FILE: print the address that a server has written there
    tries=0
    until address=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' "$1") && [ -n "$address" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || { echo "clients: nothing listens" >&2; cat "$1" >&2; exit 1; }
        sleep 1
    done
    echo "$address"
}

.venv/bin/orchd simulate --port 0 >"$work/simulator" 2>&1 &
running="$running $!"
simulator=$(await "$work/simulator")
.venv/bin/orchd serve --port 0 --data-dir "$work/data" --backend "$simulator" >"$work/daemon" 2>&1 &
running="$running $!"
daemon=$(await "$work/daemon")

echo "clients: openai and ollama for JavaScript" >&2
cp scripts/clients/ask.mjs "$work/"
(cd "$work" && npm install --silent --no-audit --no-fund --ignore-scripts openai@6.49.0 ollama@0.6.4 >/dev/null &&
    node ask.mjs "$daemon" simulated-small)

echo "clients: LangChain and LlamaIndex (some minutes)" >&2
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    langchain-ollama==1.1.0 langchain-openai==1.7.4 \
    llama-index-llms-ollama==0.11.0 llama-index-llms-openai-like==0.8.1
"$work/venv/bin/python" scripts/clients/ask.py "$daemon" simulated-small simulated-embedding
