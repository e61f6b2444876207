# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Turns a Debian root into a stand-in for an rpm system: rpm itself is one of its packages, and this adds the database
# with one package in it.

# rpm_place ROOT WORK
rpm_place() {
    local root=$1 work=$2/rpm
    mkdir -p "$work" "$root/etc/rpm" "$root/var/lib/rpm"
    printf '%s\n' 'Name: standin-base' 'Version: 1' 'Release: 1' 'Summary: Base packages of the image' \
        'License: Apache-2.0' 'BuildArch: noarch' '%description' 'Holds no file.' '%files' > "$work/base.spec"
    rpmbuild --quiet -bb --define "_topdir $work/build" --define "_rpmdir $work" "$work/base.spec" > "$work/log" 2>&1 ||
        die "rpmbuild failed: $(tail -n 1 "$work/log")"
    rpm --force-debian --dbpath "$work/database" -i --nodeps --justdb "$work"/noarch/standin-base-*.rpm
    cp "$work/database/"rpmdb.sqlite* "$root/var/lib/rpm/"
    echo '%_dbpath /var/lib/rpm' > "$root/etc/rpm/macros"
}
