#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where the files of folders and archives will lie: a library in usr/lib64 of one is in the loader's path only if it is
# unpacked at "/", which is known of packages and of the tree of a system.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq tar zip dpkg-deb
need_x86_64
libc=$(ldd "$(command -v jq)" | awk '/libc\.so\.6/ {print $3}')
# A folder of the loader's own.
export lib=lib64
[ -d /usr/lib/x86_64-linux-gnu ] && lib=lib
mkdir -p root/lib64 root/usr/$lib tree/usr/$lib tree/usr/bin
cp /lib64/ld-linux-x86-64.so.2 root/lib64/ && cp "$libc" root/usr/$lib/
echo 'int f(void){return 0;}' | gcc -shared -fPIC -Wl,-soname,libown.so.1 -o tree/usr/$lib/libown.so.1 -x c -
echo 'int f(void); int main(void){return f();}' > p.c
gcc -o tree/usr/bin/prog p.c tree/usr/$lib/libown.so.1
assumed='[.findings[] | select(.kind == "PLACE_ASSUMED") | "\(.severity) \(.file) \(.provider)"] == ["HIGH /usr/bin/prog libown.so.1"] and .verdicts[0].verdict == "conditional"'
shown='.verdicts[0].verdict == "compatible"'
told() { abi_holds "$1" "$2" "$3" "${@:4}" --rootfs root; } # WHAT CODE FILTER FILE…

# The real loader: where it lies here, the program does not find it.
tree/usr/bin/prog 2> /dev/null
check "the loader does not find it elsewhere" $? 127
told "a folder" 0 "$assumed" tree
tar cf plain.tar -C tree usr && told "a tar" 0 "$assumed" plain.tar
tar czf dot.tgz -C tree . && told "a tar with ./" 0 "$assumed" dot.tgz
(cd tree && zip -qr ../tree.zip usr) && told "a zip" 0 "$assumed" tree.zip
mkdir -p top/app-1.0 && cp -r tree/usr top/app-1.0/ && tar cf top.tar -C top app-1.0
told "a tar with a folder of its own" 1 'any(.findings[]; .kind == "LIB_MISSING" and .file == "/app-1.0/usr/bin/prog")' top.tar
told "the folder above it" 1 'any(.findings[]; .kind == "LIB_MISSING")' top
told "a strict check" 1 "$assumed" tree --strict

# Said, or shown by what is in it.
told "--prefix /" 0 "$shown" tree --prefix /
told "--prefix / of a tar" 0 "$shown" dot.tgz --prefix /
told "another prefix" 1 'any(.findings[]; .kind == "LIB_MISSING" and .file == "/opt/v/usr/bin/prog")' dot.tgz --prefix /opt/v/
told "--prefix is a path" 64 true tree --prefix opt
mkdir -p given/usr/$lib && cp tree/usr/bin/prog given/ && cp tree/usr/$lib/libown.so.1 given/
told "a prefix in the loader's path" 0 "$shown" given --prefix /usr/$lib
system() { rm -rf system; cp -r tree system; mkdir -p "system/$(dirname "$1")"; echo "${2-}" > "system/$1"; }
for file in etc/vendor.conf var/lib/vendor/state etc/ld.so.conf.d/v.conf usr/lib/systemd/system-preset/90-v.preset; do
    system $file && told "with $file" 0 "$shown" system
done
system README.md && told "a note beside it shows nothing" 0 "$assumed" system
system opt/v/data && told "a folder that anything may have" 0 "$assumed" system
system etc/vendor.conf && echo 'cp -r usr /' > system/install.sh && told "a file at the top" 0 "$assumed" system
system etc/vendor.conf && mkdir system/share && echo x > system/share/x && told "a folder that is no system's" 0 "$assumed" system

# Nothing is assumed: the program finds it itself, or a package brings it.
gcc -o tree/usr/bin/prog p.c tree/usr/$lib/libown.so.1 -Wl,-rpath,"\$ORIGIN/../$lib" && told "with RUNPATH" 0 "$shown" tree
tree/usr/bin/prog
check "and the loader finds it anywhere" $? 0
gcc -o tree/usr/bin/prog p.c tree/usr/$lib/libown.so.1
mkdir -p deb/DEBIAN && cp -r tree/usr deb/
printf 'Package: v\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: d\n' > deb/DEBIAN/control
dpkg-deb -Zgzip -b --root-owner-group deb v.deb > build.log 2>&1 || { cat build.log; exit 1; }
told "a package" "" 'all(.findings[]; .kind != "PLACE_ASSUMED")' v.deb
cp tree/usr/bin/prog alone && told "a package beside it" "" 'all(.findings[]; .kind != "PLACE_ASSUMED" and .kind != "LIB_MISSING")' alone --with v.deb
mkdir -p beside/usr && cp -r tree/usr/$lib beside/usr/
told "a folder beside it" 0 '[.findings[].kind] == ["PLACE_ASSUMED"]' alone --with beside
# The image's own library of that name.
cp tree/usr/$lib/libown.so.1 root/usr/$lib/ && told "the image has it" "" '.verdicts[0].verdict != "incompatible"' alone

# A real lib/ where the image has a link: package managers follow it, tar replaces it.
mkdir -p merged/usr && cp -r root/lib64 merged/ && cp -r root/usr/$lib merged/usr/ && rm merged/usr/$lib/libown.so.1
[ $lib = lib64 ] && mv merged/lib64/* merged/usr/lib64/ && rmdir merged/lib64
ln -s usr/$lib merged/$lib
mkdir -p real/etc real/usr && cp -r tree/usr/bin real/usr/ && cp -r tree/usr/$lib real/ && echo x > real/etc/v.conf && tar cf real.tar -C real .
abi_holds "a folder onto a link" 1 '[.findings[] | "\(.severity) \(.kind) \(.file)"] == ["BLOCK IMAGE_BROKEN /" + $ENV.lib]' real.tar --rootfs merged
# What tar really does, without and with its option, and with an archive that has no entry for the folder.
tar cf bare.tar -C real --no-recursion etc/v.conf usr/bin/prog $lib/libown.so.1
abi_holds "only the file in it" "" 'all(.findings[]; .kind != "IMAGE_BROKEN" and .kind != "IMAGE_CHANGED")' bare.tar --rootfs merged
unpacks() { rm -rf unpacked && cp -a merged unpacked && tar xf "$1" -C unpacked "${@:2}" && [ -L unpacked/$lib ] && echo link || echo folder; }
check "tar" "$(unpacks real.tar) $(unpacks real.tar --keep-directory-symlink) $(unpacks bare.tar)" "folder link link"
# Another link of the image is replaced too; the system does not depend on it.
mkdir -p merged/run merged/var && ln -s ../run merged/var/run && mkdir -p late/etc late/var/run late/usr/bin && echo x > late/etc/v.conf
echo x > late/var/run/v && printf '#!/bin/true\n' > late/usr/bin/x && mkdir -p merged/bin && cp /bin/true merged/bin/ && tar cf late.tar -C late .
abi_holds "a folder onto another link" "" '[.findings[] | select(.kind | startswith("IMAGE_")) | "\(.severity) \(.kind) \(.file)"] == ["HIGH IMAGE_CHANGED /var/run"]' late.tar --rootfs merged
mkdir onto && cp -a merged/. onto/ && tar xf real.tar -C onto
check "tar replaces the link" "$([ -L onto/$lib ] || echo replaced)" replaced
end_checks
