#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Packages against the packages of an image: an rpm root with a real database, a dpkg root with a real status file.
# What rpm's test transaction and dpkg reject is a BLOCK, and what they accept is not.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need rpmbuild dpkg-deb dpkg gcc jq python3
export HOME=$scratch/user
mkdir -p "$HOME"

# build NAME LINES: an rpm of these lines of a spec (%install and %files, or their defaults, included).
build() {
    local name=$1 lines=$2 target=${3:-noarch}
    { printf 'Name: %s\nVersion: 1.0\nRelease: 1\nSummary: s\nLicense: none\nAutoReqProv: no\n' "$name"
      [ "$target" != noarch ] || echo 'BuildArch: noarch'
      case $lines in
      *%files*) printf '%s\n' "$lines" ;;
      *) printf '%s\n%%description\ns\n%%install\nmkdir -p %%{buildroot}/opt/%s\necho x > %%{buildroot}/opt/%s/a\n%%files\n/opt/%s/a\n' \
            "$lines" "$name" "$name" "$name" ;;
      esac; } > "$name.spec"
    rpmbuild -bb --target "$target" --define "_topdir $scratch/top" --define "_binary_payload ${payload:-w6.gzdio}" \
        "$name.spec" > build.log 2>&1 || { cat build.log; exit 1; }
    cp "top/RPMS/$target/$name-1.0-1.$target.rpm" .
}
# refuses SURFACE KIND TEXT FILE…: a finding of this kind whose symbol, file or found text contains TEXT.
refuses() {
    kind=$2 text=$3 abi_holds "$4 on $1: $2 $3" 1 'any(.findings[]; .kind == $ENV.kind and .severity == "BLOCK" and
        ([.symbol, .file, .found] | map(. // "") | any(contains($ENV.text))))' "${@:4}" --surface "$1"
}
# takes SURFACE FILE…: no BLOCK, and no UNKNOWN about packages.
takes() {
    abi_holds "$2 on $1 is taken" "" 'all(.findings[]; .severity != "BLOCK" and .kind != "DEPENDENCY_MISSING")' \
        "${@:2}" --surface "$1"
}

build filesystem '%description
s
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib
ln -s usr/lib %{buildroot}/lib
echo shell > %{buildroot}/usr/bin/sh
%files
%attr(0555,root,root) %dir /usr/bin
%dir /usr/lib
/lib
/usr/bin/sh'
build tool 'Provides: capability = 2.0
Provides: libold.so.1()(64bit)
Conflicts: rival < 2'
build user 'Requires: libold.so.1()(64bit)
Requires: (absent if trigger)'
mkdir -p root/etc
printf 'ID="tencentos"\nVERSION_ID="4.2"\n' > root/etc/os-release
rpm --root "$scratch/root" --dbpath /var/lib/rpm --initdb
rpm --root "$scratch/root" --dbpath /var/lib/rpm -i --nodeps filesystem-*.rpm tool-*.rpm user-*.rpm 2> rpm.log || { cat rpm.log; exit 1; }
"$touchstone" abi harvest --rootfs root --name r > harvest.log 2>&1 || { cat harvest.log; exit 1; }

build good 'Requires: capability >= 1.5
Requires: /usr/bin/sh
Requires: (tool or absent)
Requires: (absent if other)'
build withone 'Requires: (capability with libold.so.1()(64bit))'
build withtwo 'Requires: (capability with filesystem)'
build without 'Requires: (capability without filesystem)'
build withouttool 'Requires: (capability without libold.so.1()(64bit))'
build trigger ''
build missing 'Requires: libcrypto.so.10()(64bit)'
build renamed 'Requires: bridge-utils'
build newer 'Requires: capability >= 3'
build rich 'Requires: (absent or (tool >= 2))'
build path 'Requires: /usr/bin/python'
build rival ''
build fights 'Conflicts: tool'
build instead 'Obsoletes: tool < 2'
build folders '%description
s
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/lib
echo x > %{buildroot}/lib/a
%files
%dir %attr(0775,root,root) /usr/bin
%dir /lib
/lib/a'
build overwrites '%description
s
%install
mkdir -p %{buildroot}/usr/bin
echo other > %{buildroot}/usr/bin/sh
%files
/usr/bin/sh'
takes r good-*.rpm
takes r withone-*.rpm
takes r without-*.rpm
refuses r DEPENDENCY_MISSING '(capability with filesystem)' withtwo-*.rpm
refuses r DEPENDENCY_MISSING '(capability without libold.so.1()(64bit))' withouttool-*.rpm
refuses r DEPENDENCY_MISSING '(absent if trigger)' trigger-*.rpm
refuses r DEPENDENCY_MISSING 'libcrypto.so.10()(64bit)' missing-*.rpm
# remedies NAME PATTERN: of the findings that the last check printed.
remedies() {
    jq -e --arg pattern "$2" 'any(.findings[]; .kind == "DEPENDENCY_MISSING" and (.remedy | test($pattern)))' out > /dev/null ||
        fail "$1: no remedy with '$2': $(jq -c '[.findings[] | {kind, remedy}]' out)"
}
remedies missing '^install compat-openssl10, '
refuses r DEPENDENCY_MISSING bridge-utils renamed-*.rpm
remedies renamed 'bridge-utils of .*ip link'
refuses r DEPENDENCY_MISSING 'capability >= 3' newer-*.rpm
refuses r DEPENDENCY_MISSING '(absent or (tool >= 2))' rich-*.rpm
refuses r DEPENDENCY_MISSING '/usr/bin/python' path-*.rpm
remedies path python3
refuses r PACKAGE_CONFLICT 'rival' rival-*.rpm
refuses r PACKAGE_CONFLICT 'tool' fights-*.rpm
refuses r DEPENDENCY_MISSING 'libold.so.1()(64bit)' instead-*.rpm
refuses r FILE_CONFLICT '/lib' folders-*.rpm
refuses r FILE_CONFLICT '/usr/bin' folders-*.rpm
refuses r FILE_CONFLICT '/usr/bin/sh' overwrites-*.rpm
# The same results as rpm itself.
for name in good withone withtwo without withouttool trigger missing renamed newer rich path rival fights instead folders overwrites; do
    rpm --root "$scratch/root" --dbpath /var/lib/rpm -U --test "$name"-1.0-1.*.rpm > /dev/null 2>&1
    real=$?
    "$touchstone" abi check "$name"-1.0-1.*.rpm --surface r --json > out 2> /dev/null
    blocks=$(jq '[.findings[] | select(.severity == "BLOCK")] | length' out)
    [ $((real != 0)) = $((blocks != 0)) ] || fail "$name: rpm says $real, $blocks BLOCK rows"
done

# The architecture in the header counts for packages of scripts too. rpm's name is aarch64; in the second package the
# header says what Debian calls it.
build scripts '' aarch64
build plain '' x86_64
python3 -c '
data = open("scripts-1.0-1.aarch64.rpm", "rb").read().replace(b"aarch64\0", b"arm64\0\0\0")
open("scripts-1.0-1.arm64.rpm", "wb").write(data)'
refuses reference:tencentos-4:x86_64 ARCH aarch64 scripts-1.0-1.aarch64.rpm
refuses reference:tencentos-4:aarch64 ARCH x86_64 plain-1.0-1.x86_64.rpm
abi_holds "arm64 is no architecture of rpm" 1 'any(.findings[]; .kind == "ARCH" and .severity == "BLOCK" and (.remedy | contains("--target aarch64")))' \
    scripts-1.0-1.arm64.rpm --surface reference:tencentos-4:aarch64
abi_holds "aarch64 is" "" 'all(.findings[]; .kind != "ARCH")' scripts-1.0-1.aarch64.rpm --surface reference:tencentos-4:aarch64
abi_holds "x86_64 is" "" 'all(.findings[]; .kind != "ARCH")' plain-1.0-1.x86_64.rpm --surface reference:tencentos-4:x86_64

payload=w3.zstdio build packed ''
abi_holds "rpm 4.11 reads no zstd" "" 'any(.findings[]; .kind == "PACKAGE_FORMAT" and .severity == "BLOCK")' \
    packed-*.rpm --surface reference:tencentos-2:x86_64
build hooks '%description
s
%pretrans
grep release /etc/redhat-release
%post -p /usr/bin/python2
import os
%triggerin -- glibc
cat /etc/redhat-release
%files'
"$touchstone" abi check hooks-*.rpm --surface r --json > out 2> err
for file in /RPM/pretrans /RPM/postin /RPM/trigger; do
    jq -e --arg file $file 'any(.findings[]; .file == $file)' out > /dev/null ||
        fail "no row about $file: $(jq -c '[.findings[] | {kind, file}]' out)"
done

# A dpkg root.
mkdir -p deb/var/lib/dpkg/info deb/usr/bin
paragraph() { printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: none\nVersion: %s\n%sDescription: d\n\n' "$1" "$2" "${3:-}"; }
{ paragraph libc6 2.36-9; paragraph tool 1:2.0-1 $'Provides: virtual, numbered (= 3)\n'; paragraph old 1.0 $'Breaks: breaker (<< 2)\n'
  paragraph python 3.9 $'Multi-Arch: allowed\n'; paragraph crossed 1.0 $'Multi-Arch: foreign\n'; } > deb/var/lib/dpkg/status
printf '/.\n/usr\n/usr/bin\n/usr/bin/tool\n' > deb/var/lib/dpkg/info/tool.list
cp /bin/true deb/usr/bin/tool
"$touchstone" abi harvest --rootfs deb --name d > harvest.log 2>&1 || { cat harvest.log; exit 1; }
deb() { # NAME LINES [FILE]
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/opt/x "pkg/$(dirname "${3:-opt/x/$1}")"
    echo x > "pkg/${3:-opt/x/$1}"
    printf '#!/bin/sh\n' > pkg/opt/x/script; 
    printf 'Package: %s\nVersion: 1.0\nArchitecture: %s\nMaintainer: none\n%sDescription: d\n' "$1" "${arch:-amd64}" "$2" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
deb fine $'Depends: libc6 (>= 2.36), absent | tool (>> 1:1), virtual, numbered (>= 3)\nConflicts: fine\n'
deb lacks $'Depends: absent | other\n'
deb unnumbered $'Depends: virtual (>= 1)\n'
deb late $'Pre-Depends: libc6 (>= 2.37)\n'
deb breaker ''
deb clash $'Conflicts: virtual\n'
deb takeover '' usr/bin/tool
deb replacer $'Replaces: tool\n' usr/bin/tool
deb any $'Depends: python:any (>= 3), libc6:any | python:any\n'
deb anyof $'Depends: libc6:any\n'
deb anyforeign $'Depends: crossed:any\n'
takes d any.deb
refuses d DEPENDENCY_MISSING 'libc6:any' anyof.deb
refuses d DEPENDENCY_MISSING 'crossed:any' anyforeign.deb
takes d fine.deb
refuses d DEPENDENCY_MISSING 'absent | other' lacks.deb
refuses d DEPENDENCY_MISSING 'virtual >= 1' unnumbered.deb
refuses d DEPENDENCY_MISSING 'libc6 >= 2.37' late.deb
refuses d PACKAGE_CONFLICT breaker breaker.deb
refuses d PACKAGE_CONFLICT clash clash.deb
refuses d FILE_CONFLICT /usr/bin/tool takeover.deb
takes d replacer.deb
# A diversion lets two packages have a path: the product's own, made by its preinst, or one of the image.
divert() { # NAME OPTIONS: takeover, whose preinst calls dpkg-divert with these
    deb "$1" '' usr/bin/tool
    printf '#!/bin/sh\nset -e\ndpkg-divert %s\n' "$2" > pkg/DEBIAN/preinst
    chmod 755 pkg/DEBIAN/preinst
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
divert diverts "--package diverts --add --rename --divert /usr/bin/tool.old /usr/bin/tool"
abi_holds "a diversion of the product" "" '[.findings[] | select(.kind == "FILE_CONFLICT")] == []' diverts.deb --surface d
divert diverts-other "--package diverts --add --rename --divert /usr/bin/tool /usr/bin/other"
refuses d FILE_CONFLICT /usr/bin/tool diverts-other.deb
divert diverts-not "--package diverts --remove --rename /usr/bin/tool"
refuses d FILE_CONFLICT /usr/bin/tool diverts-not.deb
cp -r deb debdiverted
printf '/usr/bin/tool\n/usr/bin/tool.old\nelse\n' > debdiverted/var/lib/dpkg/diversions
abi_holds "a diversion of the image" "" '[.findings[] | select(.kind == "FILE_CONFLICT")] == []' takeover.deb --rootfs debdiverted
# Through the image's links, a path can be one that another package owns. dpkg compares the paths as written: it unpacks
# the file over the other, and deletes it with the package.
mkdir -p merged/usr/bin merged/usr/lib merged/run/state merged/var merged/var/lib/dpkg/{info,updates,triggers} merged/etc
ln -s usr/bin merged/bin && ln -s usr/lib merged/lib && ln -s ../run merged/var/run
{ paragraph tool 1.0; paragraph lib 1.0; paragraph pid 1.0; } > merged/var/lib/dpkg/status
printf '/.\n/bin\n/bin/tool\n' > merged/var/lib/dpkg/info/tool.list && echo real > merged/usr/bin/tool
printf '/.\n/usr\n/usr/lib\n/usr/lib/thing\n' > merged/var/lib/dpkg/info/lib.list && echo real > merged/usr/lib/thing
printf '/.\n/run\n/run/state\n/run/state/pid\n' > merged/var/lib/dpkg/info/pid.list && echo real > merged/run/state/pid
aliases() { # NAME PATH KIND [LINES]: what the check says of a deb with this file, and what dpkg does
    local refused=0 content
    deb "$1" "${4:-}" "$2"
    kind=$3 path=/$2 abi_holds "$1 with /$2" "" '[.findings[] | select(.kind != "SCRIPT_INTERPRETER") | "\(.severity) \(.kind) \(.file)"] ==
        (if $ENV.kind == "" then [] else [$ENV.kind + " " + $ENV.path] end)' "$1.deb" --rootfs merged
    rm -rf unpacked && cp -a merged unpacked
    dpkg --root="$scratch/unpacked" --force-not-root --force-bad-path --force-architecture --no-triggers --unpack "$1.deb" > dpkg.log 2>&1 || refused=1
    content=$(cat "unpacked/$2")
    echo "$1 $refused $content" >> aliased
}
aliases same bin/tool "BLOCK FILE_CONFLICT"
aliases alias-bin usr/bin/tool "BLOCK IMAGE_BROKEN"
aliases alias-lib lib/thing "BLOCK IMAGE_BROKEN"
aliases alias-deep var/run/state/pid "BLOCK IMAGE_BROKEN"
aliases alias-declared usr/bin/tool "HIGH IMAGE_BROKEN" $'Replaces: tool\n'
aliases beside usr/bin/tool2 ""
check "what dpkg does with them" "$(paste -sd, aliased)" \
    "same 1 real,alias-bin 0 x,alias-lib 0 x,alias-deep 0 x,alias-declared 0 x,beside 0 x"

# Another architecture in a dependency is that of the package that provides it.
deb crossing $'Depends: libc6:i386\n'
deb straight $'Depends: libc6:amd64, python:amd64 (>= 3)\n'
refuses d DEPENDENCY_MISSING libc6:i386 crossing.deb
takes d straight.deb
for name in crossing straight; do
    rm -rf unpacked && cp -a deb unpacked && mkdir -p unpacked/var/lib/dpkg/{updates,triggers}
    dpkg --root="$scratch/unpacked" --force-not-root --force-bad-path --force-architecture --install $name.deb > dpkg.log 2>&1
    check "dpkg takes $name" $? $([ $name = straight ]; echo $?)
done

# The directives of triggers, as dpkg reads them.
triggers() { # NAME TEXT
    local refused=taken
    deb "$1" ''
    printf "$2" > pkg/DEBIAN/triggers
    dpkg-deb -Zxz --nocheck -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
    rm -rf unpacked && cp -a merged unpacked
    dpkg --root="$scratch/unpacked" --force-not-root --force-bad-path --force-architecture --unpack "$1.deb" > dpkg.log 2>&1 || refused=refused
    if [ $refused = taken ]; then takes d "$1.deb"; else refuses d PACKAGE_FORMAT "" "$1.deb"; fi
    echo "$1 $refused" >> triggered
}
triggers trig-all 'interest-noawait /usr/share/x  \n# a comment\n\n  activate-noawait ldconfig\ninterest a\nactivate b\nactivate-await c\ninterest-await d\n'
triggers trig-unknown 'interest-bogus /x\n'
triggers trig-alone 'interest\n'
triggers trig-twice 'interest a b\n'
triggers trig-case 'Interest a\n'
triggers trig-crlf 'interest a\r\n'
triggers trig-end 'interest a'
check "dpkg judges triggers" "$(paste -sd, triggered)" "trig-all taken,trig-unknown refused,trig-alone refused,trig-twice refused,trig-case refused,trig-crlf refused,trig-end refused"

# What the argument of a maintainer script selects is executed: the shell's own answer, and that of the check.
mkdir -p shell/var/lib/dpkg shell/bin && paragraph dpkg 1.21 > shell/var/lib/dpkg/status
for name in sh bash cat ls rm mv grep; do printf '#!/bin/true\n' > shell/bin/$name; chmod 755 shell/bin/$name; done
"$touchstone" abi harvest --rootfs shell --name shell > harvest.log 2>&1 || { cat harvest.log; exit 1; }
called() { # NAME SCRIPT ARGUMENT LINES: whether the script ends with 127 because a command is missing
    local real=0
    deb "$1" ''
    printf '#!/bin/sh\nset -e\n%s\n' "$4" > "pkg/DEBIAN/$2" && chmod 755 "pkg/DEBIAN/$2"
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
    sh "pkg/DEBIAN/$2" "$3" > /dev/null 2>&1 || real=$?
    "$touchstone" abi check "$1.deb" --surface shell --json > out 2> err
    echo "$1 $real $(jq -r '[.findings[] | select(.kind == "SCRIPT_COMMAND") | .severity] | join("+")' out)" >> called
}
called arm postinst configure $'case "$1" in\n configure) nosuch-tool x ;;\n abort-*) ;;\nesac'
called arms postinst configure $'case ${1} in\nabort-upgrade|configure)\n nosuch-tool x ;;\nesac'
called arm-other postinst configure $'case "$1" in\n abort-upgrade) nosuch-tool x ;;\n configure) ;;\nesac'
called arm-later postinst configure $'case "$1" in\n conf*) ;;\n configure) nosuch-tool x ;;\nesac'
called arm-any preinst install $'case "$1" in\n upgrade) ;;\n *) nosuch-tool x ;;\nesac'
called arm-inner postinst configure $'case "$1" in\n configure) if [ -n "$2" ]; then nosuch-tool x; fi ;;\nesac'
called if postinst configure $'if [ "$1" = configure ]; then\n nosuch-tool x\nfi'
called if-test preinst install $'if test "$1" = "install"; then\n nosuch-tool x\nfi'
called if-other postinst configure $'if [ "$1" = abort-upgrade ]; then\n nosuch-tool x\nfi'
called if-both postinst configure $'if [ "$1" = configure ] && [ -n "$2" ]; then\n nosuch-tool x\nfi'
called if-else postinst configure $'if [ "$1" = configure ]; then\n :\nelse\n nosuch-tool x\nfi'
called function postinst configure $'f() { if [ "$1" = configure ]; then nosuch-tool x; fi; }\nf other'
called leaves postinst configure $'case "$1" in\n configure) exit 0 ;;\nesac\nnosuch-tool x'
called shifted postinst configure $'shift\ncase "$1" in\n configure) nosuch-tool x ;;\nesac'
called replaced postinst configure $'set -- other\nif [ "$1" = configure ]; then\n nosuch-tool x\nfi'
called options postinst configure $'set -u +x\nif [ "$1" = configure ]; then\n nosuch-tool x\nfi'
check "what the argument selects" "$(paste -sd, called)" "arm 127 BLOCK,arms 127 BLOCK,arm-other 0 WARN,arm-later 0 WARN,arm-any 127 BLOCK,\
arm-inner 0 WARN,if 127 BLOCK,if-test 127 BLOCK,if-other 0 WARN,if-both 0 WARN,if-else 0 WARN,function 0 WARN,leaves 0 WARN,shifted 0 WARN,replaced 0 WARN,options 127 BLOCK"

arch=mips deb foreign ''
refuses d ARCH foreign foreign.deb

# The order of the members and the version of the format, as dpkg-deb judges them.
mkdir -p layout && (cd layout && ar x ../fine.deb && echo 3.0 > three && echo x > extra && cp extra _extra && cp extra extra-after)
laid() { # NAME MEMBER…
    local name=$1 answer=refused
    shift
    (cd layout && rm -f "../$name.deb" && ar rcS "../$name.deb" "$@")
    ! dpkg-deb -I "$name.deb" > /dev/null 2>&1 || ! dpkg-deb -c "$name.deb" > /dev/null 2>&1 || answer=taken
    if [ $answer = taken ]; then
        takes d "$name.deb"
    else
        abi_holds "$name is refused" 1 'any(.findings[]; .kind == "PACKAGE_FORMAT" and .severity == "BLOCK")' "$name.deb" --surface d
    fi
    echo "$name $answer" >> laid
}
laid usual debian-binary control.tar.xz data.tar.xz
laid extra debian-binary extra control.tar.xz data.tar.xz
laid between debian-binary control.tar.xz extra data.tar.xz
laid unknown debian-binary _extra control.tar.xz data.tar.xz extra-after
laid swapped debian-binary data.tar.xz control.tar.xz
(cd layout && mv debian-binary two && cp three debian-binary)
laid three debian-binary control.tar.xz data.tar.xz
(cd layout && printf '2.7\n' > debian-binary)
laid minor debian-binary control.tar.xz data.tar.xz
check "what dpkg-deb says of the layouts" "$(paste -sd' ' laid)" \
    "usual taken extra refused between refused unknown taken swapped refused three refused minor taken"

# What dpkg reads depends on its version (deb(5)): first the archives' names, then the image's dpkg and its answer.
for form in 'gzip --uniform-compression' 'xz --uniform-compression' 'zstd --uniform-compression' 'none --uniform-compression' \
    'gzip --no-uniform-compression' 'xz --no-uniform-compression' 'zstd --no-uniform-compression'; do
    deb form ''
    # shellcheck disable=SC2086
    dpkg-deb -Z$form --root-owner-group -b pkg "form-${form/ --/-}.deb" > build.log 2>&1 || { cat build.log; exit 1; }
done
ar x form-xz-uniform-compression.deb && mv control.tar.xz control.tar.bz2 && ar rc form-bz2.deb debian-binary control.tar.bz2 data.tar.xz
xz -dc data.tar.xz | bzip2 > data.tar.bz2 && mv control.tar.bz2 control.tar.xz && ar rc form-data-bz2.deb debian-binary control.tar.xz data.tar.bz2
while read -r version form answer; do
    rm -rf "$version" && mkdir -p "$version/var/lib/dpkg" && paragraph dpkg "$version" > "$version/var/lib/dpkg/status"
    if [ "$answer" = yes ]; then
        abi_holds "dpkg $version reads $form" 0 '[.findings[] | select(.kind == "PACKAGE_FORMAT")] == []' "form-$form.deb" --rootfs "$version"
    else
        member=$answer abi_holds "dpkg $version does not read $form" 1 \
            '[.findings[] | select(.kind == "PACKAGE_FORMAT" and .severity == "BLOCK") | .symbol] == ($ENV.member | split(","))' \
            "form-$form.deb" --rootfs "$version"
    fi
done << 'END'
1.20.12 zstd-uniform-compression control.tar.zst,data.tar.zst
1.20.12 zstd-no-uniform-compression data.tar.zst
1.20.12 xz-uniform-compression yes
1.21.18 zstd-uniform-compression yes
1.18.4ubuntu1.6 zstd-uniform-compression control.tar.zst,data.tar.zst
1.18.4ubuntu1.7 zstd-uniform-compression yes
1.18.24 zstd-no-uniform-compression data.tar.zst
1.19.0.5ubuntu2 zstd-uniform-compression yes
1.19.7ubuntu3 zstd-no-uniform-compression yes
1.16.18 xz-uniform-compression control.tar.xz
1.16.18 xz-no-uniform-compression yes
1.16.18 none-uniform-compression control.tar
1.17.6 none-uniform-compression yes
1.15.5 xz-no-uniform-compression data.tar.xz
1.15.5 gzip-uniform-compression yes
1.22.0 bz2 control.tar.bz2
1.22.0 data-bz2 yes
END

# A package with only data counts as examined if the data's format is known; its metadata decides. Without metadata, or
# with random data, it does not.
verdict() { # WHAT EXPECTED SURFACE FILE
    "$touchstone" abi check "$4" --surface "$3" --json > out 2> err
    [ "$(jq -r '.verdicts[0].verdict' out)" = "$2" ] && echo "ok $1: $2" ||
        fail "$1: not $2: $(jq -c '.findings, .packages[0].census' out) $(cat err)"
}
data() { # NAME FORMAT…: a deb that holds one file, with these bytes
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/usr/share/x
    # shellcheck disable=SC2059
    printf "$2" > pkg/usr/share/x/file
    [ -z "${noise:-}" ] || head -c 9000 /dev/urandom >> pkg/usr/share/x/file
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: none\n%sDescription: d\n' "$1" "${3:-}" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
data font 'OTTO\0\1'
verdict "a font" compatible d font.deb
jq -e '.packages[0].census | .examined == .files' out > /dev/null || fail "the font counts as examined: $(cat out)"
noise=yes data suffixes '.DAFSA@PSL_0   \n'
verdict "the list of public suffixes, compiled" compatible d suffixes.deb
data fontlacks 'OTTO\0\1' $'Depends: absent\n'
verdict "a font that lacks a package" incompatible d fontlacks.deb
data words 'hello\n'
verdict "a text" compatible d words.deb
noise=yes data noise '\1\2\3'
verdict "noise with metadata" not-assessed d noise.deb
data class '\312\376\272\276\0\0\0\75'
verdict "bytecode alone" conditional d class.deb
build empty '%description
s
%files'
verdict "an rpm without files" compatible r empty-1.0-1.noarch.rpm
verdict "the same on a reference" conditional reference:tencentos-3:x86_64 empty-1.0-1.noarch.rpm
build core 'Requires: bash, systemd, shadow-utils, glibc > 2.17, rtld(GNU_HASH), /bin/sh, config(core) = 1
Provides: config(core) = 1'
verdict "what every installation has, on a reference" conditional reference:tencentos-3:x86_64 core-1.0-1.noarch.rpm
build beyond 'Requires: glibc > 2.30'
verdict "a version that a reference does not tell" not-assessed reference:tencentos-3:x86_64 beyond-1.0-1.noarch.rpm
build other 'Requires: perl'
verdict "a package that a reference does not list" not-assessed reference:tencentos-3:x86_64 other-1.0-1.noarch.rpm
verdict "the rpm of one file" compatible r good-1.0-1.noarch.rpm
mkdir -p bare && cp pkg/usr/share/x/file bare/ && tar czf bare.tgz -C bare file
verdict "the file without metadata" not-assessed d bare.tgz

# A library of the package that precedes the image's in the search order.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p image/lib64 image/usr/bin image/etc product/etc/ld.so.conf.d product/opt/v
    echo 'const char banner[] = "GNU C Library stable release version 2.28."; int f(void){return 1;}' > c.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libc.so.6 -o image/lib64/libc.so.6 c.c
    cp image/lib64/libc.so.6 image/lib64/ld-linux-x86-64.so.2
    echo 'int theirs(void){return 1;} int common(void){return 1;}' > s.c
    echo 'int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o image/lib64/libs.so.1 s.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1.5 v.c
    echo 'int theirs(void); int start(void){return theirs();}' > p.c
    gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o image/usr/bin/prog p.c image/lib64/libs.so.1
    echo /opt/v > product/etc/ld.so.conf.d/00-v.conf
    "$touchstone" abi harvest --rootfs image --name i > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    refuses i IMAGE_BROKEN /usr/bin/prog product
    echo 'int theirs(void){return 1;} int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1.5 v.c
    takes i product

    # The same for files that set variables for all programs of users: PAM, user managers of systemd, shells.
    rm -r product/etc/ld.so.conf.d
    echo 'int common(void){return 2;}' > v.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o product/opt/v/libs.so.1 v.c
    sets() { # PATH TEXT: a product with this file alone beside its library
        rm -rf product/etc product/usr
        mkdir -p "product$(dirname "$1")"
        printf '%s\n' "$2" > "product$1"
    }
    for file in /etc/environment /etc/environment.d/v.conf /usr/lib/environment.d/v.conf /etc/profile.d/v.sh; do
        sets $file 'LD_LIBRARY_PATH="/opt/v:$LD_LIBRARY_PATH"'
        refuses i IMAGE_BROKEN /usr/bin/prog product
        sets $file 'A=1
# LD_LIBRARY_PATH=/opt/v
OLD_LD_LIBRARY_PATH=/opt/v'
        takes i product
        sets $file 'LD_PRELOAD=/opt/v/libs.so.1'
        refuses i IMAGE_BROKEN /usr/bin/prog product
    done
    sets /etc/environment.d/README 'LD_LIBRARY_PATH=/opt/v'
    takes i product

    # What writes /lib64 where the image has it as a link to usr/lib64: package managers follow the link, tar replaces it.
    mkdir -p merged/usr/lib64 merged/usr/bin spelled/lib64 spelled/usr/bin
    ln -s usr/lib64 merged/lib64
    cp image/lib64/libc.so.6 merged/usr/lib64/ && cp image/lib64/libc.so.6 merged/usr/lib64/ld-linux-x86-64.so.2
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o spelled/lib64/libs.so.1 s.c
    gcc -nostdlib -shared -fPIC -Wl,-soname,libnew.so.2 -o spelled/lib64/libnew.so.2.1 v.c
    gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--no-as-needed -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o spelled/usr/bin/prog p.c spelled/lib64/libs.so.1 spelled/lib64/libnew.so.2.1
    "$touchstone" abi harvest --rootfs merged --name m > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    abi_holds "a tree that may lie elsewhere" 0 '[.findings[].kind] | unique == ["PLACE_ASSUMED"]' spelled --surface m
    abi_holds "one that is unpacked at /" 1 '[.findings[] | "\(.kind) \(.file)"] == ["IMAGE_BROKEN /lib64"]' spelled --surface m --prefix /
    mkdir spelled/DEBIAN
    printf 'Package: spelled\nVersion: 1.0\nArchitecture: amd64\nMaintainer: none\nDescription: d\n' > spelled/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group spelled spelled.deb > build.log 2>&1 || { cat build.log; exit 1; }
    takes m spelled.deb
fi

# What another package has at the same path hides nothing of the product's.
post() { # NAME TEXT
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/usr/bin
    printf '#!/usr/bin/gone-interpreter\n%s\n' "$2" > "pkg/DEBIAN/postinst"; chmod 755 pkg/DEBIAN/postinst
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: none\nDescription: d\n' "$1" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
post first x; post second y
abi_holds "the product's own script, beside another package" "" \
    '[.findings[] | select(.kind == "SCRIPT_INTERPRETER" and .file == "/DEBIAN/postinst")] | length == 1' \
    first.deb --with second.deb --surface d
# Repositories: what they provide is installed with the product, if what that requires is met too.
mkdir -p repo/sub repo2
build helper 'Requires: capability >= 1
Provides: fetched = 1' && mv helper-1.0-1.noarch.rpm repo/sub/
build stuck 'Requires: nowhere
Provides: unfetchable' && mv stuck-1.0-1.noarch.rpm repo/
build asks 'Requires: fetched >= 1'
build asksmore 'Requires: unfetchable'
refuses r DEPENDENCY_MISSING 'fetched >= 1' asks-*.rpm
takes r asks-*.rpm --repo repo
refuses r DEPENDENCY_MISSING 'unfetchable' asksmore-*.rpm --repo repo
takes r asks-*.rpm --with repo/sub/helper-1.0-1.noarch.rpm
printf 'Package: wanted\nVersion: 2\nArchitecture: amd64\nDepends: tool\nDescription: d\n\nPackage: broken\nVersion: 2\nArchitecture: amd64\nDepends: absent\nDescription: d\n' | gzip > repo2/Packages.gz
deb fetches $'Depends: wanted (>= 2)\n'
deb fetchesnot $'Depends: broken\n'
refuses d DEPENDENCY_MISSING 'wanted >= 2' fetches.deb
takes d fetches.deb --repo repo2
refuses d DEPENDENCY_MISSING 'broken' fetchesnot.deb --repo repo2
mkdir -p nothing
"$touchstone" abi check fetches.deb --surface d --repo nothing > out 2> err && fail "a repository without packages is accepted"

# A library that is missing, with repositories whose rpm files say what they have, or whose list does not.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p lone/usr/bin && cp -r root rootloader && mkdir -p rootloader/lib64
    cp image/lib64/libc.so.6 image/lib64/ld-linux-x86-64.so.2 rootloader/lib64/
    "$touchstone" abi harvest --rootfs rootloader --name rl > harvest.log 2>&1 || { cat harvest.log; exit 1; }
    echo 'int absent(void){return 0;}' | gcc -nostdlib -shared -fPIC -Wl,-soname,libabsent.so.7 -o libabsent.so -x c -
    echo 'int absent(void); void start(void){absent();}' | gcc -nostdlib -nostartfiles -Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o lone/usr/bin/lone -x c - -x none ./libabsent.so
    program() { # NAME RELATIONS
        build "$1" "$2
%description
s
%install
mkdir -p %{buildroot}/usr/bin
cp $scratch/lone/usr/bin/lone %{buildroot}/usr/bin/$1
%files
/usr/bin/$1" x86_64
    }
    severity() { # WHAT SEVERITY TEXT FILE REPO
        abi_holds "$1" "" '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["'"$2"'"] and any(.findings[]; .kind == "LIB_MISSING" and ((.found // "") + (.remedy // "") | contains("'"$3"'")))' "$4" --surface rl --repo "$5"
    }
    program fetcher 'Requires: fetched >= 1' && program needer 'Requires: brings' && program alone 'Requires: tool'
    severity "no package of the repository has it" BLOCK "no package of the repositories" fetcher-*.rpm repo
    mkdir repo3 && cp repo/sub/helper-*.rpm repo3/
    build brings 'Provides: libabsent.so.7()(64bit)' && mv brings-*.rpm repo3/
    severity "one has it that is fetched" UNKNOWN brings needer-*.rpm repo3
    severity "one has it that nothing requires" BLOCK "require brings" fetcher-*.rpm repo3
    severity "nothing is fetched" BLOCK "" alone-*.rpm repo3
    mkdir -p repo4 && build files '%description
s
%install
mkdir -p %{buildroot}/usr/lib64
echo x > %{buildroot}/usr/lib64/libabsent.so.7
%files
/usr/lib64/libabsent.so.7' && mv files-*.rpm repo4/ && program filer 'Requires: files'
    severity "one that lists the file" UNKNOWN files filer-*.rpm repo4
    deb_program() { rm -rf pkg && mkdir -p pkg/DEBIAN && cp -r lone/usr pkg/ && printf 'Package: %s\nVersion: 1.0\nArchitecture: amd64\nMaintainer: none\nDescription: d\n%s' "$1" "$2" > pkg/DEBIAN/control && dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1; }
    deb_program lists $'Depends: wanted (>= 2)\n'
    abi_holds "a list that does not say" "" '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["UNKNOWN"] and any(.findings[]; .kind == "LIB_MISSING" and (.remedy | contains("wanted")))' lists.deb --surface d --repo repo2
fi

# Lua scriptlets: constant commands are checked, computed ones cannot be told.
build lua '%description
s
%post -p <lua>
-- os.execute(unknown)
os.execute("chkconfig --add x")
%files'
abi_holds "a constant command in Lua" "" 'any(.findings[]; .kind == "SCRIPT_COMMAND" and .file == "/RPM/postin" and
    (.found | contains("chkconfig"))) and all(.findings[]; .severity != "UNKNOWN")' lua-*.rpm --surface r
build luaunknown '%description
s
%post -p <lua>
os.execute("rm -r " .. arg[2])
%files'
abi_holds "a computed command in Lua" "" 'any(.findings[]; .severity == "UNKNOWN" and .file == "/RPM/postin")' \
    luaunknown-*.rpm --surface r
build luaquiet '%description
s
%pretrans -p <lua>
local path = "/usr/share/x"
if posix.stat(path) then os.remove(path) end
%files'
verdict "Lua that runs nothing" compatible r luaquiet-1.0-1.noarch.rpm
# "--" in a string is no comment; comments, strings and long brackets end where Lua ends them.
build luatokens '%description
x
%post -p <lua>
os.execute("/bin/sh --version"); os.execute(v)
--[[ os.execute(w)
os.execute(w) ]] io.popen("chkconfig --add x")
local text = [==[ os.execute(w) ]] os.execute(w) ]==]
text = "os.execute(w)" -- os.execute(w)
my.os.execute(w)
os.execute [[chkconfig --del x]]
%files
'
abi_holds "Lua is read by its tokens" "" '([.findings[] | select(.kind == "UNKNOWN") | .line] == [1]) and
    ([.findings[] | select(.provider == "chkconfig") | .line] | sort == [3, 7])' luatokens-*.rpm --surface r
# In a delivery, a package answers for what it does itself.
build bystander ''
build also 'Obsoletes: tool < 3'
for pair in instead rival; do
    abi_holds "$pair, and a package beside it" 1 '[.verdicts[].verdict] == ["incompatible", "compatible"]' $pair-*.rpm bystander-*.rpm --surface r
    abi_holds "a package, and $pair beside it" 1 '[.verdicts[].verdict] == ["compatible", "incompatible"]' bystander-*.rpm $pair-*.rpm --surface r
done
abi_holds "two packages that both do it" 1 '[.verdicts[].verdict] == ["incompatible", "incompatible"]' instead-*.rpm also-*.rpm --surface r
build suggests 'Suggests: absent'
abi_holds "Suggests" "" '[.findings[] | "\(.kind) \(.severity)"] == ["DEPENDENCY_WEAK WARN"]' suggests-*.rpm --surface r
# What a package is useful beside is not what it lacks.
build supplements 'Supplements: absent
Enhances: (absent and other)'
verdict "Supplements and Enhances" compatible r supplements-1.0-1.noarch.rpm

# A link that a script makes with update-alternatives is there.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p linked/usr/lib64/impl linked/usr/bin linked/opt
    gcc -nostdlib -shared -fPIC -Wl,-soname,libs.so.1 -o linked/usr/lib64/impl/libs.so.1 s.c
    cp spelled/usr/bin/prog linked/usr/bin/prog && cp spelled/lib64/libnew.so.2.1 linked/usr/lib64/
    printf '#!/bin/sh\nupdate-alternatives --install /usr/lib64/libs.so.1 \\\n  libs.so.1-x86 /usr/lib64/impl/libs.so.1 10\n' > linked/opt/post.sh
    takes m linked
    rm linked/opt/post.sh
    refuses m LIB_MISSING /usr/bin/prog linked
fi
# The C library's own parts use its private symbols; others should not.
if [ "$(uname -m)" = x86_64 ]; then
    mkdir -p glibc/lib64 private/lib64
    echo 'GLIBC_PRIVATE { global: hidden; };' > private.map
    gcc -nostdlib -shared -fPIC -Wl,-soname,libc.so.6 -Wl,--version-script,private.map -o glibc/lib64/libc.so.6 -x c - <<< 'int hidden(void){return 1;}'
    gcc -nostdlib -shared -fPIC -o glibc/lib64/libpart.so.1 -x c - -x none glibc/lib64/libc.so.6 <<< 'int hidden(void); int f(void){return hidden();}'
    cp glibc/lib64/libpart.so.1 private/lib64/
    "$touchstone" abi check glibc --surface m --json > out 2> err
    jq -e 'all(.findings[]; .kind != "GLIBC_PRIVATE_USE")' out > /dev/null || fail "glibc's own part: $(jq -c .findings out)"
    "$touchstone" abi check private --surface m --json > out 2> err
    jq -e 'any(.findings[]; .kind == "GLIBC_PRIVATE_USE")' out > /dev/null || fail "private symbols of the image: $(jq -c .findings out)"
fi
end_checks
