#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the installation of a product changes for the image's own programs: libraries in folders that ldconfig or the
# loader searches, files that name such folders, and libraries that are preloaded. Each change is also tried with a
# library that harms nothing.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq dpkg-deb rpmbuild ldconfig
need_x86_64
export HOME=$scratch/user
mkdir -p "$HOME"

lone() { gcc -nostdlib -nostartfiles "$@"; }
loader=/lib64/ld-linux-x86-64.so.2

# An image whose cache was made by ldconfig, as on Debian: /usr/local/lib is searched before the loader's own folders.
mkdir -p image/usr/{bin,lib64,local/lib} image/etc/ld.so.conf.d image/opt/own/lib && ln -s usr/lib64 image/lib64
echo 'include /etc/ld.so.conf.d/*.conf' > image/etc/ld.so.conf
printf '/usr/local/lib\n' > image/etc/ld.so.conf.d/libc.conf
printf 'ID=sample\nVERSION_ID="1"\n' > image/etc/os-release
printf '#!/bin/sh\n' > image/usr/bin/sh && chmod 755 image/usr/bin/sh && ln -s usr/bin image/bin
echo 'const char banner[] = "GNU C Library stable release version 2.36."; const char folders[] = "\0/lib64/\0/usr/lib64/"; int f(void){return 1;}' > c.c
lone -shared -fPIC -Wl,-soname,libc.so.6 -o image/lib64/libc.so.6 c.c
lone -shared -fPIC -Wl,-soname,ld-linux-x86-64.so.2 -o image$loader c.c
echo 'int theirs(void){return 1;} int common(void){return 1;}' > whole.c
echo 'int common(void){return 2;}' > part.c
for form in whole part; do lone -shared -fPIC -Wl,-soname,libs.so.1 -o $form.so $form.c; done
cp whole.so image/lib64/libs.so.1.4 && ln -s libs.so.1.4 image/lib64/libs.so.1
echo 'int theirs(void); int start(void){return theirs();}' > p.c
lone -Wl,-e,start -Wl,--dynamic-linker=$loader -o image/usr/bin/prog p.c image/lib64/libs.so.1
lone -Wl,-e,start -Wl,--dynamic-linker=$loader -Wl,-rpath,/opt/own/lib -o image/usr/bin/other p.c image/lib64/libs.so.1
cp whole.so image/opt/own/lib/libs.so.1
ldconfig -r image 2> /dev/null
"$touchstone" abi harvest --rootfs image --name image > harvest.log 2>&1 || { cat harvest.log; exit 1; }

# A product of these files: PATH=TEXT, or PATH:LIBRARY.
product() {
    rm -rf tree product.tgz
    for item in "$@"; do
        case $item in
        *=*) mkdir -p "tree$(dirname "${item%%=*}")" && printf '%b\n' "${item#*=}" > "tree${item%%=*}" ;;
        *) mkdir -p "tree$(dirname "${item%%:*}")" && cp "${item#*:}" "tree${item%%:*}" ;;
        esac
    done
    tar czf product.tgz -C tree .
}
breaks='any(.findings[]; .kind == "IMAGE_BROKEN" and .severity == "BLOCK" and .file == "/usr/bin/prog")'
# changes WHAT LIBRARY ITEM…: a product with a library that lacks a symbol at LIBRARY breaks the image's program, and one
# that has all does not.
changes() {
    local what=$1 library=$2
    product "$library:part.so" "${@:3}"
    abi_holds "$what" 1 "$breaks" product.tgz --surface image
    product "$library:whole.so" "${@:3}"
    abi_holds "$what, harmless" "" 'all(.findings[]; .kind != "IMAGE_BROKEN")' product.tgz --surface image
}
# keeps WHAT LIBRARY ITEM…: the library is not taken.
keeps() {
    product "$2:part.so" "${@:3}"
    abi_holds "$1" "" 'all(.findings[]; .kind != "IMAGE_BROKEN")' product.tgz --surface image
}

# Folders that are searched already.
changes "a folder that ld.so.conf names, before the loader's own" /usr/local/lib/libs.so.1
changes "a file there that ldconfig links to" /usr/local/lib/libs.so.1.0
changes "the loader's own folder" /usr/lib64/libs.so.1
changes "a higher version in it, to which ldconfig turns the link" /usr/lib64/libs.so.1.5
keeps "a lower version in it" /usr/lib64/libs.so.1.3
keeps "a folder that nothing names" /opt/v/libs.so.1
for level in v2 v3; do
    changes "a library for CPUs of level $level" /usr/lib64/glibc-hwcaps/x86-64-$level/libs.so.1
    changes "and where it is found by its SONAME" /usr/local/lib/glibc-hwcaps/x86-64-$level/libs.so.1.0
done
product /usr/lib64/glibc-hwcaps/x86-64-v3/libs.so.1:part.so
abi_holds "a library for the platform's CPU" 1 "$breaks" product.tgz --surface image --platform hygon
product /usr/lib64/glibc-hwcaps/x86-64-v4/libs.so.1:part.so
abi_holds "and for none that it has" "" "$breaks | not" product.tgz --surface image --platform hygon
end_checks
