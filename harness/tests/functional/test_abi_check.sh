#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone abi` from the command line: exit codes, JSON, SARIF, reference surfaces, and malicious packages. Each of
# these must end in UNKNOWN or a clear error, quickly, and never pass.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need tar jq gcc
need_x86_64
mkdir -p root/{lib64,usr/bin,etc}
expect() { # WHAT CODE TEXT COMMAND…: exit code, and output that holds TEXT
    local what=$1 code=$2 text=$3 got
    shift 3
    case $1 in
    check) set -- "$touchstone" abi check "${@:2}" ;;
    bounded) set -- ./bounded "$touchstone" abi check "${@:2}" ;;
    esac
    timeout 100 "$@" > out 2> err
    got=$?
    if [ "$got" != "$code" ] || { [ -n "$text" ] && ! grep -qF -- "$text" out err; }; then
        check "$what" "exit code $got, $(head -n 5 out err)" "exit code $code, '$text'"
    else
        check "$what" "" ""
    fi
}

printf 'V1 { global: old; };\nV2 { global: new; local: *; } V1;\n' > v12.map
printf 'V1 { global: old; local: *; };\n' > v1.map
echo 'int old(void){return 1;} int new(void){return 2;}' > foo.c
echo 'int old(void){return 1;}' > foo1.c
echo 'int new(void); int old(void); int bar(void){return old()+new();}' > bar.c
gcc -shared -fPIC -nostdlib -Wl,-soname,libc.so.6 -o root/lib64/libc.so.6 foo1.c
gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -Wl,--version-script,v12.map -o foo12.so foo.c
gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -Wl,--version-script,v1.map -o foo1.so foo1.c
gcc -shared -fPIC -nostdlib -o plug.so bar.c foo12.so
printf 'ID=sample\nVERSION_ID="1"\n' > root/etc/os-release
mkdir -p root/var/lib/dpkg/info
printf 'Package: libfoo1\nVersion: 1.2-3\n\n' > root/var/lib/dpkg/status
printf '/lib64/libfoo.so.1\n' > root/var/lib/dpkg/info/libfoo1:amd64.list
cp foo12.so root/lib64/libfoo.so.1

# Packages installed beside a product provide symbols but are not checked.
mkdir -p beside/usr/lib64 lone/usr/bin root2/lib64
cp root/lib64/libc.so.6 root2/lib64/
cp foo12.so beside/usr/lib64/libfoo.so.1
gcc -shared -fPIC -nostdlib -Wl,-rpath,/home/build/lib -o beside/usr/lib64/libbad.so bar.c -Wl,--unresolved-symbols=ignore-all
cp plug.so lone/usr/bin/plug.so
expect "alone it lacks its library" 1 LIB_MISSING check lone --rootfs root2
expect "with what it brings along it has it" 0 "0 BLOCK" check lone --with beside --rootfs root2
grep -q libbad out && fail "a file beside the product was checked"
# They may have another path, for example if /lib is a link to /usr/lib.
mkdir -p root3/usr/lib64 root3/etc over/usr/lib64 && ln -s usr/lib64 root3/lib64
printf '/lib64\n' > root3/etc/ld.so.conf
gcc -shared -fPIC -nostdlib -Wl,-soname,libc.so.6 -Wl,--version-script,v1.map -o root3/usr/lib64/libc.so.6 foo1.c
echo 'int old(void); int user(void){return old();}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libuser.so.1 -o root3/usr/lib64/libuser.so.1 -x c - -x none root3/usr/lib64/libc.so.6
gcc -shared -fPIC -nostdlib -Wl,-soname,libover.so.1 -o over/usr/lib64/libover.so.1 foo1.c
echo 'int user(void); int old(void); int both(void){return user()+old();}' | gcc -shared -fPIC -nostdlib -Wl,-rpath,/lib64 -o lone/usr/bin/plug.so -x c - -x none over/usr/lib64/libover.so.1 root3/usr/lib64/libuser.so.1 -Wl,-rpath-link,root3/usr/lib64
expect "what is beside it may interpose" 0 "0 WARN" check lone --with over --rootfs root3
cp -r over/usr/lib64 lone/usr/
expect "what it has itself is told" 0 "INTERPOSED" check lone --rootfs root3
rm -r lone/usr/lib64
expect "what is beside it must be there" 64 "cannot stat" check lone --with nowhere --rootfs root2

expect "harvest" 0 "" "$touchstone" abi harvest --rootfs root --name new
cp -r root with-shell && mkdir -p with-shell/bin && printf '#!/lib64/ld' > with-shell/bin/sh && chmod 755 with-shell/bin/sh
expect "harvest with a shell" 0 "" "$touchstone" abi harvest --rootfs with-shell --name shell
expect "show" 0 "os.ID" "$touchstone" abi show new
expect "query" 0 "libfoo1 1.2-3" "$touchstone" abi query new@V2
expect "query of nobody" 3 "" "$touchstone" abi query no_such_symbol
tar cf root.tar -C root .
expect "harvest of a tar" 0 "" "$touchstone" abi harvest --tar root.tar --name tarred
expect "query of a tar" 0 "libfoo1 1.2-3" "$touchstone" abi query new@V2 --surface tarred
cp foo1.so root/lib64/libfoo.so.1
expect "harvest again" 0 "" "$touchstone" abi harvest --rootfs root --name old
expect "all there" 0 "compatible" check plug.so --surface new
expect "a version missing" 1 "VERSION_MISSING" check plug.so --surface old
expect "many files, many surfaces" 1 "incompatible" check plug.so foo12.so --surface new --surface old
expect "diff" 0 "version-lost   libfoo.so.1 V2" "$touchstone" abi diff new old
expect "diff of a product" 0 "VERSION_MISSING" "$touchstone" abi diff new old --product plug.so
expect "a platform of another architecture" 64 "no platform has the architecture of any surface" check plug.so --surface new -p kunpeng
expect "hygon" 0 "compatible" check plug.so --surface new -p hygon
expect "no surface" 64 "no surface 'gone'" check plug.so --surface gone
expect "no file" 64 "gone.rpm" check gone.rpm --surface new

"$touchstone" abi check plug.so --surface old --json --sarif out.sarif > out.json
jq -e '.findings[0] | .kind == "VERSION_MISSING" and .severity == "BLOCK" and .file == "/plug.so" and
       .version == "V2" and .provider == "libfoo.so.1" and (.found | length > 0) and (.remedy | length > 0)
       and has("symbol")' out.json > /dev/null || fail "json: $(cat out.json)"
jq -e '.version == "2.1.0" and .runs[0].results[0].ruleId == "VERSION_MISSING" and
       .runs[0].results[0].level == "error"' out.sarif > /dev/null || fail "sarif"

expect "reference, all there" 0 "conditional" check root/lib64/libc.so.6 --surface reference:tencentos-3:x86_64
expect "reference that is none" 64 "reference:tencentos-4:aarch64" check plug.so --surface reference:nobody:x86_64
expect "reference, library not described" 2 "the reference describes" check plug.so --surface reference:tencentos-4:x86_64
for name in $("$touchstone" abi show nothing 2>&1 > /dev/null; ls "$TS_SOURCE_DIR"/arch/surfaces/*.reference | sed 's|.*/||; s|\.reference||'); do
    [ -e "$TS_SOURCE_DIR/arch/surfaces/$name.reference" ] || continue
    for arch in x86_64 aarch64; do
        expect "reference $name $arch" 0 "derived from upstream lists" "$touchstone" abi show "reference:$name:$arch"
    done
done
expect "a backport is seen" 0 "GLIBC_2.28" "$touchstone" abi query fcntl64 --surface reference:tencentos-3:x86_64
expect "and its absence too" 3 "" "$touchstone" abi query fcntl64 --surface reference:centos-7:x86_64

# Scripts.
mkdir -p script && printf '#!/usr/bin/python\n' > script/a.py && printf '#!/bin/sh\ncat /etc/redhat-release\n' > script/b.sh
expect "python-name, redhat-release" 0 "SCRIPT_INTERPRETER" check script --surface new
expect "redhat-release" 0 "redhat-release" check script --surface new
mkdir -p unit/usr/lib/systemd/system unit/opt && printf '[Service]\nDynamicUser=yes\nProtectProc = invisible\nUser=a\n' > unit/usr/lib/systemd/system/a.service
cp unit/usr/lib/systemd/system/a.service unit/opt/
expect "units: a directive newer than the image's systemd" 0 "ProtectProc= was added in 247" check unit --surface reference:tencentos-3:x86_64
expect "units: one row a directive" 0 "1 WARN" check unit --surface reference:tencentos-3:x86_64
expect "units: an older one" 0 "2 WARN" check unit --surface reference:centos-7:x86_64
expect "units: silent where all are known" 0 "0 WARN" check unit --surface reference:tencentos-4:x86_64
mkdir -p root4/lib64/systemd root4/usr/lib/systemd && cp root/lib64/libc.so.6 root4/lib64/
"$touchstone" abi harvest --rootfs root4 --name without-systemd > /dev/null 2>&1
expect "units: silent where there is no systemd" 0 "0 WARN" check unit --surface without-systemd
gcc -shared -fPIC -nostdlib -Wl,-soname,libsystemd-shared-246.so -o root4/lib64/systemd/libsystemd-shared-246.so foo1.c
"$touchstone" abi harvest --rootfs root4 --name with-systemd > /dev/null 2>&1
expect "units: the image's own release" 0 "systemd 246 ignores it: ProtectProc= was added in 247" check unit --surface with-systemd
mkdir -p source && printf 'int main(void)\n{\n    char c;\n\n    while ((c = getchar()) != EOF)\n        putchar(c);\n}\n' > source/a.c
expect "char-sign on Arm" 0 "line 5 compares 'c'" check source --surface reference:tencentos-4:aarch64
expect "char-sign: silent on x86" 0 "0 WARN" check source --surface reference:tencentos-4:x86_64
echo 'CFLAGS += -fsigned-char' > source/Makefile
expect "char-sign: silent where the build asks for it" 0 "0 WARN" check source --surface reference:tencentos-4:aarch64
printf '.globl _start\n_start: mov $0xffffffffff600400, %%rax\n call *%%rax\n hlt\n' > vsyscall.s
gcc -nostdlib -static -o vsyscall vsyscall.s
expect "vsyscall" 2 "vsyscall: it calls the kernel at a fixed address" check vsyscall --surface new
gcc -nostdlib -static -o plain -x assembler - <<< $'.globl _start\n_start: mov $0x600400, %rax\n hlt'
expect "vsyscall: silent without it" 2 "0 WARN" check plain --surface new
mkdir -p manual/usr/share/doc/sample && printf '#!/usr/bin/ruby\n' > manual/usr/share/doc/sample/example.rb
expect "an example in the documentation is no more than a warning" 0 "0 HIGH" check manual --surface new
expect "and is one" 0 "WARN" check manual --surface new

# Packages of every format with the same file.
mkdir -p tree/usr/lib && cp plug.so tree/usr/lib/
tar czf a.tgz -C tree . && tar cJf a.tar.xz -C tree . && tar --zstd -cf a.tar.zst -C tree . 2> /dev/null
(cd tree && python3 -m zipfile -c ../a.whl usr) 2> /dev/null
mkdir -p deb/DEBIAN && cp -r tree/usr deb/ && printf 'Package: a\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: a\n' > deb/DEBIAN/control
dpkg-deb -Zxz -b deb a.deb > /dev/null 2>&1
mkdir -p nest/opt && cp a.tgz nest/opt/ && tar cf nested.tar -C nest .
mkdir -p deep/opt && cp nested.tar deep/opt/ && tar cf deep.tar -C deep .
for package in a.tgz a.tar.xz a.tar.zst a.whl a.deb nested.tar tree; do
    [ -e "$package" ] || continue
    expect "$package" 1 "VERSION_MISSING" check "$package" --surface old
done
sample=$TS_SOURCE_DIR/harness/tests/data/sample.rpm
expect "an rpm" 1 "VERSION_MISSING" check "$sample" --surface old
expect "an rpm's script" 1 "/RPM/postin" check "$sample" --surface old
expect "an rpm, all there" 0 "compatible" check "$sample" --surface shell
expect "two levels deep" 1 "/opt/nested.tar!/opt/a.tgz!/usr/lib/plug.so" check deep.tar --surface old

# Malicious input. Input that could use any amount of memory may use 200 MB, in addition to a sanitizer's quarantine.
cat > bounded <<'END'
#!/usr/bin/python3
import os, resource, subprocess, sys
options = os.environ.get("ASAN_OPTIONS", "")
os.environ["ASAN_OPTIONS"] = options + (":" if options else "") + "quarantine_size_mb=1"
code = subprocess.call(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
if peak > 200:
    print("it took", peak, "MB of memory")
    code = 99
sys.exit(code)
END
chmod 755 bounded
tar -cPf dots.tar --transform 's|^|../../|' -C tree usr
expect "a name with .." 2 "outside the archive's root" check dots.tar --surface old
mkdir -p links && ln -s /etc/passwd links/libfoo.so.1 && ln -s loop links/loop && tar cf links.tar -C links .
expect "links out and in circles" 2 "nothing was examined" check links.tar --surface old
tar cf whole.tar -C tree . && head -c $(($(stat -c %s plug.so) / 2)) whole.tar > cut.tar
expect "cut off" 2 "truncated" check cut.tar --surface old
head -c 700 a.tgz > cut.tgz
expect "cut off before anything" 2 "not a readable package" check cut.tgz --surface old
head -c 100000 /dev/urandom > noise.rpm
expect "noise" 2 "not a readable package" check noise.rpm --surface old
: > empty.tar
expect "nothing" 2 "not a readable package" check empty.tar --surface old
truncate -s 1500M zeros && tar cf - zeros | zstd -q > bomb.tar.zst 2> /dev/null || tar cf - zeros | gzip -1 > bomb.tar.zst
expect "a bomb" 2 "to more than" bounded bomb.tar.zst --surface old
rm -f zeros bomb.tar.zst
# A million entries, each with a name of its own.
python3 -c '
import sys, tarfile
head = bytearray(tarfile.TarInfo("0000000").tobuf(tarfile.USTAR_FORMAT))
zeros = sum(head) - sum(head[148:156]) + 8 * 32
for i in range(1000000):
    head[0:7] = b"%07d" % i
    head[148:156] = b"%06o\0 " % (zeros + sum(head[0:7]) - 7 * 48)
    sys.stdout.buffer.write(head)
sys.stdout.buffer.write(bytes(1024))
' | gzip -1 > many.tar.gz
expect "a million entries" 2 "entries; the rest were not read" bounded many.tar.gz --surface old
rm -f many.tar.gz
# Entries of more than 4 GiB are reported, and what follows them is read.
python3 -c '
import tarfile
with open("huge.tar", "wb") as file:
    huge = tarfile.TarInfo("huge")
    huge.size = (4 << 30) + 4096
    file.write(huge.tobuf(tarfile.GNU_FORMAT))
    file.seek(huge.size, 1)
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.add("plug.so", "usr/lib/plug.so")
'
expect "more than 4 GiB in an entry" 1 "VERSION_MISSING" bounded huge.tar --surface old
truncate -s 100M huge.tar
expect "cut off within them" 2 "truncated" bounded huge.tar --surface old
rm -f huge.tar
truncate -s 5G huge && tar --sparse -cf huge.tar huge plug.so && rm huge
expect "5 GiB of hole in an entry" 1 "VERSION_MISSING" bounded huge.tar --surface old
python3 -c '
import zipfile
with zipfile.ZipFile("huge.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    with archive.open("huge", "w", force_zip64=True) as entry:
        for _ in range(65):
            entry.write(bytes(64 << 20))
    archive.write("plug.so", "usr/lib/plug.so")
'
expect "more than 4 GiB in an entry of a zip" 1 "VERSION_MISSING" bounded huge.zip --surface old
truncate -s 10M huge.zip
expect "a zip that is cut off" 2 "" bounded huge.zip --surface old
rm -f huge.zip
head -c $(($(stat -c %s plug.so) / 2)) plug.so > half.so
expect "half a library" 2 "UNKNOWN" check half.so --surface new
printf '\177ELF' > four && expect "four bytes" 2 "UNKNOWN" check four --surface new
mkdir -p names && cp plug.so "names/$(printf 'a"<b>\n\033[31m.so')"
expect "a name that breaks JSON" 1 "VERSION_MISSING" check names --surface old --json --sarif names.sarif
jq -e '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri | test("^[A-Za-z0-9%._~/-]+$")' names.sarif > /dev/null || fail "sarif name"
surface=$(ls "$TOUCHSTONE_HOME"/surfaces/*.surface | head -n 1)
head -c 5000 "$surface" > cut.surface
expect "a surface that is cut off" 64 "damaged" check plug.so --surface ./cut.surface
end_checks
