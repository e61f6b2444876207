#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A guest is scanned with the real nmap from a second one. A product made here opens TCP and UDP ports, declared and not,
# to others and to itself alone: each is found, and what is undeclared fails. Real Redis that was opened to the network
# agrees with its declaration and with what was seen from inside.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/made_product.sh"
add_image amd64

# --- a product with ports of every kind
program /opt/ports/tcp <<'SCRIPT'
exec perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 64,
    ReuseAddr => 1) or die "listen: $!"; while (1) { my $c = $s->accept or next; print $c "hello\n"; close $c }' "$@"
SCRIPT
program /opt/ports/udp <<'SCRIPT'
exec perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => "udp", LocalAddr => $ARGV[0], LocalPort => $ARGV[1])
    or die "bind: $!"; while (1) { $s->recv(my $m, 2000); $s->send("hello") if $ARGV[2] }' "$@"
SCRIPT
# port NAME PROTOCOL ADDRESS PORT [ANSWERS]
port() { unit "port-$1" "ExecStart=/opt/ports/$2 $3 $4 ${5-}"; }
port open tcp 0.0.0.0 7000
port inside tcp 127.0.0.1 7001
port undeclared tcp 0.0.0.0 7002
port answers udp 0.0.0.0 7003 yes
port silent udp 0.0.0.0 7004
port snmp udp 0.0.0.0 161 yes
port tftp udp 0.0.0.0 69
deb ports
probed ports '<guest name="client"/><probes commands="no">
    <port protocol="tcp" number="7000"/> <port protocol="tcp" number="7001" address="127.0.0.1"/>
    <port protocol="tcp" number="7005" address="0.0.0.0"/>
    <port protocol="udp" number="7003"/> <port protocol="udp" number="7004"/></probes>'

# --- Redis, opened to the network after its installation
cp -r "$TS_SOURCE_DIR/suites/redis-client" "$suites/redis-open"
sed -i 's/<suite name="redis-client"/<suite name="redis-open"/
    s|^  <packages .*|&\n  <probes packages="redis-server"><port protocol="tcp" number="6379" service="redis"/></probes>|
    /<case id="\(load\|counted\|tools\)"/,/<\/case>/d' "$suites/redis-open/suite.xml"

chosen=${ONLY:-ports redis-open}
want() { case " $chosen " in *" $1 "*) ;; *) return 1 ;; esac; }
arguments=()
for name in $chosen; do arguments+=(--suite "$suites/$name"); done
"$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --plain "${arguments[@]}" > "$scratch/out" 2> "$scratch/err" || true
shown() { expect_exit "show $1" 0 "$touchstone" show "debian-bookworm-amd64/x86/$1" --json; }
status() { case_of_cell "$1" '"\(.status) \(.blame // "" | sub("none"; ""))"'; }
# points ID: each with its status.
points() { case_of_cell "$1" '[.points[] | "\(.name)=\(.status)"] | join(", ")'; }
observed() { jq -r --arg k "$1" '.observations[] | select(.key == $k) | .value' <<< "$printed"; }

if want ports; then
    shown ports
    check "ports: the scan before" "$(status probe-baseline)" "PASS "
    check "ports: the scan" "$(status probe-scan)" "FAIL product"
    check "ports: one by one" "$(points probe-scan)" "tcp 7000 is declared=PASS, tcp 7002 is declared=FAIL, udp 161 is declared=FAIL, udp 69 is declared=SKIP, udp 7003 is declared=PASS, udp 7004 is declared=PASS, tcp 7001 (127.0.0.1) is closed to another machine=PASS, tcp 7005 (0.0.0.0) is open=FAIL"
    check "ports: as they were seen" "$(jq -r '[.observations[] | select(.key | test("^scan[.](tcp|udp)[.]")) | "\(.key)=\(.value)"] | sort | join(" ")' <<< "$printed")" \
        "scan.tcp.7000=open scan.tcp.7002=open scan.udp.161=open scan.udp.69=silent scan.udp.7003=open scan.udp.7004=silent"
    check "ports: seen from inside as well" "$(observed scan.inside.differ)" 0
    echo "ports: $(observed scan.inside.agree) agree; $(observed scan.inside.differs)"
    check "ports: from inside, the undeclared fail, too" "$(status probe-ports)" "FAIL product"
fi
if want redis-open; then
    shown redis-open
    check "redis: the scans" "$(status probe-baseline)$(status probe-scan)" "PASS PASS "
    check "redis: one by one" "$(points probe-scan)" "tcp 6379 is declared=PASS"
    check "redis: seen from inside as well" "$(observed scan.inside.differ)" 0
fi
finish
