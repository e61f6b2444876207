#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# This system's own scripts against its own surface: they work here, so hardly any finding may result. The surface is
# made of the names of its programs and of the files that its scripts source.
set -uo pipefail
touchstone=$TS_BINARY_DIR/touchstone
command -v jq > /dev/null || { echo "skipped: jq is needed (scripts/setup installs it)"; exit 77; }
[ -d /var/lib/dpkg/info ] || { echo "skipped: the scripts of Debian's packages are needed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME=$work/home
cd "$work" || exit 1

mkdir -p home root/{usr/bin,usr/sbin,usr/lib64,etc,usr/lib/lsb} product/{etc/init.d,usr/bin,DEBIAN}
for path in /usr/bin/* /usr/sbin/*; do printf '#!/bin/true\n' > "root$path"; done 2> /dev/null
chmod 755 root/usr/bin/* root/usr/sbin/*
ln -s usr/bin root/bin
ln -s usr/sbin root/sbin
ln -s usr/lib root/lib
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp -rL /etc/os-release /etc/debian_version /etc/passwd /etc/group /etc/default /etc/init.d root/etc 2> /dev/null
cp /lib/lsb/* root/usr/lib/lsb 2> /dev/null
while read -r path; do mkdir -p "root${path%/*}" && cp "$path" "root$path"; done < <(find /usr/lib /usr/share -name '*.sh' -type f 2> /dev/null)
"$touchstone" abi harvest --rootfs root --name own > /dev/null || exit 1

# Shell scripts, at most 400; those of packages under names that identify them as maintainer scripts.
count=0
while [ $count -lt 400 ] && read -r path; do
    head -c 40 "$path" 2> /dev/null | head -n 1 | grep -aqE '^#! ?/(usr/)?bin/(env )?(ba|da)?sh' || continue
    case $path in
    /var/*) cp "$path" "product/DEBIAN/p.${path##*/}" ;;
    *) cp "$path" "product${path/#\/usr\/sbin/\/usr\/bin}" ;;
    esac
    count=$((count + 1))
done < <(find /etc/init.d /usr/bin /usr/sbin /var/lib/dpkg/info -maxdepth 1 -type f \
    \( -path '/etc/*' -o -path '/usr/*' -o -name '*.p*inst' -o -name '*.p*rm' \) ! -name 'xdg-*' | sort)
"$touchstone" abi check product --surface own --json > out
jq -r --argjson count $count '[.findings[] | select((.kind | startswith("SCRIPT")) and (.provider // "" | startswith("/") | not))] |
    "# \($count) scripts: \(map(select(.severity == "HIGH")) | length) HIGH, \(map(select(.severity == "WARN")) | length) WARN", (.[] | "# \(.severity) \(.kind) \(.file):\(.line) \(.found)")' out
# A command that is not on this machine either is really missing: a script that says so and ends is right to be HIGH.
lacks=$(jq -r '.findings[] | select(.kind == "SCRIPT_COMMAND").provider' out | sort -u | while read -r program; do type -P "$program" > /dev/null || echo "$program"; done | jq -R . | jq -s .)
[ $count -gt 20 ] || { echo "FAILED only $count scripts"; exit 1; }
jq -e --argjson count $count --argjson lacks "$lacks" '[.findings[] | select((.kind | startswith("SCRIPT")) and (.provider // "" | startswith("/") | not))] |
    (map(select((.severity == "HIGH" or .severity == "BLOCK") and (.provider as $p | $lacks | index($p) | not))) | length) == 0 and length * 20 <= $count' out > /dev/null ||
    { echo "FAILED too many rows"; exit 1; }
