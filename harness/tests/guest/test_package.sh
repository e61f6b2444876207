#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The packages made by scripts/package: the .deb is installed by apt into a system without Touchstone, and used there by
# an unprivileged user; the .rpm contains the same files.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "skipped: a root of its own is made and entered by root"; exit 77; }
for program in mmdebstrap rpmbuild dpkg-shlibdeps jq; do
    command -v "$program" > /dev/null || { echo "skipped: no $program: run scripts/setup"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system "$scratch"' EXIT
cd "$TS_SOURCE_DIR"
scripts/package --build "$TS_BINARY_DIR" --output "$scratch/packages" > "$scratch/made"
deb=$(echo "$scratch"/packages/*.deb) rpm=$(echo "$scratch"/packages/*.rpm)

# Dependencies: libraries are derived from the programs, programs that are executed are listed.
depends=$(dpkg-deb -f "$deb" Depends)
for package in libc6 libjansson4 libsqlite3-0 libvirt0 qemu-utils; do
    [[ $depends = *"$package"* ]] || { echo "Depends lacks $package: $depends"; exit 1; }
done
list() { sed 's|^\./|/|; s|/$||' | grep -vE '^/?$' | sort; }
dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -v '/$' | list > "$scratch/deb.list"
rpm -qpl --nosignature "$rpm" 2> /dev/null | list > "$scratch/rpm.all"
comm -23 "$scratch/deb.list" "$scratch/rpm.all" | grep -v '^/usr/share/man/' > "$scratch/lacking" || true
[ ! -s "$scratch/lacking" ] || { echo "the rpm lacks:"; cat "$scratch/lacking"; exit 1; }
for file in bin/touchstone libexec/touchstone/worker share/touchstone/scripts/build-guest share/doc/touchstone/LICENSE \
    share/doc/touchstone/README.md share/man/man1/touchstone.1; do
    grep -q "^/usr/$file" "$scratch/deb.list" || { echo "the deb lacks /usr/$file"; exit 1; }
done

# A system with the packages that it depends on, from the host's mirrors; dpkg rejects the package if one is missing.
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | grep ' main$' | sort -u)
include=$(sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g' <<< "$depends")
root=$scratch/root
mmdebstrap --quiet --mode=root --variant=minbase --aptopt='APT::Install-Recommends "false"' --include="$include" \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" - <<< "$sources" > "$scratch/log" 2>&1 ||
    { tail -n 30 "$scratch/log"; exit 1; }
cp "$deb" "$root/touchstone.deb"
chroot "$root" dpkg -i /touchstone.deb > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
install -d -o 1000 -g 1000 "$root/home/user"

# /proc is mounted in a namespace of its own, which ends with the command.
as_user() {
    unshare --mount sh -euc 'mount -t proc proc "$0/proc"; exec chroot --userspec=1000:1000 "$0" "$@"' "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/user "$@"
}
version=$(as_user touchstone --version)
[ "$version" = "touchstone $(dpkg-deb -f "$deb" Version)" ] || { echo "--version says '$version'"; exit 1; }
platforms=$(as_user touchstone platform list --json | jq '.platforms | length')
suites=$(as_user touchstone suite list --json | jq '.suites | length')
[ "$platforms" -ge 6 ] && [ "$suites" -ge 2 ] || { echo "$platforms platforms, $suites suites"; exit 1; }
# The package itself, checked against TencentOS 3, which lacks its libvirt and capstone.
code=0
as_user touchstone abi check /touchstone.deb --surface reference:tencentos-3:x86_64 --platform hygon --json \
    > "$scratch/check.json" || code=$?
files=$(jq '[.. | objects | .findings? // empty | .[]] | length' "$scratch/check.json")
[ "$code" -le 2 ] && [ "$files" -ge 1 ] || { echo "abi check: exit $code"; cat "$scratch/check.json"; exit 1; }
as_user /usr/share/touchstone/scripts/build-guest --help > /dev/null
chroot "$root" dpkg -r touchstone > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
[ ! -e "$root/usr/share/touchstone" ] || { find "$root/usr/share/touchstone" | head; exit 1; }
echo "$version: $platforms platforms, $suites suites, abi check $code with $files findings; depends: $depends"
