#!/bin/sh
# Make a Debian package of the directory that PyInstaller made: build.sh DIRECTORY DIST. Run by scripts/build.sh.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1 place=$2
version=$("$program/orchd" version | cut -d' ' -f2)
architecture=$(dpkg --print-architecture)
root=build/debian
rm -rf $root
mkdir -p $root/DEBIAN $root/usr/bin $root/usr/lib/systemd/system $root/etc/orchd $root/usr/share/doc/orchd \
    $root/usr/share/bash-completion/completions $root/usr/share/zsh/vendor-completions \
    $root/usr/share/fish/vendor_completions.d $root/usr/share/man/man1

cp -R "$program" $root/usr/lib/orchd
ln -s ../lib/orchd/orchd $root/usr/bin/orchd
cp packaging/orchd.service packaging/orchd.socket $root/usr/lib/systemd/system/
cp packaging/orchd-gpu.conf packaging/grafana/orchd.json packaging/prometheus/orchd.rules.yml $root/usr/share/doc/orchd/
cp packaging/orchd.toml $root/etc/orchd/
cp "$place/LICENSES.txt" $root/usr/share/doc/orchd/copyright
gzip -9n <CHANGELOG.md >$root/usr/share/doc/orchd/changelog.gz
for shell in bash zsh fish; do
    case $shell in
        bash) target=bash-completion/completions/orchd ;;
        zsh) target=zsh/vendor-completions/_orchd ;;
        fish) target=fish/vendor_completions.d/orchd.fish ;;
    esac
    "$program/orchd" completion $shell >"$root/usr/share/$target"
done
build/venv/bin/python packaging/manual.py $root/usr/share/man/man1 "$version" "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)"
gzip -9n $root/usr/share/man/man1/*.1

sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -sk $root | cut -f1)/" \
    "$here/control" >$root/DEBIAN/control
echo /etc/orchd/orchd.toml >$root/DEBIAN/conffiles
for script in postinst prerm postrm; do install -m 755 "$here/$script" $root/DEBIAN/; done
find $root -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz -z6 --build $root "$place/orchd_${version}_$architecture.deb" >/dev/null
