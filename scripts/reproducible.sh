#!/bin/sh
# Build the commit once more, in another directory, and compare the checksums with those of dist/.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
[ -e dist/SHA256SUMS ] || { echo "reproducible: \`make build\` first" >&2; exit 1; }
git diff --quiet HEAD || { echo "reproducible: commit first" >&2; exit 1; }
work=$(mktemp -d /var/tmp/orchd-again-XXXXXX)
trap 'rm -rf "$work"' EXIT
git clone --quiet "$here" "$work/elsewhere"
(cd "$work/elsewhere" && make build)
diff dist/SHA256SUMS "$work/elsewhere/dist/SHA256SUMS"
echo "reproducible: the same, byte by byte" >&2
