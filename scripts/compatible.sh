#!/bin/sh
# Compare the committed schema with that of the last release of the same protocol; `--renew` makes it that of a release.
set -eu
cd "$(dirname "$0")/.."

kept=packaging/protocol
protocol=$(sed -n 's/^  "title": "\(orchd\.v[0-9]*\)",$/\1/p' protocol.schema.json)
[ -n "$protocol" ] || { echo "protocol.schema.json names no protocol: run \`make schema\`" >&2; exit 2; }
released=$kept/$protocol.schema.json
accepted=$kept/accepted.toml

if [ -e "$released" ]; then
    report=$(.venv/bin/orchd schema diff --quiet --accepted "$accepted" "$released" protocol.schema.json) || {
        code=$?
        [ $code = 2 ] || printf '%s\n' "$report" "clients of the last release break; $kept/README.md says how to go on" >&2
        exit $code
    }
elif [ "${1:-}" != --renew ]; then
    echo "$protocol was not released yet: nothing to compare with" >&2
fi

if [ "${1:-}" = --renew ]; then
    cp protocol.schema.json "$released"
    grep '^#' "$accepted" >"$accepted.new" && mv "$accepted.new" "$accepted"
    echo "$released is the schema of this release" >&2
fi
