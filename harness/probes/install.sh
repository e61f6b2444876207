#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The image's package manager installs what was staged and what the suite brings: exit status 0, and no package is left in
# part.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

list_packages before
find_family
[ -s "$folder/files" ] || nothing "no package is staged: the image has those of suite.xml already"
set --
while IFS=$tab read -r name file; do
    set -- "$@" "$file"
done < "$folder/files"
now
start=$time
packages "the package manager installs the packages with exit status 0" "$@" || finish
now
observe_time probe.install.time $((time - start))
no_package_broken
find_packages
while read -r name; do
    if [ "$family" = deb ]; then
        version=$(dpkg-query --show --showformat='${Version}' "$name" 2> /dev/null) || version=
    else
        version=$(rpm --query --queryformat '%{VERSION}-%{RELEASE}' "$name" 2> /dev/null) || version=
    fi
    if [ -n "$version" ]; then
        ok "$name is installed"
        observe "package.$name" "$version"
    else
        not_ok "$name is installed" "the package manager does not know it"
    fi
done < "$folder/product"
finish
