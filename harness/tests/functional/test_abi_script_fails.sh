#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Scripts of packages that end with a failure however they run, as dpkg and rpm themselves say, and those that do so only
# under a condition.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq dpkg-deb dpkg

mkdir -p root/usr/bin root/usr/lib64 root/etc
for program in sh bash cat test true false grep ldconfig; do printf '#!/bin/true\n' > root/usr/bin/$program && chmod 755 root/usr/bin/$program; done
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
printf 'root:x:0:0::/:\n' > root/etc/passwd
printf 'root:x:0:\n' > root/etc/group
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

told() { jq -r '[.findings[] | select(.kind == "SCRIPT_FAILS")] | map("\(.line) \(.severity)") | join(", ")' out; }
# deb EXPECTED SCRIPT CODE: the answer; and what the script really does when dpkg calls it the first time.
deb() {
    local argument=configure got=0
    rm -rf d && mkdir -p d/DEBIAN d/opt && touch d/opt/x
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' > d/DEBIAN/control
    printf "#!/bin/sh\n$3\n" > "d/DEBIAN/$2" && chmod 755 "d/DEBIAN/$2" && dpkg-deb --build d x.deb > /dev/null
    "$touchstone" abi check x.deb --surface new --json > out 2> err
    check "$2: $3" "$(told)" "$1"
    case $2 in preinst) argument=install ;; prerm | postrm) argument=remove ;; esac
    [ -z "$1" ] || { "d/DEBIAN/$2" $argument > /dev/null 2>&1 && got=1; check "it fails: $3" "$got" 0; }
}
for script in preinst postinst; do
    deb "2 BLOCK" $script 'exit 1'
    deb "3 BLOCK" $script 'set -e\nexit 2 # no'
    deb "3 BLOCK" $script 'echo x\nfalse'
    deb "3 BLOCK" $script 'set -e\n/bin/false\necho x'
    deb "2 BLOCK" $script 'die() { echo x >&2; exit 1; }\ndie x'
    deb "3 BLOCK" $script 'if [ -f /etc/passwd ]; then echo x; fi\nexit 1'
    deb "4 BLOCK" $script 'case "$1" in install|configure)\necho x\nexit 1;; esac'
done
deb "3 HIGH" prerm 'echo x\nexit 1'
for code in 'exit 0' '[ -f /none ] && exit 1' 'if [ -f /none ]; then exit 1; fi' 'test -f /etc/passwd || exit 1' 'case "$1" in configure) ;; *) exit 1;; esac' 'case "$1" in configure) exit 0;; esac\nexit 1' \
    'if [ -f /etc/passwd ]; then exit 0; fi\nexit 1' 'die() { exit 1; }\n[ -f /none ] && die' '(exit 1)\necho x' 'false\necho x' 'false || true' 'set -e\nif false; then echo x; fi' '! false' 'false | cat' \
    'exec true\nexit 1' 'exit $?' 'trap "exit 0" EXIT\nexit 1' 'cat > /dev/null <<E\nexit 1\nE' '# exit 1' 'echo exit 1' 'for i in; do exit 1; done' 'while false; do exit 1; done' 'sh -c "exit 1" || true' 'f() { exit 1; }\nexit 0\nf' \
    'f() { exit 1; }\n[ -z "$2" ] && exit 0\nf'; do
    deb "" postinst "$code"
done

if type -P rpmbuild > /dev/null; then
    rpm() { # EXPECTED SECTION CODE
        printf 'Name: x\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n%%description\nx\n%%%s\n%b\n%%files\n' "$2" "$3" > x.spec
        rpmbuild --quiet -bb --define "_topdir $PWD/rpm" --define "_rpmdir $PWD/rpm" x.spec > /dev/null 2> err || fail "rpmbuild: $(cat err)"
        "$touchstone" abi check rpm/noarch/x-1-1.noarch.rpm --surface new --json > out 2> err
        check "%$2 $3" "$(told)" "$1"
    }
    rpm "2 BLOCK" pre 'echo x\nexit 1'
    rpm "1 BLOCK" pretrans 'exit 3'
    rpm "2 HIGH" post '/sbin/ldconfig\nexit 1'
    rpm "1 HIGH" preun false
    rpm "" post 'if [ $1 -eq 0 ]; then exit 1; fi'
    rpm "" pre '[ "$1" = 1 ] || exit 1'
fi
end_checks
