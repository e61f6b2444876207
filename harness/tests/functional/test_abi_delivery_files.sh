#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Paths that two packages of one delivery have: the check's answer is that of dpkg and of rpm's test transaction.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need rpm rpmbuild dpkg-deb dpkg jq
export HOME=$scratch/user
mkdir -p "$HOME"
# An image of each family with one package.
mkdir -p debs/var/lib/dpkg/info debs/var/lib/dpkg/updates rpms/etc
printf 'Package: base\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nMaintainer: none\nDescription: d\n' > debs/var/lib/dpkg/status
echo /. > debs/var/lib/dpkg/info/base.list
printf 'Name: base\nVersion: 1\nRelease: 1\nSummary: s\nLicense: none\nBuildArch: noarch\n%%description\ns\n%%files\n' > base.spec
rpmbuild -bb --define "_topdir $scratch/top" base.spec > build.log 2>&1 || { cat build.log; exit 1; }
rpm --root "$scratch/rpms" --dbpath /var/lib/rpm --initdb
rpm --root "$scratch/rpms" --dbpath /var/lib/rpm -i --nodeps top/RPMS/noarch/base-*.rpm 2> rpm.log || { cat rpm.log; exit 1; }
for family in debs rpms; do "$touchstone" abi harvest --rootfs $family --name $family > harvest.log 2>&1 || { cat harvest.log; exit 1; }; done

# told WHAT SURFACE ACCEPTED FILE…: the real package manager's answer (0: it installs both) is that of the check.
told() {
    local what=$1 surface=$2 accepted=$3 expect='[.findings[] | select(.kind == "FILE_CONFLICT")] == []'
    shift 3
    [ "$accepted" = 0 ] || expect='[.findings[] | select(.kind == "FILE_CONFLICT") | .severity] | unique == ["BLOCK"]'
    abi_holds "$what: the check" "" "$expect" "$@" --surface "$surface"
}
deb() { # NAME LINES PATH TEXT: a deb with this file
    rm -rf pkg; mkdir -p pkg/DEBIAN "pkg/$(dirname "$3")"
    case $4 in ">"*) ln -s "${4#>}" "pkg/$3" ;; *) echo "$4" > "pkg/$3" ;; esac
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: none\n%bDescription: d\n' "$1" "$2" > pkg/DEBIAN/control
    dpkg-deb -Zgzip -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
debs() { # WHAT: a.deb and b.deb
    local accepted=1
    rm -rf trial && cp -a debs trial
    PATH=$PATH:/usr/sbin:/sbin dpkg --root="$scratch/trial" --force-not-root --force-depends --log=/dev/null -i a.deb b.deb > dpkg.log 2>&1 && accepted=0
    grep -q 'trying to overwrite' dpkg.log || [ $accepted = 0 ] || { cat dpkg.log; fail "$1: dpkg fails for another reason"; }
    check "$1: dpkg" "$accepted" "$2"
    told "$1" debs $accepted a.deb b.deb
    told "$1, beside it" debs $accepted a.deb --with b.deb
}
deb a '' opt/v/f one && deb b '' opt/v/f two && debs "another content" 1
deb b '' opt/v/f one && debs "the same content" 1
deb b '' opt/v/g one && debs "another path" 0
deb b 'Replaces: a\n' opt/v/f two && debs "the second replaces" 0
deb b '' opt/v/f two && deb a 'Replaces: b\n' opt/v/f one && debs "the first replaces" 0
deb a '' opt/v/f one && deb b 'Replaces: a (<< 1.0)\n' opt/v/f two && debs "it replaces another version" 1
deb b 'Replaces: c\n' opt/v/f two && debs "it replaces another package" 1

rpm_of() { # NAME INSTALL FILES
    printf 'Name: %s\nVersion: 1\nRelease: 1\nSummary: s\nLicense: none\nBuildArch: noarch\n%%description\ns\n%%install\nmkdir -p %%{buildroot}/opt/v\n%b\n%%files\n%b\n' "$1" "$2" "$3" > "$1.spec"
    rpmbuild -bb --define "_topdir $scratch/top" "$1.spec" > build.log 2>&1 || { cat build.log; exit 1; }
    cp "top/RPMS/noarch/$1-1-1.noarch.rpm" "$1.rpm"
}
rpms() { # WHAT: a.rpm and b.rpm
    local accepted=1
    rpm --root "$scratch/rpms" --dbpath /var/lib/rpm -i --test --nodeps a.rpm b.rpm > rpm.log 2>&1 && accepted=0
    grep -q 'conflicts' rpm.log || [ $accepted = 0 ] || { cat rpm.log; fail "$1: rpm fails for another reason"; }
    check "$1: rpm" "$accepted" "$2"
    told "$1" rpms $accepted a.rpm b.rpm
    told "$1, beside it" rpms $accepted a.rpm --with b.rpm
}
f='%{buildroot}/opt/v/f'
rpm_of a "echo one > $f" /opt/v/f && rpm_of b "echo two > $f" /opt/v/f && rpms "another content" 1
rpm_of b "echo one > $f" /opt/v/f && rpms "the same file" 0
rpm_of b "echo one > $f" '%attr(0600,root,root) /opt/v/f' && rpms "another mode" 1
rpm_of b "ln -s one $f" /opt/v/f && rpms "a link" 1
rpm_of a "ln -s two $f" /opt/v/f && rpms "a link to another file" 1
rpm_of a "mkdir -p $f" '%dir /opt/v/f' && rpm_of b "mkdir -p $f/g" '%dir /opt/v/f' && rpms "a folder of both" 0
rpm_of b "echo one > $f" /opt/v/f && rpms "a folder and a file" 1
rpm_of a "echo one > $f" /opt/v/f && rpm_of b "echo two > $f" '%ghost /opt/v/f' && rpms "a ghost" 0
end_checks
