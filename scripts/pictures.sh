#!/bin/sh
# Make what README.md shows anew, docs/pictures/: the page as Chromium draws it, and a recording of the terminal. By hand,
# when either has changed; needs chromium.
set -eu
cd "$(dirname "$0")/.."
top=$PWD
place=docs/pictures
work=build/pictures
mkdir -p $work $place

say() { echo "pictures: $*" >&2; }
fail() { say "$*"; exit 1; }

command -v chromium >/dev/null || fail "needs chromium (as root: apt-get install chromium)"
scripts/page.sh
if ! cmp -s scripts/pictures/requirements.lock $work/venv/.done; then
    rm -rf $work/venv
    .venv/bin/python -m venv $work/venv
    $work/venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
        -r scripts/pictures/requirements.lock
    cp scripts/pictures/requirements.lock $work/venv/.done
fi

home=$(mktemp -d)
export HOME="$home" PATH="$top/.venv/bin:$PATH" ORCHD_SERVER_PORT=3961 ORCHD_CHAT_TITLE_SECONDS=0
daemon() { # DATA: starts one, and waits until it can be asked
    orchd serve --demo --data-dir "$home/$1" >"$home/$1.out" 2>"$home/$1.log" &
    pid=$!
    for _ in $(seq 100); do
        grep -q listening "$home/$1.out" && return
        sleep 0.1
    done
    cat "$home/$1.log" >&2
    fail "the daemon did not start"
}
trap 'kill $pid 2>/dev/null || :; wait $pid 2>/dev/null || :; rm -rf "$home"' EXIT

daemon page
.venv/bin/python scripts/pictures/page.py http://127.0.0.1:$ORCHD_SERVER_PORT $work/page.png
kill $pid && wait $pid || :
$work/venv/bin/python -c 'import sys; from PIL import Image; Image.open(sys.argv[1]).save(sys.argv[2], lossless=True, method=6)' \
    $work/page.png $place/page.webp

daemon terminal
rm -f $place/terminal.cast
COLUMNS=86 LINES=24 $work/venv/bin/asciinema rec --quiet --cols 86 --rows 24 --idle-time-limit 2 --env TERM \
    --command "sh $top/scripts/pictures/session.sh" $place/terminal.cast
$work/venv/bin/termtosvg render $place/terminal.cast $place/terminal.svg --template gjm8 --min-frame-duration 120 \
    --loop-delay 3000 >/dev/null
ls -l $place >&2
