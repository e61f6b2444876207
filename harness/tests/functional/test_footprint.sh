#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone-guest footprint` on folders that stand for systems: each kind of change is printed, and what packages
# explain is not; a snapshot that was changed is refused. And <leftover> in suite.xml.
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$TS_BINARY_DIR/guest/$(uname -m)/touchstone-guest
[ -x "$program" ] || { echo "skipped: no $program"; exit 77; }
root=$scratch/root base=$scratch/base
mkdir -p "$base"

# package NAME FILE…: makes the package of files that exist.
package() {
    local name=$1 info=$root/var/lib/dpkg/info
    shift
    printf '%s\n' /. "$@" > "$info/$name.list"
    : > "$info/$name.md5sums"
    for file; do
        [ ! -f "$root$file" ] || (cd "$root" && md5sum "${file#/}") >> "$info/$name.md5sums"
    done
}

# write FILE TEXT
write() {
    mkdir -p "$(dirname "$root$1")"
    printf '%s\n' "$2" > "$root$1"
}

fresh() {
    rm -rf "$root"
    mkdir -p "$root"/{opt,run,tmp,root,var/log,var/lib/dpkg/info,etc/alternatives,usr/lib/systemd/system}
    write /usr/bin/tool one
    write /usr/bin/other two
    write /etc/tool.conf settings
    write /etc/made "by a script"
    write /etc/full/link "by a script"
    mkdir "$root/etc/empty"
    write /var/lib/tool/state "of the image"
    write /etc/passwd root:x:0:0:root:/root:/bin/sh
    write /etc/group $'root:x:0:\nadm:x:4:'
    write /proc/sys/vm/swappiness 60
    write /proc/sys/fs/file-nr 1000
    write /proc/sys/vm/user_reserve_kbytes 30414
    write /proc/sys/kernel/tainted 0
    write /proc/modules 'ext4 1 2 - Live 0x0'
    write /proc/net/tcp '  sl  local_address rem_address   st'
    write /usr/lib/systemd/system/cron.service '[Service]'
    mkdir "$root/usr/share"
    for size in 0 1 55 56 63 64 119 120 65535 65536 65592 200000; do
        head -c $size "$program" > "$root/usr/share/size$size"
    done
    # shellcheck disable=SC2046
    package sizes $(cd "$root" && printf '/%s ' usr/share/size*)
    ln -s tool "$root/usr/bin/link"
    ln -s tool "$root/usr/bin/free"
    package base /usr /usr/bin /usr/bin/link /usr/bin/tool /usr/bin/other /etc/tool.conf /usr/lib/systemd/system/cron.service
    printf 'Package: base\nStatus: install ok installed\nConffiles:\n /etc/tool.conf %s\n' \
        "$(md5sum < "$root/etc/tool.conf" | cut -c 1-32)" > "$root/var/lib/dpkg/status"
    touch -d '2020-01-01' "$root"/var/lib/dpkg/info/*
    digest=$("$program" footprint --root "$root" --base "$base")
}

# changes NAME EXPECTED: the input is run in a fresh system; then its differences are these, sorted, with blanks for tabs.
changes() {
    fresh
    (cd "$root" && . /dev/stdin)
    "$program" footprint --root "$root" --base "$base" --since "$digest" > "$scratch/out"
    check "$1" "$(sed '1d;$d;s/\t/ /g;s/ *$//' "$scratch/out" | LC_ALL=C sort)" "$2"
    check "$1: head and end" "$(sed -n '1p;$p' "$scratch/out" | cut -f 1-3 | paste -sd ' ')" \
        $'footprint\t1 end\t'"$(($(wc -l < "$scratch/out") - 2))"$'\t0'
}

changes "nothing" "" <<< :
changes "a file of nobody" "file new /opt/a" <<< 'echo > opt/a'
changes "a folder is one" "file new /opt/a folder, 3 inside" <<< 'mkdir -p opt/a/b; touch opt/a/b/c opt/a/d'
changes "a link" "file new /usr/bin/l -> /usr/bin/tool" <<< 'ln -s /usr/bin/tool usr/bin/l'
changes "a file of a package" "" <<< 'echo > opt/a; package new /opt /opt/a'
changes "under /usr by its old name" "" <<< 'echo > usr/bin/a; package new /bin/a'
changes "beside a package's" "file new /opt/p/log" <<< 'mkdir opt/p; echo > opt/p/a; echo > opt/p/log; package new /opt/p/a'
changes "volatile" "" <<< 'echo > run/a; echo > tmp/a; mkdir -p var/cache/x var/log/journal; echo > var/cache/x/y'
changes "a name with a newline" 'file new /opt/a\nb' <<< $'touch "opt/a\nb"'
changes "a changed file" "os-file changed /usr/bin/tool its content was changed" <<< 'echo three > usr/bin/tool'
changes "of the same size and time" "os-file changed /usr/bin/tool its content was changed" \
    <<< 'touch -r usr/bin/tool ../t; echo two > usr/bin/tool; touch -r ../t usr/bin/tool'
changes "touched only" "" <<< 'touch usr/bin/tool etc/tool.conf etc/made'
changes "touched, of any size" "" <<< 'touch usr/share/size*'
changes "written again" "" <<< 'cp usr/bin/tool ../t; cp ../t usr/bin/tool; mv ../t usr/bin/tool; chmod 644 usr/bin/tool'
changes "an update" "" <<< 'echo three > usr/bin/tool; chmod 755 usr/bin/tool; package base /usr/bin/tool /usr/bin/other /etc/tool.conf /usr/lib/systemd/system/cron.service'
changes "a changed configuration" "os-file changed /etc/tool.conf its content was changed" <<< 'echo x >> etc/tool.conf'
changes "in /etc, of no package" "os-file changed /etc/made its content was changed" <<< 'echo x >> etc/made'
changes "data of the image" "" <<< 'echo x >> var/lib/tool/state; rm var/lib/tool/state'
changes "a file that is gone" "os-file gone /usr/bin/other a package has it" <<< 'rm usr/bin/other'
changes "folders of nobody that are gone" "os-file gone /etc/full" <<< 'rm -r etc/full etc/empty'
owner="owner $(id -u):$(id -g)"
changes "a mode" "os-file changed /usr/bin/tool mode 0644, $owner is now mode 4755, $owner" \
    <<< 'chmod 4755 usr/bin/tool'
changes "a folder's mode" "os-file changed /opt mode 0755, $owner is now mode 0777, $owner" <<< 'chmod 777 opt'
changes "a package's link" "os-file changed /usr/bin/link the link was changed" <<< 'ln -sfn /opt/x usr/bin/link'
changes "another link" "" <<< 'ln -sfn /opt/x usr/bin/free'
changes "rotated logs" "file new /var/log/mine.1" <<< 'touch var/log/syslog.1 var/log/messages-20260101.gz var/log/mine.1'
changes "another type" "os-file changed /usr/bin/tool it is now a link" <<< 'ln -sf /opt/x usr/bin/tool'
changes "a unit" $'enabled new /etc/systemd/system/a.target.wants/u.service -> /x\nfile new /etc/systemd folder, 2 inside\nunit new /etc/systemd/system/u.service' \
    <<< 'mkdir -p etc/systemd/system/a.target.wants; touch etc/systemd/system/u.service; ln -s /x etc/systemd/system/a.target.wants/u.service'
changes "cron and alternatives" $'alternative new /etc/alternatives/e -> /x\ncron new /etc/crontab' \
    <<< 'ln -s /x etc/alternatives/e; touch etc/crontab'
changes "a core dump" $'core new /opt/core.12\nfile new /opt/core.c' <<< 'touch opt/core.12 opt/core.c'
changes "accounts" $'group changed adm 4: -> 4:u\ngroup gone root 0:\nuser new u 9:9::/:/bin/sh' \
    <<< 'echo u:x:9:9::/:/bin/sh >> etc/passwd; echo adm:x:4:u > etc/group'
changes "settings" "sysctl changed vm.swappiness 60 -> 7" <<< 'echo 7 > proc/sys/vm/swappiness; echo 2 > proc/sys/fs/file-nr; echo 30415 > proc/sys/vm/user_reserve_kbytes; echo 1 > proc/sys/vm/new'
changes "modules and the taint" $'module new a out-of-tree\nmodule new b\ntaint changed kernel 0 -> 4096' \
    <<< 'printf "a 1 0 - Live 0x0 (OE)\nb 1 0 - Live 0x0\n" >> proc/modules; echo 4096 > proc/sys/kernel/tainted'
changes "ports" "port new tcp 7777" <<< 'echo "   0: 0100007F:1E61 00000000:0000 0A 0 0" >> proc/net/tcp; echo "   1: 0100007F:1E62 0100007F:1E61 01 0 0" >> proc/net/tcp'
changes "services" "active new mine.service" <<< 'mkdir -p sys/fs/cgroup/system.slice/{mine,cron}.service'
changes "denials" 'denial new apparmor="DENIED" operation="open" profile="p" name="/x"' \
    <<< 'mkdir -p var/log/audit; echo "type=1400 audit(1.2:3): apparmor=\"DENIED\" operation=\"open\" profile=\"p\" name=\"/x\" pid=77" > var/log/audit/audit.log'

fresh
: > "$root/opt/a"
for i in $(seq 1 1200); do : > "$root/opt/file$i"; done
"$program" footprint --root "$root" --base "$base" --since "$digest" > "$scratch/out"
check "many changes: what is left out is counted" "$(tail -n 1 "$scratch/out" | cut -f 1-3)" $'end\t1000\t201'
"$program" footprint --root "$root" --base "$base" --since "$digest" --time-ms 0 > "$scratch/out"
check "no time: it is said" "$(grep -c $'^incomplete\tthe time limit' "$scratch/out")" 1

# refused NAME: the snapshot cannot be used.
refused() {
    local code=0
    "$program" footprint --root "$root" --base "$base" --since "$digest" > "$scratch/out" 2> "$scratch/err" || code=$?
    check "$1: exit code" "$code" 75
    check "$1: nothing is printed" "$(cat "$scratch/out")" ""
}
fresh
printf x >> "$base/footprint"
refused "a longer snapshot"
fresh
sed -i 's/swappiness/swappinesS/' "$base/footprint"
refused "an edited snapshot"
rm "$base/footprint"
refused "no snapshot"
mkfifo "$base/footprint"
refused "a FIFO"
rm "$base/footprint"

# The list in suite.xml.
export TOUCHSTONE_HOME=$scratch/home
touchstone=$TS_BINARY_DIR/touchstone
"$touchstone" suite new acme > /dev/null
xml=$TOUCHSTONE_HOME/suites/acme/suite.xml
cp "$xml" "$scratch/suite.xml"
# lint NAME CODE TEXT ROW: with that row before the first case
lint() {
    local code=0
    sed "0,/<case /s||$4\n<case |" "$scratch/suite.xml" > "$xml"
    "$touchstone" suite lint acme > "$scratch/out" 2>&1 || code=$?
    check "$1: exit code" "$code" "$2"
    check_has "$1: text" "$(cat "$scratch/out")" "$3"
}
lint "a leftover" 0 "" '<leftover kind="file" name="/srv/acme/*">data of the administrator</leftover>'
lint "without a reason" 64 "leftover" '<leftover kind="file" name="/srv/acme/*"/>'
lint "of no kind" 64 "kind" '<leftover kind="stain" name="/srv/acme">why</leftover>'
lint "of a kind that never counts" 64 "kind" '<leftover kind="core" name="/srv/acme">why</leftover>'
lint "everything" 64 "matches almost everything" '<leftover kind="file" name="/*">why</leftover>'
lint "nearly everything" 64 "matches almost everything" '<leftover kind="user" name="*a*">why</leftover>'
sed -i '/<case id="uninstall"/,/<\/case>/d' "$scratch/suite.xml"
lint "without an uninstall case" 0 "has no effect" '<leftover kind="file" name="/srv/acme">why</leftover>'
end_checks
