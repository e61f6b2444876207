# SPDX-License-Identifier: Apache-2.0
# An image and products for tests of what an installation changes for the image's programs. To be sourced after lib/abi.sh.

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
mkdir -p image/usr/lib/systemd/system && printf '[Service]\nExecStart=/usr/bin/prog\n' > image/usr/lib/systemd/system/theirs.service
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
