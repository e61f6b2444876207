#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An image with rpm packages of which only the disk is known: its database is read from its first guest, missing packages
# are resolved against that, and its own rpm installs them. The built-in probes do there what they do on deb: a product
# without a service is skipped with the reason, one whose service does not start fails.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
folder=$guests/debian-bookworm-amd64-rpm
if [ ! -f "$folder/guest.json" ]; then
    echo "skipped: no '$folder': scripts/build-guest --output '$guests' --family rpm --arch amd64"
    exit 77
fi

# package NAME REQUIRES REPOSITORY: a package that contains /opt/NAME/say
package() {
    printf '%s\n' "Name: $1" 'Version: 1.0' 'Release: 1' 'Summary: made here' 'License: Apache-2.0' 'BuildArch: noarch' \
        ${2:+"Requires: $2"} '%description' 'Made here.' '%install' "mkdir -p %{buildroot}/opt/$1" \
        "printf '#!/bin/sh\necho $1 speaks\n' > %{buildroot}/opt/$1/say" '%files' "%attr(755,root,root) /opt/$1/say" \
        '%dir /opt/'"$1" > "$scratch/$1.spec"
    HOME=$scratch rpmbuild --quiet -bb --define "_topdir $scratch/build" --define "_rpmdir $3" \
        --define '_build_name_fmt %{NVRA}.rpm' "$scratch/$1.spec" > "$scratch/log" 2>&1 || cat "$scratch/log"
}
mkdir -p "$scratch/served" "$scratch/short"
package ledger "ledger-data, standin-base >= 1" "$scratch/served"
cp "$scratch/served"/*.rpm "$scratch/short"
package ledger-data "" "$scratch/served"
createrepo_c --quiet "$scratch/served"

suite ledger
case_of ledger install exit yes 60 <<'CASE'
touchstone-install && rpm -q ledger ledger-data standin-base
CASE
case_of ledger works exit yes 20 <<< '[ "$(/opt/ledger/say)" = "ledger speaks" ]'
case_of ledger uninstall exit yes 60 <<< 'touchstone-install --remove ledger ledger-data && [ ! -e /opt/ledger/say ]'
sed -i 's|</product>|</product><packages family="rpm">ledger</packages>|' "$suites/ledger/suite.xml"

"$touchstone" image add rpms --guest "$folder" --repo "$scratch/served" > /dev/null 2>&1
"$touchstone" image add short --guest "$folder" --repo "$scratch/short" > /dev/null 2>&1
expect_exit "staging before the first boot" 64 "$touchstone" suite stage "$suites/ledger" --image rpms
check_has "and what to do" "$said" "before it has booted"
expect_exit "run" 2 "$touchstone" run --image rpms --image short --platform x86 --suite "$suites/ledger" --json
matrix=$printed
of() { jq -r --arg i "$1" ".cells[] | select(.image == \$i) | $2" <<< "$matrix"; }
check "installed, works, removed" "$(of rpms '"\(.verdict) \(.coverage.judged)/\(.coverage.total)"')" "compatible 3/3"
check "a repository that lacks one" "$(of short .verdict)" not-assessed
check_has "and says which" "$(of short .reason)" "nothing provides ledger-data"
"$touchstone" show rpms/x86/ledger --json > "$scratch/shown"
list=$(jq -r '.. | objects | select(.name? == "packages") | .path' "$scratch/shown" | xargs cat | awk '{print $2, $3}' | sort | paste -sd,)
check "what was installed is evidence, and nothing that was there" "$list" "ledger 1.0-1,ledger-data 1.0-1"

# probed NAME ELEMENT [UNIT EXEC]...: a suite whose files/ has a package with a command and these services. Nothing in it
# needs /bin/sh, which the stand-in's database does not have.
probed() {
    local name=$1 units= element=$2
    shift 2
    mkdir -p "$suites/$name/files" "$scratch/source"
    printf '#!/bin/sh\necho usage\n' > "$scratch/source/$name"
    while [ $# -gt 0 ]; do
        printf '[Service]\nExecStart=%s\nRestart=on-failure\nRestartSec=100ms\n' "$2" > "$scratch/source/$1.service"
        units="$units $1.service" && shift 2
    done
    {
        printf '%s\n' "Name: $name" 'Version: 1.0' 'Release: 1' 'Summary: made here' 'License: Apache-2.0' 'BuildArch: noarch' \
            'AutoReqProv: no' '%description' 'Made here.' '%install' 'mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib/systemd/system' \
            "cp $scratch/source/$name %{buildroot}/usr/bin"
        for unit in $units; do echo "cp $scratch/source/$unit %{buildroot}/usr/lib/systemd/system"; done
        printf '%s\n' '%files' "%attr(755,root,root) /usr/bin/$name"
        for unit in $units; do echo "/usr/lib/systemd/system/$unit"; done
    } > "$scratch/$name.spec"
    HOME=$scratch rpmbuild --quiet -bb --define "_topdir $scratch/build" --define "_rpmdir $suites/$name/files" \
        --define '_build_name_fmt %{NVRA}.rpm' "$scratch/$name.spec" > "$scratch/log" 2>&1 || cat "$scratch/log"
    echo "# $name" > "$suites/$name/README.md"
    echo "<suite name=\"$name\"><title>$name</title><vendor>Touchstone</vendor><product>$name</product>$element</suite>" \
        > "$suites/$name/suite.xml"
}
probed plain '<probes services="no"/>'
probed served '<probes load="sleep 100"/>' steady '/bin/sleep 1000' dead '/bin/false'
expect_exit "the probes" 1 "$touchstone" run --image rpms --platform x86 --suite "$suites/plain" --suite "$suites/served" --json
matrix=$printed
check "plain" "$(cell x86 plain .verdict)" compatible
check "served" "$(cell x86 served '"\(.verdict) \(.blame)"')" "incompatible product"
# shown SUITE: its cell is in $printed. statuses: of its probes.
shown() { printed=$("$touchstone" show "rpms/x86/$1" --json || true); }
statuses() {
    jq -r '[.cases[] | "\(.id[6:])=\(.status)"] | join(" ")' <<< "$printed"
}
shown plain
check "a product without a service" "$(statuses)" \
    "install=PASS state=SKIP commands=PASS dependencies=PASS privileges=PASS defaults=SKIP start=SKIP ports=SKIP tls=SKIP kill=SKIP stop=SKIP uninstall=PASS"
check_has "and why" "$(case_of_cell probe-start .reason)" "no service"
shown served
check "one of two services does not start" "$(statuses)" \
    "install=PASS state=PASS commands=PASS dependencies=PASS privileges=PASS defaults=SKIP start=FAIL ports=SKIP tls=SKIP kill=FAIL stop=FAIL uninstall=PASS"
# point CASE PART: how its point of that name ended.
point() { case_of_cell "$1" "[.points[] | select(.name | contains(\"$2\"))][0] | .status"; }
check "the product is responsible" "$(case_of_cell probe-start .blame) $(point probe-start 'dead.service: its main') $(point probe-start 'steady.service: its main')" \
    "product FAIL PASS"
check "ten kills" "$(point probe-kill 'steady.service: kill -9, round 10')" PASS
finish
