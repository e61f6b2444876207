#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Code that the image's loader does not start: programs of other systems, .NET assemblies, object files and static
# libraries. A script beside them does not make the package compatible; a build that fits beside them does.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq tar zip python3 ar
need_x86_64
mkdir -p root/lib64 root/bin made
cp "$(type -P true)" root/bin/sh
echo 'int old(void){return 1;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 -x c -
echo 'int y(void){return 1;}' | gcc -shared -fPIC -nostdlib -o made/fit.so -x c -
echo 'int y(void){return 1;}' | gcc -c -o made/fit.o -x c -
ar rcs made/fit.a made/fit.o
# The same for another machine: only the number in the header is looked at.
for machine in aarch64:183 i386:3 bpf:247; do
    name=${machine%:*}
    cp made/fit.o "made/$name.o"
    printf '%b' "\\x$(printf %x "${machine#*:}")" | dd of="made/$name.o" bs=1 seek=18 conv=notrunc status=none
    rm -f "made/$name.a"
    { printf '!<arch>\n'; for member in one/ '#1/20'; do
        size=$(stat -c %s "made/$name.o")
        [ "$member" = one/ ] || size=$((size + 20))
        printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "$member" 0 0 0 644 "$size"
        [ "$member" = one/ ] || printf '%-20s' two.o
        cat "made/$name.o"
        [ $((size % 2)) = 0 ] || echo
    done; } > "made/$name.a"
done
python3 - << 'END'
import struct
def put(name, data): open("made/" + name, "wb").write(data)
macho = lambda cpu, kind=2: struct.pack("<8I", 0xfeedfacf, cpu, 3, kind, 0, 0, 0, 0) + b"\0" * 900
put("macho", macho(0x01000007))
put("macho-arm", macho(0x0100000c))
put("macho-ppc", struct.pack(">8I", 0xfeedface, 18, 0, 2, 0, 0, 0, 0) + b"\0" * 900)
put("fat", struct.pack(">2I", 0xcafebabe, 2) + struct.pack(">5I", 0x01000007, 3, 4096, 900, 12) +
    struct.pack(">5I", 0x0100000c, 0, 8192, 900, 12) + b"\0" * 8000)
put("A.class", struct.pack(">IHH", 0xcafebabe, 0, 61) + b"\0" * 900)
put("preview.class", struct.pack(">IHH", 0xcafebabe, 0xffff, 61) + b"\0" * 900)
put("classes.dex", b"dex\n035\0" + b"\0" * 900)
def pe(machine, subsystem=3, net=None):
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20b)
    struct.pack_into("<H", optional, 68, subsystem)
    if net is not None:
        struct.pack_into("<II", optional, 112 + 14 * 8, 0x2008, 72)
    head = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 240, 2)
    section = struct.pack("<8sIIIIIIHHI", b".text", 4096, 0x2000, 512, 512, 0, 0, 0, 0, 0x60000020)
    data = (head + bytes(optional) + section).ljust(512, b"\0")
    return data + (b"\0" * 8 + struct.pack("<IHHIII", 72, 2, 5, 0x2058, 0x100, net or 0)).ljust(512, b"\0")
put("pe.exe", pe(0x8664))
put("dos.exe", b"MZ" + b"\0" * 900)
put("efi.efi", pe(0x8664, 10))
put("efi-arm.efi", pe(0xaa64, 10))
put("any.dll", pe(0x14c, 3, 1))
put("x64.dll", pe(0x8664, 3, 1))
put("linux.dll", pe(0x8664 ^ 0x7b79, 3, 4))
put("arm.dll", pe(0xaa64, 3, 1))
put("mixed.dll", pe(0x8664, 3, 16))
END
told() { abi_holds "$1" "$2" "$3" "${@:4}" --rootfs root; } # WHAT CODE FILTER FILE…
# beside NAME FILE… [= PATH]…: a folder with a script and these files of made/.
beside() {
    local to=$1
    shift
    rm -rf "$to" && mkdir "$to" && printf '#!/bin/sh\necho run\n' > "$to/run.sh" && chmod +x "$to/run.sh"
    while [ $# -gt 0 ]; do
        mkdir -p "$(dirname "$to/$2")" && cp "made/$1" "$to/$2" && shift 2
    done
}
blocked() { told "$1" 1 "any(.findings[]; .kind == \"ARCH\" and .severity == \"BLOCK\" and .file == \"$2\")" "$3"; }
quiet() { told "$1" 0 '[.findings[] | select(.severity != "WARN")] == []' "$2"; }

for program in macho macho-arm macho-ppc fat pe.exe dos.exe mixed.dll arm.dll classes.dex efi-arm.efi; do
    beside p $program opt/$program && blocked "$program beside a script" /opt/$program p
done
tar czf p.tgz -C p . && blocked "in a tar" /opt/efi-arm.efi p.tgz
for program in any.dll x64.dll linux.dll A.class preview.class efi.efi; do
    beside p $program opt/$program && quiet "$program beside a script" p
done
beside p macho macho fat fat any.dll any.dll efi.efi boot.efi
told "they are counted by kind" 1 '.packages[0].census.kinds | .["macos program"] == 2 and .[".net assembly"] == 1 and .["boot program"] == 1' p

# Beside a build that fits.
beside p macho native/darwin-x64/addon.node fit.so native/linux-x64/addon.node pe.exe native/win32-x64/addon.node && quiet "alternatives" p
beside p macho com/x/darwin/libx.dylib fit.so com/x/linux-x86-64/libx.so pe.exe com/x/win32/x.dll && quiet "each in the spelling of its system" p
beside p macho libkq_osx.jnilib fit.so libepoll_linux.so && quiet "a part that only the other system has" p
beside p macho bin/engine fit.so lib/helper.so && chmod +x p/bin/engine
told "another program fits, this one does not" 2 'any(.findings[]; .kind == "UNKNOWN" and (.found | contains("/bin/engine")))' p
beside p fit.so lib/x.so pe.exe src/debug/testdata/x.exe && quiet "an input of a test" p
# Launchers that are small beside the code in Python.
beside p pe.exe x/data.exe && head -c 9000 /dev/zero | tr '\0' '#' > p/x/m.py
told "little beside much source" 0 'any(.findings[]; .kind == "CODE_UNEXAMINED")' p
chmod +x p/x/data.exe && told "which is executable" 2 'any(.findings[]; .kind == "UNKNOWN" and .file == "/x/data.exe")' p

# Objects and static libraries.
for code in aarch64.o aarch64.a; do
    beside p $code sdk/lib/$code && blocked "$code beside a script" /sdk/lib/$code p
    tar czf p.tgz -C p . && blocked "$code in a tar" /sdk/lib/$code p.tgz
    beside p $code sdk/aarch64/x.${code#*.} fit.${code#*.} sdk/x86_64/x.${code#*.} && quiet "$code with its sibling" p
    beside p fit.${code#*.} lib/x.${code#*.} && quiet "${code#*.} that fits" p
done
beside p aarch64.o a/one.o aarch64.o a/two.o && told "one row for a folder" 1 '[.findings[] | select(.kind == "ARCH")] | length == 1' p
beside p bpf.o lib/filter.o && quiet "code for the kernel's own machine" p
beside p i386.a usr/lib32/libx.a && quiet "32-bit code in a folder for it" p
beside p i386.a usr/lib/libx.a && told "32-bit code alone" 2 'any(.findings[]; .kind == "UNKNOWN" and .file == "/usr/lib/libx.a")' p
beside p i386.a usr/lib/x86_64-linux-gnu/libx.a && told "and in a folder for 64-bit code" 2 'any(.findings[]; .kind == "UNKNOWN" and .file == "/usr/lib/x86_64-linux-gnu/libx.a")' p
beside p fit.so lib/libx.so aarch64.a lib/libx.a && blocked "a static library beside a shared one" /lib/libx.a p
beside p fit.o lib/x.o aarch64.a lib/libx.a && blocked "a static library beside an object" /lib/libx.a p
beside p aarch64.a lib/x86_64-linux-gnu/libx.a fit.a lib/aarch64-linux-gnu/libx.a && blocked "in each other's folder" /lib/x86_64-linux-gnu/libx.a p
ar qcS made/mixed.a made/fit.o made/aarch64.o
beside p mixed.a lib/libx.a && told "one member does not fit" 2 'any(.findings[]; .kind == "UNKNOWN" and .file == "/lib/libx.a")' p

# Names of folders.
beside p macho node_modules/a/prebuilds/darwin-x64/a.node fit.so bin/daemon.so && chmod +x p/node_modules/a/prebuilds/darwin-x64/a.node
told "a module for another system, beside an unrelated program" 2 'any(.findings[]; .kind == "UNKNOWN" and (.found | contains("darwin-x64")))' p
beside p macho node_modules/@i/v-darwin-x64/lib/v.42.dylib fit.so node_modules/@i/v-linux-x64/lib/v.so.42 && chmod +x p/node_modules/@i/*/lib/* && quiet "and one beside its sibling" p
cp made/fit.so made/aarch64.so
printf '\xb7' | dd of=made/aarch64.so bs=1 seek=18 conv=notrunc status=none
beside p aarch64.so linux-x64/a/libx.so fit.so linux-arm64/a/libx.so && blocked "libraries in each other's folder" /linux-x64/a/libx.so p
beside p aarch64.so linux-arm64/a/libx.so fit.so linux-x64/a/libx.so && quiet "and each in its own" p

# A Java module is an archive behind four bytes.
mkdir -p jmod/lib jmod/classes && cp made/fit.so jmod/lib/libx.so && cp made/A.class jmod/classes/
printf '\xb7' | dd of=jmod/lib/libx.so bs=1 seek=18 conv=notrunc status=none
(cd jmod && zip -qr ../inner.zip classes lib)
beside p A.class A.class && { printf 'JM\1\0'; cat inner.zip; } > p/m.jmod && blocked "a library in a jmod" "/m.jmod!/lib/libx.so" p
# Nothing is loaded from it: what its libraries need is there or not where images run that jlink makes.
echo 'int a(void){return 1;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libaway.so.1 -o made/libaway.so -x c -
echo 'int a(void); int z(void){return a();}' | gcc -shared -fPIC -nostdlib -o made/wants.so -x c - -x none made/libaway.so
rm -f inner.zip && cp made/wants.so jmod/lib/libx.so && (cd jmod && zip -qr ../inner.zip classes lib)
{ printf 'JM\1\0'; cat inner.zip; } > p/m.jmod && told "a library in a jmod that needs another" 0 '[.findings[] | select(.file == "/m.jmod!/lib/libx.so") | "\(.kind) \(.severity)"] == ["LIB_MISSING WARN"]' p
cp made/wants.so p/ && told "the same beside it" 1 'any(.findings[]; .file == "/wants.so" and .severity == "BLOCK")' p
end_checks
