#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What repositories provide is installed with the product.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

rpm_root
deb_root

# Repositories: what they provide is installed with the product, if what that requires is met too.
mkdir -p repo/sub repo2
build helper 'Requires: capability >= 1
Provides: fetched = 1' && mv helper-1.0-1.noarch.rpm repo/sub/
build stuck 'Requires: nowhere
Provides: unfetchable' && mv stuck-1.0-1.noarch.rpm repo/
build asks 'Requires: fetched >= 1'
build asksmore 'Requires: unfetchable'
refuses r DEPENDENCY_MISSING 'fetched >= 1' asks-*.rpm
takes r asks-*.rpm --repo repo
refuses r DEPENDENCY_MISSING 'unfetchable' asksmore-*.rpm --repo repo
takes r asks-*.rpm --with repo/sub/helper-1.0-1.noarch.rpm
printf 'Package: wanted\nVersion: 2\nArchitecture: amd64\nDepends: tool\nDescription: d\n\nPackage: broken\nVersion: 2\nArchitecture: amd64\nDepends: absent\nDescription: d\n' | gzip > repo2/Packages.gz
deb fetches $'Depends: wanted (>= 2)\n'
deb fetchesnot $'Depends: broken\n'
refuses d DEPENDENCY_MISSING 'wanted >= 2' fetches.deb
takes d fetches.deb --repo repo2
refuses d DEPENDENCY_MISSING 'broken' fetchesnot.deb --repo repo2
mkdir -p nothing
"$touchstone" abi check fetches.deb --surface d --repo nothing > out 2> err && fail "a repository without packages is accepted"

# A library that is missing, with repositories whose rpm files say what they have, or whose list does not.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p image/lib64 && echo 'const char banner[] = "GNU C Library stable release version 2.28."; int f(void){return 1;}' | gcc -nostdlib -shared -fPIC -Wl,-soname,libc.so.6 -o image/lib64/libc.so.6 -x c -
    cp image/lib64/libc.so.6 image/lib64/ld-linux-x86-64.so.2
    mkdir -p lone/usr/bin && cp -r root rootloader && mkdir -p rootloader/lib64
    cp image/lib64/libc.so.6 image/lib64/ld-linux-x86-64.so.2 rootloader/lib64/
    "$touchstone" abi harvest --rootfs rootloader --name rl > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    echo 'int absent(void){return 0;}' | gcc -nostdlib -shared -fPIC -Wl,-soname,libabsent.so.7 -o libabsent.so -x c -
    echo 'int absent(void); void start(void){absent();}' | gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o lone/usr/bin/lone -x c - -x none ./libabsent.so
    program() { # NAME RELATIONS
        build "$1" "$2
%description
s
%install
mkdir -p %{buildroot}/usr/bin
cp $scratch/lone/usr/bin/lone %{buildroot}/usr/bin/$1
%files
/usr/bin/$1" x86_64
    }
    severity() { # WHAT SEVERITY TEXT FILE REPO
        abi_holds "$1" "" '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["'"$2"'"] and any(.findings[]; .kind == "LIB_MISSING" and ((.found // "") + (.remedy // "") | contains("'"$3"'")))' "$4" --surface rl --repo "$5"
    }
    program fetcher 'Requires: fetched >= 1' && program needer 'Requires: brings' && program alone 'Requires: tool'
    severity "no package of the repository has it" BLOCK "no package of the repositories" fetcher-*.rpm repo
    mkdir repo3 && cp repo/sub/helper-*.rpm repo3/
    build brings 'Provides: libabsent.so.7()(64bit)' && mv brings-*.rpm repo3/
    severity "one has it that is fetched" UNKNOWN brings needer-*.rpm repo3
    severity "one has it that nothing requires" BLOCK "require brings" fetcher-*.rpm repo3
    severity "nothing is fetched" BLOCK "" alone-*.rpm repo3
    mkdir -p repo4 && build files '%description
s
%install
mkdir -p %{buildroot}/usr/lib64
echo x > %{buildroot}/usr/lib64/libabsent.so.7
%files
/usr/lib64/libabsent.so.7' && mv files-*.rpm repo4/ && program filer 'Requires: files'
    severity "one that lists the file" UNKNOWN files filer-*.rpm repo4
    deb_program() { rm -rf pkg && mkdir -p pkg/DEBIAN && cp -r lone/usr pkg/ && printf 'Package: %s\nVersion: 1.0\nArchitecture: amd64\nMaintainer: none\nDescription: d\n%s' "$1" "$2" > pkg/DEBIAN/control && dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1; }
    deb_program lists $'Depends: wanted (>= 2)\n'
    abi_holds "a list that does not say" "" '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["UNKNOWN"] and any(.findings[]; .kind == "LIB_MISSING" and (.remedy | contains("wanted")))' lists.deb --surface d --repo repo2
fi
end_checks
