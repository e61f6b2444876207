#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lists of what a product consists of: real packages of each kind, what must be named as not examined, and both formats
# against the rules of their specifications.
set -euo pipefail

touchstone=$TS_BINARY_DIR/touchstone
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TOUCHSTONE_HOME=$work/home SOURCE_DATE_EPOCH=1700000000
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

# sbom CODE FILE…: writes both formats as out.spdx and out.cdx
sbom() {
    local want=$1 code=0
    shift
    "$touchstone" sbom "$@" -o out.spdx 2> err || code=$?
    [ $code = "$want" ] || { fail "sbom $* ended with $code, not $want"; cat err; }
    "$touchstone" sbom "$@" --format cyclonedx > out.cdx 2> err || true
}

has() { # has PURL BASIS
    jq -e --arg purl "$1" '[.packages[].externalRefs[]?.referenceLocator] | index($purl) != null' out.spdx > /dev/null \
        || { fail "no $1 in SPDX"; jq -r '.packages[].externalRefs[]?.referenceLocator' out.spdx; }
    jq -e --arg purl "$1" --arg basis "$2" '[.components[] | select(.purl == $purl and
        .evidence.identity.methods[0].value == $basis)] | length > 0' out.cdx > /dev/null || fail "no $1 ($2) in CycloneDX"
}

hasnt() {
    jq -e --arg name "$1" '[.components[] | select(.type == "library" and .name == $name)] | length == 0' out.cdx \
        > /dev/null || fail "$1 is listed"
}

gap() { # gap TEXT: a part that was not examined
    jq -e --arg text "$1" '[.annotations[].comment | select(contains($text))] | length > 0' out.spdx > /dev/null \
        || { fail "no remark '$1'"; jq -r '.annotations[].comment' out.spdx; }
    jq -e --arg text "$1" '.compositions[0].aggregate == "incomplete" and
        ([.properties[] | select(.name == "touchstone:not-examined" and (.value | contains($text)))] | length > 0)' out.cdx \
        > /dev/null || fail "no remark '$1' in CycloneDX"
}

# The rules of SPDX 2.3 (chapters 6 to 12) and CycloneDX 1.5 for what is written.
rules() {
    jq -e '
        .spdxVersion == "SPDX-2.3" and .dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT"
        and (.name | length > 0) and (.documentNamespace | test("^urn:uuid:[0-9a-f-]{36}$"))
        and (.creationInfo.created | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"))
        and (.creationInfo.creators | all(startswith("Tool: ")))
        and ([.packages[], .files[] | .SPDXID] | all(test("^SPDXRef-[A-Za-z0-9.-]+$")))
        and ([.packages[], .files[] | .SPDXID] | length == (unique | length))
        and (.packages | all(.name != "" and .downloadLocation == "NOASSERTION" and .filesAnalyzed == false))
        and ([.packages[].externalRefs[]?] | all(.referenceCategory == "PACKAGE-MANAGER" and .referenceType == "purl"
             and (.referenceLocator | test("^pkg:[a-z]+/[^ ]+$"))))
        and (.files | all((.fileName | startswith("./")) and ([.checksums[].algorithm] | index("SHA1") != null
             and index("SHA256") != null)
             and (.checksums | all(.checksumValue | test("^([0-9a-f]{40}|[0-9a-f]{64})$")))))
        and (["SPDXRef-DOCUMENT", (.packages[], .files[] | .SPDXID)] as $ids | [.relationships[] | .spdxElementId,
             .relatedSpdxElement] | unique - $ids == [])
        and ([.relationships[] | select(.relationshipType == "DESCRIBES")] | length == 1)
        and ([.relationships[].relationshipType] | unique - ["CONTAINS", "DEPENDS_ON", "DESCRIBES", "OTHER"] == [])
        and (.annotations | all(.annotationType == "OTHER" and (.annotator | startswith("Tool: "))
             and (.annotationDate | endswith("Z"))))' out.spdx > /dev/null || fail "SPDX of $1"
    jq -e '
        .bomFormat == "CycloneDX" and .specVersion == "1.5" and .version == 1
        and (.serialNumber | test("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"))
        and (.metadata.component | .type == "application" and .name != "")
        and (.components | all((.type == "library" or .type == "file") and (.name | length > 0)))
        and ([.metadata.component["bom-ref"], .components[]["bom-ref"]] | length == (unique | length))
        and ([.components[].hashes[]?] | all(.alg == "SHA-256" and (.content | test("^[0-9a-f]{64}$"))))
        and ([.components[].evidence.identity? | values] | all(.field == "purl" and .confidence > 0 and .confidence <= 1))
        and ([.components[].evidence.identity.methods[]?.technique] | unique
             - ["binary-analysis", "filename", "manifest-analysis"] == [])
        and (.compositions[0].aggregate == "incomplete" or .compositions[0].aggregate == "unknown")' out.cdx > /dev/null \
        || fail "CycloneDX of $1"
}

# --- a deb with a jar, a wheel, a node module and a program in it
mkdir -p deb/DEBIAN deb/opt/app/lib deb/opt/app/node_modules/@scope/left jar/META-INF/maven/org.example/core wheel/demo_pkg-1.2.dist-info
cat > deb/DEBIAN/control << 'END'
Package: demo
Source: demo-source (1:2.0-1)
Version: 1:2.0-1
Architecture: amd64
Maintainer: Nobody <root@localhost>
Description: test
END
printf 'groupId=org.example\nartifactId=core\nversion=2.14.1\n' > jar/META-INF/maven/org.example/core/pom.properties
printf 'Manifest-Version: 1.0\r\nImplementation-Version: 9.9\r\n' > jar/META-INF/MANIFEST.MF
printf 'Metadata-Version: 2.1\nName: Demo_Pkg\nVersion: 1.2\nLicense: MIT\n\nbody\nVersion: 9\n' > wheel/demo_pkg-1.2.dist-info/METADATA
python3 - << 'END'
import zipfile, os
def pack(folder, name):
    with zipfile.ZipFile(name, "w") as z:
        for top, _, files in os.walk(folder):
            for file in files:
                path = os.path.join(top, file)
                z.write(path, os.path.relpath(path, folder))
pack("jar", "deb/opt/app/lib/core-2.14.1.jar")
os.remove("jar/META-INF/maven/org.example/core/pom.properties")
pack("jar", "deb/opt/app/lib/other-lib-3.1.jar")
os.makedirs("jar/META-INF/maven/org.shaded/inner")
open("jar/META-INF/maven/org.shaded/inner/pom.properties", "w").write("groupId=org.shaded\nartifactId=inner\nversion=4\n")
pack("jar", "deb/opt/app/lib/shading.jar")
pack("wheel", "deb/opt/app/demo_pkg-1.2-py3-none-any.whl")
END
echo '{"name": "@scope/left", "version": "1.3.0", "license": "ISC"}' > deb/opt/app/node_modules/@scope/left/package.json
echo '{"type": "module"}' > deb/opt/app/node_modules/package.json
cat > deb/opt/app/package-lock.json << 'END'
{"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"}, "node_modules/ms": {"version": "2.1.3"}}}
END
dpkg-deb --root-owner-group -Zgzip --build deb demo.deb > /dev/null
sbom 0 demo.deb --os-id debian
rules demo.deb
has 'pkg:deb/debian/demo@1:2.0-1?arch=amd64' metadata
has pkg:maven/org.example/core@2.14.1 metadata
has pkg:maven/other-lib@9.9 file-name
has pkg:maven/org.shaded/inner@4 metadata
has pkg:maven/shading@9.9 file-name
has pkg:pypi/demo-pkg@1.2 metadata
has pkg:npm/%40scope/left@1.3.0 metadata
has pkg:npm/ms@2.1.3 lock-file
hasnt module
jq -e '[.components[] | select(.name == "core")] | length == 1' out.cdx > /dev/null || fail "a jar is listed twice"
jq -e '.components[] | select(.name == "demo-pkg") | .licenses[0].license.name == "MIT"' out.cdx > /dev/null || fail "licence"
want=$(sha256sum < deb/opt/app/lib/core-2.14.1.jar | cut -d' ' -f1)
jq -e --arg want "$want" '.components[] | select(.name == "/demo.deb!/opt/app/lib/core-2.14.1.jar") |
    .hashes[0].content == $want' out.cdx > /dev/null || fail "the digest of a jar in a deb"
want=$(sha1sum < demo.deb | cut -d' ' -f1)
jq -e --arg want "$want" '.files[] | select(.fileName == "./demo.deb") | .checksums[0].checksumValue == $want' out.spdx \
    > /dev/null || fail "the digest of the deb"

# --- the same bytes for the same input
cp out.spdx first
sbom 0 demo.deb --os-id debian
cmp -s first out.spdx || fail "a second list differs"

# --- an archive that cannot be opened is named, and the list is not green
mkdir broken
head -c 300 deb/opt/app/lib/core-2.14.1.jar > broken/cut.jar
sbom 2 broken
rules broken
gap "/cut.jar"
mkdir locks
echo '# yarn lockfile v1' > locks/yarn.lock
sbom 2 locks
gap "/yarn.lock"

# --- a container image: the files of its layers together; a database of packages that is not read is named
mkdir -p image/var/lib/dpkg image/var/lib/rpm
printf 'Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n' > image/var/lib/dpkg/status
tar -C image -cf layer.tar .
echo '{"architecture": "amd64", "os": "linux", "config": {}}' > config.json
echo '[{"Config": "config.json", "RepoTags": ["x:1"], "Layers": ["layer.tar"]}]' > manifest.json
tar -cf image.tar manifest.json config.json layer.tar
sbom 0 image.tar
has 'pkg:deb/a@1?arch=all' metadata
echo x > image/var/lib/rpm/rpmdb.sqlite
tar -C image -cf layer.tar .
tar -cf image.tar manifest.json config.json layer.tar
sbom 2 image.tar
gap "/image.tar!/var/lib/rpm/rpmdb.sqlite"
mkdir odd
python3 -c 'open("odd/blob", "wb").write(bytes((i * i * 7 + i // 3) % 256 for i in range(3, 5000)))'
sbom 2 odd
gap "/blob"

# --- programs: a static one says so; a library that names itself is found, unless it is only loaded
printf '#include <stdio.h>\nconst char text[] = " deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly and Mark Adler ";\n' > z.c
printf 'const char lua[] = "$LuaVersion: Lua 5.4.4  Copyright";\nint main(void) { return puts(text) + lua[0]; }\n' >> z.c
printf '#include <zlib.h>\n#include <stdio.h>\nconst char text[] = "deflate 1.2.11 Copyright 1995-2017";\nint main(void) { return puts(text) + (int)zlibCompileFlags(); }\n' > l.c
gcc -static z.c -o static-z
sbom 2 static-z
rules static-z
has pkg:generic/zlib@1.2.11 text
has pkg:generic/lua@5.4.4 text
gap "statically linked"
if gcc l.c -o loads-z -lz 2> /dev/null; then
    sbom 2 loads-z
    hasnt zlib
    gap "nothing in it states what it is"
fi
library=$(ldconfig -p | awk '/libz\.so\.1 / && !seen++ { print $NF }')
if [ -n "$library" ]; then
    sbom 0 "$library"
    rules "$library"
    jq -e '[.components[] | select(.name == "zlib")] | length > 0' out.cdx > /dev/null || fail "zlib does not name itself"
fi

# --- Rust's list of crates, as cargo-auditable writes it
python3 -c 'import json, zlib; open("deps", "wb").write(zlib.compress(json.dumps({"packages": [
    {"name": "serde", "version": "1.0.200", "source": "crates.io"},
    {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"}]}).encode()))'
gcc z.c -o plain
objcopy --add-section .dep-v0=deps --set-section-flags .dep-v0=noload,readonly plain rusty
sbom 0 rusty
has pkg:cargo/serde@1.0.200 build-info
hasnt cc
head -c 20 deps > cut
objcopy --add-section .dep-v0=cut --set-section-flags .dep-v0=noload,readonly plain rusty
sbom 2 rusty
gap "list of crates is damaged"

# --- Go: the build information of a real program if there is one, else its format written by hand
python3 - << 'END'
def text(data): return bytes([len(data) & 0x7f | 0x80, len(data) >> 7]) + data
mods = b"path\texample.org/x\nmod\texample.org/x\t(devel)\t\ndep\tgithub.com/a/b\tv1.2.3\th1:x\ndep\tgithub.com/old/c\tv0.1.0\n=>\tgithub.com/new/c\tv0.2.0\th1:y\n"
info = b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16) + text(b"go1.22.1") + text(b"0" * 16 + mods + b"1" * 16)
open("info", "wb").write(info)
open("info.old", "wb").write(b"\xff Go buildinf:" + bytes([8, 0]) + bytes(64))
END
objcopy --add-section .go.buildinfo=info plain gopher
sbom 0 gopher
rules gopher
has pkg:golang/stdlib@1.22.1 build-info
has pkg:golang/github.com/a/b@v1.2.3 build-info
has pkg:golang/github.com/new/c@v0.2.0 build-info
objcopy --add-section .go.buildinfo=info.old plain gopher
sbom 2 gopher
gap "older format"

# --- an installed system, and an rpm
mkdir -p root/var/lib/dpkg
printf 'Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 2\n' > root/var/lib/dpkg/status
sbom 0 root
has 'pkg:deb/a@1?arch=all' metadata
hasnt b
if command -v rpmbuild > /dev/null; then
    mkdir -p rpm
    printf 'Name: demo\nEpoch: 3\nVersion: 1.5\nRelease: 2\nSummary: x\nLicense: GPL-2.0-only\nBuildArch: noarch\n%%description\nx\n%%files\n' > demo.spec
    rpmbuild -bb --define "_topdir $work/rpm" --define '_build_id_links none' demo.spec > rpm.log 2>&1 || { cat rpm.log; fail rpmbuild; }
    sbom 0 rpm/RPMS/noarch/demo-1.5-2.noarch.rpm --os-id opencloudos
    has 'pkg:rpm/opencloudos/demo@1.5-2?arch=noarch&epoch=3' metadata
    jq -e '.components[] | select(.name == "demo") | .licenses[0].license.name == "GPL-2.0-only"' out.cdx > /dev/null || fail "rpm's licence"
fi

code=0; "$touchstone" sbom 2> err || code=$?
[ $code = 64 ] || fail "no input gave $code"
code=0; "$touchstone" sbom /does/not/exist 2> err || code=$?
[ $code = 64 ] || fail "a missing file gave $code"
exit $failed
