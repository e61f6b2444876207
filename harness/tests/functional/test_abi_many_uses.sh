#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Objects with more than 20,000 uses of an extension: all are counted, nothing is cut, and the last one matters like the
# first.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq gcc
need_x86_64

mkdir -p root/usr/lib64 root/etc
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1
uses=25000
object() { # NAME < assembly
    { cat; echo '.section .note.GNU-stack,"",@progbits'; } > code.s
    gcc -shared -fPIC -nostdlib -Wl,-soname,"$1" -o "$1" code.s || exit 1
}
isa='[.findings[] | select(.kind | startswith("ISA_"))]'
uncut='(.verdicts | map(.cut) == [false]) and .verdicts[0].verdict == "conditional"'

printf '.globl f\n.type f,@function\nf:\n.rept %d\nvpaddq %%zmm1,%%zmm2,%%zmm3\n.endr\nret\n.size f,.-f\n' $uses | object libone.so
abi_holds "in one function" 0 "$uncut and ($isa | length == 1 and .[0].severity == \"HIGH\" and .[0].symbol == \"f\" and (.[0].found | contains(\"$uses\")))" libone.so --surface new -p hygon
check "each is listed" "$("$touchstone" abi isa libone.so | grep -c avx512f)" $uses

for i in $(seq $uses); do printf '.globl f%d\n.type f%d,@function\nf%d:\nvpaddq %%zmm1,%%zmm2,%%zmm3\nret\n.size f%d,.-f%d\n' "$i" "$i" "$i" "$i" "$i"; done | object libmany.so
abi_holds "in as many functions" 0 "$uncut and ($isa | all(.severity == \"HIGH\") and any(.symbol == null and (.found | contains(\"$uses functions with $uses instructions\"))))" libmany.so --surface new -p hygon

# The CPU has AVX2, and lacks what comes behind.
printf '.globl f\n.type f,@function\nf:\n.rept %d\nvpaddq %%ymm1,%%ymm2,%%ymm3\n.endr\nret\n.size f,.-f\n.globl g\n.type g,@function\ng:\nvpaddq %%zmm1,%%zmm2,%%zmm3\nret\n.size g,.-g\n' $uses | object liblast.so
abi_holds "the last one" 0 "$uncut and ($isa | length == 1 and .[0].severity == \"HIGH\" and .[0].symbol == \"g\")" liblast.so --surface new -p hygon
check "all are listed" "$("$touchstone" abi isa liblast.so | awk '{ n[$2]++ } END { print n["avx2"], n["avx512f"] }')" "$uses 1"
end_checks
