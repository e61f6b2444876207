#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything in a package is examined or reported as not examined: nested archives of every format, data appended to
# scripts and programs, the census, and malicious nesting.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq tar zip cpio lz4 python3 xorriso
need_x86_64
mkdir -p root/lib64
lone() { gcc -shared -fPIC -nostdlib "$@"; }
echo 'int old(void){return 1;}' | lone -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 -x c -
# A library that no image here has: the finding shows that a file was read.
echo 'int gone(void){return 1;}' | lone -Wl,-soname,libgone.so.9 -o libgone.so -x c -
echo 'int gone(void); int x(void){return gone();}' | lone -o lib.so -x c - -x none ./libgone.so
echo 'int y(void){return 1;}' | lone -o good.so -x c -

told() { abi_holds "$1" "$2" "$3" "${@:4}" --rootfs root; } # WHAT CODE FILTER FILE…
missing() { # WHAT PATH FILE: the library inside was read, by this path
    told "$1" 1 "any(.findings[]; .kind == \"LIB_MISSING\" and .file == \"$2\")" "$3"
}
unknown() { # WHAT TEXT FILE
    told "$1" 2 "any(.findings[]; .kind == \"UNKNOWN\" and (.found | contains(\"$2\")))" "$3"
}

# Every format, with names that do not reveal it.
mkdir -p tree/in && cp lib.so tree/in/
tar cf plain -C tree in && gzip -c plain > gz && xz -c plain > xz && bzip2 -c plain > bz2 && zstd -qc plain > zst && lz4 -qc plain > lz4
tar --format=v7 -cf v7 -C tree in
(cd tree && find in | cpio -o -H newc 2> /dev/null > ../newc; find in | cpio -o 2> /dev/null > ../bincpio; zip -qr ../zipped.z in && mv ../zipped.z ../zipped)
xorriso -as mkisofs -quiet -R -o iso tree 2> /dev/null
for form in plain gz xz bz2 zst lz4 v7 newc bincpio zipped iso; do
    missing "$form" /in/lib.so $form
done
mkdir -p ear && cp zipped a.war && cp zipped ear/b.war && (cd ear && zip -qr ../c.ear .) && tar czf d.tgz c.ear && missing "four levels" "/c.ear!/b.war!/in/lib.so" d.tgz
for how in gzip xz bzip2 zstd; do
    mkdir -p one && $how -qc lib.so > one/lib.so.p && missing "a lone file, $how" "/lib.so.p!/lib.so" one
done
# Brotli, whose decoder has output left when all input is taken.
mkdir -p brotli && python3 - lib.so brotli/lib.so.br << 'END'
import ctypes, sys
encoder = ctypes.CDLL("libbrotlienc.so.1")
data = open(sys.argv[1], "rb").read() + bytes(4 << 20)
out = ctypes.create_string_buffer(len(data)); size = ctypes.c_size_t(len(data))
assert encoder.BrotliEncoderCompress(11, 24, 0, ctypes.c_size_t(len(data)), data, ctypes.byref(size), out)
open(sys.argv[2], "wb").write(out.raw[:size.value])
END
missing "a lone file, brotli" "/lib.so.br!/lib.so" brotli
printf 'sample' > first && tar cf sig -C tree/in lib.so && head -c -1024 sig | gzip > a.apk && tar czf - first >> a.apk
missing "concatenated gzip" /lib.so a.apk
command -v dpkg-deb > /dev/null && {
    mkdir -p deb/DEBIAN deb/usr/lib64 bundle/pool && cp lib.so deb/usr/lib64/
    printf 'Package: a\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: a\n' > deb/DEBIAN/control
    dpkg-deb -Zxz -b deb bundle/pool/a > /dev/null && tar cf debs.tar -C bundle .
    missing "a deb in a tar" "/pool/a!/usr/lib64/lib.so" debs.tar
    # What another deb of the bundle contains is present, as when all are installed.
    mkdir -p deb2/DEBIAN deb2/usr/lib64 && cp libgone.so deb2/usr/lib64/libgone.so.9 && sed 's/: a$/: b/' deb/DEBIAN/control > deb2/DEBIAN/control
    dpkg-deb -Zxz -b deb2 bundle/pool/b > /dev/null && tar cf debs.tar -C bundle .
    told "debs of a bundle together" 0 '.verdicts[0].verdict == "compatible"' debs.tar
}

# Appended to a script, appended to a program.
tar czf p.tgz -C tree in
{ printf '#!/bin/sh\nskip=4\ntail -n +$skip "$0" | tar xz\nexit 0\n'; cat p.tgz; } > vendor.run
missing "a self-extracting script" "/vendor.run!/in/lib.so" vendor.run
mkdir -p sub && cp vendor.run sub/vendor.bin && tar cf sub.tar -C sub . && missing "and in a tar" "/vendor.bin!/in/lib.so" sub.tar
{ printf '#!/bin/sh\n# --noexec --target\nexit 0\n'; head -c 5000 /dev/urandom; } > odd.run
unknown "a payload of unknown format" "sh odd.run --noexec --target DIR" odd.run
{ printf '#!/usr/bin/env python3\n'; cat a.war; } > zipapp && missing "a zip behind a line" "/zipapp!/in/lib.so" zipapp
{ printf '#!/bin/sh\nunzip "$0"\nexit\n'; cat a.war; } > zipapp2 && zip -qA zipapp2 && missing "with its offsets adjusted" "/zipapp2!/in/lib.so" zipapp2
# The same as text: each encoding, in a script, between quotes, in a file of its own.
python3 - << 'END'
import base64, binascii, zlib
data, elf, noise = open("p.tgz", "rb").read(), open("lib.so", "rb").read(), open("/dev/urandom", "rb").read(9000)
fold = lambda text, width: "\n".join(text[i:i + width] for i in range(0, len(text), width)) + "\n"
uu = "begin 644 p.tgz\n" + "".join(binascii.b2a_uu(data[i:i + 45]).decode() for i in range(0, len(data), 45)) + "`\nend\n"
b64 = base64.b64encode(data).decode()
def put(name, text): open(name, "w", newline="").write(text)
put("b64.sh", '#!/bin/sh\nsed 1,/^__DATA__$/d "$0" | base64 -d | tar xz\nexit 0\n__DATA__\n' + fold(b64, 76))
put("b64-exit.sh", '#!/bin/sh\ntail -n 1 "$0" | base64 -d | tar xz\nexit 0\n' + b64 + "\n")
put("b64-here.sh", "#!/bin/sh\nbase64 -d << EOF | tar xz\n" + fold(b64, 64) + "EOF\necho after\n")
put("b64-body.sh", "#!/bin/sh\nf () {\nbase64 -d << EOF | tar xz\n" + fold(b64, 64) + "EOF\n}\nf\n")
rar = lambda size: b"Rar!\x1a\x07\x00" + bytes(i * 7 % 128 for i in range(size))
for size in 500, 5000:
    put("rar-%d.py" % size, "#!/usr/bin/python3\nx = b\"" + "".join("\\x%02x" % byte for byte in rar(size)) + "\"\n")
put("b64-quoted.sh", "#!/bin/sh\ndata='" + fold(b64, 60).rstrip() + "'\necho \"$data\" | base64 -d | tar xz\n")
put("b64-echo.sh", "#!/bin/sh\necho " + b64 + " | base64 -d | tar xz\n")
put("b64-crlf.sh", '#!/bin/sh\nbase64 -d\n' + fold(b64, 76).replace("\n", "\r\n"))
put("b64-elf.py", "#!/usr/bin/env python3\nimport base64\nlib = base64.b64decode(b'''\n" + fold(base64.b64encode(elf).decode(), 76) + "''')\n")
put("uu.sh", '#!/bin/sh\nuudecode -o - "$0" | tar xz\nexit 0\n' + uu)
put("begin64.sh", '#!/bin/sh\nuudecode -o - "$0" | tar xz\nexit 0\nbegin-base64 644 p.tgz\n' + fold(b64, 60) + "====\n")
put("hex.sh", '#!/bin/sh\ntail -n +4 "$0" | xxd -r -p | tar xz\nexit 0\n' + fold(data.hex(), 60))
put("two.sh", "#!/bin/sh\nbase64 -d << A\n" + fold(base64.b64encode(noise[:600]).decode(), 76) + "A\nbase64 -d << B\n" + fold(b64, 76) + "B\n")
put("b85.py", "#!/usr/bin/python3\nimport base64\nx = base64.b85decode('''" + fold(base64.b85encode(noise).decode(), 76) + "''')\n")
put("enc.sh", '#!/bin/sh\nopenssl enc -d -a << E\n' + fold(base64.b64encode(b"Salted__" + noise).decode(), 64) + "E\n")
put("b85-line.sh", '#!/usr/bin/python3\nimport base64\nx = base64.b85decode("' + base64.b85encode(noise).decode() + '")\n')
put("long.sh", "#!/bin/sh\nopenssl version\ncase $TERM in\n" + "".join("%s)\n;;\n" % "|".join("terminal-%d-%s" % (i * k, "xyzdtlnuvw"[k]) for k in range(5 + i % 3)) for i in range(900)) + "esac\n")
put("noise.sh", '#!/bin/sh\nbase64 -d << E\n' + fold(base64.b64encode(noise).decode(), 64) + "E\n")
put("png.sh", '#!/bin/sh\nbase64 -d << E\n' + fold(base64.b64encode(b"\x89PNG\r\n\x1a\n" + noise).decode(), 64) + "E\n")
put("cert.sh", "#!/bin/sh\nopenssl x509 << E\n-----BEGIN CERTIFICATE-----\n" + fold(base64.b64encode(b"\x30\x82" + noise[:1200]).decode(), 64) + "-----END CERTIFICATE-----\nE\n")
octal = "".join("\\%03o" % byte for byte in elf)
put("pieces-octal.sh", "#!/bin/sh\n" + "".join("printf '" + octal[i:i + 160] + "' >> /tmp/p\n" for i in range(0, len(octal), 160)))
hexa = "".join("\\x%02x" % byte for byte in elf)
put("pieces-hex.sh", "#!/bin/bash\n" + "".join('echo -ne "' + hexa[i:i + 160] + '" >> /tmp/p\n' for i in range(0, len(hexa), 160)))
put("pieces-bytes.py", "#!/usr/bin/python3\nopen('/tmp/p', 'wb').write(" + repr(elf) + ")\n")
b64elf = fold(base64.b64encode(elf).decode(), 60).split()
put("pieces-echo.sh", "#!/bin/sh\n" + "".join('echo "' + line + '" >> /tmp/b\n' for line in b64elf) + "base64 -d /tmp/b > /tmp/p\n")
put("pieces.py", "#!/usr/bin/python3\nimport base64\nx = base64.b64decode(" + "\n".join("'" + line + "'" for line in b64elf) + ")\n")
put("zlib.py", "#!/usr/bin/python3\nimport base64, zlib\nx = zlib.decompress(base64.b64decode('" + base64.b64encode(zlib.compress(noise[:600])).decode() + "'))\n")
put("lone.b64", fold(b64, 76))
put("lone.uue", uu)
END
for text in b64.sh b64-exit.sh b64-here.sh b64-body.sh b64-quoted.sh b64-echo.sh b64-crlf.sh uu.sh begin64.sh hex.sh two.sh lone.b64 lone.uue; do
    missing "encoded: $text" "/$text!/in/lib.so" $text
done
missing "encoded: a program" "/b64-elf.py!/payload" b64-elf.py
for text in pieces-octal.sh pieces-hex.sh pieces-bytes.py pieces-echo.sh pieces.py; do
    missing "piece by piece: $text" "/$text!/payload" $text
done
unknown "encoded: compressed" "has no known form" zlib.py
unknown "encoded: an encoding that is not read" "an encoding that is not read" b85.py
unknown "encoded: the same in one line" "an encoding that is not read" b85-line.sh
told "long lines of a script" "" '[.findings[] | select(.severity == "UNKNOWN")] == []' long.sh
unknown "encoded: encrypted" "openssl enc -d" enc.sh
unknown "encoded: no known form" "has no known form" noise.sh
told "encoded data is not code" 1 '[.findings[] | select(.kind == "SCRIPT_COMMAND" and (.found | startswith("no H4s")))] == []' b64-exit.sh
told "the end of a here-document is code" 1 'all(.findings[]; .kind != "SCRIPT_SYNTAX")' b64-body.sh
told "a literal that is too short to hold a program" "" '[.findings[] | select(.severity == "UNKNOWN")] == []' rar-500.py
unknown "a literal in a format that is not read" "rar: this format cannot be read" rar-5000.py
for text in png.sh cert.sh; do
    told "encoded: $text" "" '[.findings[] | select(.severity == "UNKNOWN")] == []' $text
done
{ cat good.so; cat a.war; } > sfx && missing "a zip behind a program" "/sfx!/in/lib.so" sfx
{ cat good.so; cat p.tgz; } > sfx2 && missing "a tar behind a program" "/sfx2!/in/lib.so" sfx2
{ cat good.so; head -c 9000 /dev/urandom; } > sfx3 && unknown "noise behind a program" "appended to the program" sfx3
{ cat good.so; head -c 9000 /dev/zero; printf '\n---- Bun! ----\n'; } > bun && unknown "bun" "built by bun" bun
{ cat good.so; printf hsqs; head -c 9000 /dev/urandom; } > app && printf 'AI\002' | dd of=app bs=1 seek=8 conv=notrunc status=none && unknown "an AppImage that is damaged" squashfs app
python3 - << 'END'
import struct, zlib
lib, good = open("lib.so", "rb").read(), open("good.so", "rb").read()
def archive(rows):
    data, table = b"", b""
    for name, kind, packed, content in rows:
        body = zlib.compress(content) if packed else content
        name = name + b"\0" * (16 - (len(name) + 18) % 16)
        table += struct.pack("!IIIIBc", 18 + len(name), len(data), len(body), len(content), packed, kind) + name
        data += body
    size = len(data) + len(table) + 88
    return data + table + struct.pack("!8sIIII64s", b"MEI\014\013\012\013\016", size, len(data), len(table), 309, b"libpython3.9.so")
open("frozen", "wb").write(good + archive([(b"main", b"s", 1, b"code"), (b"lib.so", b"b", 1, lib)]))
open("frozen2", "wb").write(good + archive([(b"lib.so", b"b", 0, lib)]))
bad = bytearray(good + archive([(b"lib.so", b"b", 1, lib)]))
bad[-84 + 4:-84 + 8] = b"\xff" * 4
open("frozen3", "wb").write(bytes(bad))
END
missing "PyInstaller" "/frozen!/lib.so" frozen
missing "PyInstaller, stored" "/frozen2!/lib.so" frozen2
unknown "PyInstaller, damaged" "built by PyInstaller" frozen3
{ printf hsqs; head -c 5000 /dev/urandom; } > fs && unknown "squashfs that is none" squashfs fs
mkdir -p bare && ln -sf "$(command -v jq)" "$(command -v timeout)" bare/
(PATH=$scratch/bare unknown "without its tool" "unsquashfs -d DIR 'fs'" fs; [ "$failures" = 0 ]) || fail "without its tool"
command -v tar2sqfs > /dev/null && {
    tar2sqfs -qf fs < plain 2> /dev/null && missing "squashfs" /in/lib.so fs
    { cat good.so fs; } > app && printf 'AI\002' | dd of=app bs=1 seek=8 conv=notrunc status=none && missing "AppImage" "/app!/in/lib.so" app
}

# Several files are one delivery.
mkdir -p two/a two/b && cp lib.so two/a/ && cp libgone.so two/b/libgone.so.9 && mkdir -p two/b/usr/lib64 && mv two/b/libgone.so.9 two/b/usr/lib64/
told "a library that the other file brings" 0 '[.verdicts[].verdict] == ["compatible", "compatible"]' two/a two/b --prefix /
told "without it" 1 'any(.findings[]; .kind == "LIB_MISSING")' two/a good.so

# The census.
mkdir -p w && echo hello > w/README && tar czf readme.tgz -C w README && head -c 100000 /dev/urandom > w/app.bin && printf 'MZ' > w/setup.exe
tar czf opaque.tgz -C w app.bin setup.exe
unknown "only a text" "nothing was examined" readme.tgz
unknown "only opaque files" "nothing was examined" opaque.tgz
told "its census" 2 '.packages[0].census | .files == 2 and .examined == 0 and .opaque == 1 and .opaque_files == ["/app.bin"]' opaque.tgz
mkdir -p mixed && cp good.so mixed/ && head -c 100000 /dev/urandom > mixed/data.bin && unknown "a library beside noise" "unknown format" mixed
head -c 3000 /dev/urandom > mixed/data.bin && told "a little noise" 0 '.packages[0].census | .opaque == 1 and .examined == 1' mixed
chmod +x mixed/data.bin && unknown "which is executable" "executable" mixed
printf 'Microsoft C/C++ MSF 7.00' > mixed/data.bin && head -c 90000 /dev/urandom >> mixed/data.bin && chmod -x mixed/data.bin && told "debug information of another system is data" 0 '.packages[0].census.opaque == 0' mixed
rm mixed/data.bin && printf '\x89PNG\r\n\x1a\n' > mixed/a.png && head -c 90000 /dev/urandom >> mixed/a.png && told "an image is data" 0 '.packages[0].census.kinds.image == 1' mixed

# Container images, as docker save writes them (new and old form), in a bundle, and with several platforms.
python3 - << 'END'
import gzip, hashlib, io, json, os, tarfile
def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name, data in files:
            info = tarfile.TarInfo(name); info.size = len(data); info.mode = 0o755; t.addfile(info, io.BytesIO(data))
    return out.getvalue()
def sha(data): return hashlib.sha256(data).hexdigest()
need, lib = open("lib.so", "rb").read(), open("libgone.so", "rb").read()
blobs = {}
def blob(data):
    blobs[sha(data)] = data
    return {"digest": "sha256:" + sha(data), "size": len(data)}
def manifest(arch, layers):
    config = blob(json.dumps({"architecture": arch, "os": "linux", "config": {"Entrypoint": ["/usr/bin/vendord"], "User": "app"}}).encode())
    return blob(json.dumps({"schemaVersion": 2, "config": config, "layers": [blob(gzip.compress(l)) for l in layers]}).encode())
def save(name, manifests, damage=None):
    files = [("./blobs/sha256/" + h, b if h != damage else b[:-1] + b"x") for h, b in sorted(blobs.items())]
    files += [("./index.json", json.dumps({"manifests": manifests}).encode()), ("./oci-layout", b'{"imageLayoutVersion": "1.0.0"}')]
    open(name, "wb").write(tar(files))
base = tar([("usr/lib64/x.so", need), ("usr/lib64/libgone.so.9", lib), ("usr/bin/vendord", open("good.so", "rb").read()), ("etc/passwd", b"app:x:1:1::/:/\n")])
save("whole.oci", [manifest("amd64", [base])])
blobs.clear(); save("removed.oci", [manifest("amd64", [base, tar([("usr/lib64/.wh.libgone.so.9", b"")])])])
blobs.clear(); save("opaque.oci", [manifest("amd64", [base, tar([("usr/lib64/.wh..wh..opq", b""), ("usr/lib64/y.so", need)])])])
blobs.clear(); save("again.oci", [manifest("amd64", [base, tar([("usr/lib64/.wh.libgone.so.9", b"")]), tar([("usr/lib64/libgone.so.9", lib)])])])
blobs.clear(); save("arm.oci", [manifest("arm64", [base])])
blobs.clear(); both = [manifest("arm64", [base]), manifest("amd64", [base])]; save("both.oci", both)
blobs.clear(); one = manifest("amd64", [base]); bad = [h for h, b in blobs.items() if b[:2] == b"\x1f\x8b"][0]; save("bad.oci", [one], bad)
config = json.dumps({"architecture": "arm64", "os": "linux"}).encode()
open("old.docker", "wb").write(tar([("a" * 64 + "/layer.tar", base), ("b" * 64 + ".json", config), ("manifest.json", json.dumps([{"Config": "b" * 64 + ".json", "RepoTags": ["v/a:1"], "Layers": ["a" * 64 + "/layer.tar"]}]).encode())]))
END
arch='any(.findings[]; .kind == "ARCH" and (.found | contains("container image")))'
told "an image with its own library" 0 'all(.findings[]; .severity != "BLOCK")' whole.oci
told "what it runs is named" 0 '.packages[0].images[0] | .entrypoint == "/usr/bin/vendord" and .user == "app" and .architecture == "amd64"' whole.oci
missing "a whiteout removes it" "removed.oci!/usr/lib64/x.so" removed.oci
missing "an opaque folder" "opaque.oci!/usr/lib64/y.so" opaque.oci
told "what it hides is not there" 1 'all(.findings[]; .file != "opaque.oci!/usr/lib64/x.so")' opaque.oci
told "a layer brings it back" 0 'all(.findings[]; .severity != "BLOCK")' again.oci
told "another architecture" 1 "$arch" arm.oci
told "an index that has a fitting one" 0 'all(.findings[]; .severity != "BLOCK")' both.oci
unknown "a layer with another digest" "is damaged" bad.oci
told "the old form" 1 "$arch" old.docker
mkdir -p layout/img && tar xf arm.oci -C layout/img && told "a layout as a folder" 1 "$arch" layout && told "itself" 1 "$arch" layout/img
mkdir -p offline/images && gzip -c arm.oci > offline/images/app.tar.gz && echo 'name: vendor' > offline/Chart.yaml && tar czf offline.tgz -C offline .
told "in an offline bundle" 1 "$arch" offline.tgz

# Malicious input: quines, bombs, depth, numbers. Each ends, in limited memory, and does not pass.
cp good.so level && for i in $(seq 20); do tar cf level.tar level && mv level.tar level; done && unknown "20 tars in each other" "12 levels deep" level
python3 - << 'END'
import io, tarfile, zipfile
def tar(content, names):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name in names:
            info = tarfile.TarInfo(name); info.size = len(content); t.addfile(info, io.BytesIO(content))
    return out.getvalue()
content = open("good.so", "rb").read()[:64]
out = io.BytesIO()
# Four archives in each, eight levels deep: 65536 archives in a few kilobytes.
for level in range(8):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(4):
            z.writestr("a%d" % i, content)
    content = out.getvalue()
open("wide", "wb").write(content)
# Entries that share their data ("a better zip bomb"): the directory refers to the same position repeatedly.
body = io.BytesIO()
with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("k", bytes(20 << 20))
data = body.getvalue()
end = data.rindex(b"PK\5\6"); start = int.from_bytes(data[end + 16:end + 20], "little")
row = data[start:end]; count = 3000
size = len(row) * count
open("overlap", "wb").write(data[:start] + row * count + data[end:end + 8] + count.to_bytes(2, "little") * 2 + size.to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0")
END
told "a wide tree of archives" 2 '.verdicts[0].verdict == "not-assessed"' wide
told "entries that overlap" 2 '.verdicts[0].verdict == "not-assessed"' overlap
end_checks
