# SPDX-License-Identifier: Apache-2.0
# Helpers for tests of packages against the packages of an image: an rpm root with a real database, and a dpkg root with
# a real status file. To be sourced.

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
# verdict WHAT EXPECTED SURFACE FILE
verdict() {
    "$touchstone" abi check "$4" --surface "$3" --json > out 2> err
    [ "$(jq -r '.verdicts[0].verdict' out)" = "$2" ] && echo "ok $1: $2" ||
        fail "$1: not $2: $(jq -c '.findings, .packages[0].census' out) $(cat err)"
}

# rpm_root: the folder "root", and its surface "r".
rpm_root() {
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
}

# paragraph NAME VERSION [LINES]: of a status file.
paragraph() { printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: none\nVersion: %s\n%sDescription: d\n\n' "$1" "$2" "${3:-}"; }
# deb_root: the folder "deb", and its surface "d".
deb_root() {
    mkdir -p deb/var/lib/dpkg/info deb/usr/bin
    { paragraph libc6 2.36-9; paragraph tool 1:2.0-1 $'Provides: virtual, numbered (= 3)\n'; paragraph old 1.0 $'Breaks: breaker (<< 2)\n'
      paragraph python 3.9 $'Multi-Arch: allowed\n'; paragraph crossed 1.0 $'Multi-Arch: foreign\n'; } > deb/var/lib/dpkg/status
    printf '/.\n/usr\n/usr/bin\n/usr/bin/tool\n' > deb/var/lib/dpkg/info/tool.list
    cp /bin/true deb/usr/bin/tool
    "$touchstone" abi harvest --rootfs deb --name d > harvest.log 2>&1 || { cat harvest.log; exit 1; }
}
# deb NAME LINES [FILE]
deb() {
    rm -rf pkg; mkdir -p pkg/DEBIAN pkg/opt/x "pkg/$(dirname "${3:-opt/x/$1}")"
    echo x > "pkg/${3:-opt/x/$1}"
    printf '#!/bin/sh\n' > pkg/opt/x/script; 
    printf 'Package: %s\nVersion: 1.0\nArchitecture: %s\nMaintainer: none\n%sDescription: d\n' "$1" "${arch:-amd64}" "$2" > pkg/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
}
