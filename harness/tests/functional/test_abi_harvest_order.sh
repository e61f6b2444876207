#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A root with more files than its reader and its recorder hold between them: the surface is the same each time, hard links
# are one object, and a folder that cannot be read ends the walk with an error, not with a surface of the rest.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq gcc
mkdir -p root/usr/lib root/usr/bin root/etc
printf 'ID=x\n' > root/etc/os-release
gcc -shared -fPIC -nostdlib -o one.so -x c - <<< 'int f(void) { return 0; }'
for i in $(seq 400); do cp one.so root/usr/lib/lib$i.so; printf '#!/bin/sh\n' > root/usr/bin/s$i; ln -s lib$i.so root/usr/lib/l$i; done
chmod 755 root/usr/bin/*
ln root/usr/lib/lib1.so root/usr/lib/other.so
head -c 100 one.so > root/usr/lib/cut.so
first=$("$touchstone" abi harvest --rootfs root --name a)
for _ in 1 2 3; do check "the same surface" "$("$touchstone" abi harvest --rootfs root)" "$first"; done
check "every file once, with both names of a hard link" "$("$touchstone" abi show a --json | jq '.objects | length')" 400
if [ "$(id -u)" != 0 ] || setpriv --reuid=65534 true 2> /dev/null; then
    mkdir root/usr/lib/shut && chmod 000 root/usr/lib/shut && chmod 755 . root
    as=(); [ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups env TOUCHSTONE_HOME=/tmp/none.$$)
    "${as[@]}" "$touchstone" abi harvest --rootfs "$PWD/root" > out 2> err && fail "a root that cannot be read was accepted"
    check "the folder is named" "$(grep -c usr/lib/shut err)" 1
fi
end_checks
