#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the installation of a product changes for the image's own programs: libraries in folders that ldconfig or the
# loader searches, and variables that set others. Each change is also tried with a library that harms nothing.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq ldconfig aarch64-linux-gnu-gcc
need_x86_64
. "$TS_SOURCE_DIR/harness/tests/lib/abi_effects.sh"

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
for name in tls x86_64 tls/x86_64/x86_64 haswell tls/avx512_1/x86_64; do
    changes "a library in $name, which loaders up to 2.36 search" /usr/lib64/$name/libs.so.1
done
keeps "and in a folder of another name" /usr/lib64/i686/libs.so.1
product /usr/lib64/glibc-hwcaps/x86-64-v3/libs.so.1:part.so
abi_holds "a library for the platform's CPU" 1 "$breaks" product.tgz --surface image --platform hygon
product /usr/lib64/glibc-hwcaps/x86-64-v4/libs.so.1:part.so
abi_holds "and for none that it has" "" "$breaks | not" product.tgz --surface image --platform hygon

# Variables of the loader, for everyone.
v=/opt/v/lib/libs.so.1
for file in /etc/ld.so.preload=$v /etc/environment="LD_PRELOAD=$v" "/etc/profile.d/v.sh=export LD_PRELOAD=\"\$LD_PRELOAD $v\"" \
    /usr/lib/environment.d/v.conf='LD_LIBRARY_PATH=/opt/v/lib' "/etc/systemd/system.conf.d/v.conf=[Manager]\nDefaultEnvironment=\"LD_PRELOAD=$v\""; do
    changes "${file%%=*}" $v "$file"
done
changes "a variable of the same file" $v '/etc/profile.d/v.sh=V=/opt/v\nLD_LIBRARY_PATH="${V}/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH'
changes "one with a default" $v '/etc/profile.d/v.sh=V="${VENDOR:-/opt/v}"\nexport LD_PRELOAD=$V/lib/libs.so.1'
keeps "a folder that the user gives" $v '/etc/profile.d/v.sh=export LD_LIBRARY_PATH="$HOME/lib:$LD_LIBRARY_PATH"'
row() { # WHAT CODE FILTER ITEM…: a row for which the filter is true
    product "${@:4}"
    abi_holds "$1" "$2" "any(.findings[]; $3)" product.tgz --surface image
}
ignored='.kind == "LIB_MISSING" and .severity == "WARN" and .symbol == "LD_PRELOAD" and .provider == "/opt/v/lib/gone.so"'
row "a preloaded library that is nowhere" 0 "$ignored and .file == \"/etc/ld.so.preload\"" $v:whole.so /etc/ld.so.preload='/opt/v/lib/gone.so'
aarch64-linux-gnu-gcc -shared -fPIC -nostdlib -o arm.so whole.c
row "one for another architecture" 1 "$ignored and (.found | contains(\"another architecture\"))" /opt/v/lib/gone.so:arm.so /etc/ld.so.preload='/opt/v/lib/gone.so'
row "what is preloaded is computed" 2 '.severity == "UNKNOWN" and .file == "/etc/profile.d/v.sh"' $v:whole.so /etc/profile.d/v.sh='export LD_PRELOAD=$(cat /opt/v/name)/x.so'

# For the program of a unit, and for what a script starts: the package's own, and the image's.
lone -Wl,-z,now -Wl,-e,start -Wl,--dynamic-linker=$loader -o own p.c image/lib64/libs.so.1
own='.severity == "BLOCK" and .symbol == "theirs" and .file == "/opt/v/bin/own"'
unit=/usr/lib/systemd/system/v.service
row "a unit" 1 "$own" $v:part.so /opt/v/bin/own:own $unit="[Service]\nExecStart=/opt/v/bin/own\nEnvironment=\"A=1\" \"LD_PRELOAD=$v\""
row "a file of its environment" 1 "$own" $v:part.so /opt/v/bin/own:own /etc/default/v="# ours\nLD_PRELOAD=$v" $unit='[Service]\nEnvironmentFile=-/etc/default/v\nExecStart=/opt/v/bin/own'
row "a drop-in of the package's unit" 1 "$own" $v:part.so /opt/v/bin/own:own $unit='[Service]\nExecStart=/opt/v/bin/own' $unit.d/a.conf="[Service]\nEnvironment=LD_LIBRARY_PATH=/opt/v/lib"
row "a drop-in of another's" 2 '.severity == "UNKNOWN" and (.found | contains("not assessed"))' $v:part.so /usr/lib/systemd/system/ssh.service.d/a.conf="[Service]\nEnvironment=LD_PRELOAD=$v"
row "a file that a unit of the image reads" 2 '.severity == "UNKNOWN" and .file == "/etc/default/theirs"' $v:part.so /etc/default/theirs='LD_LIBRARY_PATH=/opt/v/lib'
row "a unit that starts the image's program" 1 '.kind == "IMAGE_BROKEN" and .file == "/usr/bin/prog"' $v:part.so $unit="[Service]\nExecStart=/usr/bin/prog\nEnvironment=LD_PRELOAD=$v"
row "a wrapper" 1 "$own" $v:part.so /opt/v/bin/own:own /opt/v/bin/run="#!/bin/sh\nLD_PRELOAD=$v exec /opt/v/bin/own \"\$@\""
row "one that knows its folder" 1 "$own" $v:part.so /opt/v/bin/own:own /opt/v/bin/run='#!/bin/sh\nHERE=$(dirname "$0")\nexport LD_PRELOAD="$HERE/../lib/libs.so.1"\nexec "$HERE/own" "$@"'
row "one that starts the image's program" 0 '.kind == "IMAGE_BROKEN" and .severity == "HIGH" and .file == "/usr/bin/prog"' $v:part.so /opt/v/bin/run='#!/bin/sh\nexport LD_LIBRARY_PATH=/opt/v/lib\nprog'
product $v:part.so /opt/v/bin/run='#!/bin/sh\nprog\n# LD_PRELOAD=/opt/v/lib/libs.so.1\nLD_PRELOAD=$1 prog'
abi_holds "a wrapper that preloads what its caller says" 0 'all(.findings[]; .kind != "IMAGE_BROKEN" and .severity != "UNKNOWN")' product.tgz --surface image
end_checks
