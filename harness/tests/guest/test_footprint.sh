#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a product leaves in a system is found by the harness, whatever the suite's own uninstall case looks at: packages
# made here leave things behind on purpose, and each is named; one that cleans up passes; one that hides the snapshot
# has no result. A file of the system that was changed while the product was installed is a condition.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64

# deb SUITE, with its maintainer scripts in $scratch/deb/DEBIAN and its files in $scratch/deb.
deb() {
    mkdir -p "$suites/$1/files" "$scratch/deb/DEBIAN"
    printf '%s\n' "Package: $1" 'Version: 1.0' 'Architecture: all' 'Maintainer: Touchstone <none@example.org>' \
        'Description: made here' > "$scratch/deb/DEBIAN/control"
    chmod 755 "$scratch/deb/DEBIAN"/p* 2> /dev/null || true
    dpkg-deb --root-owner-group --build "$scratch/deb" "$suites/$1/files/$1.deb" > /dev/null
    rm -rf "$scratch/deb"
}

# product SUITE [LEFTOVERS] < script of the uninstall case
product() {
    mkdir -p "$suites/$1/cases"
    echo "# $1" > "$suites/$1/README.md"
    printf '#!/bin/sh\nexec touchstone-install "$TOUCHSTONE_FILES"/*.deb\n' > "$suites/$1/cases/install"
    printf '#!/bin/sh\n[ -e /opt/%s/say ]\n' "$1" > "$suites/$1/cases/works"
    { echo '#!/bin/sh'; cat; } > "$suites/$1/cases/uninstall"
    chmod 755 "$suites/$1/cases"/*
    printf '%s\n' "<suite name=\"$1\"><title>$1</title><vendor>Touchstone</vendor><product>$1</product>" "${2-}" \
        '<case id="install" item="install"><title>i</title></case>' \
        '<case id="works" item="function"><title>w</title><needs case="install"/></case>' \
        '<case id="uninstall" item="uninstall"><title>u</title><needs case="install"/></case></suite>' \
        > "$suites/$1/suite.xml"
}

# Everything that an installer may forget; the package itself is removed without a trace.
mkdir -p "$scratch/deb/opt/messy" "$scratch/deb/DEBIAN"
echo said > "$scratch/deb/opt/messy/say"
cat > "$scratch/deb/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh -e
printf '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/messy.service
systemctl daemon-reload
systemctl enable --now messy.service
useradd --system --shell /usr/sbin/nologin messy
usermod --append --groups adm nobody
mkdir -p /etc/cron.d
echo '@daily root true' > /etc/cron.d/messy
sysctl -w vm.swappiness=7
update-alternatives --install /usr/bin/messy-pager messy-pager /bin/more 1
mkdir -p /var/lib/messy/cache
touch /var/lib/messy/one /var/lib/messy/cache/two
echo '# messy' >> /etc/bash.bashrc
chmod 777 /usr/share/doc
rm /usr/share/common-licenses/Artistic
(cd / && setsid perl -MIO::Socket::INET -e '
    my $s = IO::Socket::INET->new(LocalPort => 7777, Listen => 1, LocalAddr => "127.0.0.1"); sleep 1000' \
    > /dev/null 2>&1 < /dev/null &)
until grep -q ":$(printf %04X 7777) " /proc/net/tcp; do sleep 0.1; done
SCRIPT
deb messy
product messy <<'CASE'
touchstone-install --remove messy && [ ! -e /opt/messy ]
CASE

# The same, and it undoes all of it; one thing is left, which its suite allows.
mkdir -p "$scratch/deb/opt/tidy" "$scratch/deb/DEBIAN" "$scratch/deb/etc/cron.d"
echo said > "$scratch/deb/opt/tidy/say"
cat > "$scratch/deb/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh -e
printf '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/tidy.service
systemctl daemon-reload
systemctl enable --now tidy.service
useradd --system --shell /usr/sbin/nologin tidy
echo '@daily root true' > /etc/cron.d/tidy
cat /proc/sys/vm/swappiness > /var/lib/tidy.swappiness
sysctl -w vm.swappiness=7
mkdir -p /srv/tidy
echo data > /srv/tidy/data
SCRIPT
cat > "$scratch/deb/DEBIAN/postrm" <<'SCRIPT'
#!/bin/sh -e
[ "$1" = purge ] || exit 0
systemctl disable --now tidy.service
rm -f /etc/systemd/system/tidy.service /etc/cron.d/tidy
systemctl daemon-reload
userdel tidy
sysctl -w "vm.swappiness=$(cat /var/lib/tidy.swappiness)"
rm -f /var/lib/tidy.swappiness
SCRIPT
deb tidy
product tidy '<leftover kind="file" name="/srv/tidy">data belong to the administrator</leftover>' <<'CASE'
touchstone-install --remove tidy && [ ! -e /opt/tidy ]
CASE

# It changes a file of the system and restores it: a condition, not a failure.
mkdir -p "$scratch/deb/opt/guest" "$scratch/deb/DEBIAN"
echo said > "$scratch/deb/opt/guest/say"
printf '#!/bin/sh -e\ncp -a /etc/bash.bashrc /opt/guest.saved\necho "# guest" >> /etc/bash.bashrc\n' > "$scratch/deb/DEBIAN/postinst"
printf '#!/bin/sh -e\n[ "$1" != purge ] || mv /opt/guest.saved /etc/bash.bashrc\n' > "$scratch/deb/DEBIAN/postrm"
deb guest
product guest <<'CASE'
touchstone-install --remove guest && [ ! -e /opt/guest ]
CASE

# It removes what it would be compared with.
mkdir -p "$scratch/deb/opt/blind" "$scratch/deb/DEBIAN"
echo said > "$scratch/deb/opt/blind/say"
printf '#!/bin/sh -e\n: > /var/tmp/touchstone/footprint\n' > "$scratch/deb/DEBIAN/postinst"
deb blind
product blind <<'CASE'
touchstone-install --remove blind && [ ! -e /opt/blind ]
CASE

expect_exit "run" 1 "$touchstone" run --platform x86 --suite "$suites/messy" --suite "$suites/tidy" \
    --suite "$suites/guest" --suite "$suites/blind" --json
matrix=$printed
check "messy" "$(cell x86 messy .verdict)" incompatible
check "tidy" "$(cell x86 tidy '"\(.verdict) \(.reason)"')" "compatible 3 of 3 planned cases judged, all of them PASS"
check "guest" "$(cell x86 guest .verdict)" conditional
check_has "guest: the condition" "$(cell x86 guest .reason)" "footprint: OS_FILE_MODIFIED of '/etc/bash.bashrc'"
check "blind" "$(cell x86 blind .verdict)" not-assessed

# Its package is among the suite's files, and nothing stages it: it is checked all the same.
check "tidy: what was checked" "$("$touchstone" show x86/tidy --json | jq -c '.prediction | [.state, [.parts[] | [.name, .checked]]]')" \
    '["made",[["tidy.deb",true]]]'

# entry KIND NAME FILTER
entry() {
    jq -r --arg k "$1" --arg n "$2" ".footprint.entries[] | select(.kind == \$k and .name == \$n) | $3" <<< "$printed"
}
"$touchstone" show x86/messy > "$scratch/text"
expect_exit "show messy" 0 "$touchstone" show x86/messy --json
check "messy: uninstall" "$(case_of_cell uninstall '"\(.status) \(.blame)"')" "FAIL product"
why=$(case_of_cell uninstall .reason)
left='"\(.change) \(.since) \(.left) \(.fault)"'
while read -r kind name change; do
    check "messy leaves $kind $name" "$(entry "$kind" "$name" "$left")" "$change installed true true"
    check_has "and its reason names it" "$why" "$kind $name"
    check_has "and the text" "$(cat "$scratch/text")" "$name"
done <<'LEFT'
unit /etc/systemd/system/messy.service new
enabled /etc/systemd/system/multi-user.target.wants/messy.service new
active messy.service new
user messy new
group messy new
group adm changed
cron /etc/cron.d/messy new
sysctl vm.swappiness changed
alternative /etc/alternatives/messy-pager new
file /var/lib/messy new
file /etc/cron.d new
file /usr/bin/messy-pager new
os-file /etc/bash.bashrc changed
os-file /usr/share/doc changed
os-file /usr/share/common-licenses/Artistic gone
LEFT
check "messy leaves port tcp 7777" "$(entry port "tcp 7777" '"\(.change) \(.left) \(.fault)"')" "new true true"
check "a folder is named once" "$(entry file /var/lib/messy .detail)" "folder, 3 inside"
check "messy: nothing else" "$(jq -r '[.footprint.entries[] | select(.fault)] | length' <<< "$printed")" 16
check "messy: snapshots" "$(jq -r '[.footprint.snapshots[] | "\(.phase) \(.taken)"] | join(", ")' <<< "$printed")" \
    "installed true, suite true, uninstalled true"
jq -r '.footprint.snapshots[] | "# \(.phase): \(.rows) rows in \(.duration_ms) ms"' <<< "$printed"

expect_exit "show tidy" 0 "$touchstone" show x86/tidy --json
check "tidy: state" "$(jq -r .footprint.state <<< "$printed")" taken
check "tidy: what the suite allows" "$(entry file /srv/tidy '"\(.left) \(.fault) \(.allowed)"')" \
    "true false data belong to the administrator"
check "tidy: it was there" "$(entry user tidy '"\(.since) \(.left)"')" "installed false"
check "tidy: nothing else is left" "$(jq -r '[.footprint.entries[] | select(.left) | .name] | join(" ")' <<< "$printed")" \
    /srv/tidy

expect_exit "show guest" 0 "$touchstone" show x86/guest --json
check "guest: uninstall" "$(case_of_cell uninstall .status)" PASS
check "guest: finding" "$(jq -r '.footprint.findings[] | "\(.severity) \(.kind) \(.file)"' <<< "$printed")" \
    "HIGH OS_FILE_MODIFIED /etc/bash.bashrc"

expect_exit "show blind" 0 "$touchstone" show x86/blind --json
check "blind: uninstall" "$(case_of_cell uninstall '"\(.status) \(.blame)"')" "MISS product"
check_has "blind: why" "$(case_of_cell uninstall .reason)" "left behind is not known"
check "blind: state" "$(jq -r .footprint.state <<< "$printed")" incomplete

# What a product opens to others: the probes of security, on a service that listens where it does not say so.
mkdir -p "$scratch/deb/opt/open/spool" "$scratch/deb/DEBIAN" "$scratch/deb/etc/open" "$scratch/deb/lib/systemd/system"
chmod 777 "$scratch/deb/opt/open/spool"
printf 'user = admin\npassword = admin\n' > "$scratch/deb/etc/open/open.conf"
cat > "$scratch/deb/opt/open/serve" <<'SCRIPT'
#!/usr/bin/perl
use IO::Socket::INET;
my $declared = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 7010, Listen => 1, ReuseAddr => 1) or die;
my $hidden = IO::Socket::INET->new(LocalPort => 7011, Proto => "udp") or die;
sleep 100000;
SCRIPT
chmod 755 "$scratch/deb/opt/open/serve"
printf '[Service]\nExecStart=/opt/open/serve\n[Install]\nWantedBy=multi-user.target\n' > "$scratch/deb/lib/systemd/system/open.service"
printf '#!/bin/sh -e\nsystemctl daemon-reload\nsystemctl enable --now open.service\n' > "$scratch/deb/DEBIAN/postinst"
deb open
echo '<suite name="open"><title>o</title><vendor>Touchstone</vendor><product>open</product><probes commands="no">
    <port protocol="tcp" number="7010" address="127.0.0.1" service="open"/><port protocol="tcp" number="7012"/></probes></suite>' > "$suites/open/suite.xml"
echo '# open' > "$suites/open/README.md"
expect_exit "run open" 1 "$touchstone" run --platform x86 --suite "$suites/open" --item install --item security --json
matrix=$printed
check "open" "$(cell x86 open .verdict)" incompatible
expect_exit "show open" 0 "$touchstone" show x86/open --json
check "open: ports" "$(case_of_cell probe-ports '"\(.status) \(.blame)"')" "FAIL product"
check "open: points" "$(case_of_cell probe-ports '[.points[] | "\(.status) \(.name | sub(" \\(.*"; ""))"] | sort | join(", ")')" \
    "FAIL tcp 7012, FAIL udp 0.0.0.0:7011 is declared, PASS tcp 127.0.0.1:7010 is declared, PASS tcp 7010"
check "open: writable" "$(case_of_cell probe-privileges '[.points[] | select(.status == "FAIL") | .name] | join(", ")')" \
    "/opt/open/spool cannot be written by everybody"
check "open: defaults" "$(case_of_cell probe-defaults '[.points[] | select(.status == "FAIL") | .name] | join(", ")')" \
    "/etc/open/open.conf has no default credentials"
check "open: tls" "$(case_of_cell probe-tls .status)" SKIP
expect_exit "what a programme says of it" 1 "$touchstone" programme status --programme openeuler-isv --json
check "open: port security" "$(jq -r '[.. | objects | select(.id? == "port-security") | .state] | unique | join(" ")' <<< "$printed")" failed
finish
