#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No file or folder of the packages can be written by everybody. Files that give privileges (setuid, setgid, capabilities)
# are listed as observations: whether they are right is for a reviewer.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

find_packages
product_files | sort -u > "$folder/paths"
[ -s "$folder/paths" ] || nothing "the packages have no files"

# matching TEST...: prints those of the files that find's tests select.
matching() {
    tests=$*
    # shellcheck disable=SC2016
    tr '\n' '\0' < "$folder/paths" | xargs -0 sh -c 'tests=$1; shift; find "$@" -maxdepth 0 $tests' sh "$tests" 2> /dev/null || true
}

examined=$(matching -type f -o -type d | wc -l | tr -d ' ')
[ "$examined" -gt 0 ] || nothing "none of the packages' files is there"
observe privileges.examined "$examined"
matching -type f -perm -4000 > "$folder/setuid"
matching -type f -perm -2000 > "$folder/setgid"
matching -type f -perm -0002 > "$folder/writable"
matching -type d -perm -0002 ! -perm -1000 >> "$folder/writable"
while read -r file; do observe privileges.setuid "$file"; done < "$folder/setuid"
while read -r file; do observe privileges.setgid "$file"; done < "$folder/setgid"
while read -r file; do
    not_ok "$file cannot be written by everybody" "$(stat -c '%A %U:%G' "$file")"
done < "$folder/writable"
[ -s "$folder/writable" ] || ok "none of $examined files and folders can be written by everybody"
if command -v getcap > /dev/null; then
    matching -type f | tr '\n' '\0' | xargs -0 getcap 2> /dev/null > "$folder/capable" || true
    while read -r file; do observe privileges.capabilities "$file"; done < "$folder/capable"
    ok "capabilities of files are listed"
else
    skipped "capabilities of files are listed" "there is no getcap in this system"
fi
finish
