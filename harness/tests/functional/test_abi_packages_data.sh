#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a package is about counts: data, scripts beside those of other packages, relations that require nothing.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

rpm_root
deb_root
build good 'Requires: capability >= 1.5'
build rival ''
build instead 'Obsoletes: tool < 2'

# A package with only data counts as examined if the data's format is known; its metadata decides. Without metadata, or
# with random data, it does not.
data() { # NAME FORMAT…: a deb that holds one file, with these bytes
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/usr/share/x
    # shellcheck disable=SC2059
    printf "$2" > pkg/usr/share/x/file
    [ -z "${noise:-}" ] || head -c 9000 /dev/urandom >> pkg/usr/share/x/file
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: none\n%sDescription: d\n' "$1" "${3:-}" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
data font 'OTTO\0\1'
verdict "a font" compatible d font.deb
jq -e '.packages[0].census | .examined == .files' out > /dev/null || fail "the font counts as examined: $(cat out)"
noise=yes data suffixes '.DAFSA@PSL_0   \n'
verdict "the list of public suffixes, compiled" compatible d suffixes.deb
data fontlacks 'OTTO\0\1' $'Depends: absent\n'
verdict "a font that lacks a package" incompatible d fontlacks.deb
data words 'hello\n'
verdict "a text" compatible d words.deb
noise=yes data noise '\1\2\3'
verdict "noise with metadata" not-assessed d noise.deb
data class '\312\376\272\276\0\0\0\75'
verdict "bytecode alone" conditional d class.deb
build empty '%description
s
%files'
verdict "an rpm without files" compatible r empty-1.0-1.noarch.rpm
verdict "the same on a reference" conditional reference:tencentos-3:x86_64 empty-1.0-1.noarch.rpm
build core 'Requires: bash, systemd, shadow-utils, glibc > 2.17, rtld(GNU_HASH), /bin/sh, config(core) = 1
Provides: config(core) = 1'
verdict "what every installation has, on a reference" conditional reference:tencentos-3:x86_64 core-1.0-1.noarch.rpm
build beyond 'Requires: glibc > 2.30'
verdict "a version that a reference does not tell" not-assessed reference:tencentos-3:x86_64 beyond-1.0-1.noarch.rpm
build other 'Requires: perl'
verdict "a package that a reference does not list" not-assessed reference:tencentos-3:x86_64 other-1.0-1.noarch.rpm
verdict "the rpm of one file" compatible r good-1.0-1.noarch.rpm
mkdir -p bare && cp pkg/usr/share/x/file bare/ && tar czf bare.tgz -C bare file
verdict "the file without metadata" not-assessed d bare.tgz

# What another package has at the same path hides nothing of the product's.
post() { # NAME TEXT
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/usr/bin
    printf '#!/usr/bin/gone-interpreter\n%s\n' "$2" > "pkg/DEBIAN/postinst"; chmod 755 pkg/DEBIAN/postinst
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: none\nDescription: d\n' "$1" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
post first x; post second y
abi_holds "the product's own script, beside another package" "" \
    '[.findings[] | select(.kind == "SCRIPT_INTERPRETER" and .file == "/DEBIAN/postinst")] | length == 1' \
    first.deb --with second.deb --surface d

# In a delivery, a package answers for what it does itself.
build bystander ''
build also 'Obsoletes: tool < 3'
for pair in instead rival; do
    abi_holds "$pair, and a package beside it" 1 '[.verdicts[].verdict] == ["incompatible", "compatible"]' $pair-*.rpm bystander-*.rpm --surface r
    abi_holds "a package, and $pair beside it" 1 '[.verdicts[].verdict] == ["compatible", "incompatible"]' bystander-*.rpm $pair-*.rpm --surface r
done
abi_holds "two packages that both do it" 1 '[.verdicts[].verdict] == ["incompatible", "incompatible"]' instead-*.rpm also-*.rpm --surface r
build suggests 'Suggests: absent'
abi_holds "Suggests" "" '[.findings[] | "\(.kind) \(.severity)"] == ["DEPENDENCY_WEAK WARN"]' suggests-*.rpm --surface r
# What a package is useful beside is not what it lacks.
build supplements 'Supplements: absent
Enhances: (absent and other)'
verdict "Supplements and Enhances" compatible r supplements-1.0-1.noarch.rpm
end_checks
