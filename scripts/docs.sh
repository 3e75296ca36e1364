#!/bin/sh
# Make the site that the daemon serves at /docs, orchd/web/docs, of docs/, unless it is up to date. It is built by Sphinx in
# an environment of its own, pinned by scripts/docs/requirements.lock; build/docs/site can be read without a daemon.
set -eu
cd "$(dirname "$0")/.."
place=orchd/web/docs
work=build/docs
lock=scripts/docs/requirements.lock
bin=$work/venv/bin

say() { echo "docs: $*" >&2; }
fail() { say "$*"; exit 1; }

mkdir -p $work
exec 9>$work/.lock
flock 9 2>/dev/null || :

state=$(find docs/*.md docs/protocol CHANGELOG.md scripts/docs scripts/docs.sh -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum)
[ "$state" != "$(cat $place/.sources 2>/dev/null || :)" ] || exit 0

if ! cmp -s $lock $work/venv/.done; then
    say "installing what it is built with (70 MB), once"
    rm -rf $work/venv
    .venv/bin/python -m venv $work/venv
    $bin/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r $lock ||
        fail "what pip said is above; there is no documentation at /docs until 'make docs' is run again"
    cp $lock $work/venv/.done
fi

say "building it"
rm -rf $work/source $work/site $place.new
mkdir -p $work/source
cp -R docs/*.md docs/protocol $work/source/
# It stands above docs/, and is a page of the site.
sed 's,](docs/,](,g' CHANGELOG.md >$work/source/changelog.md
sed 's,](../CHANGELOG.md),](changelog.md),' docs/index.md >$work/source/index.md
LC_ALL=C.UTF-8 $bin/python -m sphinx --quiet --fail-on-warning --keep-going --jobs 2 --builder html --doctree-dir $work/trees \
    --conf-dir scripts/docs $work/source $work/site >&2 || fail "what is wrong with docs/ is said above"
$bin/python scripts/docs/pack.py $work/site $place.new
echo "$state" >$place.new/.sources
rm -rf $place
mv $place.new $place
