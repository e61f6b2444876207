#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# touchstone-install with the real apt, dpkg and rpm of this host, on packages made here, each time in a temporary overlay
# of the host's root: what can be installed, which failures are the product's, and which are not. TOUCHSTONE_TEST_ROOT
# is the root of another Debian release with python3, to test its apt and dpkg.
set -euo pipefail
here=$(readlink -f "$0")
arch=$(uname -m)
programs=$TS_BINARY_DIR/guest/$arch

# The second invocation, inside: a root that is this host's, whose changes are discarded.
if [ "${1:-}" = --inside ]; then
    root=$2/root
    shift 2
    mount -t tmpfs tmpfs "$root"
    mkdir "$root/upper" "$root/work" "$root/merged"
    mount -t overlay overlay -o "lowerdir=${TOUCHSTONE_TEST_ROOT:-/},upperdir=$root/upper,workdir=$root/work" "$root/merged"
    mount --rbind /proc "$root/merged/proc"
    mount --rbind /dev "$root/merged/dev"
    # Copies the test's files and programs, if the root is not this host's.
    for place in "${root%/root}" "$TS_BINARY_DIR/guest"; do
        mkdir -p "$root/merged$place"
        mount --rbind "$place" "$root/merged$place"
    done
    exec chroot "$root/merged" bash -euc "$1"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/root"
in_root() { unshare --mount "${map[@]}" bash "$here" --inside "$scratch" "$1"; }
map=()
[ "$(id -u)" = 0 ] || map=(--map-root-user --map-auto)
for need in "$programs/touchstone-guest" /usr/bin/apt-get /usr/bin/dpkg-deb; do
    [ -x "$need" ] || { echo "skipped: no '$need'"; exit 77; }
done
in_root 'touch /usr/bin/x && touch /var/lib/dpkg/x' 2> "$scratch/why" ||
    { echo "skipped: no overlay of / in a mount namespace: $(tail -n 1 "$scratch/why")"; exit 77; }

failures=0 checks=0
# try NAME CODE TEXT PREPARATION [ARGUMENT...]: runs touchstone-install after the preparation (shell commands, in the
# overlay). Checks its exit code, and TEXT in its last line or, with +TEXT, anywhere in its output.
try() {
    local name=$1 code=$2 text=$3 prepare=$4 got=0 where
    shift 4
    in_root "export TOUCHSTONE_PACKAGES=$scratch/set PATH=$programs:\$PATH; $prepare
        touchstone-install $*" > "$scratch/said" 2>&1 < /dev/null || got=$?
    checks=$((checks + 1))
    where=$(tail -n 1 "$scratch/said")
    [ "${text#+}" = "$text" ] || where=$(cat "$scratch/said")
    if [ "$got" = "$code" ] && [[ $where == *"${text#+}"* ]]; then
        echo "ok $checks - $name"
    else
        failures=$((failures + 1))
        echo "not ok $checks - $name: exit code $got, not $code, or without '$text':"
        tail -n 20 "$scratch/said" | sed 's/^/  | /'
    fi
}

# deb NAME VERSION FIELDS [POSTINST]: a package that contains /opt/NAME/say and the files in $scratch/more
deb() {
    local tree=$scratch/tree
    rm -rf "$tree"
    mkdir -p "$tree/DEBIAN" "$tree/opt/$1"
    echo "$1 $2" > "$tree/opt/$1/say"
    [ ! -d "$scratch/more" ] || cp -r "$scratch/more/." "$tree"
    printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: Touchstone <t@example.org>' \
        'Description: made here' ${3:+"$3"} > "$tree/DEBIAN/control"
    [ ! -d "$tree/etc" ] || (cd "$tree" && find etc -type f | sed 's|^|/|') > "$tree/DEBIAN/conffiles"
    printf '#!/bin/sh\nset -e\n%s\n' "${4:-}" > "$tree/DEBIAN/postinst"
    chmod 755 "$tree/DEBIAN/postinst"
    dpkg-deb --root-owner-group -b "$tree" "$scratch/set/$(printf %03d "$(ls "$scratch/set" | wc -l)")-$1_${2//:/%3a}_all.deb" > /dev/null
    rm -rf "$scratch/more"
}
new_set() { rm -rf "$scratch/set"; mkdir "$scratch/set"; }

# 'top' pre-depends on 'base', whose configuration creates what top's preinst requires; 'needs' precedes its dependency.
# dpkg -i accepts neither in this order.
pre_depends() {
    new_set
    deb top 1:2.0-1 'Pre-Depends: base (>= 1.5)'
    deb needs 1.0 'Depends: top, later'
    deb base 1.5 '' 'touch /opt/base/configured'
    deb later 1.0 '' 'test -e /opt/base/configured'
}
none='' no_apt='rm -f /usr/bin/apt-get;'
installed='; test -e /opt/needs/say && dpkg-query -W -f="\${db:Status-Abbrev}" top needs base later'
pre_depends
try "this is what dpkg alone does" 1 "" 'dpkg -i "$TOUCHSTONE_PACKAGES"/*.deb; echo' "$installed"
for way in none no_apt; do
    try "Pre-Depends ($way)" 0 "ii ii ii ii " "${!way}" "$installed"
    try "installed already, the same ($way)" 0 "ii ii ii ii " "${!way} touchstone-install;" "$installed"
done
try "some by name" 0 "ii ii" "" 'base top && dpkg-query -W -f="\${db:Status-Abbrev}" top base && ! dpkg-query -W later'
try "a name that is not staged" 99 "no package 'basement' is staged" "" basement
try "removed with its configuration" 0 "none left" "touchstone-install;" \
    '--remove top needs base later && ! ls -d /opt/top /opt/needs && echo none left'
try "apt leaves no trace" 0 "no trace" 'find /var/log | sort > /tmp/before;' \
    '&& find /var/log | grep -v dpkg.log | sort | comm -13 /tmp/before - > /tmp/new &&
    cat /tmp/new && [ ! -s /tmp/new ] && echo no trace'

# Conffiles: what the administrator changed is preserved, without a prompt.
new_set
mkdir -p "$scratch/more/etc/knob" && echo new > "$scratch/more/etc/knob/conf"
deb knob 2.0 ''
mv "$scratch/set" "$scratch/two" && new_set
mkdir -p "$scratch/more/etc/knob" && echo old > "$scratch/more/etc/knob/conf"
deb knob 1.0 ''
mv "$scratch/set"/*.deb "$scratch/knob1.deb" && mv "$scratch/two"/*.deb "$scratch/set/"
for way in none no_apt; do
    try "a changed conffile ($way)" 0 "mine 2.0" \
        "${!way} touchstone-install $scratch/knob1.deb; echo mine > /etc/knob/conf;" \
        '&& echo $(cat /etc/knob/conf) $(dpkg-query -W -f="\${Version}" knob)'
done
try "an older version than installed" 0 "ii 1.0" "touchstone-install;" \
    "$scratch/knob1.deb "'&& dpkg-query -W -f="\${db:Status-Abbrev}\${Version}" knob'

# Failures of the product: exit code 1, the package and its manager's message on the last line.
new_set
deb sound 1.0 ''
deb sick 1.0 'Depends: sound' 'echo "sick: no such CPU" >&2; exit 3'
deb above 1.0 'Depends: sick'
for way in none no_apt; do
    try "a script that fails ($way)" 1 "sick: installed sick package post-installation script subprocess returned error exit status 3 (before it: sick: no such CPU)" "${!way}"
done
new_set
deb sick 1.0 '' 'printf "the licence, yes or no? "; read -r answer'
for way in none no_apt; do
    try "a script that asks and leaves its line open ($way)" 1 "sick: installed sick package post-installation script" "${!way}"
done
new_set
deb sick 1.0 '' 'echo "E: Could not get lock /var/lib/dpkg/lock"; exit 100'
for way in none no_apt; do
    try "a script that speaks of a lock ($way)" 1 "sick: installed sick package post-installation script" "${!way}"
done
new_set
deb lonely 1.0 'Depends: nobody-has-this (>= 2)'
try "a dependency that nobody has" 1 "lonely : Depends: nobody-has-this (>= 2)" ""
try "a dependency that nobody has (no_apt)" 1 "lonely: dependency problems - leaving unconfigured" "$no_apt"
new_set
deb lonely 1.0 'Pre-Depends: nobody-has-this'
try "a pre-dependency that nobody has (no_apt)" 1 "lonely_1.0_all.deb: pre-dependency problem" "$no_apt"
new_set
mkdir -p "$scratch/more/usr/bin" && echo taken > "$scratch/more/usr/bin/dpkg-deb"
deb thief 1.0 ''
for way in none no_apt; do
    try "a file of another package ($way)" 1 "trying to overwrite '/usr/bin/dpkg-deb', which is also in package dpkg" "${!way}"
done
new_set
deb rival 1.0 'Conflicts: bash, dpkg'
try "a conflict with the image" 1 "bash" ""
new_set
deb torn 1.0 ''
truncate -s 100 "$scratch/set"/*.deb
for way in none no_apt; do
    try "a package that is torn ($way)" 1 "torn_1.0_all.deb" "${!way}"
done

# Failures that are not the product's: exit code 99.
new_set
try "nothing is staged" 99 "no package is staged" ""
deb sound 1.0 ''
try "no such file" 99 "cannot read the package file '/no/such.deb'" "" /no/such.deb
try "no package" 99 "neither a .deb nor a .rpm" "" /bin/sh
try "an option that is unknown" 99 "unknown option" "" --fast
try "an ordinary user" 99 "must be run as root" 'setpriv --reuid=65534 --regid=65534 --clear-groups touchstone-install;'
try "no package manager" 99 "neither apt-get nor dpkg" 'rm -f /usr/bin/apt-get /usr/bin/dpkg;'
try "the image's own database is broken" 99 "dpkg was interrupted" 'echo > /var/lib/dpkg/updates/0001;'
mv "$scratch/set" "$scratch/sound" && new_set && deb odd 1.0 'Depends: nobody-has-this'
mv "$scratch/set"/*.deb "$scratch/odd.deb" && rm -rf "$scratch/set" && mv "$scratch/sound" "$scratch/set"
try "the image lacks what one of its own packages needs" 99 "You might want to run" "dpkg --force-depends -i $scratch/odd.deb;"
# hold FILE: starts a process that holds its lock until /tmp/release exists, but at most a minute.
hold() {
    echo "mkfifo /tmp/held; python3 -c 'import fcntl, os, sys, time
f = open(sys.argv[1], \"w\"); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); os.dup2(2, 1)
for _ in range(600): os.path.exists(\"/tmp/release\") or time.sleep(0.1)' $1 > /tmp/held & read line < /tmp/held;"
}
for_ever='|| { code=$?; touch /tmp/release; wait; exit $code; }'
try "a lock that is held for ever" 99 "still holds the lock '/var/lib/dpkg/lock-frontend'" \
    "export TOUCHSTONE_TIMEOUT_S=2; $(hold /var/lib/dpkg/lock-frontend)" "$for_ever"
for way in none no_apt; do
    try "a lock that is freed ($way)" 0 "+waiting for the lock '/var/lib/dpkg/lock-frontend' of process" \
        "${!way} $(hold /var/lib/dpkg/lock-frontend)" \
        '2>&1 | while read -r line; do echo "$line"; [[ $line != *waiting* ]] || touch /tmp/release; done; test -e /opt/sound/say'
done
# A service that was started keeps the installation's output open.
new_set
deb daemon 1.0 '' 'sleep 60 & echo $! > /tmp/daemon'
try "a service that a script started" 0 "runs" "" '&& kill "$(cat /tmp/daemon)" && echo runs'

# rpm: one transaction in rpm's order.
if ! command -v rpmbuild > /dev/null; then
    echo "# no rpmbuild: rpm is not tried"
else
    # rpm NAME VERSION FIELDS [SCRIPTS]
    rpm_package() {
        printf '%s\n' "Name: $1" "Version: $2" 'Release: 1' 'Summary: made here' 'License: Apache-2.0' 'BuildArch: noarch' \
            ${3:+"$3"} '%description' 'Made here.' ${4:+"$4"} '%install' "mkdir -p %{buildroot}/opt/${5:-$1}" \
            "echo $1 $2 > %{buildroot}/opt/${5:-$1}/say" '%files' "/opt/${5:-$1}/say" > "$scratch/spec"
        HOME=$scratch rpmbuild --quiet -bb --define "_topdir $scratch/build" --define "_rpmdir $scratch/set" \
            --define "_build_name_fmt $(printf %03d "$(ls "$scratch/set" | wc -l)")-%%{NVRA}.rpm" "$scratch/spec" > "$scratch/log" 2>&1 ||
            cat "$scratch/log"
    }
    query='rpm --query --queryformat "%{NAME}-%{VERSION} "'
    # The interpreter in a script's first line is a dependency; this host's rpm database is empty.
    new_set
    rpm_package system 1.0 'Provides: /bin/sh'
    mv "$scratch/set"/*.rpm "$scratch/system.rpm"
    system="touchstone-install $scratch/system.rpm;"
    new_set
    rpm_package tower 1.0 'Requires: ground'
    rpm_package tower-top 1.0 'Requires(pre): tower' '%pre
test -e /opt/tower/say && test -e /opt/ground/made'
    rpm_package ground 1.0 '' '%post
touch /opt/ground/made'
    try "rpm: what must be there before" 0 "ground-1.0 tower-1.0 tower-top-1.0" "$system" "&& $query ground tower tower-top"
    try "rpm: installed already, the same" 0 "tower-top-1.0" "$system touchstone-install;" "&& $query tower-top"
    try "rpm: some by name" 0 "tower-1.0 ground-1.0" "$system" "tower ground && ! rpm -q tower-top && $query tower ground"
    try "rpm: removed" 0 "none left" "$system touchstone-install;" "--remove tower-top tower && [ ! -e /opt/tower/say ] && echo none left"
    try "rpm: removed, others need it" 1 "ground is needed by (installed) tower-1.0-1.noarch" "$system touchstone-install;" "--remove ground"
    mv "$scratch/set" "$scratch/tower" && new_set
    rpm_package tower 2.0 'Requires: ground'
    try "rpm: an older version than installed" 0 "tower-1.0" \
        "$system touchstone-install $scratch/tower/*-ground-*.rpm; touchstone-install;" "$scratch/tower/*-tower-1*.rpm && $query tower"
    try "rpm: a dependency that nobody has" 1 "ground is needed by tower-2.0-1.noarch" "$system"
    new_set
    rpm_package sick 1.0 '' '%post
echo "sick: no such CPU" >&2; exit 3'
    try "rpm: a script that fails after" 1 "%post(sick-1.0-1.noarch) scriptlet failed, exit status 3" "$system"
    new_set
    rpm_package sick 1.0 '' '%pre
exit 4'
    try "rpm: a script that fails before" 1 "(sick-1.0-1.noarch) scriptlet failed, exit status 4" "$system"
    new_set
    rpm_package one 1.0 '' '' both
    rpm_package two 1.0 '' '' both
    try "rpm: two with one file" 1 "file /opt/both/say conflicts between attempted installs of" "$system"
    truncate -s 300 "$scratch/set"/*one*
    try "rpm: a package that is torn" 1 "one-1.0-1.noarch.rpm" "$system"
    try "rpm: no rpm" 99 "has no rpm" 'rm -f /usr/bin/rpm;'
    try "rpm: with a deb" 99 "is in another format" "$system" "$scratch/tower/*.rpm $scratch/knob1.deb"
    try "rpm: a lock that is held for ever" 99 "still holds the lock '/var/lib/rpm/.rpm.lock'" \
        "export TOUCHSTONE_TIMEOUT_S=2; $(hold /var/lib/rpm/.rpm.lock)" "$for_ever"
fi
echo "$((checks - failures)) of $checks checks hold"
[ "$failures" = 0 ]
