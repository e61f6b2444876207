#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The defaults of a system, harvested from root folders of which each file is known, also damaged and hostile ones, and
# what `touchstone move` makes of two of them. What cannot be read is unknown, never equal, and never takes long.
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
need jq
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home
mkdir "$TOUCHSTONE_HOME"
touchstone=$TS_BINARY_DIR/touchstone

# root NAME: a new root folder with one program
root() {
    mkdir -p "$scratch/$1/usr/bin" "$scratch/$1/etc"
    cp /bin/true "$scratch/$1/usr/bin/true"
}
# write ROOT PATH: standard input becomes the file
write() {
    mkdir -p "$(dirname "$scratch/$1$2")"
    cat > "$scratch/$1$2"
}
# link ROOT PATH TARGET
link() {
    mkdir -p "$(dirname "$scratch/$1$2")"
    ln -s "$3" "$scratch/$1$2"
}
# shown ROOT: harvests it, and $shown is its JSON
shown() {
    timeout 60 "$touchstone" abi harvest --rootfs "$scratch/$1" --name "$1" > /dev/null || fail "cannot harvest $1"
    shown=$("$touchstone" abi show "$1" --json)
}
# values GROUP: "NAME=VALUE; …" of $shown
values() { jq -r --arg g "$1" '[.defaults[] | select(.group == $g) | "\(.name)=\(.value)"] | join("; ")' <<< "$shown"; }
# origin GROUP NAME
origin() { jq -r --arg g "$1" --arg n "$2" '.defaults[] | select(.group == $g and .name == $n) | .origin' <<< "$shown"; }
# unknown GROUP
unknown() { jq -r --arg g "$1" '.unknown_defaults[] | select(.group == $g) | .reason' <<< "$shown"; }

# sysctl.d(5): by name over all folders, of one name the first folder's; the last assignment counts.
root sysctl
write sysctl /usr/lib/systemd/systemd-sysctl <<< ''
printf '%s\n' '# comment' '; comment' 'kernel.a = 1' 'kernel.twice=1' 'net/ipv4/conf/eth0.1/x = 3' 'not an assignment' \
    '-kernel.may_fail =  two words ' 'net.ipv4.conf.*.rp_filter = 2' '-net.ipv4.conf.all.rp_filter' '= no name' > "$scratch/lines"
write sysctl /usr/lib/sysctl.d/50-lines.conf < "$scratch/lines"
write sysctl /usr/lib/sysctl.d/10-early.conf <<< 'kernel.twice = 0'
write sysctl /usr/lib/sysctl.d/20-hidden.conf <<< 'kernel.hidden = 1'
write sysctl /etc/sysctl.d/20-hidden.conf <<< 'kernel.from_etc = 1'
write sysctl /usr/lib/sysctl.d/30-masked.conf <<< 'kernel.masked = 1'
link sysctl /etc/sysctl.d/30-masked.conf /dev/null
write sysctl /usr/local/lib/sysctl.d/60-local.conf <<< 'kernel.local = 1'
write sysctl /etc/sysctl.d/70-other-ending.txt <<< 'kernel.ignored = 1'
write sysctl /etc/sysctl.d/.80-hidden.conf <<< 'kernel.ignored = 1'
write sysctl /etc/sysctl.conf <<< 'kernel.by_link = 1'
link sysctl /etc/sysctl.d/99-sysctl.conf ../sysctl.conf
link sysctl /etc/sysctl.d/98-absolute.conf /usr/lib/elsewhere/sysctl.d/x.conf
write sysctl /usr/lib/elsewhere/sysctl.d/x.conf <<< 'kernel.absolute_link = 1'
link sysctl /etc/sysctl.d/97-dangling.conf /etc/sysctl.d/none.conf
shown sysctl
check "sysctl" "$(values sysctl)" "kernel.from_etc=1; kernel.a=1; kernel.twice=1; net.ipv4.conf.eth0/1.x=3; kernel.may_fail=two words; net.ipv4.conf.*.rp_filter=2; net.ipv4.conf.all.rp_filter=; kernel.local=1; kernel.absolute_link=1; kernel.by_link=1"
check "the file that sets it" "$(origin sysctl kernel.from_etc)" /etc/sysctl.d/20-hidden.conf
check "where a link leads" "$(origin sysctl kernel.by_link)" /etc/sysctl.conf
# Without systemd, procps reads sysctl.conf last.
root procps
write procps /etc/sysctl.conf <<< 'kernel.procps = 1'
shown procps
check "sysctl.conf of procps" "$(values sysctl)" kernel.procps=1

# limits.conf(5): limits.d after it; "-" is both; lines that pam_limits refuses set nothing.
root limits
printf '%s\n' '# x' '* soft nofile 1024 # y' '@wheel - nproc infinity' 'root hard core -1' '* soft nosuch 1' '* soft nofile' 'ftp -' |
    write limits /etc/security/limits.conf
write limits /etc/security/limits.d/20-b.conf <<< '*	SOFT	nofile	4096'
write limits /etc/security/limits.d/10-a.conf <<< '* soft nofile 2048'
shown limits
check "limits" "$(values limits)" "@wheel soft nproc=unlimited; @wheel hard nproc=unlimited; root hard core=unlimited; ftp -=none; * soft nofile=4096"

# systemd-system.conf(5).
root systemd
write systemd /etc/systemd/system.conf <<'END'
# DefaultTasksMax=prose
[Other]
DefaultTasksMax=1
[Manager]
#DefaultTasksMax=15%
#DefaultLimitCORE=
#CPUAffinity=1 2
#DefaultLimitNOFILE=1024:524288
DefaultEnvironment=A=1 \
# a comment between
B=2
END
write systemd /usr/lib/systemd/system.conf.d/10-x.conf <<< $'[Manager]\nDefaultLimitNOFILE=65536'
write systemd /etc/systemd/logind.conf <<< $'[Login]\n#RemoveIPC=no\nKillUserProcesses=yes'
shown systemd
check "systemd" "$(values systemd)" "DefaultTasksMax=15%; DefaultLimitCORE=none; DefaultEnvironment=A=1  B=2; DefaultLimitNOFILE=65536"
check "a built-in default is told from a setting" "$(jq -c '[.defaults[] | select(.group == "systemd" and .built_in) | .name]' <<< "$shown")" '["DefaultTasksMax","DefaultLimitCORE"]'
check "logind" "$(values logind)" "RemoveIPC=no; KillUserProcesses=yes"

# openssl.cnf as the vendors with crypto policies have it: the policy's file is included into a section.
root tls
write tls /etc/pki/tls/openssl.cnf <<'END'
openssl_conf = default_modules # comment
[ req ]
MinProtocol = wrong
[default_modules]
ssl_conf = ssl_module
[ ssl_module ]
system_default = "crypto_policy"
[ crypto_policy ]
.include = /etc/crypto-policies/back-ends/opensslcnf.config
[ other ]
CipherString = wrong
END
link tls /etc/crypto-policies/back-ends/opensslcnf.config /usr/share/crypto-policies/DEFAULT/opensslcnf.txt
write tls /usr/share/crypto-policies/DEFAULT/opensslcnf.txt <<< $'CipherString = @SECLEVEL=2:kEECDH:\\\nkRSA\nTLS.MinProtocol = TLSv1.2'
write tls /etc/crypto-policies/config <<< $'# comment\nDEFAULT:SHA1'
write tls /etc/crypto-policies/state/current <<< DEFAULT
write tls /etc/selinux/config <<< $'# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted'
shown tls
check "openssl" "$(values openssl)" "CipherString=@SECLEVEL=2:kEECDH:kRSA; TLS.MinProtocol=TLSv1.2; security level=2"
check "who sets it" "$(origin openssl TLS.MinProtocol)" /usr/share/crypto-policies/DEFAULT/opensslcnf.txt
check "the policy that is applied" "$(values crypto-policy)" policy=DEFAULT
check "SELinux" "$(values selinux)" "SELINUX=enforcing; SELINUXTYPE=targeted"

# sshd_config(5): the first value counts; not what a Match block has, in an included file neither.
root ssh
write ssh /etc/ssh/sshd_config <<'END'
Include /etc/ssh/sshd_config.d/*.conf
PermitRootLogin no
ChallengeResponseAuthentication=no
AcceptEnv LANG	LC_*
AcceptEnv X # comment
Match User x
PasswordAuthentication no
END
write ssh /etc/ssh/sshd_config.d/50-a.conf <<< $'permitrootlogin yes\nMatch all\nUsePAM no'
write ssh /etc/ssh/sshd_config.d/60-b.conf <<< $'PERMITROOTLOGIN without-password\nX11Forwarding yes'
shown ssh
check "sshd" "$(values sshd)" "permitrootlogin=yes; x11forwarding=yes; kbdinteractiveauthentication=no; acceptenv=LANG LC_*, X"

# pam.d(5): with what is included, for each type.
root pam
write pam /etc/pam.d/sshd <<'END'
auth [success=1 default=ignore] /lib/security/pam_first.so
auth substack password-auth
-session optional pam_missing.so x
@include common
END
write pam /etc/pam.d/password-auth <<< $'auth required \\\n pam_unix.so\naccount required pam_other.so'
write pam /etc/pam.d/common <<< 'account include password-auth'
shown pam
check "PAM" "$(values pam)" "sshd auth=pam_first pam_unix; sshd account=pam_other; sshd session=pam_missing"

# With authselect, PAM and the name service are links to its folder.
root authselect
link authselect /etc/nsswitch.conf /etc/authselect/nsswitch.conf
write authselect /etc/authselect/nsswitch.conf <<< 'passwd: sss files'
write authselect /etc/pam.d/sshd <<< 'auth substack password-auth'
link authselect /etc/pam.d/password-auth /etc/authselect/password-auth
write authselect /etc/authselect/password-auth <<< 'auth required pam_faillock.so'
shown authselect
check "the name service of authselect" "$(values nsswitch)" "passwd=sss files"
check "PAM of authselect" "$(values pam)" "sshd auth=pam_faillock"

# Programs by their names, through links of the alternatives system.
root programs
link programs /usr/bin/python3 python3.11
write programs /usr/bin/python3.11 <<< ''
chmod 755 "$scratch/programs/usr/bin/python3.11"
link programs /usr/bin/java /etc/alternatives/java
link programs /etc/alternatives/java /usr/lib/jvm/jre-17/bin/java
write programs /usr/lib/jvm/jre-17/bin/java <<< ''
chmod 755 "$scratch/programs/usr/lib/jvm/jre-17/bin/java"
link programs /usr/sbin/iptables xtables-legacy-multi
write programs /usr/sbin/xtables-legacy-multi <<< ''
chmod 755 "$scratch/programs/usr/sbin/xtables-legacy-multi"
link programs /etc/localtime ../usr/share/zoneinfo/Asia/Shanghai
write programs /etc/locale.conf <<< 'LANG="zh_CN.UTF-8"'
write programs /etc/login.defs <<< $'UMASK\t027\nUID_MIN 500'
write programs /etc/nsswitch.conf <<< 'hosts: files   dns # comment'
shown programs
check "programs" "$(values programs)" "python3=python3.11; java=/usr/lib/jvm/jre-17/bin/java"
check "firewall" "$(values firewall)" iptables=legacy
check "locale" "$(values locale)" "LANG=zh_CN.UTF-8; time zone=Asia/Shanghai"
check "login" "$(values login)" "UMASK=027; UID_MIN=500"
check "name service" "$(values nsswitch)" "hosts=files   dns"

# The version of cgroups follows from systemd's release, its build and the command line.
# cgroup NAME RELEASE HIERARCHY COMMAND-LINE: "VALUE ASSUMED" or the reason
cgroup() {
    root "$1"
    mkdir -p "$scratch/$1/usr/lib/systemd" "$scratch/$1/var/lib/dpkg/info"
    printf 'Package: systemd\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s-1\nDescription: x\n' "$2" > "$scratch/$1/var/lib/dpkg/status"
    [ "$3" = - ] || gcc -shared -fPIC -nostdlib -Wl,-soname,"libsystemd-shared-$2.so" -o "$scratch/$1/usr/lib/systemd/libsystemd-shared-$2.so" \
        -xc - <<< "const char features[] = \"+PAM default-hierarchy=$3\";"
    [ "$4" = - ] || write "$1" /etc/kernel/cmdline <<< "$4"
    shown "$1"
    jq -r '(.defaults[] | select(.group == "cgroup") | "\(.value) \(.assumed)"), (.unknown_defaults[] | select(.group == "cgroup") | .reason)' <<< "$shown"
}
check "systemd 219" "$(cgroup cg1 219 - -)" "v1 false"
check "239, hybrid" "$(cgroup cg2 239 hybrid 'quiet')" "v1 false"
check "239, hybrid, and a command line" "$(cgroup cg3 239 hybrid 'systemd.unified_cgroup_hierarchy=1')" "v2 false"
check "252, unified, no command line" "$(cgroup cg4 252 unified -)" "v2 true"
check "252, unified, and a command line" "$(cgroup cg5 252 unified 'systemd.unified_cgroup_hierarchy=0')" "v1 false"
check "257 does not do that" "$(cgroup cg6 257 - 'systemd.unified_cgroup_hierarchy=0')" "v2 false"
check "258" "$(cgroup cg7 258 - -)" "v2 false"
check "239 without its build" "$(cgroup cg8 239 - quiet)" "systemd 239 does not say which version its build mounts"

# The command line, without what names a machine.
root boot
write boot /boot/grub/grub.cfg <<< $'# linux /x y\nmenuentry {\n\tlinux /vmlinuz root=UUID=1 ro mitigations=off quiet console=ttyS0 -- x\n}'
write boot /etc/default/grub <<< 'GRUB_CMDLINE_LINUX="not read"'
shown boot
check "the boot loader's command line" "$(values boot)" "mitigations=off; quiet=set"

root variable
write variable /etc/kernel/cmdline <<< 'quiet $more'
shown variable
check "a variable" "$(unknown boot)" "the command line in /etc/kernel/cmdline has a variable, '\$more'"
# What a guest measured counts before its files.
root measured
write measured /etc/kernel/cmdline <<< 'quiet'
write measured /run/touchstone-measured/cmdline <<< 'root=/dev/vda mitigations=off'
write measured /run/touchstone-measured/cgroup <<< cgroup2fs
tar -C "$scratch/measured" -cf "$scratch/measured.tar" .
"$touchstone" abi harvest --tar "$scratch/measured.tar" --name measured > /dev/null
shown=$("$touchstone" abi show measured --json)
check "the measured command line" "$(values boot)" "mitigations=off"
check "the measured version" "$(jq -r '.defaults[] | select(.group == "cgroup") | "\(.value) \(.measured) \(.origin)"' <<< "$shown")" "v2 true /sys/fs/cgroup"

# What cannot be read: its group is unknown as a whole, the others are known, and nothing waits.
root broken
write broken /usr/lib/sysctl.d/10-good.conf <<< 'kernel.a = 1'
mkdir -p "$scratch/broken/etc/sysctl.d" "$scratch/broken/etc/security" "$scratch/broken/etc/ssh/sshd_config.d" "$scratch/broken/etc/systemd" "$scratch/broken/etc/pam.d"
mkfifo "$scratch/broken/etc/sysctl.d/50-fifo.conf"
link broken /etc/security/limits.conf loop
link broken /etc/security/loop limits.conf
head -c 1100000 /dev/zero | tr '\0' '#' > "$scratch/broken/etc/systemd/system.conf"
write broken /etc/ssh/sshd_config <<< 'Include /etc/ssh/sshd_config'
link broken /etc/selinux/config ../../../../../../../../etc/hostname
write broken /etc/pam.d/sshd <<< 'auth include sshd'
write broken /etc/pki/tls/openssl.cnf <<< $'openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\nMinProtocol = $ENV::X'
head -c 300000 /dev/urandom | write broken /etc/login.defs
shown broken
for row in "sysctl|/etc/sysctl.d/50-fifo.conf is not a regular file" "limits|/etc/security/limits.conf is a link in a loop of links" \
    "systemd|/etc/systemd/system.conf is larger than 1 MiB" "sshd|/etc/ssh/sshd_config is included too deeply or too often" \
    "selinux|/etc/selinux/config is a link to /etc/hostname, which was not read" "pam|services of PAM include 'sshd' in a loop" \
    "openssl|MinProtocol of openssl.cnf has a variable or quotes, \$ENV::X"; do
    check "unknown: ${row%%|*}" "$(unknown "${row%%|*}")" "${row#*|}"
    check "nothing is said of ${row%%|*}" "$(values "${row%%|*}")" ""
done
check "the rest is known" "$(unknown logind)$(unknown locale)$(unknown login)" "there is no logind.conf of systemd"
root many
seq 5000 | sed 's/.*/kernel.n& = 1/' | write many /usr/lib/sysctl.d/many.conf
shown many
check "too many" "$(unknown sysctl)" "/usr/lib/sysctl.d/many.conf sets more than 4096 names"
root private
write private /etc/ssh/sshd_config <<< 'UsePAM yes'
chmod 0 "$scratch/private/etc/ssh/sshd_config"
# Root, and whoever has the capability to, may read it.
if ! cat "$scratch/private/etc/ssh/sshd_config" > /dev/null 2>&1; then
    shown private
    check "a file of root" "$(unknown sshd)" "/etc/ssh/sshd_config may not be read by this user"
fi

# A tar has the same settings; of a hard link, those of its file.
ln "$scratch/sysctl/usr/lib/sysctl.d/10-early.conf" "$scratch/sysctl/usr/lib/sysctl.d/11-hard.conf"
shown sysctl
want=$(jq -c .defaults <<< "$shown")
tar -C "$scratch/sysctl" -cf "$scratch/sysctl.tar" .
"$touchstone" abi harvest --tar "$scratch/sysctl.tar" --name sysctl > /dev/null
check "from a tar" "$("$touchstone" abi show sysctl --json | jq -c .defaults)" "$want"
tar -C "$scratch/broken" -cf "$scratch/broken.tar" .
"$touchstone" abi harvest --tar "$scratch/broken.tar" --name broken-tar > /dev/null
shown broken
check "and what cannot be read" "$("$touchstone" abi show broken-tar --json | jq -c .unknown_defaults)" "$(jq -c .unknown_defaults <<< "$shown")"

# Two systems.
root from
root to
for system in from to; do
    write $system /usr/lib/systemd/systemd-sysctl <<< ''
    write $system /etc/kernel/cmdline <<< quiet
done
write from /etc/sysctl.d/a.conf <<< $'net.ipv4.tcp_tw_recycle=1\nkernel.same=1\nkernel.other=1\nnet.ipv4.conf.all.rp_filter=1'
write to /etc/sysctl.d/a.conf <<< $'kernel.same=1\nkernel.other=2\nnet.ipv4.conf.*.rp_filter=2'
write from /etc/systemd/system.conf <<< $'[Manager]\n#DefaultTasksMax=15%\n#DefaultOOMPolicy=stop'
write to /etc/systemd/system.conf <<< $'[Manager]\n#DefaultTasksMax=80%'
write from /etc/ssh/sshd_config <<< 'PermitRootLogin yes'
link from /usr/bin/python python2.7
write from /usr/bin/python2.7 <<< ''
chmod 755 "$scratch/from/usr/bin/python2.7"
shown from
shown to
said=$("$touchstone" move from to --json)
# changes AREA
changes() {
    jq -r --arg a "$1" '.areas[] | select(.area == $a) | [.changes[] | "\(.change) \(.group) \(.name) \(.before) \(.after)"] | join("; ")' <<< "$said"
}
partly() { jq -r --arg a "$1" '.areas[] | select(.area == $a) | .partly_not_compared | join("; ")' <<< "$said"; }
check "settings" "$(changes settings)" "gone sysctl net.ipv4.tcp_tw_recycle 1 null; changed sysctl kernel.other 1 2; changed sysctl net.ipv4.conf.all.rp_filter 1 2; added sysctl net.ipv4.conf.*.rp_filter null 2"
check "only what both make is the same" "$(jq '.areas[] | select(.area == "settings") | .same' <<< "$said")" 2
check "where it was set" "$(jq -r '.areas[].changes[] | select(.name == "kernel.other") | "\(.before_origin) \(.after_origin)"' <<< "$said")" "/etc/sysctl.d/a.conf /etc/sysctl.d/a.conf"
check "what it means, in both languages" "$(jq -r '.areas[].changes[] | select(.name == "net.ipv4.tcp_tw_recycle") | [.meaning, .meaning_zh] | map(type) | join(" ")' <<< "$said")" "string string"
check_has "the version of cgroups" "$(partly settings)" "cgroup: both systems: the system has no systemd that names its release"
check "limits" "$(changes limits)" "changed systemd DefaultTasksMax 15% 80%"
check_has "a default that one of them does not document" "$(partly limits)" "systemd DefaultOOMPolicy: stop is built into the first system"
check_has "what only one has is not compared" "$(partly security)" "sshd: the second system: there is no /etc/ssh/sshd_config"
check "runtime" "$(changes runtime)" "gone programs python python2.7 null"
ends "as text" 0 "gone     sysctl net.ipv4.tcp_tw_recycle  1 -> not set" "$touchstone" move from to
check "in 80 columns" "$(awk '/^settings/ { on = 1 } on && length > 80' <<< "$said")" ""

# Whether a built-in default was the same before is not known.
root plain-tls
shown plain-tls
said=$("$touchstone" move plain-tls tls --json)
check "TLS is set" "$(jq -r '.areas[].changes[] | select(.name == "TLS.MinProtocol") | "\(.change) \(.before) \(.after)"' <<< "$said")" "added null TLSv1.2"
check_has "which may change nothing" "$(jq -r '.areas[].changes[] | select(.name == "TLS.MinProtocol") | .meaning' <<< "$said")" "may be the same"

# An assumption is not equal to itself.
said=$("$touchstone" move cg4 cg4 --json)
check "an assumed version is not the same" "$(jq '.areas[] | select(.area == "settings") | .same' <<< "$said")" 0
check_has "and is listed" "$(partly settings)" "cgroup version: v2 on both, if nothing that is not known says otherwise"
said=$("$touchstone" move cg2 cg4 --json)
check "it differs all the same" "$(changes settings)" "changed cgroup version v1 v2"
check_has "from what it follows" "$(jq -r '.areas[].changes[] | select(.group == "cgroup") | .after_origin' <<< "$said")" "the kernel command line is not known"

# An older surface is read, and has no settings. Its header ends before the table of settings.
python3 - "$TOUCHSTONE_HOME/surfaces/names/from" "$scratch/old.surface" <<'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
magic, size, tables = struct.unpack_from("<8sQQ", data)
rows = [struct.unpack_from("<QQ", data, 24 + 16 * i) for i in range(tables - 1)]
out = struct.pack("<8sQQ", magic, size - 16, tables - 1) + b"".join(struct.pack("<QQ", o - 16, n) for o, n in rows)
open(sys.argv[2], "wb").write((out + data[24 + 16 * tables:]))
END
said=$("$touchstone" move "$scratch/old.surface" to --json)
for area in settings limits security runtime; do
    check_has "$area of an older surface" "$(jq -r --arg a $area '.areas[] | select(.area == $a) | .not_compared' <<< "$said")" "harvest it again"
    check "nothing of $area is the same" "$(jq -r --arg a $area '.areas[] | select(.area == $a) | .same' <<< "$said")" 0
done

# A reference is derived from public lists. What it does not list is neither gone nor added.
said=$("$touchstone" move reference:centos-7:x86_64 reference:tencentos-4:x86_64 --json)
check "the systems" "$(jq -r '.areas[0].changes | map("\(.name) \(.before) \(.after)") | join("; ")' <<< "$said")" "glibc 2.17 2.38; rpm 4.11.3 4.18.2; systemd 219 255"
check "the page size" "$(jq '.areas[0].same' <<< "$said")" 2
check_has "libraries that glibc dropped" "$(jq -r '.areas[2].changes | map("\(.change) \(.name)") | join("; ")' <<< "$said")" "gone libcrypt.so.1; gone libnsl.so.1"
check_has "Python 2" "$(jq -r '.areas[3].changes | map("\(.change) \(.name)") | join("; ")' <<< "$said")" "gone python2.7"
for area in limits security runtime; do
    check "$area of references" "$(jq -r --arg a $area '.areas[] | select(.area == $a) | .not_compared' <<< "$said")" "both systems: a reference is derived from public lists, which have no settings"
done
check_has "systemd 255 has both versions" "$(jq -r '.areas[] | select(.area == "settings") | .not_compared' <<< "$said")" "cgroup: the second system: systemd 255 has both versions"
ends "as text" 0 "settings: sysctl: both systems: a reference" "$touchstone" move reference:centos-7:x86_64 reference:tencentos-4:x86_64
case $said in *"settings  nothing"*) fail "settings that were not compared do not differ" ;; esac
cp /bin/true "$scratch/cg4/usr/bin/another-command"
shown cg4
said=$("$touchstone" move reference:centos-7:x86_64 cg4 --json)
check "systemd 219 has one version" "$(changes settings)" "changed cgroup version v1 v2"
check "what a reference does not list is not added" "$(jq '[.areas[2, 3].changes[] | select(.change == "added")] | length' <<< "$said")" 0
check_has "but counted" "$(partly commands)" "1 that only the second system has: a reference lists only what every installation has"
said=$("$touchstone" move cg4 reference:centos-7:x86_64 --json)
check "and not gone" "$(jq '[.areas[2, 3].changes[] | select(.change == "gone")] | length' <<< "$said")" 0
end_checks
