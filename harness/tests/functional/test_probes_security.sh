#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The probes of security on this host's own sockets and files, with a small program as the product: what is open and not
# declared, declared and not open, TLS versions, files that everybody can write, default credentials.
set -euo pipefail
# The cgroup of the probes has one name on the whole machine, and what runs there counts as the product.
[ -n "${TOUCHSTONE_PROBE_LOCKED-}" ] ||
    TOUCHSTONE_PROBE_LOCKED=1 exec flock --close "${TMPDIR:-/tmp}/touchstone-probe-cgroup.lock" "$0"

command -v dpkg-query > /dev/null || { echo "skipped: the product here is a deb"; exit 77; }
work=$(mktemp -d)
pids=
finish() {
    for pid in $pids; do kill "$pid" 2> /dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT
cd "$work"
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

mkdir -p suite/cases suite/files staged work bin deb/DEBIAN
for name in lib ports tls privileges defaults; do
    cp "$TS_SOURCE_DIR/harness/probes/$name.sh" "suite/cases/probe-$name.sh"
done
cp "$TS_SOURCE_DIR/suites/lib/touchstone.sh" bin/
printf '#!/bin/sh\necho "$*" >> "%s/observed"\n' "$work" > bin/observe
chmod 755 bin/observe
# A package that is installed here, so that dpkg knows its files.
printf 'Package: passwd\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <root@localhost>\nDescription: x\n' > deb/DEBIAN/control
dpkg-deb --root-owner-group --build deb staged/passwd.deb > /dev/null
export TOUCHSTONE_SUITE=$work/suite TOUCHSTONE_WORK=$work/work TOUCHSTONE_PACKAGES=$work/staged TOUCHSTONE_FILES=$work/suite/files
export TOUCHSTONE_ARCH=x86_64 PATH=$work/bin:$PATH

# probe NAME SETTING...: its TAP is in tap; settings are words with a colon for each tab.
probe() {
    local name=$1
    shift
    printf 'package:deb any:passwd\n' > settings
    [ $# = 0 ] || printf '%s\n' "$@" >> settings
    tr ':' '\t' < settings | sed 's/@/:/g' > suite/cases/probe-settings
    : > observed
    sh "suite/cases/probe-$name.sh" > tap 2> err || { fail "probe $name ended with $?"; cat err; }
}

says() { grep -qE -- "$1" tap || { fail "no '$1'"; cat tap; }; }

cat > product.c << 'END'
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>
/* product TCP UDP6: listens on 127.0.0.1:TCP, [::1]:TCP and [::]:UDP6, and says so. */
int main(int count, char **words)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0), tcp6 = socket(AF_INET6, SOCK_STREAM, 0), udp = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in here = {AF_INET, htons((unsigned short)atoi(words[1])), {htonl(INADDR_LOOPBACK)}, {0}};
    struct sockaddr_in6 all = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(words[2]))};
    struct sockaddr_in6 here6 = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(words[1])), .sin6_addr = in6addr_loopback};
    if (bind(tcp6, (void *)&here6, sizeof(here6)) || listen(tcp6, 1)) return 3;
    if (count != 3 || bind(tcp, (void *)&here, sizeof(here)) || listen(tcp, 1)) return 1;
    if (bind(udp, (void *)&all, sizeof(all))) return 2;
    write(1, "ready\n", 6);
    close(1);
    return (int)sleep(600);
}
END
gcc -o suite/files/product product.c 2> /dev/null

# --- nothing of the product runs: nothing is said
probe ports 'port:tcp 1:*'
says '1\.\.0 # SKIP no process of the product runs'

base=$((20000 + $$ % 20000))
tcp=$base udp=$((base + 1))
mkfifo ready
suite/files/product $tcp $udp > ready &
pids=$!
read -r _ < ready || { echo "skipped: port $tcp or $udp is in use"; exit 77; }

probe ports
says '1\.\.0 # SKIP suite\.xml declares no port: .*tcp 127\.0\.0\.1 '$tcp
probe ports ports:no
says "^not ok .*tcp 127\.0\.0\.1:$tcp is declared"
probe ports "port:tcp $tcp:127.0.0.1 product" "port:udp $udp:*" "port:tcp 1:* other"
says "^ok .*tcp 127\.0\.0\.1:$tcp is declared"
says "^ok .*udp :::$udp is declared"
says "^not ok .*tcp 1 \(\* other\) is open"
grep -q "^port.tcp.$tcp 127.0.0.1 product.*, ::1 product" observed || { fail "the port is no observation with both addresses"; cat observed; }
probe ports "port:tcp $tcp:0.0.0.0 product" "port:tcp $udp:*"
says "^not ok .*tcp 127\.0\.0\.1:$tcp is declared"
says "^not ok .*udp :::$udp is declared"

# --- versions of TLS: the product here is plain; a server of openssl stands for one that is not
probe tls
says '# SKIP no TLS from the first byte'
if openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=x > /dev/null 2>&1; then
    for server in "$((base + 2)) -cipher ALL:@SECLEVEL=0" "$((base + 3)) -min_protocol TLSv1.2"; do
        # shellcheck disable=SC2086
        openssl s_server -quiet -key key.pem -cert cert.pem -accept $server > /dev/null 2>&1 &
        pids="$pids $!"
    done
    for port in $((base + 2)) $((base + 3)); do
        for _ in $(seq 50); do
            ! (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
            sleep 0.1
        done
    done
    printf 'tcp 0.0.0.0 %s old\ntcp :: %s new\n' $((base + 2)) $((base + 3)) > work/probe/open
    probe tls
    says "^(not ok .* - $((base + 2))|ok .* - $((base + 2)): .* # SKIP openssl in this system cannot try)"
    says "^ok .* - $((base + 3)): TLS"
    grep -q "^tls.$((base + 3)).1.2 offered" observed || fail "TLS 1.2 is not an observation"
fi

# --- files of the package: passwd has setuid programs, and nothing that everybody can write
probe privileges
says '^ok .*can be written by everybody'
grep -q '^privileges.setuid /usr/bin/passwd' observed || fail "setuid is not an observation"
probe defaults
says '# SKIP|^ok'
exit $failed
