#!/bin/sh
# Ask PyPI which of the versions that the locks pin have known weaknesses, once a day; with --strict, fail when one has.
# Says so, and fails nothing, where PyPI's list can't be reached. Weaknesses that are none here stand in IGNORED below.
set -eu
cd "$(dirname "$0")/.."
IGNORED="" # --ignore-vuln ID, each with its reason in a line above
place=build/audit
bin=$place/venv/bin

say() { echo "audit: $*" >&2; }

locks="requirements.lock requirements-dev.lock packaging/requirements.lock scripts/docs/requirements.lock"
# shellcheck disable=SC2086 # one word for each
done=$place/$(cat $locks scripts/audit/requirements.lock scripts/audit.sh | cksum | tr ' ' -).$(date -u +%F)
[ ! -e "$done" ] || exit 0

.venv/bin/python - <<'PROBE' 2>/dev/null || { say "PyPI's list of weaknesses can't be reached; nothing was compared"; exit 0; }
import json, urllib.request
json.load(urllib.request.urlopen("https://pypi.org/pypi/pip/24.0/json", timeout=5))["vulnerabilities"]
PROBE

if ! cmp -s scripts/audit/requirements.lock "$place/venv/.done"; then
    say "installing pip-audit, once"
    rm -rf "$place/venv"
    .venv/bin/python -m venv "$place/venv"
    "$bin/python" -m pip --quiet --no-input --disable-pip-version-check install --require-hashes -r scripts/audit/requirements.lock
    cp scripts/audit/requirements.lock "$place/venv/.done"
fi
code=0
for lock in $locks; do
    # shellcheck disable=SC2086 # one word for each
    "$bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off $IGNORED -r "$lock" >"$place/said" 2>&1 || code=$?
    [ "$code" = 0 ] || { say "$lock:"; cat "$place/said" >&2; break; }
done
rm -f "$place"/*.20*
[ "$code" != 0 ] || : >"$done"
[ "${1:-}" != --strict ] || exit "$code"
