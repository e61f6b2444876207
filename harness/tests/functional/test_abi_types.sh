#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone abi diff --types`: differences that abidiff finds between two builds of a library are mapped to kinds; if
# it cannot compare them, the result is never "no change".
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc abidiff jq python3
expect() { # WHAT CODE TEXT COMMAND…: TEXT "" is no output at all
    local what=$1 code=$2 text=$3 got
    shift 3
    "$@" > out 2> err
    got=$?
    if [ "$got" != "$code" ] || { [ -n "$text" ] && ! grep -qF -- "$text" out err; } || { [ -z "$text" ] && [ -s out ]; }; then
        check "$what" "exit code $got, $(head -n 5 out err)" "exit code $code, '$text'"
    else
        check "$what" "" ""
    fi
}

cat > first.c <<'END'
struct point { int x, y; };
int area(struct point *p) { return p->x * p->y; }
int gone(void) { return 1; }
END
sed 's/int x, y;/int x, y, z;/' first.c > longer.c
sed 's/int gone/static inline int gone/' first.c > fewer.c
cp first.c same.c
cp first.c stripped.c
for name in first longer fewer same stripped; do
    mkdir -p $name/lib64
    debug=-g
    [ $name != stripped ] || debug=-s
    gcc $debug -shared -fPIC -nostdlib -Wl,-soname,libt.so.1 -o $name/lib64/libt.so.1 $name.c || exit 1
    "$touchstone" abi harvest --rootfs "$scratch/$name" --name $name > /dev/null || exit 1
done
types() { "$touchstone" abi diff first "$1" --library libt.so.1 --types "${@:2}"; }
expect "the same twice" 0 "" types same
expect "a longer structure is for a person to look at" 0 "type-review    libt.so.1" types longer
expect "a function that is gone" 0 "type-changed   libt.so.1" types fewer
expect "and its symbol" 0 "symbol-lost    libt.so.1 gone" types fewer
expect "no debug information" 2 "has no debug information" types stripped
types stripped --json > out 2> /dev/null
out_holds "json of it" '.types | test("no debug information")'
types same --json > out 2> /dev/null
out_holds "json" '.types == "compared" and .changes == []'
expect "a library that is not there" 3 "has no 'libnone.so.1'" "$touchstone" abi diff first same --library libnone.so.1
mv same elsewhere
expect "a root that is gone" 2 "can be compared only while" types same
mv elsewhere same

# Instead of abidiff, a program that uses more memory than allowed; and no abidiff at all.
mkdir bin none
printf '#!%s\nhoard = bytearray(5 << 30)\n' "$(command -v python3)" > bin/abidiff
chmod 755 bin/abidiff
expect "past its limit of memory" 2 "exceeded its memory limit of 4 GiB" env PATH="$scratch/bin:$PATH" "$touchstone" abi diff first same --library libt.so.1 --types
printf '#!/bin/sh\nwhile :; do :; done\n' > bin/abidiff
expect "past its limit of time" 2 "set a longer limit with --time-limit" env PATH="$scratch/bin:$PATH" "$touchstone" abi diff first same --library libt.so.1 --types --time-limit 1
expect "a limit that is none" 64 "--time-limit" "$touchstone" abi diff first same --library libt.so.1 --types --time-limit 0
expect "not installed" 2 "install abigail-tools" env PATH="$scratch/none" "$touchstone" abi diff first same --library libt.so.1 --types
end_checks
