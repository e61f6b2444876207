#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# debs against the packages of an image: what dpkg rejects is a BLOCK, and what it accepts is not.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

deb_root
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
end_checks
