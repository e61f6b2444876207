#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Uses of instruction sets and the code that leads to them: programs built here, checked against CPUs that lack the
# extension. Each must be classified correctly as unguarded, unproven or guarded.
set -eu
# Share Go's build cache, which otherwise is rebuilt for each user.
[ -z "${TOUCHSTONE_ORDINARY_USER:-}" ] || { echo "skipped: run as root, or by hand"; exit 77; }
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/guards.sh"
need x86_64-linux-gnu-gcc x86_64-linux-gnu-g++ aarch64-linux-gnu-gcc jq

program plain UNGUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", wide(c) + narrow(c)); return 0; }'
program plain-static UNGUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", wide(c) + narrow(c)); return 0; }' -static
program brand UNGUARDED 'void brand(void) { unsigned a, b, c, d; __get_cpuid(0, &a, &b, &c, &d); printf("%u\n", b); }
int main(int c, char **v) { (void)v; printf("%d\n", wide(c) + narrow(c)); return 0; }' -Wl,--export-dynamic
program builtin GUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("avx512f") ? wide(c) : narrow(c)); return 0; }'
program builtin-v4 GUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("x86-64-v4") ? wide(c) : narrow(c)); return 0; }'
program builtin-v3 UNPROVEN 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("x86-64-v3") ? wide(c) : narrow(c)); return 0; }'
# libgcc knows no feature of a Hygon, so that code behind a test of another one is not reached; CPUID says it.
program asks-other UNGUARDED 'int main(int c, char **v) { (void)v; unsigned x, b, d; __asm__ volatile("cpuid" : "=b"(b), "=c"(x), "=d"(d) : "a"(7), "c"(0)); printf("%d\n", b >> 5 & 1 ? wide(c) : narrow(c)); return 0; }'
program asks-lacking UNPROVEN 'int main(int c, char **v) { (void)v; unsigned x = 0, b, d; __asm__ volatile("cpuid" : "=b"(b), "+c"(x), "=d"(d) : "a"(7)); printf("%d\n", x >> 9 & 1 ? wide(c) : narrow(c)); return 0; }'
program asks-two UNGUARDED 'int main(int c, char **v) { (void)v; unsigned x = 0, b, d; __asm__ volatile("cpuid" : "=b"(b), "+c"(x), "=d"(d) : "a"(7)); int n = narrow(c); if (b & 1 << 5) { if (b & 1 << 8) n = wide(c); } printf("%d\n", n); return 0; }'
program builtin-avx2 UNPROVEN 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("avx2") ? wide(c) : narrow(c)); return 0; }'
program wrong-side UNGUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("avx512f") ? narrow(c) : wide(c)); return 0; }'
program only-said UNGUARDED 'int main(int c, char **v) { (void)v; int n = wide(c); if (!__builtin_cpu_supports("avx512f")) puts("slow"); printf("%d\n", n); return 0; }'
program resolver GUARDED 'static int (*pick(void))(int) { __builtin_cpu_init(); return __builtin_cpu_supports("avx512f") ? wide : narrow; }
int chosen(int) __attribute__((ifunc("pick")));
int main(int c, char **v) { (void)v; printf("%d\n", chosen(c)); return 0; }'
program resolver-blind UNGUARDED 'static int (*pick(void))(int) { return wide; }
int chosen(int) __attribute__((ifunc("pick")));
int main(int c, char **v) { (void)v; printf("%d\n", chosen(c) + narrow(c)); return 0; }'
program resolver-other UNPROVEN 'static int (*pick(void))(int) { __builtin_cpu_init(); return __builtin_cpu_supports("avx2") ? wide : narrow; }
int chosen(int) __attribute__((ifunc("pick")));
int main(int c, char **v) { (void)v; printf("%d\n", chosen(c)); return 0; }' -static
printf '%s\n' 'float a[1024], b[1024], c[1024];' '#include <stdio.h>' \
    '__attribute__((target_clones("default", "arch=x86-64-v4"), noinline, optimize("O3"))) void k(float f) { for (int i = 0; i < 1024; i++) a[i] = b[i] * f + c[i]; }' \
    'int main(int n, char **v) { (void)v; k((float)n); printf("%f\n", a[7]); return 0; }' > clones.c
for kind in "" -static; do
    # shellcheck disable=SC2086
    $x86 -O2 $kind -o "clones$kind" clones.c
    is GUARDED "clones$kind" hygon k.arch_x86_64_v4
done
program extended-leaf UNPROVEN "int main(int c, char **v) { (void)v; unsigned a, b, x, d; __get_cpuid(0x80000001, &a, &b, &x, &d); printf(\"%d\\n\", x >> 16 & 1 ? wide(c) : narrow(c)); return 0; }"
program constructor UNGUARDED '__attribute__((constructor)) static void early(void) { printf("%d\n", wide(table[0])); }
int main(int c, char **v) { (void)v; printf("%d\n", narrow(c) + cpu_has(16)); return 0; }'
program pointer GUARDED 'static int (*chosen)(int); __attribute__((constructor)) static void choose(void) { chosen = __builtin_cpu_supports("avx512f") ? wide : narrow; }
int main(int c, char **v) { (void)v; printf("%d\n", chosen(c)); return 0; }'
program pointer-wrong UNPROVEN 'static int (*chosen)(int); __attribute__((constructor)) static void choose(void) { chosen = __builtin_cpu_supports("avx512f") ? narrow : wide; }
int main(int c, char **v) { (void)v; printf("%d\n", chosen(c)); return 0; }'
program twice UNGUARDED 'int main(int c, char **v) { (void)v; if (__builtin_cpu_supports("avx512f")) c = wide(c); printf("%d\n", narrow(c) + wide(c + 1)); return 0; }'

# glibc names all variants in a list that its own tests read. Any other function that takes their addresses may call
# them.
libc_of() {
    printf '%s\n' '#include <immintrin.h>' 'extern int _rtld_global_ro[64]; int table[16]; void *listed[2];' \
        '__attribute__((noinline, target("avx512f"))) static int wide(int n) { __m512i x = _mm512_set1_epi32(n); _mm512_storeu_si512(table, x); return table[n & 15]; }' \
        'static int narrow(int n) { return n; }' \
        'static int (*pick(void))(int) { return _rtld_global_ro[8] & 1 ? wide : narrow; }' \
        'int memchr(int) __attribute__((ifunc("pick")));' "$1" |
        $x86 -O2 -shared -fPIC -nostdlib -fno-builtin -Wl,-soname,libc.so.6 -o "$2" -x c -
}
libc_of 'void __libc_ifunc_impl_list(void) { listed[0] = (void *)wide; listed[1] = (void *)narrow; }' libc-lists
is UNPROVEN libc-lists hygon wide
libc_of 'void other_list(void) { listed[0] = (void *)wide; listed[1] = (void *)narrow; }' libc-other
is UNGUARDED libc-other hygon wide
libc_of 'int __libc_ifunc_impl_list(int n) { return wide(n) + 1; }' libc-calls
is UNGUARDED libc-calls hygon wide

cat > arm.h << 'C'
#include <arm_neon.h>
#include <stdio.h>
#include <sys/auxv.h>
__attribute__((noinline, target("arch=armv8.2-a+dotprod"))) static unsigned dot(int n)
{
    uint8x16_t x = vdupq_n_u8((unsigned char)n);
    return vgetq_lane_u32(vdotq_u32(vdupq_n_u32(1), x, x), 0);
}
__attribute__((noinline)) static unsigned slow(int n) { return (unsigned)n * 3; }
C
arm_program() {
    { cat arm.h; printf '%s\n' "$3"; } > "$1.c"
    # shellcheck disable=SC2086
    $arm -O2 ${4-} -o "$1" "$1.c"
    is "$2" "$1" phytium dot
}
for kind in "" -static; do
    arm_program "arm-plain$kind" UNGUARDED 'int main(int c, char **v) { (void)v; if (getauxval(AT_SECURE)) return 1; printf("%u\n", dot(c) + slow((int)getauxval(AT_PAGESZ))); return 0; }' $kind
    arm_program "arm-asks$kind" GUARDED 'int main(int c, char **v) { (void)v; printf("%u\n", getauxval(AT_HWCAP) & 1 << 20 ? dot(c) : slow(c)); return 0; }' $kind
    arm_program "arm-asks-other$kind" UNGUARDED 'int main(int c, char **v) { (void)v; printf("%u\n", getauxval(AT_HWCAP) & 1 << 7 ? dot(c) : slow(c)); return 0; }' $kind
done
printf '%s\n' '#include <stdatomic.h>' 'static atomic_long n;' 'int main(int c, char **v) { (void)v; atomic_fetch_add(&n, c); return (int)n; }' > lse.c
$arm -O2 -march=armv8.1-a -mno-outline-atomics -static -o lse-static lse.c
is UNGUARDED lse-static phytium main
$arm -O2 -moutline-atomics -o lse-outline lse.c
is GUARDED lse-outline phytium

# Names only if the symbol's size covers the address; a summary of many has the highest severity.
printf '%s\n' '#include <immintrin.h>' 'int first(int x) { return x + 1; }' \
    '__attribute__((noinline, target("avx512f"))) static void hidden(int *p) { _mm512_storeu_si512(p, _mm512_add_epi32(_mm512_loadu_si512(p), _mm512_loadu_si512(p + 16))); }' \
    'void (*const table[])(int *) = {hidden};' > a.c
$x86 -O1 -fno-toplevel-reorder -shared -fPIC -s -o libwrongname.so a.c
is UNPROVEN libwrongname.so hygon
jq -e 'all(.findings[] | select(.kind | startswith("ISA_")); .symbol != "first" and (.symbol | startswith("+0x")))' out > /dev/null ||
    fail "the nearest export is named"
{ echo '#include <immintrin.h>'; for i in $(seq 30); do echo "__attribute__((target(\"avx512f\"))) void f$i(int *p) { _mm512_storeu_si512(p, _mm512_add_epi32(_mm512_loadu_si512(p), _mm512_set1_epi32($i))); }"; done; } > b.c
$x86 -O1 -shared -fPIC -o libmany.so b.c
is UNGUARDED libmany.so hygon
jq -e 'any(.findings[]; .severity == "HIGH" and .symbol == null and (.found | test("30 functions")))' out > /dev/null ||
    fail "the sum is not as grave as what it sums"
# The loading program may query the CPU: the same library beside a program that does.
mkdir -p pair && cp libmany.so pair/ && cp builtin-avx2 pair/program
is UNPROVEN pair hygon f1

# A virtual method has a visible name because C++ makes it so: what calls it takes it from an object's table. The same
# holds for a library's own table of exported functions, if the library tests that feature; and Python calls only
# PyInit_NAME of a module.
library() { # library NAME SEVEREST SYMBOL TEXT: a library with that text, checked against hygon
    { echo '#include <immintrin.h>'; echo '#include <cpuid.h>'; printf '%s\n' "$4"; } > "$1.cc"
    x86_64-linux-gnu-g++ -O2 -shared -fPIC -o "$1.so" "$1.cc"
    is "$2" "$1.so" hygon "$3"
}
wide='_mm512_storeu_si512(t, _mm512_add_epi32(_mm512_set1_epi32(n), _mm512_loadu_si512(t)))'
virtual="int t[64]; struct impl { virtual void k(int) const = 0; virtual unsigned need() const = 0; };
struct base : impl { void k(int n) const override; unsigned need() const override { return 0; } }; void base::k(int n) const { t[n & 63] = n; }
struct ice : impl { void k(int n) const override; unsigned need() const override { return 1u << 16; } };
__attribute__((target(\"avx512f\"))) void ice::k(int n) const { $wide; }
static const base b; static const ice c; static const impl *const all[] = {&c, &b};
static const impl *best() { unsigned a, bits = 0, x, d; __get_cpuid_count(7, 0, &a, &bits, &x, &d); for (auto p : all) if ((p->need() & bits) == p->need()) return p; return &b; }"
library libvirtual UNPROVEN _ZNK3ice1kEi "$virtual"' extern "C" void run(int n) { best()->k(n); }'
library libvirtual-called UNGUARDED _ZNK3ice1kEi "$virtual"' extern "C" void run(int n) { c.ice::k(n); best()->k(n); }'
table="extern \"C\" { int t[64]; __attribute__((target(\"avx512f\"))) void fast(int n) { $wide; } void slow(int n) { t[n & 63] = n; }
struct set { void (*run)(int); int width; }; struct set sets[2] = {{slow, 1}, {fast, 16}}; struct set *chosen = &sets[0];
void run(int n) { chosen->run(n); } }
__attribute__((constructor)) static void choose() { unsigned a, b, c, d; if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> BIT & 1)) chosen = &sets[1]; }"
library libtable UNPROVEN fast "#define BIT 16
$table"
library libtable-other UNGUARDED fast "#define BIT 5
$table"
module="extern \"C\" { int t[64]; __attribute__((target(\"avx512f\"))) void fast(int n) { $wide; } void (*volatile chosen)(int); static void use(int n) { fast(n); }"
library module UNPROVEN fast "$module"' void *PyInit_module() { chosen = use; return 0; } __attribute__((constructor)) static void ask() { unsigned a, b, c, d; __get_cpuid_count(7, 0, &a, &b, &c, &d); t[0] = b; } }'
library module-called UNGUARDED fast "$module"' void *PyInit_module() { chosen = use; fast(3); return 0; } }'
library no-module UNGUARDED fast "$module"' void *Init_module() { chosen = use; return 0; } }'

# Compiler options recorded by the build.
$x86 -g -O2 -march=skylake-avx512 -o recorded plain.c
is UNGUARDED recorded hygon
jq -e 'any(.findings[]; .found // "" | test("-march=skylake-avx512"))' out > /dev/null ||
    fail "the compiler's switch is not shown"
if command -v go > /dev/null; then
    printf 'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString("hello\\n") }\n' > main.go
    for level in v1 v3 v4; do
        GOCACHE=$scratch/go CGO_ENABLED=0 GOAMD64=$level go build -o "go-$level" main.go
    done
    # Go tests runtime.arm64HasATOMICS before each atomic instruction; a stripped program has its functions in pclntab.
    for strip in "" -s; do
        GOCACHE=$scratch/go CGO_ENABLED=0 GOARCH=arm64 go build -ldflags="$strip" -o "go-arm$strip" main.go
        is GUARDED "go-arm$strip" phytium runtime.chansend
        jq -e 'all(.findings[]; .kind != "ISA_UNGUARDED" and (.found // "" | startswith("sve") | not))' out > /dev/null ||
            fail "go-arm$strip is unguarded, or a constant is taken for code"
    done
    is DECLARED go-v4 hygon
    for level in v1 v3; do
        is NONE "go-$level" hygon
    done
else
    echo "# without programs that Go builds: no go"
fi
end_checks
