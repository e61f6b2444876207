#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Forms of files that work are not called unreadable, and what a product does without does not block it.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq tar dpkg-deb
need_x86_64
mkdir -p root/lib64 root/bin root/usr/bin
for program in root/bin/sh root/usr/bin/ocamlrun root/usr/bin/php root/usr/bin/lua root/usr/bin/perl; do cp "$(type -P true)" $program; done
lone() { gcc -shared -fPIC -nostdlib "$@"; } # the words end with the source "-x c -", and the libraries that it needs
echo 'int old(void){return 1;}' | lone -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 -x c -
echo 'int y(void){return 1;}' | lone -o good.so -x c -
told() { abi_holds "$1" "$2" "$3" "${@:4}" --rootfs root; } # WHAT CODE FILTER FILE…
# quiet WHAT FILE: no finding about what cannot be read or loaded. The root lacks the programs that true needs, and so on.
quiet() { told "$1" "" '[.findings[] | select(.severity == "BLOCK" or .severity == "UNKNOWN")] == []' "$2"; }
fresh() { rm -rf p && mkdir -p p && cp good.so p/; }

# Code for an interpreter behind the first line, and words that archives begin with too.
fresh
{ printf '#!/usr/bin/ocamlrun\n'; head -c 9000 /dev/urandom; printf 'Caml1999X031'; } > p/ocaml && quiet "OCaml's bytecode" p
{ printf "#!/usr/bin/php\n<?php\nPhar::mapPhar('a');\n__HALT_COMPILER(); ?>\n"; head -c 9000 /dev/urandom; } > p/a.phar && quiet "a PHP archive" p
{ printf '#!/usr/bin/lua\n\033LuaS'; head -c 9000 /dev/urandom; } > p/l && quiet "Lua's bytecode" p
fresh
printf '#!comment: a list\n123456\n070707\n070701\nsqsh\nhsqs\nxar!\nBZh\nbvx2\n' > p/passwords.lst && quiet "a list of passwords" p
head -c 9000 /dev/zero | tr '\0' '#' | fold -w 70 > lines && { printf '#!/usr/bin/perl\n# base64\n'; cat lines; } > p/x && quiet "lines of one character" p
{ printf '#!/bin/sh\nexit\n'; head -c 9000 /dev/urandom | tr '\n' 'x'; } > p/odd && told "noise behind a script is reported" 2 'any(.findings[]; .file == "/odd" and .severity == "UNKNOWN")' p

# Debug information in a file of its own, of a program that nobody can judge by its files alone.
fresh
gcc -static -nostdlib -o static -x c - <<< 'void _start(void){for (;;);}' && objcopy --only-keep-debug static p/static.debug && quiet "debug information of a static program" p
cp static p/ && told "the program" 2 '[.findings[] | select(.severity == "UNKNOWN") | .file] == ["/static"]' p

# Units of the initrd ask for its mark; another file that nothing makes is missed.
fresh
mkdir -p p/usr/lib/systemd/system && printf '[Unit]\nAssertPathExists=/etc/initrd-release\n' > p/usr/lib/systemd/system/a.service && mkdir -p root/etc
told "the mark of the initrd" "" 'all(.findings[]; .kind != "UNIT_FILE")' --prefix / p
sed -i 's/initrd-release/gone/' p/usr/lib/systemd/system/a.service && told "another file" "" 'any(.findings[]; .kind == "UNIT_FILE" and .severity == "HIGH")' --prefix / p

# What is damaged within a package that is only given beside is no matter of the product.
fresh
mkdir -p d/DEBIAN d/opt/in && printf 'Package: beside\nVersion: 1\nArchitecture: all\nMaintainer: none\nDescription: d\n' > d/DEBIAN/control
tar cf t.tar good.so && head -c 9000 t.tar > d/opt/in/cut.tar && dpkg-deb --build d beside.deb > /dev/null && cp beside.deb product.deb
told "a damaged archive in what is beside" "" '[.findings[] | select(.severity == "UNKNOWN")] == []' p --with beside.deb
told "in the product" "" 'any(.findings[]; .severity == "UNKNOWN" and (.file | contains("cut.tar")))' product.deb
head -c 600 beside.deb > short.deb && told "a package beside that cannot be read" "" 'any(.findings[]; .severity == "UNKNOWN")' p --with short.deb

# Inputs of tests may be damaged.
fresh
mkdir -p p/src/testdata && tar cf t.tar good.so && head -c 9000 t.tar > p/src/testdata/cut.tar && quiet "a damaged archive among the inputs of a test" p
out_holds "it is counted" '.packages[0].census.kinds["test data"] == 1'
mkdir -p p/src/data && cp p/src/testdata/cut.tar p/src/data/ && told "elsewhere it is reported" 2 'any(.findings[]; .file == "/src/data/cut.tar")' p

# Big-endian machines: an alternative beside a build that fits; alone, for another machine.
fresh
mkdir -p p/linux-x64 p/linux-s390x && mv p/good.so p/linux-x64/a.node && cp p/linux-x64/a.node p/linux-s390x/a.node
printf '\002\001\000\000\000\000\000\000\000\000\000\000\003\000\026' | dd of=p/linux-s390x/a.node bs=1 seek=5 conv=notrunc status=none
quiet "a big-endian alternative" p
rm -r p/linux-x64 && printf '#!/bin/sh\n' > p/run.sh && told "a big-endian build alone" 1 'any(.findings[]; .kind == "ARCH" and .file == "/linux-s390x/a.node")' p

# Links that the package's own list makes.
rm -rf p && mkdir -p p/native/lib p/native/bin
echo 'int z(void){return 1;}' | lone -Wl,-soname,libz9.so.9 -o p/native/lib/libz9.so.9.1 -x c -
echo 'int z(void); int u(void){return z();}' | lone -Wl,-rpath,'$ORIGIN/../lib' -o p/native/bin/tool.so -x c - -x none ./p/native/lib/libz9.so.9.1
told "without the link" 1 'any(.findings[]; .kind == "LIB_MISSING")' p
echo '[{"source": "native/lib/libz9.so.9.1", "target": "native/lib/libz9.so.9"}, {"source": "native/lib/none", "target": "x"}, {"source": 1}]' > p/native/pg-symlinks.json
quiet "links that a list names" p

# Builds for several versions of what loads them: one fits; the others make it conditional.
echo 'int gone(void){return 1;}' | lone -Wl,-soname,libgone.so.9 -o libgone.so -x c -
build() { echo 'int gone(void); int x(void){return gone();}' | lone -o "$1" -x c - -x none ./libgone.so; }
rm -rf p && mkdir -p p/node/glibc-108-Release p/node/glibc-147-Release && cp good.so p/node/glibc-108-Release/addon.node && build p/node/glibc-147-Release/addon.node
told "a build for another Node" 0 '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["HIGH"]' p
rm -r p/node/glibc-108-Release && told "none fits" 1 'any(.findings[]; .kind == "LIB_MISSING" and .severity == "BLOCK")' p
rm -rf p && mkdir -p p/x && cp good.so p/x/_a.cpython-311-x86_64-linux-gnu.so && build p/x/_a.cpython-36m-x86_64-linux-gnu.so
told "an extension for another Python" "" '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["HIGH"]' p
build p/x/_b.cpython-36m-x86_64-linux-gnu.so && told "another extension has no other build" 1 'any(.findings[]; .kind == "LIB_MISSING" and .severity == "BLOCK" and (.file | contains("_b")))' p

# A plug-in for an interpreter that is not there.
rm -rf p && mkdir p && cp good.so p/ && echo 'int perl(void){return 1;}' | lone -Wl,-soname,libperl.so.5.26 -o libperl.so -x c -
echo 'int perl(void); int x(void){return perl();}' | lone -o p/plperl.so -x c - -x none ./libperl.so
told "a plug-in for Perl" 0 '[.findings[] | select(.kind == "LIB_MISSING") | .severity] == ["HIGH"]' p
build p/plug.so && told "a plug-in that lacks another library" 1 'any(.findings[]; .file == "/plug.so" and .severity == "BLOCK")' p

# Scripts beside a program that works, for what the package only suggests; the same without the program.
suggests() { # RELATION: a deb of p
    mkdir -p p/DEBIAN && printf 'Package: a\nVersion: 1\nArchitecture: amd64\nMaintainer: none\n%sDescription: a\n' "$1" > p/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group p a.deb > build.log 2>&1 || cat build.log
}
graves='[.findings[] | select(.severity == "HIGH") | .kind] | unique'
rm -rf p && mkdir -p p/usr/bin && printf '#!/bin/mksh\n' > p/usr/bin/side && printf '#!/bin/sh\nexec vendorvm\n' > p/usr/bin/vm && chmod 755 p/usr/bin/*
suggests $'Recommends: mksh | ksh, vendorvm\n' && told "nothing else works" 0 "$graves == [\"SCRIPT_COMMAND\", \"SCRIPT_INTERPRETER\"]" a.deb
printf '#!/bin/sh\nexit 0\n' > p/usr/bin/main && chmod 755 p/usr/bin/main
suggests $'Recommends: mksh | ksh, vendorvm\n' && told "beside a program that works" 0 "$graves == []" a.deb
out_holds "they are reported" '[.findings[] | select(.kind | startswith("SCRIPT_")) | .severity] == ["WARN", "WARN"]'
suggests $'Recommends: mksh\n' && told "one of them is suggested" 0 "$graves == [\"SCRIPT_COMMAND\"]" a.deb
suggests $'Depends: mksh, vendorvm\n' && told "they are required" "" "$graves == [\"SCRIPT_COMMAND\", \"SCRIPT_INTERPRETER\"]" a.deb

# A tool in a folder of data, which asks for a program: Debian's mariadb-server has one.
fresh
for place in share/v bin; do
    mkdir -p p/usr/$place && printf '#!/bin/sh\nif [ ! -e /usr/bin/vendorbench ]; then\necho "install vendorbench"; exit 1\nfi\nexit 0\n' > p/usr/$place/tool && chmod 755 p/usr/$place/tool
done
told "a folder says nothing of its tools" 0 '[.findings[] | select(.severity == "HIGH") | .file] | sort == ["/usr/bin/tool", "/usr/share/v/tool"]' p
suggests '' && told "the metadata of a package does" "" '[.findings[] | select(.severity == "HIGH") | .file] == []' a.deb

# A tool for modules of Perl that the package only suggests: Debian's openssl has one. A maintainer script is none.
fresh
mkdir -p p/usr/lib/v && printf '#!/usr/bin/perl\nuse WWW::Absent;\n' > p/usr/lib/v/tool.pl && chmod 755 p/usr/lib/v/tool.pl
suggests '' && told "a tool in Perl" 0 'all(.findings[]; .severity == "WARN")' a.deb

# Long numbers, as in OpenSSH's /etc/ssh/moduli.
fresh
for i in $(seq 100); do echo "2021 2 6 100 2047 2 $(head -c 256 /dev/urandom | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F)"; done > p/moduli && quiet "a list of long numbers" p

# A plug-in for a library that its package only suggests.
echo 'int sound(void){return 1;}' > sound.c
needs() { # SONAME FILE: FILE needs that library
    lone -Wl,-soname,"$1" -o libsound.so sound.c
    echo 'int sound(void); int x(void){return sound();}' | lone -o "$2" -x c - -x none ./libsound.so
}
lacking='[.findings[] | select(.kind == "LIB_MISSING") | .severity]'
while read -r soname package severity; do
    rm -rf p && mkdir -p p/usr/lib/a && needs "$soname" p/usr/lib/a/plug.so
    suggests $'Suggests: other | '"$package"$'\n'
    told "$soname, with $package suggested" "" "$lacking == [\"$severity\"]" a.deb
done << 'END'
libsound.so.9 libsound9 HIGH
libsound.so.9 libsound9t64 HIGH
libsound2.so.9 libsound2-9 HIGH
libSound.so.1.1 libsound1.1 HIGH
libsound.so.9 libsound8 BLOCK
libsound.so.9 libsound9-dev BLOCK
libsound2.so.9 libsound29 BLOCK
END
mkdir -p p/usr/bin && printf '#!/bin/sh\n' > p/usr/bin/main && chmod 755 p/usr/bin/main
needs libsound.so.9 p/usr/lib/a/plug.so && suggests $'Suggests: libsound9\n' && told "beside a program that works" 0 "$lacking == [\"WARN\"]" a.deb
rm -r p/usr/bin && suggests '' && told "a plug-in whose library nothing suggests" 1 "$lacking == [\"BLOCK\"]" a.deb
echo 'int sound(void); int x(void){return sound();}' | gcc -nostdlib -nostartfiles -pie -fPIE -Wl,-e,x -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o p/usr/lib/a/plug.so -x c - -x none ./libsound.so
suggests $'Suggests: libsound9\n' && told "a program whose library is suggested" 1 "$lacking == [\"BLOCK\"]" a.deb
end_checks
