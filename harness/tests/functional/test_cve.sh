#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Components held against imported advisories: first everything that must not be green, then OSV, CSAF and VEX.
set -euo pipefail

touchstone=$TS_BINARY_DIR/touchstone
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TOUCHSTONE_HOME=$work/home
# The advisories below are of 2024: their age is judged.
now=$(($(date -ud 2024-03-10 +%s) * 1000))
export TOUCHSTONE_FIXED_CLOCK=$now
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

# cve CODE WORD…: the JSON is in out
cve() {
    local want=$1 code=0
    shift
    "$touchstone" cve "$@" --json > out 2> err || code=$?
    [ $code = "$want" ] || { fail "cve $* ended with $code, not $want"; cat err; jq -c '.components, .found[:3], .not_examined' out; }
}

import() { # import CODE WORD…
    local want=$1 code=0
    shift
    "$touchstone" advisories import "$@" > imported 2> err || code=$?
    [ $code = "$want" ] || { fail "import $* ended with $code, not $want"; cat err; }
}

is() { jq -e "$1" out > /dev/null || { fail "not: $1"; jq -c '.data, .components, .found[:5], .not_examined' out; }; }

mkdir -p deb/DEBIAN deb/usr wheel/demo-1.0.dist-info
printf 'Package: demo\nSource: demo-source\nVersion: 1:2.0-1\nArchitecture: amd64\nMaintainer: Nobody <root@localhost>\nDescription: x\n' > deb/DEBIAN/control
dpkg-deb --root-owner-group -Zgzip --build deb demo.deb > /dev/null
printf 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n' > wheel/demo-1.0.dist-info/METADATA

# --- nothing was imported
cve 2 demo.deb --os-id debian --os-version 12
is '.data.stale != null and .data.imported == null and .components.unknown == 1'
code=0; "$touchstone" advisories list > /dev/null 2>&1 || code=$?
[ $code = 3 ] || fail "advisories list without any ended with $code"

# --- what is no advisory, damaged, or empty is not imported
mkdir -p none osv
echo '{"a": 1}' > none/other.json
import 64 none
echo '{"id": "X", "modified": ' > none/damaged.json
import 64 none
[ "$("$touchstone" advisories list --json 2> /dev/null | jq .advisories)" = 0 ] || fail "a damaged import left something"

# --- advisories about something else: nobody says that they cover it
echo '{"id": "PYSEC-1", "modified": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["1.0"]}]}' > osv/pysec.json
import 0 osv
cve 2 demo.deb --os-id debian --os-version 12
is '.components.unknown == 1 and .data.stale == null'
cve 2 wheel
is '.components.unknown == 1'
import 0 osv --covers PyPI
cve 2 wheel
is '.data.stale | contains("pypi")'
echo '{"id": "PYSEC-3", "modified": "2024-03-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["2.0"]}]}' > osv/pysec3.json
import 0 osv
cve 0 wheel
is '.components.none == 1 and .data.advisories == 2 and .data.newest == "2024-03-01T00:00:00Z" and .data.ecosystems ==
    [{"ecosystem": "pypi", "advisories": 2, "newest": "2024-03-01T00:00:00.000Z", "stated_complete": "2024-03-10T00:00:00.000Z"}]'

# --- a program beside it that nothing states is not covered by what is about another component
mkdir -p beside
cp -r wheel/demo-1.0.dist-info beside/
cp /bin/true beside/program
cve 2 beside
is '.not_examined == [{"path": "/program", "reason": "nothing states what it is, so that no advisory can be about it"}]'
mkdir -p in/demo
cp -r wheel/demo-1.0.dist-info in/
cp /bin/true in/demo/part.so
cve 0 in
cp /bin/true in/demo-tool
cve 2 in
rm -r in beside

import 64 osv --covers Debian
import 64 osv --covers Nothing

# --- Debian's advisories name the source package; the release and the system must be known
echo '{"id": "DSA-1", "modified": "2024-03-01T00:00:00Z", "upstream": ["CVE-2024-1"], "affected": [{"package": {"ecosystem": "Debian:12",
    "name": "demo-source"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:2.0-2"}]}],
    "ecosystem_specific": {"urgency": "high"}}]}' > osv/dsa.json
import 0 osv --covers Debian:12 --covers Debian:13
cve 1 demo.deb --os-id debian --os-version 12
is '.found[0] | .state == "affected" and .advisory == "DSA-1" and .alias == "CVE-2024-1" and .fixed == "1:2.0-2" and .severity == "high"'
cve 2 demo.deb
is '.components.unknown == 1'
cve 2 demo.deb --os-id debian --os-version 13
is '.components.unknown == 1 and (.found[0].reason | contains("no advisory of"))'
echo '{"id": "DSA-9", "modified": "2024-03-01T00:00:00Z", "affected": [{"package": {"ecosystem": "Debian:13", "name": "other"}, "versions": ["1"]}]}' > osv/dsa9.json
import 0 osv/dsa9.json
cve 2 demo.deb --os-id debian --os-version 13 # another vendor's package: nobody says that it is one of Debian
is '.components.unknown == 1 and (.found[0].reason | contains("not from the system"))'
sed 's/1:2.0-2/1:2.0-1/; s/2024-03-01/2024-03-02/' osv/dsa.json > osv/newer.json
import 0 osv
cve 0 demo.deb --os-id debian --os-version 12
is '.components.fixed == 1 and .found[0].state == "fixed"'
import 0 osv/dsa.json # older: it does not replace the newer one
cve 0 demo.deb --os-id debian --os-version 12
rm osv/newer.json

# --- an old import says nothing of what is not affected, but what is affected is
# A later import of other advisories does not make them newer.
export TOUCHSTONE_FIXED_CLOCK=$((now + 40 * 86400000))
cve 2 wheel
is '.data.stale != null'
import 0 osv/dsa9.json
cve 2 wheel
is '.data.stale != null'
cve 0 wheel --max-age 50
export TOUCHSTONE_FIXED_CLOCK=$now

# --- an archive that cannot be opened is not clean
mkdir cut
cp -r wheel/demo-1.0.dist-info cut/
head -c 100 demo.deb > cut/x.deb
cve 2 cut
is '.components.none == 1 and (.not_examined | length > 0)'

# --- a version without an order is unknown; so is one that is not stated
sed -i 's/^Version: 1.0/Version: 1.0-custom-build/' cut/demo-1.0.dist-info/METADATA
rm cut/x.deb
echo '{"id": "PYSEC-2", "modified": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "demo"},
    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.5"}]}]}]}' > osv/pysec2.json
import 0 osv
cve 2 cut
is '.found[0].state == "unknown" and .found[0].advisory == "PYSEC-2"'
cve 0 wheel

# --- CSAF as distributions of rpm publish it, and a VEX that says not affected
sed 's/demo-1.5-3.oc9/demo-1.5-3.oc9/' "$TS_SOURCE_DIR/harness/tests/fuzz/corpus/advisory/csaf" > csaf.json
import 0 csaf.json --covers OpenCloudOS:9 --covers Maven
if command -v rpmbuild > /dev/null; then
    for release in 2.oc9 3.oc9; do
        printf 'Name: demo\nVersion: 1.5\nRelease: %s\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%%description\nx\n%%files\n' $release > demo.spec
        rpmbuild -bb --define "_topdir $work/rpm" --define '_build_id_links none' demo.spec > rpm.log 2>&1 || { cat rpm.log; fail rpmbuild; }
    done
    cve 1 rpm/RPMS/noarch/demo-1.5-2.oc9.noarch.rpm --os-id opencloudos --os-version 9
    is '.found[0] | .state == "affected" and .advisory == "OCSA-2024:1/CVE-2024-1" and .fixed == "1.5-3.oc9" and .severity == "HIGH"'
    cve 0 rpm/RPMS/noarch/demo-1.5-3.oc9.noarch.rpm --os-id opencloudos --os-version 9
    is '.components.fixed == 1'
fi
mkdir -p jar/x.jar/META-INF/maven/a
printf 'groupId=org.example\nartifactId=core\nversion=2.14.1\n' > jar/x.jar/META-INF/maven/a/pom.properties
cve 2 jar
is '[.found[].state] | sort == ["not-affected", "unknown"]'
echo '{"id": "GHSA-1", "modified": "2024-01-01T00:00:00Z", "aliases": ["CVE-2024-1"], "affected": [{"package": {"ecosystem": "Maven", "name": "org.example:core"},
    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.17.0"}]}]}]}' > ghsa.json
import 0 ghsa.json
cve 2 jar
is '.components.affected == 0 and ([.found[] | select(.advisory == "GHSA-1")][0] | .state == "not-affected")'
sed 's/CVE-2024-1/CVE-2024-2/; s/GHSA-1/GHSA-2/' ghsa.json > ghsa2.json
import 0 ghsa2.json
cve 1 jar
sed 's/"aliases"/"withdrawn": "2024-05-01T00:00:00Z", "aliases"/; s/2024-01-01/2024-05-01/' ghsa2.json > gone.json
import 0 gone.json
cve 2 jar

# --- a database of another program is not touched
echo text > home/advisories.db
code=0; "$touchstone" cve wheel > /dev/null 2>&1 || code=$?
[ $code = 74 ] || fail "a foreign database gave $code"
exit $failed
