#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Libraries that a package brings, in the search order of the image's programs.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

# A library of the package that precedes the image's in the search order.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p image/lib64 image/usr/bin image/etc product/etc/ld.so.conf.d product/opt/v
    echo 'const char banner[] = "GNU C Library stable release version 2.28."; int f(void){return 1;}' > c.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libc.so.6 -o image/lib64/libc.so.6 c.c
    cp image/lib64/libc.so.6 image/lib64/ld-linux-x86-64.so.2
    echo 'int theirs(void){return 1;} int common(void){return 1;}' > s.c
    echo 'int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o image/lib64/libs.so.1 s.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1.5 v.c
    echo 'int theirs(void); int start(void){return theirs();}' > p.c
    gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o image/usr/bin/prog p.c image/lib64/libs.so.1
    echo /opt/v > product/etc/ld.so.conf.d/00-v.conf
    "$touchstone" abi harvest --rootfs image --name i > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    refuses i IMAGE_BROKEN /usr/bin/prog product
    echo 'int theirs(void){return 1;} int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1.5 v.c
    takes i product

    # The same for files that set variables for all programs of users: PAM, user managers of systemd, shells.
    rm -r product/etc/ld.so.conf.d
    echo 'int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1 v.c
    sets() { # PATH TEXT: a product with this file alone beside its library
        rm -rf product/etc product/usr
        mkdir -p "product$(dirname "$1")"
        printf '%s\n' "$2" > "product$1"
    }
    for file in /etc/environment /etc/environment.d/v.conf /usr/lib/environment.d/v.conf /etc/profile.d/v.sh; do
        sets $file 'LD_LIBRARY_PATH="/opt/v:$LD_LIBRARY_PATH"'
        refuses i IMAGE_BROKEN /usr/bin/prog product
        sets $file 'A=1
# LD_LIBRARY_PATH=/opt/v
OLD_LD_LIBRARY_PATH=/opt/v'
        takes i product
        sets $file 'LD_PRELOAD=/opt/v/libs.so.1'
        refuses i IMAGE_BROKEN /usr/bin/prog product
    done
    sets /etc/environment.d/README 'LD_LIBRARY_PATH=/opt/v'
    takes i product

    # What writes /lib64 where the image has it as a link to usr/lib64: package managers follow the link, tar replaces it.
    mkdir -p merged/usr/lib64 merged/usr/bin spelled/lib64 spelled/usr/bin
    ln -s usr/lib64 merged/lib64
    cp image/lib64/libc.so.6 merged/usr/lib64/ && cp image/lib64/libc.so.6 merged/usr/lib64/ld-linux-x86-64.so.2
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o spelled/lib64/libs.so.1 s.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libnew.so.2 -o spelled/lib64/libnew.so.2.1 v.c
    gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--no-as-needed -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o spelled/usr/bin/prog p.c spelled/lib64/libs.so.1 spelled/lib64/libnew.so.2.1
    "$touchstone" abi harvest --rootfs merged --name m > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    abi_holds "a tree that may lie elsewhere" 0 '[.findings[].kind] | unique == ["PLACE_ASSUMED"]' spelled --surface m
    abi_holds "one that is unpacked at /" 1 '[.findings[] | "\(.kind) \(.file)"] == ["IMAGE_BROKEN /lib64"]' spelled --surface m --prefix /
    mkdir spelled/DEBIAN
    printf 'Package: spelled\nVersion: 1.0\nArchitecture: amd64\nMaintainer: none\nDescription: d\n' > spelled/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group spelled spelled.deb > build.log 2>&1 || { cat build.log; exit 1; }
    takes m spelled.deb
fi

# A link that a script makes with update-alternatives is there.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p linked/usr/lib64/impl linked/usr/bin linked/opt
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o linked/usr/lib64/impl/libs.so.1 s.c
    cp spelled/usr/bin/prog linked/usr/bin/prog && cp spelled/lib64/libnew.so.2.1 linked/usr/lib64/
    printf '#!/bin/sh\nupdate-alternatives --install /usr/lib64/libs.so.1 \\\n  libs.so.1-x86 /usr/lib64/impl/libs.so.1 10\n' > linked/opt/post.sh
    takes m linked
    rm linked/opt/post.sh
    refuses m LIB_MISSING /usr/bin/prog linked
fi
# The C library's own parts use its private symbols; others should not.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p glibc/lib64 private/lib64
    echo 'GLIBC_PRIVATE { global: hidden; };' > private.map
    gcc -nostdlib -shared -fPIC -Wl,-soname,libc.so.6 -Wl,--version-script,private.map -o glibc/lib64/libc.so.6 -x c - <<< 'int hidden(void){return 1;}'
    gcc -nostdlib -shared -fPIC -o glibc/lib64/libpart.so.1 -x c - -x none glibc/lib64/libc.so.6 <<< 'int hidden(void); int f(void){return hidden();}'
    cp glibc/lib64/libpart.so.1 private/lib64/
    "$touchstone" abi check glibc --surface m --json > out 2> err
    jq -e 'all(.findings[]; .kind != "GLIBC_PRIVATE_USE")' out > /dev/null || fail "glibc's own part: $(jq -c .findings out)"
    "$touchstone" abi check private --surface m --json > out 2> err
    jq -e 'any(.findings[]; .kind == "GLIBC_PRIVATE_USE")' out > /dev/null || fail "private symbols of the image: $(jq -c .findings out)"
fi
end_checks
