#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# rpms against the packages of an image: what rpm's test transaction rejects is a BLOCK, and what it accepts is not.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

rpm_root

build good 'Requires: capability >= 1.5
Requires: /usr/bin/sh
Requires: (tool or absent)
Requires: (absent if other)'
build withone 'Requires: (capability with libold.so.1()(64bit))'
build withtwo 'Requires: (capability with filesystem)'
build without 'Requires: (capability without filesystem)'
build withouttool 'Requires: (capability without libold.so.1()(64bit))'
build trigger ''
build missing 'Requires: libcrypto.so.10()(64bit)'
build renamed 'Requires: bridge-utils'
build newer 'Requires: capability >= 3'
build rich 'Requires: (absent or (tool >= 2))'
build path 'Requires: /usr/bin/python'
build rival ''
build fights 'Conflicts: tool'
build instead 'Obsoletes: tool < 2'
build folders '%description
s
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/lib
echo x > %{buildroot}/lib/a
%files
%dir %attr(0775,root,root) /usr/bin
%dir /lib
/lib/a'
build overwrites '%description
s
%install
mkdir -p %{buildroot}/usr/bin
echo other > %{buildroot}/usr/bin/sh
%files
/usr/bin/sh'
takes r good-*.rpm
takes r withone-*.rpm
takes r without-*.rpm
refuses r DEPENDENCY_MISSING '(capability with filesystem)' withtwo-*.rpm
refuses r DEPENDENCY_MISSING '(capability without libold.so.1()(64bit))' withouttool-*.rpm
refuses r DEPENDENCY_MISSING '(absent if trigger)' trigger-*.rpm
refuses r DEPENDENCY_MISSING 'libcrypto.so.10()(64bit)' missing-*.rpm
# remedies NAME PATTERN: of the findings that the last check printed.
remedies() {
    jq -e --arg pattern "$2" 'any(.findings[]; .kind == "DEPENDENCY_MISSING" and (.remedy | test($pattern)))' out > /dev/null ||
        fail "$1: no remedy with '$2': $(jq -c '[.findings[] | {kind, remedy}]' out)"
}
remedies missing '^install compat-openssl10, '
refuses r DEPENDENCY_MISSING bridge-utils renamed-*.rpm
remedies renamed 'bridge-utils of .*ip link'
refuses r DEPENDENCY_MISSING 'capability >= 3' newer-*.rpm
refuses r DEPENDENCY_MISSING '(absent or (tool >= 2))' rich-*.rpm
refuses r DEPENDENCY_MISSING '/usr/bin/python' path-*.rpm
remedies path python3
refuses r PACKAGE_CONFLICT 'rival' rival-*.rpm
refuses r PACKAGE_CONFLICT 'tool' fights-*.rpm
refuses r DEPENDENCY_MISSING 'libold.so.1()(64bit)' instead-*.rpm
refuses r FILE_CONFLICT '/lib' folders-*.rpm
refuses r FILE_CONFLICT '/usr/bin' folders-*.rpm
refuses r FILE_CONFLICT '/usr/bin/sh' overwrites-*.rpm
# The same results as rpm itself.
for name in good withone withtwo without withouttool trigger missing renamed newer rich path rival fights instead folders overwrites; do
    rpm --root "$scratch/root" --dbpath /var/lib/rpm -U --test "$name"-1.0-1.*.rpm > /dev/null 2>&1
    real=$?
    "$touchstone" abi check "$name"-1.0-1.*.rpm --surface r --json > out 2> /dev/null
    blocks=$(jq '[.findings[] | select(.severity == "BLOCK")] | length' out)
    [ $((real != 0)) = $((blocks != 0)) ] || fail "$name: rpm says $real, $blocks BLOCK rows"
done

# The architecture in the header counts for packages of scripts too. rpm's name is aarch64; in the second package the
# header says what Debian calls it.
build scripts '' aarch64
build plain '' x86_64
python3 -c '
data = open("scripts-1.0-1.aarch64.rpm", "rb").read().replace(b"aarch64\0", b"arm64\0\0\0")
open("scripts-1.0-1.arm64.rpm", "wb").write(data)'
refuses reference:tencentos-4:x86_64 ARCH aarch64 scripts-1.0-1.aarch64.rpm
refuses reference:tencentos-4:aarch64 ARCH x86_64 plain-1.0-1.x86_64.rpm
abi_holds "arm64 is no architecture of rpm" 1 'any(.findings[]; .kind == "ARCH" and .severity == "BLOCK" and (.remedy | contains("--target aarch64")))' \
    scripts-1.0-1.arm64.rpm --surface reference:tencentos-4:aarch64
abi_holds "aarch64 is" "" 'all(.findings[]; .kind != "ARCH")' scripts-1.0-1.aarch64.rpm --surface reference:tencentos-4:aarch64
abi_holds "x86_64 is" "" 'all(.findings[]; .kind != "ARCH")' plain-1.0-1.x86_64.rpm --surface reference:tencentos-4:x86_64

payload=w3.zstdio build packed ''
abi_holds "rpm 4.11 reads no zstd" "" 'any(.findings[]; .kind == "PACKAGE_FORMAT" and .severity == "BLOCK")' \
    packed-*.rpm --surface reference:tencentos-2:x86_64
build hooks '%description
s
%pretrans
grep release /etc/redhat-release
%post -p /usr/bin/python2
import os
%triggerin -- glibc
cat /etc/redhat-release
%files'
"$touchstone" abi check hooks-*.rpm --surface r --json > out 2> err
for file in /RPM/pretrans /RPM/postin /RPM/trigger; do
    jq -e --arg file $file 'any(.findings[]; .file == $file)' out > /dev/null ||
        fail "no row about $file: $(jq -c '[.findings[] | {kind, file}]' out)"
done
end_checks
