# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Products made by a test, as Debian packages with services and commands. Sourced after guest.sh.

# deb SUITE: its files are in $scratch/deb; services in /lib/systemd/system are enabled and started when it is installed.
deb() {
    mkdir -p "$suites/$1/files" "$scratch/deb/DEBIAN"
    printf '%s\n' "Package: $1" 'Version: 1.0' 'Architecture: all' 'Maintainer: Touchstone <none@example.org>' \
        'Description: made here' > "$scratch/deb/DEBIAN/control"
    local units
    units=$(cd "$scratch/deb/lib/systemd/system" 2> /dev/null && echo *.service) || units=
    if [ -n "$units" ]; then
        printf '#!/bin/sh\nsystemctl daemon-reload\nfor unit in %s; do systemctl enable --now $unit || true; done\n' "$units" \
            > "$scratch/deb/DEBIAN/postinst"
        printf '#!/bin/sh\nfor unit in %s; do systemctl disable --now $unit; done\nexit 0\n' "$units" > "$scratch/deb/DEBIAN/prerm"
        printf '#!/bin/sh\nsystemctl daemon-reload\nsystemctl reset-failed\nexit 0\n' > "$scratch/deb/DEBIAN/postrm"
        chmod 755 "$scratch/deb/DEBIAN"/p*
    fi
    chmod 755 "$scratch/deb/usr/bin"/* "$scratch/deb/opt"/*/* 2> /dev/null || true
    dpkg-deb --root-owner-group --build "$scratch/deb" "$suites/$1/files/$1.deb" > /dev/null
    rm -rf "$scratch/deb"
}

# unit NAME LINE…: a unit with these lines of [Service]
unit() {
    local name=$1
    shift
    mkdir -p "$scratch/deb/lib/systemd/system"
    printf '%s\n' '[Service]' "$@" '[Install]' 'WantedBy=multi-user.target' > "$scratch/deb/lib/systemd/system/$name.service"
}

# program PATH < script
program() {
    mkdir -p "$scratch/deb$(dirname "$1")"
    { echo '#!/bin/sh'; cat; } > "$scratch/deb$1"
}

# probed SUITE ELEMENT: its suite, which has no case but the built-in probes; ELEMENT is its <probes>, and what stands beside it.
probed() {
    mkdir -p "$suites/$1"
    echo "# $1" > "$suites/$1/README.md"
    echo "<suite name=\"$1\"><title>$1</title><vendor>Touchstone</vendor><product>$1</product>$2</suite>" \
        > "$suites/$1/suite.xml"
}
