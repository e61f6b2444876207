#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Packages that are truncated, empty, random data or bombs: never compatible, always with the reason, and within 200 MB
# of memory and limited time.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc tar dpkg-deb python3 jq
need_x86_64
mkdir -p root/lib64

# The image is complete: an intact package passes on it.
echo 'int old(void){return 1;}' > foo.c
gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 foo.c
echo 'int old(void); int bar(void){return old();}' | gcc -shared -fPIC -nostdlib -o plug.so -x c - -x none root/lib64/libfoo.so.1

# RESULT WHAT FILE TEXT [LIMIT]: the verdict, a finding that has TEXT, the exit code; memory of 200 MB.
expect() {
    local verdict=$1 what=$2 file=$3 text=$4 code
    python3 - "$touchstone" "$file" << 'END' > out.json 2> err
import os, resource, subprocess, sys
options = os.environ.get("ASAN_OPTIONS", "")
os.environ["ASAN_OPTIONS"] = options + (":" if options else "") + "quarantine_size_mb=1"
try:
    code = subprocess.call([sys.argv[1], "abi", "check", sys.argv[2], "--rootfs", "root", "--json"], timeout=100)
except subprocess.TimeoutExpired:
    code = 124
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
if peak > 200:
    print("it took", peak, "MB of memory", file=sys.stderr)
    code = 99
sys.exit(code)
END
    code=$?
    local want=2
    [ "$verdict" != compatible ] || want=0
    if [ $code != $want ] || ! jq -e --arg v "$verdict" '.verdicts[0].verdict == $v' out.json > /dev/null ||
        { [ -n "$text" ] && ! jq -e --arg t "$text" '[.findings[].found] | any(. != null and contains($t))' out.json > /dev/null; }; then
        check "$what" "exit code $code, $(jq -c '.verdicts[0].verdict, [.findings[0:3][].found]' out.json) $(tail -n 5 err)" \
            "$verdict with '$text'"
    else
        check "$what" "" ""
    fi
}

mkdir -p tree/usr/lib deb/DEBIAN && cp plug.so tree/usr/lib/ && cp -r tree/usr deb/
printf 'Package: a\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: a\n' > deb/DEBIAN/control
for form in none gzip xz; do
    dpkg-deb --root-owner-group -Z$form -b deb $form.deb > /dev/null 2>&1
    expect compatible "a whole deb ($form)" $form.deb ""
    size=$(stat -c %s $form.deb)
    # Truncated after each part, within each header, and close to the end.
    for at in 1 8 40 68 72 109 132 200 300 400 500 $((size / 2)) $((size - 600)) $((size - 100)) $((size - 12)); do
        [ "$at" -gt 0 ] && [ "$at" -lt "$size" ] || continue
        head -c "$at" $form.deb > cut.deb
        expect not-assessed "a deb ($form) cut after $at bytes" cut.deb ""
    done
done
head -c 109 xz.deb > cut.deb
expect not-assessed "a deb cut after 109 bytes: the reason" cut.deb "data.tar"

python3 - << 'END'
import zipfile
with zipfile.ZipFile("whole.whl", "w", zipfile.ZIP_DEFLATED) as whole:
    whole.write("plug.so", "a/plug.so")
    whole.writestr("a-1.dist-info/RECORD", "a/plug.so,,\n")
data = open("whole.whl", "rb").read()
at = data.index(b"PK\x01\x02")
open("directory.whl", "wb").write(data[:at + 30])
open("nodirectory.whl", "wb").write(data[:at])
open("noend.whl", "wb").write(data[:data.index(b"PK\x05\x06")])
open("halfend.whl", "wb").write(data[:-5])
with zipfile.ZipFile("folder.zip", "w") as folder:
    folder.writestr("empty/", "")
with zipfile.ZipFile("comment.zip", "w") as comment:
    comment.write("plug.so")
    comment.comment = b"PK\x05\x06" + b"c" * 60000
END
expect compatible "a whole wheel" whole.whl ""
expect compatible "a zip with a long comment" comment.zip ""
for part in directory nodirectory noend halfend; do
    expect not-assessed "a wheel cut: $part" $part.whl "end of central directory"
    mkdir -p inside && cp $part.whl whole.whl inside/ && tar cf inside.tar -C inside . && rm -r inside
    expect not-assessed "a wheel cut: $part, in a tar" inside.tar "end of central directory"
done
expect not-assessed "a zip with one empty folder" folder.zip "nothing was examined"
mkdir -p empty && expect not-assessed "an empty folder" empty "nothing was examined"
mkdir -p readme && echo hello > readme/README && tar czf readme.tgz -C readme .
expect not-assessed "a tar with a README" readme.tgz "nothing was examined"
expect not-assessed "a folder with a README" readme "nothing was examined"
head -c 100000 /dev/urandom > noise
expect not-assessed "random bytes" noise "not a readable package"

for form in tar tgz txz; do
    case $form in tar) tar cf whole.$form -C tree . ;; tgz) tar czf whole.$form -C tree . ;; txz) tar cJf whole.$form -C tree . ;; esac
    expect compatible "a whole $form" whole.$form ""
    size=$(stat -c %s whole.$form)
    for at in 100 $((size / 3)) $((size / 2)) $((size - 200)); do
        head -c "$at" whole.$form > cut.$form
        [ $form = tar ] && [ "$at" = $((size - 200)) ] || expect not-assessed "a $form cut after $at bytes" cut.$form ""
    done
done
# Truncated exactly between two members: only the missing end shows it.
cp plug.so tree/usr/lib/second.so && tar cf two.tar -C tree usr/lib/plug.so usr/lib/second.so
head -c $((512 + ($(stat -c %s plug.so) + 511) / 512 * 512)) two.tar > between.tar
expect not-assessed "a tar cut between two members" between.tar "last block"
sample=$TS_SOURCE_DIR/harness/tests/data/sample.rpm
size=$(stat -c %s "$sample")
for at in 50 96 200 $((size / 4)) $((size / 2)) $((size - 30)); do
    head -c "$at" "$sample" > cut.rpm
    expect not-assessed "an rpm cut after $at bytes" cut.rpm ""
done

# Bombs: entries, names, a program, a script, a module.
python3 - << 'END'
import gzip, lzma, zipfile
with zipfile.ZipFile("entries.zip", "w") as many:
    for i in range(200000):
        many.writestr("../%d" % i, "")
with zipfile.ZipFile("sound.zip", "w") as many:
    for i in range(200000):
        many.writestr("d/%d" % i, "")
    many.write("plug.so")
elf = open("plug.so", "rb").read()
for name, head in (("program", elf), ("script.sh", b"#!/bin/sh\n"), ("notes.txt", b"text\n")):
    with zipfile.ZipFile(name + ".zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bomb:
        bomb.write("plug.so")
        with bomb.open(name, "w", force_zip64=True) as entry:
            entry.write(head)
            for _ in range(60):
                entry.write(head * (3 << 20) if name == "notes.txt" else bytes(16 << 20))
with lzma.open("m.ko.xz", "wb", preset=1) as module:
    module.write(elf[:16] + b"\1\0" + elf[18:])
    for _ in range(15):
        module.write(bytes(16 << 20))
END
expect not-assessed "200,000 entries that leave the archive" entries.zip ""
expect compatible "200,000 entries that do not" sound.zip ""
expect not-assessed "a program of a gigabyte of zeros" program.zip "to more than"
expect not-assessed "a script of a gigabyte of zeros" script.sh.zip "the rest was not read"
expect compatible "a text of a gigabyte" notes.txt.zip ""
expect not-assessed "a module of 250 MB of zeros" m.ko.xz "to more than"
rm -f ./*.zip
python3 - << 'END' | gzip -1 > names.tar.gz
import sys, tarfile
name = "n" * 200 + "/" + "m" * 50
for i in range(200000):
    info = tarfile.TarInfo("%07d/" % i + name * 4)
    sys.stdout.buffer.write(info.tobuf(tarfile.GNU_FORMAT))
sys.stdout.buffer.write(bytes(1024))
END
expect not-assessed "200 MB of names" names.tar.gz "the names exceed"
truncate -s 900M readme/huge.so && printf '\177ELF\2\1\1' | dd of=readme/huge.so conv=notrunc status=none
expect not-assessed "a folder with a program that is a hole" readme "to more than"
end_checks
