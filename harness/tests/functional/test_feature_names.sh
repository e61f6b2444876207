#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# libvirt and QEMU of this host know each name in arch/features.xml. Names that only newer versions know fail here on
# older hosts: the table matches the versions that scripts/setup installs.
set -u
table=$TS_SOURCE_DIR/arch/features.xml
map=/usr/share/libvirt/cpu_map
[ -r "$map/x86_features.xml" ] || { echo "no libvirt CPU map in $map"; exit 77; }
command -v qemu-system-x86_64 > /dev/null || { echo "no qemu-system-x86_64"; exit 77; }
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT

# names ARCH COLUMN: that column of the table for one architecture.
names()
{
    sed -n "/<arch name=\"$1\"/,/<\/arch>/s/.* $2=\"\([^\"]*\)\".*/\1/p" "$table" | sort -u
}

sed -n "s/.*<feature name='\([^']*\)'.*/\1/p" "$map/x86_features.xml" | sort -u > "$folder/x86_64.libvirt"
sed -n "s/.*<feature name='\([^']*\)'.*/\1/p" "$map/arm_features.xml" | sort -u > "$folder/aarch64.libvirt"
qemu-system-x86_64 -cpu help | sed '1,/CPUID flags/d' | tr ' ' '\n' | sort -u > "$folder/x86_64.qemu"
failed=0
checked=0
for what in "x86_64 libvirt" "aarch64 libvirt" "x86_64 qemu"; do
    set -- $what
    names "$1" "$2" > "$folder/names"
    checked=$((checked + $(wc -l < "$folder/names")))
    unknown=$(comm -23 "$folder/names" "$folder/$1.$2")
    [ -z "$unknown" ] || { echo "$2 does not know these of $1:" $unknown; failed=1; }
done
[ "$checked" -gt 100 ] || { echo "only $checked names were found in $table"; failed=1; }
exit $failed
