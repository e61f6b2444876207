#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Large programs and xz files of several blocks: the same findings as of the plain file, within 200 MB of memory; with a
# damaged block, a full disk or no folder for temporary files, not assessed, with the reason.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc tar jq python3 xz
need_x86_64
mkdir -p root/lib64 tree
echo 'int old(void){return 1;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 -x c -
echo 'int gone(void){return 1;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libgone.so.9 -o libgone.so -x c -
# The name that it opens and the text of a check stand where parts of what is read at once meet.
python3 - << 'END'
import random
random.seed(1)
pad = bytearray(random.randbytes(1 << 20).replace(b"\0", b"a") * 49)
for at in range((4 << 20) - 7, len(pad), 4 << 20):
    pad[at:at + 24] = b"mkl_serv_intel_cpu_true\0"
open("pad", "wb").write(pad)
END
cat > large.c << 'END'
__asm__(".section .rodata\n.incbin \"pad\"\n.text");
int gone(void);
__attribute__((target("avx2"))) void sum(int *a, const int *b) { for (int i = 0; i < 8; i++) a[i] += b[i]; }
int x(void) { return gone(); }
END
gcc -O3 -shared -fPIC -nostdlib -o tree/large.so large.c ./libgone.so
tar cf plain.tar -C tree large.so && xz -0 -k -c -T2 --block-size=4MiB plain.tar > blocks.txz
rows='[.findings[] | [.kind, .file, .symbol, .found]] | sort'
run() { # OUT FILE: the exit code; 99: more than 200 MB
    python3 - "$touchstone" "$2" << 'END' > "$1" 2> err
import os, resource, subprocess, sys
options = os.environ.get("ASAN_OPTIONS", "")
os.environ["ASAN_OPTIONS"] = options + (":" if options else "") + "quarantine_size_mb=1"
code = subprocess.call([sys.argv[1], "abi", "check", sys.argv[2], "--rootfs", "root", "-p", "x86", "--json"])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(peak, "MB", file=sys.stderr)
sys.exit(99 if peak > 200 else code)
END
}
run plain.json plain.tar
code=$?
check "a library of 49 MB" "$([ $code = 1 ] || echo "exit code $code: $(cat err)")" ""
check "what it lacks, opens and names" "$(jq -e 'any(.findings[]; .kind == "LIB_MISSING") and any(.findings[]; .kind == "STRING_HINT" and (.found | startswith("mkl-vendor")))' plain.json > /dev/null || jq -c "$rows" plain.json)" ""
run blocks.json blocks.txz
code=$?
check "the same in blocks of xz" "$([ $code = 1 ] && [ "$(jq -c "$rows" blocks.json)" = "$(jq -c "$rows" plain.json)" ] || echo "exit code $code: $(cat err)")" ""
unread() { # WHAT TEXT FILE
    abi_holds "$1" 2 ".verdicts[0].verdict == \"not-assessed\" and any(.findings[]; .kind == \"UNKNOWN\" and (.found | contains(\"$2\")))" "$3" --rootfs root
}
# Within the a block in the middle.
python3 -c 'data = bytearray(open("blocks.txz", "rb").read()); data[len(data) * 4 // 10] ^= 0x55; open("damaged.txz", "wb").write(data)'
unread "a damaged block" "truncated or damaged" damaged.txz
head -c -100 blocks.txz > cut.txz
unread "without its end" "truncated or damaged" cut.txz
TMPDIR=$PWD/none unread "no folder for temporary files" "(TMPDIR)" blocks.txz
mkdir -p full
if unshare -rm mount -t tmpfs -o size=16m none full 2> /dev/null; then
    unshare -rm sh -c 'mount -t tmpfs -o size=16m none full && TMPDIR=$PWD/full "$1" abi check blocks.txz --rootfs root --json' sh "$touchstone" > full.json 2> err
    code=$?
    check "a full disk" "$([ $code = 2 ] && jq -e 'any(.findings[]; .kind == "UNKNOWN" and (.found | contains("No space left")))' full.json > /dev/null || echo "exit code $code: $(cat err)")" ""
fi
end_checks
