#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Suites with a second guest: cases run where they say, the two guests reach each other and nothing else, and neither a
# guest that ends nor a network that was taken away becomes a result of the product.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64

# serve ADDRESS: a service that answers each line with its peer's address; on "end" it switches its guest off.
serve() {
    cat <<CASE
cat > "\$TOUCHSTONE_WORK/serve" <<'PERL'
use IO::Socket::INET;
\$SIG{PIPE} = 'IGNORE';
my \$s = IO::Socket::INET->new(LocalAddr => '$1', LocalPort => 7000, Listen => 64, ReuseAddr => 1) or die "listen: \$!";
while (my \$c = \$s->accept) {
    my \$line = <\$c>;
    system('sync; echo o > /proc/sysrq-trigger') if \$line =~ /^end/;
    print \$c 'hello ', \$c->peerhost, "\n";
    close \$c;
}
PERL
setsid perl "\$TOUCHSTONE_WORK/serve" > /dev/null 2>&1 < /dev/null &
for try in 1 2 3 4 5 6 7 8 9 10; do
    perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("127.0.0.1:7000")' && exit 0
    sleep 1
done
echo "the service does not start" >&2
exit 1
CASE
}
# paired NAME ADDRESS: a suite whose server case starts the service.
paired() {
    suite "$1"
    second='<guest name="client"/>'
    case_of "$1" serves exit yes 60 <<< "$(serve "$2")"
}
write_suite() {
    {
        echo "<suite name=\"$1\"><title>$1</title><vendor>Touchstone</vendor><product>$1</product>${second-}"
        cat "$suites/$1/cases.xml"
        echo "</suite>"
    } > "$suites/$1/suite.xml"
}
in_client() {
    case_attributes='guest="client"' case_of "$@"
}

paired load 0.0.0.0
in_client load loads tap yes 60 <<'CASE'
echo 1..6
say() { "$@" && echo "ok - $*" || echo "not ok - $*"; }
say [ "$TOUCHSTONE_GUEST" = client ]
say [ "$(cat "$TOUCHSTONE_SUITE/suite.xml" | grep -c '<guest name="client"/>')" = 1 ]
answers=$(perl -MIO::Socket::INET -e 'for (1 .. 200) {
    my $c = IO::Socket::INET->new("server:7000") or die "connect: $!"; print $c "hi\n"; print <$c>; }' | sort | uniq -c | tr -s ' ')
say [ "$answers" = " 200 hello $TOUCHSTONE_GUEST_CLIENT" ]
say [ "$(ip -o -4 route | wc -l)" = 1 ]
say [ -z "$(ip route show default; ip -6 route show default)" ]
say [ "$(ip -o link | grep -vc ': lo:')" = 1 ]
observe load.answers 200
CASE
case_of load here exit yes 20 <<'CASE'
[ "$TOUCHSTONE_GUEST" = server ] || exit 1
! grep -q '198.18.0.[^12]' /proc/net/arp || exit 2
[ -z "$(ip route show default)" ] || exit 3
[ "$(getent hosts client | tr -s ' ')" = "$TOUCHSTONE_GUEST_CLIENT client" ] || exit 4
CASE
paired loopback 127.0.0.1
in_client loopback reaches exit yes 60 <<'CASE'
perl -MIO::Socket::INET -e 'IO::Socket::INET->new("server:7000") or die "cannot reach the service: $!\n"' || exit 1
CASE
paired quits 0.0.0.0
in_client quits quit exit yes 60 <<< 'sync; echo o > /proc/sysrq-trigger; sleep 50; exit 1'
in_client quits later exit yes 20 <<< 'exit 0'
paired ends 0.0.0.0
in_client ends asks exit yes 60 <<'CASE'
perl -MIO::Socket::INET -e '$c = IO::Socket::INET->new("server:7000"); print $c "end\n"; alarm 40; $l = <$c>; exit 1'
CASE
paired unplugged 0.0.0.0
in_client unplugged drops exit yes 60 <<'CASE'
ip link set "$(ip -o -4 addr | grep -w 198.18.0.2 | tr -s ' ' | cut -d' ' -f2)" down
echo "nobody is there" >&2
exit 1
CASE

selected=()
for name in load loopback quits ends unplugged; do
    selected+=(--suite "$suites/$name")
done
expect_exit "run" 1 "$touchstone" run --platform x86 --jobs 2 --retry-infrastructure 0 "${selected[@]}" --json
matrix=$printed
show() { "$touchstone" show "x86/$1" --json > "$scratch/shown" && jq -r "$2" "$scratch/shown"; }
of_case() { show "$1" "[.. | objects | select(.id? == \"$2\" and has(\"blame\"))][0] | $3"; }

check "load from the second guest" "$(cell x86 load '"\(.verdict) \(.coverage.judged)/\(.coverage.total)"')" "compatible 3/3"
check "where each case ran" "$(of_case load serves .guest) $(of_case load loads .guest) $(of_case load here .guest)" "server client server"
check_has "and show says it" "$("$touchstone" show x86/load)" "client"
"$touchstone" report --format html > "$scratch/report.html"
check "and so does HTML" "$(grep -c 'in guest client' "$scratch/report.html")" 6
check "evidence of each guest" "$(show load '[.. | objects | select(.name? // "" | test("^(client/)?(console|identity|domain.xml)$")) | .name] | unique | join(" ")')" \
    "client/console client/domain.xml client/identity console domain.xml identity"
check "started from one state" "$(show load '[.. | objects | select(.key? == "client.boot.entry_method")] | length')" 1
check "a service that only its own guest reaches" "$(of_case loopback reaches '"\(.status) \(.blame)"')" "FAIL product"
check "so the cell" "$(cell x86 loopback .verdict)" incompatible
check "the second guest ends" "$(of_case quits quit '"\(.status) \(.blame)"')" "MISS suite"
check "and what follows" "$(of_case quits later '"\(.status) \(.blame)"')" "MISS suite"
check_has "with its name" "$(of_case quits quit .reason)" "guest 'client': the guest powered"
check "not the product's" "$(cell x86 quits .verdict)" not-assessed
check "the guest under test ends" "$(of_case ends asks '"\(.status) \(.blame)"')" "MISS product"
check "which is no pass" "$(cell x86 ends .verdict)" not-assessed
check "a network that is gone" "$(of_case unplugged drops '"\(.status) \(.blame)"')" "MISS harness"
check_has "is told" "$(of_case unplugged drops .reason)" "in guest 'client': "

# The cable of a cell ends in its worker's own folder: no two cells have one in common.
for name in load loopback; do
    show "$name" '[.. | objects | select(.name? == "domain.xml") | .path][0]' | xargs grep -o 'local.path=[^,]*' > "$scratch/$name.cable"
done
check "a cable for each cell" "$(cat "$scratch"/*.cable | sort -u | wc -l)" 2
check "and no other interface" "$(show load '[.. | objects | select(.name? == "domain.xml") | .path][0]' | xargs grep -c '<interface\|-nic\|user,id' || true)" 0

# One job at a time: the cell takes the whole of it, and boots cold.
expect_exit "one job, cold" 0 "$touchstone" run --platform x86 --jobs 1 --cold --suite "$suites/load" --json
matrix=$printed
check "is compatible too" "$(cell x86 load .verdict)" compatible
expect_exit "a daemon's guests have no network" 4 "$touchstone" run --platform x86 --connect qemu:///session --suite "$suites/load" --json
check_has "and the cell says so" "$printed" "without --connect"
finish
