#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares the result of `touchstone abi check` for instruction sets with execution: programs of the roots made by
# scripts/abi-roots, and programs built here for newer CPUs, are run with --version under qemu-user on the CPU of
# each platform. Called by scripts/abi-agreement isa:
#
#   scripts/abi-agreement isa ROOTS [PROGRAMS [NEWER]]
#
# PROGRAMS: at most this many of each kind and architecture; default: all. NEWER: roots made by abi-roots --newer, whose
# programs use newer instruction sets. ISA_ARCHES: only these architectures. ISA_ROWS: a file that keeps the results; a
# run that was interrupted continues there.
#
# Fails if a program that dies of SIGILL is reported as compatible, or if 2 % or more of the real programs that run are
# reported as unguarded. A program that blocks, or does not support --version, counts as one that ran: only the signal
# matters. Missing libraries do not matter here: of the verdict, only rows of kind ISA_* are considered.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
touchstone=${TOUCHSTONE:-$here/../../build/touchstone}
roots=$(realpath "${1:?usage: abi-agreement isa ROOTS [PROGRAMS [NEWER]]}")
limit=${2:-100000}
newer=${3:+$(realpath "$3")}
work=$(mktemp -d "${TMPDIR:-/tmp}/ts-isa.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME=$work/home
mkdir -p "$TOUCHSTONE_HOME"
for tool in qemu-x86_64-static qemu-aarch64-static x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc jq; do
    command -v $tool > /dev/null || { echo "abi-agreement: $tool is not installed" >&2; exit 77; }
done

# The CPU that QEMU emulates for a platform; features that TCG does not support are left out.
cpu_of() {
    case $1 in
    hygon) echo Dhyana,+aes,+pclmulqdq ;;
    kunpeng) echo a64fx,sve=off ;;
    phytium) echo cortex-a72 ;;
    esac
}
# told FILE PLATFORM SURFACE: the most severe of its ISA rows.
told() {
    { "$touchstone" abi check "$1" --surface "$3" -p "$2" --json 2> /dev/null || true; } | jq -r '
        [.findings[] | .kind] | if any(. == "ISA_DECLARED") then "declared" elif any(. == "ISA_UNGUARDED") then "unguarded"
        elif any(. == "ISA_UNPROVEN") then "unproven" elif any(. == "ISA_GUARDED") then "guarded" else "none" end' | grep . || echo failed
}
# ran QEMU CPU ROOT FILE: "ran" or "sigill".
ran() {
    local code=0
    (cd "$work/cwd" && timeout -s KILL 5 "$1" -cpu "$2" -L "$3" "$4" --version > /dev/null 2> "$work/err" < /dev/null) 2> /dev/null || code=$?
    if [ $code = 132 ] || grep -q 'uncaught target signal 4 ' "$work/err"; then echo sigill; else echo ran; fi
}
mkdir -p "$work/cwd"

# one KIND FILE PLATFORM SURFACE ROOT QEMU
one() {
    ! grep -q -F "$(printf '%s\t%s\t' "$1" "$3")" "$rows" || ! awk -F '\t' -v k="$1" -v p="$3" -v f="${2#"$work/"}" \
        '$1 == k && $2 == p && $5 == f { found = 1 } END { exit !found }' "$rows" || return 0
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$(ran "$6" "$(cpu_of "$3")" "$5" "$2")" "$(told "$2" "$3" "$4")" "${2#"$work/"}" >> "$rows"
}

# Programs with different ways of dispatch; each is built with and without a newer baseline. NEW is the target of one
# function.
sources() {
    cat > "$work/s0.c" << 'C'
#include <stdio.h>
float a[1024], b[1024], c[1024];
int main(int n, char **v) { (void)v; for (int i = 0; i < 1024; i++) a[i] = b[i] * (float)n + c[i]; printf("%f\n", a[7]); return 0; }
C
    cat > "$work/s1.c" << 'C'
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
static atomic_long count; static char text[4096]; int sum[512];
static __attribute__((noinline)) int work(int n) { int s = 0; for (int i = 0; i < 512; i++) { sum[i] += n * i; s += sum[i] ^ i; } return s; }
int main(int n, char **v) { memset(text, n, sizeof(text)); atomic_fetch_add(&count, n); printf("%d %ld %zu\n", work(n), count, strlen(v[0])); return 0; }
C
    cat > "$work/s2.c" << 'C'
#include <stdio.h>
#include <stdlib.h>
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
unsigned long long bits[256]; int v[256];
int main(int n, char **w) { (void)w; unsigned t = 0; for (int i = 0; i < 256; i++) { bits[i] = (unsigned long long)i * 0x9e3779b97f4a7c15ull * n; t += __builtin_popcountll(bits[i]); v[i] = (int)(bits[i] >> 40); } qsort(v, 256, sizeof(int), compare); printf("%u %d\n", t, v[3]); return 0; }
C
    cat > "$work/s3.c" << 'C'
#include <stdio.h>
int x[512];
__attribute__((noinline, NEW)) static int fast(int n) { int s = 0; for (int i = 0; i < 512; i++) { x[i] = x[i] * n + i; s += x[i]; } return s; }
__attribute__((noinline)) static int slow(int n) { int s = 0; for (int i = 0; i < 512; i++) { x[i] = x[i] * n + i; s += x[i]; } return s; }
int main(int n, char **v) { (void)v; printf("%d\n", HAS ? fast(n) : slow(n)); return 0; }
C
    sed 's/HAS ? fast(n) : slow(n)/(n > 50 ? slow(n) : fast(n))/' "$work/s3.c" > "$work/s4.c"
    sed 's/^int main.*/static int (*chosen)(int); __attribute__((constructor)) static void choose(void) { chosen = HAS ? fast : slow; }\nint main(int n, char **v) { (void)v; printf("%d\\n", chosen(n)); return 0; }/' "$work/s3.c" > "$work/s5.c"
    sed 's/^int main.*/static int (*const table[2])(int) = {slow, fast};\nint main(int n, char **v) { (void)v; printf("%d\\n", table[n \& 1](n)); return 0; }/' "$work/s3.c" > "$work/s6.c"
    sed 's/^int main.*/static int has; __attribute__((constructor)) static void ask(void) { has = HAS; }\nint main(int n, char **v) { (void)v; printf("%d\\n", has ? fast(n) : slow(n)); return 0; }/' "$work/s3.c" > "$work/s7.c"
}
built() {
    local arch=$1 platform=$2 qemu=$3 root=$4 cc=$1-linux-gnu-gcc has new flags source link
    case $arch in
    x86_64)
        new='target("avx512f,avx512bw,prefer-vector-width=512")' has='__builtin_cpu_supports("avx512f")'
        set -- -march=x86-64-v2 -march=x86-64-v3 -march=x86-64-v4 -march=skylake-avx512 -march=icelake-server -march=znver1 ;;
    *)
        new='target("arch=armv8.2-a+sve")' has='(getauxval(16) >> 22 \& 1)'
        set -- -march=armv8-a -march=armv8.1-a+nolse '-march=armv8.1-a -mno-outline-atomics' -march=armv8.2-a+sve -mcpu=a64fx -mcpu=neoverse-v1 ;;
    esac
    local built=0
    for source in "$work"/s?.c; do
        for flags; do
            for link in -O3 '-O3 -static' '-O2 -ftree-vectorize -fPIE -pie -s'; do
                name=$work/own-$arch-$(basename "$source" .c)-$(echo "$flags$link" | tr -c 'a-z0-9.\n' '_')
                sed "s/NEW/$new/; s/HAS/$has/" "$source" > "$work/now.c"
                built=$((built + 1))
                [ $built -le "$limit" ] || return 0
                # shellcheck disable=SC2086
                { echo '#include <sys/auxv.h>'; cat "$work/now.c"; } | $cc $flags $link -x c -o "$name" - 2> "$work/cc.err" || { cat "$work/cc.err" >&2; continue; }
                one own "$name" "$platform" "$arch" "$root" "$qemu"
            done
        done
    done
}

rows=${ISA_ROWS:-$work/rows}
touch "$rows"
sources
for arch in ${ISA_ARCHES:-x86_64 aarch64}; do
    debian=amd64 qemu=qemu-x86_64-static platforms=hygon libs=/
    [ "$arch" = x86_64 ] || { debian=arm64 qemu=qemu-aarch64-static platforms="kunpeng phytium" libs=/usr/aarch64-linux-gnu; }
    for kind in debian ${newer:+newer}; do
        count=0 from=$roots
        [ "$kind" = debian ] || from=$newer
        for root in "$from"/*-"$debian"; do
            [ -e "$root/.complete" ] || continue
            name=$kind-$(basename "$root")
            "$touchstone" abi harvest --rootfs "$root" --name "$name" > /dev/null
            [ $count -gt 0 ] || [ "$kind" = newer ] || "$touchstone" abi harvest --rootfs "$root" --name "$arch" > /dev/null
            while read -r file; do
                [ $count -lt "$limit" ] || break
                readelf -h "$file" > /dev/null 2>&1 || continue
                count=$((count + 1))
                for platform in $platforms; do one "$kind" "$file" "$platform" "$name" "$root" "$qemu"; done
            done < <(find "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib/go-"*/bin "$root/usr/lib/go-"*/pkg/tool -type f -perm -100 2> /dev/null | sort)
        done
    done
    for platform in $platforms; do built "$arch" "$platform" "$qemu" "$libs"; done
done
awk -F '\t' '
    { n[$1 " " $2 " " $3 " " $4]++; kind[$1 " " $2 " " $3] = 1; all[$1, $3]++; said[$1, $3, $4]++; real[$1 " " $2]++
      if ($4 == "failed") { print "NOT CHECKED " $2 " " $5; failed++ }
      if ($3 == "sigill" && ($4 == "guarded" || $4 == "none")) { print "FALSE PASS " $2 " " $4 " " $5; false++ } }
    END {
        printf "%-26s %7s %9s %9s %9s %9s %7s\n", "kind, platform, execution", "all", "declared", "unguarded", "unproven", "guarded", "none"
        for (k in kind) { t = 0; split("declared unguarded unproven guarded none", w, " "); for (i = 1; i <= 5; i++) t += n[k " " w[i]]
            printf "%-26s %7d %9d %9d %9d %9d %7d\n", k, t, n[k " declared"], n[k " unguarded"], n[k " unproven"], n[k " guarded"], n[k " none"] | "sort" }
        close("sort")
        count = all["debian", "ran"] + all["newer", "ran"]
        rate = count ? 100 * (said["debian", "ran", "unguarded"] + said["newer", "ran", "unguarded"]) / count : 0
        printf "false passes: %d of %d that crash; reported as unguarded: %.2f %% of %d real programs that run\n",
            false, all["debian", "sigill"] + all["newer", "sigill"] + all["own", "sigill"], rate, count
        if (NR == 0) exit 77
        exit false > 0 || failed > 0 || rate >= 2
    }' "$rows"
