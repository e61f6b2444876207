# SPDX-License-Identifier: Apache-2.0
# Programs and libraries that use an instruction set behind a test of the CPU, or without, and what `touchstone abi check`
# says of them. To be sourced after abi.sh.

# is SEVEREST FILE PLATFORM [SYMBOL]: the most severe ISA finding for a file (or one symbol of it), without "ISA_".
is() {
    arch=x86_64
    [ "$3" = hygon ] || arch=aarch64
    "$touchstone" abi check "$2" --surface "reference:tencentos-3:$arch" -p "$3" --json > out || true
    got=$(jq -r --arg s "${4-}" '[.findings[] | select(.kind | startswith("ISA_")) | select($s == "" or .symbol == $s) | .kind]
        | map({ISA_DECLARED: 4, ISA_UNGUARDED: 3, ISA_UNPROVEN: 2, ISA_GUARDED: 1}[.]) | max // 0
        | ["NONE", "GUARDED", "UNPROVEN", "UNGUARDED", "DECLARED"][.]' out)
    check "$2 on $3 ${4-}" "$got" "$1"
    jq -e '.verdicts[0].verdict != "compatible" or all(.findings[]; .kind != "ISA_UNPROVEN" and .kind != "ISA_UNGUARDED")' \
        out > /dev/null || fail "$2 is compatible"
}

x86=x86_64-linux-gnu-gcc
export arm=aarch64-linux-gnu-gcc
cat > wide.h << 'C'
#include <immintrin.h>
#include <stdio.h>
#include <cpuid.h>
static int table[64];
__attribute__((noinline, target("avx512f"))) static int wide(int n)
{
    _mm512_storeu_si512(table, _mm512_add_epi32(_mm512_set1_epi32(n), _mm512_loadu_si512(table)));
    return table[3];
}
__attribute__((noinline)) static int narrow(int n) { return table[n & 63] + n; }
static inline int cpu_has(unsigned bit)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> bit & 1);
}
C
# program NAME SEVEREST MAIN…: a program with that text, checked against hygon.
program() {
    { cat wide.h; printf '%s\n' "$3"; } > "$1.c"
    # shellcheck disable=SC2086
    $x86 -O2 ${4-} -o "$1" "$1.c"
    symbol=wide
    case $1,${4-} in *-s | libc,*) symbol= ;; esac
    is "$2" "$1" hygon $symbol
}
