#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every extension of data/instructions.ARCH, as the assembler encodes it, is named by the scan; what every CPU executes is
# not, and hints do run there. Each instruction stands in a function of its own.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
need x86_64-linux-gnu-as x86_64-linux-gnu-ld aarch64-linux-gnu-as aarch64-linux-gnu-ld jq
cd "$scratch" || exit 99

for arch in x86_64 aarch64; do
    options=
    [ $arch = x86_64 ] || options=-march=armv9.3-a+sve2-aes+sme+sme-f64+ls64+mops+hbc+cssc+sha3+sm4+memtag+tme+flagm+rng+i8mm+bf16+profile+pauth+sb+ssbs+fp16fml+crypto
    grep -v '^#' "$TS_SOURCE_DIR/harness/tests/data/instructions.$arch" > list
    # Functions of 64 bytes, at 0x10000 and on.
    awk '{ $1 = ""; printf ".balign 64\n.globl f%d\n.type f%d, %%function\nf%d:%s\nret\n.size f%d, .-f%d\n", NR, NR, NR, $0, NR, NR }
        END { print "sym:" }' list > list.s
    # shellcheck disable=SC2086
    $arch-linux-gnu-as $options -o list.o list.s 2> err || { cat err; exit 1; }
    $arch-linux-gnu-ld -Ttext=0x10000 -e f1 -o list.elf list.o
    "$touchstone" abi isa list.elf | while read -r address feature; do
        echo "$(((0x$address - 0x10000) / 64 + 1)) $feature"
    done > named
    # Of several names the last is the most special one: much of AVX-512 is avx512f too.
    awk 'NR == FNR { named[$1] = $2; next }
        { got = FNR in named ? named[FNR] : "-"; if (got != $1) print FNR ": " $0 ": " got }' named list > wrong
    check "$arch: instructions named wrongly" "$(cat wrong)" ""
    platforms=hygon
    [ $arch = x86_64 ] || platforms="phytium kunpeng"
    for platform in $platforms; do # else a use of it would only be unknown
        "$touchstone" platform show $platform --json | jq -r '.has[], .lacks[]' | sort > known
        check "$platform: extensions that it neither has nor lacks" \
            "$(sed 's/ .*//' list | grep -v -x -e - -e rdssp -e chkfeat | sort -u | comm -23 - known)" ""
    done
    check "$arch: instructions" "$([ "$(wc -l < list)" -gt 150 ] && echo many)" many
done

# One check for two CPUs: uses are listed for that which lacks the extension, and AVX-512 is told of once where all of it
# lacks.
printf '%s\n' '.globl _start' '.type _start, %function' '_start:' 'vpdpbusd %zmm1, %zmm2, %zmm3' 'vpaddd %zmm1, %zmm2, %zmm3' 'pshufb %xmm1, %xmm2' ud2 \
    '.size _start, .-_start' > two.s
x86_64-linux-gnu-as -o two.o two.s
x86_64-linux-gnu-ld -o two.elf two.o
"$touchstone" abi check two.elf --surface reference:tencentos-3:x86_64 -p hygon -p x86 --json > out || true
for row in hygon:avx512f x86:avx512_vnni; do
    check "what a program needs of ${row%:*}" "$(jq -r --arg p "${row%:*}" \
        '.findings[] | select(.platform == $p and .kind == "ISA_UNGUARDED") | .found | sub(":.*"; "")' out)" "${row#*:}"
done

# hints ARCH QEMU CPU EXIT INSTRUCTION…: a program of these instructions runs to its end on a CPU that knows none of them.
hints() {
    local arch=$1 qemu=$2 cpu=$3 end=$4
    shift 4
    if ! command -v "$qemu" > /dev/null; then echo "# without running hints: no $qemu"; return; fi
    printf '%s\n' '.globl _start' '_start:' "$@" "$end" > hints.s
    $arch-linux-gnu-as -march="${march:-generic64}" -o hints.o hints.s
    $arch-linux-gnu-ld -o hints.elf hints.o
    code=0
    "$qemu" -cpu "$cpu" ./hints.elf || code=$?
    check "$arch: hints run on $cpu" $code 0
    check "$arch: hints are no extension" "$("$touchstone" abi isa hints.elf | sed 's/.* //' | grep -v -x -e rdssp -e chkfeat)" ""
}
end='mov $60, %eax; xor %edi, %edi; syscall'
for cpu in Dhyana Skylake-Server; do
    march=generic64+mpx+cldemote+shstk+ibt+hle+prfchw+bmi hints x86_64 qemu-x86_64-static $cpu "$end" endbr64 'xor %eax, %eax' 'rdsspq %rax' \
        'cldemote (%rsp)' 'bndmk (%rsp), %bnd0' 'bndcl (%rsp), %bnd0' 'prefetchw (%rsp)' '.byte 0x0f, 0x18, 0x3d, 0, 0, 0, 0' \
        'xacquire lock addl $0, (%rsp)' 'tzcnt %eax, %ebx'
done
march=armv8.5-a hints aarch64 qemu-aarch64-static cortex-a72 'mov x8, #93; mov x0, #0; svc #0' 'bti c' paciasp autiasp xpaclri \
    csdb 'psb csync' 'hint #6' '.inst 0xd503251f' esb
end_checks
