#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone move`: two systems, made of real libraries, a dpkg database, commands, units and kernel files, of which each
# difference is known. An area that one of them does not have is not compared, and says so.
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
need gcc jq
need_x86_64
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home
mkdir "$TOUCHSTONE_HOME"
touchstone=$TS_BINARY_DIR/touchstone
lib=usr/lib/x86_64-linux-gnu

# library ROOT SONAME C
library() { gcc -shared -fPIC -nostdlib -Wl,-soname,"$2" -o "$scratch/$1/$lib/$2" -xc - <<< "$3"; }
# package ROOT NAME VERSION FIELDS FILE…
package() {
    local info=$scratch/$1/var/lib/dpkg root=$1 name=$2 version=$3 fields=$4
    shift 4
    mkdir -p "$info/info"
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\n%b\n\n' "$name" "$version" "$fields" >> "$info/status"
    printf '/.\n/usr\n' > "$info/info/$name.list"
    [ $# = 0 ] || printf '%s\n' "$@" >> "$info/info/$name.list"
}
# command ROOT PATH…
command_of() {
    local root=$1 path
    shift
    for path in "$@"; do
        mkdir -p "$scratch/$root$(dirname "$path")"
        printf '#!/bin/sh\n' > "$scratch/$root$path"
        chmod 755 "$scratch/$root$path"
    done
}

for root in old new; do
    mkdir -p "$scratch/$root/$lib" "$scratch/$root/etc" "$scratch/$root/usr/lib/systemd/system" "$scratch/$root/boot" \
        "$scratch/$root/lib/modules/6.1/kernel"
    package $root base 1 "Description: same" /usr/bin/same
    library $root libsame.so.1 'int same(void) { return 1; }'
    command_of $root /usr/bin/same
    echo "[Unit]" > "$scratch/$root/usr/lib/systemd/system/same.service"
done
for root in old new; do echo "/$lib" > "$scratch/$root/etc/ld.so.conf"; done
printf 'ID=old\nVERSION_ID=1\n' > "$scratch/old/etc/os-release"
printf 'ID=new\nVERSION_ID=2\n' > "$scratch/new/etc/os-release"

package old updated 1:1.0-1 "Description: x"
package new updated 1:1.1-1 "Description: x"
package old vanished 1 "Description: x" /usr/bin/vanished
package old by-name 1 "Description: x"
package new other-name 2 "Provides: by-name (= 1)\nDescription: x"
package old by-files 1 "Description: x" /usr/bin/f1 /usr/bin/f2 /usr/share/doc/by-files/copyright
package new with-files 1 "Description: x" /usr/bin/f1 /usr/bin/f2
package old whole 1 "Description: x" /usr/lib/w1 /usr/lib/w2
package new half-a 1 "Description: x" /usr/lib/w1
package new half-b 1 "Description: x" /usr/lib/w2
# Only files move from one to the other, and the documentation says nothing.
package old only-docs 1 "Description: x" /usr/bin/gone-tool /usr/share/doc/only-docs/README
package new takes-docs 1 "Replaces: only-docs (<< 2)\nDescription: x" /usr/share/doc/only-docs/README
package new fresh 1 "Description: x"

library old libgone.so.1 'int gone(void) { return 1; }'
library old libnew.so.1.1 'int x(void) { return 1; }'
library new libnew.so.3 'int x(void) { return 1; }'
library old libless.so.1 'int a(void) { return 1; } int b(void) { return 1; } char size[4];'
library new libless.so.1 'int a(void) { return 1; } char size[8];'
library new libadded.so.1 'int y(void) { return 1; }'
command_of old /usr/bin/vanished /usr/sbin/elsewhere /bin/merged
command_of new /usr/bin/elsewhere /usr/bin/merged /usr/bin/added
echo "[Unit]" > "$scratch/old/usr/lib/systemd/system/gone.service"
echo "[Unit]" > "$scratch/new/usr/lib/systemd/system/added.timer"
printf 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y\n# CONFIG_D is not set\n' > "$scratch/old/boot/config-6.1"
printf 'CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=y\n' > "$scratch/new/boot/config-6.1"
printf 'kernel/a.ko:\nkernel/b.ko: kernel/a.ko\n' > "$scratch/old/lib/modules/6.1/modules.dep"
printf 'kernel/a.ko:\nkernel/c.ko: kernel/a.ko\n' > "$scratch/new/lib/modules/6.1/modules.dep"
for root in old new; do
    "$touchstone" abi harvest --rootfs "$scratch/$root" --name $root > /dev/null
done

said=$("$touchstone" move old new --json)
# changes AREA: "CHANGE NAME BEFORE AFTER; …" without what is added
changes() {
    jq -r --arg a "$1" '.areas[] | select(.area == $a) | [.changes[] | select(.change != "added")
        | "\(.change) \(.name) \(.before) \(.after)"] | join("; ")' <<< "$said"
}
added() { jq -r --arg a "$1" '.areas[] | select(.area == $a) | [.changes[] | select(.change == "added") | .name] | join(" ")' <<< "$said"; }
same() { jq -r --arg a "$1" '.areas[] | select(.area == $a) | .same' <<< "$said"; }
check "packages" "$(changes packages)" "gone only-docs 1 null; gone vanished 1 null; split whole 1 half-a, half-b; renamed by-files 1 with-files; renamed by-name 1 other-name; changed updated 1:1.0-1 1:1.1-1"
check "packages that are added" "$(added packages)" "fresh half-a half-b other-name takes-docs with-files"
check "the same packages" "$(same packages)" 1
check "libraries" "$(changes libraries)" "gone libgone.so.1 null null; renamed libnew.so.1.1 null libnew.so.3; changed libless.so.1 null 1 symbol lost, 1 variable of another size"
check "libraries that are added" "$(added libraries)" "libadded.so.1 libnew.so.3"
check "commands" "$(changes commands)" "gone vanished /usr/bin/vanished null; moved elsewhere /usr/sbin/elsewhere /usr/bin/elsewhere"
check "commands that are added" "$(added commands)" added
check "services" "$(changes services)" "gone gone.service /usr/lib/systemd/system/gone.service null"
check "modules" "$(changes modules)" "gone b  null"
check "configuration" "$(changes configuration)" "gone CONFIG_C y null; changed CONFIG_B y m"
check "what is added to it" "$(added configuration)" CONFIG_D
check "the systems" "$(changes system)" "changed os.ID old new; changed os.VERSION_ID 1 2"
check_has "behaviour" "$(jq -r .behaviour.not_compared <<< "$said")" "no run has ended"

ends "as text" 0 "packages  2 gone, 1 split, 2 renamed, 1 changed, 6 added, 1 the same" "$touchstone" move old new
text=$said
check_has "what is split" "$text" "whole      1 -> half-a, half-b"
case $text in *updated*) fail "another version is listed without --all" ;; esac
check_has "and what is not looked at" "$text" "settings that neither system makes"
ends "with --all" 0 "changed  updated" "$touchstone" move old new --all

# The same system has no difference.
said=$("$touchstone" move old old --json)
check "nothing differs from itself" "$(jq '[.areas[].changes[]] | length' <<< "$said")" 0

# What one of them does not have is not compared.
mkdir -p "$scratch/bare/$lib"
library bare libsame.so.1 'int same(void) { return 1; }'
"$touchstone" abi harvest --rootfs "$scratch/bare" --name bare > /dev/null
said=$("$touchstone" move old bare --json)
for area in packages commands services modules configuration; do
    check "$area of a bare system" "$(jq -r --arg a "$area" '.areas[] | select(.area == $a) | "\(.not_compared | startswith("the second system knows no ")) \(.changes | length)"' <<< "$said")" "true 0"
done
check "its libraries are compared" "$(jq -r '.areas[] | select(.area == "libraries") | .not_compared' <<< "$said")" null

ends "an unknown system" 64 "no surface 'nope'" "$touchstone" move old nope
ends "one system" 64 "missing argument" "$touchstone" move old
end_checks
