#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The responsible party, according to what the kernel reports: files of the product that cannot be executed, crash or
# hang, under scripts that hide it or not; and the suite's own mistakes. One boot for each architecture.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
for compiler in x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc; do
    command -v "$compiler" > /dev/null || { echo "skipped: no $compiler"; exit 77; }
done

# The product: one program that ends in the way its first argument says, built for either architecture, and defects in
# how it is delivered.
build() { # MACHINE FOLDER
    local cc=$1-linux-gnu-gcc other=aarch64
    [ "$1" = x86_64 ] || other=x86_64
    mkdir -p "$2/bin" "$2/lib"
    cat > "$scratch/product.c" << 'PROGRAM'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    if (strcmp(how, "segv") == 0)
        *(volatile int *)8 = 1;
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "big") == 0) {
        char *volatile memory = malloc(64 << 20);
        memset(memory, 1, 64 << 20);
        abort();
    }
    if (strcmp(how, "hang") == 0)
        for (;;)
            pause();
    if (strcmp(how, "newer") == 0) {
#ifdef __aarch64__
        static int word;
        int got;
        __asm__ volatile(".arch armv8-a+lse\n ldadd %w1, %w0, [%2]" : "=r"(got) : "r"(1), "r"(&word) : "memory");
#else
        __asm__ volatile("vpaddd %zmm0, %zmm1, %zmm2");
#endif
    }
    puts("fine");
    return 0;
}
PROGRAM
    "$cc" -O1 "$scratch/product.c" -o "$2/bin/product"
    "$other-linux-gnu-gcc" -O1 -static "$scratch/product.c" -o "$2/bin/foreign"
    "$cc" -O1 -Wl,--dynamic-linker=/lib/ld-of-nobody.so.1 "$scratch/product.c" -o "$2/bin/no-loader"
    echo 'int answer(void) { return 42; }' > "$scratch/answer.c"
    "$cc" -shared -fPIC -Wl,-soname,libanswer.so.7 "$scratch/answer.c" -o "$scratch/libanswer.so"
    echo 'int answer(void); int main(void) { return answer() - 42; }' > "$scratch/asks.c"
    "$cc" "$scratch/asks.c" "$scratch/libanswer.so" -o "$2/bin/asks"
    "$cc" -shared -fPIC -Wl,-soname,libelsewhere.so.1 "$scratch/answer.c" -o "$2/lib/libelsewhere.so.1"
    "$cc" "$scratch/asks.c" "$2/lib/libelsewhere.so.1" -o "$2/bin/finds"
    printf '#!/bin/sh\nexec "$(dirname "$0")/product" "$@"\n' > "$2/bin/wrapper"
    printf '#!/opt/nobody/python\nprint(1)\n' > "$2/bin/no-python"
    printf '#!/bin/sh\nif [ -x "$(command -v nobody-has-this)" ]; then exit 1; fi\necho fine\n' > "$2/bin/questions"
    chmod 755 "$2/bin/"*
}

# One suite with a case for each way; the folder of `product` is in $P.
P='P=$TOUCHSTONE_SUITE/files/bin'
make_suite() { # NAME MACHINE
    suite "$1"
    build "$2" "$suites/$1/files"
    case_of "$1" foreign exit no 20 <<< "$P; \$P/foreign"
    case_of "$1" foreign-exec exit no 20 <<< "$P; exec \$P/foreign"
    case_of "$1" foreign-tap tap no 20 <<< "$P; echo 1..1; \$P/foreign && echo 'ok 1' || echo 'not ok 1 - it runs'"
    case_of "$1" foreign-perl exit no 60 <<< "$P; perl -e 'system(@ARGV) == 0 or exit 1' \$P/foreign"
    case_of "$1" no-library exit no 20 <<< "$P; \$P/asks"
    case_of "$1" no-loader exit no 20 <<< "$P; \$P/no-loader"
    case_of "$1" no-interpreter exit no 20 <<< "$P; \$P/no-python"
    case_of "$1" newer exit no 20 <<< "$P; \$P/product newer"
    case_of "$1" newer-exec exit no 20 <<< "$P; exec \$P/product newer"
    case_of "$1" segv exit no 20 <<< "$P; \$P/wrapper segv; test \$? = 0"
    case_of "$1" abort exit no 20 <<< "$P; \$P/product abort > /dev/null || exit 1"
    case_of "$1" big-core exit no 60 <<< "$P; \$P/product big"
    case_of "$1" hang exit no 1 <<< "$P; \$P/product hang"
    case_of "$1" hang-pipe exit no 1 <<< "$P; \$P/wrapper hang | cat"
    case_of "$1" hang-service exit no 1 <<< "$P; \$P/product hang & while :; do sleep 0.2; done"
    case_of "$1" crash-passes exit no 20 <<< "$P; \$P/product segv; exit 0"
    case_of "$1" copied exit no 20 <<< "$P; mkdir -p /opt/p && cp \$P/foreign /opt/p/renamed && /opt/p/renamed"
    case_of "$1" own-syntax exit no 20 <<< 'if true; then ('
    case_of "$1" own-command exit no 20 <<< 'no-such-command-anywhere'
    case_of "$1" own-after-questions exit no 20 <<< "$P; \$P/questions; no-such-command-anywhere"
    case_of "$1" own-sleep exit no 1 <<< "$P; \$P/product; sleep 600"
    case_of "$1" own-crash exit no 20 <<< 'kill -SEGV $$'
    case_of "$1" own-loop exit no 1 <<< 'while :; do :; done'
    case_of "$1" finds exit yes 20 <<< "$P; cp \$TOUCHSTONE_SUITE/files/lib/libelsewhere.so.1 /usr/lib/; \$P/finds"
    case_of "$1" fine exit yes 20 <<< "$P; \$P/product"
}

# told CASE: "STATUS BLAME"; why CASE: its reason.
told() { case_of_cell "$1" '"\(.status) \(.blame)"'; }
why() { case_of_cell "$1" .reason; }

look() { # PLATFORM OTHER FEATURE
    local name
    for name in foreign foreign-exec foreign-tap foreign-perl no-library no-loader no-interpreter newer newer-exec \
        segv abort big-core hang hang-pipe hang-service copied; do
        check "$1: $name" "$(told $name)" "FAIL product"
    done
    for name in own-syntax own-command own-after-questions own-sleep own-crash own-loop; do
        check "$1: $name" "$(told $name)" "ERROR suite"
    done
    check "$1: fine" "$(told fine)" "PASS none"
    check "$1: a crash that the case does not mind" "$(told crash-passes)" "PASS none"
    check "$1: that crash is noted" "$(jq -r '[.. | objects | select(.key? == "witness.trouble" and .case == "crash-passes")] | length' <<< "$printed")" 1
    check_has "$1: foreign says for what it is built" "$(why foreign)" "built for $2"
    check_has "$1: foreign, its file" "$(why foreign)" "/suite/files/bin/foreign"
    check_has "$1: a missing library by name" "$(why no-library)" "libanswer.so.7"
    check_has "$1: and as predicted" "$(why no-library)" "LIB_MISSING"
    check_has "$1: a missing loader by name" "$(why no-loader)" "/lib/ld-of-nobody.so.1"
    check_has "$1: a missing interpreter by name" "$(why no-interpreter)" "/opt/nobody/python"
    check_has "$1: the signal" "$(why newer)" "SIGILL"
    check_has "$1: the feature" "$(why newer)" "'$3'"
    check_has "$1: the same with exec" "$(why newer-exec)" "'$3'"
    check_has "$1: a crash under a wrapper" "$(why segv)" "SIGSEGV"
    check_has "$1: a limit says how it came about" "$(why hang)" "(1 s × "
    check "$1: what was predicted to fail and ran" "$(told finds)" "PASS none"
    check "$1: it is said of the finding" "$(jq -r '.prediction.findings[] | select(.file == "/bin/finds" and .kind == "LIB_MISSING") | .executed' <<< "$printed")" yes
    check "$1: cores are kept" "$(jq -r '[.evidence[] | select(.name == "core" and .case == "abort")] | length' <<< "$printed")" 1
    check "$1: and bounded" "$(jq -r '[.evidence[] | select(.name == "core" and .case == "big-core") | .truncated and .size <= 4194304] | all' <<< "$printed")" true
    check "$1: predicted and observed" "$(jq -r '.prediction.findings[] | select(.file == "/bin/asks" and .kind == "LIB_MISSING") | .executed' <<< "$printed")" failed
    check "$1: predicted and executed" "$(jq -r '.prediction.findings[] | select(.file == "/bin/foreign" and .kind == "ARCH") | .executed' <<< "$printed")" failed
}

try() { # PLATFORM IMAGE MACHINE OTHER FEATURE
    add_image "$2"
    make_suite "product-$3" "$3"
    expect_exit "$1: the run" 0 "$touchstone" run --image "debian-bookworm-$2" --platform "$1" --suite "$suites/product-$3" --time-scale 4 --json
    expect_exit "$1: show" 0 "$touchstone" show "$1/product-$3" --json
    look "$1" "$4" "$5"
}

try hygon amd64 x86_64 aarch64 avx512f
[ ! -f "$guests/debian-bookworm-arm64/guest.json" ] || try phytium arm64 aarch64 x86_64 atomics
finish
