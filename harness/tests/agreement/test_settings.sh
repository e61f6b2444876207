#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What is harvested of a system's defaults against the programs that read the same files: systemd-sysctl writes into a
# /proc/sys of plain files, systemd-analyze lists drop-ins, a TLS context of OpenSSL is asked, and sshd prints its settings.
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
need jq openssl python3 ssh-keygen systemd-analyze
[ "$(id -u)" = 0 ] || { echo "skipped: chroot needs root"; exit 77; }
program=$(ls /usr/lib/systemd/systemd-sysctl /lib/systemd/systemd-sysctl 2> /dev/null | head -n 1)
[ -n "$program" ] || { echo "skipped: systemd-sysctl is needed"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home
mkdir "$TOUCHSTONE_HOME"
touchstone=$TS_BINARY_DIR/touchstone root=$scratch/root

# harvest: $shown is the JSON of the root
harvest() {
    "$touchstone" abi harvest --rootfs "$root" --name "$1" > /dev/null
    shown=$("$touchstone" abi show "$1" --json)
}
# value GROUP NAME
value() { jq -r --arg g "$1" --arg n "$2" '.defaults[] | select(.group == $g and .name == $n) | .value' <<< "$shown"; }

mkdir -p "$root"/{etc/sysctl.d,usr/lib/sysctl.d,usr/lib/systemd,usr/local/lib/sysctl.d,etc/systemd/system.conf.d,usr/lib/systemd/system.conf.d,etc/ssl,bin}
cp "$program" "$root/usr/lib/systemd/systemd-sysctl"
for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp "$library" "$root$library"
done
printf '%s\n' '# c' '; c' 'kernel.a = 1' 'kernel/b= two  words ' '-kernel.c=3' 'net.ipv4.conf.*.rp_filter = 2' '-net.ipv4.conf.all.rp_filter' \
    'net.ipv4.conf.eth0.rp_filter = 1' 'net/ipv4/conf/eth0.1/tag = 7' 'no assignment' > "$root/usr/lib/sysctl.d/50-a.conf"
printf 'kernel.a = 0\nkernel.d = 4\nnet.ipv4.conf.*.rp_filter = 3\n' > "$root/usr/lib/sysctl.d/10-a.conf"
printf 'kernel.d = 5\n' > "$root/etc/sysctl.d/60-b.conf"
printf 'kernel.e = 1\n' > "$root/usr/lib/sysctl.d/70-masked.conf"
ln -s /dev/null "$root/etc/sysctl.d/70-masked.conf"
printf 'kernel.f = 1\n' > "$root/usr/lib/sysctl.d/80-hidden.conf"
printf 'kernel.g = 1\n' > "$root/usr/local/lib/sysctl.d/80-hidden.conf"
printf 'kernel.h = 1\n' > "$root/etc/sysctl.conf"
ln -s ../sysctl.conf "$root/etc/sysctl.d/99-sysctl.conf"
for name in kernel/{a,b,c,d,e,f,g,h} net/ipv4/conf/{all,default,eth0}/rp_filter net/ipv4/conf/eth0.1/tag; do
    mkdir -p "$root/proc/sys/$(dirname $name)"
    printf 'untouched' > "$root/proc/sys/$name"
done
printf '[Manager]\nDefaultTasksMax=1\n' > "$root/etc/systemd/system.conf"
printf '[Manager]\nDefaultTasksMax=2\n' > "$root/usr/lib/systemd/system.conf.d/10-a.conf"
printf '[Manager]\nDefaultTasksMax=3\n' > "$root/etc/systemd/system.conf.d/05-b.conf"
cat > "$root/etc/ssl/openssl.cnf" <<'END'
openssl_conf = a
[a]
ssl_conf = b
[b]
system_default = c
[c]
MinProtocol = TLSv1.1
MinProtocol = TLSv1.3 # the last one counts
CipherString = AES256-GCM-\
SHA384:@SECLEVEL=3 # a comment
END
chroot "$root" /usr/lib/systemd/systemd-sysctl 2> "$scratch/err"
harvest root
for name in a b c d e f g h; do
    written=$(head -n 1 "$root/proc/sys/kernel/$name")
    said=$(value sysctl kernel.$name)
    check "systemd-sysctl writes kernel.$name" "${said:-untouched}" "$written"
done
check "a dot in a name" "$(value sysctl net.ipv4.conf.eth0/1.tag)" "$(head -n 1 "$root/proc/sys/net/ipv4/conf/eth0.1/tag")"
# A second system that sets each name shows what the first one's patterns gave it.
other=$scratch/other
mkdir -p "$other/usr/lib/sysctl.d" "$other/bin" "$other/usr/lib/systemd"
cp "$program" "$other/usr/lib/systemd/systemd-sysctl"
for name in all default eth0; do echo "net.ipv4.conf.$name.rp_filter = 9"; done > "$other/usr/lib/sysctl.d/a.conf"
"$touchstone" abi harvest --rootfs "$other" --name other > /dev/null
moved=$("$touchstone" move root other --json)
for name in all default eth0; do
    before=$(jq -r --arg n net.ipv4.conf.$name.rp_filter '.areas[].changes[] | select(.name == $n) | .before // "untouched"' <<< "$moved")
    check "systemd-sysctl writes rp_filter of $name" "$before" "$(head -n 1 "$root/proc/sys/net/ipv4/conf/$name/rp_filter")"
done
last=$(systemd-analyze cat-config --root="$root" systemd/system.conf | grep ^DefaultTasksMax | tail -n 1)
check "systemd-analyze cat-config" "DefaultTasksMax=$(value systemd DefaultTasksMax)" "$last"
# What a new TLS context of OpenSSL has: the lowest version, the security level, the ciphers before TLS 1.3.
measured=$(OPENSSL_CONF=$root/etc/ssl/openssl.cnf python3 - <<'END'
import ctypes
ssl = ctypes.CDLL("libssl.so.3")
for name in "TLS_method", "SSL_CTX_new":
    getattr(ssl, name).restype = ctypes.c_void_p
ssl.SSL_CTX_new.argtypes = ssl.SSL_CTX_get_security_level.argtypes = [ctypes.c_void_p]
ssl.SSL_CTX_ctrl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
context = ssl.SSL_CTX_new(ssl.TLS_method())
get_min_proto_version = 130
print({0x303: "TLSv1.2", 0x304: "TLSv1.3"}.get(ssl.SSL_CTX_ctrl(context, get_min_proto_version, 0, None)),
      ssl.SSL_CTX_get_security_level(context))
END
)
check "OpenSSL" "$(value openssl MinProtocol) $(value openssl 'security level')" "$measured"
offered=$(OPENSSL_CONF=$root/etc/ssl/openssl.cnf openssl ciphers -v | awk '$2 != "TLSv1.3" { print $1 }')
check "a line in two parts" "$(value openssl CipherString)" "$offered:@SECLEVEL=3"

# sshd of each root that scripts/abi-roots made.
for system in "${TOUCHSTONE_ABI_ROOTS:-/nonexistent}"/*; do
    [ -x "$system/usr/sbin/sshd" ] && [ -e "$system/etc/ssh/sshd_config" ] || continue
    rm -rf "$root/etc/ssh"
    mkdir -p "$root/etc/ssh/sshd_config.d"
    printf 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\nChallengeResponseAuthentication yes\nAcceptEnv A B\nAcceptEnv C\nMatch User x\nX11Forwarding yes\n' > "$root/etc/ssh/sshd_config"
    printf 'permitrootlogin = yes\nMatch all\nMaxSessions 3\n' > "$root/etc/ssh/sshd_config.d/1.conf"
    harvest root
    mkdir -p "$system/tmp/settings" && cp -r "$root/etc/ssh" "$system/tmp/settings/"
    sed -i 's|/etc/ssh|/tmp/settings/ssh|' "$system/tmp/settings/ssh/sshd_config"
    ssh-keygen -q -N '' -t ed25519 -f "$system/tmp/settings/key"
    mkdir -p "$system/run/sshd"
    said=$(chroot "$system" /usr/sbin/sshd -T -f /tmp/settings/ssh/sshd_config -h /tmp/settings/key 2>&1)
    rm -rf "$system/tmp/settings"
    for keyword in permitrootlogin kbdinteractiveauthentication x11forwarding maxsessions; do
        mine=$(value sshd $keyword)
        [ -z "$mine" ] || check "sshd of $(basename "$system"): $keyword" "$keyword $mine" "$(grep "^$keyword " <<< "$said")"
    done
done
end_checks
