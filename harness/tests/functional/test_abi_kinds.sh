#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Kinds of files and findings, on files built for the purpose: copied variables, static TLS, packed relative
# relocations, the kernel version of an ABI note, static and musl programs. Each is reported correctly, and a similar
# file without the problem is not. UPX's marks are written where UPX writes them: Debian 12 has no UPX.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq musl-gcc
need_x86_64
mkdir -p root/{lib64,lib/modules/4.18.0-1,etc}

# told WHAT CODE KIND TEXT FILE OPTION…: a finding of this kind whose found text contains TEXT.
told() {
    kind=$3 text=$4 abi_holds "$1" "$2" \
        'any(.findings[]; .kind == $ENV.kind and (.found // "" | contains($ENV.text)))' "${@:5}" --surface old
}
silent() { kind=$2 abi_holds "$1" "" 'all(.findings[]; .kind != $ENV.kind)' "$3" --surface old; } # WHAT KIND FILE
lone() { gcc -nostdlib -nostartfiles "$@"; }
program='-Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2'

# An image with glibc 2.28 and kernel 4.18, as recognised by the harvest.
printf 'GLIBC_2.2.5 { global: old; local: *; };\nGLIBC_2.28 { global: new; } GLIBC_2.2.5;\n' > libc.map
echo 'const char banner[] = "GNU C Library stable release version 2.28."; int old(void){return 1;} int new(void){return 2;}' > libc.c
lone -shared -fPIC -Wl,-soname,libc.so.6 -Wl,--version-script,libc.map -o root/lib64/libc.so.6 libc.c
cp root/lib64/libc.so.6 root/lib64/ld-linux-x86-64.so.2
printf 'ID=sample\nVERSION_ID="1"\n' > root/etc/os-release
: > root/lib/modules/4.18.0-1/modules.dep

# A variable of 8 bytes in the library that the program was linked against, of 16 in the image's.
echo 'int data[2] = {1};' > data2.c
echo 'int data[4] = {1};' > data4.c
for n in 2 4; do lone -shared -fPIC -Wl,-soname,libdata.so.1 -o libdata$n.so data$n.c; done
cp libdata4.so root/lib64/libdata.so.1
echo 'extern int data[]; int start(void){return data[1];}' > use.c
lone -no-pie -fno-pie $program -o copies use.c libdata2.so
lone -no-pie -fno-pie $program -o fits use.c libdata4.so

echo '__thread char big[8192]; char *get(void){return big;}' > tls.c
lone -shared -fPIC -ftls-model=initial-exec -o libtls.so tls.c
lone -shared -fPIC -ftls-model=global-dynamic -o libdyntls.so tls.c -Wl,--unresolved-symbols=ignore-all

{ for i in $(seq 64); do echo "static int v$i = $i; int *p$i = &v$i;"; done; echo 'int f(void){return 0;}'; } > relr.c
lone -shared -fPIC -Wl,-z,pack-relative-relocs -o librelr.so relr.c
lone -shared -fPIC -o librela.so relr.c

note() { # OWNER TYPE SIZE CONTENT [OWNER_SIZE]: a note, and a function
    printf '__asm__(".pushsection .note.sample,\\"a\\",@note\\n.long %d, %d, %d\\n.asciz \\"%s\\"\\n.balign 4\\n%s\\n.popsection");\n' \
        "${5:-$((${#1} + 1))}" "$3" "$2" "$1" "$4"
    echo 'int start(void){return 0;}'
}
note GNU 1 16 '.long 0, 5, 10, 0' > newer.c
note GNU 1 16 '.long 0, 3, 2, 0' > older.c
lone -shared -fPIC -o newer.so newer.c
lone -shared -fPIC -o older.so older.c
note Go 4 4 '.long 0' 4 > go.c
lone -static -Wl,-e,start -o goes go.c

echo 'int main(void){return 0;}' > main.c
gcc -static -o static main.c
musl-gcc -o musl main.c
musl-gcc -static -o musl-static main.c
cp static packed && printf 'UPX!' | dd of=packed bs=1 seek=9 conv=notrunc status=none && printf 'UPX!' >> packed

"$touchstone" abi harvest --rootfs root --name old > /dev/null || exit 1
told "a copied variable of another size" 0 COPY_SIZE "8 bytes in the program, 16 in the library" copies
silent "a copied variable of the same size" COPY_SIZE fits
told "static TLS of a library" 0 STATIC_TLS "8192 bytes" libtls.so
silent "dynamic TLS" STATIC_TLS libdyntls.so
told "packed relative relocations" 1 RELR_UNSUPPORTED "glibc 2.28" librelr.so
silent "plain relative relocations" RELR_UNSUPPORTED librela.so
told "a note that asks for a newer kernel" 1 KERNEL_TOO_OLD "requires 5.10.0" newer.so
silent "a note that asks for an older kernel" KERNEL_TOO_OLD older.so
told "a static program" 2 UNKNOWN "a static program" static
told "a Go program" 2 UNKNOWN "a static Go program" goes
told "a musl program" 1 INTERP_MISSING "built for musl" musl
told "a static musl program" 2 UNKNOWN "a static program" musl-static
told "a packed program" 2 UNKNOWN "packed with UPX" packed
told "a packed program, with a platform" 2 UNKNOWN "packed with UPX" packed -p hygon
lone -static -Wl,-e,start -o newer-static newer.c
told "a static program that asks for a newer kernel" 0 KERNEL_TOO_OLD "requires 5.10.0" newer-static -p hygon
out_holds "it is conditional" 'any(.verdicts[]; .verdict == "conditional")'
told "a static program whose code was looked at" 0 STATIC_PROGRAM "code were examined" static -p hygon
echo '#include <immintrin.h>
int main(void) { __m512i v = _mm512_set1_epi32((int)(long)&main); return _mm512_reduce_add_epi32(v); }' > wide.c
gcc -O1 -static -mavx512f -nostartfiles -Wl,-e,main -o wide wide.c
told "a static program with instructions that the CPU lacks" 0 ISA_UNGUARDED "avx512f" wide -p hygon
out_holds "it is conditional" 'any(.verdicts[]; .verdict == "conditional")'
# A program built by Go, if its package is available.
if (apt-get -q download gosu && dpkg-deb -x gosu_*.deb gosu) > download.log 2>&1; then
    told "a program that Go built" 2 UNKNOWN "a static Go program" gosu/usr/sbin/gosu
    told "and its code looked at" 0 STATIC_PROGRAM "a static Go program" gosu/usr/sbin/gosu -p hygon
else
    echo "# without a program that Go built: $(tail -n 1 download.log)"
fi

# What npm publishes: everything in package/.
mkdir -p npm/package/build && cp newer.so npm/package/build/addon.node
echo '{"name":"sample","version":"1.0.0"}' > npm/package/package.json
tar czf sample-1.0.0.tgz -C npm package
told "an npm tarball" 1 KERNEL_TOO_OLD "requires 5.10.0" sample-1.0.0.tgz
end_checks
