#!/bin/sh
# Run CI's own command on a Debian with nothing on it: what is committed, in a root directory made for it.
# Needs root. bare.sh [COMMAND...]; without one, `bash .ci/run`. ORCHD_BARE_SUITE says which Debian: bookworm is 12, with
# Python 3.11, trixie 13, with 3.13.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "bare: only root can make a root directory" >&2; exit 1; }
command -v debootstrap >/dev/null || scripts/apt.sh debootstrap

suite=${ORCHD_BARE_SUITE:-bookworm}
root=$(mktemp -d /var/tmp/orchd-bare-XXXXXX)
finish() {
    for place in dev/pts dev proc; do umount "$root/$place" 2>/dev/null || true; done
    rm -rf --one-file-system "$root"
}
trap finish EXIT
trap 'exit 130' INT TERM

echo "bare: making a Debian $suite in $root" >&2
debootstrap --variant=minbase --include=ca-certificates,python3,make "$suite" "$root" >"$root.log" 2>&1 ||
    { tail "$root.log" >&2; exit 1; }
rm -f "$root.log"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t devpts devpts "$root/dev/pts"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
cp /etc/hosts "$root/etc/hosts"
# A company's own authority, when this machine has one.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

mkdir "$root/orchd"
git archive HEAD | tar -x -C "$root/orchd"
[ $# -gt 0 ] || set -- bash .ci/run
echo "bare: $*" >&2
env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    ${HTTPS_PROXY:+HTTPS_PROXY="$HTTPS_PROXY"} \
    chroot "$root" sh -c 'cd /orchd && exec "$@"' sh "$@"
