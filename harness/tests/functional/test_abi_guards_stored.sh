#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Uses of an instruction set behind an answer that the program stores, and glibc's own in static programs.
set -eu
[ -z "${TOUCHSTONE_ORDINARY_USER:-}" ] || { echo "skipped: run as root, or by hand"; exit 77; }
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/guards.sh"
need x86_64-linux-gnu-gcc jq

# An answer that is stored, and tested later: every store to the variable must follow from the feature's bit.
ask='__attribute__((constructor)) static void ask(void)'
use='int main(int c, char **v) { (void)v; printf("%d\n", has ? wide(c) : narrow(c)); return 0; }'
force='__attribute__((noinline)) void force(int *p, int n) { *p = n; } int main(int c, char **v) { (void)v; if (c > 1) force(&has, c); printf("%d\n", has ? wide(c) : narrow(c)); return 0; }'
bits="static unsigned flags; $ask { if (cpu_has(5)) flags |= 4; if (cpu_has(16)) flags |= 8; }"
program flag GUARDED "static int has; $ask { has = cpu_has(16); } $use"
program flag-stripped GUARDED "static int has; $ask { has = cpu_has(16); } $use" -s
program flag-volatile GUARDED "static volatile _Bool has; $ask { has = cpu_has(16) && cpu_has(5); } $use"
program flag-either UNPROVEN "static volatile _Bool has; $ask { has = cpu_has(16) || cpu_has(5); } $use"
program flag-other UNPROVEN "static int has; $ask { has = cpu_has(5); } $use"
program flag-not UNPROVEN "static int has; $ask { has = !cpu_has(16); } $use"
program flag-initial UNPROVEN "static int has = 1; $ask { if (cpu_has(16)) has = 2; } $use"
program flag-forced UNPROVEN "static int has; $ask { has = cpu_has(16); } __attribute__((noinline)) void set(int n) { has = n; } int main(int c, char **v) { (void)v; if (c > 1) set(c); printf(\"%d\\n\", has ? wide(c) : narrow(c)); return 0; }"
program flag-pointer UNPROVEN "static int has; $ask { has = cpu_has(16); } $force"
program flag-bits GUARDED "$bits int main(int c, char **v) { (void)v; printf(\"%d\\n\", flags & 8 ? wide(c) : narrow(c)); return 0; }"
program flag-bits-other UNPROVEN "$bits int main(int c, char **v) { (void)v; printf(\"%d\\n\", flags & 4 ? wide(c) : narrow(c)); return 0; }"
program flag-bits-any UNPROVEN "$bits int main(int c, char **v) { (void)v; printf(\"%d\\n\", flags ? wide(c) : narrow(c)); return 0; }"
program flag-copy GUARDED "$bits static int has; __attribute__((noinline)) void copy(void) { has = flags >> 3 & 1; } int main(int c, char **v) { (void)v; copy(); printf(\"%d\\n\", has ? wide(c) : narrow(c)); return 0; }"
program flag-function GUARDED "__attribute__((noinline)) static int has(void) { return cpu_has(16); } int main(int c, char **v) { (void)v; printf(\"%d\\n\", has() ? wide(c) : narrow(c)); return 0; }"
program flag-accessor GUARDED "static int known; $ask { known = cpu_has(16); } __attribute__((noinline)) int has(void) { return known; } int main(int c, char **v) { (void)v; printf(\"%d\\n\", has() ? wide(c) : narrow(c)); return 0; }"
program flag-chosen GUARDED "static int has; $ask { has = cpu_has(16); } static int (*chosen)(int); int main(int c, char **v) { (void)v; chosen = narrow; if (has) chosen = wide; printf(\"%d\\n\", chosen(c)); return 0; }"
# Written through a pointer to the start of the struct that holds it, or to one in data.
fill='__attribute__((noinline)) void fill(struct known *k, int n) { for (int i = 0; i < 16; i++) k->text[i] = (char)n; k->has = n; }'
struct="struct known { char text[48]; int has; } known; $ask { known.has = cpu_has(16); }"
for strip in "" -s; do
    program "flag-struct$strip" GUARDED "$struct int main(int c, char **v) { (void)v; printf(\"%d\\n\", known.has ? wide(c) : narrow(c)); return 0; }" $strip
    program "flag-struct-pointer$strip" UNPROVEN "$struct $fill int main(int c, char **v) { (void)v; if (c > 1) fill(&known, c); printf(\"%d\\n\", known.has ? wide(c) : narrow(c)); return 0; }" $strip
    program "flag-struct-data$strip" UNPROVEN "$struct struct known *volatile all[2] = {&known, &known}; $fill int main(int c, char **v) { (void)v; if (c > 1) fill(all[c & 1], c); printf(\"%d\\n\", known.has ? wide(c) : narrow(c)); return 0; }" $strip
done
program flag-struct-fixed UNPROVEN "$struct $fill int main(int c, char **v) { (void)v; if (c > 1) fill(&known, c); printf(\"%d\\n\", known.has ? wide(c) : narrow(c)); return 0; }" "-no-pie -fno-pie -s"
# Copied and masked in a vector register; in a function with a switch.
program flag-vector GUARDED "static struct { unsigned b, c; } known; $ask { unsigned a, b, c, d; if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) { known.b = b; known.c = c; } } __attribute__((noinline)) void mask(int n) { if (n == 2) { known.b &= 0xffff00ff; known.c &= 0xff00ffff; } } int main(int c, char **v) { (void)v; mask(c); printf(\"%d\\n\", known.b >> 16 & 1 ? wide(c) : narrow(c)); return 0; }"
program flag-switch GUARDED "static int has; int s; $ask { switch (s) { case 1: s = 7; break; case 2: s = 11; break; case 3: s = 90; break; case 4: s = 6; break; case 5: s = -4; break; case 6: puts(\"six\"); break; } has = cpu_has(16); } $use"
# Of a static program, glibc's own functions are behind glibc's own test, and the program's are not.
for strip in "" -s; do
    program "libc$strip" GUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", narrow(c)); return 0; }' "-static $strip"
    program "libc-builtin$strip" GUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", __builtin_cpu_supports("avx512f") ? wide(c) : narrow(c)); return 0; }' "-static $strip"
    program "libc-only$strip" UNGUARDED 'int main(int c, char **v) { (void)v; printf("%d\n", wide(c)); return 0; }' "-static $strip"
done
program flag-environment GUARDED "#include <stdlib.h>
static int has; $ask { has = cpu_has(16); const char *t = getenv(\"FORCE\"); if (t != NULL) has = atoi(t); } $use"
end_checks
