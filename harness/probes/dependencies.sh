#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ldd -d -r on every program and library of the packages in bin, sbin, lib and lib64. A program must find everything. A
# library may get what it lacks from the program that loads it; so what one lacks by itself is shown, and not judged.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

command -v ldd > /dev/null || nothing "there is no ldd here"
find_packages
product_files | grep -E '/(s?bin|lib|lib64|libexec)/' | sort -u | while read -r file; do
    [ ! -f "$file" ] || [ -L "$file" ] || echo "$file"
done > "$folder/candidates"
magic=$(printf '\177ELF')
# shellcheck disable=SC2046
[ ! -s "$folder/candidates" ] || LC_ALL=C grep -l -a -m 1 "^$magic" /dev/null $(cat "$folder/candidates") \
    > "$folder/objects" || true
[ -s "$folder/objects" ] ||
    { ok "none of the $(wc -l < "$folder/candidates") files in bin, sbin, lib and lib64 is machine code"; finish; }

lacking=0 examined=0
while read -r file; do
    status=0
    point=$(plain "$file")
    LC_ALL=C timeout -k 2 $((20 * scale)) ldd -d -r "$file" > "$folder/out" 2>&1 < /dev/null || status=$?
    if grep -q -e 'not a dynamic executable' -e 'statically linked' "$folder/out"; then
        ok "$point"
        echo "# it is linked statically"
        examined=$((examined + 1))
        continue
    fi
    examined=$((examined + 1))
    if grep -e 'not found' -e 'undefined symbol' "$folder/out" > "$folder/lacks"; then
        lacking=$((lacking + 1))
        case $file in
        */bin/* | */sbin/*) not_ok "$point" "$(one_line < "$folder/lacks")" ;;
        *)
            points=$((points + 1))
            echo "not ok $points - $point # TODO alone it lacks something; the program that loads it may have it"
            ;;
        esac
        shown "$folder/lacks"
    elif [ "$status" != 0 ]; then
        not_ok "$point" "ldd: exit status $status: $(one_line < "$folder/out")"
    else
        ok "$point"
    fi
done < "$folder/objects"
observe dependencies.examined "$examined"
observe dependencies.lacking "$lacking"
finish
