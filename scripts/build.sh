#!/bin/sh
# Build what is released, into dist/: wheel and sdist, the single file `orchd`, its extras, a Debian package, and lists of
# what is in them (packaging/README.md). Two builds of one commit by the same Python are the same, byte by byte.
set -eu
cd "$(dirname "$0")/.."
venv=$PWD/build/venv
bin=$venv/bin

say() { echo "build: $*" >&2; }
fail() { echo "build: $*" >&2; exit 1; }
pip() { "$bin/python" -m pip --quiet --no-input --disable-pip-version-check install --no-compile "$@"; }

[ "$(uname -s)" = Linux ] || fail "a single file is made on Linux only; \`pip install .\` works everywhere"
for tool in objdump strip; do
    command -v $tool >/dev/null || scripts/apt.sh binutils || fail "needs binutils (as root: apt-get install binutils)"
done

commit=$(git rev-parse HEAD 2>/dev/null || true)
[ -z "$commit" ] || git diff --quiet HEAD || say "there are changes that are not committed; what is built names no commit"
git diff --quiet HEAD 2>/dev/null || commit=
# All times in what is built, and the order of sets while it is built.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1700000000)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0 LC_ALL=C.UTF-8 TZ=UTC
umask 022

scripts/page.sh
scripts/docs.sh
if ! cmp -s packaging/requirements.lock "$venv/.done" || ! cmp -s requirements.lock "$venv/.done-orchd"; then
    say "installing what it is built with, once"
    rm -rf "$venv"
    .venv/bin/python -c 'import sys, venv; venv.main(["--symlinks", sys.argv[1]])' "$venv"
    pip --require-hashes --requirement requirements.lock
    pip --require-hashes --requirement packaging/requirements.lock
    cp packaging/requirements.lock "$venv/.done"
    cp requirements.lock "$venv/.done-orchd"
fi
library=$("$bin/python" -c 'import sysconfig; print(sysconfig.get_config_var("INSTSONAME") or "")')
[ -z "$library" ] || "$bin/python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$library" 2>/dev/null ||
    scripts/apt.sh "$(echo "$library" | sed 's/\.so.*//')" || fail "needs Python as a library: $library"

rm -rf dist build/orchd build/directory build/debian
mkdir -p dist build/orchd
trap 'rm -f orchd/build.json' EXIT
[ -z "$commit" ] || echo "{\"commit\": \"$commit\"}" >orchd/build.json

say "wheel and sdist"
"$bin/python" -m hatchling build -d dist >/dev/null 2>build/orchd/hatchling.log || { cat build/orchd/hatchling.log >&2; exit 1; }
pip --no-deps --no-index --force-reinstall dist/orchd-*.whl

say "single file"
# Without the columns of each instruction, for the underlining in tracebacks: a tenth of the code's memory.
PYTHONNODEBUGRANGES=1 "$bin/pyinstaller" --noconfirm --log-level ERROR --distpath dist --workpath build packaging/orchd.spec
mv dist/directory build/directory
"$bin/python" packaging/say_noexec.py dist/orchd

say "extras"
mkdir -p build/orchd/orchd-extras
sed -n '/^xllamacpp==/,/^[^ ]/{/^xllamacpp==\|^ /p}' requirements-dev.lock >build/orchd/extras.lock
pip --no-deps --require-hashes --target build/orchd/orchd-extras --requirement build/orchd/extras.lock
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --directory build/orchd \
    orchd-extras | gzip -9n >dist/orchd-extras.tar.gz

say "lists of what is in it"
"$bin/python" packaging/contents.py dist

if command -v dpkg-deb >/dev/null; then
    say "Debian package"
    packaging/debian/build.sh build/directory dist
fi
(cd dist && sha256sum -- * >SHA256SUMS)
ls -l dist >&2
